//! What a comparison tells: a table for each outcome, adoption and waits, tables and pictures in the folder. It runs nothing.

use super::bars::{diverging, sides};
use super::numbers::{interval, intervals, percentage, plain, signed};
use super::page::Page;
use super::results::{Results, records};
use super::table::Table;
use anyhow::Result;
use suasion::estimate::Level;
use suasion::estimate::level::percent;
use suasion::experiment::arms::{Arm, slug};
use suasion::experiment::compare::{self, Described};
use suasion::experiment::comparison::{Comparison, Luck};
use suasion::experiment::outcome::{Measure, Outcome, Place, targets, year};
use suasion::experiment::paired::{Difference, Pair, Profile};
use suasion::output::digest::Digest;
use suasion_show::picture::{Content, Line, Panel, Picture};

/// States beyond this number are not printed, nor drawn.
const MOST_ROWS: usize = 40;

/// What is told of a comparison, on the terminal and in its folder.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub comparison: &'a Comparison,
    pub pairs: &'a [Pair],
    /// Luck of the counterfactuals.
    pub luck: Luck,
    /// The same with fresh luck, where it stands beside kept luck.
    pub fresh: Option<&'a [Pair]>,
    /// The same in free runs, where these are in a history.
    pub free: Option<&'a [Pair]>,
}

/// What may stand beside a counterfactual's difference: that with fresh luck, that of free runs.
type Beside<'a> = [Option<&'a Pair>; 2];

/// Heads of the columns that stand beside.
fn heads(beside: Beside) -> impl Iterator<Item = &'static str> {
    beside.into_iter().zip(["fresh luck", "free runs"]).filter_map(|(pair, head)| pair.map(|_| head))
}

/// Mean differences in them, empty where there is none.
fn means(beside: Beside, outcome: Outcome, level: &Level) -> Vec<String> {
    let mean = |pair: &Pair| {
        let found = pair.difference(outcome, level);
        found.map_or_else(String::new, |found| signed(found.difference.mean))
    };
    beside.into_iter().flatten().map(mean).collect()
}

impl Told<'_> {
    /// Says it.
    pub fn say(&self, page: &mut Page) {
        let n = self.comparison.base.replicates;
        page.say(&self.comparison.base.title);
        if let Some(counterfactual) = &self.comparison.base.counterfactual {
            page.say(format!("baseline: counterfactual {counterfactual}"));
        }
        let marks = if n > 1 { "; ~ marks those that hold 0" } else { "" };
        let intervals = intervals(self.comparison.level, n);
        let luck = match self.luck {
            Luck::Fresh => "with fresh luck in counterfactuals",
            _ => "on the same luck",
        };
        page.say(format!("{n} replicates of each arm {luck}; {intervals}{marks}"));
        for (number, (arm, pair)) in self.comparison.others.iter().zip(self.pairs).enumerate() {
            let [free, fresh] =
                [self.free, self.fresh].map(|pairs| pairs.and_then(|pairs| pairs.get(number)));
            let title = if arm.title.is_empty() { String::new() } else { format!(": {}", arm.title) };
            page.say(format!("\n{} v. baseline{title}", arm.name));
            for (whose, names) in
                [("baseline", &pair.unpaired.base), ("counterfactual", &pair.unpaired.other)]
            {
                if !names.is_empty() {
                    page.say(format!("not paired, in the {whose} alone: {}", names.join(", ")));
                }
            }
            for group in self.groups() {
                self.group(arm, (pair, [fresh, free]), &group, page);
            }
            self.waits((pair, [fresh, free]), page);
        }
    }

    /// The outcomes asked for, those of one measure and year together.
    fn groups(&self) -> Vec<Vec<Outcome>> {
        let mut groups: Vec<Vec<Outcome>> = Vec::new();
        for outcome in self.comparison.outcomes.iter() {
            let same = |group: &&mut Vec<Outcome>| {
                (group[0].measure, group[0].row) == (outcome.measure, outcome.row)
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(*outcome),
                None => groups.push(vec![*outcome]),
            }
        }
        groups
    }

    /// A place as people call it.
    fn place(&self, place: Place) -> String {
        let base = &self.comparison.base;
        place.state().map_or_else(|| place.id(&base.world).to_string(), |i| base.names[i].clone())
    }

    fn group(&self, arm: &Arm, (pair, beside): (&Pair, Beside), group: &[Outcome], page: &mut Page) {
        let (world, first) = (&self.comparison.base.world, group[0]);
        let (name, unit) = (first.measure.name(world), first.measure.unit());
        page.say(format!("\n{name} at the end of {} ({unit})", first.year(world)));
        let level = Level::new(self.comparison.level);
        let of = |outcome: &Outcome| {
            let found = pair.difference(*outcome, &level)?;
            Some((self.place(outcome.place), found, means(beside, *outcome, &level)))
        };
        let says: Vec<(String, Difference, Vec<String>)> = group.iter().filter_map(of).collect();
        if says.is_empty() {
            return page.say("  not in both arms");
        }
        let most = says.iter().map(|(_, s, _)| s.difference.mean.abs()).fold(0.0, f64::max);
        let mut table = Table::of("state").numbers(["baseline", &*short(&arm.name), "difference"]);
        if self.comparison.base.replicates > 1 {
            table = table.numbers(["interval"]).texts([""]).numbers(["reversed", "unpaired"]);
        }
        table = table.numbers(heads(beside)).drawing(sides("lower", "higher"));
        for (name, s, means) in says.iter().take(MOST_ROWS) {
            let mut row =
                vec![name.clone(), plain(s.base.mean), plain(s.other.mean), signed(s.difference.mean)];
            if let (Some(found), Some(unpaired)) = (s.difference.interval, s.unpaired) {
                row.push(interval(Some(found), signed));
                row.push(if found.holds(0.0) { "~" } else { "" }.into());
                row.push(percentage(s.reversed));
                row.push(rounded(unpaired));
            }
            row.extend(means.iter().cloned());
            row.push(diverging(s.difference.mean, most));
            table.row(row);
        }
        page.table(table);
        if says.len() > MOST_ROWS {
            page.say(format!("... and {} more, in the table of differences", says.len() - MOST_ROWS));
        }
    }

    /// Adoption of each instrument, as the mean over states.
    fn waits(&self, (pair, beside): (&Pair, Beside), page: &mut Page) {
        let (world, last) = (&self.comparison.base.world, self.comparison.base.world.clock.years());
        let level = Level::new(self.comparison.level);
        let mean = |measure| pair.difference(Outcome::new(measure, Place::Mean, last), &level);
        // What is decided by single draws hangs on luck most: beside it stands what it is with fresh luck.
        let beside = [beside[0], None];
        let mut table = Table::of("target").numbers(["by the end", "difference", "interval"]);
        table = table.numbers(heads(beside)).numbers(["mean wait (yr)"]);
        for target in targets(world) {
            let both = mean(Measure::Reached(target)).zip(mean(Measure::Waited(target)));
            let Some((reached, waited)) = both else { continue };
            let mut row = vec![
                target.words(world),
                format!("{:.2}, {:.2}", reached.base.mean, reached.other.mean),
                signed(reached.difference.mean),
                interval(reached.difference.interval, signed),
            ];
            row.extend(means(beside, Outcome::new(Measure::Reached(target), Place::Mean, last), &level));
            row.push(format!("{:.1}, {:.1}", waited.base.mean, waited.other.mean));
            table.row(row);
        }
        page.say("\nadoption, and phases reached for the first time: baseline, then counterfactual, mean over states");
        page.table(table);
    }

    /// The table of differences: of everything that was kept, or of the outcomes asked for.
    fn differences(&self, all: bool) -> Described {
        let Comparison { base, outcomes, level, .. } = self.comparison;
        let keep = |outcome: &Outcome| all || outcomes.find(*outcome).is_some();
        compare::differences(&base.world, &self.comparison.named(self.pairs, self.fresh), *level, keep)
    }

    /// Differences of the outcomes asked for, as JSON.
    pub fn asked(&self) -> Vec<serde_json::Value> {
        records(&self.differences(false))
    }

    /// The same in free runs, where these are in a history.
    pub fn asked_free(&self) -> Option<Vec<serde_json::Value>> {
        let free = Told { pairs: self.free?, fresh: None, free: None, ..*self };
        Some(free.asked())
    }

    /// Writes the tables and pictures.
    pub fn write(&self, results: &mut Results, profile: &Profile) -> Result<()> {
        let world = &self.comparison.base.world;
        results.table("differences", &self.differences(true))?;
        if let Some(pairs) = self.free {
            results.table(
                "differences-free",
                &Told { pairs, fresh: None, free: None, ..*self }.differences(true),
            )?;
        }
        results.table("arms", &self.arms(profile.digest))?;
        let mut drawn: Vec<Measure> = Vec::new();
        for Outcome { measure, .. } in self.comparison.outcomes.iter() {
            if !drawn.contains(measure) {
                drawn.push(*measure);
                let name = measure.name(world).replace('=', "-");
                results.picture(&format!("differences-{name}"), &self.picture(*measure))?;
            }
        }
        Ok(())
    }

    /// The arms: name, title, scenario file and digest of each, the baseline first.
    fn arms(&self, digest: Digest) -> compare::Described {
        let names = self.comparison.others.iter().map(|arm| arm.name.as_str());
        let titles = self.comparison.others.iter().map(|arm| arm.title.as_str());
        let files = self.comparison.others.iter().map(|arm| format!("scenario-{}.toml", slug(&arm.name)));
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
            ("title", "its title", first(&self.comparison.base.title, titles.map(String::from).collect())),
            ("scenario", "file of its resolved scenario", first("scenario.toml", files.collect())),
            ("digest", "digest of its trajectories", first(&digest.to_string(), digests.collect())),
        ])
    }

    /// Mean differences over the years, a panel for each place asked.
    fn picture(&self, measure: Measure) -> Picture {
        let world = &self.comparison.base.world;
        let mut places: Vec<Place> = Vec::new();
        for outcome in self.comparison.outcomes.iter().filter(|outcome| outcome.measure == measure) {
            if !places.contains(&outcome.place) {
                places.push(outcome.place);
            }
        }
        let level = Level::new(self.comparison.level);
        let line = |arm: &Arm, pair: &Pair, place: Place| {
            let point = |row: usize| {
                let Difference { difference, .. } =
                    pair.difference(Outcome::new(measure, place, row), &level)?;
                let ends = difference.interval.map(|i| (i.low, i.high));
                Some((f64::from(year(world, row)), difference.mean, ends))
            };
            let points = (0..=world.clock.years()).filter_map(point).collect();
            Line { name: arm.name.clone(), points }
        };
        let panels = places
            .iter()
            .take(MOST_ROWS)
            .map(|place| Panel {
                title: self.place(*place),
                lines: self
                    .comparison
                    .others
                    .iter()
                    .zip(self.pairs)
                    .map(|(arm, pair)| line(arm, pair, *place))
                    .collect(),
            })
            .collect();
        let against = match &self.comparison.others[..] {
            [only] => format!("{} less baseline", only.name),
            _ => "counterfactual less baseline".into(),
        };
        let band = if self.comparison.base.replicates > 1 {
            format!("; bands: {} intervals", percent(self.comparison.level))
        } else {
            String::new()
        };
        Picture {
            title: format!("{}: {against}{band}", measure.name(world)),
            x: "end of year".into(),
            y: format!("difference ({})", measure.unit()),
            content: Content::Panels(panels),
        }
    }
}

/// A number of replicates: to two digits where it is beyond what anyone would run.
fn rounded(replicates: f64) -> String {
    if replicates < 1e5 { format!("{replicates:.0}") } else { format!("{replicates:.0e}") }
}

/// A name, short enough for the head of a column.
fn short(name: &str) -> String {
    if name.chars().count() <= 24 { name.to_string() } else { "counterfactual".into() }
}
