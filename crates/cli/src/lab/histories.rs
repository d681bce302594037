//! Histories of the lab: a scenario conditioned on its record once, and kept, so that what is turned afterwards replays rows.

use super::refusal::Refusal;
use super::scenes::Scene;
use super::setting::{Arm, Arms, Setting, agent_steps};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use suasion::engine::history::History;
use suasion::engine::parallel::Options;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::history::asked::check_states;
use suasion::experiment::history::{Plan, condition};

/// Particles of a state, and rows, of a history of the lab: a second or two, and rows enough for a picture.
pub(super) const PARTICLES: u32 = 2000;
pub(super) const ROWS: u32 = 200;
/// Agent-steps of all particles, at most: some seconds.
const MOST_STEPS: u64 = 10_000_000;
/// Histories that are kept.
const KEPT: usize = 6;
/// Parts in which progress is told.
const PARTS: f64 = 1000.0;

/// A history that was made.
pub(super) struct Kept {
    /// What no other history of this lab has.
    pub key: String,
    pub luck: History,
    /// Last year on record.
    pub until: i32,
    pub log_likelihood: f64,
    pub took: Duration,
}

/// The histories kept, the last used last.
#[derive(Default)]
pub(super) struct Histories {
    kept: Mutex<VecDeque<Arc<Kept>>>,
    /// How much of the one under way is done.
    parts: AtomicU32,
}

/// The luck of both sides of a setting; none where it is free.
#[derive(Default)]
pub(super) struct Luck {
    pub base: Option<Arc<Kept>>,
    pub changed: Option<Arc<Kept>>,
}

impl Histories {
    /// The luck of a setting's arms.
    pub fn luck(
        &self,
        setting: &Setting,
        scene: &Scene,
        arms: &Arms,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Luck, Refusal> {
        if !setting.given {
            return Ok(Luck::default());
        }
        if let Some(changed) = &arms.changed {
            let name = setting.counterfactual.as_deref().unwrap_or_default();
            check_states(&arms.base.scenario.world, &changed.scenario.world, name).map_err(|error| {
                Refusal::asked(error.to_string().replace("ask for it without --given", "leave the history"))
            })?;
        }
        let of = |set| self.of(setting.baseline(scene, set)?, options, stop);
        if !setting.is_anew() {
            let as_it_is = of(false)?;
            return Ok(Luck { base: Some(as_it_is.clone()), changed: Some(as_it_is) });
        }
        let anew = of(true)?;
        let base = if setting.both && setting.counterfactual.is_some() { anew.clone() } else { of(false)? };
        Ok(Luck { base: Some(base), changed: Some(anew) })
    }

    /// The history of an arm: kept, or made now.
    fn of(&self, arm: Arm, options: Options, stop: &AtomicBool) -> Result<Arc<Kept>, Refusal> {
        if let Some(kept) = self.find(&arm.key) {
            return Ok(kept);
        }
        let scenario = &arm.scenario;
        let particles = PARTICLES.max(scenario.replicates);
        let work = u64::from(particles) * agent_steps(scenario);
        if work > MOST_STEPS {
            return Err(Refusal::asked(format!(
                "to condition {} on its record takes {work} agent-steps, and the lab does at most {MOST_STEPS}: `suasion condition` does it",
                scenario.name
            )));
        }
        let begun = Instant::now();
        let plan = Plan { until: None, particles, rows: scenario.replicates };
        self.parts.store(0, Ordering::Relaxed);
        let told = |share: f64| self.parts.store((share * PARTS) as u32, Ordering::Relaxed);
        let done = condition(scenario, plan, options, stop, &told).map_err(|error| match error {
            ExperimentError::Stopped => Refusal::superseded(),
            error => error.into(),
        })?;
        let kept = Arc::new(Kept {
            key: arm.key,
            until: done.until,
            log_likelihood: done.pass.log_likelihood(),
            luck: done.history,
            took: begun.elapsed(),
        });
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_back(Arc::clone(&kept));
        while all.len() > KEPT {
            all.pop_front();
        }
        Ok(kept)
    }

    fn find(&self, key: &str) -> Option<Arc<Kept>> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|kept| kept.key == key)?;
        let found = all.remove(at)?;
        all.push_back(Arc::clone(&found));
        Some(found)
    }

    /// How much of the history under way is made, of 1.
    pub fn share(&self) -> f64 {
        f64::from(self.parts.load(Ordering::Relaxed)) / PARTS
    }
}
