//! `sensitivity`: which axes an outcome depends on. It sweeps, or takes a finished sweep, and has it analysed.

use super::exit::{BadInput, stopped_sweep};
use super::notice::notice;
use super::page::Page;
use super::place::{Name, PlaceArgs, done_before, put_back, put_files};
use super::progress::Progress;
use super::resampled::Resampled;
use super::sensitivity_table::{json, picture, say};
use super::shared::{EngineArgs, FormatArg, ScenarioArgs, whole};
use super::signals::stop_flag;
use super::sweep_design::{Axes, all, read_axes};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use suasion::experiment::design;
use suasion::experiment::history::asked::Asked as Given;
use suasion::experiment::sensitivity::{Analysis, Asked, Bootstrap, Found, Measure, Subject, Swept};
use suasion::experiment::sweep::{Begun, DESCRIPTION, Results, Sweep, Sweeping};
use suasion::experiment::unfinished;
use suasion::output::manifest::MANIFEST;
use suasion::output::single::refuse_unwritable;
use suasion::scenario::{Axis, Scenario};

/// Resamples where nobody says.
const RESAMPLES: u32 = 1000;

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
/// 95% intervals. Axes come from --axis; without it, every parameter varies over its usual range. Results are those of a
/// sweep (points, outcomes, manifest), and sensitivity.csv. Stopped, the same command goes on from there. In place of a
/// scenario, the folder of a finished `suasion sweep --design morris` or `saltelli` is analysed: so the runs may be those
/// of a cluster.
#[derive(Debug, Args)]
pub(super) struct Sensitivity {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Screening (morris) or variance shares (sobol) [default: morris]
    #[arg(long, value_enum)]
    method: Option<MethodArg>,
    /// An axis: parameters.drift=0..0.2; or a path alone, for the range that `suasion params` shows or the scenario declares, as
    /// parameters.drift or 'parameters.*' (may be repeated)
    #[arg(long, value_name = "PATH[=RANGE]", value_parser = read_axes)]
    axis: Vec<Axes>,
    /// Trajectories of morris (default: 50), or base samples of sobol (default: 1024; powers of two are best)
    #[arg(long, value_name = "N", value_parser = whole::<u64>(1..=u64::MAX))]
    samples: Option<u64>,
    /// Sobol: also indices of pairs, for about twice the points
    #[arg(long)]
    second_order: bool,
    /// Morris: levels of the grid of each axis, even (default: 4)
    #[arg(long, value_name = "N", value_parser = whole::<u32>(2..=1_000_000))]
    levels: Option<u32>,
    /// What to look at: protection, motivation.IDN, phase=4 (may be repeated; default: motivation, protection and
    /// enforcement, means over states in the last year)
    #[arg(long, value_name = "OUTCOME")]
    outcome: Vec<String>,
    /// Run every point in the history, with the luck that the states must have had, given what is on record: `record`
    /// (record:until=YEAR,particles=N,rows=N), or a folder that `suasion condition` wrote; axes are numbers of regimes and instruments
    #[arg(long, value_name = "record|DIR")]
    given: Option<Given>,
    /// Resamples for the intervals
    #[arg(long, value_name = "N", default_value_t = RESAMPLES, value_parser = whole::<u32>(1..=100_000))]
    resamples: u32,
    #[command(flatten)]
    engine: EngineArgs,
    #[command(flatten)]
    place: PlaceArgs,
    /// Format of the table of outcomes
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,
    /// Drop the blocks that an earlier attempt left in OUT.blocks, and begin anew
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

/// Says what was found.
pub(super) fn tell(page: &mut Page, subject: &Subject, analyses: &[Analysis], as_json: bool) -> Result<()> {
    let Subject { title, measure, plan, .. } = subject;
    if as_json {
        page.copy(json(*measure, plan, analyses)?);
    } else {
        page.say(format!("{title}\n"));
        say(page, *measure, plan, analyses);
    }
    Ok(())
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
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let pictures = self
            .picture
            .as_ref()
            .map(|name| ["svg", "png"].map(|ending| PathBuf::from(format!("{}.{ending}", name.display()))));
        refuse_unwritable(pictures.as_ref().map_or(&[], |names| names))?;
        let named = PathBuf::from(&self.scenario.scenario);
        let (results, folder) = if named.join(DESCRIPTION).exists() {
            let results = Results::read(&named)?;
            self.refuse_what_changes_nothing(&results)?;
            (results, named)
        } else {
            self.refuse_a_folder(&named)?;
            let folder = self.sweep()?;
            (Results::read(&folder)?, folder)
        };
        let measure = self.method.map(|method| method.measure(self.second_order));
        let name = folder.display().to_string();
        let ranges = self.ranges(&results)?;
        let subject = Subject::of(&results, measure, &self.outcome, &ranges, &name)?;
        let seed = results.layout.seed();
        let analyses =
            subject.analyse(Bootstrap { resamples: self.resamples, seed, ..Bootstrap::default() })?;
        let asked = Resampled {
            measure: subject.measure,
            ranges,
            outcomes: self.outcome.clone(),
            resamples: self.resamples,
        };
        let [(path, csv), (job, kept)] = asked.files(&folder, &subject, &analyses)?;
        let replace = self.place.how.replace || self.fresh;
        let mut files = vec![(path.clone(), csv), (job, kept)];
        let varied = analyses.iter().find(|analysis| analysis.found != Found::Constant);
        if let (Some([svg, png]), Some(analysis)) = (pictures, varied) {
            let picture = picture(&subject.plan, analysis);
            files.push((svg, picture.svg()?.into_bytes()));
            files.push((png, picture.png()?));
        }
        put_files(&files, replace)?;
        if self.json || !self.quiet {
            tell(&mut page, &subject, &analyses, self.json)?;
        }
        if !self.json && !self.quiet {
            page.copy(format!("written to {}", path.display()));
        }
        page.print()
    }

    /// The ranges that are given for points from elsewhere; those of a design that was laid are its own.
    fn ranges(&self, results: &Results) -> Result<Vec<Axis>> {
        let from_elsewhere = results.layout.description.design.method(1).is_none();
        if from_elsewhere { all(&self.axis, Some(&results.layout.world)) } else { Ok(Vec::new()) }
    }

    /// Refuses what is meant as a folder of a sweep and is none: what it is instead, and what to do.
    fn refuse_a_folder(&self, named: &Path) -> Result<()> {
        let is_meant = named.join(MANIFEST).exists() || unfinished::hint(named).is_some();
        if is_meant && Scenario::load(&self.scenario.scenario).is_err() {
            Results::read(named)?;
        }
        Ok(())
    }

    /// Runs the points, unless that was done before, and returns the folder of the sweep.
    fn sweep(&self) -> Result<PathBuf> {
        let options = self.engine.options()?;
        let mut loaded = self.scenario.loaded()?;
        let method = self.method.unwrap_or(MethodArg::Morris);
        let declares = self.axis.iter().any(|axes| matches!(axes, Axes::Declared(..)));
        let base = declares.then(|| loaded.build_alone()).transpose()?;
        let design = design::Asked {
            axes: all(&self.axis, base.as_ref().map(|base| &base.world))?,
            samples: self.samples,
            second_order: self.second_order,
            levels: self.levels,
            replicates: self.scenario.replicates,
            ..design::Asked::default()
        };
        let asked = Asked {
            measure: method.measure(self.second_order),
            design,
            outcomes: self.outcome.clone(),
            keep_steps: self.scenario.set.iter().any(|set| set.trim().starts_with("time.steps_per_year")),
        };
        let Swept { base, request, notices } = asked.lay(&mut loaded)?;
        for said in notices.iter().filter(|_| !self.quiet) {
            notice(said);
        }
        let out = self.place.target(self.usual(&base.name, method));
        suasion::experiment::cost::refuse_what_a_sweep_cannot(&base, &request, Some(&out), None)?;
        let sweep = Sweep::new(loaded, request)?;
        let sweep = match &self.given {
            Some(asked) => sweep.within(asked.clone())?,
            None => sweep,
        };
        let silent = self.quiet || self.json;
        let (replace, fresh, format) = (self.place.how.replace, self.fresh, self.format.into());
        let sweeping = Sweeping { sweep: &sweep, out: &out, format, replace, fresh, options };
        put_back(&out, silent)?;
        match sweeping.begin()? {
            Begun::Finished(_) if silent => {}
            Begun::Finished(manifest) => notice(&done_before(&out, &manifest)),
            Begun::Ready(work) => {
                let stop = stop_flag()?;
                let mut progress = Progress::new("runs", 0, silent);
                let store = work.simulate(&stop, |done, total| progress.of(done, total));
                progress.finish();
                let store = store.map_err(stopped_sweep)?;
                work.write(store, &stop, |_, _, _| ()).map_err(stopped_sweep)?;
            }
        }
        Ok(out)
    }

    fn usual(&self, scenario: &str, method: MethodArg) -> Name {
        let method = if method == MethodArg::Morris { "morris" } else { "sobol" };
        let axes = self.axis.iter().flat_map(Axes::texts);
        Name::new(None, &self.scenario, scenario, Some(method))
            .of(&self.scenario, true)
            .word(self.format.unless(FormatArg::Parquet))
            .option("axis", axes)
            .option("samples", self.samples)
            .option("levels", self.levels)
            .option("second-order", self.second_order.then_some(true))
            .option("outcome", &self.outcome)
            .option("given", self.given.as_ref().map(Given::to_string))
            .option("resamples", (self.resamples != RESAMPLES).then_some(self.resamples))
    }

    /// The points of a finished sweep are as they are.
    fn refuse_what_changes_nothing(&self, results: &Results) -> Result<()> {
        let of_table = results.layout.description.design.method(1).is_none();
        let design = !self.axis.is_empty() || self.method.is_some() || self.second_order;
        if self.samples.is_some() || self.levels.is_some() || self.given.is_some() || (design && !of_table) {
            let message = "the sweep is finished: options of its design change nothing, only --outcome and --resamples do";
            return Err(BadInput(message.into()).into());
        }
        Ok(())
    }
}
