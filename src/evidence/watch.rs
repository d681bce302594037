//! Watches a batch and makes a record of each of its runs, as those would see it who coded the historical one.

use crate::engine::batch::Batch;
use crate::engine::recorder::Recorder;
use crate::evidence::frame::Frame;
use crate::evidence::record::{BEFORE, NEVER, Record};
use crate::lanes::lane::{LANES, Lane};
use crate::model::observation::{Observation, score};
use crate::model::variable::Variable;

/// Keeps of the record of each run what it is for.
pub trait Keep: Send {
    /// A run has come to its end: it was in this lane of the batch, and this is its record.
    fn keep(&mut self, batch: &Batch, lane: usize, record: &Record);
}

impl<F: FnMut(&Batch, usize, &Record) + Send> Keep for F {
    fn keep(&mut self, batch: &Batch, lane: usize, record: &Record) {
        self(batch, lane, record);
    }
}

/// The numbers of how states are observed that it reads: it sees without error.
pub const READ: [&str; 5] =
    ["prosecution_law", "prosecution_cuts", "protection_cuts", "prevention_cuts", "sanctioned_waived"];

/// A recorder that makes the record of each run and hands it over at the end. Records are used again for the next batch, so
/// that a run costs no memory.
///
/// ```
/// use suasion::engine::{batch::{Batch, Run}, parallel::simulate_batch, timeline::Timeline};
/// use suasion::lanes::isa::Isa;
/// use suasion::evidence::{frame::Frame, record::{NEVER, Record}, watch::Watch};
/// let scenario = suasion::scenario::Scenario::load("asean").unwrap().build().unwrap();
/// let (frame, observation) = (Frame::new(&scenario), scenario.observed.observation);
/// let world = &scenario.world;
/// let mut laws = Vec::new();
/// let mut watch = Watch::new(&frame, &observation, |_: &Batch, _: usize, record: &Record| {
///     laws.push(record.law.iter().filter(|year| **year != NEVER).count());
/// });
/// let runs = [0, 1, 2].map(|replicate| Run::new(world, 1, replicate));
/// simulate_batch(&runs, &Timeline::new(world), Isa::detect(), false, &mut watch).unwrap();
/// drop(watch);
/// assert_eq!(laws.len(), 3);
/// ```
pub struct Watch<'f, K> {
    frame: &'f Frame,
    /// How each run of a batch is observed.
    pub observations: [Observation<f64>; LANES],
    records: [Record; LANES],
    /// What keeps.
    pub keep: K,
}

impl<'f, K: Keep> Watch<'f, K> {
    /// A recorder of runs of the frame's scenario.
    pub fn new(frame: &'f Frame, observation: &Observation<f64>, keep: K) -> Self {
        let records = std::array::from_fn(|_| Record::empty(frame.states(), frame.years));
        Watch { frame, observations: [*observation; LANES], records, keep }
    }

    fn adoptions(&mut self, batch: &Batch, year: i16) {
        let Frame { law, convention, .. } = self.frame;
        for state in 0..self.frame.states() {
            for (instrument, is_law) in [(law, true), (convention, false)] {
                let Some(j) = *instrument else { continue };
                let adopted = batch.value(state, Variable::Adopted(j));
                for lane in 0..batch.width() {
                    let record = &mut self.records[lane];
                    let date = if is_law { &mut record.law[state] } else { &mut record.convention[state] };
                    if *date == NEVER && adopted.0[lane] > 0.0 {
                        *date = year;
                    }
                }
            }
        }
    }
}

impl<K: Keep> Recorder for Watch<'_, K> {
    fn start(&mut self, batch: &Batch) {
        for record in &mut self.records {
            record.law.fill(NEVER);
            record.convention.fill(NEVER);
        }
        self.adoptions(batch, BEFORE);
    }

    fn year(&mut self, batch: &Batch, year: usize) {
        self.adoptions(batch, year as i16);
        let frame = self.frame;
        let law_counts = Lane::from_fn(|lane| self.observations[lane].prosecution_law);
        for state in 0..frame.states() {
            let cell = state * frame.years + year;
            let scored = |practice: usize| frame.scored.as_ref().is_none_or(|scored| scored[practice][cell]);
            if let Some(g) = frame.rating {
                let (tier, waived) = (batch.value(state, Variable::Tier(g)), batch.waived(state, g));
                for (lane, record) in self.records.iter_mut().enumerate().take(batch.width()) {
                    let o = &self.observations[lane];
                    record.tiers[cell] = tier.0[lane] as u8;
                    record.sanctions[cell] = 1 + u8::from(waived.0[lane] < o.sanctioned_waived);
                }
            }
            let done = batch.practised(state).scored(law_counts);
            for (lane, record) in self.records.iter_mut().enumerate().take(batch.width()) {
                let o = &self.observations[lane];
                let cuts = [&o.prosecution_cuts, &o.protection_cuts, &o.prevention_cuts];
                for (k, scores) in record.practice.iter_mut().enumerate() {
                    scores[cell] = u8::from(scored(k)) * score(done[k].0[lane], cuts[k]);
                }
            }
        }
    }

    fn finish(&mut self, batch: &Batch) {
        for lane in 0..batch.width() {
            self.keep.keep(batch, lane, &self.records[lane]);
        }
    }
}
