//! Runs as particles: one state of one run takes the place of the same state of another.
//!
//! What a state is between two years is listed here in full, so that a new field of it must find its place; what follows from it (what peers show, the
//! weights of ties) is computed anew.

use crate::engine::batch::{Batch, Bearing, StateLanes};
use crate::engine::given::Given;
use crate::engine::isa::Task;
use crate::engine::lanes::Lane;
use crate::engine::noted::UNDRAWN;
use crate::model::assess::Rated;
use crate::model::condition;
use crate::model::press::{Felt, Pressed};
use crate::model::state::Variables;

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
    pub(crate) fn condition(&mut self, given: &'w Given) {
        self.given = Some(given);
        self.begin_record();
    }

    /// Has states hear, in each step, what is given, in place of what the other states of their runs show.
    pub(crate) fn hear_of(&mut self, heard: &'w [Vec<[f64; 3]>]) {
        self.heard = Some(heard);
    }

    /// Puts in what peers show in a step, where that is given, and forgets the draws of the step before.
    #[inline(always)]
    pub(super) fn hear(&mut self, step: usize) {
        self.noted.adoptions.fill(Lane::splat(UNDRAWN));
        let Some(heard) = self.heard.and_then(|heard| heard.get(step)) else { return };
        for (shown, heard) in self.shown.iter_mut().zip(heard) {
            *shown = heard.map(Lane::splat);
        }
    }

    /// What a state shows: what it says in public, its voice, and its voice times motivation.
    pub(crate) fn shown(&self, state: usize) -> [Lane; 3] {
        self.shown[state]
    }

    /// Log of the density of what is on record of a state so far.
    pub(crate) fn log_density(&self, state: usize) -> Lane {
        self.noted.log_density[state]
    }

    /// Begins the density anew, for a year of its own.
    pub(crate) fn begin_density(&mut self) {
        self.noted.log_density.fill(Lane::ZERO);
    }

    /// The grader's luck at the last report, and the draw of an adoption in the last step, of a conditioned run.
    pub(crate) fn noted(&self, state: usize) -> (&[[Lane; 2]], &[Lane]) {
        let (ratings, instruments) = (self.fields.len(), self.worlds[0].instruments.len());
        let reports = &self.noted.reports[state * ratings..][..ratings];
        (reports, &self.noted.adoptions[state * instruments..][..instruments])
    }

    /// How probable each grade was at the last report of a rating regime, given what the run was before it.
    pub(crate) fn expected(&self, state: usize, rating: usize) -> &[Lane; 4] {
        &self.noted.expected[state * self.fields.len() + rating]
    }

    /// Whether a rating regime reports in a step.
    pub(crate) fn reports(&self, rating: usize, step: usize) -> bool {
        self.timeline.reports(rating, step)
    }

    /// Reads what states say and mean at the end of a year, where that is on record.
    pub(super) fn read_speech(&mut self, year: usize) {
        let Some(given) = self.given else { return };
        for (i, state) in self.states.iter().enumerate() {
            if let Some((seen, speech)) = given.reading(i, year) {
                let v = &state.variables;
                let value = speech.weight * v.motivation + (1.0 - speech.weight) * v.rhetoric;
                self.noted.log_density[i] += condition::reading(seen, value, speech.sd);
            }
        }
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
        let (ratings, several) = (self.fields.len(), self.several());
        for rated in &mut self.rated[i * ratings..][..ratings] {
            each!(
                rated,
                Rated { tier, standing, sender_standing, strategic_value, view, merit, score, watched }
            );
        }
        for pressed in &mut self.pressed[i * several..][..several] {
            each!(pressed, Pressed { pressure, push });
        }
    }

    /// How many numbers [`Batch::take`] gives.
    pub(crate) fn numbers(&mut self) -> usize {
        let mut count = self.worlds[0].instruments.len() + 1;
        self.each_number(0, |_| count += 1);
        count
    }

    /// Appends the numbers of a state in a lane.
    pub(crate) fn take(&mut self, i: usize, lane: usize, out: &mut Vec<f64>) {
        self.each_number(i, |numbers| out.push(numbers.0[lane]));
        let instruments = self.worlds[0].instruments.len();
        out.extend(
            self.adopted[i * instruments..][..instruments].iter().map(|flags| flags.to_lane().0[lane]),
        );
        out.push(f64::from(self.once[i][lane]));
    }

    /// Puts the numbers of a state, as [`Batch::take`] gave them, into a lane.
    pub(crate) fn put(&mut self, i: usize, lane: usize, numbers: &[f64]) {
        let mut numbers = numbers.iter().copied();
        let mut next = || numbers.next().unwrap_or_default();
        self.each_number(i, |lanes| lanes.0[lane] = next());
        let instruments = self.worlds[0].instruments.len();
        for flags in &mut self.adopted[i * instruments..][..instruments] {
            flags.put(lane, next() > 0.0);
        }
        self.once[i][lane] = next() as u32;
    }

    /// Computes anew what follows from the states that others took the place of.
    pub(crate) fn settle(&mut self, step: usize) {
        self.isa.run(Settle { batch: self, step });
    }
}
