//! Which scenarios see the same luck, replicate by replicate, and which do not: draws hang on seed, replicate, state, date and who draws.

use crate::scenario::Scenario;

/// Why the replicates of a scenario see another luck than those of another, in words; none where they see the same.
///
/// ```
/// use suasion::{experiment::luck, scenario::Scenario};
/// let asean = Scenario::load("asean").unwrap();
/// let mut other = asean.clone();
/// let build = |loaded: &suasion::scenario::Loaded| loaded.build_alone().unwrap();
/// other.set("parameters.drift=0.1").unwrap();
/// assert_eq!(luck::apart(&build(&other), &build(&asean)), None);
/// other.set("runs.seed=5").unwrap();
/// assert_eq!(luck::apart(&build(&other), &build(&asean)).as_deref(), Some("seed 5, not 2016"));
/// ```
pub fn apart(scenario: &Scenario, other: &Scenario) -> Option<String> {
    let (own, its) = (scenario.world.clock, other.world.clock);
    let mut why = Vec::new();
    if scenario.seed != other.seed {
        why.push(format!("seed {}, not {}", scenario.seed, other.seed));
    }
    if own.steps_per_year != its.steps_per_year {
        why.push(format!("{} steps a year, not {}", own.steps_per_year, its.steps_per_year));
    }
    (!why.is_empty()).then(|| why.join("; "))
}

/// Of an arm beside a base: what it says of its luck and is not heard in, since all arms see the base's; none where it says
/// nothing else.
pub fn unheard(name: &str, arm: &Scenario, base: &Scenario) -> Option<String> {
    let (own, its) = (arm.seed, base.seed);
    (own != its).then(|| {
        format!("{name}: its seed, {own}, is not used: every arm sees the luck of the baseline, seed {its}")
    })
}
