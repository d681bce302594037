//! The picture of a calibration: what the record says of each parameter.

use suasion::experiment::calibrate::{BINS, Marginal, Parameter, Population, relative_density};
use suasion_show::picture::{Content, Line, Panel, Picture};

/// Prior and posterior of each parameter, over equal shares of its prior: the prior is flat.
pub(super) fn picture(population: &Population, parameters: &[Parameter], marginals: &[Marginal]) -> Picture {
    let line = |name: &str, density: &[f64]| {
        let ends = |i: usize| [i, i + 1].map(|edge| 100.0 * edge as f64 / BINS as f64);
        let steps = density.iter().enumerate().flat_map(|(i, d)| ends(i).map(|x| (x, *d, None)));
        Line { name: name.into(), points: steps.collect() }
    };
    let panel = |(k, (parameter, marginal)): (usize, (&Parameter, &Marginal))| {
        let density = relative_density(population, k, &parameter.prior, BINS);
        let said = if marginal.identified() { "" } else { " (not identified)" };
        let name = parameter.path.strip_prefix("parameters.").unwrap_or(&parameter.path);
        Panel {
            title: format!("{name}{said}"),
            lines: vec![line("posterior", &density), line("prior", &[1.0; BINS])],
        }
    };
    Picture {
        title: "Posterior beside prior".into(),
        x: "percentile of the prior".into(),
        y: "density relative to the prior".into(),
        content: Content::Panels(parameters.iter().zip(marginals).enumerate().map(panel).collect()),
    }
}
