//! Where the sign of a comparison turns: at which share of a region's argument that would have come anyhow (`autochthony`) the
//! difference to a world without the regime that it may have answered changes its sign.
//!
//! Nothing on record says how much would have come by itself. So whoever reads the difference is told what it takes.

use crate::engine::parallel::Options;
use crate::estimate::{Estimate, Level};
use crate::experiment::error::ExperimentError;
use crate::experiment::outcome::{Outcome, Outcomes};
use crate::experiment::paired::{self, Plan};
use crate::model::world::{Answers, World};
use std::sync::atomic::AtomicBool;

/// What `autochthony` does to a difference, counterfactual less baseline, in means over replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turning {
    /// The difference where nothing of the argument would have come anyhow (0), and where all would (1), with intervals of the level asked for.
    pub ends: [Estimate; 2],
    /// The autochthony at which it is 0, to 0.01; none where both ends have one sign, or one of them no sign that replicates can
    /// tell from 0.
    pub at: Option<f64>,
}

impl Turning {
    /// In a sentence, of a counterfactual and an outcome.
    pub fn told(&self, counterfactual: &str, outcome: &str) -> String {
        let end = |end: Estimate| match end.interval {
            Some(interval) => format!("{:+.3} [{:+.3}, {:+.3}]", end.mean, interval.low, interval.high),
            None => format!("{:+.3}", end.mean),
        };
        let [none, all] = self.ends.map(end);
        let turns = match self.at {
            Some(at) => format!("its sign turns at {at:.2}"),
            None if self.ends.iter().all(signed) => "its sign does not turn".to_string(),
            None => "whether its sign turns, so many replicates do not tell".to_string(),
        };
        format!(
            "{counterfactual}: how much of the region's argument would have come without the regime (autochthony) is on no record: with none of \
             it {outcome} differs by {none}, with all of it by {all}; {turns}"
        )
    }
}

/// Whether the interval of a difference leaves 0 out.
fn signed(difference: &Estimate) -> bool {
    difference.interval.is_some_and(|interval| interval.low > 0.0 || interval.high < 0.0)
}

/// Replicates that are enough to place a sign to a hundredth.
const REPLICATES: usize = 400;

/// The mean difference of an outcome over autochthony, and where its sign turns; none where the counterfactual takes away nothing
/// that a region may have answered. The luck is the same at every autochthony, so that differences move smoothly.
///
/// ```
/// use std::sync::atomic::AtomicBool;
/// use suasion::engine::parallel::Options;
/// use suasion::experiment::{outcome::Outcomes, turning::turning};
/// use suasion::scenario::Scenario;
/// let loaded = Scenario::load("asean")?;
/// let base = loaded.build_alone()?.world;
/// let mut without = loaded.clone();
/// without.apply_counterfactual("no-tvpa")?;
/// let without = without.build_alone()?.world;
/// let outcome = Outcomes::parse(&["motivation"], &base)?[0];
/// let (options, go) = (Options::default(), AtomicBool::new(false));
/// let found = turning(&base, &without, outcome, (2016, 40), 0.95, options, &go)?.expect("ASEAN may have answered");
/// assert!(found.ends[0].mean < found.ends[1].mean, "the more would have come anyhow, the more is left without the regime");
/// assert_eq!(turning(&base, &base, outcome, (2016, 40), 0.95, options, &go)?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the run was stopped.
pub fn turning(
    base: &World,
    other: &World,
    outcome: Outcome,
    (seed, replicates): (u64, usize),
    level: f64,
    options: Options,
    stop: &AtomicBool,
) -> Result<Option<Turning>, ExperimentError> {
    let mut levels = other.communities.iter().flat_map(|community| &community.argument);
    if !levels.any(|level| level.answers == Answers::Missing) {
        return Ok(None);
    }
    let outcomes = Outcomes::new(vec![outcome]);
    let plan = Plan { outcomes: &outcomes, seed, replicates: replicates.min(REPLICATES), options };
    let level = Level::new(level);
    let difference = |autochthony: f64| {
        let [mut base, mut other] = [base.clone(), other.clone()];
        base.parameters.autochthony = autochthony;
        other.parameters.autochthony = autochthony;
        let (_, pairs) = paired::run(&base, &[&other], plan, stop, |_| {})?;
        let found = pairs[0].difference(outcome, &level).map(|found| found.difference);
        Ok::<Option<Estimate>, ExperimentError>(found)
    };
    let (Some(none), Some(all)) = (difference(0.0)?, difference(1.0)?) else { return Ok(None) };
    let ends = [none, all];
    if !ends.iter().all(signed) || none.mean * all.mean > 0.0 {
        return Ok(Some(Turning { ends, at: None }));
    }
    let (mut low, mut high) = (0.0, 1.0);
    while high - low > 0.01 {
        let middle = 0.5 * (low + high);
        // On which side the sign is that of the lower end.
        if difference(middle)?.is_some_and(|found| found.mean * none.mean > 0.0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Some(Turning { ends, at: Some(0.5 * (low + high)) }))
}
