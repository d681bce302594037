//! The hindcast: what a simulation that is told nothing of the record gives, state by state and episode by episode, beside
//! the record.
//!
//! It judges nothing: whether patterns are met is said by `evidence`. What it returns names states, regimes and
//! instruments by id and years by the calendar, so that it can be printed, drawn and written as it is.

mod beside;
mod counts;

pub use beside::Beside;

use crate::engine::parallel::{Options, simulate};
use crate::evidence::frame::Frame;
use crate::experiment::error::ExperimentError;
use crate::experiment::posterior::Worlds;
use crate::model::variable::Variable;
use crate::scenario::{Episode, Scenario};
use counts::{CHANGING, Counter, Counts, Look};
use serde::Serialize;
use std::sync::atomic::AtomicBool;

/// States up to which each is told; of more, those of the episodes alone.
pub const MOST_STATES: usize = 40;

/// A hindcast.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hindcast {
    /// First year of the run.
    pub first: i32,
    /// Last year.
    pub last: i32,
    /// Replicates.
    pub replicates: u32,
    /// The id of the law, where there is one on record.
    pub law: Option<String>,
    /// Each state.
    pub states: Vec<StateCourse>,
    /// Each episode of the scenario.
    pub episodes: Vec<EpisodeCourse>,
}

/// A state over the whole run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StateCourse {
    /// Its id.
    pub state: String,
    /// Its name.
    pub name: String,
    /// The instruments on record.
    pub adoptions: Vec<Adoption>,
    /// The tiers on record.
    pub tiers: Vec<Tiers>,
}

/// When a state adopted an instrument, on record and in replicates.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Adoption {
    /// The instrument's id.
    pub instrument: String,
    /// Date on record, in decimal years; none: not adopted.
    pub record: Option<f64>,
    /// Years by which 5 %, half and 95 % of the replicates had adopted it; the year before the first: before the run; none:
    /// not by its end.
    pub simulated: [Option<i32>; 3],
    /// Share of the replicates that had not adopted it by the end.
    pub not_by_the_end: f64,
}

/// The tiers of a state by a regime.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tiers {
    /// The regime's id.
    pub regime: String,
    /// First year told.
    pub first: i32,
    /// The tier on record in each year; none: not rated, or no record.
    pub record: Vec<Option<String>>,
    /// The tier that most replicates have in each year.
    pub most: Vec<String>,
    /// Shares of the replicates in each year that are not rated, and in each grade, best first.
    pub shares: Vec<Vec<f64>>,
    /// Names of what the shares are of.
    #[serde(skip)]
    pub codes: Vec<String>,
    /// Mean over the years on record of the share of replicates with the tier on record; none without a record.
    pub of_record: Option<f64>,
}

/// An episode.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EpisodeCourse {
    /// Its id.
    pub episode: String,
    /// Its title.
    pub title: String,
    /// First year.
    pub from: i32,
    /// Last year.
    pub until: i32,
    /// What happened.
    pub note: Option<String>,
    /// Who says so.
    pub source: Option<String>,
    /// Each state of it.
    pub states: Vec<WindowCourse>,
}

/// A state within an episode.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WindowCourse {
    /// Its id.
    pub state: String,
    /// Its name.
    pub name: String,
    /// Tiers within the episode.
    pub tiers: Vec<Tiers>,
    /// Instruments on record.
    pub adoptions: Vec<WindowAdoption>,
    /// Changes from the end of the year before the episode to the end of its last.
    pub changes: Vec<WindowChange>,
    /// The counterfactuals beside it, at the end of its last year.
    pub beside: Vec<Beside>,
}

/// An adoption within an episode.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WindowAdoption {
    /// The instrument's id.
    pub instrument: String,
    /// Date on record, whenever it was.
    pub record: Option<f64>,
    /// Share of the replicates that adopted it before.
    pub before: f64,
    /// Share that adopted it within the episode.
    pub within: f64,
}

/// The change of a variable within an episode.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WindowChange {
    /// Name of the variable.
    pub variable: String,
    /// Mean over replicates.
    pub mean: f64,
    /// 5th percentile.
    pub q05: f64,
    /// 95th percentile.
    pub q95: f64,
}

impl Hindcast {
    /// Simulates every replicate of a scenario in its world, and sets what comes of it beside the record. None where there
    /// is nothing to tell: no record of tiers or adoptions, or too many states and no episode.
    ///
    /// ```
    /// use suasion::{engine::parallel::Options, experiment::hindcast::Hindcast, scenario::Scenario};
    /// use std::sync::atomic::AtomicBool;
    /// let mut loaded = Scenario::load("asean").unwrap();
    /// loaded.set("runs.replicates=40").unwrap();
    /// let asean = loaded.build().unwrap();
    /// let stop = AtomicBool::new(false);
    /// let hindcast = Hindcast::new(&asean, (&asean.world).into(), Options::default(), &stop).unwrap().unwrap();
    /// let indonesia = &hindcast.states[1];
    /// assert_eq!((indonesia.tiers[0].record[0].as_deref(), indonesia.adoptions[0].record), (Some("3"), Some(2007.0)));
    /// let shares = &indonesia.tiers[0].shares[14];
    /// assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    /// ```
    ///
    /// # Errors
    /// If `stop` was raised, or threads could not be started.
    pub fn new(
        scenario: &Scenario,
        worlds: Worlds,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Option<Hindcast>, ExperimentError> {
        let look = look(scenario);
        if look.states.is_empty() || (look.ratings.is_empty() && look.instruments.is_empty()) {
            return Ok(None);
        }
        let world = worlds.base;
        let run = |r: usize| worlds.run(scenario.seed, r as u32);
        let mut counts = Counts::new(&look);
        simulate(
            world,
            scenario.replicates as usize,
            run,
            options,
            stop,
            || Counter::new(&look),
            |counter, _| {
                counts.add(counter.counts);
                Ok::<(), ExperimentError>(())
            },
        )?;
        Ok(Some(Told { scenario, look: &look, counts: &counts }.hindcast()))
    }
}

/// What is looked at: the states that count, what there is a record of, and the episodes.
fn look(scenario: &Scenario) -> Look {
    let observed = &scenario.observed;
    let mut states: Vec<usize> = Frame::new(scenario).counted_states().collect();
    if states.len() > MOST_STATES {
        states.clear();
    }
    states.extend(scenario.episodes.iter().flat_map(|episode| &episode.states));
    states.sort_unstable();
    states.dedup();
    let rated = |g: &usize| observed.tiers[*g].iter().any(|years| !years.is_empty());
    let dated = |j: &usize| observed.adoptions[*j].iter().any(Option::is_some);
    let windows = scenario.episodes.iter().flat_map(|episode| {
        let Rows { from, until } = rows(scenario, episode);
        let position = |state: &usize| states.binary_search(state).unwrap_or_default();
        episode.states.iter().map(|state| (position(state), from, until)).collect::<Vec<_>>()
    });
    Look {
        windows: windows.collect(),
        ratings: (0..observed.tiers.len()).filter(rated).collect(),
        instruments: (0..observed.adoptions.len()).filter(dated).collect(),
        years: scenario.world.clock.years(),
        states,
    }
}

/// Rows at which an episode begins and ends: 0 is the start of the run, 1 the end of its first year.
struct Rows {
    from: usize,
    until: usize,
}

fn rows(scenario: &Scenario, episode: &Episode) -> Rows {
    let first = scenario.world.clock.start;
    Rows { from: (episode.from - first) as usize, until: (episode.until + 1 - first) as usize }
}

/// What was counted, to be told.
struct Told<'a> {
    scenario: &'a Scenario,
    look: &'a Look,
    counts: &'a Counts,
}

impl Told<'_> {
    fn hindcast(&self) -> Hindcast {
        let (scenario, clock) = (self.scenario, self.scenario.world.clock);
        let states = 0..self.look.states.len();
        let mut window = 0..;
        Hindcast {
            first: clock.start,
            last: clock.end - 1,
            replicates: self.counts.replicates,
            law: Frame::new(scenario)
                .law
                .filter(|law| self.look.instruments.contains(law))
                .map(|law| scenario.world.instruments[law].id.clone()),
            states: states.map(|s| self.state(s)).collect(),
            episodes: scenario.episodes.iter().map(|episode| self.episode(episode, &mut window)).collect(),
        }
    }

    /// Id and name of a state, by its position in the look.
    fn named(&self, s: usize) -> (String, String) {
        let state = self.look.states[s];
        (self.scenario.world.states[state].id.clone(), self.scenario.names[state].clone())
    }

    fn state(&self, s: usize) -> StateCourse {
        let (state, name) = self.named(s);
        let adoption = |(k, j): (usize, &usize)| {
            let counts = self.counts.adoptions(self.look, s, k);
            Adoption {
                instrument: self.scenario.world.instruments[*j].id.clone(),
                record: self.scenario.observed.adoption(*j, self.look.states[s]),
                simulated: [0.05, 0.5, 0.95].map(|share| self.year_by(counts, share)),
                not_by_the_end: self.share(counts[self.look.years + 1]),
            }
        };
        let adoptions = self.look.instruments.iter().enumerate().map(adoption).collect();
        StateCourse { state, name, adoptions, tiers: self.tiers(s, 0, self.look.years) }
    }

    fn share(&self, count: u32) -> f64 {
        f64::from(count) / f64::from(self.counts.replicates.max(1))
    }

    /// The year by whose end a share of the replicates had adopted; none: not by the end.
    fn year_by(&self, counts: &[u32], share: f64) -> Option<i32> {
        let mut sum = 0;
        let row = counts.iter().position(|count| {
            sum += count;
            f64::from(sum) >= share * f64::from(self.counts.replicates)
        })?;
        (row <= self.look.years).then(|| self.scenario.world.clock.start + row as i32 - 1)
    }

    /// The tiers of a state in some years, counted from the first of the run.
    fn tiers(&self, s: usize, from: usize, until: usize) -> Vec<Tiers> {
        let first = self.scenario.world.clock.start + from as i32;
        let one = |(k, g): (usize, &usize)| {
            let rating = &self.scenario.world.ratings[*g];
            let codes: Vec<String> = rating.codes().map(String::from).collect();
            let shares = &self.counts.tiers(self.look, s, k)[from..until];
            let shares: Vec<Vec<f64>> = shares.iter().map(|shares| shares[..codes.len()].to_vec()).collect();
            let grade = |year: usize| {
                let grade = self.scenario.observed.tier(*g, self.look.states[s], first + year as i32);
                grade.map(usize::from).filter(|grade| *grade > 0)
            };
            let of_record: Vec<f64> =
                shares.iter().enumerate().filter_map(|(y, shares)| grade(y).map(|g| shares[g])).collect();
            let most = |shares: &Vec<f64>| {
                (1..shares.len()).fold(0, |most, g| if shares[g] > shares[most] { g } else { most })
            };
            Tiers {
                regime: rating.id.clone(),
                first,
                record: (0..shares.len()).map(|year| grade(year).map(|g| codes[g].clone())).collect(),
                most: shares.iter().map(|shares| codes[most(shares)].clone()).collect(),
                of_record: (!of_record.is_empty())
                    .then(|| of_record.iter().sum::<f64>() / of_record.len() as f64),
                shares,
                codes,
            }
        };
        self.look.ratings.iter().enumerate().map(one).collect()
    }

    fn episode(&self, episode: &Episode, windows: &mut impl Iterator<Item = usize>) -> EpisodeCourse {
        let states = episode.states.iter().zip(windows).map(|(_, w)| self.window(episode, w));
        EpisodeCourse {
            episode: episode.id.clone(),
            title: episode.title.clone(),
            from: episode.from,
            until: episode.until,
            note: episode.note.clone(),
            source: episode.source.clone(),
            states: states.collect(),
        }
    }

    fn window(&self, episode: &Episode, w: usize) -> WindowCourse {
        let s = self.look.windows[w].0;
        let (state, name) = self.named(s);
        let Rows { from, until } = rows(self.scenario, episode);
        let adoption = |(k, j): (usize, &usize)| {
            let counts = self.counts.adoptions(self.look, s, k);
            WindowAdoption {
                instrument: self.scenario.world.instruments[*j].id.clone(),
                record: self.scenario.observed.adoption(*j, self.look.states[s]),
                before: self.share(counts[..=from].iter().sum()),
                within: self.share(counts[from + 1..=until].iter().sum()),
            }
        };
        let change = |(v, changes): (&Variable, &Vec<f64>)| {
            let mut sorted = changes.clone();
            sorted.sort_by(f64::total_cmp);
            let at = |share: f64| sorted[(share * (sorted.len() - 1) as f64).round() as usize];
            WindowChange {
                variable: v.name(&self.scenario.world),
                mean: changes.iter().sum::<f64>() / changes.len() as f64,
                q05: at(0.05),
                q95: at(0.95),
            }
        };
        WindowCourse {
            state,
            name,
            tiers: self.tiers(s, from, until),
            adoptions: self.look.instruments.iter().enumerate().map(adoption).collect(),
            changes: CHANGING.iter().zip(&self.counts.changes[w]).map(change).collect(),
            beside: Vec::new(),
        }
    }
}
