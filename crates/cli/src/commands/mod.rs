//! The commands, one file each. They read, call the front of the library, and print; they hold no arithmetic of the model.

mod audit;
mod audit_text;
mod bars;
mod calibrate;
mod calibrate_args;
mod calibrate_likelihood;
mod calibrate_picture;
mod calibrate_text;
mod check;
mod cluster;
mod cluster_resubmit;
mod cluster_status;
mod compare;
mod completions;
mod condition;
mod condition_picture;
mod convert;
mod crowding;
mod decompose;
mod design;
mod differences;
mod effects;
pub mod exit;
mod explain;
mod given;
mod hindcast_picture;
mod hindcast_text;
mod indices;
mod lab;
mod list;
mod map;
mod merge;
mod new;
mod notice;
mod numbers;
mod page;
mod panel;
mod params;
mod place;
mod posterior;
mod power;
mod power_text;
mod progress;
mod report;
mod resampled;
mod results;
mod run;
mod run_text;
mod schema;
mod sensitivity;
mod sensitivity_table;
mod shared;
mod signals;
mod slurm;
mod sweep;
mod sweep_args;
mod sweep_design;
mod sweep_table;
mod table;
mod theories;
mod validate;
mod validate_forecast;
mod validate_skill;
mod validate_text;
mod verify;
mod weigh;
mod weigh_beside;
mod weigh_text;

use anyhow::Result;
use clap::{Parser, Subcommand};
use page::Page;
use std::ffi::{OsStr, OsString};

/// Norm internalization by states, simulated.
///
/// A scenario describes states and the regimes that press on them; suasion simulates it over many replicates, exactly
/// reproducibly, and writes tables that R, Python and Stata read. Start with: suasion run asean
#[derive(Debug, Parser)]
#[command(
    name = "suasion",
    version,
    max_term_width = 110,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Print lines and tables as wide as they are
    #[arg(long, global = true)]
    wide: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the bundled scenarios, or what a scenario holds
    List(list::List),
    /// List the bundled theories, or say what one argues
    Theories(theories::Theories),
    /// Start a scenario file of your own
    New(new::New),
    Convert(convert::Convert),
    /// Check a scenario and estimate what it costs to run
    Check(check::Check),
    /// Show the parameters, traits and regime fields: default, range, unit, meaning
    Params(params::Params),
    /// Print the JSON Schema of scenario files, for editors
    Schema,
    /// Simulate a scenario: a table on the terminal, trajectories and summaries in a folder
    Run(run::Run),
    Sweep(sweep::Sweep),
    Merge(merge::Merge),
    Map(map::Map),
    /// Run the shards of a sweep on a cluster
    #[command(subcommand)]
    Cluster(cluster::Cluster),
    /// Compare a baseline with counterfactuals on the same luck, and split the difference among mechanisms
    Compare(compare::Compare),
    Condition(condition::Condition),
    Audit(audit::Audit),
    /// Explain what moved motivation, year by year and mechanism by mechanism
    Explain(explain::Explain),
    Lab(lab::Lab),
    Sensitivity(sensitivity::Sensitivity),
    Calibrate(calibrate::Calibrate),
    Design(design::Design),
    Indices(indices::Indices),
    Panel(panel::Panel),
    Validate(validate::Validate),
    Weigh(weigh::Weigh),
    Power(power::Power),
    Report(report::Report),
    /// Run the scenario of a folder again and compare digests
    Verify(verify::Verify),
    /// Print a completion script for a shell
    Completions(completions::Completions),
    /// Print the manual page
    Man,
}

impl Cli {
    /// Reads a command line. A number below 0 after an option is its value, of which that option says what it expects.
    ///
    /// # Errors
    /// If it is no command of this program: what clap says, which also asks for help to be shown.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
        let mut joined: Vec<OsString> = Vec::new();
        let mut words = words.into_iter();
        for word in words.by_ref() {
            let is_end = word == "--";
            match joined.last_mut().filter(|last| is_open_option(last) && is_below_zero(&word)) {
                Some(option) => {
                    option.push("=");
                    option.push(word);
                }
                None => joined.push(word),
            }
            if is_end {
                break;
            }
        }
        Cli::try_parse_from(joined.into_iter().chain(words))
    }

    /// The same command as a rehearsal: it keeps hashes of what it would write, and its manifest.
    fn rehearsed(mut self) -> Cli {
        match &mut self.command {
            Command::Run(run) => run.place.how.rehearsal = true,
            Command::Compare(compare) => compare.place.how.rehearsal = true,
            Command::Condition(condition) => condition.place.how.rehearsal = true,
            Command::Audit(audit) => audit.place.how.rehearsal = true,
            Command::Explain(explain) => explain.how.rehearsal = true,
            Command::Calibrate(calibrate) => calibrate.place.how.rehearsal = true,
            Command::Validate(validate) => validate.place.how.rehearsal = true,
            Command::Weigh(weigh) => weigh.place.how.rehearsal = true,
            Command::Power(power) => power.place.how.rehearsal = true,
            Command::Panel(panel) => panel.how.rehearsal = true,
            // The others are done again without their commands.
            _ => {}
        }
        self
    }

    /// Runs the command.
    ///
    /// # Errors
    /// Whatever the command meets; the caller prints it and chooses the exit code ([`exit::report`]).
    pub fn run(self) -> Result<()> {
        let page = Page::new(self.wide);
        notice::be_wide(self.wide);
        match self.command {
            Command::List(list) => list.run(page),
            Command::Theories(theories) => theories.run(page),
            Command::New(new) => new.run(page),
            Command::Convert(convert) => convert.run(page),
            Command::Check(check) => check.run(page),
            Command::Params(params) => params.run(page),
            Command::Schema => schema::run(),
            Command::Run(run) => run.run(page),
            Command::Sweep(sweep) => sweep.run(page),
            Command::Merge(merge) => merge.run(page),
            Command::Map(map) => map.run(page),
            Command::Cluster(cluster) => cluster.run(page),
            Command::Compare(compare) => compare.run(page),
            Command::Condition(condition) => condition.run(page),
            Command::Audit(audit) => audit.run(page),
            Command::Explain(explain) => explain.run(page),
            Command::Lab(lab) => lab.run(),
            Command::Sensitivity(sensitivity) => sensitivity.run(page),
            Command::Calibrate(calibrate) => calibrate.run(page),
            Command::Design(design) => design.run(),
            Command::Indices(indices) => indices.run(page),
            Command::Panel(panel) => panel.run(page),
            Command::Validate(validate) => validate.run(page),
            Command::Weigh(weigh) => weigh.run(page),
            Command::Power(power) => power.run(page),
            Command::Report(report) => report.run(page),
            Command::Verify(verify) => verify.run(page),
            Command::Completions(completions) => completions.run(),
            Command::Man => completions::man(),
        }
    }
}

/// Whether a word is an option without a value of its own, as `--seed`.
fn is_open_option(word: &OsStr) -> bool {
    word.to_str().is_some_and(|word| word.len() > 2 && word.starts_with("--") && !word.contains('='))
}

/// Whether a word begins as a number below 0 does. No option of this program does.
fn is_below_zero(word: &OsStr) -> bool {
    let digits = word.to_str().and_then(|word| word.strip_prefix('-'));
    digits
        .is_some_and(|x| x.starts_with(|c: char| c.is_ascii_digit() || c == '.') || x.parse::<f64>().is_ok())
}
