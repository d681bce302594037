//! Sweeps in a history: each point is a world of its own, run with the luck that the states must have had in the scenario's.
//!
//! The scenario is conditioned on its record once, and every point replays the rows. That holds of points that differ in what institutions do: they are
//! counterfactuals, and their difference from the point that is the scenario is one in the history. Of other parameters or other states the luck that
//! brought the record about is another, so that each point would need a filter of its own; such axes are refused.

use super::Sweep;
use crate::engine::history::History;
use crate::engine::parallel::Options;
use crate::experiment::error::ExperimentError;
use crate::experiment::history::asked::{Asked, Told};
use crate::scenario::Scenario;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

/// Where in a scenario institutions are: what points in a history may differ in.
const INSTITUTIONS: [&str; 2] = ["regime", "instrument"];

/// The history of a sweep.
#[derive(Clone, Debug)]
pub(super) struct Within {
    /// How it is asked for; none where it was made before.
    asked: Option<Asked>,
    told: Told,
    made: OnceLock<Arc<History>>,
}

impl Sweep {
    /// The sweep in a history of its scenario.
    ///
    /// # Errors
    /// If the scenario has no such history, it has fewer rows than a point replicates, points see luck of their own, or an axis changes anything but
    /// institutions.
    pub fn within(self, asked: Asked) -> Result<Sweep, ExperimentError> {
        let told = asked.of(&self.within_of()?)?;
        Ok(self.in_history(Within { asked: Some(asked), told, made: OnceLock::new() }))
    }

    /// The sweep in a history that is there: `told` says of what, once it was held against the sweep's scenario.
    ///
    /// # Errors
    /// If points see luck of their own, or an axis changes anything but institutions.
    pub fn within_made(self, history: Arc<History>, told: Told) -> Result<Sweep, ExperimentError> {
        self.within_of()?;
        Ok(self.in_history(Within { asked: None, told, made: OnceLock::from(history) }))
    }

    /// The scenario that is conditioned, with as many replicates as a point.
    ///
    /// # Errors
    /// If the sweep can have no history.
    pub fn within_of(&self) -> Result<Scenario, ExperimentError> {
        let mut base = self.base()?;
        let description = &self.layout.description;
        let refuse = |found: String, hint: &str| Err(ExperimentError::asked(found, Some(hint.into())));
        if let Some(name) = &base.counterfactual {
            let found = format!("--given: {name} is a counterfactual, and the history is of the scenario");
            return refuse(found, "sweep the scenario itself; an axis says what is otherwise");
        }
        if !description.common_random_numbers {
            let found = "--given with --independent: points in a history share its luck".to_string();
            return refuse(found, "leave one of the two out");
        }
        let is_institution = |path: &str| {
            let root = path.split(['.', '[']).next().unwrap_or_default();
            INSTITUTIONS.contains(&root)
        };
        if let Some(axis) = self.layout.plan.axes().iter().find(|axis| !is_institution(&axis.path)) {
            let found = format!(
                "--given: the axis {} changes no institution: with other values of it, other luck brought the record about, and each point \
                 would have to be conditioned anew",
                axis.path
            );
            let hint = "in a history an axis is a number of a regime or an instrument (regime.ID.severity); sweep this one without --given, or \
                        weigh its values against the record with `suasion weigh`";
            return refuse(found, hint);
        }
        base.replicates = description.replicates;
        Ok(base)
    }

    fn in_history(mut self, within: Within) -> Sweep {
        self.layout.description.given = Some(within.told.to_string());
        self.within = Some(within);
        self
    }

    /// The history that the points are run in, made where it is not there yet; none of a free sweep.
    pub(super) fn history(
        &self,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Option<Arc<History>>, ExperimentError> {
        let Some(within) = &self.within else { return Ok(None) };
        if let (None, Some(asked)) = (within.made.get(), &within.asked) {
            let history = asked.made(&self.within_of()?, within.told, options, stop, &|_| ())?;
            return Ok(Some(within.made.get_or_init(|| Arc::new(history)).clone()));
        }
        Ok(within.made.get().cloned())
    }
}
