//! What a calibration says on the terminal, and as JSON.

use super::calibrate_args::Fit;
use super::table::{aligned, number};
use crate::experiment::calibrate::{
    End, Marginal, Nearest, Outcome, Parameter, Population, Predicted, Step, densities,
};
use crate::model::parameters::CROWDING;
use crate::output::sparkline::sparkline;
use std::fmt::Write;

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
    pub(super) fn text(&self) -> String {
        let Told { fit, outcome, population, .. } = self;
        let mut out = String::new();
        let simulations: u64 = outcome.steps.iter().map(|s| s.trials).sum();
        let last = outcome.steps.last();
        let _ = writeln!(out, "{}\nfitted: {}\n", fit.scenario.title, fit.case.fitted());
        let _ = writeln!(
            out,
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
        );
        let tolerance = last.map_or(f64::INFINITY, |s| s.tolerance);
        let _ = writeln!(
            out,
            "{} draws within a distance of {tolerance:.3} (1: at the tolerances, on average); effective sample size {:.0}\n",
            population.len(),
            population.effective_size()
        );
        out.push_str(&self.parameters());
        out.push_str(&self.statistics());
        out
    }

    fn parameters(&self) -> String {
        let priors = &self.fit.priors;
        let mut rows = vec![
            ["parameter", "over its prior", "prior", "posterior", "90 %", "sd ratio", "KS", ""]
                .map(String::from)
                .to_vec(),
        ];
        let current = self.fit.case.current();
        let all =
            self.fit.case.parameters().iter().zip(self.marginals).zip(densities(self.population, priors));
        for ((parameter, m), density) in all {
            let most = density.iter().copied().fold(2.0, f64::max);
            rows.push(vec![
                parameter.path.clone(),
                sparkline(&density, 0.0, most),
                format!("{} ± {}", number(m.prior.0, false), number(m.prior.1, false)),
                format!("{} ± {}", number(m.posterior.0, false), number(m.posterior.1, false)),
                format!("{} to {}", number(m.quantiles[0], false), number(m.quantiles[2], false)),
                format!("{:.2}", m.narrowing),
                format!("{:.2}", m.distance),
                if m.identified() { String::new() } else { "not identified".into() },
            ]);
        }
        let mut out = aligned(&rows);
        let threshold = self.marginals.first().map_or(0.0, |m| m.threshold);
        let known = self.marginals.iter().filter(|m| m.identified()).count();
        let _ = writeln!(
            out,
            "\n{known} of {} parameters are identified: sd of the posterior below 0.8 of the prior's, or a Kolmogorov-Smirnov \
             distance above {threshold:.2}",
            self.marginals.len()
        );
        let crowding = self.fit.case.parameters().iter().zip(self.marginals).filter(|(p, m)| {
            let name = p.path.strip_prefix("parameters.").unwrap_or_default();
            CROWDING.contains(&name) && !m.identified()
        });
        let names: Vec<&str> = crowding.map(|(p, _)| p.path.trim_start_matches("parameters.")).collect();
        if !names.is_empty() {
            let _ = writeln!(
                out,
                "of crowding out the record says nothing about {}: a fit is not a cause, and the null stays in every comparison",
                names.join(", ")
            );
        }
        let outside = self.fit.case.parameters().iter().zip(self.marginals).zip(current);
        let outside: Vec<&str> = outside
            .filter(|((_, m), x)| x.is_some_and(|x| x < m.quantiles[0] || x > m.quantiles[2]))
            .map(|((p, _), _)| p.path.as_str())
            .collect();
        if !outside.is_empty() {
            let _ = writeln!(out, "the scenario's own value is outside the 90 % of {}", outside.join(", "));
        }
        out
    }

    fn statistics(&self) -> String {
        let head = ["statistic", "pattern", "observed", "tolerance", "prior", "posterior", "within"];
        let mut rows = vec![head.map(String::from).to_vec()];
        for (target, predicted) in self.fit.case.targets().iter().zip(self.predicted) {
            let middle = |q: &[f64; 3]| {
                format!("{} [{}, {}]", number(q[1], false), number(q[0], false), number(q[2], false))
            };
            let (low, high) = (target.observed - target.below, target.observed + target.above);
            let said = predicted.as_ref();
            rows.push(vec![
                target.name.clone(),
                target.pattern.clone(),
                number(target.observed, false),
                format!("{} to {}", number(low, false), number(high, false)),
                said.map_or_else(String::new, |p| middle(&p.prior)),
                said.map_or_else(|| "undefined".into(), |p| middle(&p.posterior)),
                said.map_or_else(String::new, |p| format!("{:.0} %", 100.0 * p.within)),
            ]);
        }
        format!(
            "\npredictions with new luck: median [90 %], and the share within the tolerance\n\n{}\n",
            aligned(&rows)
        )
    }

    pub(super) fn json(&self) -> serde_json::Value {
        let parameter = |(p, m): (&Parameter, &Marginal)| {
            serde_json::json!({
                "path": p.path, "prior": p.prior.to_string(), "mean": m.posterior.0, "sd": m.posterior.1,
                "q05": m.quantiles[0], "q50": m.quantiles[1], "q95": m.quantiles[2],
                "sd_ratio": m.narrowing, "ks": m.distance, "identified": m.identified(),
            })
        };
        let last = self.outcome.steps.last();
        serde_json::json!({
            "fitted": self.fit.case.fitted(),
            "generations": self.outcome.steps.len(),
            "simulations": self.outcome.steps.iter().map(|s| s.trials).sum::<u64>(),
            "tolerance": last.map(|s| s.tolerance).filter(|t| t.is_finite()),
            "effective": self.population.effective_size(),
            "parameters": self.fit.case.parameters().iter().zip(self.marginals).map(parameter).collect::<Vec<_>>(),
        })
    }
}

/// The nearest point: its parameters, and its statistics beside the observed ones.
pub(super) fn point(fit: &Fit, found: &Nearest) -> String {
    let mut out = format!("{}\nfitted: {}\n\n", fit.scenario.title, fit.case.fitted());
    let _ = writeln!(
        out,
        "nearest point after {} simulations: distance {:.3} (1: at the tolerances, on average); {:.3} at the start\n",
        found.runs, found.distance, found.start_distance
    );
    let mut rows = vec![["parameter", "prior", "start", "nearest"].map(String::from).to_vec()];
    for ((parameter, start), x) in fit.case.parameters().iter().zip(&found.start).zip(&found.values) {
        let prior = parameter.prior.to_string();
        rows.push(vec![parameter.path.clone(), prior, number(*start, false), number(*x, false)]);
    }
    out.push_str(&aligned(&rows));
    let mut rows =
        vec![["statistic", "pattern", "observed", "tolerance", "nearest"].map(String::from).to_vec()];
    for (target, x) in fit.case.targets().iter().zip(&found.statistics) {
        let (low, high) = (target.observed - target.below, target.observed + target.above);
        rows.push(vec![
            target.name.clone(),
            target.pattern.clone(),
            number(target.observed, false),
            format!("{} to {}", number(low, false), number(high, false)),
            if x.is_nan() { "undefined".into() } else { number(*x, false) },
        ]);
    }
    format!(
        "{out}\nmeans over replicates\n\n{}\na point says nothing of what else would do as well: a posterior does\n",
        aligned(&rows)
    )
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
