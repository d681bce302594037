//! What a forecast must beat: each year's frequencies, no change since the start, and an ordered logit on the same traits.

use super::forecast::GRADES;
use super::ordered_logit::OrderedLogit;
use crate::evidence::frame::Frame;
use crate::evidence::record::{NEVER, Record};
use crate::model::traits::TRAITS;
use crate::model::world::World;

/// Medians of a state's traits, and the year: what the logits know.
pub(super) struct Covariates {
    traits: Vec<Vec<f64>>,
    years: usize,
}

impl Covariates {
    /// Of a world; of each regime's traits those of the rating regime.
    pub fn new(world: &World, frame: &Frame) -> Covariates {
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
}

/// The references for tiers and for laws.
pub(super) struct References<'a> {
    record: &'a Record,
    covariates: Covariates,
    tiers: Option<OrderedLogit>,
    laws: Option<OrderedLogit>,
    by_year: Vec<[f64; GRADES]>,
    laws_by_year: Vec<f64>,
}

impl<'a> References<'a> {
    /// Logits fitted on the states and years of `fitted`; frequencies of each year over the states of `all`.
    pub fn new(record: &'a Record, world: &World, fitted: &Frame, all: &Frame) -> References<'a> {
        let covariates = Covariates::new(world, all);
        let (mut rows, mut grades) = (Vec::new(), Vec::new());
        let (mut law_rows, mut laws) = (Vec::new(), Vec::new());
        for state in fitted.counted_states() {
            for year in 0..fitted.counted {
                let row = covariates.row(state, year);
                laws.push(usize::from(record.law[state] <= year as i16));
                law_rows.push(row.clone());
                if let Some(grade) = usize::from(record.tier(state, year)).checked_sub(1) {
                    rows.push(row);
                    grades.push(grade);
                }
            }
        }
        let by_year = (0..all.counted).map(|year| {
            let mut counts = [0.0; GRADES];
            for state in all.counted_states() {
                if let Some(grade) = usize::from(record.tier(state, year)).checked_sub(1) {
                    counts[grade] += 1.0;
                }
            }
            let total: f64 = counts.iter().sum();
            counts.map(|count| count / total)
        });
        let laws_by_year = (0..all.counted).map(|year| {
            let with = all.counted_states().filter(|state| record.law[*state] <= year as i16).count();
            with as f64 / all.count() as f64
        });
        References {
            by_year: by_year.collect(),
            laws_by_year: laws_by_year.collect(),
            tiers: OrderedLogit::fit(&rows, &grades, GRADES),
            laws: OrderedLogit::fit(&law_rows, &laws, 2),
            record,
            covariates,
        }
    }

    /// Names, in the order of the forecasts below.
    pub const NAMES: [&'static str; 3] = ["climatology", "persistence", "ordered logit"];

    /// Forecasts of a state's tier in a year; none where a reference has none.
    pub fn tier(&self, state: usize, year: usize) -> [Option<[f64; GRADES]>; 3] {
        let first = (0..year).find_map(|y| usize::from(self.record.tier(state, y)).checked_sub(1));
        let same = first.map(|grade| std::array::from_fn(|k| f64::from(u8::from(k == grade))));
        let logit = self.tiers.as_ref().map(|fit| {
            let p = fit.probabilities(&self.covariates.row(state, year));
            std::array::from_fn(|k| p[k])
        });
        [self.by_year.get(year).copied(), same, logit]
    }

    /// Forecasts of a state's having a law by the end of a year.
    pub fn law(&self, state: usize, year: usize) -> [Option<f64>; 3] {
        let law = self.record.law[state];
        let at_start = f64::from(u8::from(law != NEVER && law <= 0));
        let logit = self.laws.as_ref().map(|fit| fit.probabilities(&self.covariates.row(state, year))[1]);
        [self.laws_by_year.get(year).copied(), Some(at_start), logit]
    }
}
