//! Verdicts on simulated histories, and how often they are right.

use super::Scored;
use crate::estimate::{Interval, Level, Weight, shares};
use crate::experiment::weigh::{Clusters, Difference};

/// Level of the intervals.
const LEVEL: f64 = 0.95;

/// What is said of two theories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The record speaks for the scenario.
    Scenario,
    /// It speaks for the rival.
    Rival,
    /// It does not tell them apart.
    Undecided,
}

impl Verdict {
    /// The verdict on histories side by side, each of independent clusters of states as `one` has them: by the rule of
    /// [`weigh`](crate::experiment::weigh). Where no particle could show a record nothing is decided.
    pub(super) fn of(histories: &[&Scored], one: &Clusters) -> Verdict {
        let (mut by_state, mut square, mut of) = (Vec::new(), 0.0, Vec::new());
        for (k, scored) in histories.iter().enumerate() {
            let Some((differences, error)) = scored else { return Verdict::Undecided };
            by_state.extend_from_slice(differences);
            of.extend(one.of.iter().map(|cluster| k * one.count + cluster));
            square += error;
        }
        let clusters = Clusters { of, count: one.count * histories.len(), regions: one.regions };
        let difference = Difference::new(&by_state, &clusters, square.sqrt());
        if !difference.tells_apart() {
            Verdict::Undecided
        } else if difference.total > 0.0 {
            Verdict::Scenario
        } else {
            Verdict::Rival
        }
    }
}

/// Verdicts on the histories of one theory, observed in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// The theory simulated, by position: 0 the scenario, 1 its rival, 2 the third.
    pub simulated: usize,
    /// The way of observing, by position.
    pub way: usize,
    /// Number of states.
    pub states: u32,
    /// Last year of the record.
    pub until: i32,
    /// How many verdicts.
    pub count: u32,
    /// For the scenario.
    pub scenario: u32,
    /// For the rival.
    pub rival: u32,
}

/// A chance, and its interval over simulated histories.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// Share of the histories.
    pub share: f64,
    /// Its interval, of 95 %.
    pub interval: Interval,
}

impl Verdicts {
    pub(super) fn new(
        simulated: usize,
        way: usize,
        states: u32,
        until: i32,
        verdicts: impl Iterator<Item = Verdict>,
    ) -> Verdicts {
        let mut all = Verdicts { simulated, way, states, until, count: 0, scenario: 0, rival: 0 };
        for verdict in verdicts {
            all.count += 1;
            all.scenario += u32::from(verdict == Verdict::Scenario);
            all.rival += u32::from(verdict == Verdict::Rival);
        }
        all
    }

    /// How many are right; none where the theory simulated was not offered.
    pub fn right(&self) -> Option<u32> {
        [Some(self.scenario), Some(self.rival)].get(self.simulated).copied().flatten()
    }

    /// How many are wrong: every decision, where the theory simulated was not offered.
    pub fn wrong(&self) -> u32 {
        self.scenario + self.rival - self.right().unwrap_or(0)
    }

    /// How many decide nothing.
    pub fn undecided(&self) -> u32 {
        self.count - self.scenario - self.rival
    }

    /// So many of them as a chance.
    ///
    /// ```
    /// use suasion::experiment::power::Verdicts;
    /// let all = Verdicts { simulated: 1, way: 0, states: 10, until: 2015, count: 40, scenario: 1, rival: 30 };
    /// assert_eq!((all.right(), all.wrong(), all.undecided()), (Some(30), 1, 9));
    /// let chance = all.chance(30);
    /// assert!(chance.share == 0.75 && chance.interval.holds(0.65) && !chance.interval.holds(0.5));
    /// ```
    pub fn chance(&self, count: u32) -> Chance {
        let share = f64::from(count) / f64::from(self.count);
        Chance {
            share,
            interval: shares::one(share, Weight::independent(u64::from(self.count)), &Level::new(LEVEL)),
        }
    }
}
