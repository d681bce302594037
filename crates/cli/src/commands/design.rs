//! `design`: the points of a design as a table, for programs that run a model elsewhere. It runs nothing.

use super::exit::BadInput;
use super::place::{ReplaceArg, put_files};
use super::shared::{SEEDS, whole};
use super::sweep_design::DesignArgs;
use anyhow::Result;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use suasion::experiment::cost::human;
use suasion::experiment::design::Plan;
use suasion::experiment::sweep::{Request, Sweep};
use suasion::output::error::OutputError;
use suasion::output::schema;
use suasion::output::table::{Table, Values};
use suasion::output::writer::{Format, TableWriter};
use suasion::scenario::Scenario;

/// Tables beyond this are refused: a mistake more often than a wish.
const MOST_BYTES: u128 = 1 << 30;
/// Characters of a number and its separator, about.
const BYTES_PER_VALUE: u128 = 19;
/// Points written at once.
const ROWS: u64 = 4096;

/// Lay the points of a design without running them
///
/// A CSV table: the number of the point, then a column for each axis. With a scenario, its [sweep] is the default and
/// axes must lead somewhere in it; without one, axes may have any names: the model is elsewhere, and `suasion indices`
/// reads what it gave.
#[derive(Debug, Args)]
pub(super) struct Design {
    /// A bundled scenario or a scenario file
    scenario: Option<String>,
    #[command(flatten)]
    laid: DesignArgs,
    /// Seed of the draws of latin-hypercube and morris (default: the scenario's, or 1)
    #[arg(long, value_name = "N", value_parser = whole::<u64>(SEEDS))]
    seed: Option<u64>,
    /// File to write (default: standard output)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    how: ReplaceArg,
}

impl Design {
    pub(super) fn run(self) -> Result<()> {
        let plan = self.lay()?;
        let k = plan.axes().len() as u128;
        let bytes = plan.len().saturating_mul(k + 1).saturating_mul(BYTES_PER_VALUE);
        if bytes > MOST_BYTES || plan.len() > i32::MAX as u128 {
            let size = human(u64::try_from(bytes).unwrap_or(u64::MAX));
            let message =
                format!("{} points would take about {size}; take fewer samples or levels", plan.len());
            return Err(BadInput(message).into());
        }
        match &self.out {
            None => drop(write(&plan, std::io::stdout().lock(), Path::new("standard output"))?),
            Some(path) => put_files(&[(path.clone(), write(&plan, Vec::new(), path)?)], self.how.replace)?,
        }
        Ok(())
    }

    fn lay(&self) -> Result<Plan> {
        let Some(name) = &self.scenario else {
            return Ok(self.laid.asked(None, None)?.lay(None, self.seed.unwrap_or(1))?.0);
        };
        let loaded = Scenario::load(name)?;
        let base = loaded.build()?;
        let seed = self.seed.unwrap_or(base.seed);
        let proposed = base.sweep.as_ref();
        let (plan, design, _) = self.laid.asked(Some(&base), None)?.lay(proposed, seed)?;
        // A sweep of one replicate is laid and not run: it says what is wrong with the axes.
        let request = Request {
            plan: plan.clone(),
            design,
            replicates: 1,
            common_random_numbers: true,
            outcomes: Vec::new(),
            trajectories: false,
        };
        Sweep::new(loaded, request)?;
        Ok(plan)
    }
}

fn write<W: Write>(plan: &Plan, sink: W, path: &Path) -> Result<W, OutputError> {
    let columns = schema::design(plan.axes().iter().map(|axis| axis.path.as_str()));
    let mut writer = TableWriter::new(Format::Csv, sink, path, &columns, &[])?;
    let len = plan.len() as u64;
    let mut values = vec![0.0; plan.axes().len()];
    for first in (0..len).step_by(ROWS as usize) {
        let points = first..(first + ROWS).min(len);
        let mut table = vec![Vec::with_capacity(ROWS as usize); values.len()];
        for point in points.clone() {
            plan.write_point(point, &mut values);
            table.iter_mut().zip(&values).for_each(|(column, x)| column.push(*x));
        }
        let numbers = Values::Int32(points.map(|point| point as i32).collect());
        let columns = std::iter::once(numbers).chain(table.into_iter().map(Values::Double)).collect();
        writer.write(&Table { columns })?;
    }
    Ok(writer.finish(&[])?.0)
}
