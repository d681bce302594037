//! What a scenario file says beyond the built-in model, as written: parameters, named expressions and mechanisms of its own.

use super::wire::{Sources, tables};
use super::wire_spread::Spread;
use super::wire_values::Number;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;

tables! {
    /// A theory: what is laid over a scenario by `--theory`.
    #[allow(dead_code, reason = "the sections are read with the scenario that it is laid over")]
    TheoryFile {
        /// Version of the format.
        version: u32,
        /// Title.
        title: String,
        /// The argument.
        argument: String,
        /// What it predicts, otherwise than without it.
        predicts: Option<String>,
        /// Numbers of the scenario to set, by path.
        #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
        set: Option<IgnoredAny>,
        /// Parameters.
        #[schemars(with = "Option<Vec<Parameter>>")]
        parameter: Option<IgnoredAny>,
        /// Traits.
        #[schemars(with = "Option<Vec<Trait>>")]
        #[serde(rename = "trait")]
        traits: Option<IgnoredAny>,
        /// Variables.
        #[schemars(with = "Option<Vec<Variable>>")]
        variable: Option<IgnoredAny>,
        /// Shocks.
        #[schemars(with = "Option<Vec<Shock>>")]
        shock: Option<IgnoredAny>,
        /// Named expressions.
        #[schemars(with = "Option<Vec<Define>>")]
        define: Option<IgnoredAny>,
        /// Mechanisms.
        #[schemars(with = "Option<Vec<Mechanism>>")]
        mechanism: Option<IgnoredAny>,
        /// Outcomes.
        #[schemars(with = "Option<Vec<Outcome>>")]
        outcome: Option<IgnoredAny>,
    }

    /// A theory that is laid over the scenario, as its file says of itself.
    Theory {
        /// Title.
        title: String,
        /// The argument.
        argument: Option<String>,
        /// What it predicts, otherwise than without it.
        predicts: Option<String>,
    }

    /// A parameter of the scenario's own.
    Parameter {
        /// Identifier, by which expressions name it; it is set at `parameters.ID`.
        id: String,
        /// Value where nobody sets it.
        default: Number,
        /// Lower and upper end of its usual range: for sweeps, priors and sliders.
        #[schemars(length(equal = 2))]
        range: Vec<Number>,
        /// Unit.
        unit: Option<String>,
        /// What it says.
        meaning: Option<String>,
    }

    /// A trait of states: a share, drawn once in a replicate. States give it under its id, as they give any trait.
    Trait {
        /// Identifier: a key of states, a name in expressions.
        id: String,
        /// What it is where a state says nothing: a number or a distribution.
        #[allow(dead_code, reason = "read as the traits of states are")]
        #[schemars(with = "Spread")]
        default: IgnoredAny,
        /// Lower and upper end of its usual range, for sweeps and sliders, within 0 to 1.
        #[schemars(length(equal = 2))]
        range: Option<Vec<Number>>,
        /// What it says.
        meaning: Option<String>,
    }

    /// A number derived from others at the end of each year, recorded beside the variables.
    Outcome {
        /// Identifier: columns are called so.
        id: String,
        /// What it is called, in a few words.
        title: Option<String>,
        /// What it says.
        meaning: Option<String>,
        /// The least and the most that it can be; 0 to 1 where nothing is said.
        #[schemars(length(equal = 2))]
        range: Option<Vec<Number>>,
        /// Expression of its value.
        value: String,
    }

    /// A variable of states: a number, a share where no range is given, that starts somewhere and changes.
    Variable {
        /// Identifier: expressions name it so, and columns are called so.
        id: String,
        /// What it is called, in a few words.
        title: Option<String>,
        /// What it says.
        meaning: Option<String>,
        /// The least and the most that it can be; 0 to 1 where nothing is said.
        #[schemars(length(equal = 2))]
        range: Option<Vec<Number>>,
        /// Expression of its value at the start.
        start: Option<String>,
        /// Expression of its change, per year.
        change: String,
    }

    /// What strikes a state by a hazard: a variable that is 1 where it has struck, and wears off.
    Shock {
        /// Identifier: expressions name it so, and columns are called so.
        id: String,
        /// What it is called, in a few words.
        title: Option<String>,
        /// What it says.
        meaning: Option<String>,
        /// Expression of its hazard, per year.
        hazard: String,
        /// Years after which a share of 1/e is left of it; it stays where nothing is said.
        lasts: Option<Number>,
        /// Expression of what is left at the start of one that struck before.
        start: Option<String>,
    }

    /// An expression with a name, for other expressions.
    Define {
        /// Name.
        id: String,
        /// What it says.
        #[allow(dead_code, reason = "for people")]
        meaning: Option<String>,
        /// Expression.
        value: String,
    }

    /// A term or factor on the right-hand side of an equation of the model.
    Mechanism {
        /// Identifier: a column of the ledger, a switch.
        id: String,
        /// What it says, in a few words.
        title: Option<String>,
        /// What it says, in full.
        #[allow(dead_code, reason = "for people")]
        description: Option<String>,
        /// What it is added to: `motivation`, `enforcement_target`, `adoption.law` ...
        adds_to: Option<String>,
        /// What it multiplies: `protection_target`, `spiral_up` ...
        scales: Option<String>,
        /// Expression of what is added, of a rate per year.
        rate: Option<String>,
        /// Expression of what is added, of a level or a log hazard; or of the factor.
        by: Option<String>,
        /// Whether it acts.
        #[serde(default = "acts")]
        on: bool,
    }
}

fn acts() -> bool {
    true
}
