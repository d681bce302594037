//! `indices`: Sobol indices or Morris measures of outcomes that another program computed. It runs nothing.

use super::exit::BadInput;
use super::page::Page;
use super::sensitivity::{MethodArg, tell};
use super::shared::{SEEDS, whole};
use super::sweep_design::{Axes, all, read_axes};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use suasion::experiment::design::{Plan, Table};
use suasion::experiment::sensitivity::{Bootstrap, Measure, Subject};
use suasion::scenario::Axis;

/// Estimate Sobol indices or Morris measures from outcomes that another program computed
///
/// FILE has a row for each point of the design, in its order, and a column for each outcome: CSV, or a bare matrix as
/// numpy.savetxt writes it. The design is one of `suasion design`, or of SALib: saltelli or sobol for sobol, morris for
/// morris.
#[derive(Debug, Args)]
pub(super) struct Indices {
    /// Outcomes, a row for each point
    #[arg(value_name = "FILE")]
    outcomes: PathBuf,
    /// What the points were laid for
    #[arg(long, value_enum)]
    method: MethodArg,
    /// An axis and its range: x=0..1 (may be repeated, in the order of the design's columns)
    #[arg(long, value_name = "NAME=RANGE", value_parser = read_axes)]
    axis: Vec<Axes>,
    /// The points: columns named by axes, or a bare matrix in their order (needed for morris). They
    /// must be the design of the method, value by value. An axis without --axis ranges from the least to the greatest value of its column
    #[arg(long, value_name = "FILE")]
    points: Option<PathBuf>,
    /// Sobol: the design has the points for indices of pairs
    #[arg(long)]
    second_order: bool,
    /// Resamples for the intervals
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = whole::<u32>(1..=100_000))]
    resamples: u32,
    /// Seed of the resamples
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>(SEEDS))]
    seed: u64,
    /// Print the results as JSON, with all axes
    #[arg(long)]
    json: bool,
}

impl Indices {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let plan = self.plan()?;
        let table = Table::read_outcomes(&self.outcomes)?;
        let columns = table.paths.iter().enumerate();
        let subject = Subject {
            title: self.outcomes.display().to_string(),
            measure: self.method.measure(self.second_order),
            plan,
            known: self.points.is_some(),
            outcomes: columns.map(|(c, name)| (name.clone(), table.column(c))).collect(),
        };
        let bootstrap = Bootstrap { resamples: self.resamples, seed: self.seed, ..Bootstrap::default() };
        tell(&mut page, &subject, &subject.analyse(bootstrap)?, self.json)?;
        page.print()
    }

    fn plan(&self) -> Result<Plan> {
        if self.second_order && self.method.measure(false) == Measure::Morris {
            return Err(BadInput("--second-order: only Sobol indices have it".into()).into());
        }
        let axes: Vec<Axis> = all(&self.axis, None)?;
        let paths: Vec<String> = axes.iter().map(|axis| axis.path.clone()).collect();
        if let Some((i, path)) = paths.iter().enumerate().find(|(i, path)| paths[..*i].contains(path)) {
            return Err(BadInput(format!("--axis {path}: given twice (as number {})", i + 1)).into());
        }
        match &self.points {
            Some(points) => Ok(Plan::from_table(Table::read(points, &paths)?).with_ranges(&axes)),
            None if self.method.measure(false) == Measure::Morris => {
                Err(BadInput("--method morris needs the points: --points FILE".into()).into())
            }
            None if axes.is_empty() => {
                Err(BadInput("name the axes of the design, with --axis or by --points FILE".into()).into())
            }
            // Only how many axes there are matters to Sobol indices, and what they are called.
            None => Ok(Plan::from_table(Table { paths, values: axes.iter().map(|axis| axis.low).collect() })),
        }
    }
}
