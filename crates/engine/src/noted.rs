//! What a batch takes from a history, and what is noted of it where a record conditions it.
//!
//! In a free run all of this is empty, and costs nothing.

use crate::batch::Batch;
use crate::given::Given;
use crate::history::History;
use crate::step::NotedOf;
use suasion_lanes::lane::Lane;
use suasion_model::observation::Practised;
use suasion_model::world::MOST_GRADES;

/// What is noted of a conditioned run: how probable the record is in it, and what the record made of its draws.
#[derive(Debug, Default)]
pub(super) struct Noted {
    /// By state: log of the density of what is on record of it so far.
    pub log_density: Vec<Lane>,
    /// By state: the part of it that is of what was seen in the last year beside grades and adoptions.
    pub log_readings: Vec<Lane>,
    /// By state: what it did at the end of the year before; empty where no reading is about that.
    pub before: Vec<Practised>,
    /// By state, then rating regime: the grader's luck at the last report, as standard normal numbers.
    pub reports: Vec<[Lane; 2]>,
    /// By state, then rating regime: how probable each grade was at the last report, before it was known; 0 beyond the grades that there are.
    pub expected: Vec<[Lane; MOST_GRADES]>,
    /// By state, then instrument: the draw of the step, or [`UNDRAWN`].
    pub adoptions: Vec<Lane>,
    /// By state, then instrument: of an adoption whose year alone is on record, the step of the year that was drawn for it.
    pub steps: Vec<Lane>,
}

/// In place of a draw that was not made: of an instrument that is not open, or that a state has adopted.
pub(super) const UNDRAWN: f64 = -1.0;

impl Noted {
    /// Of all states, to be written to.
    pub fn of_all(&mut self) -> NotedOf<'_> {
        NotedOf {
            log_density: &mut self.log_density,
            reports: &mut self.reports,
            expected: &mut self.expected,
            adoptions: &mut self.adoptions,
            steps: &mut self.steps,
        }
    }
}

impl<'w> Batch<'w> {
    /// Takes the numbers with which states draw once.
    pub(super) fn begin_history(&mut self, history: Option<&'w History>, anew: Option<usize>) {
        self.history = history;
        self.anew = history.and(anew);
        // No line of a history, and no run beyond it, draws with these: particles are far fewer.
        self.anew_numbers = self.replicates.map(|row| u32::MAX - row);
        self.once.clear();
        self.yearly.clear();
        let Some(History { lineage, pins }) = history else { return };
        self.places = pins.as_ref().map(|pins| pins.places(self.worlds[0])).unwrap_or_default();
        let rows = self.replicates;
        let number = |i: usize| std::array::from_fn(|l| lineage.of(rows[l] as usize, i)[0]);
        self.once.extend((0..lineage.states()).map(number));
    }

    /// Takes the numbers with which states draw in a year: beyond the last on record, each run's own.
    pub(super) fn begin_year(&mut self, year: usize) {
        let Some(History { lineage, .. }) = self.history else { return };
        self.yearly.clear();
        if year < lineage.years() {
            let rows = self.replicates;
            let number = |i: usize| std::array::from_fn(|l| lineage.of(rows[l] as usize, i)[year + 1]);
            self.yearly.extend((0..lineage.states()).map(number));
        }
    }

    /// Forgets what was noted of other runs.
    pub(super) fn begin_record(&mut self) {
        let world = self.worlds[0];
        let (n, ratings, instruments) = match self.given {
            Some(_) => (world.states.len(), world.ratings.len(), world.instruments.len()),
            None => (0, 0, 0),
        };
        if self.given.is_some() && self.once.is_empty() {
            self.once.resize(n, self.replicates);
        }
        let Noted { log_density, log_readings, before, reports, expected, adoptions, steps } =
            &mut self.noted;
        log_density.clear();
        log_density.resize(n, Lane::ZERO);
        log_readings.clear();
        log_readings.resize(n, Lane::ZERO);
        before.clear();
        if self.given.is_some_and(Given::looks_back) {
            before.resize(n, Practised::NOTHING);
        }
        reports.resize(n * ratings, [Lane::ZERO; 2]);
        expected.resize(n * ratings, [Lane::ZERO; MOST_GRADES]);
        adoptions.resize(n * instruments, Lane::ZERO);
        steps.resize(n * instruments, Lane::ZERO);
    }
}
