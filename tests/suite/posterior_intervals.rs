//! Intervals under a posterior: replicates that share a draw are not independent, and what is told is as wide as disjoint subsets of
//! draws lie apart.

use crate::support::{mean, scenario_of};
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::estimate::Level;
use suasion::experiment::outcome::{Measure, Outcome, Outcomes, Place};
use suasion::experiment::paired::{self, Pair, Plan, Profile};
use suasion::experiment::posterior::{Drawn, Posterior, Worlds};
use suasion::model::variable::Variable;
use suasion::scenario::{Loaded, Scenario};

const SUBSETS: usize = 16;
const MOTIVATION: Measure = Measure::Variable(Variable::Motivation);

/// A baseline and a counterfactual under a posterior.
fn runs(posterior: &Posterior, replicates: u32) -> (Profile, Pair) {
    let (base, stop) = (scenario_of("asean"), AtomicBool::new(false));
    let from = Scenario::load("asean").expect("bundled");
    let threads = NonZeroUsize::new(2).expect("two");
    let drawn = |counterfactual: bool| -> Drawn {
        let overlay = |mut loaded: Loaded| {
            if counterfactual {
                loaded.apply_counterfactual("no-tvpa")?;
            }
            Ok(loaded)
        };
        let build = |loaded: Loaded| Ok(loaded.build_alone()?.world);
        posterior.worlds(&from, (7, replicates), threads, &stop, overlay, build).expect("its draws are valid")
    };
    let mut other = Scenario::load("asean").expect("bundled");
    other.apply_counterfactual("no-tvpa").expect("it is there");
    let other = other.build_alone().expect("valid").world;
    let (of_base, of_other) = (drawn(false), drawn(true));
    let outcomes = Outcomes::every_year(&base.world, &[MOTIVATION], &[]);
    let plan =
        Plan { outcomes: &outcomes, seed: 7, replicates: replicates as usize, options: Options::default() };
    let worlds = [Worlds::new(&other, Some(&of_other))];
    let (profile, mut pairs) =
        paired::run(Worlds::new(&base.world, Some(&of_base)), &worlds, plan, &stop, |_| {}).expect("it runs");
    (profile, pairs.remove(0))
}

/// Every sixteenth draw of a posterior, each with the same weight.
fn subset(text: &str, k: usize) -> Posterior {
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let kept: Vec<Vec<&str>> =
        lines.skip(k).step_by(SUBSETS).map(|line| line.split(',').collect::<Vec<_>>()).collect();
    let weight = (1.0 / kept.len() as f64).to_string();
    let rows = kept.into_iter().map(|mut cells| {
        cells[2] = &weight;
        cells.join(",")
    });
    let rows: Vec<String> = std::iter::once(header.to_string()).chain(rows).collect();
    Posterior::parse("a subset", &(rows.join("\n") + "\n")).expect("it is one")
}

/// Motivation at the end, over all states.
fn end(profile: &Profile) -> Outcome {
    let row = profile.outcomes.last().expect("many").row;
    Outcome::new(MOTIVATION, Place::Mean, row)
}

#[test]
fn half_widths_are_those_of_disjoint_subsets_of_draws() {
    let posterior = Posterior::read("bundled").expect("bundled");
    let whole = subset_of_all(&posterior.text());
    let (profile, pair) = runs(&whole, 3200);
    let apart: Vec<(f64, f64)> = (0..SUBSETS)
        .map(|k| {
            let (profile, pair) = runs(&subset(&posterior.text(), k), 200);
            let says = pair.difference(end(&profile), &Level::new(0.95)).expect("kept");
            (profile.mean(end(&profile)).expect("kept"), says.difference.mean)
        })
        .collect();
    let level = Level::new(0.95);
    let says = pair.difference(end(&profile), &level).expect("kept");
    let of_base = profile.estimate(end(&profile), &level).expect("kept");
    for (name, estimate, subsets) in [
        ("motivation", of_base, apart.iter().map(|x| x.0).collect::<Vec<f64>>()),
        ("difference", says.difference, apart.iter().map(|x| x.1).collect()),
    ] {
        let interval = estimate.interval.expect("many replicates");
        let half = 0.5 * (interval.high - interval.low);
        let centre = mean(&subsets);
        let squares: f64 = subsets.iter().map(|x| (x - centre) * (x - centre)).sum();
        let parts = SUBSETS as f64;
        let expected = 2.0 * (squares / (parts - 1.0) / parts).sqrt();
        println!("{name}: half-width {half:.4}, by subsets {expected:.4}, {subsets:.3?}");
        // The spread of sixteen is itself known to a fifth, that of the groups to an eighth.
        assert!((0.45..2.2).contains(&(half / expected)), "{name}: {half} for {expected}");
        let alone = 2.0 * estimate.sd.expect("many") / (estimate.n as f64).sqrt();
        assert!(half >= alone * 0.97, "{name}: {half} beside {alone}");
    }
    assert!(profile.draws() > 100 && pair.draws() == profile.draws());
}

/// All draws, each with the same weight, as their subsets have it.
fn subset_of_all(text: &str) -> Posterior {
    let rows: Vec<&str> = text.lines().collect();
    let weight = (1.0 / (rows.len() - 1) as f64).to_string();
    let rows = rows.iter().enumerate().map(|(i, row)| {
        let mut cells: Vec<&str> = row.split(',').collect();
        if i > 0 {
            cells[2] = &weight;
        }
        cells.join(",")
    });
    Posterior::parse("all draws", &(rows.collect::<Vec<_>>().join("\n") + "\n")).expect("it is one")
}
