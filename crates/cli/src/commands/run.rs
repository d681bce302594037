//! `suasion run`: simulate a scenario, show a table, write a folder.

use super::exit::Interrupted;
use super::explain::outcomes_table;
use super::given::{GivenArgs, Wanted};
use super::page::Page;
use super::place::{Name, PlaceArgs, tell_done};
use super::posterior::{PosteriorArgs, Under};
use super::progress::Progress;
use super::results::keep;
use super::run_text;
use super::shared::{EngineArgs, FormatArg, LEVEL, ScenarioArgs, flag, given};
use super::signals::stop_flag;
use anyhow::{Context, Result};
use clap::Args;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use suasion::engine::parallel::{Options, Stopped};
use suasion::experiment::compare;
use suasion::experiment::history::on_record;
use suasion::experiment::job::{Claimed, Job, SCENARIO};
use suasion::experiment::outcome::Outcomes;
use suasion::experiment::paired::{self, Plan};
use suasion::experiment::posterior::Worlds;
use suasion::experiment::run::{Block, Tables, kept, simulate_in, write_summary};
use suasion::experiment::{cost, luck};
use suasion::output::ensemble::EnsembleRecorder;
use suasion::output::error::OutputError;
use suasion::output::folder::{OutputFile, OutputFolder};
use suasion::output::kept::Kept;
use suasion::output::manifest::{JobEntry, Manifest, Platform};
use suasion::output::summary::Summary;
use suasion::output::table::Table;
use suasion::output::writer::{Format, TableWriter};
use suasion::output::{schema, summary_csv, summary_rows};
use suasion::scenario::Scenario;

#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    posterior: PosteriorArgs,
    #[command(flatten)]
    given: GivenArgs,
    #[command(flatten)]
    engine: EngineArgs,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Format of the tables
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,
    /// Also write the ledger: what moved motivation, by state, year and mechanism
    #[arg(long)]
    ledger: bool,
    /// Outcomes to tell of with intervals, beside the table and in one of their own: years-to-law, persuasion.IDN, phase=4 (may be
    /// repeated)
    #[arg(long, value_name = "OUTCOME")]
    outcome: Vec<String>,
    /// Variables that the tables have, and no others: motivation,law (names of columns, or of instruments for their adoption)
    #[arg(long, value_name = "VARIABLE,...", value_delimiter = ',')]
    keep: Vec<String>,
    /// Write the summary alone, neither trajectories nor events
    #[arg(long, conflicts_with = "ledger")]
    summary_only: bool,
    /// Print nothing but errors
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
    /// Print the manifest as JSON instead of the table
    #[arg(long)]
    json: bool,
}

/// A table on its way to the folder.
struct Written {
    name: &'static str,
    writer: TableWriter<OutputFile>,
}

impl Run {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let scenario = self.scenario.load()?;
        let options = self.engine.options()?;
        let asked = Outcomes::parse(&self.outcome, &scenario.world)?;
        let kept = kept(&self.keep, &scenario.world)?;
        let wanted = self.given.wanted(&self.scenario, &scenario, &self.posterior)?;
        let target = self.place.target(self.usual(&scenario, wanted.as_ref()));
        let job = self.job(&scenario, &kept, wanted.as_ref())?;
        let silent = self.quiet || self.json;
        let tables = cost::Tables {
            trajectories: !self.summary_only,
            ledger: self.ledger,
            csv: matches!(self.format, FormatArg::Csv),
            kept: &kept,
        };
        if !self.place.how.rehearsal {
            cost::refuse_what_cannot_fit(&scenario, tables, &target)?;
        }
        let place = match self.place.how.claim(&target, &job, silent)? {
            Claimed::Free(place) => place,
            Claimed::Finished(manifest) => {
                let json = self.json.then(|| manifest.to_json()).transpose()?;
                return tell_done(page, &target, &manifest, self.quiet, json);
            }
        };
        let mut folder = place.begin()?;
        let begun = Instant::now();
        let stop = stop_flag()?;
        let under =
            self.posterior.draw(&self.scenario, &scenario, &[], (false, wanted.is_some()), options, &stop)?;
        let history =
            wanted.as_ref().map(|wanted| wanted.history(under.as_ref(), options, silent)).transpose()?;
        let worlds = Under::base(under.as_ref(), &scenario).within(history.as_ref());
        let (ensemble, mut rows) = self.simulate((&scenario, &kept), worlds, options, &mut folder, &stop)?;
        let (summary, digest) = ensemble.into_parts();
        if let Some(summary) = &summary {
            self.keep_summary((&scenario, &kept), summary, (&mut folder, &mut rows), options, &stop)?;
        }
        let mut outcomes = None;
        if !asked.is_empty() {
            // The same runs again, for what their summary does not keep.
            let (seed, replicates) = (scenario.seed, scenario.replicates as usize);
            let plan = Plan { outcomes: &asked, seed, replicates, options };
            let (profile, _) = paired::run(worlds, &[], plan, &stop, |_| ())?;
            outcomes = Some(outcomes_table(&scenario.world, &asked, (&profile, None), LEVEL));
            let told = compare::means(&scenario.world, &profile, LEVEL);
            let mut table = self.open(&scenario, &folder, "outcomes", &told.columns, options)?;
            table.write(&told.table)?;
            let (file, count) = table.finish(&[])?;
            folder.close(file)?;
            rows.insert("outcomes".to_string(), count);
        }
        let resolved = scenario.resolved();
        folder.write(SCENARIO, resolved.as_bytes())?;
        let arguments = job.manifest.job.as_ref().map_or(&[][..], |job| &job.arguments);
        keep(&mut folder, &self.scenario, arguments, &self.posterior, under.as_ref())?;
        let platform = Platform::here(&options.isa.to_string(), options.threads.get());
        let manifest =
            job.manifest.found(digest.to_string(), rows).on(platform, begun.elapsed().as_secs_f64());
        let path = folder.commit(manifest)?;
        if self.json {
            return page.end(Some(Manifest::read(&path)?.to_json()?), false);
        }
        if self.quiet {
            return Ok(());
        }
        page.say(&scenario.title);
        if let Some(counterfactual) = &scenario.counterfactual {
            page.say(format!("counterfactual {counterfactual}"));
        }
        page.say("");
        if let Some(summary) = &summary {
            run_text::say(&mut page, &scenario, summary);
        }
        if let Some(outcomes) = outcomes {
            page.say("");
            page.table(outcomes);
            page.say("");
        }
        if let Some(under) = &under {
            page.say(under.told());
        }
        if let Some(wanted) = &wanted {
            page.say(wanted.line(&self.scenario));
        }
        // A file that gives a trait of a theory is no scenario by itself.
        let own = Scenario::load(&self.scenario.scenario).and_then(|loaded| loaded.build_alone()).ok();
        if let Some(why) = own.and_then(|own| luck::apart(&scenario, &own)) {
            page.say(format!(
                "this run sees another luck than {} as it is ({why}): set means beside each other, not replicates",
                self.scenario.scenario
            ));
        }
        page.copy(format!("written to {} in {:.1} s", path.display(), begun.elapsed().as_secs_f64()));
        page.say(format!("digest {digest}"));
        self.proposals(&mut page, &scenario, &path)?;
        page.print()
    }

    /// Writes the summary into the folder, as text or as Parquet.
    fn keep_summary(
        &self,
        (scenario, kept): (&Scenario, &Kept),
        summary: &Summary,
        (folder, rows): (&mut OutputFolder, &mut BTreeMap<String, u64>),
        options: Options,
        stop: &AtomicBool,
    ) -> Result<()> {
        match summary_rows::format(&scenario.world, kept, self.format.into()) {
            Format::Csv => {
                let mut file = folder.file("summary.csv")?;
                summary_csv::write(summary, &scenario.world, &mut file)
                    .context("the summary cannot be written as CSV")?;
                folder.close(file)?;
            }
            Format::Parquet => {
                let writer = self.open(scenario, folder, "summary", &schema::summary(), options)?;
                let written = write_summary(summary, &scenario.world, writer, options.threads, stop);
                let (file, count) = written.map_err(|stopped| match stopped {
                    Stopped::Asked => Interrupted("stopped; nothing was written").into(),
                    other => anyhow::Error::from(other),
                })?;
                folder.close(file)?;
                rows.insert("summary".to_string(), count);
            }
        }
        Ok(())
    }

    fn usual(&self, scenario: &Scenario, wanted: Option<&Wanted>) -> Name {
        Name::new(None, &self.scenario, &scenario.name, None)
            .of(&self.scenario, true)
            .word(self.ledger.then_some("ledger"))
            .word(self.summary_only.then_some("summary"))
            .word(self.format.unless(FormatArg::Parquet))
            .option("outcome", &self.outcome)
            .option("keep", &self.keep)
            .option("posterior", self.posterior.tag())
            .option("given", Wanted::tag(wanted))
    }

    fn job(&self, scenario: &Scenario, kept: &Kept, wanted: Option<&Wanted>) -> Result<Job> {
        let tables = match (self.ledger, self.summary_only) {
            (true, _) => "trajectories, events, ledger",
            (_, true) => "none but the summary",
            _ => "trajectories, events",
        };
        let arguments = [
            self.scenario.arguments(),
            given("format", [self.format.name()]),
            flag("ledger", self.ledger),
            flag("summary-only", self.summary_only),
            given("outcome", &self.outcome),
            given("keep", &self.keep),
            Wanted::arguments(wanted),
        ];
        let mut entry = JobEntry::new("run").with("tables", tables).asked_by(arguments.concat());
        if let Some(told) = Wanted::tag(wanted) {
            entry = entry.with("given", told);
        }
        if let Kept::Some(_) = kept {
            let names = kept.variables(&scenario.world).into_iter().map(|v| v.name(&scenario.world));
            entry = entry.with("kept", names.collect::<Vec<String>>());
        }
        if !self.outcome.is_empty() {
            entry = entry.with("outcomes", self.outcome.clone());
        }
        let is_long = summary_rows::format(&scenario.world, kept, Format::Parquet) == Format::Parquet;
        if !self.summary_only || !self.outcome.is_empty() || is_long {
            entry = entry.with("format", self.format.name());
        }
        Ok(Job::new(entry, scenario).drawn_from(self.posterior.entry()?))
    }

    /// How to see what was written, and what to ask next of the same scenario.
    fn proposals(&self, page: &mut Page, scenario: &Scenario, path: &Path) -> Result<()> {
        let command = |words: &[&str]| shlex::try_join(words.iter().copied());
        let see = command(&["suasion", "report", &path.to_string_lossy()])?;
        page.copy(format!("to see it: {see} # one page of pictures and tables"));
        let reference = self.scenario.scenario.as_str();
        let (mut next, what) =
            match (scenario.counterfactuals.iter().min_by_key(|c| c.line), scenario.world.states.first()) {
                (Some(first), _) => {
                    (vec!["suasion", "compare", reference, &first.id], "what it would be without, or with")
                }
                (None, Some(state)) => {
                    (vec!["suasion", "explain", reference, "--state", &state.id], "what moved a state")
                }
                (None, None) => return Ok(()),
            };
        let (options, given) = (self.scenario.options(), self.given.options());
        next.extend(options.iter().map(String::as_str));
        next.extend(self.posterior.options());
        next.extend(given.iter().map(String::as_str));
        page.copy(format!("next: {} # {what}", command(&next)?));
        // What free runs know nothing of, where there is something to know.
        let is_free = given.is_empty() && !self.posterior.is_given() && scenario.counterfactual.is_none();
        if is_free && on_record(scenario, None).is_ok() {
            let mut condition = vec!["suasion", "condition", reference];
            condition.extend(options.iter().map(String::as_str));
            page.copy(format!("or: {} # what the record says of these states", command(&condition)?));
        }
        Ok(())
    }

    /// Begins a table in the folder.
    fn open(
        &self,
        scenario: &Scenario,
        folder: &OutputFolder,
        name: &str,
        columns: &[schema::Column],
        options: Options,
    ) -> Result<TableWriter<OutputFile>> {
        let metadata = [
            ("suasion.scenario".to_string(), scenario.name.clone()),
            ("suasion.seed".to_string(), format!("{:#x}", scenario.seed)),
            ("suasion.replicates".to_string(), scenario.replicates.to_string()),
        ];
        let format = Format::from(self.format);
        let file = folder.file(&format!("{name}.{}", format.extension()))?;
        let path = file.path().to_path_buf();
        Ok(TableWriter::new(format, file, &path, columns, &metadata)?.on(options.threads))
    }

    /// Simulates, writes tables block by block, and returns the summary with the rows of each table.
    fn simulate(
        &self,
        (scenario, kept): (&Scenario, &Kept),
        worlds: Worlds,
        options: Options,
        folder: &mut OutputFolder,
        stop: &AtomicBool,
    ) -> Result<(EnsembleRecorder, BTreeMap<String, u64>)> {
        let world = &scenario.world;
        let open =
            |wanted: bool, name: &'static str, columns: &[schema::Column]| -> Result<Option<Written>> {
                if !wanted {
                    return Ok(None);
                }
                Ok(Some(Written { name, writer: self.open(scenario, folder, name, columns, options)? }))
            };
        let full = !self.summary_only;
        let mut trajectories = open(full, "trajectories", &schema::trajectories(world, kept))?;
        let mut events = open(full, "events", &schema::events())?;
        let mut ledger = open(self.ledger, "ledger", &schema::ledger(&scenario.world))?;
        let mut progress =
            Progress::new("replicates", u64::from(scenario.replicates), self.quiet || self.json);
        let tables = Tables { trajectories: full, events: full, ledger: self.ledger, kept };
        let done = simulate_in(scenario, worlds, tables, options, stop, |block: Block, done| {
            put(&mut trajectories, block.trajectories)?;
            put(&mut events, block.events)?;
            put(&mut ledger, block.ledger)?;
            progress.at(done as u64);
            Ok::<(), OutputError>(())
        });
        progress.finish();
        let total = match done {
            Ok(total) => total,
            Err(Stopped::Asked) => return Err(Interrupted("stopped; nothing was written").into()),
            Err(Stopped::Taking(error)) => return Err(error.into()),
            Err(error @ (Stopped::Threads(_) | Stopped::NotFinite(_))) => return Err(error.into()),
        };
        let digest = [("suasion.digest".to_string(), total.digest().to_string())];
        let mut rows = BTreeMap::new();
        for table in [trajectories, events, ledger].into_iter().flatten() {
            let (file, count) = table.writer.finish(&digest)?;
            folder.close(file)?;
            rows.insert(table.name.to_string(), count);
        }
        Ok((total, rows))
    }
}

fn put(written: &mut Option<Written>, table: Option<Table>) -> Result<(), OutputError> {
    match (written, table) {
        (Some(written), Some(table)) => written.writer.write(&table),
        _ => Ok(()),
    }
}
