//! What is believed of states given the record, beside free runs; how probable the record was, and what of it was surprising.

use crate::engine::parallel::Options;
use crate::experiment::compare::{Described, Making, STATE};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::likelihood::{Benchmark, benchmark};
use crate::experiment::history::{Conditioned, LEAST_ANCESTORS};
use crate::experiment::posterior::Worlds;
use crate::experiment::run::{Block, Tables, simulate_in};
use crate::model::variable::{Variable, VariableKind};
use crate::output::digest::Digest;
use crate::output::error::OutputError;
use crate::output::summary::Summary;
use crate::scenario::Scenario;
use std::sync::atomic::AtomicBool;

/// A variable of a state at the end of a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distributed {
    /// Mean.
    pub mean: f64,
    /// 5, 25, 50, 75 and 95 %.
    pub quantiles: [f64; 5],
}

/// An entry that the filter held for improbable.
#[derive(Clone, Debug, PartialEq)]
pub struct Surprise {
    /// State.
    pub state: usize,
    /// Year of the run.
    pub year: usize,
    /// Log of the density of what is on record of the state in the year.
    pub log_density: f64,
    /// What is on record.
    pub seen: String,
    /// What was expected.
    pub expected: String,
}

/// Beliefs given the record, and what free runs show.
#[derive(Debug)]
pub struct Belief<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// What it was conditioned on, and what came of that.
    pub done: &'a Conditioned,
    /// What knows nothing but frequencies.
    pub benchmark: Benchmark,
    /// Digest of the runs in the history.
    pub digest: Digest,
    history: Summary,
    free: Summary,
}

impl<'a> Belief<'a> {
    /// Runs the rows of the history, and as many free replicates.
    ///
    /// # Errors
    /// If a result is not finite, or `stop` was raised.
    pub fn new(
        scenario: &'a Scenario,
        done: &'a Conditioned,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Belief<'a>, ExperimentError> {
        let run = |worlds: Worlds| -> Result<(Summary, Digest), ExperimentError> {
            let take = |_: Block, _: usize| Ok::<(), OutputError>(());
            let ensemble = simulate_in(scenario, worlds, Tables::NONE, options, stop, take)?;
            let (summary, digest) = ensemble.into_parts();
            let summary = summary.ok_or_else(|| ExperimentError::Asked("the runs have no summary".into()))?;
            Ok((summary, digest))
        };
        let worlds = Worlds::from(&scenario.world);
        let (history, digest) = run(worlds.within(Some(&done.history)))?;
        let (free, _) = run(worlds)?;
        let benchmark = benchmark(&scenario.world, &done.given);
        Ok(Belief { scenario, done, benchmark, digest, history, free })
    }

    /// Rows: the start, and the end of each year.
    pub fn rows(&self) -> usize {
        self.history.rows()
    }

    /// What is believed of a variable of a state, given the record; row 0 is the start. Quantiles are no numbers where too few ancestors are left of the
    /// state's lines to say any ([`LEAST_ANCESTORS`]).
    pub fn given(&self, state: usize, row: usize, variable: Variable) -> Option<Distributed> {
        let held = of(&self.history, state, row, variable)?;
        let few = self.done.ancestors[state].iter().any(|count| *count < LEAST_ANCESTORS);
        Some(if few { Distributed { quantiles: [f64::NAN; 5], ..held } } else { held })
    }

    /// The same in free runs.
    pub fn free(&self, state: usize, row: usize, variable: Variable) -> Option<Distributed> {
        of(&self.free, state, row, variable)
    }

    /// The variables that are numbers, in their order.
    fn variables(&self) -> Vec<Variable> {
        let numbers = |v: &Variable| !matches!(v.kind(), VariableKind::Code | VariableKind::Flag);
        Variable::all(&self.scenario.world).into_iter().filter(numbers).collect()
    }

    /// Beliefs as a table: by state, year and variable.
    pub fn table(&self) -> Described {
        let world = &self.scenario.world;
        let (mut states, mut years, mut names) = (Vec::new(), Vec::new(), Vec::new());
        let (mut given, mut free) = (Vec::new(), Vec::new());
        for (i, state) in world.states.iter().enumerate() {
            for row in 0..self.rows() {
                for variable in self.variables() {
                    let (Some(one), Some(other)) =
                        (self.given(i, row, variable), self.free(i, row, variable))
                    else {
                        continue;
                    };
                    states.push(state.id.clone());
                    years.push(world.clock.start - 1 + row as i32);
                    names.push(variable.name(world));
                    given.push(one);
                    free.push(other);
                }
            }
        }
        let mut making = Making::default();
        making.text("state", STATE, states);
        making.whole("year", "yr", "year, at its end; the year before the first one is the start", years);
        making.text("variable", "name of the variable", names);
        for (who, of) in [("", &given), ("free_", &free)] {
            let what = if who.is_empty() { "given the record" } else { "in free runs" };
            let mean = of.iter().map(|d| d.mean).collect();
            making.number(&format!("{who}mean"), "-", &format!("mean {what}"), mean);
            for (k, percent) in [5, 25, 50, 75, 95].into_iter().enumerate() {
                let name = format!("{who}q{percent:02}");
                let meaning = format!("{percent} % quantile {what}");
                let values = of.iter().map(|d| d.quantiles[k]).collect();
                if who.is_empty() {
                    let meaning = format!("{meaning}; none where too few ancestors are left to say");
                    making.where_known(&name, "-", &meaning, values);
                } else {
                    making.number(&name, "-", &meaning, values);
                }
            }
        }
        making.end()
    }

    /// The likelihood as a table: by state and year on record.
    pub fn likelihood(&self) -> Described {
        let Conditioned { pass, ancestors, given, .. } = self.done;
        let world = &self.scenario.world;
        let cells: Vec<(usize, usize)> =
            (0..world.states.len()).flat_map(|i| (0..given.years()).map(move |y| (i, y))).collect();
        let mut making = Making::default();
        making.text(
            "state",
            "id of the state",
            cells.iter().map(|(i, _)| world.states[*i].id.clone()).collect(),
        );
        making.whole(
            "year",
            "yr",
            "year on record",
            cells.iter().map(|(_, y)| world.clock.start + *y as i32).collect(),
        );
        let entry = |f: fn(&super::filter::Entry) -> f64| {
            cells.iter().map(|(i, y)| f(&pass.entries[*i][*y])).collect()
        };
        let meaning =
            "log of the density of what is on record of the state in the year, given the years before";
        making.number("log_likelihood", "-", meaning, entry(|e| e.log_density));
        if given.observes() {
            let meaning = "the part of it that is of what was seen beside grades and adoptions, given these";
            making.number("readings", "-", meaning, entry(|e| e.readings));
        }
        making.number("error", "-", "standard error of it, from the particles", entry(|e| e.error));
        making.number("effective", "-", "effective number of particles", entry(|e| e.effective));
        let distinct = cells.iter().map(|(i, y)| ancestors[*i][*y + 1] as i32).collect();
        making.whole(
            "ancestors",
            "-",
            "different particles that the lines left at the end come from in the year",
            distinct,
        );
        for (g, rating) in world.ratings.iter().enumerate() {
            for (k, tier) in rating.codes().enumerate().skip(1) {
                let name = format!("expected_{}_{tier}", rating.id);
                let meaning = format!(
                    "probability of tier {tier} given the years before; 0 where {} does not rate",
                    rating.id
                );
                let share = |(i, y): &(usize, usize)| pass.expected[g][*i][*y].map_or(0.0, |p| p[k - 1]);
                making.number(&name, "share", &meaning, cells.iter().map(share).collect());
            }
        }
        making.end()
    }

    /// Every entry as a table, the least probable first.
    pub fn surprising(&self) -> Described {
        let world = &self.scenario.world;
        let all = self.surprises(usize::MAX);
        let mut making = Making::default();
        let ids = all.iter().map(|surprise| world.states[surprise.state].id.clone());
        making.text("state", "id of the state", ids.collect());
        let years = all.iter().map(|surprise| world.clock.start + surprise.year as i32);
        making.whole("year", "yr", "year on record", years.collect());
        let meaning =
            "log of the density of what is on record of the state in the year, given the years before";
        making.number("log_likelihood", "-", meaning, all.iter().map(|one| one.log_density).collect());
        making.text("on_record", "what is on record", all.iter().map(|one| one.seen.clone()).collect());
        let meaning = "likeliest grade given the years before, and the probability of that on record";
        making.text("expected", meaning, all.iter().map(|one| one.expected.clone()).collect());
        making.end()
    }

    /// The entries that were held for least probable, least first.
    pub fn surprises(&self, most: usize) -> Vec<Surprise> {
        let Conditioned { pass, given, .. } = self.done;
        let world = &self.scenario.world;
        let per_year = world.clock.steps_per_year as usize;
        let mut all = Vec::new();
        for (state, entries) in pass.entries.iter().enumerate() {
            for (year, entry) in entries.iter().enumerate() {
                let (mut seen, mut expected) = (Vec::new(), Vec::new());
                for (g, rating) in world.ratings.iter().enumerate() {
                    let Some(grade) = given.grade(g, state, year) else { continue };
                    seen.push(format!("tier {}", rating.grade(usize::from(grade))));
                    let Some(p) = pass.expected[g][state][year] else { continue };
                    let likely = (0..rating.grades.len()).max_by(|a, b| p[*a].total_cmp(&p[*b])).unwrap_or(0);
                    expected.push(format!(
                        "{}tier {} ({:.0}%; {:.1}% of {})",
                        if world.ratings.len() > 1 { format!("{} ", rating.id) } else { String::new() },
                        rating.grade(likely + 1),
                        100.0 * p[likely],
                        100.0 * p[usize::from(grade) - 1],
                        rating.grade(usize::from(grade))
                    ));
                }
                for (j, instrument) in world.instruments.iter().enumerate() {
                    if given.adopts_in(j, state, year * per_year..(year + 1) * per_year) {
                        seen.push(format!("{} adopted", instrument.id));
                    }
                }
                seen.extend(given.readings_told(state, year));
                if !seen.is_empty() {
                    all.push(Surprise {
                        state,
                        year,
                        log_density: entry.log_density,
                        seen: seen.join(", "),
                        expected: expected.join(", "),
                    });
                }
            }
        }
        all.sort_by(|a, b| a.log_density.total_cmp(&b.log_density));
        all.truncate(most);
        all
    }
}

fn of(summary: &Summary, state: usize, row: usize, variable: Variable) -> Option<Distributed> {
    Some(Distributed {
        mean: summary.mean(state, row, variable)?,
        quantiles: summary.quantiles(state, row, variable)?,
    })
}
