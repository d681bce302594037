//! What the settings gave, as tables: a row for each counterfactual and outcome, and for each of these and a draw.

use super::summary::{Row, Summary};
use super::{Beside, Draw};
use crate::estimate::Estimate;
use crate::experiment::compare::{Described, Making, keys};
use crate::experiment::comparison::Comparison;
use crate::experiment::outcome::Outcome;

/// A setting that is one of its kind: column, words, and what a row has of it.
type Single = (&'static str, &'static str, fn(&Row) -> Estimate);
/// Draws: column, and what a row has of them.
type Many = (&'static str, fn(&Row) -> Option<Summary>);
/// What is told of draws: end of the column's name, unit, words, number.
type Told = (&'static str, &'static str, &'static str, fn(&Summary) -> f64);
/// A column of each draw: name, unit, words, number.
type OfDraw = (&'static str, &'static str, &'static str, fn(&Draw) -> f64);

impl Beside {
    /// Counterfactuals and outcomes that have a row, by number.
    fn rows(&self, comparison: &Comparison) -> Vec<(usize, usize, Outcome, Row)> {
        let arms = 0..comparison.others.len();
        let outcomes = || comparison.outcomes.iter().enumerate();
        let of = |arm: usize| {
            outcomes().filter_map(move |(k, outcome)| Some((arm, k, *outcome, self.row(arm, k)?)))
        };
        arms.flat_map(of).collect()
    }

    /// A row for each counterfactual and outcome: null, prior, posterior, defaults.
    pub fn table(&self, comparison: &Comparison) -> Described {
        let rows = self.rows(comparison);
        let mut making = Making::default();
        let name = |arm: usize| comparison.others[arm].name.clone();
        making.text("counterfactual", "name of the counterfactual", rows.iter().map(|r| name(r.0)).collect());
        keys(&mut making, &comparison.base.world, rows.iter().map(|r| &r.2));
        let settings: [Single; 2] = [
            ("null", "without any crowding: all four coefficients 0", |row| row.null),
            ("defaults", "at the scenario's own coefficients", |row| row.defaults),
        ];
        for (name, meaning, of) in settings {
            let estimates: Vec<_> = rows.iter().map(|r| of(&r.3)).collect();
            let meaning = format!("difference in the history {meaning}");
            making.number(name, "-", &meaning, estimates.iter().map(|e| e.mean).collect());
            for (n, (end, word)) in [("low", "lower"), ("high", "upper")].into_iter().enumerate() {
                let meaning = format!("{word} end of its interval over replicates");
                let ends = estimates.iter().map(|e| e.interval.map(|i| [i.low, i.high][n])).collect();
                making.optional(&format!("{name}_ci_{end}"), "-", &meaning, ends);
            }
        }
        let kinds: [Many; 2] = [("prior", |row| row.prior), ("posterior", |row| row.posterior)];
        let columns: [Told; 5] = [
            ("", "-", "mean difference over draws of the", |s| s.mean),
            ("_sd", "-", "standard deviation of the difference over draws of the", |s| s.sd),
            ("_low", "-", "0.05 quantile over draws of the", |s| s.low),
            ("_high", "-", "0.95 quantile over draws of the", |s| s.high),
            ("_above", "share", "share of the draws whose difference is above 0, of the", |s| s.above),
        ];
        for (kind, of) in kinds {
            for (end, unit, meaning, number) in columns {
                let items = rows.iter().map(|r| of(&r.3).as_ref().map(number)).collect();
                making.optional(&format!("{kind}{end}"), unit, &format!("{meaning} {kind}"), items);
            }
        }
        let meaning = "assumed: posterior as prior, or no posterior; informed: they differ; unmoved: it does not hang on crowding";
        making.text("says", meaning, rows.iter().map(|r| r.3.says.to_string()).collect());
        making.end()
    }

    /// A row for each counterfactual, outcome and draw of the prior and of the posterior.
    pub fn draws(&self, comparison: &Comparison) -> Described {
        let kinds = [("prior", Some(&self.prior)), ("posterior", self.posterior.as_ref())];
        let mut rows: Vec<(usize, Outcome, &str, &Draw, f64)> = Vec::new();
        for (arm, number, outcome, _) in self.rows(comparison) {
            for (kind, draws) in kinds {
                let of = |draw| {
                    let draw: &Draw = draw;
                    Some((arm, outcome, kind, draw, draw.means[arm][number]?))
                };
                rows.extend(draws.into_iter().flatten().filter_map(of));
            }
        }
        let mut making = Making::default();
        let name = |arm: usize| comparison.others[arm].name.clone();
        making.text("counterfactual", "name of the counterfactual", rows.iter().map(|r| name(r.0)).collect());
        keys(&mut making, &comparison.base.world, rows.iter().map(|r| &r.1));
        making.text("from", "prior or posterior", rows.iter().map(|r| r.2.to_string()).collect());
        making.whole("draw", "-", "number of the draw", rows.iter().map(|r| r.3.number as i32).collect());
        let columns: [OfDraw; 4] = [
            (
                "effect",
                "sd",
                "what crowding does to motivation in five years under pressure, in standard deviations between states",
                |draw| draw.effect,
            ),
            ("log_likelihood", "-", "log-likelihood of the record", |draw| draw.log_likelihood.0),
            ("log_likelihood_error", "-", "its simulation error", |draw| draw.log_likelihood.1),
            ("weight", "share", "weight of the draw", |draw| draw.weight),
        ];
        for (name, unit, meaning, of) in columns {
            making.number(name, unit, meaning, rows.iter().map(|r| of(r.3)).collect());
        }
        let meaning = "mean over the draw's replicates, counterfactual less baseline in the history";
        making.number("difference", "-", meaning, rows.iter().map(|r| r.4).collect());
        making.end()
    }
}
