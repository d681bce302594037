//! `suasion compare --decompose`: the difference split among mechanisms, on the terminal, as a table and as a picture.

use super::bars::{diverging, sides};
use super::notice::notice;
use super::numbers::{interval, signed};
use super::page::Page;
use super::progress::Progress;
use super::results::Results;
use super::shared::whole;
use super::table::Table;
use anyhow::Result;
use clap::Args;
use std::sync::atomic::AtomicBool;
use suasion::engine::history::History;
use suasion::engine::parallel::Options;
use suasion::estimate::Estimate;
use suasion::experiment::arms::slug;
use suasion::experiment::compare::Described;
use suasion::experiment::comparison::Comparison;
use suasion::experiment::decomposition::{self, cost, mechanisms, plan};
use suasion::experiment::explain::words;
use suasion::experiment::outcome::{Outcome, Place};
use suasion::experiment::shapley::{Method, Split, shares};
use suasion::model::world::World;
use suasion::scenario::Scenario;
use suasion_show::picture::{Bar, Content, Picture};

/// Places that are printed and drawn one by one; of more, the mean alone.
const FEW: usize = 3;

#[derive(Debug, Args)]
pub(super) struct Decompose {
    /// Split the differences among mechanisms: all that act, or those named
    #[arg(long, value_name = "MECHANISM,...", num_args = 0..=1, require_equals = true, default_missing_value = "all", value_delimiter = ',')]
    decompose: Option<Vec<String>>,
    /// Sample so many random orders and their reverses in each replicate, instead of playing every subset (which is done for up to 12 mechanisms)
    #[arg(long, value_name = "N", requires = "decompose", value_parser = whole::<u32>(1..=10_000))]
    permutations: Option<u32>,
}

/// A decomposition that was laid out and found affordable.
pub(super) struct Planned<'a> {
    inner: decomposition::Planned<'a>,
    names: &'a [String],
}

/// A decomposition that was played.
pub(super) struct Played<'a> {
    planned: &'a Planned<'a>,
    splits: Vec<Split>,
    /// The same in free runs, where these are in a history.
    free: Option<Vec<Split>>,
}

impl Decompose {
    /// Whether anything is to be split.
    pub(super) fn is_given(&self) -> bool {
        self.decompose.is_some()
    }

    /// The options that ask for the same again.
    pub(super) fn arguments(&self) -> Vec<String> {
        let named = self.decompose.as_ref().map(|names| match names.join(",") {
            all if all == "all" => "--decompose".to_string(),
            names => format!("--decompose={names}"),
        });
        let permutations = self.permutations.map(|n| format!("--permutations={n}"));
        named.into_iter().chain(permutations).collect()
    }

    /// The games to play: one for each counterfactual; none where nothing is to be split. Those in a history are played in free runs, too.
    pub(super) fn games<'a>(
        &self,
        comparison: &'a Comparison,
        in_history: bool,
        options: Options,
        quiet: bool,
    ) -> Result<Vec<Planned<'a>>> {
        let Some(names) = &self.decompose else { return Ok(Vec::new()) };
        let Comparison { base, others, outcomes, level } = comparison;
        let worlds: Vec<&World> =
            std::iter::once(&base.world).chain(others.iter().map(|arm| &arm.scenario.world)).collect();
        let asked = mechanisms(names, &worlds)?;
        let games = plan(base, others, &asked, (outcomes, *level), self.permutations)?;
        let cost = cost(base, &games, if in_history { 2 } else { 1 }, options)?;
        if !quiet && cost.seconds > 10.0 {
            notice(&format!("--decompose takes {}", cost.words));
        }
        Ok(games.into_iter().map(|inner| Planned { inner, names: &base.names }).collect())
    }
}

impl Planned<'_> {
    /// Name of the counterfactual.
    pub(super) fn name(&self) -> &str {
        &self.inner.arm.name
    }

    /// Plays the game: in a history and in free runs, where there is one.
    pub(super) fn run(
        &self,
        base: &Scenario,
        history: Option<&History>,
        options: Options,
        stop: &AtomicBool,
        quiet: bool,
    ) -> Result<Played<'_>> {
        let play = |history: Option<&History>| {
            let mut progress = Progress::new("replicates", u64::from(base.replicates), quiet);
            let played = self.inner.game.play_within(history, options, stop, |done| progress.at(done));
            progress.finish();
            played
        };
        let splits = play(history)?;
        let free = history.map(|_| play(None)).transpose()?;
        Ok(Played { planned: self, splits, free })
    }
}

impl Played<'_> {
    /// The shares as a table.
    pub(super) fn table(&self) -> Described {
        shares(&self.planned.inner.game, &self.splits, self.free.as_deref())
    }

    /// Says what came of it; the table and the pictures go into the folder.
    pub(super) fn say(&self, results: &mut Results, page: &mut Page) -> Result<()> {
        let decomposition::Planned { game, arm, idle, notes } = &self.planned.inner;
        let name = format!("shares-{}", slug(&arm.name));
        results.table(&name, &self.table())?;
        let how = match game.method {
            Method::Exact => "every subset played".to_string(),
            Method::Sampled(pairs) => format!("{pairs} random orders and their reverses in each replicate"),
        };
        page.say(format!("\n{} v. baseline, split among mechanisms (Shapley; {how})", arm.name));
        notes.lines().for_each(|note| page.say(note));
        if self.free.is_some() {
            page.say(
                "in the history: a mechanism is off in both arms, which replay the same luck; with one off, the baseline need not show the record",
            );
        }
        if !idle.is_empty() {
            page.say(format!("no part in either arm: {}", idle.join(", ")));
        }
        let outcomes = &game.base.1;
        for (number, (outcome, split)) in outcomes.iter().zip(&self.splits).enumerate() {
            let free = self.free.as_ref().map(|free| &free[number]);
            let alike = |other: &&Outcome| (other.measure, other.row) == (outcome.measure, outcome.row);
            let places = outcomes.iter().filter(alike).count();
            let first = outcomes.iter().find(alike) == Some(outcome);
            let has_mean = outcomes.iter().filter(alike).any(|o| o.place == Place::Mean);
            let shown = places <= FEW || if has_mean { outcome.place == Place::Mean } else { first };
            if shown {
                self.split(outcome, (split, free), page);
                let file = format!("{name}-{}", slug(&outcome.label(game.base.0)));
                results.picture(&file, &self.picture(outcome, split))?;
            }
            if shown && places > FEW {
                page.say(format!("the other states are in {name}"));
            }
        }
        Ok(())
    }

    /// What is split, in words.
    fn named(&self, Outcome { measure, place, .. }: &Outcome) -> String {
        let world = self.planned.inner.game.base.0;
        let whose = match place {
            Place::Mean => "mean over states".into(),
            Place::State(i) => self.planned.names[*i].clone(),
            Place::Group(_) => format!("mean over {}", place.id(world)),
        };
        format!("{}, {whose}", measure.name(world))
    }

    /// Mechanisms by size (those of the scenario's own by title), then the rest, each with the number of its share.
    fn parts<'s>(&'s self, split: &'s Split) -> Vec<(&'s str, &'s Estimate, usize)> {
        let names =
            self.planned.inner.game.mechanisms.iter().map(|m| if m.own { &*m.meaning } else { &*m.name });
        let mut parts: Vec<_> =
            names.zip(&split.shares).enumerate().map(|(k, (name, share))| (name, share, k)).collect();
        parts.sort_by(|a, b| b.1.mean.abs().total_cmp(&a.1.mean.abs()));
        parts.push(("rest", &split.rest, split.shares.len()));
        parts
    }

    fn split(&self, outcome: &Outcome, (split, free): (&Split, Option<&Split>), page: &mut Page) {
        let (year, unit) = (outcome.year(self.planned.inner.game.base.0), outcome.measure.unit());
        page.say(format!("\n{}, end of {year} ({unit})", self.named(outcome)));
        let mut parts = self.parts(split);
        let most = parts.iter().map(|(_, e, _)| e.mean.abs()).fold(0.0, f64::max);
        parts.push(("difference", &split.difference, split.shares.len() + 1));
        let mut table = Table::of("mechanism")
            .numbers(["share", "interval"])
            .texts([""])
            .numbers(["of all"])
            .numbers(free.map(|_| "free runs"))
            .drawing(sides("lower", "higher"));
        let free: Option<Vec<&Estimate>> = free.map(|free| free.parts().collect());
        for (name, e, number) in parts {
            // Adding 0 turns -0 into 0.
            let of_all = (100.0 * e.mean / split.difference.mean).round() + 0.0;
            // A percentage of next to nothing says nothing.
            let told_apart = split.difference.interval.is_some_and(|i| !i.holds(0.0));
            let mut row = vec![
                words(name),
                signed(e.mean),
                interval(e.interval, signed),
                e.interval.filter(|i| i.holds(0.0)).map_or("", |_| "~").into(),
                if told_apart { format!("{of_all:.0}%") } else { String::new() },
            ];
            row.extend(free.as_ref().map(|free| signed(free[number].mean)));
            row.push(if name == "difference" { String::new() } else { diverging(e.mean, most) });
            table.row(row);
        }
        page.table(table);
    }

    fn picture(&self, outcome: &Outcome, split: &Split) -> Picture {
        let bars = self
            .parts(split)
            .into_iter()
            .map(|(name, e, _)| Bar {
                name: words(name),
                value: e.mean,
                interval: e.interval.map(|i| (i.low, i.high)),
            })
            .collect();
        let year = outcome.year(self.planned.inner.game.base.0);
        let title =
            format!("{} less baseline: {}, end of {year}", self.planned.inner.arm.name, self.named(outcome));
        Picture {
            title,
            x: format!("share of the difference ({})", outcome.measure.unit()),
            y: String::new(),
            content: Content::Bars(bars),
        }
    }
}
