//! Runs of the lab: simulated once, and kept while the page is likely to ask for them again.
//!
//! While a slider is dragged the baseline stays, and another variable of the same run needs no run.

use super::histories::Kept;
use super::refusal::Refusal;
use super::setting::Arm;
use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use suasion::engine::parallel::{Options, Stopped};
use suasion::experiment::posterior::Worlds;
use suasion::experiment::run::{Tables, simulate_in};
use suasion::output::digest::Digest;
use suasion::output::error::OutputError;
use suasion::output::summary::Summary;
use suasion::scenario::Scenario;

/// States times years that are kept of all runs, about: some hundred megabytes.
const KEPT: usize = 100_000;

/// A run that is done.
pub(super) struct Run {
    pub scenario: Scenario,
    pub summary: Summary,
    pub digest: Digest,
    /// How long it took, when it was simulated.
    pub took: Duration,
}

/// The runs kept, the last used last.
#[derive(Default)]
pub(super) struct Runs {
    kept: Mutex<VecDeque<(String, Arc<Run>)>>,
}

impl Runs {
    /// The run of an arm, in a history where there is one: kept, or simulated now.
    pub fn of(
        &self,
        arm: Arm,
        history: Option<&Kept>,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Arc<Run>, Refusal> {
        let key = history.map_or_else(|| arm.key.clone(), |kept| format!("{} in {}", arm.key, kept.key));
        if let Some(run) = self.find(&key) {
            return Ok(run);
        }
        let begun = Instant::now();
        let worlds = Worlds::from(&arm.scenario.world).within(history.map(|kept| &kept.luck));
        let done =
            simulate_in(&arm.scenario, worlds, Tables::NONE, options, stop, |_, _| Ok::<(), OutputError>(()));
        let ensemble = match done {
            Ok(ensemble) => ensemble,
            Err(Stopped::Asked) => return Err(Refusal::superseded()),
            Err(error) => return Err(error.into()),
        };
        let (Some(summary), digest) = ensemble.into_parts() else {
            return Err(Refusal::asked("the run kept no summary"));
        };
        let run = Arc::new(Run { scenario: arm.scenario, summary, digest, took: begun.elapsed() });
        self.keep(key, &run);
        Ok(run)
    }

    fn find(&self, key: &str) -> Option<Arc<Run>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(k, _)| k == key)?;
        let found = kept.remove(at)?;
        let run = Arc::clone(&found.1);
        kept.push_back(found);
        Some(run)
    }

    fn keep(&self, key: String, run: &Arc<Run>) {
        let size = |run: &Run| run.scenario.world.states.len() * run.summary.rows();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((key, Arc::clone(run)));
        // Two stay whatever their size: the baseline and what is beside it.
        while kept.len() > 2 && kept.iter().map(|(_, run)| size(run)).sum::<usize>() > KEPT {
            kept.pop_front();
        }
    }
}
