//! A simulated history, and the record that it leaves: grades, adoptions, and what else is observed of it in one way or another.

use crate::engine::batch::{Batch, Run};
use crate::engine::given::{Adoption, Given};
use crate::engine::parallel::simulate_batch;
use crate::engine::recorder::Recorder;
use crate::engine::timeline::Timeline;
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::lanes::isa::Isa;
use crate::model::observation::{OBSERVABLES, Observation, Practised, Seen, position};
use crate::model::variable::Variable;
use crate::model::world::World;
use crate::scenario::PRACTICES;

/// Standard deviation of the error of motivation that is seen as well as exactly: without any, no particle would be near it.
pub const SEEN_SD: f64 = 0.02;

/// A way of observing: what is seen beside grades and adoptions, of every state in every year.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// What it is called.
    pub name: String,
    /// What is seen, by position in [`OBSERVABLES`].
    pub observables: Vec<usize>,
    /// How.
    pub observation: Observation<f64>,
}

/// The ways of observing that are tried.
pub(super) fn ways(observation: &Observation<f64>, speech_sd: f64, coverage: f64) -> Vec<Way> {
    let usual = Observation { speech_sd, reaction_coverage: coverage, ..*observation };
    let way = |name: &str, seen: &[&str], observation: Observation<f64>| Way {
        name: name.into(),
        observables: seen.iter().filter_map(|name| position(name)).collect(),
        observation,
    };
    let exact = Observation { speech_motivation: 1.0, speech_sd: SEEN_SD, ..*observation };
    vec![
        way("grades and adoptions", &[], usual),
        way("+ reactions", &["reaction"], usual),
        way("+ scores of practice", &PRACTICES, usual),
        way("+ speech", &["speech"], usual),
        way("+ reasons", &["reasons"], usual),
        way("+ reactions, speech, reasons", &["reaction", "speech", "reasons"], usual),
        way("+ motivation itself", &["speech"], exact),
    ]
}

/// Whether what is observed hangs on a number of how states are observed, and no option sets it.
pub(super) fn reads(number: &str) -> bool {
    unread(number).is_none()
}

/// Why what is observed does not hang on a number of how states are observed; none where it does.
pub(super) fn unread(number: &str) -> Option<&'static str> {
    match number {
        "speech_sd" => Some("the error of speech follows from --reliability"),
        "reaction_coverage" => Some("how many reactions come on record, --coverage says"),
        _ => {
            let ways = ways(&Observation::default(), SEEN_SD, 1.0);
            let mut seen = ways.iter().flat_map(|way| &way.observables);
            let read = seen.any(|k| OBSERVABLES[*k].hangs_on(number));
            (!read).then_some("it is about reactions, speech, reasons and scores, read with an error")
        }
    }
}

/// The standard deviation of an error that leaves an index of speech so reliable: of its variance V between state-years, `V (1 - R) / R`. Each history comes with the
/// share of motivation in what speech shows in it.
pub(super) fn speech_sd<'s>(histories: impl Iterator<Item = (&'s Simulated, f64)>, reliability: f64) -> f64 {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    let all = histories.flat_map(|(simulated, weight)| simulated.seen.iter().map(move |seen| (seen, weight)));
    for (Seen { variables: v, .. }, weight) in all {
        let x = weight * v.motivation.0[0] + (1.0 - weight) * v.rhetoric.0[0];
        count += 1.0;
        sum += x;
        squares += x * x;
    }
    let mean: f64 = sum / count;
    let variance = (squares / count - mean * mean).max(0.0);
    (variance * (1.0 - reliability) / reliability).sqrt().max(SEEN_SD)
}

/// A simulated history.
#[derive(Clone, Debug)]
pub(super) struct Simulated {
    /// Its grades and adoptions, as a record would have them.
    given: Given,
    /// What its states were, by year, then state.
    seen: Vec<Seen>,
}

struct Watcher<'t> {
    simulated: Simulated,
    /// What states did at the end of the year before.
    before: Vec<Practised>,
    timeline: &'t Timeline,
}

impl Recorder for Watcher<'_> {
    fn step(&mut self, batch: &Batch, step: usize) {
        let (world, given) = (batch.world(), &mut self.simulated.given);
        let steps = world.clock.steps();
        for (j, instrument) in world.instruments.iter().enumerate() {
            if instrument.pinned || instrument.hazard <= 0.0 {
                continue;
            }
            for i in (0..world.states.len()).filter(|i| self.timeline.simulates[j][*i]) {
                if given.adoption(j, i).is_none_or(|adoption| adoption.came.is_none()) {
                    let has = batch.value(i, Variable::Adopted(j)).0[0] > 0.0;
                    given.set_adoption(j, i, Adoption { came: has.then_some((step, step)), steps });
                }
            }
        }
    }

    fn year(&mut self, batch: &Batch, year: usize) {
        let world = batch.world();
        for g in (0..world.ratings.len()).filter(|g| world.ratings[*g].pinned.is_none()) {
            let report = year * world.clock.steps_per_year as usize + self.timeline.last_report(g);
            for i in 0..world.states.len() {
                if self.timeline.in_force(g, report) && self.timeline.rates(g, i, report) {
                    self.simulated.given.set_grade(g, i, year, batch.value(i, Variable::Tier(g)).0[0] as u8);
                }
            }
        }
        let before = |i: usize| self.before.get(i).copied().unwrap_or(Practised::NOTHING);
        let seen = (0..world.states.len()).map(|i| Seen { before: before(i), ..batch.seen(i) });
        self.simulated.seen.extend(seen);
        self.before = (0..world.states.len()).map(|i| batch.practised(i)).collect();
    }
}

impl Simulated {
    /// A history of a world, with a seed of its own.
    ///
    /// # Errors
    /// If a result is not finite.
    pub fn new(world: &World, seed: u64, isa: Isa) -> Result<Simulated, ExperimentError> {
        let timeline = Timeline::new(world);
        let given = Given::nothing(world, world.clock.years());
        let mut watcher = Watcher {
            simulated: Simulated { given, seen: Vec::new() },
            before: Vec::new(),
            timeline: &timeline,
        };
        simulate_batch(&[Run::new(world, seed, 0)], &timeline, isa, false, &mut watcher)?;
        Ok(watcher.simulated)
    }

    /// The record of the history, observed in some way: readings are drawn by seed, history, state, year and observable, so that all ways that
    /// see something see the same luck.
    pub fn observed(&self, world: &World, way: &Way, seed: u64, history: u32) -> Given {
        let n = world.states.len();
        let mut given = self.given.clone().observed_by(way.observation);
        for (at, seen) in self.seen.iter().enumerate() {
            let (year, i) = (at / n, at % n);
            let calendar = (world.clock.start + year as i32) as u32;
            let counter = u64::from(calendar) << 32 | u64::from(world.states[i].key as u32);
            for &k in &way.observables {
                // A block of draws serves eight observables; a calendar year leaves the highest bits for the block.
                let block = (k / 8) as u64;
                let words = double_words(seed, Purpose::Observing, history, block << 48 | counter);
                let uniform = ((words[k % 8] >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
                // What comes to be known late is of a year before.
                let Some(of) = year.checked_sub(OBSERVABLES[k].lag()) else { continue };
                given.set_reading(k, i, of, OBSERVABLES[k].draw(&way.observation, None, seen, 0, uniform));
            }
        }
        given
    }
}
