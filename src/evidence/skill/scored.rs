//! Mean scores of a forecast beside its references, and the skill between them with its interval, by states drawn anew.

use super::reference::COUNT;
use crate::estimate::Interval;
use crate::estimate::resample::{counts, percentiles};

/// Resamples of states for an interval.
const RESAMPLES: u32 = 1000;
/// Level of the intervals.
const LEVEL: f64 = 0.95;
/// Cases (state-years) and states below which there is nothing to say.
pub const FEWEST_CASES: usize = 10;
const FEWEST_STATES: usize = 3;

/// A mean score over cases, with those of the references.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Cases (state-years).
    pub cases: usize,
    /// Score of the forecast; lower is better.
    pub forecast: f64,
    /// By reference; none where it has a forecast in too few cases.
    pub against: [Option<Against>; COUNT],
}

/// A reference beside the forecast, over the cases in which both have a forecast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Against {
    /// Cases that both have.
    pub cases: usize,
    /// Score of the reference.
    pub score: f64,
    /// Skill of the forecast: 1 less its score over that of the reference, in the same cases. None where the reference never
    /// errs.
    pub skill: Option<f64>,
    /// 95 % interval of the skill, by resampling states; none where fewer than three have cases.
    pub interval: Option<Interval>,
}

/// Scores of a state: their sums and numbers, of the forecast alone and beside each reference.
#[derive(Clone, Copy, Debug, Default)]
struct OfState {
    forecast: (f64, usize),
    /// Of the forecast, of the reference, in the same cases.
    both: [(f64, f64, usize); COUNT],
}

/// Sums of scores, by state.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    states: Vec<OfState>,
}

impl Sums {
    /// What follows is of another state.
    pub fn next_state(&mut self) {
        self.states.push(OfState::default());
    }

    /// Adds a case of the state.
    pub fn add(&mut self, forecast: f64, references: [Option<f64>; COUNT]) {
        let Some(state) = self.states.last_mut() else { return };
        state.forecast = (state.forecast.0 + forecast, state.forecast.1 + 1);
        for (both, score) in state.both.iter_mut().zip(references) {
            if let Some(score) = score {
                *both = (both.0 + forecast, both.1 + score, both.2 + 1);
            }
        }
    }

    /// The mean scores; none without cases.
    pub fn scored(&self) -> Option<Scored> {
        let cases: usize = self.states.iter().map(|state| state.forecast.1).sum();
        let sum: f64 = self.states.iter().map(|state| state.forecast.0).sum();
        (cases > 0).then(|| Scored {
            cases,
            forecast: sum / cases as f64,
            against: std::array::from_fn(|k| self.against(k)),
        })
    }

    fn against(&self, k: usize) -> Option<Against> {
        let with: Vec<(f64, f64, usize)> =
            self.states.iter().map(|state| state.both[k]).filter(|both| both.2 > 0).collect();
        let cases: usize = with.iter().map(|both| both.2).sum();
        if cases < FEWEST_CASES {
            return None;
        }
        let skill = |weights: &[f64]| {
            let sum = |of: fn(&(f64, f64, usize)) -> f64| -> f64 {
                with.iter().zip(weights).map(|(both, weight)| weight * of(both)).sum()
            };
            let reference = sum(|both| both.1);
            (reference > 0.0).then(|| 1.0 - sum(|both| both.0) / reference)
        };
        let drawn = || (0..RESAMPLES).filter_map(|r| skill(&counts(0, r, with.len()))).collect();
        let found = skill(&vec![1.0; with.len()]);
        Some(Against {
            cases,
            score: with.iter().map(|both| both.1).sum::<f64>() / cases as f64,
            skill: found,
            interval: found.filter(|_| with.len() >= FEWEST_STATES).and_then(|_| percentiles(drawn(), LEVEL)),
        })
    }
}

/// By how much a forecast's mean score is above another's, in the same cases: below 0 it is the better one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Mean over cases.
    pub mean: f64,
    /// Its 95 % interval, by resampling states; none where fewer than three have cases.
    pub interval: Option<Interval>,
}

/// The difference between two forecasts, from its sum and the number of cases of each state that has any; none without a state.
///
/// ```
/// use suasion::evidence::skill::scored::difference;
/// // Three states: -.3 in two cases, .1 in one, -.1 in one.
/// let found = difference(&[(-0.3, 2), (0.1, 1), (-0.1, 1)]).unwrap();
/// assert!((found.mean + 0.075).abs() < 1e-15);
/// let interval = found.interval.unwrap();
/// assert!(interval.low > -0.151 && interval.high < 0.101); // from the first state alone to the second
/// assert!(difference(&[(-0.3, 2), (0.1, 1)]).unwrap().interval.is_none());
/// assert!(difference(&[]).is_none());
/// ```
pub fn difference(states: &[(f64, usize)]) -> Option<Difference> {
    let mean = |weights: &[f64]| {
        let weighed = |of: fn(&(f64, usize)) -> f64| -> f64 {
            states.iter().zip(weights).map(|(state, weight)| weight * of(state)).sum()
        };
        let cases = weighed(|state| state.1 as f64);
        (cases > 0.0).then(|| weighed(|state| state.0) / cases)
    };
    let drawn = || (0..RESAMPLES).filter_map(|r| mean(&counts(0, r, states.len()))).collect();
    let interval = if states.len() >= FEWEST_STATES { percentiles(drawn(), LEVEL) } else { None };
    Some(Difference { mean: mean(&vec![1.0; states.len()])?, interval })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skill_is_over_the_cases_that_both_have_and_its_interval_over_states() {
        let mut sums = Sums::default();
        for state in 0..20 {
            sums.next_state();
            for year in 0..5 {
                let luck = f64::from((state * 7 + year * 3) % 11) / 100.0;
                let all = [Some(0.4 + luck), None, (year > 2).then_some(0.0), None, None, None];
                sums.add(0.2 + luck, all);
            }
        }
        let scored = sums.scored().unwrap();
        let first = scored.against[0].unwrap();
        assert_eq!((scored.cases, first.cases), (100, 100));
        let skill = first.skill.unwrap();
        assert!((skill - (1.0 - scored.forecast / first.score)).abs() < 1e-12);
        let interval = first.interval.unwrap();
        assert!(interval.holds(skill) && interval.high - interval.low < 0.1 && interval.low > 0.3);
        // One that never errs leaves no ratio, and one without cases says nothing: neither inf nor NaN.
        assert_eq!(scored.against[2].map(|a| (a.cases, a.skill, a.interval)), Some((40, None, None)));
        assert_eq!(scored.against[1], None);
    }

    #[test]
    fn few_cases_say_nothing() {
        let mut sums = Sums::default();
        assert_eq!(sums.scored(), None);
        sums.next_state();
        (0..9).for_each(|_| sums.add(0.1, [Some(0.2); COUNT]));
        assert_eq!(sums.scored().unwrap().against, [None; COUNT]);
        sums.add(0.1, [Some(0.2); COUNT]);
        let against = sums.scored().unwrap().against[0].unwrap();
        assert!((against.skill.unwrap() - 0.5).abs() < 1e-12 && against.interval.is_none());
    }
}
