//! Tests of the estimators on functions whose indices are known in closed form.
#![expect(
    clippy::disallowed_methods,
    reason = "the Ishigami function is made of sines, and only nearly compared"
)]

use super::morris::{Measures, measures};
use super::sobol::{Indices, indices};
use super::*;
use crate::experiment::design::{Method, Plan, Table};
use crate::scenario::Axis;
use std::f64::consts::PI;

fn axes(n: usize, low: f64, high: f64) -> Vec<Axis> {
    (0..n).map(|j| Axis { path: format!("x{j}"), low, high, values: Vec::new() }).collect()
}

fn outcomes(plan: &Plan, f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    (0..plan.len() as u64).map(|i| f(&plan.point(i))).collect()
}

fn saltelli(samples: u64, axes: Vec<Axis>, f: impl Fn(&[f64]) -> f64) -> Indices {
    let k = axes.len();
    let plan = Plan::new(Method::Saltelli { samples, second_order: true }, axes, 1).unwrap();
    indices(&outcomes(&plan, f), k, true, &Bootstrap::default()).unwrap()
}

fn close(estimate: Estimate, expected: f64, within: f64, what: &str) {
    let [low, high] = estimate.interval.unwrap();
    assert!((estimate.value - expected).abs() < within, "{what}: {estimate:?}, expected {expected}");
    // Resampling overstates the error of an evenly spread design, so a 95% interval misses less often than that.
    assert!(low - 1e-9 <= expected && expected <= high + 1e-9, "{what}: {estimate:?}, expected {expected}");
    assert!(low <= estimate.value && estimate.value <= high, "{what}: {estimate:?}");
}

fn ishigami(x: &[f64]) -> f64 {
    let square = x[2] * x[2];
    x[0].sin() + 7.0 * x[1].sin() * x[1].sin() + 0.1 * square * square * x[0].sin()
}

/// Ishigami, T. and Homma, T. (1990), with a = 7 and b = 0.1.
#[test]
fn indices_of_the_ishigami_function_are_found() {
    let (p4, p8) = (PI * PI * PI * PI, PI * PI * PI * PI * PI * PI * PI * PI);
    let alone = [0.5 * (1.0 + 0.1 * p4 / 5.0) * (1.0 + 0.1 * p4 / 5.0), 49.0 / 8.0, 0.0];
    let pair = 0.01 * p8 * 8.0 / 225.0;
    let v = alone[0] + alone[1] + pair;
    let found = saltelli(4096, axes(3, -PI, PI), ishigami);
    let total = [alone[0] + pair, alone[1], pair];
    for j in 0..3 {
        close(found.s1[j], alone[j] / v, 0.01, &format!("S1 of {j}"));
        close(found.st[j], total[j] / v, 0.01, &format!("ST of {j}"));
    }
    for (found, expected) in found.s2.iter().zip([0.0, pair / v, 0.0]) {
        close(found.index, expected, 0.015, &format!("S2 of {:?}", found.axes));
    }
    assert_eq!(found.s2.iter().map(|pair| pair.axes).collect::<Vec<_>>(), [[0, 1], [0, 2], [1, 2]]);
}

/// Sobol's g-function; Saltelli et al. (2010).
#[test]
fn indices_of_the_g_function_are_found() {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0];
    let g = |x: &[f64]| -> f64 {
        x.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
    };
    let alone = a.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let v = alone.iter().map(|v| 1.0 + v).product::<f64>() - 1.0;
    let found = saltelli(4096, axes(6, 0.0, 1.0), g);
    for j in 0..6 {
        let total = alone[j] * (v + 1.0) / (1.0 + alone[j]) / v;
        close(found.s1[j], alone[j] / v, 0.01, &format!("S1 of {j}"));
        close(found.st[j], total, 0.01, &format!("ST of {j}"));
    }
    for pair in &found.s2 {
        let [j, k] = pair.axes;
        close(pair.index, alone[j] * alone[k] / v, 0.015, &format!("S2 of {j} and {k}"));
    }
}

#[test]
fn indices_do_not_depend_on_unit_or_origin() {
    let plain = saltelli(64, axes(3, -PI, PI), ishigami);
    for (scale, origin) in [(1e9, 0.0), (-3.0, 1000.0), (1e-150, 0.0), (1e100, -1e101)] {
        let moved = saltelli(64, axes(3, -PI, PI), |x| scale * ishigami(x) + origin);
        for (a, b) in plain.s1.iter().chain(&plain.st).zip(moved.s1.iter().chain(&moved.st)) {
            assert!((a.value - b.value).abs() < 1e-10, "{scale} {origin}: {a:?} {b:?}");
        }
    }
}

#[test]
fn without_second_order_the_same_indices_come_from_fewer_points() {
    let plan = |second_order| {
        Plan::new(Method::Saltelli { samples: 256, second_order }, axes(3, -PI, PI), 1).unwrap()
    };
    let fewer = indices(&outcomes(&plan(false), ishigami), 3, false, &Bootstrap::default()).unwrap();
    let more = saltelli(256, axes(3, -PI, PI), ishigami);
    assert!(fewer.s2.is_empty());
    // The points centre the outcomes a little differently.
    for (a, b) in fewer.s1.iter().zip(&more.s1) {
        assert!((a.value - b.value).abs() < 0.02, "{a:?} {b:?}");
    }
    for (a, b) in fewer.st.iter().zip(&more.st) {
        assert!((a.value - b.value).abs() < 1e-12, "{a:?} {b:?}");
    }
}

#[test]
fn a_constant_outcome_has_no_indices_and_says_so() {
    let of = |y: f64, noise: f64| {
        let all: Vec<f64> = (0..40).map(|i| y + noise * f64::from(i % 7)).collect();
        indices(&all, 3, false, &Bootstrap::default()).map(drop)
    };
    assert_eq!(of(0.0, 0.0), Err(SensitivityError::Constant));
    assert_eq!(of(0.3, 0.0), Err(SensitivityError::Constant));
    // Rounding of the last digits is no variance.
    assert_eq!(of(0.3, 1e-16), Err(SensitivityError::Constant));
    assert_eq!(of(0.3, 1e-9), Ok(()));
    // A and B alike, so nothing to divide by, though an outcome between differs.
    let mut all = vec![1.0; 40];
    all[1] = 2.0;
    assert_eq!(indices(&all, 3, false, &Bootstrap::default()).map(drop), Err(SensitivityError::Constant));
    let sentence = "the outcome is the same at every point, so it has no variance that the axes could share";
    assert_eq!(SensitivityError::Constant.to_string(), sentence);
}

#[test]
fn outcomes_that_do_not_fit_are_refused() {
    let told = |y: &[f64], second| indices(y, 3, second, &Bootstrap::default()).unwrap_err().to_string();
    let design = "one for each point of the design";
    assert_eq!(told(&[1.0; 9], false), format!("9 outcomes, expected a multiple of 5, {design}"));
    assert_eq!(told(&[], true), format!("0 outcomes, expected a multiple of 8, {design}"));
    let not_finite = "the outcome of point 1 (from 0) is no finite number below 1e120 in size";
    assert_eq!(told(&[0.0, f64::NAN, 1.0, f64::INFINITY, 2.0], false), not_finite);
    let plan = Plan::new(Method::Morris { trajectories: 2, levels: 4 }, axes(2, 0.0, 1.0), 1).unwrap();
    let told = |plan: &Plan, y: &[f64]| measures(plan, y, &Bootstrap::default()).unwrap_err().to_string();
    assert_eq!(told(&plan, &[1.0; 5]), format!("5 outcomes, expected 6, {design}"));
    assert_eq!(told(&plan, &[0.0, -1e200, 0.0, 0.0, 0.0, 0.0]), not_finite);
    let table = |values: &[f64]| {
        Plan::from_table(Table { paths: vec!["x0".into(), "x1".into()], values: values.to_vec() })
    };
    let no = "the points are no Morris trajectories";
    let both = table(&[0.0, 0.0, 1.0, 1.0, 1.0, 0.0]);
    assert_eq!(
        told(&both, &[1.0; 3]),
        format!("from point 0 (from 0) to the next 2 axes move, expected one: {no}")
    );
    let none = table(&[0.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
    assert_eq!(
        told(&none, &[1.0; 3]),
        format!("from point 1 (from 0) to the next 0 axes move, expected one: {no}")
    );
    let back = table(&[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
    let twice = "the trajectory that begins at point 0 (from 0) moves an axis twice, expected each axis once";
    assert_eq!(told(&back, &[1.0; 3]), twice);
    let odd = table(&[0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
    assert_eq!(told(&odd, &[1.0; 4]), format!("4 outcomes, expected a multiple of 3, {design}"));
}

fn morris(trajectories: u64, axes: &[Axis], f: impl Fn(&[f64]) -> f64) -> Vec<Measures> {
    let plan = Plan::new(Method::Morris { trajectories, levels: 4 }, axes.to_vec(), 5).unwrap();
    measures(&plan, &outcomes(&plan, f), &Bootstrap::default()).unwrap()
}

/// On four levels the effect of a square is 2/3 from 0 and 4/3 from 1/3, of (x - 1/2)^2 -1/3 and 1/3, and of a product
/// the other factor: 0, 1/3, 2/3 or 1.
#[test]
fn elementary_effects_have_their_known_means_and_spreads() {
    let found = morris(4000, &axes(4, 0.0, 1.0), |x| x[0] * x[0] + (x[1] - 0.5) * (x[1] - 0.5) + x[2] * x[3]);
    let fifth = (5.0_f64 / 36.0).sqrt();
    let known = [(1.0, 1.0, 1.0 / 3.0), (0.0, 1.0 / 3.0, 1.0 / 3.0), (0.5, 0.5, fifth), (0.5, 0.5, fifth)];
    for (j, (found, (mu, mu_star, sigma))) in found.iter().zip(known).enumerate() {
        // Four standard errors of the mean of 4000.
        for (found, known) in [(found.mu, mu), (found.mu_star, mu_star), (found.sigma.unwrap(), sigma)] {
            let [low, high] = found.interval.unwrap();
            assert!((found.value - known).abs() < 0.025, "axis {j}: {found:?}, {known}");
            assert!(
                low - 1e-9 <= found.value && found.value <= high + 1e-9 && high - low < 0.03,
                "axis {j}: {found:?}"
            );
        }
    }
}

#[test]
fn effects_are_per_range_whatever_the_unit() {
    let wide = morris(50, &axes(2, -100.0, 300.0), |x| x[0] / 400.0 + (x[1] / 400.0) * (x[0] / 400.0));
    let unit = morris(50, &axes(2, -0.25, 0.75), |x| x[0] + x[1] * x[0]);
    for (a, b) in wide.iter().zip(&unit) {
        assert!((a.mu_star.value - b.mu_star.value).abs() < 1e-9 && (a.mu.value - b.mu.value).abs() < 1e-9);
    }
}

#[test]
fn a_constant_outcome_has_no_effect_and_one_trajectory_no_spread() {
    let zero = Estimate { value: 0.0, interval: Some([0.0, 0.0]) };
    let constant = morris(16, &axes(3, 0.0, 1.0), |_| 0.7);
    assert_eq!(constant, [Measures { mu: zero, mu_star: zero, sigma: Some(zero) }; 3]);
    let one = morris(1, &axes(3, 0.0, 1.0), |x| x[0]);
    assert!(
        (one[0].mu_star.value - 1.0).abs() < 1e-12
            && one[0].sigma.is_none()
            && one[0].mu_star.interval.is_none()
    );
}

#[test]
fn few_rows_give_no_intervals() {
    let shares = |samples| saltelli(samples, axes(3, -PI, PI), ishigami);
    assert!(shares(31).st.iter().chain(&shares(31).s1).all(|share| share.interval.is_none()));
    assert!(shares(32).st.iter().chain(&shares(32).s1).all(|share| share.interval.is_some()));
    let effects = |trajectories| morris(trajectories, &axes(3, 0.0, 1.0), |x| x[0] * x[1] + x[2]);
    assert!(effects(15).iter().all(|found| found.mu_star.interval.is_none() && found.sigma.is_some()));
    assert!(effects(16).iter().all(|found| found.mu_star.interval.is_some()));
}

#[test]
fn the_same_seed_gives_the_same_intervals() {
    let plan = Plan::new(Method::Saltelli { samples: 32, second_order: true }, axes(3, -PI, PI), 1).unwrap();
    let y = outcomes(&plan, ishigami);
    let of = |seed| indices(&y, 3, true, &Bootstrap { seed, ..Bootstrap::default() }).unwrap();
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    assert_eq!(pool(1).install(|| of(1)), pool(3).install(|| of(1)));
}
