//! Sweeps: a design's points times replicates, in blocks that are kept as they finish and merged when all are there.
//!
//! What is asked for becomes a [`Sweep`], whose [`Layout`] alone is needed to merge. Simulating is in `run.rs`, in a history
//! (`within.rs`) where one is asked for; keeping in `log.rs`, tables in `tables.rs`.

mod description;
mod folder;
mod geometry;
mod log;
mod memory;
mod results;
mod run;
mod store;
mod tables;
mod within;

pub use description::{AxisEntry, Description, DesignEntry};
pub use folder::{Begun, Sweeping, Work};
pub use geometry::{Block, Geometry};
pub use log::{Blocks, Found, Header, Log};
pub use memory::{Held, Rows, hold};
pub use results::Results;
pub use run::simulate;
pub use store::{DESCRIPTION, DESIGN, POINTS, SCENARIO, Store};
pub use tables::{Merged, job, write};

use crate::estimate::Accumulator;
use crate::excerpt::number;
use crate::experiment::design::{BalancedOrder, Plan, Table};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::asked::Asked;
use crate::experiment::outcome::{Measure, Outcome, Outcomes, Place};
use crate::experiment::run::entry;
use crate::model::variable::Variable;
use crate::model::world::World;
use crate::output::manifest::PROGRAM;
use crate::output::schema::FORMAT_VERSION;
use crate::scenario::{Axis, Factors, Loaded, Scenario};

/// Runs of a sweep, at most: replicates are numbered in 31 bits, and this many take months.
const MOST_RUNS: u128 = 1 << 40;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Points and axes.
    pub plan: Plan,
    /// How they are laid.
    pub design: DesignEntry,
    /// Replicates of each point.
    pub replicates: u32,
    /// Whether points see the same luck.
    pub common_random_numbers: bool,
    /// Outcomes, as written; empty: every variable in the last year.
    pub outcomes: Vec<String>,
    /// Whether every variable of every run is kept too.
    pub trajectories: bool,
}

/// What a sweep's runs are and where each number lies: all that merging needs.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The sweep, written down.
    pub description: Description,
    /// The scenario that points vary, resolved.
    pub resolved: String,
    /// Its world: states, variables and years of every point.
    pub world: World,
    /// Its points.
    pub plan: Plan,
    /// Outcomes of the sweep.
    pub outcomes: Outcomes,
    /// The cut into blocks.
    pub geometry: Geometry,
    /// What is read of each run.
    recorded: Outcomes,
    /// The outcomes' places in it.
    of_outcomes: Vec<usize>,
    /// Those of trajectories, by state, row and variable; empty where none are kept.
    of_trajectories: Vec<usize>,
    order: Option<BalancedOrder>,
    /// Inverse of the order's stride.
    back: u64,
}

/// A sweep that can be run.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// Where everything lies.
    pub layout: Layout,
    loaded: Loaded,
    seed: u64,
    /// The axes compiled; none where points differ in more than numbers, so that each is built anew.
    factors: Option<Factors>,
    /// The history that points are run in.
    within: Option<within::Within>,
}

impl Sweep {
    /// Checks what is asked for: that outcomes exist, that every axis leads somewhere and both of its ends are valid,
    /// and that a spread of the points makes valid scenarios.
    ///
    /// # Errors
    /// If one of these does not hold, or the runs are too many to number.
    pub fn new(loaded: Loaded, request: Request) -> Result<Sweep, ExperimentError> {
        let base = loaded.build()?;
        let Request { plan, design, replicates, common_random_numbers, outcomes, trajectories } = request;
        let runs = plan.len().saturating_mul(u128::from(replicates));
        let numbered = common_random_numbers || runs < 1 << 31;
        if replicates == 0 || replicates > i32::MAX as u32 {
            return Err(ExperimentError::asked(
                format!("{replicates} replicates"),
                Some("expected at least 1".into()),
            ));
        }
        if runs > MOST_RUNS || !numbered {
            let found = format!("{} points of {replicates} replicates are {runs} runs", plan.len());
            let most = if numbered { MOST_RUNS } else { (1 << 31) - 1 };
            let hint = format!("a sweep of this kind may have {most}: take fewer samples or levels");
            return Err(ExperimentError::asked(found, Some(hint)));
        }
        let outcomes = match &outcomes[..] {
            [] => Outcomes::last_year(&base.world),
            asked => Outcomes::parse(asked, &base.world)?,
        };
        let resolved = base.resolved();
        let description = Description {
            program: PROGRAM.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            scenario: entry(&base),
            seed: format!("{:#x}", base.seed),
            design,
            axes: plan.axes().iter().map(AxisEntry::from).collect(),
            points: plan.len() as u64,
            replicates,
            common_random_numbers,
            outcomes: outcomes.iter().map(|outcome| outcome.label(&base.world)).collect(),
            trajectories,
            given: None,
            format: FORMAT_VERSION,
        };
        let seed = base.seed;
        let layout = Layout::new(description, resolved, base.world, plan, outcomes);
        let sweep = Sweep { layout, loaded, seed, factors: None, within: None };
        sweep.check_ends()?;
        let sweep = sweep.compiled();
        sweep.check_points()?;
        Ok(sweep)
    }

    /// A sweep that was written down, to be run again.
    ///
    /// # Errors
    /// If its scenario is not one that this version reads.
    pub fn again(layout: Layout) -> Result<Sweep, ExperimentError> {
        let loaded = Scenario::parse(&layout.description.scenario.name, &layout.resolved, None)?;
        let given = layout.description.given.as_deref().map(str::parse::<Asked>).transpose();
        let given = given.map_err(|wrong| ExperimentError::Asked(format!("the sweep's history: {wrong}")))?;
        let sweep = Sweep { seed: layout.seed(), layout, loaded, factors: None, within: None }.compiled();
        match given {
            Some(asked) => sweep.within(asked),
            None => Ok(sweep),
        }
    }

    /// The sweep with its axes compiled, at the first of a few points where that can be done.
    fn compiled(self) -> Sweep {
        const TRIED: u64 = 3;
        let Layout { plan, description, .. } = &self.layout;
        let order = BalancedOrder::new(description.points);
        let compile = |i: u64| {
            let ends = plan.axes().iter().map(|axis| (axis.low, axis.high));
            let [a, b] = Factors::near(&plan.point(order.at(i)), ends);
            Factors::compile([&a, &b], |values| self.built(values))
        };
        let factors = (0..description.points.min(TRIED)).find_map(compile);
        Sweep { factors, ..self }
    }

    /// The seed of all draws.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The scenario that points vary.
    ///
    /// # Errors
    /// If it is not valid.
    pub fn base(&self) -> Result<Scenario, ExperimentError> {
        Ok(self.loaded.build_alone()?)
    }

    /// The world of a point.
    ///
    /// # Errors
    /// If its values make no valid scenario.
    pub fn world(&self, point: u64) -> Result<World, ExperimentError> {
        let values = self.layout.plan.point(point);
        self.world_at(&values).map_err(|error| {
            const SHOWN: usize = 5;
            let axes = self.layout.plan.axes().iter().zip(&values);
            let mut at: Vec<String> =
                axes.take(SHOWN).map(|(axis, x)| format!("{} = {}", axis.path, number(*x))).collect();
            if values.len() > SHOWN {
                at.push(format!("and {} more", values.len() - SHOWN));
            }
            ExperimentError::Asked(format!("point {point} ({}): {error}", at.join(", ")))
        })
    }

    fn world_at(&self, values: &[f64]) -> Result<World, ExperimentError> {
        self.factors.as_ref().and_then(|factors| factors.world(values)).map_or_else(|| self.built(values), Ok)
    }

    /// The world of some values of the axes, built anew.
    fn built(&self, values: &[f64]) -> Result<World, ExperimentError> {
        let mut loaded = self.loaded.clone();
        for (axis, x) in self.layout.plan.axes().iter().zip(values) {
            loaded.set_number(&axis.path, *x)?;
        }
        let world = loaded.build_alone()?.world;
        if world.states.len() != self.layout.world.states.len() || world.clock != self.layout.world.clock {
            let found = "an axis changes the number of states or the years of the run".to_string();
            return Err(ExperimentError::asked(
                found,
                Some("tables need the same ones at every point".into()),
            ));
        }
        Ok(world)
    }

    /// Each end of each axis by itself, so that a wrong one is named.
    fn check_ends(&self) -> Result<(), ExperimentError> {
        for axis in self.layout.plan.axes() {
            for x in [axis.low, axis.high] {
                let mut loaded = self.loaded.clone();
                loaded.set_number(&axis.path, x)?;
                loaded.build_alone()?;
            }
        }
        Ok(())
    }

    /// A spread of the points: some of what is only wrong together is told before the first block.
    fn check_points(&self) -> Result<(), ExperimentError> {
        const MOST: u64 = 64;
        let points = self.layout.description.points;
        let order = BalancedOrder::new(points);
        (0..points.min(MOST)).try_for_each(|i| self.world(order.at(i)).map(drop))
    }
}

impl Layout {
    fn new(
        description: Description,
        resolved: String,
        world: World,
        plan: Plan,
        outcomes: Outcomes,
    ) -> Layout {
        let mut trajectory = Vec::new();
        if description.trajectories {
            for place in (0..world.states.len()).map(Place::State) {
                for row in 0..=world.clock.years() {
                    let of = |v| Outcome::new(Measure::Variable(v), place, row);
                    trajectory.extend(Variable::all(&world).into_iter().map(of));
                }
            }
        }
        let recorded = Outcomes::new([&outcomes, &trajectory[..]].concat());
        let find = |wanted: &[Outcome]| -> Vec<usize> {
            wanted.iter().filter_map(|outcome| recorded.find(*outcome)).collect()
        };
        let (of_outcomes, of_trajectories) = (find(&outcomes), find(&trajectory));
        let steps = (world.states.len() * world.clock.steps()) as u64;
        let geometry = Geometry::new(
            description.points,
            description.replicates,
            steps,
            (of_outcomes.len() * Accumulator::WORDS * 8) as u64,
            (of_trajectories.len() * 8) as u64,
        );
        // Levels of a grid come one after the other; sequences, and trajectories of Morris, are as good in order.
        let points = description.points;
        let order = (description.design == DesignEntry::Grid).then(|| BalancedOrder::new(points));
        Layout {
            description,
            resolved,
            world,
            plan,
            outcomes,
            geometry,
            recorded,
            of_outcomes,
            of_trajectories,
            order,
            back: order.map_or(1, |order| inverse(order.at(1 % points), points)),
        }
    }

    /// The layout of a sweep that was written down. `points` are those from elsewhere.
    ///
    /// # Errors
    /// If the scenario or the design is not one that this version writes.
    pub fn read(
        description: Description,
        resolved: String,
        points: Option<Table>,
    ) -> Result<Layout, ExperimentError> {
        description.check()?;
        let name = description.scenario.name.clone();
        let world = Scenario::parse(&name, &resolved, None)?.build_alone()?.world;
        let seed = parse_seed(&description.seed);
        let axes: Vec<Axis> = description.axes.iter().map(Axis::from).collect();
        let plan = match (description.design.method(description.points), points) {
            (Some(method), _) => Plan::new(method, axes, seed.unwrap_or_default())?,
            (None, Some(points)) => Plan::from_table(points),
            (None, None) => return Err(ExperimentError::asked("the sweep's points are missing", None)),
        };
        if plan.len() != u128::from(description.points) || seed.is_none() {
            return Err(ExperimentError::asked("the sweep's description contradicts itself", None));
        }
        if let DesignEntry::Table { .. } = description.design
            && DesignEntry::table(&plan) != description.design
        {
            let found =
                "the sweep's points are not those that were swept: their hash differs from the description's";
            return Err(ExperimentError::asked(
                found,
                Some("take their file from a copy, or sweep again".into()),
            ));
        }
        let outcomes = Outcomes::parse(&description.outcomes, &world)?;
        Ok(Layout::new(description, resolved, world, plan, outcomes))
    }

    /// The seed of all draws.
    pub fn seed(&self) -> u64 {
        // Whoever made the description wrote a seed, and `read` accepts no other.
        parse_seed(&self.description.seed).unwrap_or_default()
    }

    /// The point at a position in the order of work.
    fn point_at(&self, position: u64) -> u64 {
        self.order.map_or(position, |order| order.at(position))
    }

    /// The position of a point.
    fn position_of(&self, point: u64) -> u64 {
        (u128::from(point) * u128::from(self.back) % u128::from(self.description.points.max(1))) as u64
    }

    /// The replicate whose luck a run sees.
    fn replicate(&self, point: u64, replicate: u32) -> u32 {
        if self.description.common_random_numbers {
            return replicate;
        }
        // Beyond 2^32 runs their numbers begin again.
        (point.wrapping_mul(u64::from(self.description.replicates)) as u32).wrapping_add(replicate)
    }

    /// Bytes of a block's results.
    pub fn bytes_of(&self, block: u64) -> u64 {
        let block = self.geometry.block(block);
        (block.positions.end - block.positions.start) * self.bytes_per_point(block.replicates.len()) as u64
    }

    /// Bytes of a point's results in a block of so many replicates.
    fn bytes_per_point(&self, replicates: usize) -> usize {
        8 * (self.of_outcomes.len() * Accumulator::WORDS + self.of_trajectories.len() * replicates)
    }
}

fn parse_seed(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

/// The number that a stride, coprime to n, is to be multiplied with to give 1 modulo n (extended Euclid).
fn inverse(stride: u64, n: u64) -> u64 {
    let (mut r, mut s) = ((i128::from(n), i128::from(stride)), (0i128, 1i128));
    while r.1 != 0 {
        let quotient = r.0 / r.1;
        r = (r.1, r.0 - quotient * r.1);
        s = (s.1, s.0 - quotient * s.1);
    }
    s.0.rem_euclid(i128::from(n.max(1))) as u64
}

#[cfg(test)]
mod tests;
