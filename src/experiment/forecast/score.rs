//! Scores of several who forecast the same: means by how far ahead, and by how much the first is better or worse than each of the others.

use crate::evidence::skill::scored::{Difference, difference};
use crate::evidence::skill::scores::rps;
use crate::lanes::math::ln_scalar;

/// Who forecasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Runs in the history, which show the record until the origin.
    History,
    /// Free runs, from traits alone.
    Free,
    /// What was last on record stays: the last grade, or not adopted.
    Last,
    /// The Markov chain of the years until the origin, from what was last.
    Chain,
    /// The ordered logit of the years until the origin, with what was last among its covariates.
    Logit,
}

impl Source {
    /// How many there are.
    pub const COUNT: usize = 5;
    /// All.
    pub const ALL: [Source; Source::COUNT] =
        [Source::History, Source::Free, Source::Last, Source::Chain, Source::Logit];

    /// Its name in tables.
    pub fn id(self) -> &'static str {
        match self {
            Source::History => "history",
            Source::Free => "free",
            Source::Last => "last",
            Source::Chain => "markov_chain",
            Source::Logit => "logit_with_last",
        }
    }
}

/// By what forecasts are scored; lower is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Ranked probability score of a grade.
    Rps,
    /// Minus the log of the probability of the grade that came.
    Log,
    /// Brier score of an adoption.
    Brier,
}

impl Measure {
    /// Its name in tables.
    pub fn id(self) -> &'static str {
        match self {
            Measure::Rps => "rps",
            Measure::Log => "log",
            Measure::Brier => "brier",
        }
    }

    /// The score of probabilities where a category came. `members` is how many equally likely members an ensemble has; an ensemble says no log
    /// probability of what none of its members shows, so one more member is added to it, spread evenly.
    ///
    /// A forecast that is certain has no log score: a single error is infinite.
    ///
    /// ```
    /// use suasion::experiment::forecast::Measure;
    /// let p = [0.5, 0.5, 0.0, 0.0];
    /// assert_eq!(Measure::Rps.of(&p, None, 1), Some(0.25 / 3.0));
    /// assert_eq!(Measure::Brier.of(&p, None, 1), Some(0.25));
    /// assert!((Measure::Log.of(&p, None, 1).unwrap() - 0.5_f64.recip().ln()).abs() < 1e-12);
    /// // Of three members none shows the third category: a quarter of four does.
    /// assert!((Measure::Log.of(&p, Some(3.0), 2).unwrap() - 16_f64.ln()).abs() < 1e-12);
    /// assert_eq!(Measure::Log.of(&[0.0, 1.0, 0.0, 0.0], None, 1), None);
    /// ```
    pub fn of(self, p: &[f64], members: Option<f64>, came: usize) -> Option<f64> {
        match self {
            Measure::Rps => Some(rps(p, came)),
            Measure::Brier => {
                let error = p[1] - f64::from(u8::from(came == 1));
                Some(error * error)
            }
            Measure::Log => {
                let p = match members {
                    Some(n) => (n * p[came] + 1.0 / p.len() as f64) / (n + 1.0),
                    None if p.iter().any(|p| *p >= 1.0) => return None,
                    None => p[came].max(1e-300),
                };
                Some(-ln_scalar(p))
            }
        }
    }
}

/// Something that was forecast and came: the scores of those who forecast it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// Of which state.
    pub state: usize,
    /// How many years ahead.
    pub ahead: usize,
    /// By [`Source`]; none of one that has no forecast.
    pub scores: [Option<f64>; Source::COUNT],
}

/// A mean score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// How many years ahead; none: all.
    pub ahead: Option<usize>,
    /// Who forecasts.
    pub source: Source,
    /// State-years.
    pub cases: usize,
    /// States that they are of.
    pub states: usize,
    /// Mean over cases; lower is better.
    pub mean: f64,
    /// The score from the history less this one, in the same cases: below 0 the history does better. None of the history itself.
    pub difference: Option<Difference>,
}

/// Mean scores by how many years ahead, and over all; of the cases that all have who forecast at all. Cases of a state stand together.
pub fn scores(cases: &[Case]) -> Vec<Score> {
    let there: Vec<usize> =
        (0..Source::COUNT).filter(|k| cases.iter().any(|case| case.scores[*k].is_some())).collect();
    let common: Vec<&Case> =
        cases.iter().filter(|case| there.iter().all(|k| case.scores[*k].is_some())).collect();
    let most = common.iter().map(|case| case.ahead).max().unwrap_or(0);
    let mut all = Vec::new();
    for ahead in (1..=most).map(Some).chain([None]) {
        let of: Vec<&&Case> = common.iter().filter(|case| ahead.is_none_or(|k| case.ahead == k)).collect();
        if of.is_empty() {
            continue;
        }
        let mut states: Vec<usize> = of.iter().map(|case| case.state).collect();
        states.dedup();
        for k in &there {
            let score = |case: &Case, k: usize| case.scores[k].unwrap_or(0.0);
            let less = |state: &usize| {
                let own = of.iter().filter(|case| case.state == *state);
                own.fold((0.0, 0), |(sum, n), case| (sum + score(case, 0) - score(case, *k), n + 1))
            };
            let sums = || states.iter().map(less).collect::<Vec<(f64, usize)>>();
            all.push(Score {
                ahead,
                source: Source::ALL[*k],
                cases: of.len(),
                states: states.len(),
                mean: of.iter().map(|case| score(case, *k)).sum::<f64>() / of.len() as f64,
                difference: if *k > 0 { difference(&sums()) } else { None },
            });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two states, one and two years ahead, and what a hand computes of them.
    #[test]
    fn scores_are_means_over_cases_that_all_have_and_differences_are_paired() {
        let case = |state, ahead, history, chain| Case {
            state,
            ahead,
            scores: [Some(history), None, Some(0.5), chain, None],
        };
        let cases = [
            case(0, 1, 0.1, Some(0.2)),
            case(0, 2, 0.3, Some(0.2)),
            case(1, 1, 0.0, Some(0.4)),
            // Without a chain it counts for nobody.
            case(1, 2, 0.9, None),
        ];
        let found = scores(&cases);
        let at = |ahead, source| {
            let score = found.iter().find(|score| score.ahead == ahead && score.source == source).unwrap();
            (score.cases, score.states, score.mean, score.difference.map(|d| d.mean))
        };
        let close = |a: (usize, usize, f64, Option<f64>), b: (usize, usize, f64, Option<f64>)| {
            assert_eq!((a.0, a.1, a.3.is_some()), (b.0, b.1, b.3.is_some()));
            assert!((a.2 - b.2).abs() < 1e-15 && (a.3.unwrap_or(0.0) - b.3.unwrap_or(0.0)).abs() < 1e-15);
        };
        close(at(Some(1), Source::History), (2, 2, 0.05, None));
        close(at(Some(1), Source::Chain), (2, 2, 0.3, Some(-0.25)));
        close(at(Some(2), Source::History), (1, 1, 0.3, None));
        close(at(Some(2), Source::Chain), (1, 1, 0.2, Some(0.1)));
        close(at(None, Source::History), (3, 2, 0.4 / 3.0, None));
        close(at(None, Source::Chain), (3, 2, 0.8 / 3.0, Some(-0.4 / 3.0)));
        close(at(None, Source::Last), (3, 2, 0.5, Some(0.4 / 3.0 - 0.5)));
        assert!(found.iter().all(|score| ![Source::Free, Source::Logit].contains(&score.source)));
        // Two states say nothing of how sure that is.
        assert!(found.iter().filter_map(|score| score.difference).all(|d| d.interval.is_none()));
        assert_eq!(scores(&[]), Vec::new());
    }
}
