//! What a calibration says on the terminal, and as JSON.

use super::calibrate_args::Fit;
use super::numbers::{ends, percentage, plain};
use super::page::Page;
use super::table::Table;
use suasion::experiment::calibrate::{
    End, Marginal, Nearest, Outcome, Parameter, Population, Predicted, Step, Target, densities,
};
use suasion::model::parameters::CROWDING;
use suasion_show::sparkline::sparkline;

/// What came of a calibration.
pub(super) struct Told<'a> {
    pub fit: &'a Fit,
    pub outcome: &'a Outcome,
    pub population: &'a Population,
    pub marginals: &'a [Marginal],
    pub predicted: &'a [Option<Predicted>],
}

/// A finished generation in a line.
pub(super) fn step(step: &Step) -> String {
    let tolerance = if step.tolerance.is_finite() { format!("{:.3}", step.tolerance) } else { "any".into() };
    format!(
        "generation {}: tolerance {tolerance}, {} simulations, {:.1} % accepted, effective sample size {:.0}",
        step.generation,
        step.trials,
        100.0 * step.acceptance,
        step.effective
    )
}

impl Told<'_> {
    pub(super) fn say(&self, page: &mut Page) {
        let Told { fit, outcome, population, .. } = self;
        let simulations: u64 = outcome.steps.iter().map(|s| s.trials).sum();
        page.say(format!("{}\nfitted: {}\n", fit.scenario.title, fit.case.fitted()));
        page.say(format!(
            "{} generations, {simulations} simulations; {}",
            outcome.steps.len(),
            match outcome.end {
                End::Generations => "as many generations as asked for",
                End::Tolerance => "the tolerance is small enough",
                End::Acceptance => "too few simulations are accepted to go on",
                End::Trials => "as many simulations as asked for",
                End::Floor => "distances get no smaller",
                End::Waiting(_) => "waiting for other shards",
            }
        ));
        let tolerance = outcome.steps.last().map_or(f64::INFINITY, |s| s.tolerance);
        page.say(format!(
            "{} draws within a distance of {tolerance:.3} (1: at the tolerances, on average); effective sample size {:.0}\n",
            population.len(),
            population.effective_size()
        ));
        parameters(page, fit, population, self.marginals, "not identified");
        self.statistics(page);
    }

    fn statistics(&self, page: &mut Page) {
        page.say("\npredictions with new luck: median [90 %], and the share within the tolerance\n");
        let mut table = statistics().numbers(["prior", "posterior", "within"]);
        for (target, predicted) in self.fit.case.targets().iter().zip(self.predicted) {
            let middle = |q: &[f64; 3]| format!("{} {}", plain(q[1]), ends([q[0], q[2]], plain));
            let said = predicted.as_ref();
            table.row(observed(target).into_iter().chain([
                said.map_or_else(String::new, |p| middle(&p.prior)),
                said.map_or_else(|| "undefined".into(), |p| middle(&p.posterior)),
                said.map_or_else(String::new, |p| percentage(p.within)),
            ]));
        }
        page.table(table);
        page.say("");
    }

    pub(super) fn json(&self) -> serde_json::Value {
        let last = self.outcome.steps.last();
        serde_json::json!({
            "fitted": self.fit.case.fitted(),
            "generations": self.outcome.steps.len(),
            "simulations": self.outcome.steps.iter().map(|s| s.trials).sum::<u64>(),
            "tolerance": last.map(|s| s.tolerance).filter(|t| t.is_finite()),
            "effective": self.population.effective_size(),
            "parameters": parameters_json(self.fit, self.marginals),
        })
    }
}

/// What is said of each parameter, as JSON.
pub(super) fn parameters_json(fit: &Fit, marginals: &[Marginal]) -> Vec<serde_json::Value> {
    let parameter = |(p, m): (&Parameter, &Marginal)| {
        serde_json::json!({
            "path": p.path, "prior": p.prior.to_string(), "mean": m.posterior.0, "sd": m.posterior.1,
            "q05": m.quantiles[0], "q50": m.quantiles[1], "q95": m.quantiles[2],
            "sd_ratio": m.narrowing, "ks": m.distance, "identified": m.identified(),
        })
    };
    fit.case.parameters().iter().zip(marginals).map(parameter).collect()
}

/// What is said of each parameter; `word` of one whose posterior is as its prior.
pub(super) fn parameters(
    page: &mut Page,
    fit: &Fit,
    population: &Population,
    marginals: &[Marginal],
    word: &str,
) {
    let mut table = Table::of("parameter")
        .drawing("over its prior")
        .numbers(["prior", "posterior", "90 %", "sd ratio", "KS"])
        .texts([""]);
    let current = fit.case.current();
    let all = fit.case.parameters().iter().zip(marginals).zip(densities(population, &fit.priors));
    for ((parameter, m), density) in all {
        let most = density.iter().copied().fold(2.0, f64::max);
        let spread = |(mean, sd): (f64, f64)| format!("{} ± {}", plain(mean), plain(sd));
        table.row([
            parameter.path.clone(),
            sparkline(&density, 0.0, most),
            spread(m.prior),
            spread(m.posterior),
            ends([m.quantiles[0], m.quantiles[2]], plain),
            format!("{:.2}", m.narrowing),
            format!("{:.2}", m.distance),
            if m.identified() { String::new() } else { word.into() },
        ]);
    }
    page.table(table);
    let threshold = marginals.first().map_or(0.0, |m| m.threshold);
    let known = marginals.iter().filter(|m| m.identified()).count();
    page.say(format!(
        "\n{known} of {} parameters are identified: sd of the posterior below 0.8 of the prior's, or a Kolmogorov-Smirnov \
         distance above {threshold:.2}",
        marginals.len()
    ));
    let crowding = fit.case.parameters().iter().zip(marginals).filter(|(p, m)| {
        let name = p.path.strip_prefix("parameters.").unwrap_or_default();
        CROWDING.contains(&name) && !m.identified()
    });
    let names: Vec<&str> = crowding.map(|(p, _)| p.path.trim_start_matches("parameters.")).collect();
    if !names.is_empty() {
        page.say(format!(
            "of crowding out the record says nothing about {}: a fit is not a cause, and the null stays in every comparison",
            names.join(", ")
        ));
    }
    let outside = fit.case.parameters().iter().zip(marginals).zip(current);
    let outside: Vec<&str> = outside
        .filter(|((_, m), x)| x.is_some_and(|x| x < m.quantiles[0] || x > m.quantiles[2]))
        .map(|((p, _), _)| p.path.as_str())
        .collect();
    if !outside.is_empty() {
        page.say(format!("the scenario's own value is outside the 90 % of {}", outside.join(", ")));
    }
}

/// A table of statistics, with what is on record.
fn statistics() -> Table {
    Table::of("statistic").texts(["pattern"]).numbers(["observed", "tolerance"])
}

/// A statistic on record.
fn observed(target: &Target) -> [String; 4] {
    let tolerance = ends([target.observed - target.below, target.observed + target.above], plain);
    [target.name.clone(), target.pattern.clone(), plain(target.observed), tolerance]
}

/// The nearest point: its parameters, and its statistics beside the observed ones.
pub(super) fn say_point(page: &mut Page, fit: &Fit, found: &Nearest) {
    page.say(format!("{}\nfitted: {}\n", fit.scenario.title, fit.case.fitted()));
    page.say(format!(
        "nearest point after {} simulations: distance {:.3} (1: at the tolerances, on average); {:.3} at the start\n",
        found.runs, found.distance, found.start_distance
    ));
    let mut table = Table::of("parameter").texts(["prior"]).numbers(["start", "nearest"]);
    for ((parameter, start), x) in fit.case.parameters().iter().zip(&found.start).zip(&found.values) {
        table.row([parameter.path.clone(), parameter.prior.to_string(), plain(*start), plain(*x)]);
    }
    page.table(table);
    page.say("\nmeans over replicates\n");
    let mut table = statistics().numbers(["nearest"]);
    for (target, x) in fit.case.targets().iter().zip(&found.statistics) {
        let nearest = if x.is_nan() { "undefined".into() } else { plain(*x) };
        table.row(observed(target).into_iter().chain([nearest]));
    }
    page.table(table);
    page.say("\na point says nothing of what else would do as well: a posterior does");
}

/// The same as JSON.
pub(super) fn point_json(fit: &Fit, found: &Nearest) -> serde_json::Value {
    let parameters = fit.case.parameters().iter().zip(&found.values).zip(&found.start);
    let parameter = |((p, x), start): ((&Parameter, &f64), &f64)| serde_json::json!({ "path": p.path, "prior": p.prior.to_string(), "start": start, "value": x });
    serde_json::json!({
        "fitted": fit.case.fitted(), "simulations": found.runs, "distance": found.distance,
        "start_distance": found.start_distance, "parameters": parameters.map(parameter).collect::<Vec<_>>(),
    })
}
