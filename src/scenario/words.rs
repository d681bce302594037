//! A scenario in words: what it is made of, composed from the scenario itself. It judges nothing.

use super::Scenario;
use super::document::SET;
use crate::model::world::{End, InstrumentKind};
use std::fmt::Write;

impl Scenario {
    /// What was changed on the way from the file to this scenario, in order: `counterfactual no-tvpa`,
    /// `parameters.signalling=0`. Replicates and seed are not among it.
    pub fn changes(&self) -> Vec<String> {
        let changes = self.document.overlays();
        changes.map(|overlay| overlay.strip_prefix(SET).unwrap_or(overlay).to_string()).collect()
    }

    /// A few sentences: states, years, regimes and instruments with their dates, ties, events, counterfactuals,
    /// replicates and seed, and what was changed.
    ///
    /// ```
    /// let scenario = suasion::scenario::Scenario::load("teaching/spiral").unwrap().build().unwrap();
    /// assert!(scenario.in_words().starts_with("1 state over "), "{}", scenario.in_words());
    /// ```
    pub fn in_words(&self) -> String {
        let world = &self.world;
        let clock = world.clock;
        let (first, last) = (clock.start, clock.end - 1);
        let mut all = vec![format!(
            "{} over {}, {first} to {last}, in {} a year",
            count(world.states.len(), "state"),
            count(clock.years(), "year"),
            count(clock.steps_per_year as usize, "step")
        )];
        let regimes = self.regimes_in_words();
        if !regimes.is_empty() {
            all.push(format!("Regimes: {}", regimes.join("; ")));
        }
        let instruments = self.instruments_in_words();
        if !instruments.is_empty() {
            all.push(format!("Instruments: {}", instruments.join("; ")));
        }
        let beside = [
            (world.ties.len(), "tie between two states", "ties between two states"),
            (world.events.len(), "dated event", "dated events"),
            (world.corridors.len(), "corridor", "corridors"),
        ];
        let beside: Vec<String> = beside
            .iter()
            .filter(|(n, ..)| *n > 0)
            .map(|(n, one, many)| format!("{n} {}", if *n == 1 { one } else { many }))
            .collect();
        if !beside.is_empty() {
            all.push(format!("Beside them: {}", beside.join(", ")));
        }
        if !self.counterfactuals.is_empty() {
            let ids: Vec<&str> = self.counterfactuals.iter().map(|c| c.id.as_str()).collect();
            all.push(format!("Counterfactuals that it brings along: {}", ids.join(", ")));
        }
        let replicates = count(self.replicates as usize, "replicate");
        all.push(format!("{replicates}, seed {}", self.seed));
        let changes = self.changes();
        if !changes.is_empty() {
            all.push(format!("Changed: {}", changes.join("; ")));
        }
        all.join(". ") + "."
    }

    fn titled(&self, section: &str, id: &str) -> String {
        let title = self.titles.get(&format!("{section}.{id}")).filter(|title| *title != id);
        title.map_or_else(|| id.to_string(), |title| format!("{id} ({title})"))
    }

    fn whom(&self, n: usize) -> String {
        if n == self.world.states.len() { "every state".into() } else { count(n, "state") }
    }

    fn regimes_in_words(&self) -> Vec<String> {
        let world = &self.world;
        let start = f64::from(world.clock.start);
        let ratings = world.ratings.iter().map(|rating| {
            let n = rating.rated_from.iter().flatten().count();
            let mut demands: Vec<&str> =
                rating.demands.iter().map(|of| world.instruments[of.instrument].id.as_str()).collect();
            demands.dedup();
            let demands = if demands.is_empty() {
                String::new()
            } else {
                format!(", demands {}", demands.join(" and "))
            };
            let ends = match rating.ends_on {
                None => String::new(),
                Some(End::Adopts(j)) => format!(", until one adopts {}", world.instruments[j].id),
                Some(End::Grade(code)) => {
                    format!(", until one is graded {}", rating.grade(usize::from(code)))
                }
                Some(End::Joins(c)) => format!(", until one joins {}", world.communities[c].id),
            };
            let title = self.titled("regime", &rating.id);
            let dates = dates(rating.from, rating.until, start);
            format!("{title} rates {}{dates}{demands}{ends}", self.whom(n))
        });
        let conventions = world.conventions.iter().map(|convention| {
            let n = convention.addresses.iter().filter(|addressed| **addressed).count();
            let argued =
                convention.strength.iter().find(|(_, strength)| *strength > 0.0).map(|(from, _)| *from);
            let from = argued.map_or_else(String::new, |from| dates(from, f64::INFINITY, start));
            format!("{} argues with {}{from}", self.titled("regime", &convention.id), self.whom(n))
        });
        let communities = world.communities.iter().map(|community| {
            format!(
                "{} has {}",
                self.titled("regime", &community.id),
                count(community.members.len(), "member")
            )
        });
        ratings.chain(conventions).chain(communities).collect()
    }

    fn instruments_in_words(&self) -> Vec<String> {
        let start = f64::from(self.world.clock.start);
        let each = self.world.instruments.iter().map(|instrument| {
            let kind = match instrument.kind {
                InstrumentKind::Convention => "convention",
                InstrumentKind::Law => "law",
                InstrumentKind::Treaty => "treaty",
                InstrumentKind::Nhri => "human-rights institution",
            };
            let opens = if instrument.opens > start {
                format!(", open from {}", year(instrument.opens))
            } else {
                String::new()
            };
            let pinned = if instrument.pinned { ", adopted as on record" } else { "" };
            format!("{}, a {kind}{opens}{pinned}", self.titled("instrument", &instrument.id))
        });
        each.collect()
    }
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// The year in which a date lies.
fn year(date: f64) -> i32 {
    date.floor() as i32
}

/// ` from 2003 until 2009`, as far as the dates lie within the run.
fn dates(from: f64, until: f64, start: f64) -> String {
    let mut said = String::new();
    if from.is_finite() && from > start {
        let _ = write!(said, " from {}", year(from));
    }
    if until.is_finite() {
        let _ = write!(said, " until {}", year(until));
    }
    said
}
