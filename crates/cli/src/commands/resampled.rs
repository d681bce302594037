//! What `sensitivity` adds to the folder of a sweep: the table of what was found, and what it was made with, so that it can be
//! made again.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use suasion::experiment::sensitivity::{Analysis, Bootstrap, Measure, Subject, csv};
use suasion::experiment::sweep::Results;
use suasion::output::manifest::PROGRAM;
use suasion::output::place::{SENSITIVITY, SENSITIVITY_JOB};
use suasion::scenario::Axis;

/// How a sweep was analysed, written down.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    program: String,
    version: String,
    /// `morris`, `sobol` or `sobol-pairs`.
    method: String,
    /// Ranges that were given for points from elsewhere, by path.
    ranges: Vec<(String, f64, f64)>,
    /// Outcomes, by their full names.
    outcomes: Vec<String>,
    resamples: u32,
    /// Hash of the table.
    blake3: String,
}

/// How a sweep is analysed.
pub(super) struct Resampled {
    pub measure: Measure,
    pub ranges: Vec<Axis>,
    pub outcomes: Vec<String>,
    pub resamples: u32,
}

impl Resampled {
    /// What was written down in a folder; none where its sweep was not analysed.
    pub(super) fn read(folder: &Path) -> Result<Option<(Resampled, String)>> {
        let path = folder.join(SENSITIVITY_JOB);
        if !path.exists() {
            return Ok(None);
        }
        let wrong = || format!("{} is not one of this program", path.display());
        let text = std::fs::read_to_string(&path).with_context(wrong)?;
        let written: Written = serde_json::from_str(&text).with_context(wrong)?;
        let measure = match written.method.as_str() {
            "morris" => Measure::Morris,
            method => Measure::Sobol { second_order: method == "sobol-pairs" },
        };
        let range = |(path, low, high)| Axis { path, low, high, values: Vec::new() };
        let ranges = written.ranges.into_iter().map(range).collect();
        let Written { outcomes, resamples, blake3, .. } = written;
        Ok(Some((Resampled { measure, ranges, outcomes, resamples }, blake3)))
    }

    /// The table of a sweep's results.
    pub(super) fn table(&self, results: &Results, name: &str) -> Result<Vec<u8>> {
        let subject = Subject::of(results, Some(self.measure), &self.outcomes, &self.ranges, name)?;
        let (resamples, seed) = (self.resamples, results.layout.seed());
        let analyses = subject.analyse(Bootstrap { resamples, seed, ..Bootstrap::default() })?;
        csv_of(&subject, &analyses)
    }

    /// The two files, each with its content.
    pub(super) fn files(
        &self,
        folder: &Path,
        subject: &Subject,
        analyses: &[Analysis],
    ) -> Result<[(PathBuf, Vec<u8>); 2]> {
        let table = csv_of(subject, analyses)?;
        let method = match self.measure {
            Measure::Morris => "morris",
            Measure::Sobol { second_order: true } => "sobol-pairs",
            Measure::Sobol { second_order: false } => "sobol",
        };
        let written = Written {
            program: PROGRAM.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            method: method.into(),
            ranges: self.ranges.iter().map(|axis| (axis.path.clone(), axis.low, axis.high)).collect(),
            // By their full names, however they were asked for.
            outcomes: subject.outcomes.iter().map(|(name, _)| name.clone()).collect(),
            resamples: self.resamples,
            blake3: blake3::hash(&table).to_hex().to_string(),
        };
        let text = serde_json::to_string_pretty(&written)? + "\n";
        Ok([(folder.join(SENSITIVITY), table), (folder.join(SENSITIVITY_JOB), text.into_bytes())])
    }
}

fn csv_of(subject: &Subject, analyses: &[Analysis]) -> Result<Vec<u8>> {
    csv(subject.measure, &subject.plan, analyses).context("the results cannot be written as CSV")
}
