//! Reads outcomes of batches, as lanes: the same replicate of two arms can be set side by side. It reduces nothing.

use super::{Measure, Outcomes, Target};
use crate::engine::batch::Batch;
use crate::engine::recorder::Recorder;
use crate::lanes::lane::Lane;
use crate::model::ledger::terms;
use crate::model::variable::Variable;
use crate::model::world::World;
use crate::output::view::View;

/// Position of a state that is not followed.
const NOT_FOLLOWED: usize = usize::MAX;

/// What is read of each run of a world: measures of a state, or means of them over a set of states.
#[derive(Clone, Debug)]
pub(in crate::experiment) struct Readings {
    /// What is read, and of which set.
    of: Vec<(Measure, usize)>,
    /// Numbers of the readings of each row.
    by_row: Vec<Vec<usize>>,
    /// Sets of states; those of one state alone come first, by state.
    sets: Vec<Vec<usize>>,
    /// What is waited for.
    targets: Vec<Target>,
    /// States whose past counts too: what they have reached, and their totals since the start.
    followed: Vec<usize>,
    /// Position among those, by state.
    positions: Vec<usize>,
    /// Whether batches must keep the ledger.
    pub ledger: bool,
}

impl Readings {
    /// Of nothing yet.
    pub fn new(world: &World) -> Readings {
        let states = world.states.len();
        Readings {
            of: Vec::new(),
            by_row: vec![Vec::new(); world.clock.years() + 1],
            sets: (0..states).map(|state| vec![state]).collect(),
            targets: Vec::new(),
            followed: Vec::new(),
            positions: vec![NOT_FOLLOWED; states],
            ledger: false,
        }
    }

    /// Of outcomes, one each, in their order.
    pub fn of(world: &World, outcomes: &Outcomes) -> Readings {
        let mut readings = Readings::new(world);
        for outcome in outcomes.iter() {
            readings.add(outcome.measure, outcome.place.states(world), outcome.row);
        }
        readings
    }

    /// Adds the mean of a measure over some states at a row, and returns its number.
    pub fn add(&mut self, measure: Measure, states: Vec<usize>, row: usize) -> usize {
        self.ledger |= measure.is_of_ledger();
        self.targets.extend(measure.target().filter(|target| !self.targets.contains(target)));
        if measure.target().is_some() || matches!(measure, Measure::Total(_)) {
            for &state in &states {
                if self.positions[state] == NOT_FOLLOWED {
                    self.positions[state] = self.followed.len();
                    self.followed.push(state);
                }
            }
        }
        let singles = self.positions.len();
        let set = match states[..] {
            [state] => state,
            _ => (singles..self.sets.len()).find(|set| self.sets[*set] == states).unwrap_or_else(|| {
                self.sets.push(states);
                self.sets.len() - 1
            }),
        };
        self.of.push((measure, set));
        self.by_row[row].push(self.of.len() - 1);
        self.of.len() - 1
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.of.len()
    }
}

/// Records readings, by batch.
pub(in crate::experiment) struct OutcomeRecorder<'a> {
    readings: &'a Readings,
    /// By followed state and target: whether it has been reached, and years waited.
    progress: Vec<(Lane, Lane)>,
    /// By followed state: changes of motivation since the start, by term.
    totals: Vec<Vec<Lane>>,
    /// By batch, then reading.
    pub values: Vec<Lane>,
    /// Lanes in use, by batch.
    pub widths: Vec<usize>,
}

impl<'a> OutcomeRecorder<'a> {
    pub fn new(readings: &'a Readings) -> OutcomeRecorder<'a> {
        OutcomeRecorder {
            readings,
            progress: Vec::new(),
            totals: Vec::new(),
            values: Vec::new(),
            widths: Vec::new(),
        }
    }

    fn begin(&mut self, view: &impl View) {
        let Readings { followed, targets, .. } = self.readings;
        self.widths.push(view.width());
        self.values.resize(self.widths.len() * self.readings.len(), Lane::ZERO);
        self.progress = vec![(Lane::ZERO, Lane::ZERO); followed.len() * targets.len()];
        self.totals = vec![vec![Lane::ZERO; terms(view.world())]; followed.len()];
        self.watch(view, 0.0);
        self.read(view, 0);
    }

    /// Sees what has been reached after a step, which took so many years.
    fn watch(&mut self, view: &impl View, took: f64) {
        let each = self.readings.targets.len();
        for (&state, progress) in self.readings.followed.iter().zip(self.progress.chunks_mut(each.max(1))) {
            for (target, (reached, years)) in self.readings.targets.iter().zip(progress) {
                *years += (Lane::ONE - *reached) * took;
                let now = match target {
                    Target::Adoption(j) => view.value(state, Variable::Adopted(*j)),
                    Target::Phase(k) => {
                        view.value(state, Variable::Phase).ge(Lane::splat(*k as f64)).to_lane()
                    }
                    Target::Grade(g, tier) => {
                        view.value(state, Variable::Tier(*g)).eq(Lane::splat(*tier as f64)).to_lane()
                    }
                };
                *reached = reached.max(now);
            }
        }
    }

    /// Ends a year: adds up its ledger, and reads what is asked for at its end.
    fn end_year(&mut self, view: &impl View, row: usize) {
        for (total, &state) in self.totals.iter_mut().zip(&self.readings.followed) {
            for (total, term) in total.iter_mut().zip(view.ledger(state).into_iter().flatten()) {
                *total += *term;
            }
        }
        self.read(view, row);
    }

    fn read(&mut self, view: &impl View, row: usize) {
        let batch = (self.widths.len() - 1) * self.readings.len();
        for &reading in &self.readings.by_row[row] {
            let (measure, set) = self.readings.of[reading];
            let value = match self.readings.sets[set][..] {
                [state] => self.value(view, state, measure, row),
                ref states => {
                    let add = |sum: Lane, state: &usize| sum + self.value(view, *state, measure, row);
                    states.iter().fold(Lane::ZERO, add) / (states.len() as f64)
                }
            };
            self.values[batch + reading] = value;
        }
    }

    #[inline(always)]
    fn value(&self, view: &impl View, state: usize, measure: Measure, row: usize) -> Lane {
        let followed = || self.readings.positions[state];
        let progress = |target: Target| {
            let at = self.readings.targets.iter().position(|known| *known == target).unwrap_or_default();
            self.progress[followed() * self.readings.targets.len() + at]
        };
        match measure {
            Measure::Variable(v) => view.value(state, v),
            Measure::Is(v, code) => view.value(state, v).eq(Lane::splat(f64::from(code))).to_lane(),
            // Nothing has moved yet.
            Measure::Term(_) if row == 0 => Lane::ZERO,
            Measure::Term(k) => view.ledger(state).map_or(Lane::ZERO, |ledger| ledger[k]),
            Measure::Total(k) => self.totals[followed()][k],
            Measure::Reached(target) => progress(target).0,
            Measure::Waited(target) => progress(target).1,
        }
    }
}

impl Recorder for OutcomeRecorder<'_> {
    fn start(&mut self, batch: &Batch) {
        self.begin(batch);
    }
    fn step(&mut self, batch: &Batch, _step: usize) {
        if !self.progress.is_empty() {
            self.watch(batch, batch.world().clock.dt());
        }
    }
    fn year(&mut self, batch: &Batch, year: usize) {
        self.end_year(batch, year + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::testing::{Fake, world};

    #[test]
    fn values_are_those_of_the_variable_its_code_and_the_mean() {
        let world = world();
        let fake = Fake::new(&world, 3, 8);
        let start = world.clock.start - 1;
        let asked = ["motivation.*", "motivation", "phase=2.*"].map(|what| format!("{what}@{start}"));
        let readings = Readings::of(&world, &Outcomes::parse(&asked, &world).unwrap());
        let mut recorder = OutcomeRecorder::new(&readings);
        recorder.begin(&fake);
        let states = world.states.len();
        let mut sum = Lane::ZERO;
        for state in 0..states {
            let value = fake.value(state, Variable::Motivation);
            assert_eq!(recorder.values[state].0, value.0);
            sum += value;
            let phase = fake.value(state, Variable::Phase);
            let shares = recorder.values[states + 1 + state];
            assert!((0..8).all(|l| (shares.0[l] == 1.0) == (phase.0[l] == 2.0)));
        }
        assert_eq!(recorder.values[states].0, (sum / states as f64).0);
        assert_eq!((recorder.values.len(), recorder.widths.len()), (readings.len(), 1));
    }
}
