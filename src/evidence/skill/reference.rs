//! What a forecast must beat. Three know nothing of how a state did: each year's frequencies, an ordered logit on the same traits, and the
//! first entry for ever. Three know the last entry before the year, which the simulation is not told: it, for ever; a Markov chain; and an ordered
//! logit with it among its covariates.

use super::forecast::Chances;
use super::markov::Markov;
use super::ordered_logit::OrderedLogit;
use crate::evidence::frame::Frame;
use crate::evidence::record::{NEVER, Record};
use crate::model::traits::TRAITS;
use crate::model::world::{MOST_GRADES, World};
use std::ops::Range;

/// How many references there are.
pub const COUNT: usize = 6;
/// References for tiers, by name.
pub const OF_TIERS: [&str; COUNT] =
    ["climatology", "first grade", "last grade", "ordered logit", "logit with last grade", "Markov chain"];
/// References for the law, by name.
pub const OF_LAWS: [&str; COUNT] =
    ["climatology", "law at the start", "law last year", "logit", "logit with last year", "Markov chain"];

/// References that know the last entry: it, for ever; the Markov chain; the logit with it.
pub const KNOWING: usize = 3;

/// Medians of a state's traits, and the year: what the logits know.
struct Covariates {
    traits: Vec<Vec<f64>>,
    years: usize,
}

impl Covariates {
    /// Of a world; of each regime's traits those of the rating regime.
    fn new(world: &World, frame: &Frame) -> Covariates {
        let traits = world.states.iter().map(|state| {
            let own = (0..TRAITS.len()).map(|k| state.traits.values()[k].median());
            let regime = frame
                .rating
                .into_iter()
                .flat_map(|g| [state.strategic_value[g].median(), state.sender_standing[g].median()]);
            let phase: f64 = state.initial_phase.iter().enumerate().map(|(k, p)| k as f64 * p).sum();
            own.chain(regime).flatten().chain([phase]).collect()
        });
        Covariates { traits: traits.collect(), years: frame.years }
    }

    fn row(&self, state: usize, year: usize) -> Vec<f64> {
        let mut row = self.traits[state].clone();
        row.push(year as f64 / self.years as f64);
        row
    }

    /// The same with what was last, of so many categories, as indicators of all but the first.
    fn row_after(&self, state: usize, year: usize, last: usize, categories: usize) -> Vec<f64> {
        let mut row = self.row(state, year);
        row.extend((1..categories).map(|k| f64::from(u8::from(k == last))));
        row
    }
}

/// What a series of categories is fitted to: rows of covariates, with and without the last category.
#[derive(Default)]
struct Cases {
    rows: Vec<Vec<f64>>,
    categories: Vec<usize>,
    rows_after: Vec<Vec<f64>>,
    categories_after: Vec<usize>,
    transitions: Vec<(usize, usize)>,
}

impl Cases {
    /// Adds a state's category in a year, and the last before it.
    fn add(
        &mut self,
        covariates: &Covariates,
        (state, year): (usize, usize),
        (last, now): (Option<usize>, usize),
        categories: usize,
    ) {
        self.rows.push(covariates.row(state, year));
        self.categories.push(now);
        if let Some(last) = last {
            self.rows_after.push(covariates.row_after(state, year, last, categories));
            self.categories_after.push(now);
            self.transitions.push((last, now));
        }
    }
}

/// References for a series of categories.
struct Fitted {
    /// How many categories there are.
    of: usize,
    logit: Option<OrderedLogit>,
    logit_after: Option<OrderedLogit>,
    chain: Option<Markov>,
    /// Frequencies of each year; none where there is no entry.
    by_year: Vec<Option<Chances>>,
}

impl Fitted {
    fn new(of: usize, cases: Cases, by_year: Vec<Option<Chances>>) -> Fitted {
        Fitted {
            of,
            logit: OrderedLogit::fit(&cases.rows, &cases.categories, of),
            logit_after: OrderedLogit::fit(&cases.rows_after, &cases.categories_after, of),
            chain: (!cases.transitions.is_empty()).then(|| Markov::new(of, cases.transitions)),
            by_year,
        }
    }

    /// Forecasts in the order of the names; none where a reference has none.
    fn forecasts(
        &self,
        covariates: &Covariates,
        (state, year): (usize, usize),
        (first, last): (Option<usize>, Option<usize>),
    ) -> [Option<Chances>; COUNT] {
        let certain = |category: usize| Chances::certain(self.of, category);
        let of = |fit: &OrderedLogit, row: &[f64]| Chances::new(&fit.probabilities(row));
        [
            self.by_year.get(year).copied().flatten(),
            first.map(certain),
            last.map(certain),
            self.logit.as_ref().map(|fit| of(fit, &covariates.row(state, year))),
            self.logit_after
                .as_ref()
                .zip(last)
                .map(|(fit, last)| of(fit, &covariates.row_after(state, year, last, self.of))),
            self.chain.as_ref().zip(last).map(|(chain, last)| chain.next(last)),
        ]
    }

    /// Forecasts of the last of some years by whoever knows what was last before them, and goes on from year to year: it stays as it is, as the chain
    /// says, as the logit says.
    fn after(
        &self,
        covariates: &Covariates,
        state: usize,
        years: &Range<usize>,
        last: usize,
    ) -> [Option<Chances>; KNOWING] {
        let certain = Chances::certain(self.of, last);
        let go = |next: &dyn Fn(usize, usize) -> Chances| {
            years.clone().fold(certain, |now, year| {
                let mut then = [0.0; MOST_GRADES];
                for (from, p) in now.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                    then.iter_mut().zip(next(year, from).iter()).for_each(|(then, to)| *then += p * to);
                }
                Chances::new(&then[..self.of])
            })
        };
        let chain = self.chain.as_ref().map(|chain| go(&|_, from| chain.next(from)));
        let logit = self.logit_after.as_ref().map(|fit| {
            go(&|year, from| {
                let row = covariates.row_after(state, year, from, self.of);
                Chances::new(&fit.probabilities(&row))
            })
        });
        [Some(certain), chain, logit]
    }
}

/// The references for tiers and for laws.
pub struct References<'a> {
    record: &'a Record,
    covariates: Covariates,
    tiers: Fitted,
    laws: Fitted,
}

/// The category of a grade on record; none where there is none.
fn grade(record: &Record, state: usize, year: usize) -> Option<usize> {
    usize::from(record.tier(state, year)).checked_sub(1)
}

/// The last grade on record before a year.
fn last_grade(record: &Record, state: usize, year: usize) -> Option<usize> {
    (0..year).rev().find_map(|y| grade(record, state, y))
}

/// Whether a state had the law by the end of the year before.
fn had_law(record: &Record, state: usize, year: usize) -> usize {
    usize::from(record.law[state] < year as i16)
}

impl<'a> References<'a> {
    /// Logits and chains fitted on the states and years of `fitted`; frequencies of each of `years` over the states of `all`.
    pub fn new(
        record: &'a Record,
        world: &World,
        (fitted, all): (&Frame, &Frame),
        years: &Range<usize>,
    ) -> References<'a> {
        let covariates = Covariates::new(world, all);
        let (mut tiers, mut laws) = (Cases::default(), Cases::default());
        for state in fitted.counted_states() {
            for year in years.start..fitted.counted.min(years.end) {
                let now = usize::from(record.law[state] <= year as i16);
                let last = Some(had_law(record, state, year));
                laws.add(&covariates, (state, year), (last, now), 2);
                if let Some(now) = grade(record, state, year) {
                    let last = last_grade(record, state, year);
                    tiers.add(&covariates, (state, year), (last, now), all.grades);
                }
            }
        }
        let by_year = (0..years.end).map(|year| {
            let mut counts = [0; MOST_GRADES];
            all.counted_states().filter_map(|s| grade(record, s, year)).for_each(|k| counts[k] += 1);
            Chances::of_counts(&counts, all.grades)
        });
        let laws_by_year = (0..years.end).map(|year| {
            let with = all.counted_states().filter(|state| record.law[*state] <= year as i16).count();
            let share = with as f64 / all.count() as f64;
            (all.count() > 0).then(|| Chances::new(&[1.0 - share, share]))
        });
        References {
            tiers: Fitted::new(all.grades, tiers, by_year.collect()),
            laws: Fitted::new(2, laws, laws_by_year.collect()),
            record,
            covariates,
        }
    }

    /// Forecasts of a state's tier in a year.
    pub fn tier(&self, state: usize, year: usize) -> [Option<Chances>; COUNT] {
        let first = (0..year).find_map(|y| grade(self.record, state, y));
        let last = last_grade(self.record, state, year);
        self.tiers.forecasts(&self.covariates, (state, year), (first, last))
    }

    /// Forecasts of a state's having a law by the end of a year.
    pub fn law(&self, state: usize, year: usize) -> [Option<f64>; COUNT] {
        let law = self.record.law[state];
        let at_start = usize::from(law != NEVER && law <= 0);
        let last = had_law(self.record, state, year);
        let forecasts = self.laws.forecasts(&self.covariates, (state, year), (Some(at_start), Some(last)));
        forecasts.map(|p| p.map(|p| p[1]))
    }

    /// Forecasts of a state's tier in a year by those that know the record until another year, [`KNOWING`] in their order: the chain and the logit
    /// go on from year to year. None where the state has no grade by then.
    pub fn tier_after(&self, state: usize, (known, year): (usize, usize)) -> [Option<Chances>; KNOWING] {
        match last_grade(self.record, state, known + 1) {
            Some(last) => self.tiers.after(&self.covariates, state, &(known + 1..year + 1), last),
            None => [None; KNOWING],
        }
    }

    /// Forecasts of a state's having a law by the end of a year by those that know the record until another.
    pub fn law_after(&self, state: usize, (known, year): (usize, usize)) -> [Option<f64>; KNOWING] {
        let last = had_law(self.record, state, known + 1);
        let forecasts = self.laws.after(&self.covariates, state, &(known + 1..year + 1), last);
        forecasts.map(|p| p.map(|p| p[1]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    const TWO: &str = r#"
        version = 2
        title = "Two states"
        [time]
        start = 2001
        end = 2006
        [[regime]]
        id = "g"
        kind = "rating"
        grades = ["1", "2", "2WL", "3"]
        thresholds = [0.56, 0.14, -0.06]
        watch = { grade = "2WL", from = 2004 }
        [[instrument]]
        id = "law"
        kind = "law"
        hazard = 0.1
        [[state]]
        id = "A"
        [[state]]
        id = "B"
        [observed.tiers.g]
        from = 2001
        A = ["1", "2", "2", "1", "1"]
        B = ["1", "1", "2", "3", "3"]
        [observed.adoptions.law]
        A = 2002
        B = 2005
    "#;

    #[test]
    fn who_knows_the_last_entry_goes_on_from_it_year_by_year() {
        let scenario = Scenario::parse("two", TWO, None).unwrap().build_alone().unwrap();
        let frame = Frame::new(&scenario);
        let record = Record::observed(&scenario.observed, &frame);
        let fitted = frame.clone().until(2003);
        let references = References::new(&record, &scenario.world, (&fitted, &frame), &(0..5));
        // Until 2003: 1-2 and 1-1 of B, 1-2 and 2-2 of A; a quarter is added to each.
        let after_one = [1.25, 2.25, 0.25, 0.25].map(|count: f64| count / 4.0);
        let after_two = [0.25, 1.25, 0.25, 0.25].map(|count: f64| count / 2.0);
        let close = |a: Option<Chances>, b: [f64; 4]| {
            a.unwrap().iter().zip(b).for_each(|(a, b)| assert!((a - b).abs() < 1e-15, "{a} {b}"));
        };
        let [last, chain, logit] = references.tier_after(0, (2, 3));
        close(last, [0.0, 1.0, 0.0, 0.0]);
        close(chain, after_two);
        assert!((logit.unwrap().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        // Two years ahead: once more from each of these.
        let twice = |k: usize| {
            after_two[0] * after_one[k] + after_two[1] * after_two[k] + (after_two[2] + after_two[3]) * 0.25
        };
        close(references.tier_after(0, (2, 4))[1], [twice(0), twice(1), twice(2), twice(3)]);
        assert!((twice(0) - 0.179_687_5).abs() < 1e-15);
        // With all known but the year itself, as the one-year-ahead references.
        assert_eq!(references.tier_after(1, (3, 4))[1], references.tier(1, 4)[5]);
        assert_eq!(references.tier_after(1, (3, 4))[2], references.tier(1, 4)[4]);
        // Laws until 2003: of A not-adopted, after which it adopts, and kept; of B three times not. Half a transition is added to each.
        let p = 1.5 / 6.0;
        let [last, chain, _] = references.law_after(1, (2, 3));
        assert_eq!(last, Some(0.0));
        assert!((chain.unwrap() - p).abs() < 1e-15, "{chain:?}");
        let two_years = references.law_after(1, (2, 4))[1].unwrap();
        let stays = 1.5 / 2.0;
        assert!((two_years - (p * stays + (1.0 - p) * p)).abs() < 1e-15);
        // Before its first grade nobody knows a last one.
        let mut later = record.clone();
        later.tiers[5] = 0;
        let references = References::new(&later, &scenario.world, (&fitted, &frame), &(0..5));
        assert_eq!(references.tier_after(1, (0, 1)), [None; KNOWING]);
    }
}
