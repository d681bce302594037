//! The results of a finished sweep, read from its folder: means over replicates, by outcome and point.

use super::{Layout, Store};
use crate::experiment::error::ExperimentError;
use crate::experiment::outcome::{Outcome, Outcomes};
use crate::output::error::OutputError;
use crate::output::reader;
use crate::output::schema::ColumnType;
use crate::output::table::Values;
use crate::scenario::nearest;
use std::path::Path;

/// Results of a finished sweep.
#[derive(Clone, Debug)]
pub struct Results {
    /// What the sweep's points and outcomes are.
    pub layout: Layout,
    /// Means by point, then by outcome.
    pub(super) means: Vec<f64>,
}

impl Results {
    /// Reads them.
    ///
    /// # Errors
    /// If the folder holds no finished sweep of this version, or its outcomes cannot be read.
    pub fn read(folder: &Path) -> Result<Results, ExperimentError> {
        let layout = Store::finished(folder)?;
        let wrong = |reason: &str| {
            let path = folder.join("outcomes");
            ExperimentError::from(OutputError::Decode { path, reason: reason.into() })
        };
        let path = reader::find(folder, "outcomes").ok_or_else(|| wrong("it is not there"))?;
        let mut table = reader::read(&path, &[("mean", ColumnType::Double)])?;
        let rows = layout.description.points * layout.outcomes.len() as u64;
        match table.columns.pop() {
            Some(Values::Double(means)) if means.len() as u64 == rows => Ok(Results { layout, means }),
            _ => Err(wrong("it does not have a row for each point and outcome")),
        }
    }

    /// The places of outcomes, as written, among those of the sweep.
    ///
    /// # Errors
    /// If one is no outcome, or one that the sweep does not have.
    pub fn find<S: AsRef<str>>(&self, written: &[S]) -> Result<Vec<usize>, ExperimentError> {
        let (outcomes, world) = (&self.layout.outcomes, &self.layout.world);
        let place = |outcome: &Outcome| {
            outcomes.find(*outcome).ok_or_else(|| {
                let known: Vec<String> = outcomes.iter().map(|outcome| outcome.label(world)).collect();
                let label = outcome.label(world);
                let hint = nearest(&label, known.iter().map(String::as_str));
                ExperimentError::asked(format!("the sweep does not have the outcome {label}"), hint)
            })
        };
        Outcomes::parse(written, world)?.iter().map(place).collect()
    }

    /// The mean of an outcome, by its place, at each point.
    pub fn means(&self, outcome: usize) -> Vec<f64> {
        self.means.iter().skip(outcome).step_by(self.layout.outcomes.len()).copied().collect()
    }
}
