//! What commands share: how a scenario is named and changed on the command line, and threads.

use super::exit::BadInput;
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::str::FromStr;
use suasion::engine::parallel::{MOST_THREADS, Options};
use suasion::experiment::arms::{self, Arm};
use suasion::experiment::comparison::check_level;
use suasion::input;
use suasion::lanes::isa::Isa;
use suasion::output::writer::Format;
use suasion::scenario::{Loaded, Scenario, ScenarioError, theories};

#[derive(Clone, Debug, Args)]
pub(super) struct ScenarioArgs {
    /// A bundled scenario (see `suasion list`) or a scenario file
    pub scenario: String,
    /// Lay a theory over the scenario: a bundled one (see `suasion theories`) or a file (may be repeated; beside the scenario in compare and weigh)
    #[arg(long, value_name = "NAME")]
    pub theory: Vec<String>,
    /// Lay a theory under all that is run, compared or weighed, so that counterfactuals are asked within it (may be repeated)
    #[arg(long, value_name = "NAME")]
    pub under: Vec<String>,
    /// Set a value: parameters.signalling=0, state.IDN.openness=0.5, regime.tvpa.severity=2 (may be repeated)
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Run a counterfactual of the scenario instead of its baseline
    #[arg(long, value_name = "NAME")]
    pub counterfactual: Option<String>,
    /// Number of replicates
    #[arg(long, value_name = "N", value_parser = whole::<u64>(REPLICATES))]
    pub replicates: Option<u64>,
    /// Seed of all draws
    #[arg(long, value_name = "N", value_parser = whole::<u64>(SEEDS))]
    pub seed: Option<u64>,
    /// First and last year to simulate: 2001-2010
    #[arg(long, value_name = "FIRST-LAST", value_parser = parse_years)]
    pub years: Option<(i32, i32)>,
}

/// Level of intervals where nothing else is asked for.
pub(super) const LEVEL: f64 = 0.95;

/// Format of the tables that a command writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    #[default]
    Parquet,
    Csv,
}

impl FormatArg {
    /// As it is written.
    pub(super) fn name(self) -> &'static str {
        Format::from(self).extension()
    }

    /// A word for the name of a folder where it is not the usual format.
    pub(super) fn unless(self, usual: FormatArg) -> Option<&'static str> {
        (self != usual).then(|| self.name())
    }
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Format {
        match format {
            FormatArg::Parquet => Format::Parquet,
            FormatArg::Csv => Format::Csv,
        }
    }
}

/// Numbers of replicates that a scenario can have.
pub(super) const REPLICATES: RangeInclusive<u64> = 1..=Scenario::MOST_REPLICATES as u64;
/// Seeds that a scenario can have.
pub(super) const SEEDS: RangeInclusive<u64> = 0..=Scenario::MOST_SEED;

/// Reads a whole number in a range, for an option.
pub(super) fn whole<T: FromStr>(
    range: RangeInclusive<u64>,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    move |text| {
        let number = text.parse::<u64>().ok().filter(|n| range.contains(n));
        number.and_then(|_| text.parse().ok()).ok_or_else(|| {
            let within = match (range.start(), range.end()) {
                (least, &u64::MAX) => format!("of at least {least}"),
                (least, most) => format!("from {least} to {most}"),
            };
            // One that is written with a point or an exponent, as spreadsheets do.
            let meant = input::whole(text).ok().flatten().and_then(|n| u64::try_from(n).ok());
            let meant = meant.filter(|n| number.is_none() && range.contains(n));
            let hint = meant.map_or(String::new(), |n| format!("; write {n}"));
            format!("expected a whole number {within}{hint}")
        })
    }
}

/// Reads a number of at least 0, for an option.
pub(super) fn parse_amount(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|x| x.is_finite() && *x >= 0.0);
    number.ok_or_else(|| "expected a number of at least 0, as 0.05".into())
}

fn parse_years(text: &str) -> Result<(i32, i32), String> {
    let years =
        text.split_once('-').and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)));
    let calendar = Scenario::CALENDAR;
    match years {
        // The run ends on the first day of the year after its last.
        Some((first, last)) if first < calendar.start || last >= calendar.end => {
            Err(format!("expected years from {} to {}", calendar.start, calendar.end - 1))
        }
        Some((first, last)) if first > last => {
            Err(format!("{first} is after {last}; the first year comes first"))
        }
        Some(years) => Ok(years),
        None => Err("expected the first and the last year, as in 2001-2010".to_string()),
    }
}

/// An option with each value that it was given.
pub(super) fn given<T: ToString>(option: &str, values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().map(|value| format!("--{option}={}", value.to_string())).collect()
}

/// A flag, if it was given.
pub(super) fn flag(option: &str, is_given: bool) -> Vec<String> {
    if is_given { vec![format!("--{option}")] } else { Vec::new() }
}

/// A shard and their number.
pub(super) fn parse_shard(text: &str) -> Result<(u32, u32), String> {
    let parts =
        text.split_once('/').and_then(|(i, n)| Some((i.trim().parse().ok()?, n.trim().parse().ok()?)));
    match parts {
        Some((i, n)) if 0 < i && i <= n => Ok((i, n)),
        Some((_, 0)) => Err("no shards have no shard; expected a shard and their number, as 3/8".into()),
        Some((i, n)) => Err(format!("there is no shard {i} of {n}; expected 1/{n} to {n}/{n}")),
        None => Err("expected a shard and their number, as 3/8".into()),
    }
}

/// A level of confidence.
pub(super) fn parse_level(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(level) if check_level(level).is_ok() => Ok(level),
        _ => Err("expected a number between 0 and 1, as in 0.95".into()),
    }
}

impl ScenarioArgs {
    /// The options that ask for the same changes again, without the scenario itself.
    pub(super) fn arguments(&self) -> Vec<String> {
        // Taken apart by name, so that an option that is added cannot be forgotten here.
        let ScenarioArgs { scenario: _, theory, under, set, counterfactual, replicates, seed, years } = self;
        [
            given("theory", theory),
            given("under", under),
            given("set", set),
            given("counterfactual", counterfactual),
            given("replicates", replicates),
            given("seed", seed),
            given("years", years.iter().map(|(first, last)| format!("{first}-{last}"))),
        ]
        .concat()
    }

    /// The file that keeps the scenario as it was read, with the tables that it names, for whoever asks for it again: none
    /// of a bundled one.
    pub(super) fn source(&self) -> Result<Option<String>> {
        if !Scenario::is_path(&self.scenario) {
            return Ok(None);
        }
        Ok(Some(Scenario::load(&self.scenario)?.whole()))
    }

    /// The scenario as named, with what the options change.
    pub(super) fn load(&self) -> Result<Scenario> {
        Ok(self.loaded()?.build()?)
    }

    /// The same, before it is validated.
    pub(super) fn loaded(&self) -> Result<Loaded> {
        Ok(self.changed(Scenario::load(&self.scenario)?)?)
    }

    /// The same without the counterfactual: what counterfactuals are applied to.
    pub(super) fn baseline(&self) -> Result<Loaded> {
        Ok(self.set(Scenario::load(&self.scenario)?)?)
    }

    /// The scenario with what the options change and its record pinned.
    pub(super) fn observed(&self) -> Result<Scenario> {
        let mut loaded = self.baseline()?;
        if let Some(name) = &self.counterfactual {
            loaded.apply_counterfactual(name)?;
        }
        Ok(arms::observed(loaded, &self.load()?)?)
    }

    /// The counterfactuals asked for, each beside the base: by name, then in words.
    pub(super) fn arms(
        &self,
        names: &[String],
        against: &[String],
        base: &Scenario,
        observed: bool,
    ) -> Result<Vec<Arm>> {
        let baseline = self.baseline()?;
        let asked = names.iter().chain(against).map(|text| arms::ask(&baseline, text));
        Ok(arms::build(asked.collect::<Result<_, _>>()?, base, observed)?)
    }

    /// What was said of the scenario, the counterfactual aside, as options of another command: theories lie under what that compares.
    pub(super) fn options(&self) -> Vec<String> {
        let theories = self.under.iter().chain(&self.theory);
        let theories = theories.flat_map(|theory| ["--under".into(), theory.clone()]);
        let mut words: Vec<String> = theories.collect();
        let set: Vec<String> = self.set.iter().flat_map(|set| ["--set".into(), set.clone()]).collect();
        words.extend(set);
        let numbers = [("--replicates", self.replicates), ("--seed", self.seed)];
        for (option, n) in numbers {
            words.extend(n.into_iter().flat_map(|n| [option.to_string(), n.to_string()]));
        }
        if let Some((first, last)) = self.years {
            words.extend(["--years".into(), format!("{first}-{last}")]);
        }
        words
    }

    /// Takes the theories out, as arms beside the scenario.
    pub(super) fn theories_as_arms(&mut self) -> Result<Vec<String>> {
        if let (Some(theory), Some(name)) = (self.theory.first(), &self.counterfactual) {
            let message = format!(
                "--theory {theory}: it would stand beside the scenario's baseline, and --counterfactual {name} takes another; to ask within the theory, lay it under: --under {theory}"
            );
            return Err(BadInput(message).into());
        }
        Ok(std::mem::take(&mut self.theory)
            .into_iter()
            .map(|name| format!("{}{name}", arms::THEORY))
            .collect())
    }

    /// A scenario that was read, with all that the options change.
    pub(super) fn changed(&self, mut loaded: Loaded) -> Result<Loaded, ScenarioError> {
        if let Some(name) = &self.counterfactual {
            loaded.apply_counterfactual(name)?;
        }
        self.set(loaded)
    }

    /// What the options change, the counterfactual aside.
    pub(super) fn set(&self, mut loaded: Loaded) -> Result<Loaded, ScenarioError> {
        for name in self.under.iter().chain(&self.theory) {
            loaded.apply_theory(&theories::read(name)?)?;
        }
        for assignment in &self.set {
            loaded.set(assignment)?;
        }
        if let Some((first, last)) = self.years {
            loaded.years(first..last + 1)?;
        }
        if let Some(n) = self.replicates {
            loaded.set(&format!("runs.replicates={n}"))?;
        }
        if let Some(seed) = self.seed {
            loaded.set(&format!("runs.seed={seed}"))?;
        }
        Ok(loaded)
    }
}

#[derive(Debug, Args)]
pub(super) struct EngineArgs {
    /// Threads (default: every core); changes no result
    #[arg(long, value_name = "N", value_parser = whole::<NonZeroUsize>(1..=MOST_THREADS as u64))]
    pub threads: Option<NonZeroUsize>,
    /// Instruction set (default: the widest here); changes no result
    #[arg(long, value_name = "NAME", value_parser = ["baseline", "avx2", "avx512"])]
    pub instruction_set: Option<String>,
}

impl EngineArgs {
    pub(super) fn options(&self) -> Result<Options> {
        let mut options = Options::default();
        if let Some(threads) = self.threads {
            options.threads = threads;
        }
        if let Some(name) = &self.instruction_set {
            let isa = Isa::available().into_iter().find(|isa| isa.to_string() == *name);
            options.isa = isa.ok_or_else(|| {
                BadInput(format!("--instruction-set {name}: this processor does not have it"))
            })?;
        }
        Ok(options)
    }
}
