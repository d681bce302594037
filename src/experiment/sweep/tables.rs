//! From finished blocks to tables, point by point: whatever the shards were, the same bytes. It simulates nothing.

use super::{Blocks, DESCRIPTION, Layout, SCENARIO, Store};
use crate::estimate::{Accumulator, Estimate, Level};
use crate::experiment::error::ExperimentError;
use crate::experiment::job::Job;
use crate::experiment::outcome::Outcome;
use crate::experiment::paired::kind;
use crate::model::variable::Variable;
use crate::output::error::OutputError;
use crate::output::folder::OutputFile;
use crate::output::manifest::{JobEntry, Manifest, Size};
use crate::output::place::Place;
use crate::output::schema;
use crate::output::table::{Table, Text, Values, labels};
use crate::output::trajectories::TrajectoriesRecorder;
use crate::output::writer::{Format, TableWriter};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// Rows gathered before they are written.
const ROWS: usize = 1 << 16;
/// Level of the intervals.
const LEVEL: f64 = 0.95;

/// A sweep's results, written.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The folder.
    pub folder: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
}

/// The job of a sweep: the same for its shards, its merge and a run of the whole.
pub fn job(layout: &Layout, format: Format) -> Job {
    let entry = JobEntry::new("sweep")
        .with("format", format.extension())
        .with("identity", layout.description.identity());
    Job::of(manifest(layout, entry))
        .told_by(SCENARIO, layout.resolved.clone())
        .told_by(DESCRIPTION, layout.description.json())
}

/// Writes the results of a sweep whose blocks are all there to its place, and shows each point, in
/// order, to `see`: its number, its values, and what its replicates say of each outcome.
///
/// # Errors
/// If blocks are missing (which, is told), something cannot be read or written, or `stop` was raised; nothing is then
/// changed at the place.
pub fn write(
    layout: &Layout,
    store: &mut Store,
    place: Place,
    format: Format,
    stop: &AtomicBool,
    mut see: impl FnMut(u64, &[f64], &[Estimate]),
) -> Result<Merged, ExperimentError> {
    if let Some(lacks) = store.lacks(layout) {
        return Err(ExperimentError::Asked(lacks));
    }
    let mut folder = place.begin()?;
    let open = |name: &str, columns: &[schema::Column]| {
        let format = if name == "design" { Format::Csv } else { format };
        let file = folder.file(&format!("{name}.{}", format.extension()))?;
        let path = file.path().to_path_buf();
        TableWriter::new(format, file, &path, columns, &[])
    };
    let mut tables = Tables::open(layout, open)?;
    let digest = fill(layout, &mut store.blocks, stop, &mut tables, &mut see)?;
    let mut rows = BTreeMap::new();
    for (name, writer) in tables.finish()? {
        let (file, count) = writer.finish(&[("suasion.digest".to_string(), digest.clone())])?;
        folder.close(file)?;
        rows.insert(name.to_string(), count);
    }
    folder.write(SCENARIO, layout.resolved.as_bytes())?;
    folder.write(DESCRIPTION, layout.description.json().as_bytes())?;
    let folder = folder.commit(job(layout, format).manifest.found(digest, rows))?;
    let manifest = Manifest::read(&folder)?;
    Ok(Merged { folder, manifest })
}

/// Fills the tables from finished blocks, and returns the digest of the outcomes.
pub(super) fn fill<S: Sink>(
    layout: &Layout,
    blocks: &mut impl Kept,
    stop: &AtomicBool,
    tables: &mut Tables<S>,
    see: &mut impl FnMut(u64, &[f64], &[Estimate]),
) -> Result<String, ExperimentError> {
    let replicates = layout.description.replicates;
    let level = Level::new(LEVEL);
    let mut hasher = blake3::Hasher::new();
    for point in 0..layout.description.points {
        if stop.load(Ordering::Relaxed) {
            return Err(ExperimentError::Stopped);
        }
        let values = layout.plan.point(point);
        let sums = gather(layout, blocks, point, tables.trajectories.as_mut())?;
        let mut sizes = sums.sizes(layout.outcomes.iter().map(kind));
        layout.outcomes.count_unseen(&mut sizes, &layout.world);
        let estimate =
            |(c, outcome): (usize, &Outcome)| sums.estimate(c, outcome.support(), sizes[c], &level);
        let estimates: Vec<Estimate> = layout.outcomes.iter().enumerate().map(estimate).collect();
        see(point, &values, &estimates);
        tables.design.row(|column| if column == 0 { point as f64 } else { values[column - 1] })?;
        for (c, (e, outcome)) in estimates.iter().zip(layout.outcomes.iter()).enumerate() {
            let year = f64::from(outcome.year(&layout.world));
            let mut row = vec![point as f64, c as f64, year, c as f64, c as f64, e.n as f64, e.mean];
            // Of a single replicate there is neither.
            let several = e.sd.zip(e.interval).filter(|_| replicates > 1);
            row.extend(several.into_iter().flat_map(|(sd, interval)| [sd, interval.low, interval.high]));
            row.extend([e.min, e.max]);
            for x in &row[6..] {
                hasher.update(&x.to_bits().to_le_bytes());
            }
            tables.outcomes.row(|column| row[column])?;
        }
    }
    Ok(hasher.finalize().to_hex()[..32].to_string())
}

fn manifest(layout: &Layout, job: JobEntry) -> Manifest {
    let (description, world) = (&layout.description, &layout.world);
    let (points, replicates) = (description.points, u64::from(description.replicates));
    let (states, steps) = (world.states.len() as u64, world.clock.steps() as u64);
    let size = Size {
        points: Some(points),
        replicates,
        states,
        start: world.clock.start,
        end: world.clock.end,
        steps,
        agent_steps: points * replicates * states * steps,
    };
    let seed = u64::from_str_radix(description.seed.trim_start_matches("0x"), 16).unwrap_or_default();
    Manifest::new(job, description.scenario.clone(), seed, size)
}

/// The sums of a point over all passes, and its rows of trajectories.
fn gather<S: Sink>(
    layout: &Layout,
    blocks: &mut impl Kept,
    point: u64,
    mut trajectories: Option<&mut Filling<S>>,
) -> Result<Accumulator, ExperimentError> {
    let position = layout.position_of(point);
    let mut sums: Option<Accumulator> = None;
    for pass in 0..layout.geometry.passes() {
        let (block, place) = layout.geometry.find(pass, position);
        let replicates = layout.geometry.block(block).replicates;
        let length = layout.bytes_per_point(replicates.len());
        let bytes = blocks.part(block, place as usize * length, length)?;
        let words: Vec<u64> = bytes
            .chunks_exact(8)
            .map(|eight| u64::from_le_bytes(eight.try_into().unwrap_or_default()))
            .collect();
        let (of_outcomes, of_runs) = words.split_at(layout.of_outcomes.len() * Accumulator::WORDS);
        let part = Accumulator::of_words(of_outcomes, replicates.len() as u64);
        match &mut sums {
            Some(sums) => sums.merge(&part),
            None => sums = Some(part),
        }
        let of_runs: Vec<f64> = of_runs.iter().copied().map(f64::from_bits).collect();
        if let Some(table) = &mut trajectories {
            let variables = Variable::all(&layout.world).len();
            let rows = layout.world.clock.years() + 1;
            for (r, replicate) in replicates.enumerate() {
                let run = &of_runs[r * layout.of_trajectories.len()..][..layout.of_trajectories.len()];
                for (i, values) in run.chunks_exact(variables).enumerate() {
                    let year = f64::from(layout.world.clock.start - 1 + (i % rows) as i32);
                    let keys = [
                        point as f64,
                        f64::from(layout.replicate(point, replicate)),
                        (i / rows) as f64,
                        year,
                    ];
                    table.row(|column| if column < 4 { keys[column] } else { values[column - 4] })?;
                }
            }
        }
    }
    Ok(sums.unwrap_or_else(|| Accumulator::of_words(&[], 0)))
}

fn design_table(layout: &Layout) -> Table {
    let mut columns = vec![Values::Int32(Vec::new())];
    columns.resize(1 + layout.plan.axes().len(), Values::Double(Vec::new()));
    Table { columns }
}

fn outcome_table(layout: &Layout) -> Table {
    let world = &layout.world;
    let text = |of: &dyn Fn(&Outcome) -> String| {
        Values::Text(Text { labels: labels(layout.outcomes.iter().map(of)), codes: Vec::new() })
    };
    let mut columns = vec![
        Values::Int32(Vec::new()),
        text(&|outcome| outcome.place.id(world).to_string()),
        Values::Int32(Vec::new()),
        text(&|outcome| outcome.measure.parts(world).0),
        text(&|outcome| outcome.measure.parts(world).1.unwrap_or_default()),
        Values::Int32(Vec::new()),
    ];
    columns.resize(schema::outcomes(layout.description.replicates).len(), Values::Double(Vec::new()));
    Table { columns }
}

/// Where finished blocks are.
pub(super) trait Kept {
    /// Bytes of a block, from a place in it.
    fn part(&mut self, block: u64, from: usize, length: usize) -> Result<Vec<u8>, OutputError>;
}

impl Kept for Blocks {
    fn part(&mut self, block: u64, from: usize, length: usize) -> Result<Vec<u8>, OutputError> {
        Blocks::part(self, block, from, length)
    }
}

/// Where the rows of a table go.
pub(super) trait Sink {
    /// Takes the next rows.
    fn take(&mut self, rows: &Table) -> Result<(), OutputError>;
}

impl Sink for TableWriter<OutputFile> {
    fn take(&mut self, rows: &Table) -> Result<(), OutputError> {
        self.write(rows)
    }
}

/// The tables of a sweep's results on their way.
pub(super) struct Tables<S> {
    design: Filling<S>,
    outcomes: Filling<S>,
    trajectories: Option<Filling<S>>,
}

impl<S: Sink> Tables<S> {
    /// Opens those that a sweep has, each by its name and columns.
    pub(super) fn open(
        layout: &Layout,
        open: impl Fn(&str, &[schema::Column]) -> Result<S, OutputError>,
    ) -> Result<Tables<S>, OutputError> {
        let filling = |name: &'static str, columns: &[schema::Column], table: Table| {
            Ok::<Filling<S>, OutputError>(Filling { name, table, sink: open(name, columns)? })
        };
        let axes = layout.plan.axes().iter().map(|axis| axis.path.as_str());
        let design = filling("design", &schema::design(axes), design_table(layout))?;
        let columns = schema::outcomes(layout.description.replicates);
        let outcomes = filling("outcomes", &columns, outcome_table(layout))?;
        let trajectories = if layout.description.trajectories {
            let mut table =
                TrajectoriesRecorder::new(&layout.world, &crate::output::kept::Kept::All).into_table();
            table.columns.insert(0, Values::Int32(Vec::new()));
            Some(filling("trajectories", &schema::sweep_trajectories(&layout.world), table)?)
        } else {
            None
        };
        Ok(Tables { design, outcomes, trajectories })
    }

    /// The filled sinks by name.
    pub(super) fn finish(self) -> Result<Vec<(&'static str, S)>, OutputError> {
        let all = [Some(self.design), Some(self.outcomes), self.trajectories];
        all.into_iter().flatten().map(Filling::finish).collect()
    }
}

/// A table on its way to its sink, row by row.
struct Filling<S> {
    name: &'static str,
    table: Table,
    sink: S,
}

impl<S: Sink> Filling<S> {
    fn row(&mut self, value: impl Fn(usize) -> f64) -> Result<(), OutputError> {
        let row = self.table.rows();
        for (c, column) in self.table.columns.iter_mut().enumerate() {
            column.grow(1);
            column.set(row, value(c));
        }
        if row + 1 == ROWS {
            self.sink.take(&self.table)?;
            self.table.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(&'static str, S), OutputError> {
        if self.table.rows() > 0 {
            self.sink.take(&self.table)?;
        }
        Ok((self.name, self.sink))
    }
}
