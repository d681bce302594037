//! Claims as a file: what is said of a scenario, where it is said, and a sign or a range that can be held against runs. It runs nothing.

use super::verdict::{Claimed, Sign, Verdict};
use crate::estimate::Interval;
use crate::excerpt::quoted;
use crate::experiment::arms;
use crate::experiment::error::ExperimentError;
use crate::experiment::history::asked::check_states;
use crate::experiment::history::on_record;
use crate::experiment::outcome::{Outcome, Outcomes};
use crate::experiment::paired;
use crate::experiment::posterior::BUNDLED;
use crate::input;
use crate::model::world::World;
use crate::scenario::{Form, Loaded, Piece, Problem, Scenario, ScenarioError, nearest};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The head of a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    scenario: String,
    posterior: Option<String>,
}

/// Where a claim is said to be true.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Within {
    Free,
    History,
    Both,
}

/// A claim as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    id: String,
    sentence: String,
    r#where: String,
    outcome: String,
    state: Option<String>,
    counterfactual: Option<String>,
    sign: Option<Sign>,
    range: Option<[f64; 2]>,
    r#in: Option<Within>,
    verdict: Option<Verdict>,
}

/// A file of claims.
#[derive(Clone, Debug)]
pub struct Claims {
    /// Its name.
    pub file: String,
    /// What it says, to the letter.
    pub text: String,
    /// BLAKE3 hash of the text, in hexadecimal.
    pub blake3: String,
    /// Day on which it says that it was written.
    pub written: String,
    head: Piece<Head>,
    list: Vec<Piece<Wire>>,
}

/// A claim of a scenario.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Name.
    pub id: String,
    /// The sentence.
    pub sentence: String,
    /// Which page says it.
    pub whence: String,
    /// The number that it is about, of the scenario.
    pub outcome: Outcome,
    /// The counterfactual whose difference from the scenario it is about, as it is asked for; none where it is about the scenario's own number.
    pub counterfactual: Option<String>,
    /// What is claimed.
    pub claimed: Claimed,
    /// Whether it is about free runs.
    pub free: bool,
    /// Whether it is about the history.
    pub history: bool,
    /// Whether its counterfactual has the states of the scenario, without which it has no history.
    pub has_same_states: bool,
    /// The verdict that is expected of it.
    pub expected: Option<Verdict>,
}

impl Claims {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, or is no file of claims: with file, line and key.
    pub fn read(path: &Path) -> Result<Claims, ExperimentError> {
        let text = input::text(path).map_err(ScenarioError::from)?;
        Ok(Claims::parse(&path.display().to_string(), &text)?)
    }

    /// The same from a text; `file` is its name.
    ///
    /// # Errors
    /// As [`Claims::read`].
    pub fn parse(file: &str, text: &str) -> Result<Claims, ScenarioError> {
        let (head, written, list) = Form::parse(file, text)?.read::<Head, Wire>("written", "claim")?;
        let claims = Claims {
            file: file.into(),
            text: text.into(),
            blake3: blake3::hash(text.as_bytes()).to_hex().to_string(),
            written,
            head,
            list,
        };
        claims.check()?;
        Ok(claims)
    }

    /// What can be told without the scenario.
    fn check(&self) -> Result<(), ScenarioError> {
        let mut problems = Vec::new();
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for (number, piece) in self.list.iter().enumerate() {
            let Wire { id, sign, range, outcome, state, .. } = &piece.value;
            let mut wrong = |key: &str, found: &str, expected: Option<&str>| {
                problems.push(piece.problem(key, found, expected, None));
            };
            if id.trim().is_empty() {
                wrong("id", "an empty text", Some("a name"));
            }
            if let Some(before) = known.insert(id, number) {
                wrong("id", &format!("claim {} has it too", before + 1), Some("a name of its own"));
            }
            match (sign, range) {
                (Some(_), Some(_)) => wrong("range", "both a sign and a range", Some("one of the two")),
                (None, None) => wrong("", "neither a sign nor a range", Some("one of the two")),
                (None, Some([low, high])) if !(low.is_finite() && high.is_finite() && low <= high) => {
                    let expected = "two finite numbers, the lower end first";
                    wrong("range", &format!("[{low}, {high}]"), Some(expected));
                }
                _ => {}
            }
            if state.is_some() && outcome.contains('.') {
                wrong(
                    "state",
                    &format!("a state, and {} says whose it is", quoted(outcome)),
                    Some("one of the two"),
                );
            }
        }
        all_or(problems)
    }

    /// The scenario that they are about: a bundled one, or a file, named from where this file is.
    pub fn scenario(&self) -> String {
        beside(&self.file, &self.head.value.scenario, Scenario::is_path(&self.head.value.scenario))
    }

    /// The posterior that they are to be held against, if there is one.
    pub fn posterior(&self) -> Option<String> {
        self.head.value.posterior.as_ref().map(|name| beside(&self.file, name, name != BUNDLED))
    }

    /// An error of the scenario's as one of the line that names it.
    pub(super) fn no_scenario(&self, error: ScenarioError) -> ScenarioError {
        match error {
            ScenarioError::Unknown { .. } | ScenarioError::File(_) => {
                self.head.problem("scenario", &error.to_string(), None, None).into()
            }
            other => other,
        }
    }

    /// The claims, held against a scenario: what each is about there. All problems are told.
    ///
    /// # Errors
    /// If one is about what the scenario has not, or asks for a history where nothing is on record.
    pub fn against(&self, loaded: &Loaded, base: &Scenario) -> Result<Vec<Claim>, ScenarioError> {
        let on_record = on_record(base, None);
        let mut arms: BTreeMap<&str, Result<World, String>> = BTreeMap::new();
        let (mut claims, mut problems) = (Vec::new(), Vec::new());
        for piece in &self.list {
            let Wire { outcome, state, counterfactual, sign, range, r#in, .. } = &piece.value;
            let mut wrong = |key: &str, found: &str, hint: Option<String>| {
                problems.push(piece.problem(key, found, None, hint.as_deref()));
            };
            if let Some(id) = state.as_ref().filter(|id| base.world.states.iter().all(|s| s.id != **id)) {
                let hint = nearest(id, base.world.states.iter().map(|state| state.id.as_str()));
                wrong("state", &format!("there is no state {}", quoted(id)), hint);
                continue;
            }
            let found = one(outcome, state.as_deref(), &base.world);
            let mut arm = None;
            if let Some(text) = counterfactual {
                let built = arms.entry(text).or_insert_with(|| world(loaded, base, text).map_err(said));
                match built {
                    Ok(world) => arm = Some(&*world),
                    Err(error) => wrong("counterfactual", error, None),
                }
            }
            let asks = matches!(r#in, Some(Within::History | Within::Both));
            let has_same_states = arm.is_none_or(|world| {
                check_states(&base.world, world, counterfactual.as_deref().unwrap_or("")).is_ok()
            });
            let free = || Some("a claim of free runs has in = \"free\"".to_string());
            match &on_record {
                Err(error) if asks => wrong("in", &error.to_string(), free()),
                Ok(_) if asks && !has_same_states => {
                    wrong("in", "the counterfactual changes who exists, so it has no history", free());
                }
                _ => {}
            }
            let outcome = match found {
                Ok(outcome) => outcome,
                Err(error) => {
                    wrong("outcome", &error.to_string(), None);
                    continue;
                }
            };
            if let (Some(world), Some(name)) = (arm, counterfactual)
                && !paired::has_both(&base.world, world, outcome)
            {
                let label = outcome.label(&base.world);
                wrong("outcome", &format!("{label} is in the scenario alone, and not in {name}"), None);
            }
            let claimed = match (sign, range) {
                (Some(sign), _) => Claimed::Sign(*sign),
                (None, Some([low, high])) => Claimed::Range(Interval { low: *low, high: *high }),
                (None, None) => continue,
            };
            let Wire { id, sentence, r#where, counterfactual, r#in, verdict, .. } = piece.value.clone();
            claims.push(Claim {
                id,
                sentence,
                whence: r#where,
                outcome,
                counterfactual,
                claimed,
                free: !matches!(r#in, Some(Within::History)),
                history: !matches!(r#in, Some(Within::Free)) && on_record.is_ok() && has_same_states,
                has_same_states,
                expected: verdict,
            });
        }
        all_or(problems)?;
        Ok(claims)
    }
}

impl Claim {
    /// Where it is said to be true.
    pub fn within(&self) -> &'static str {
        match (self.free, self.history) {
            (true, true) => "both",
            (false, true) => "history",
            _ => "free",
        }
    }
}

/// Nothing, or all that is wrong.
fn all_or(problems: Vec<Problem>) -> Result<(), ScenarioError> {
    if problems.is_empty() { Ok(()) } else { Err(ScenarioError::Invalid { problems, more: 0 }) }
}

/// A file that another names: where it is, as seen from that one.
fn beside(file: &str, name: &str, is_path: bool) -> String {
    let folder = Path::new(file).parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if is_path => folder.join(name).to_string_lossy().into_owned(),
        _ => name.into(),
    }
}

/// The one outcome that a text names, with the state where that is said apart.
fn one(text: &str, state: Option<&str>, world: &World) -> Result<Outcome, ExperimentError> {
    let whole = match (state, text.split_once('@')) {
        (None, _) => text.to_string(),
        (Some(state), None) => format!("{text}.{state}"),
        (Some(state), Some((what, when))) => format!("{what}.{state}@{when}"),
    };
    let all = Outcomes::parse(&[&whole], world)?;
    match all[..] {
        [one] => Ok(one),
        _ => Err(ExperimentError::asked(
            format!("{} names {} numbers, and a claim is about one", quoted(text), all.len()),
            Some("name a state, a mean or a community, and a year".into()),
        )),
    }
}

/// The world of a counterfactual, which pairs with the scenario's.
fn world(loaded: &Loaded, base: &Scenario, text: &str) -> Result<World, ExperimentError> {
    let asked = arms::ask(loaded, text)?;
    let arms = arms::build(vec![asked], base, false)?;
    Ok(arms.into_iter().map(|arm| arm.scenario.world).next().unwrap_or_else(|| base.world.clone()))
}

/// What is wrong with a counterfactual, without the place of the scenario's file where that says nothing.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn said(error: ExperimentError) -> String {
    if let ExperimentError::Scenario(error) = &error
        && let [Problem { found, hint, line: None, .. }] = error.problems()
    {
        return hint.as_ref().map_or_else(|| found.clone(), |hint| format!("{found}; {hint}"));
    }
    error.to_string()
}

#[cfg(test)]
mod tests;
