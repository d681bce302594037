//! `sensitivity`: which axes an outcome depends on. It sweeps, or takes a finished sweep, and has it analysed.

use super::exit::BadInput;
use super::progress::stop_flag;
use super::sensitivity_table::{json, picture, render};
use super::shared::{EngineArgs, FormatArg, ScenarioArgs};
use super::sweep_design::{Axes, DesignArg, DesignArgs};
use super::sweeping::Sweeping;
use crate::experiment::design::{Plan, usual_axes};
use crate::experiment::sensitivity::{Analysis, Bootstrap, Found, Measure, analyse, csv};
use crate::experiment::sweep::{DESCRIPTION, Request, Results, Sweep};
use crate::output::folder::write_file;
use crate::scenario::{Axis, Loaded, Scenario};
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file of the results beside those of the sweep.
const SENSITIVITY: &str = "sensitivity.csv";
/// Outcomes where none is asked for: means over states in the last year.
const OUTCOMES: [&str; 3] = ["motivation", "protection", "enforcement"];
/// Trajectories of Morris and base samples of Sobol where nothing says otherwise.
const TRAJECTORIES: u64 = 50;
const SAMPLES: u64 = 1024;
/// Where a scenario says how long a step is, and how short this command makes it at most.
const STEPS: &str = "time.steps_per_year";
const MOST_STEPS: u32 = 52;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum MethodArg {
    /// Screening by elementary effects along Morris trajectories: few points, finds the axes that matter
    Morris,
    /// Variance shares: first-order and total Sobol indices, from Saltelli's design
    Sobol,
}

/// Tell which axes an outcome depends on, by Morris screening or Sobol indices
///
/// Runs the points of the design on common random numbers, and shows for each outcome the axes that matter most, with
/// 95% intervals. Axes come from --axis, or the scenario's [sweep]; without either, every parameter varies over its
/// range. Results are those of a sweep (points, outcomes, manifest), and sensitivity.csv. Stopped, the same command
/// goes on from there. In place of a scenario, the folder of a finished sweep by `--design morris` or `saltelli` is
/// analysed: so the runs may be those of a cluster.
#[derive(Debug, Args)]
pub(super) struct Sensitivity {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Screening (morris) or variance shares (sobol) [default: morris]
    #[arg(long, value_enum)]
    method: Option<MethodArg>,
    /// An axis: parameters.drift=0..0.2; or a path alone, for the range that `suasion params` shows, as
    /// parameters.drift or 'parameters.*' (may be repeated)
    #[arg(long, value_name = "PATH[=RANGE]", value_parser = super::sweep_design::parse_axes)]
    axis: Vec<Axes>,
    /// Trajectories of morris (default: 50), or base samples of sobol (default: 1024; powers of two are best)
    #[arg(long, value_name = "N")]
    samples: Option<u64>,
    /// Sobol: also indices of pairs, for about twice the points
    #[arg(long)]
    second_order: bool,
    /// Morris: levels of the grid of each axis, even (default: 4)
    #[arg(long, value_name = "N")]
    levels: Option<u32>,
    /// What to look at: protection, motivation.IDN, phase=4 (may be repeated; default: motivation, protection and
    /// enforcement, means over states in the last year)
    #[arg(long, value_name = "OUTCOME")]
    outcome: Vec<String>,
    /// Resamples for the intervals
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    resamples: u32,
    #[command(flatten)]
    engine: EngineArgs,
    /// Folder of the results (default: out/NAME-METHOD)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Format of the table of outcomes
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,
    /// Drop the blocks that an earlier attempt left in OUT.blocks
    #[arg(long)]
    fresh: bool,
    /// Draw the first outcome that is not constant as bars with intervals, into FILE.svg and FILE.png
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the results as JSON
    #[arg(long)]
    json: bool,
}

/// What is analysed.
pub(super) struct Subject {
    pub title: String,
    pub measure: Measure,
    pub plan: Plan,
    /// Name and values of each outcome.
    pub outcomes: Vec<(String, Vec<f64>)>,
}

impl Subject {
    pub(super) fn analyse(&self, bootstrap: Bootstrap) -> Result<Vec<Analysis>> {
        let outcomes = self.outcomes.iter();
        let analyse =
            |(name, values): &(String, Vec<f64>)| analyse(self.measure, &self.plan, name, values, &bootstrap);
        Ok(outcomes.map(analyse).collect::<Result<_, _>>()?)
    }

    pub(super) fn tell(&self, analyses: &[Analysis], as_json: bool) -> Result<()> {
        let mut out = std::io::stdout().lock();
        if as_json {
            writeln!(out, "{}", json(self.measure, &self.plan, analyses)?)?;
        } else {
            writeln!(out, "{}\n", self.title)?;
            write!(out, "{}", render(self.measure, &self.plan, analyses))?;
        }
        Ok(())
    }
}

impl MethodArg {
    pub(super) fn measure(self, second_order: bool) -> Measure {
        match self {
            MethodArg::Morris => Measure::Morris,
            MethodArg::Sobol => Measure::Sobol { second_order },
        }
    }
}

impl Sensitivity {
    pub(super) fn run(self) -> Result<()> {
        let named = PathBuf::from(&self.scenario.scenario);
        let (results, folder) = if named.join(DESCRIPTION).exists() {
            let results = Results::read(&named)?;
            self.refuse_what_changes_nothing(&results)?;
            (results, named)
        } else {
            let folder = self.sweep()?;
            (Results::read(&folder)?, folder)
        };
        let subject = self.subject(&results, &folder)?;
        let seed = results.layout.seed();
        let analyses =
            subject.analyse(Bootstrap { resamples: self.resamples, seed, ..Bootstrap::default() })?;
        let csv =
            csv(subject.measure, &subject.plan, &analyses).context("the results cannot be written as CSV")?;
        let path = folder.join(SENSITIVITY);
        write_file(&path, &csv)?;
        let varied = analyses.iter().find(|analysis| analysis.found != Found::Constant);
        if let (Some(name), Some(analysis)) = (&self.picture, varied) {
            let ended = |ending: &str| PathBuf::from(format!("{}.{ending}", name.display()));
            let picture = picture(&subject.plan, analysis);
            write_file(&ended("svg"), picture.svg()?.as_bytes())?;
            write_file(&ended("png"), &picture.png()?)?;
        }
        if self.json || !self.quiet {
            subject.tell(&analyses, self.json)?;
        }
        if !self.json && !self.quiet {
            writeln!(std::io::stdout(), "written to {}", path.display())?;
        }
        Ok(())
    }

    /// Runs the points, unless that was done before, and returns the folder of the sweep.
    fn sweep(&self) -> Result<PathBuf> {
        let options = self.engine.options()?;
        let mut loaded = self.scenario.loaded()?;
        let mut base = loaded.build()?;
        let method = self.method.unwrap_or(MethodArg::Morris);
        let proposed = base.sweep.as_ref();
        let mut axes: Vec<Axis> = self.axes();
        if axes.is_empty() {
            axes = proposed.map_or_else(|| usual_axes("parameters.*"), |sweep| sweep.axes.clone());
        }
        if !self.scenario.set.iter().any(|set| set.trim().starts_with(STEPS)) {
            base = self.shorten_steps(&mut loaded, base, &axes)?;
        }
        let proposed = base.sweep.as_ref();
        let (design, samples) = match method {
            MethodArg::Morris => (DesignArg::Morris, TRAJECTORIES),
            MethodArg::Sobol => (DesignArg::Saltelli, SAMPLES),
        };
        let design = DesignArgs {
            axis: vec![Axes(axes)],
            design: Some(design),
            samples: Some(self.samples.unwrap_or(samples)),
            second_order: self.second_order,
            levels: self.levels,
            points: None,
        };
        let (plan, design, replicates) = design.lay(proposed, base.seed, self.scenario.replicates)?;
        let mut outcomes = self.outcome.clone();
        if outcomes.is_empty() {
            outcomes = OUTCOMES.map(String::from).to_vec();
        }
        let request =
            Request { plan, design, replicates, common_random_numbers: true, outcomes, trajectories: false };
        let out = self.out.clone().unwrap_or_else(|| {
            let name = if method == MethodArg::Morris { "morris" } else { "sobol" };
            PathBuf::from("out").join(format!("{}-{name}", base.name.replace('/', "-")))
        });
        super::estimate::refuse_what_a_sweep_cannot(&base, &request, &out)?;
        let sweep = Sweep::new(loaded, request)?;
        let silent = self.quiet || self.json;
        let sweeping = Sweeping { sweep: &sweep, out: &out, fresh: self.fresh, options, silent };
        if sweeping.done().is_none() {
            let stop = stop_flag()?;
            let store = sweeping.simulate((1, 1), &stop)?;
            sweeping.write(store, self.format.into(), &stop, |_, _, _| ())?;
        }
        Ok(out)
    }

    /// Rates beyond those of the scenario may need shorter steps: as many a year as the highest of all axes together.
    fn shorten_steps(&self, loaded: &mut Loaded, base: Scenario, axes: &[Axis]) -> Result<Scenario> {
        let mut highest = loaded.clone();
        for axis in axes {
            highest.set_number(&axis.path, axis.high)?;
        }
        let given = base.world.clock.steps_per_year;
        let mut needed = given;
        while needed < MOST_STEPS {
            highest.set(&format!("{STEPS}={needed}"))?;
            match highest.build_alone() {
                Err(error) if error.problems().iter().all(|problem| problem.path == STEPS) => needed += 1,
                // What else may be wrong, the check of the points tells.
                _ => break,
            }
        }
        if needed == given || needed == MOST_STEPS {
            return Ok(base);
        }
        loaded.set(&format!("{STEPS}={needed}"))?;
        if !self.quiet {
            eprintln!(
                "{STEPS} is {needed} instead of {given}: the fastest rates of the axes need shorter steps"
            );
        }
        Ok(loaded.build()?)
    }

    /// The points of a finished sweep are as they are.
    fn refuse_what_changes_nothing(&self, results: &Results) -> Result<()> {
        let of_table = results.layout.description.design.method(1).is_none();
        let design = !self.axis.is_empty() || self.method.is_some() || self.second_order;
        if self.samples.is_some() || self.levels.is_some() || (design && !of_table) {
            let message = "the sweep is finished: options of its design change nothing, only --outcome and --resamples do";
            return Err(BadInput(message.into()).into());
        }
        Ok(())
    }

    fn subject(&self, results: &Results, folder: &Path) -> Result<Subject> {
        let description = &results.layout.description;
        let laid = description.design.method(description.points);
        let measure = match (laid.and_then(Measure::of), laid) {
            (Some(measure), _) => measure,
            (None, None) => self.method.map(|method| method.measure(self.second_order)).ok_or_else(|| {
                BadInput("the points are from elsewhere; say what they are for with --method".into())
            })?,
            (None, Some(_)) => {
                let message = format!(
                    "{} is a sweep of another design; sensitivity needs one of --design morris or saltelli",
                    folder.display()
                );
                return Err(BadInput(message).into());
            }
        };
        let places = match &self.outcome[..] {
            [] => (0..results.layout.outcomes.cells.len()).collect(),
            asked => results.find(asked)?,
        };
        let label = |place: usize| results.layout.outcomes.cells[place].label(&results.layout.world);
        let outcomes = places.into_iter().map(|place| (label(place), results.means(place))).collect();
        let title = format!(
            "{}\n{} design points, {} replicates of each, on common random numbers",
            description.scenario.title, description.points, description.replicates
        );
        let plan = results.layout.plan.clone().with_ranges(&self.axes());
        Ok(Subject { title, measure, plan, outcomes })
    }

    fn axes(&self) -> Vec<Axis> {
        self.axis.iter().flat_map(|axes| axes.0.clone()).collect()
    }
}
