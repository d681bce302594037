//! Names of a scenario's own beside those of the model: each means one thing.

use crate::model::ledger::TERM_NAMES;
use crate::model::theory::input::Input;
use crate::model::traits::{SENDER_STANDING, STARTS};
use crate::model::world::{Community, Instrument, Rating};
use crate::scenario::document::Origin;
use crate::scenario::numbers::KEYS;
use crate::scenario::validate::Context;
use std::collections::BTreeMap;
use suasion_expression::FUNCTIONS;

/// Words of the language of expressions, functions aside.
const WORDS: [&str; 10] =
    ["and", "or", "not", "true", "false", "peers", "world", "community", "last", "draw"];
/// Columns and rows of tables that no variable and no term is called by.
const COLUMNS: [&str; 11] = [
    "replicate",
    "state",
    "motivation_start",
    "motivation_end",
    "compliance_gap",
    "flow_in",
    "flow_out",
    "standing",
    "tier",
    "rest",
    "difference",
];

/// Names that are taken.
pub(super) struct Names {
    inputs: Vec<(String, Input)>,
    /// What each is, as an error says it.
    taken: BTreeMap<String, String>,
    /// Ids of mechanisms, which no expression names.
    mechanisms: BTreeMap<String, Origin>,
}

impl Names {
    pub fn new(ratings: &[Rating], instruments: &[Instrument], communities: &[Community]) -> Names {
        let inputs = Input::named(ratings, instruments, communities);
        let mut taken: BTreeMap<String, String> = BTreeMap::new();
        let mut take = |name: &str, what: &str| drop(taken.insert(name.to_string(), what.to_string()));
        for name in COLUMNS {
            take(name, "a word of the tables");
        }
        for name in KEYS {
            take(name, "a key of states");
        }
        for name in TERM_NAMES {
            take(name, "a term of the model");
        }
        for (name, input) in &inputs {
            let what = match input {
                Input::Parameter(_) => "a parameter of the model",
                Input::Trait(_) => "a trait of the model",
                _ => "a name of the model",
            };
            // As an outcome `tier.tvpa` is `tier_tvpa`, and `spiral_up[0]` is set by `spiral_up`.
            take(name.split('[').next().unwrap_or(name).trim_start_matches("parameters."), what);
            take(&name.replace('.', "_"), what);
        }
        for entry in STARTS {
            take(entry.name, "a value at the start");
        }
        take(SENDER_STANDING.name, "a trait of the model");
        for function in FUNCTIONS {
            take(function.name, "a function");
        }
        for word in WORDS {
            take(word, "a word of expressions");
        }
        Names { inputs, taken, mechanisms: BTreeMap::new() }
    }

    /// The names of the model and what they mean.
    pub fn inputs(&self) -> Vec<(String, Input)> {
        self.inputs.clone()
    }

    /// Takes a name that expressions can have; adds a problem where it is none, or is taken.
    pub fn take(&mut self, context: &mut Context<'_>, id: &str, at: Origin, path: &str) -> bool {
        let begins = id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let letters = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !begins || !letters || id.len() > 100 {
            let expected =
                "letters without accents, digits and `_`, a letter first: expressions have it as a name";
            let found = crate::excerpt::quoted(id);
            context.report.expected(at, format!("{path}.id"), found, expected);
            return false;
        }
        if !self.is_free(context, id, at, path) {
            return false;
        }
        let place = context.place(at);
        self.taken.insert(id.to_string(), format!("defined at {place}"));
        true
    }

    /// Takes the id of a mechanism.
    pub fn take_mechanism(&mut self, context: &mut Context<'_>, id: &str, at: Origin, path: &str) -> bool {
        if !context.well_formed(id, at, &format!("{path}.id")) {
            return false;
        }
        let column = id.replace('-', "_");
        if let Some(first) = self.mechanisms.get(&column) {
            let place = context.place(*first);
            let hint = Some(format!("the first is at {place}"));
            context.report.wrong(at, path, "duplicate id", hint);
            return false;
        }
        let own = self.taken.get(&column).is_some_and(|what| what.starts_with("defined at"));
        if !own && !self.is_free(context, &column, at, path) {
            return false;
        }
        self.mechanisms.insert(column, at);
        true
    }

    fn is_free(&self, context: &mut Context<'_>, id: &str, at: Origin, path: &str) -> bool {
        let Some(what) = self.taken.get(id) else { return true };
        let hint = Some("choose another id".to_string());
        let found = if what.starts_with("defined at") {
            format!("`{id}` is {what} already")
        } else {
            format!("`{id}` is {what} already, which it would hide")
        };
        context.report.wrong(at, format!("{path}.id"), found, hint);
        false
    }
}
