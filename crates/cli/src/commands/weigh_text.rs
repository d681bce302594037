//! What a weighing says on the terminal, and its picture.

use super::numbers::{percentage, plain, signed};
use super::page::Page;
use super::table::Table;
use suasion::experiment::weigh::{Difference, ERRORS, LEAST, Weighed, Weighing};
use suasion_show::plot::{Bar, Plot, Rows, RowsPanel};

/// States that are told to differ most, and those that are drawn.
const STATES: usize = 3;
/// See [`STATES`].
const DRAWN: usize = 40;

fn one(x: f64) -> String {
    format!("{x:.1}")
}

/// Says what came of it.
pub(super) fn say(page: &mut Page, weighing: &Weighing) {
    let base = weighing.base();
    let (from, until) = (weighing.scales.from, weighing.scales.until);
    let first = base.world.clock.start;
    page.say(&base.title);
    page.say(match &weighing.scales.refit {
        Some(refit) => format!(
            "weighed on the record of {from} to {until}, each theory fitted to {first} to {}: about {} evaluations, {} particles a state\n",
            from - 1,
            refit.evaluations,
            refit.effort.particles
        ),
        None => format!(
            "sensitivity, not weighing: at the parameters as they stand, on the record of {first} to {until}; --refit fits each theory first\n"
        ),
    });
    let mut table = Table::of("theory")
        .numbers(["log-lik.", "error"])
        .numbers([format!("from {from}")])
        .numbers(["difference", "s.e.", "weight"])
        .texts(["from the baseline"]);
    // Of the scenario and the null alone, the one difference is said.
    let beside_null = weighing.weighed.len() > 2 && weighing.null().is_some();
    if beside_null {
        table = table.numbers(["from null", "s.e. of it"]).texts(["from the null"]);
    }
    for (k, weighed) in weighing.weighed.iter().enumerate() {
        let (total, error) = weighed.evaluation.total();
        let later = weighed.evaluation.since(weighing.split()).0;
        let mut row = vec![weighed.theory.name.clone(), one(total), format!("{error:.2}"), one(later)];
        if k == 0 {
            row.extend([String::new(), String::new()]);
        } else {
            let difference = weighing.verdict(k);
            row.extend([signed(difference.total), plain(difference.error)]);
        }
        row.push(percentage(weighing.weights[k]));
        row.push(if k == 0 { String::new() } else { verdict(&weighing.verdict(k)).to_string() });
        row.extend(weighing.from_null(k).filter(|_| beside_null).map_or_else(Vec::new, |difference| {
            vec![signed(difference.total), plain(difference.error), verdict(&difference).to_string()]
        }));
        table.row(row);
    }
    let chain = weighing.benchmark;
    table.row([
        "Markov chain, learning as it goes".into(),
        one(chain.sequential),
        String::new(),
        one(weighing.benchmark_later),
    ]);
    table.row(["Markov chain, knowing the whole record".into(), one(chain.in_sample)]);
    page.table(table);
    let base = &weighing.weighed[0].evaluation;
    if base.of_readings(0) != 0.0 {
        let [whole, later] = [0, weighing.split()].map(|year| base.since(year).0 - base.of_readings(year));
        page.say(format!(
            "the chain is of grades and adoptions alone; of these the baseline has {whole:.1}, and {later:.1} from {from} on"
        ));
    }
    let judged = if weighing.scales.refit.is_some() {
        format!("the years from {from} on")
    } else {
        "all years".into()
    };
    page.say(format!(
        "difference: log score of {judged}, less that of the baseline{}; s.e.: over {}, with the simulation errors; it tells apart above {LEAST} units and {ERRORS} standard errors\nweight: the mixture of theories that predicts these years best has a log score of {:.1}",
        if beside_null { ", from null: less that of the null, in which nothing crowds out" } else { "" },
        weighing.clusters.told(),
        weighing.mixed
    ));
    for k in 1..weighing.weighed.len() {
        page.say(states(weighing, k));
    }
    for weighed in &weighing.weighed {
        say_fitted(page, weighed);
    }
}

fn verdict(difference: &Difference) -> &'static str {
    if difference.tells_apart() { "tells apart" } else { "does not tell apart" }
}

/// The states that a theory predicts better or worse than the first by most.
fn states(weighing: &Weighing, theory: usize) -> String {
    let base = weighing.base();
    let of = |k: usize, state: usize| weighing.weighed[k].evaluation.of_state(state, weighing.judged());
    let mut all: Vec<(usize, f64)> =
        (0..base.world.states.len()).map(|state| (state, of(theory, state) - of(0, state))).collect();
    all.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let most: Vec<String> = all
        .iter()
        .take(STATES)
        .map(|(state, d)| {
            let (year, of_year) = most_of_a_year(weighing, theory, *state);
            format!("{} {} ({year}: {})", base.names[*state], signed(*d), signed(of_year))
        })
        .collect();
    format!("{}: most for {}", weighing.weighed[theory].theory.name, most.join(", "))
}

/// The year in which a theory predicts a state better or worse than the first by most, and by how much.
fn most_of_a_year(weighing: &Weighing, theory: usize, state: usize) -> (i32, f64) {
    let [first, other] = [0, theory].map(|k| &weighing.weighed[k].evaluation.entries[state]);
    let years = first.iter().zip(other).enumerate().skip(weighing.judged());
    let each = years.map(|(year, (first, other))| (year, other.log_density - first.log_density));
    let most = each.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).unwrap_or_default();
    (weighing.base().world.clock.start + most.0 as i32, most.1)
}

/// What was fitted of a theory.
fn say_fitted(page: &mut Page, weighed: &Weighed) {
    let Some(fitted) = &weighed.fitted else { return };
    let name = &weighed.theory.name;
    let held = if fitted.held.is_empty() {
        String::new()
    } else {
        format!("; it sets {} itself", fitted.held.join(", "))
    };
    page.say(match &fitted.best {
        Some(best) => format!(
            "{name}: {} parameters fitted in {} evaluations, log-likelihood of those years {:.1} to {:.1}{held}",
            fitted.parameters.len(),
            best.evaluations,
            best.start_log_likelihood,
            best.log_likelihood
        ),
        None => format!("{name}: nothing fitted{held}"),
    });
}

/// Differences from the first theory as bars, with two standard errors around them.
pub(super) fn picture(weighing: &Weighing) -> Plot {
    let bars = |year: usize| {
        let bar = |k: usize| {
            let difference = weighing.difference(k, 0, year);
            let about = ERRORS * difference.error;
            let interval = about.is_finite().then_some((difference.total - about, difference.total + about));
            Some(Bar { to: difference.total, interval, ..Bar::default() })
        };
        (1..weighing.weighed.len()).map(bar).collect()
    };
    let first = weighing.base().world.clock.start;
    let until = weighing.scales.until;
    let panels = vec![
        RowsPanel { title: format!("{first} to {until}"), bars: bars(0) },
        RowsPanel { title: format!("{} to {until}", weighing.scales.from), bars: bars(weighing.split()) },
    ];
    Plot::Rows(Rows {
        x: format!("log score less that of the baseline, with {ERRORS} standard errors either way"),
        names: weighing.weighed[1..].iter().map(|w| w.theory.name.clone()).collect(),
        columns: 2,
        key: Vec::new(),
        shared: true,
        panels,
    })
}

/// By how much each theory predicts the record of each state better or worse than the first: the states that differ most, from the one that speaks most for
/// the last theory to the one that speaks most against it.
pub(super) fn by_state_picture(weighing: &Weighing) -> Plot {
    let base = weighing.base();
    let of = |k: usize, state: usize| {
        let of = |k: usize| weighing.weighed[k].evaluation.of_state(state, weighing.judged());
        of(k) - of(0)
    };
    let theories = 1..weighing.weighed.len();
    let most = |state: usize| theories.clone().map(|k| of(k, state).abs()).fold(0.0, f64::max);
    let mut states: Vec<usize> = (0..base.world.states.len()).collect();
    states.sort_by(|a, b| most(*b).total_cmp(&most(*a)));
    states.truncate(DRAWN);
    let last = weighing.weighed.len() - 1;
    states.sort_by(|a, b| of(last, *b).total_cmp(&of(last, *a)));
    let panel = |k: usize| RowsPanel {
        title: weighing.weighed[k].theory.name.clone(),
        bars: states.iter().map(|state| Some(Bar { to: of(k, *state), ..Bar::default() })).collect(),
    };
    Plot::Rows(Rows {
        x: "log score of what is judged, less that of the baseline".into(),
        names: states.iter().map(|state| base.names[*state].clone()).collect(),
        columns: last.clamp(1, 2),
        key: Vec::new(),
        shared: true,
        panels: theories.map(panel).collect(),
    })
}
