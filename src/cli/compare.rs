//! `suasion compare`: a baseline and counterfactuals on common random numbers; differences, adoption, pictures.

use super::arms::{self, Arm, told};
use super::bars::diverging;
use super::decompose::Decompose;
use super::estimate::refuse_memory;
use super::exit::BadInput;
use super::explain::interval;
use super::progress::{Progress, stop_flag};
use super::results::{Results, TableFormat};
use super::shared::{EngineArgs, ScenarioArgs};
use super::table::{aligned, number};
use crate::experiment::cells::{Quantity, Target, targets};
use crate::experiment::compare::{self, Named, place_id, year};
use crate::experiment::mechanism::MECHANISMS;
use crate::experiment::outcome::{Cell, Outcomes, Place};
use crate::experiment::paired::{self, Pair, Plan, Profile};
use crate::output::digest::Digest;
use crate::output::picture::{Content, Line, Panel, Picture};
use crate::scenario::Scenario;
use anyhow::Result;
use clap::Args;
use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

/// States beyond this number are not printed, nor drawn.
const MOST_ROWS: usize = 40;
/// What is shown where nobody asks: each state and the mean over states.
const MAIN: [&str; 6] =
    ["motivation.*", "motivation", "protection.*", "protection", "enforcement.*", "enforcement"];

#[derive(Debug, Args)]
pub(super) struct Compare {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Counterfactuals of the scenario (default: all, unless --against is given)
    names: Vec<String>,
    #[command(flatten)]
    engine: EngineArgs,
    /// A counterfactual of your own: "TITLE: path=value; path=value" (may be repeated)
    #[arg(long, value_name = "TEXT")]
    against: Vec<String>,
    /// Outcomes to show, draw and split: motivation.*, protection.IDN@2010, phase=4 (may be repeated)
    #[arg(long, value_name = "OUTCOME")]
    outcome: Vec<String>,
    /// Level of the intervals
    #[arg(long, value_name = "SHARE", default_value = "0.95", value_parser = arms::parse_level)]
    level: f64,
    #[command(flatten)]
    decompose: Decompose,
    /// Folder for the results (default: out/compare-SCENARIO)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Format of the tables
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl Compare {
    pub(super) fn run(self) -> Result<()> {
        let base = arms::base(&self.scenario, false)?;
        let options = self.engine.options()?;
        let names = self.names(&base)?;
        let others = arms::others(&self.scenario, &names, &self.against, &base, false)?;
        let outcomes = self.outcomes(&base)?;
        let games = self.decompose.games(&base, &others, &outcomes, options, self.quiet)?;
        let quantities = quantities(&base, &outcomes);
        refuse_memory(bytes(&base, quantities.len(), others.len()))?;
        let target = self
            .out
            .clone()
            .unwrap_or_else(|| PathBuf::from("out").join(format!("compare-{}", base.name.replace('/', "-"))));
        let mut results = Results::create(&target, self.format, &base)?;
        let stop = stop_flag()?;
        let replicates = base.replicates as usize;
        let plan = Plan { quantities: &quantities, seed: base.seed, replicates, options };
        let worlds: Vec<_> = others.iter().map(|arm| &arm.scenario.world).collect();
        let mut progress =
            Progress::new("replicates", u64::from(base.replicates) * (1 + worlds.len() as u64), self.quiet);
        let done = paired::run(&base.world, &worlds, plan, &stop, |done| progress.at(done));
        progress.finish();
        let (profile, pairs) = done.map_err(told)?;
        let told =
            Told { base: &base, others: &others, pairs: &pairs, outcomes: &outcomes, level: self.level };
        let mut text = told.text();
        told.write(&mut results, &profile)?;
        for game in &games {
            text.push_str(&game.run(&base, options, &stop, self.level, self.quiet)?.told(&mut results)?);
        }
        let path = results.commit(&base, &others, &profile.digest.to_string(), options)?;
        if !self.quiet {
            let _ = writeln!(text, "written to {}", path.display());
            std::io::stdout().lock().write_all(text.as_bytes())?;
        }
        Ok(())
    }

    fn names(&self, base: &Scenario) -> Result<Vec<String>> {
        for name in &self.names {
            let first = name.split(',').next().unwrap_or_default();
            if MECHANISMS.iter().any(|m| m.name == first) {
                let message = format!(
                    "`{name}` is no counterfactual; mechanisms are given with `=`: --decompose={name}"
                );
                return Err(BadInput(message).into());
            }
            if name.contains('=') {
                let message =
                    format!("`{name}` is no counterfactual's name; give assignments by --against \"{name}\"");
                return Err(BadInput(message).into());
            }
        }
        if !self.names.is_empty() || !self.against.is_empty() {
            return Ok(self.names.clone());
        }
        let all: Vec<String> = base.counterfactuals.iter().map(|c| c.id.clone()).collect();
        if all.is_empty() {
            let message = format!(
                "{} has no counterfactual; give one of your own: --against \"parameters.displacement=0\"",
                base.name
            );
            return Err(BadInput(message).into());
        }
        Ok(all)
    }

    fn outcomes(&self, base: &Scenario) -> Result<Outcomes> {
        let asked: Vec<&str> = if self.outcome.is_empty() {
            MAIN.to_vec()
        } else {
            self.outcome.iter().map(String::as_str).collect()
        };
        Outcomes::parse(&asked, &base.world).map_err(told)
    }
}

/// Everything that is kept: every variable, every target, and codes that an outcome asks for.
fn quantities(base: &Scenario, outcomes: &Outcomes) -> Vec<Quantity> {
    let mut all = Quantity::variables(&base.world);
    let targets = targets(&base.world);
    all.extend(targets.iter().map(|t| Quantity::Reached(*t)));
    all.extend(targets.iter().map(|t| Quantity::Waited(*t)));
    for cell in &outcomes.cells {
        let quantity = quantity(cell);
        if !all.contains(&quantity) {
            all.push(quantity);
        }
    }
    all
}

/// The quantity that an outcome's cell looks at.
fn quantity(cell: &Cell) -> Quantity {
    match cell.equals {
        Some(code) => Quantity::Is(cell.variable, usize::from(code)),
        None => Quantity::Variable(cell.variable),
    }
}

/// Memory for the sums of all arms, about.
fn bytes(base: &Scenario, quantities: usize, arms: usize) -> u64 {
    let cells = (base.world.clock.years() + 1) * (base.world.states.len() + 1) * quantities;
    let sums = size_of::<crate::experiment::exact::Exact>() + arms * size_of::<paired::Cell>();
    let rows = cells * (arms.max(1)) * 200;
    (cells * (sums + 128) + rows + (256 << 20)) as u64
}

/// What is told of a comparison, on the terminal and in its folder.
struct Told<'a> {
    base: &'a Scenario,
    others: &'a [Arm],
    pairs: &'a [Pair],
    outcomes: &'a Outcomes,
    level: f64,
}

impl Told<'_> {
    fn text(&self) -> String {
        let n = self.base.replicates;
        let mut out = format!("{}\n", self.base.title);
        if let Some(counterfactual) = &self.base.counterfactual {
            let _ = writeln!(out, "baseline: counterfactual {counterfactual}");
        }
        let intervals = if n > 1 {
            format!("{:.0} % intervals; ~ marks those that hold 0", 100.0 * self.level)
        } else {
            "no intervals, which one replicate cannot give".into()
        };
        let _ = writeln!(out, "{n} replicates of each arm on the same luck; {intervals}");
        for (arm, pair) in self.others.iter().zip(self.pairs) {
            let _ = write!(out, "\n{} v. baseline", arm.name);
            if !arm.title.is_empty() {
                let _ = write!(out, ": {}", arm.title);
            }
            out.push('\n');
            for unpaired in &pair.unpaired {
                let _ = writeln!(out, "not paired: {unpaired}");
            }
            for group in self.groups() {
                out.push_str(&self.group(arm, pair, &group));
            }
            out.push_str(&self.waits(pair));
        }
        out
    }

    /// The outcomes asked for, those of one variable and year together.
    fn groups(&self) -> Vec<Vec<&Cell>> {
        let mut groups: Vec<Vec<&Cell>> = Vec::new();
        for cell in &self.outcomes.cells {
            let same = |group: &&mut Vec<&Cell>| {
                group.iter().all(|c| (c.variable, c.equals, c.row) == (cell.variable, cell.equals, cell.row))
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(cell),
                None => groups.push(vec![cell]),
            }
        }
        groups
    }

    fn group(&self, arm: &Arm, pair: &Pair, group: &[&Cell]) -> String {
        let (world, first) = (&self.base.world, group[0]);
        let mut out =
            format!("\n{} at the end of {} ({})\n", first.name(world), year(world, first.row), first.unit());
        let says: Vec<(String, compare::Difference)> = group
            .iter()
            .filter_map(|cell| {
                let name = match cell.place {
                    Place::State(i) => self.base.names[i].clone(),
                    Place::Mean => "mean".into(),
                };
                let c = pair
                    .columns
                    .iter()
                    .position(|c| c.place == cell.place && c.quantity == quantity(cell))?;
                let says =
                    pair.cells[cell.row * pair.columns.len() + c].says(pair.columns[c].grain, self.level);
                Some((name, says))
            })
            .collect();
        if says.is_empty() {
            return out + "  not in both arms\n";
        }
        let most = says.iter().map(|(_, s)| s.difference.mean.abs()).fold(0.0, f64::max);
        let intervals = self.base.replicates > 1;
        let mut header = vec!["state".to_string(), String::new(), "baseline".into(), short(&arm.name)];
        header.push("difference".into());
        if intervals {
            header.extend(["interval".to_string(), String::new(), "reversed".into(), "unpaired".into()]);
        }
        header.push("lower | higher".into());
        let mut rows = vec![header];
        for (name, s) in says.iter().take(MOST_ROWS) {
            let mut row =
                vec![name.clone(), String::new(), number(s.base.mean, false), number(s.other.mean, false)];
            row.push(number(s.difference.mean, true));
            if let (Some(half), Some(unpaired)) = (s.half, s.unpaired) {
                row.push(interval(s.difference.mean, half));
                row.push(if s.difference.mean.abs() <= half { "~" } else { "" }.into());
                row.push(format!("{:.0}%", 100.0 * s.reversed));
                row.push(if unpaired.is_finite() { format!("{unpaired:.0}") } else { "inf".into() });
            }
            row.push(diverging(s.difference.mean, most));
            rows.push(row);
        }
        out.push_str(&aligned(&rows));
        if says.len() > MOST_ROWS {
            let _ = writeln!(out, "... and {} more, in the table of differences", says.len() - MOST_ROWS);
        }
        out
    }

    /// Adoption of each instrument, as the mean over states.
    fn waits(&self, pair: &Pair) -> String {
        let (world, last) = (&self.base.world, self.base.world.clock.years());
        let mean = |quantity| {
            let c = pair.columns.iter().position(|c| c.place == Place::Mean && c.quantity == quantity)?;
            Some(pair.cells[last * pair.columns.len() + c].says(pair.columns[c].grain, self.level))
        };
        let header =
            ["target", "", "by the end", "", "difference", "interval", "mean wait (yr)", "", "never", ""];
        let mut rows = vec![header.map(String::from).to_vec()];
        for target in targets(world) {
            let (Some(reached), Some(waited)) =
                (mean(Quantity::Reached(target)), mean(Quantity::Waited(target)))
            else {
                continue;
            };
            let name = match target {
                Target::Adoption(j) => world.instruments[j].id.clone(),
                Target::Phase(k) => format!("phase {k} or higher"),
            };
            rows.push(vec![
                name,
                String::new(),
                format!("{:.2}", reached.base.mean),
                format!("{:.2}", reached.other.mean),
                number(reached.difference.mean, true),
                reached.half.map_or_else(String::new, |half| interval(reached.difference.mean, half)),
                format!("{:.1}", waited.base.mean),
                format!("{:.1}", waited.other.mean),
                format!("{:.2}", 1.0 - reached.base.mean),
                format!("{:.2}", 1.0 - reached.other.mean),
            ]);
        }
        let head = "adoption, and phases reached for the first time: baseline, then counterfactual, mean over states";
        format!("\n{head}\n{}", aligned(&rows))
    }

    fn write(&self, results: &mut Results, profile: &Profile) -> Result<()> {
        let named: Vec<Named> =
            self.others.iter().zip(self.pairs).map(|(arm, pair)| Named { name: &arm.name, pair }).collect();
        let world = &self.base.world;
        results.table("differences", &compare::differences(world, &named, self.level))?;
        results.table("adoption", &compare::adoption(world, &named, self.level))?;
        results.table("waits", &compare::waits(world, &named, self.level))?;
        results.table("arms", &self.arms(profile.digest))?;
        let mut drawn: Vec<Quantity> = Vec::new();
        for cell in &self.outcomes.cells {
            let quantity = quantity(cell);
            if !drawn.contains(&quantity) {
                drawn.push(quantity);
                let name = quantity.name(world).replace('=', "-");
                results.picture(&format!("differences-{name}"), &self.picture(quantity))?;
            }
        }
        Ok(())
    }

    /// The arms: name, title, scenario file and digest of each, the baseline first.
    fn arms(&self, digest: Digest) -> compare::Described {
        let names = self.others.iter().map(|arm| arm.name.as_str());
        let titles = self.others.iter().map(|arm| arm.title.as_str());
        let files = self.others.iter().map(|arm| format!("scenario-{}.toml", arms::slug(&arm.name)));
        let digests = self.pairs.iter().map(|pair| pair.digest.to_string());
        let first = |first: &str, rest: Vec<String>| {
            std::iter::once(first.to_string()).chain(rest).collect::<Vec<String>>()
        };
        compare::texts(&[
            (
                "arm",
                "name of the counterfactual; baseline",
                first("baseline", names.map(String::from).collect()),
            ),
            ("title", "its title", first(&self.base.title, titles.map(String::from).collect())),
            ("scenario", "file of its resolved scenario", first("scenario.toml", files.collect())),
            ("digest", "digest of its trajectories", first(&digest.to_string(), digests.collect())),
        ])
    }

    /// Mean differences over the years, a panel for each place asked.
    fn picture(&self, quantity: Quantity) -> Picture {
        let world = &self.base.world;
        let mut places: Vec<Place> = Vec::new();
        for cell in self.outcomes.cells.iter().filter(|cell| self::quantity(cell) == quantity) {
            if !places.contains(&cell.place) {
                places.push(cell.place);
            }
        }
        let line = |arm: &Arm, pair: &Pair, place: Place| {
            let column = pair.columns.iter().position(|c| c.place == place && c.quantity == quantity);
            let point = |row: usize, c: usize| {
                let says = pair.cells[row * pair.columns.len() + c].says(pair.columns[c].grain, self.level);
                let mean = says.difference.mean;
                (f64::from(year(world, row)), mean, says.half.map(|half| (mean - half, mean + half)))
            };
            let points = column
                .map_or_else(Vec::new, |c| (0..=world.clock.years()).map(|row| point(row, c)).collect());
            Line { name: arm.name.clone(), points }
        };
        let panels = places
            .iter()
            .take(MOST_ROWS)
            .map(|place| Panel {
                title: match place {
                    Place::State(i) => self.base.names[*i].clone(),
                    Place::Mean => place_id(*place, world),
                },
                lines: self
                    .others
                    .iter()
                    .zip(self.pairs)
                    .map(|(arm, pair)| line(arm, pair, *place))
                    .collect(),
            })
            .collect();
        let against = match self.others {
            [only] => format!("{} less baseline", only.name),
            _ => "counterfactual less baseline".into(),
        };
        let band = if self.base.replicates > 1 {
            format!("; bands: {:.0} % intervals", 100.0 * self.level)
        } else {
            String::new()
        };
        Picture {
            title: format!("{}: {against}{band}", quantity.name(world)),
            x: "end of year".into(),
            y: format!("difference ({})", quantity.unit()),
            content: Content::Panels(panels),
        }
    }
}

/// A name, short enough for the head of a column.
fn short(name: &str) -> String {
    if name.chars().count() <= 24 { name.to_string() } else { "counterfactual".into() }
}
