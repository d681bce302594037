//! Whether blocks mislead: the likelihood of a few states' record by whole runs, beside the one that is weighed.

use super::Weighing;
use crate::engine::given::Given;
use crate::engine::parallel::{Options, on_threads};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::evaluate::Effort;
use crate::experiment::history::joint::{Both, MOST_JOINTLY, both};
use crate::experiment::history::on_record;
use crate::scenario::{Scenario, nearest};
use std::sync::atomic::AtomicBool;

/// By how much a block likelihood may differ from that of whole runs, beyond twice the simulation error.
pub const AGREES: f64 = 0.05;
/// Least effective sample size of whole runs in every year by which blocks are judged.
pub const FEWEST_RUNS: f64 = 100.0;
/// The word for all states on record.
const ALL: &str = "all";

/// A check of blocks: the record of some states alone, under each theory.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockCheck {
    /// Positions of the states whose record is kept.
    pub states: Vec<usize>,
    /// By theory: what both filters say.
    pub both: Vec<Both>,
}

impl BlockCheck {
    /// How much more likely blocks find the record under a theory.
    pub fn off(&self, theory: usize) -> f64 {
        let Both { second, joint, .. } = self.both[theory];
        second.log_likelihood - joint.log_likelihood
    }

    /// The simulation error of that.
    pub fn error(&self, theory: usize) -> f64 {
        let Both { second, joint, .. } = self.both[theory];
        (second.error * second.error + joint.error * joint.error).sqrt()
    }

    /// Whether both agree under a theory, as far as the simulation can tell: within [`AGREES`] and two simulation errors. Not known where whole runs are
    /// as good as fewer than [`FEWEST_RUNS`], whose simulation error is itself not known.
    pub fn agrees(&self, theory: usize) -> Option<bool> {
        let known = self.both[theory].effective >= FEWEST_RUNS;
        known.then(|| self.off(theory).abs() <= AGREES + 2.0 * self.error(theory))
    }

    /// What is said of that.
    pub fn told(&self, theory: usize) -> &'static str {
        match self.agrees(theory) {
            Some(true) => "agree",
            Some(false) => "differ",
            None => "not known",
        }
    }
}

/// The states that a check is about: `all` on record, or those named, with commas between; three at most.
///
/// # Errors
/// If one is not there, is named twice or has no record, or there are more than three.
pub fn states_of_blocks(text: &str, base: &Scenario, until: i32) -> Result<Vec<usize>, ExperimentError> {
    let (given, _) = on_record(base, Some(until))?;
    let whole = given.blake3();
    let recorded = |state: usize| given.clone().without(state).blake3() != whole;
    let ids = || base.world.states.iter().map(|state| state.id.as_str());
    let mut states: Vec<usize> = Vec::new();
    if text == ALL {
        states.extend((0..base.world.states.len()).filter(|state| recorded(*state)));
    } else {
        for id in text.split(',').map(str::trim) {
            let Some(state) = ids().position(|other| other == id) else {
                let found = format!("--blocks: {} has no state `{id}`", base.name);
                return Err(ExperimentError::asked(found, nearest(id, ids())));
            };
            if states.contains(&state) {
                return Err(ExperimentError::Asked(format!("--blocks: found {id} twice")));
            }
            if !recorded(state) {
                return Err(ExperimentError::Asked(format!("--blocks: nothing is on record of {id}")));
            }
            states.push(state);
        }
    }
    if states.len() > MOST_JOINTLY {
        let found = format!("--blocks: found {} states, expected at most {MOST_JOINTLY}", states.len());
        let hint = "of more, hardly any whole run shows what is on record; name a few, as --blocks MYS,THA";
        return Err(ExperimentError::asked(found, Some(hint.into())));
    }
    Ok(states)
}

/// Holds blocks against whole runs under each theory, as it was weighed, on the record of some states alone.
///
/// # Errors
/// If a theory cannot have brought the record about, or `stop` was raised.
pub fn check_blocks(
    weighing: &Weighing,
    states: &[usize],
    options: Options,
    stop: &AtomicBool,
) -> Result<BlockCheck, ExperimentError> {
    let (given, _) = on_record(weighing.base(), Some(weighing.scales.until))?;
    let others = (0..weighing.base().world.states.len()).filter(|state| !states.contains(state));
    let given = others.fold(given, Given::without);
    let effort = Effort { second: true, ..weighing.scales.effort };
    let of = |k: usize| {
        let weighed = &weighing.weighed[k];
        let seed = weighed.theory.scenario.seed;
        on_threads(options.threads, || both(&weighed.world, &given, seed, effort, options.isa, stop))
            .map_err(|error| ExperimentError::Threads(error.to_string()))?
    };
    let both = (0..weighing.weighed.len()).map(of).collect::<Result<_, _>>()?;
    Ok(BlockCheck { states: states.to_vec(), both })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::history::joint::Estimated;

    fn asean() -> Scenario {
        let mut loaded = Scenario::load("asean").unwrap();
        loaded.years(2001..2006).unwrap();
        loaded.build_alone().unwrap()
    }

    #[test]
    fn nothing_is_judged_by_a_few_runs() {
        let of = |log_likelihood| Estimated { log_likelihood, error: 0.1 };
        let check = |joint, effective| {
            let both = Both { first: -10.0, second: of(-10.0), joint: of(joint), effective };
            let check = BlockCheck { states: vec![0], both: vec![both] };
            (check.agrees(0), check.told(0))
        };
        assert_eq!(check(-10.3, 100.0), (Some(true), "agree"));
        assert_eq!(check(-11.0, 100.0), (Some(false), "differ"));
        assert_eq!(check(-10.3, 99.0), (None, "not known"));
        assert_eq!(check(-11.0, 99.0), (None, "not known"));
    }

    #[test]
    fn few_states_on_record_are_checked_and_others_are_refused() {
        let scenario = asean();
        let of = |text| states_of_blocks(text, &scenario, 2005);
        assert_eq!(of("MYS, THA").unwrap().len(), 2);
        let told = |text| of(text).unwrap_err().to_string();
        assert!(told("all").contains("found 10 states, expected at most 3"), "{}", told("all"));
        assert!(told("MYS,THS").contains("has no state `THS`") && told("MYS,THS").contains("THA"));
        assert!(told("MYS,MYS").contains("found MYS twice"));
        let mut bare = scenario.clone();
        bare.observed
            .tiers
            .iter_mut()
            .for_each(|states| states.iter_mut().skip(3).for_each(std::collections::BTreeMap::clear));
        bare.observed.adoptions.iter_mut().for_each(Vec::clear);
        // Brunei was first graded in 2009.
        assert_eq!(states_of_blocks("all", &bare, 2005).unwrap(), [1, 2]);
        let told = states_of_blocks("MYS", &bare, 2005).unwrap_err().to_string();
        assert!(told.contains("nothing is on record of MYS"), "{told}");
    }
}
