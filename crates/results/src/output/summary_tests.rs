//! Tests of the summary against plain statistics of the same values.

use super::*;
use crate::output::ensemble::fake_ensemble;
use crate::output::testing::{Fake, world};
use crate::output::view::View;

/// What a summary says of a number.
fn estimate(summary: &Summary, state: usize, row: usize, variable: Variable) -> Option<Estimate> {
    summary.estimate((state, row), (variable, None), 0.0, &Level::new(0.95))
}

/// What the made-up batches show of a variable, replicate by replicate.
fn values(n: u32, state: usize, row: usize, variable: Variable) -> Vec<f64> {
    let world = world();
    let mut fake = Fake::new(&world, 0, 1);
    fake.time = row as u32;
    (0..n).map(|replicate| fake.scalar(replicate, state, variable)).collect()
}

#[test]
fn mean_and_deviation_are_those_of_the_values() {
    let world = world();
    let summary = fake_ensemble(&world, &[(0, 203)]).0;
    assert_eq!(summary.replicates(), 203);
    for variable in Variable::all(&world) {
        let all = values(203, 1, 2, variable);
        let mean = all.iter().sum::<f64>() / 203.0;
        let error = 1e-8 * summary.scale(1, variable);
        assert!((summary.mean(1, 2, variable).unwrap() - mean).abs() <= error, "{variable:?}");
        if let Some(found) = estimate(&summary, 1, 2, variable) {
            let variance = all.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 202.0;
            assert!((found.sd.unwrap() - variance.sqrt()).abs() <= error, "{variable:?}");
            assert_eq!(found.n, 203);
            assert!(all.iter().all(|x| found.min - error <= *x && *x <= found.max + error));
        }
    }
}

#[test]
fn quantiles_are_within_a_bin_of_those_of_the_values() {
    let world = world();
    let n = 2000;
    let summary = fake_ensemble(&world, &[(0, n)]).0;
    for variable in Variable::all(&world) {
        let Some(quantiles) = summary.quantiles(2, 3, variable) else { continue };
        let mut all = values(n, 2, 3, variable);
        all.sort_by(f64::total_cmp);
        for (percent, quantile) in PERCENTS.into_iter().zip(quantiles) {
            let exact = all[(n * percent / 100) as usize];
            // A bin's width, at pressure where x/(1 + x) has stretched it.
            let bin = match variable {
                Variable::Pressure => (1.0 + exact) * (1.0 + exact) * 1.2 / 128.0,
                Variable::ComplianceGap => 2.0 / 128.0,
                _ => summary.scale(2, variable) / 128.0,
            };
            assert!((quantile - exact).abs() <= bin, "{variable:?} {percent} %: {quantile} v. {exact}");
        }
    }
}

#[test]
fn codes_and_flags_are_counted() {
    let world = world();
    let summary = fake_ensemble(&world, &[(0, 45)]).0;
    for variable in [Variable::Phase, Variable::Tier(0), Variable::Adopted(1)] {
        let all = values(45, 0, 1, variable);
        let counts = summary.counts(0, 1, variable).unwrap();
        for (value, &count) in counts.iter().enumerate() {
            let expected = all.iter().filter(|&&x| x == value as f64).count();
            assert_eq!(count as usize, expected, "{variable:?} {value}");
            assert_eq!(summary.share(0, 1, variable, value), Some(expected as f64 / 45.0));
        }
        assert_eq!(estimate(&summary, 0, 1, variable), None);
        let found = summary.estimate((0, 1), (variable, Some(1)), 0.0, &Level::new(0.95)).unwrap();
        assert!(found.interval.is_some_and(|interval| interval.holds(found.mean)));
    }
    assert_eq!(summary.counts(0, 1, Variable::Motivation), None);
}

#[test]
fn a_constant_has_no_deviation_and_is_its_own_quantile() {
    let mut moments = Moments::EMPTY;
    for _ in 0..1000 {
        moments.add(&integers(Lane::splat(0.3 * FULL)));
    }
    assert_eq!(8000 * moments.squares, (moments.sum as u128).pow(2));
    assert_eq!(moments.low, moments.high);
    // One replicate: every quantile is its value, though a bin is 1/128 wide.
    let world = world();
    let summary = fake_ensemble(&world, &[(3, 1)]).0;
    let found = estimate(&summary, 0, 0, Variable::Motivation).unwrap();
    assert_eq!((found.sd, found.interval), (None, None));
    assert_eq!(summary.quantiles(0, 0, Variable::Motivation), Some([found.mean; 5]));
}

#[test]
fn ends_of_the_range_are_exact() {
    let mut moments = Moments::EMPTY;
    let ends = Lane([-FULL, FULL, 0.0, -0.0, 0.5, 1.5, -FULL, FULL]);
    let whole = integers(ends);
    moments.add(&whole);
    assert_eq!(whole, [-(1 << 26), 1 << 26, 0, 0, 0, 2, -(1 << 26), 1 << 26]);
    assert_eq!((moments.squares, moments.sum), (4 * (1 << 52) + 4, 2));
    assert_eq!((moments.low, moments.high), (-(1 << 26), 1 << 26));
}

/// Adds what all states show, at the first row.
fn add(summary: &mut Summary, fake: &Fake) {
    let world = fake.world();
    let variables = Variable::all(world);
    let mut values = vec![Lane::ZERO; variables.len()];
    let mut all = vec![[0; LANES]; world.states.len() * values.len()];
    for (state, places) in all.chunks_exact_mut(values.len()).enumerate() {
        fake.values(state, &variables, &mut values);
        summary.integers(state, &values, fake.width(), places.iter_mut());
    }
    summary.add(0, &all, 1, 1, fake.width());
}

#[test]
fn a_value_beyond_the_scale_withholds_its_statistics_and_no_others() {
    let world = world();
    let mut summary = Summary::new(&world);
    let mut fake = Fake::new(&world, 0, 3);
    fake.extra_pressure = 40.0;
    add(&mut summary, &fake);
    assert_eq!(summary.beyond.iter().sum::<u64>(), 9);
    assert_eq!(estimate(&summary, 0, 0, Variable::Pressure), None);
    assert!(estimate(&summary, 0, 0, Variable::Motivation).is_some());
}

#[test]
fn a_very_large_world_keeps_no_histograms() {
    let mut large = world();
    large.states = vec![large.states[0].clone(); 12_000];
    large.corridors.clear();
    let mut summary = Summary::new(&large);
    assert!(summary.bins.is_empty());
    add(&mut summary, &Fake::new(&large, 0, 8));
    let found = estimate(&summary, 11_999, 0, Variable::Motivation).unwrap();
    assert_eq!((found.n, summary.quantiles(11_999, 0, Variable::Motivation)), (8, None));
}

#[test]
fn flows_are_scaled_to_what_their_corridors_carry() {
    let world = world();
    let summary = Summary::new(&world);
    assert_eq!((summary.scale(0, Variable::FlowOut), summary.scale(0, Variable::FlowIn)), (512.0, 1.0));
    // All of what flows out of the origin could be diverted to either destination.
    assert_eq!((summary.scale(2, Variable::FlowOut), summary.scale(2, Variable::FlowIn)), (1.0, 512.0));
}
