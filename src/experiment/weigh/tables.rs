//! What came of a weighing, as tables.

use super::{
    AGREES, BlockCheck, ERRORS, Evidence, FEWEST_RUNS, Fitted, LeftOut, Marginal, SPREADS, Weighed, Weighing,
};
use crate::experiment::compare::{Described, Making};
use crate::experiment::history::filter::Entry;

/// One row for each theory.
pub fn theories(weighing: &Weighing) -> Described {
    let all = &weighing.weighed;
    let numbers = |of: &dyn Fn(usize) -> f64| (0..all.len()).map(of).collect::<Vec<f64>>();
    let mut making = Making::default();
    making.text("theory", "name of the theory", all.iter().map(|w| w.theory.name.clone()).collect());
    let meaning = "log-likelihood of the whole record, each year given the years before";
    making.number("log_likelihood", "-", meaning, numbers(&|k| all[k].evaluation.total().0));
    let meaning = "standard error of it, from the particles";
    making.number("error", "-", meaning, numbers(&|k| all[k].evaluation.total().1));
    if all[0].evaluation.of_readings(0) != 0.0 {
        let meaning = "the part of it that is of what was seen beside grades and adoptions, given these";
        making.number("readings", "-", meaning, numbers(&|k| all[k].evaluation.of_readings(0)));
    }
    let split = weighing.split();
    let meaning = format!("the same of the entries from {} on", weighing.scales.from);
    making.number("later", "-", &meaning, numbers(&|k| all[k].evaluation.since(split).0));
    making.number("later_error", "-", "standard error of it", numbers(&|k| all[k].evaluation.since(split).1));
    let of = if weighing.scales.refit.is_some() { "of the held-out entries" } else { "of the whole record" };
    let meaning = format!("log score {of} less that of the first theory");
    making.number("difference", "-", &meaning, numbers(&|k| weighing.verdict(k).total));
    let meaning = format!(
        "standard error of the difference over {}, with the simulation errors; 0 of the first theory",
        weighing.clusters.told()
    );
    let error = |k: usize| if k == 0 { 0.0 } else { weighing.verdict(k).error };
    making.number("difference_error", "-", &meaning, numbers(&error));
    making.number("weight", "share", &format!("stacking weight, {of}"), weighing.weights.clone());
    let apart = |k: usize| if k > 0 && weighing.verdict(k).tells_apart() { "yes" } else { "no" }.to_string();
    let meaning = "whether the difference is above 4 units and 2 standard errors";
    making.text("tells_apart", meaning, (0..all.len()).map(apart).collect());
    if weighing.null().is_some() {
        let meaning = format!("log score {of} less that of the null; 0 of the null");
        let from_null = |k: usize| weighing.from_null(k);
        making.number("from_null", "-", &meaning, numbers(&|k| from_null(k).map_or(0.0, |d| d.total)));
        let meaning = "standard error of that";
        making.number("from_null_error", "-", meaning, numbers(&|k| from_null(k).map_or(0.0, |d| d.error)));
        let meaning = "whether that is above 4 units and 2 standard errors, either way";
        let apart = |k: usize| if from_null(k).is_some_and(|d| d.tells_apart()) { "yes" } else { "no" };
        let apart = (0..all.len()).map(|k| apart(k).to_string());
        making.text("tells_from_null", meaning, apart.collect());
    }
    making.end()
}

/// One row for each theory and width of the priors: marginal likelihoods, and what each has more than the first.
pub fn marginal(weighing: &Weighing, marginal: &Marginal) -> Described {
    let cells: Vec<(usize, usize)> =
        (0..weighing.weighed.len()).flat_map(|k| (0..SPREADS.len()).map(move |s| (k, s))).collect();
    let number = |of: &dyn Fn(usize, usize) -> Option<f64>| {
        cells.iter().map(|(k, s)| of(*k, *s).unwrap_or(f64::NAN)).collect::<Vec<f64>>()
    };
    let mut making = Making::default();
    let names = cells.iter().map(|(k, _)| weighing.weighed[*k].theory.name.clone()).collect();
    making.text("theory", "name of the theory", names);
    making.number(
        "spread",
        "-",
        "by how much the spread of every prior is multiplied",
        number(&|_, s| Some(SPREADS[s])),
    );
    let of = |k: usize, s: usize| marginal.evidence[k][s];
    let meaning = "logarithm of the mean likelihood of the whole record under the priors; none where priors so wide reach what cannot be";
    making.number("log_marginal_likelihood", "-", meaning, number(&|k, s| of(k, s).map(|e| e.log)));
    let meaning = "standard error of it, from the draws as if they were independent";
    making.number("error", "-", meaning, number(&|k, s| of(k, s).map(|e| e.error)));
    let less = |k: usize, s: usize| marginal.difference(k, s);
    making.number(
        "difference",
        "-",
        "the same less that of the first theory",
        number(&|k, s| less(k, s).map(|e| e.log)),
    );
    let error = |k: usize, s: usize| less(k, s).map(|e: Evidence| if k == 0 { 0.0 } else { e.error });
    making.number(
        "difference_error",
        "-",
        "standard error of the difference; 0 of the first theory",
        number(&error),
    );
    making.end()
}

/// One row for each theory and state.
pub fn by_state(weighing: &Weighing) -> Described {
    let world = &weighing.base().world;
    let cells: Vec<(usize, usize)> = (0..weighing.weighed.len())
        .flat_map(|k| (0..world.states.len()).map(move |state| (k, state)))
        .collect();
    let mut making = Making::default();
    let of = |k: usize| &weighing.weighed[k];
    let text =
        |of: &dyn Fn(usize, usize) -> String| cells.iter().map(|(k, i)| of(*k, *i)).collect::<Vec<_>>();
    let number = |of: &dyn Fn(usize, usize) -> f64| cells.iter().map(|(k, i)| of(*k, *i)).collect::<Vec<_>>();
    making.text("theory", "name of the theory", text(&|k, _| of(k).theory.name.clone()));
    making.text("state", "id of the state", text(&|_, i| world.states[i].id.clone()));
    let cluster = cells.iter().map(|(_, i)| weighing.clusters.of[*i] as i32).collect();
    making.whole("cluster", "-", "region whose states are not taken as independent, by number", cluster);
    let meaning = "log-likelihood of what is on record of the state";
    making.number("log_likelihood", "-", meaning, number(&|k, i| of(k).evaluation.of_state(i, 0)));
    let split = weighing.split();
    let meaning = format!("the same from {} on", weighing.scales.from);
    making.number("later", "-", &meaning, number(&|k, i| of(k).evaluation.of_state(i, split)));
    let judged = weighing.judged();
    let score = |k: usize, i: usize| of(k).evaluation.of_state(i, judged);
    let meaning = "log score of what is judged less that of the first theory";
    making.number("difference", "-", meaning, number(&|k, i| score(k, i) - score(0, i)));
    making.end()
}

/// One row for each theory, state and year on record.
pub fn by_entry(weighing: &Weighing) -> Described {
    let world = &weighing.base().world;
    let mut rows: Vec<(&Weighed, usize, usize, Entry)> = Vec::new();
    for weighed in &weighing.weighed {
        for (state, years) in weighed.evaluation.entries.iter().enumerate() {
            rows.extend(years.iter().enumerate().map(|(year, entry)| (weighed, state, year, *entry)));
        }
    }
    let mut making = Making::default();
    let names = rows.iter().map(|(w, ..)| w.theory.name.clone()).collect();
    making.text("theory", "name of the theory", names);
    let states = rows.iter().map(|(_, state, ..)| world.states[*state].id.clone()).collect();
    making.text("state", "id of the state", states);
    let years = rows.iter().map(|(_, _, year, _)| world.clock.start + *year as i32).collect();
    making.whole("year", "yr", "year on record", years);
    let meaning = "log of the density of what is on record of the state in the year, given the years before";
    making.number("log_likelihood", "-", meaning, rows.iter().map(|row| row.3.log_density).collect());
    let meaning = "standard error of it, from the particles";
    making.number("error", "-", meaning, rows.iter().map(|row| row.3.error).collect());
    making.end()
}

/// One row for each theory and parameter that was fitted in it; none where nothing was fitted.
pub fn fitted(weighing: &Weighing) -> Option<Described> {
    let mut rows = Vec::new();
    for weighed in &weighing.weighed {
        rows.push((weighed.theory.name.clone(), None, weighed.fitted.as_ref()?));
    }
    Some(of_fits(&rows))
}

/// The same of what was fitted to the record without each fold.
pub fn left_out_fitted(weighing: &Weighing, left: &LeftOut) -> Option<Described> {
    let mut rows = Vec::new();
    for (weighed, fits) in weighing.weighed.iter().zip(&left.fitted) {
        let each = left.folds.iter().zip(fits);
        rows.extend(each.map(|(fold, fit)| (weighed.theory.name.clone(), Some(fold.name.clone()), fit)));
    }
    (!rows.is_empty()).then(|| of_fits(&rows))
}

/// Fits of theories, each perhaps without a fold.
fn of_fits(fits: &[(String, Option<String>, &Fitted)]) -> Described {
    let mut making = Making::default();
    let (mut theories, mut folds, mut paths, mut priors) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut starts, mut found) = (Vec::new(), Vec::new());
    for (theory, fold, fitted) in fits {
        let Some(best) = &fitted.best else { continue };
        for (k, parameter) in fitted.parameters.iter().enumerate() {
            theories.push(theory.clone());
            folds.extend(fold.clone());
            paths.push(parameter.path.clone());
            priors.push(parameter.prior.to_string());
            starts.push(best.start[k]);
            found.push(best.values[k]);
        }
    }
    making.text("theory", "name of the theory", theories);
    if fits.iter().any(|(_, fold, _)| fold.is_some()) {
        making.text("fold", "what was left out of the fit: a region, or the number of a fold", folds);
    }
    making.text("parameter", "path of the parameter", paths);
    making.text("prior", "its prior", priors);
    making.number("start", "-", "value at which the search began", starts);
    making.number("value", "-", "value that was found", found);
    making.end()
}

/// One row for each theory: how well it predicts what was left out.
pub fn left_out(weighing: &Weighing, left: &LeftOut) -> Described {
    let all = 0..weighing.weighed.len();
    let numbers = |of: &dyn Fn(usize) -> f64| all.clone().map(of).collect::<Vec<f64>>();
    let mut making = Making::default();
    let names = weighing.weighed.iter().map(|w| w.theory.name.clone()).collect();
    making.text("theory", "name of the theory", names);
    let meaning = format!("log score of the record of {}, each given that of the others", left.told());
    making.number("log_score", "-", &meaning, numbers(&|k| left.scores[k].total().0));
    let meaning = "standard error of it, from the particles";
    making.number("error", "-", meaning, numbers(&|k| left.scores[k].total().1));
    let meaning = "log score less that of the first theory";
    making.number("difference", "-", meaning, numbers(&|k| left.difference(k).total));
    let meaning = format!(
        "standard error of the difference over {}, with the simulation errors; 0 of the first theory",
        left.clusters.told()
    );
    let error = |k: usize| if k == 0 { 0.0 } else { left.difference(k).error };
    making.number("difference_error", "-", &meaning, numbers(&error));
    let apart = |k: usize| if k > 0 && left.difference(k).tells_apart() { "yes" } else { "no" }.to_string();
    let meaning = "whether the difference is above 4 units and 2 standard errors";
    making.text("tells_apart", meaning, all.clone().map(apart).collect());
    making.end()
}

/// One row for each theory and state that was left out.
pub fn left_out_by_state(weighing: &Weighing, left: &LeftOut) -> Described {
    let world = &weighing.base().world;
    let mut rows = Vec::new();
    for (k, weighed) in weighing.weighed.iter().enumerate() {
        for state in 0..world.states.len() {
            let Some(fold) = left.fold_of(state) else { continue };
            rows.push((weighed.theory.name.clone(), fold.name.clone(), state, k));
        }
    }
    let score = |k: usize, state: usize| left.scores[k].of_state(state, 0);
    let mut making = Making::default();
    making.text("theory", "name of the theory", rows.iter().map(|row| row.0.clone()).collect());
    let meaning = "what the state was left out with: a region, or the number of a fold";
    making.text("fold", meaning, rows.iter().map(|row| row.1.clone()).collect());
    let ids = rows.iter().map(|row| world.states[row.2].id.clone()).collect();
    making.text("state", "id of the state", ids);
    let meaning = "log score of its record, given that of the states that were not left out";
    making.number("log_score", "-", meaning, rows.iter().map(|row| score(row.3, row.2)).collect());
    let meaning = "log score less that of the first theory";
    let less = |row: &(String, String, usize, usize)| score(row.3, row.2) - score(0, row.2);
    making.number("difference", "-", meaning, rows.iter().map(less).collect());
    making.end()
}

/// One row for each theory: the likelihood of a few states' record by blocks and by whole runs.
pub fn blocks(weighing: &Weighing, check: &BlockCheck) -> Described {
    let mut making = Making::default();
    let names = weighing.weighed.iter().map(|w| w.theory.name.clone()).collect();
    making.text("theory", "name of the theory", names);
    let numbers = |of: &dyn Fn(usize) -> f64| (0..check.both.len()).map(of).collect::<Vec<f64>>();
    let of = |k: usize| &check.both[k];
    let meaning = "log-likelihood of these states' record by blocks, first pass";
    making.number("first_pass", "-", meaning, numbers(&|k| of(k).first));
    let meaning = "the same, second pass";
    making.number("blocks", "-", meaning, numbers(&|k| of(k).second.log_likelihood));
    making.number("blocks_error", "-", "standard error of it", numbers(&|k| of(k).second.error));
    let meaning = "the same by whole runs";
    making.number("jointly", "-", meaning, numbers(&|k| of(k).joint.log_likelihood));
    making.number("jointly_error", "-", "standard error of it", numbers(&|k| of(k).joint.error));
    let meaning = "least effective sample size of the whole runs in any year";
    making.number("effective", "-", meaning, numbers(&|k| of(k).effective));
    let meaning = format!(
        "whether both agree: within {AGREES} and {ERRORS} simulation errors; not known where fewer than {FEWEST_RUNS} runs are effective"
    );
    making.text("agree", &meaning, (0..check.both.len()).map(|k| check.told(k).into()).collect());
    making.end()
}
