//! A sweep whose blocks and results stay in memory. It writes nothing.

use super::tables::{Kept, Sink, Tables, fill};
use super::{Results, Sweep, simulate};
use crate::engine::parallel::Options;
use crate::estimate::Estimate;
use crate::experiment::error::ExperimentError;
use crate::output::error::OutputError;
use crate::output::schema::Column;
use crate::output::table::Table;
use std::sync::atomic::AtomicBool;

/// A table in memory, in blocks of rows.
#[derive(Clone, Debug)]
pub struct Rows {
    /// Name: `design`, `outcomes` or `trajectories`.
    pub name: &'static str,
    /// What its columns are.
    pub columns: Vec<Column>,
    /// Its rows.
    pub blocks: Vec<Table>,
}

/// The results of a sweep in memory.
#[derive(Clone, Debug)]
pub struct Held {
    /// What they are of, and the means.
    pub results: Results,
    /// The tables that a folder of results has.
    pub tables: Vec<Rows>,
    /// Digest of the outcomes.
    pub digest: String,
}

/// Simulates a whole sweep. `progress` hears how many runs are done, and how many there are.
///
/// ```
/// use suasion::experiment::{design::{Asked, parse_axes}, sweep::{Request, Sweep, hold}};
/// use suasion::{engine::parallel::Options, scenario::Scenario};
/// use std::sync::atomic::AtomicBool;
/// let asked = Asked { axes: parse_axes("parameters.drift=0,0.1")?, replicates: Some(4), ..Asked::default() };
/// let (plan, design, replicates) = asked.lay(None, 1).unwrap();
/// let outcomes = vec!["motivation".to_string()];
/// let request =
///     Request { plan, design, replicates, common_random_numbers: true, outcomes, trajectories: false };
/// let sweep = Sweep::new(Scenario::load("asean").unwrap(), request).unwrap();
/// let held = hold(&sweep, Options::default(), &AtomicBool::new(false), |_, _| ()).unwrap();
/// assert_eq!((held.results.means(0).len(), held.tables[1].blocks[0].rows()), (2, 2));
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// If a point is not valid, threads could not be started, or `stop` was raised.
pub fn hold(
    sweep: &Sweep,
    options: Options,
    stop: &AtomicBool,
    mut progress: impl FnMut(u64, u64),
) -> Result<Held, ExperimentError> {
    let layout = &sweep.layout;
    let all: Vec<u64> = (0..layout.geometry.blocks()).collect();
    let total = all.iter().map(|block| layout.geometry.block(*block).runs()).sum();
    let mut blocks = InMemory(Vec::with_capacity(all.len()));
    let mut done = 0;
    simulate(sweep, &all, options, stop, |block, bytes| {
        blocks.0.push(bytes);
        done += layout.geometry.block(block).runs();
        progress(done, total);
        Ok(())
    })?;
    let open = |_: &str, columns: &[Column]| Ok((columns.to_vec(), Vec::new()));
    let mut tables = Tables::<(Vec<Column>, Vec<Table>)>::open(layout, open)?;
    let mut means = Vec::new();
    let mut see = |_: u64, _: &[f64], estimates: &[Estimate]| means.extend(estimates.iter().map(|e| e.mean));
    let digest = fill(layout, &mut blocks, stop, &mut tables, &mut see)?;
    let rows = |(name, (columns, blocks))| Rows { name, columns, blocks };
    Ok(Held {
        results: Results { layout: layout.clone(), means },
        tables: tables.finish()?.into_iter().map(rows).collect(),
        digest,
    })
}

/// All blocks, by number.
struct InMemory(Vec<Vec<u8>>);

impl Kept for InMemory {
    fn part(&mut self, block: u64, from: usize, length: usize) -> Result<Vec<u8>, OutputError> {
        Ok(self.0[block as usize][from..from + length].to_vec())
    }
}

impl Sink for (Vec<Column>, Vec<Table>) {
    fn take(&mut self, rows: &Table) -> Result<(), OutputError> {
        self.1.push(rows.clone());
        Ok(())
    }
}
