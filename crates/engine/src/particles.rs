//! Runs as particles: put away between two years, and taken up again in the memory of any batch.
//!
//! A filter has far more runs than the caches of a processor hold. So a few batches step all of them in turn, and what a state is between two years lies
//! packed in a table. It is listed here in full, so that a new field of it must find its place; what follows from it (what peers show, the weights of ties)
//! is computed anew.

use crate::batch::{Batch, Bearing, Setting, StateLanes};
use crate::given::Given;
use crate::noted::UNDRAWN;
use crate::step;
use std::ops::Range;
use suasion_lanes::isa::Task;
use suasion_lanes::lane::{Flags, LANES, Lane};
use suasion_model::assess::Rated;
use suasion_model::observation::{OBSERVABLES, Practised, Seen};
use suasion_model::press::{Felt, Pressed};
use suasion_model::state::Variables;
use suasion_model::variable::Variable;
use suasion_model::world::{MOST_GRADES, RatingFields};

/// Numbers that every state shows.
const SHOWN: usize = 3;

/// Computes anew what follows from states.
struct Settle<'a, 'w> {
    batch: &'a mut Batch<'w>,
    step: usize,
}

impl Task for Settle<'_, '_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.batch.refresh_weights();
        self.batch.refresh_shown(self.step);
    }
}

impl<'w> Batch<'w> {
    /// Has the record condition the runs from their start on.
    pub fn condition(&mut self, given: &'w Given) {
        self.given = Some(given);
        self.begin_record();
    }

    /// Has states hear, in each step, what is given, in place of what the other states of their runs show: [`Batch::shows`] of each state.
    pub fn hear_of(&mut self, heard: &'w [Vec<f64>]) {
        self.heard = Some(heard);
    }

    /// Puts in what peers show in a step, where that is given, and forgets the draws of the step before.
    #[inline(always)]
    pub(super) fn hear(&mut self, step: usize) {
        self.noted.adoptions.fill(Lane::splat(UNDRAWN));
        let Some(heard) = self.heard.and_then(|heard| heard.get(step)) else { return };
        let said = &self.worlds[0].theory.said;
        let (means, known) = (said.means.len(), said.known_before());
        let counts = self.counts_states();
        for (i, heard) in heard.chunks_exact(SHOWN + means + usize::from(counts)).enumerate() {
            let (shown, own) = heard.split_at(SHOWN);
            self.shown[i] = std::array::from_fn(|q| Lane::splat(shown[q]));
            for (k, x) in own[..means].iter().enumerate() {
                self.known.of_states[i * known + k] = Lane::splat(*x);
            }
            if let Some(x) = own.get(means) {
                self.known.counts[i] = Lane::splat(*x);
            }
        }
    }

    /// Log of the density of what is on record of a state so far.
    pub fn log_density(&self, state: usize) -> Lane {
        self.noted.log_density[state]
    }

    /// The part of it that is of what was seen in the last year beside grades and adoptions.
    pub fn log_readings(&self, state: usize) -> Lane {
        self.noted.log_readings[state]
    }

    /// The grader's luck at the last report, and the draw of an adoption in the last step, of a conditioned run.
    pub fn noted(&self, state: usize) -> (&[[Lane; 2]], &[Lane]) {
        let (ratings, instruments) = (self.fields.len(), self.worlds[0].instruments.len());
        let reports = &self.noted.reports[state * ratings..][..ratings];
        (reports, &self.noted.adoptions[state * instruments..][..instruments])
    }

    /// How probable each grade was at the last report of a rating regime, given what the run was before it.
    pub fn expected(&self, state: usize, rating: usize) -> &[Lane; MOST_GRADES] {
        &self.noted.expected[state * self.fields.len() + rating]
    }

    /// Whether a rating regime makes its last report of the year in a step.
    pub fn reports_last(&self, rating: usize, step: usize) -> bool {
        let last = self.worlds[0].ratings[rating].reports.len().saturating_sub(1);
        self.timeline.report_in(rating, step) == Some(last)
    }

    /// Weighs the runs by what was seen of states at the end of a year beside grades and adoptions.
    pub(super) fn observe(&mut self, year: usize) {
        let Some(given) = self.given.filter(|given| given.observes()) else { return };
        self.noted.log_readings.fill(Lane::ZERO);
        for (k, observable) in OBSERVABLES.iter().enumerate() {
            for i in 0..self.states.len() {
                if let Some(reading) = given.known(k, i, year) {
                    let seen = self.seen(i);
                    let log = observable.log_density(given.observation(), reading, &seen);
                    self.noted.log_density[i] += log;
                    self.noted.log_readings[i] += log;
                }
            }
        }
        for i in 0..self.noted.before.len() {
            self.noted.before[i] = self.practised(i);
        }
    }

    /// What an observer of a state sees of it.
    pub fn seen(&self, state: usize) -> Seen {
        let variables = self.states[state].variables;
        let world = self.worlds[0];
        let before = self.noted.before.get(state).copied().unwrap_or(Practised::NOTHING);
        let Some(g) = world.rating_of_record() else { return Seen { before, ..Seen::of(variables) } };
        let value = |variable| self.value(state, variable);
        let (view, grade) = (value(Variable::View(g)), value(Variable::Tier(g)));
        Seen { variables, before, view, grade, waived: self.waived(state, g) }
    }

    /// What a state does.
    pub fn practised(&self, state: usize) -> Practised {
        let instruments = self.worlds[0].instruments.len();
        let law = step::holds(&self.laws, &self.adopted[state * instruments..][..instruments]);
        Practised::of(&self.states[state].variables, law)
    }

    /// Numbers of what a state is between two years, of each lane.
    #[inline(always)]
    fn each_number(&mut self, i: usize, mut f: impl FnMut(&mut Lane)) {
        /// Takes a struct of lanes apart by name, so that a new field must be listed, and does something to each.
        macro_rules! each {
            ($of:expr, $name:ident { $($field:ident),* }) => {{
                let $name { $($field),* } = $of;
                $(f($field);)*
            }};
        }
        let StateLanes { variables, felt, bearing, words: _ } = &mut self.states[i];
        each!(
            variables,
            Variables {
                motivation,
                enforcement,
                protection,
                rhetoric,
                mobilization,
                attribution,
                reactance,
                pressure,
                phase,
                commitment
            }
        );
        each!(felt, Felt { push, frame, resented, signal });
        each!(
            bearing,
            Bearing { security_framing, capacity, openness, attention, autochthonous, practice_scale }
        );
        self.traits[i].values_mut().iter_mut().for_each(&mut f);
        let own = self.worlds[0].theory.said.columns();
        self.own[i * own..][..own].iter_mut().for_each(&mut f);
        let (ratings, several) = (self.fields.len(), self.several());
        for rated in &mut self.rated[i * ratings..][..ratings] {
            each!(
                rated,
                Rated { tier, standing, sender_standing, strategic_value, view, merit, score, watched }
            );
        }
        if let Some(before) = self.noted.before.get_mut(i) {
            each!(before, Practised { enforcement, law, protection, public });
        }
        for pressed in &mut self.pressed[i * several..][..several] {
            each!(pressed, Pressed { pressure, push });
        }
    }

    /// How many numbers a state is.
    pub fn numbers_of_state(&mut self) -> usize {
        let ends = if self.ended.is_empty() { 0 } else { self.fields.len() };
        let mut count = self.worlds[0].instruments.len() + ends + 1;
        self.each_number(0, |_| count += 1);
        count
    }

    /// Puts all states of all runs into a table: by state, then run, then number.
    pub fn put_away(&mut self, table: &mut [f64]) {
        let instruments = self.worlds[0].instruments.len();
        let ends = if self.ended.is_empty() { 0 } else { self.fields.len() };
        let length = table.len() / (self.states.len() * LANES);
        for (i, of_state) in table.chunks_exact_mut(length * LANES).enumerate() {
            let mut at = 0;
            let mut put = |numbers: [f64; LANES]| {
                for (lane, number) in numbers.into_iter().enumerate() {
                    of_state[lane * length + at] = number;
                }
                at += 1;
            };
            self.each_number(i, |numbers| put(numbers.0));
            let adopted = &self.adopted[i * instruments..][..instruments];
            for flags in adopted.iter().chain(&self.ended[i * ends..][..ends]) {
                put(flags.to_lane().0);
            }
            put(self.once[i].map(f64::from));
        }
    }

    /// Takes all states of other runs from a table, as [`Batch::put_away`] put them there, to go on from a step. `common` is what a batch held in common
    /// then.
    pub fn take_up(&mut self, table: &[f64], common: &Common, replicates: Range<u32>, step: usize) {
        let instruments = self.worlds[0].instruments.len();
        let ends = if self.ended.is_empty() { 0 } else { self.fields.len() };
        let length = table.len() / (self.states.len() * LANES);
        for (i, of_state) in table.chunks_exact(length * LANES).enumerate() {
            let mut at = 0;
            let mut next = || {
                let numbers: [f64; LANES] = std::array::from_fn(|lane| of_state[lane * length + at]);
                at += 1;
                Lane(numbers)
            };
            self.each_number(i, |numbers| *numbers = next());
            let adopted = &mut self.adopted[i * instruments..][..instruments];
            for flags in adopted.iter_mut().chain(&mut self.ended[i * ends..][..ends]) {
                *flags = Flags::NONE;
                flags.set(next().gt(Lane::ZERO));
            }
            self.once[i] = next().0.map(|number| number as u32);
        }
        let Common { fields, topology, settings, engaged, counts } = common;
        self.fields.clone_from(fields);
        self.topology = *topology;
        self.settings.clone_from(settings);
        self.engaged.clone_from(engaged);
        self.prepared.counts.clone_from(counts);
        let width = replicates.len().min(LANES);
        self.width = width;
        self.replicates = std::array::from_fn(|lane| replicates.start + lane.min(width - 1) as u32);
        self.noted.log_density.fill(Lane::ZERO);
        self.isa.run(Settle { batch: self, step });
    }

    /// What the batch holds in common of its states.
    pub fn common(&self) -> Common {
        Common {
            fields: self.fields.clone(),
            topology: self.topology,
            settings: self.settings.clone(),
            engaged: self.engaged.clone(),
            counts: self.prepared.counts.clone(),
        }
    }
}

/// What a batch holds in common of its states between two years, and events change.
#[derive(Clone, Debug, Default)]
pub struct Common {
    fields: Vec<RatingFields<Lane>>,
    topology: usize,
    settings: Vec<Setting>,
    engaged: Vec<[Lane; 2]>,
    counts: Vec<Lane>,
}
