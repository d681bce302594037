//! Quantiles against those of `SciPy`, and what every distribution must do: stay in its range, grow with the uniform.
#![allow(clippy::unreadable_literal, reason = "values from another program")]

use super::*;

fn draw(distribution: &Distribution, uniform: f64) -> f64 {
    Distribution::quantile_lane([distribution; LANES], Lane::splat(uniform), 0.0, 1.0, Lane::splat(0.7)).0[0]
}

/// (alpha, beta, quantiles at 1e-6, 0.001, 0.05, 0.25, 0.5, 0.9, 0.999, 1 - 1e-6): `scipy.stats.beta.ppf`, 1.17.1.
#[rustfmt::skip]
const BETA: &[(f64, f64, [f64; 8])] = &[
    (2.0, 5.0, [0.00025828782935406356, 0.008255492787746678, 0.06284989170835438, 0.16116291679032652, 0.26444998329566005, 0.5103163065514917, 0.818613866919134, 0.9555730480299243]),
    (0.5, 0.5, [2.46740110027031e-12, 2.4673990709169446e-06, 0.0061558297024311365, 0.14644660940672624, 0.4999999999999999, 0.9755282581475768, 0.999997532600929, 0.9999999999975326]),
    (5.0, 1.0, [0.06309573444801932, 0.251188643150958, 0.5492802716530588, 0.757858283255199, 0.8705505632961241, 0.9791483623609768, 0.9997999199519664, 0.99999979999992]),
    (30.0, 70.0, [0.1198503924244407, 0.17247312173138413, 0.22729905447104012, 0.2683678202609764, 0.2986619743086956, 0.359434740999984, 0.4498912610865279, 0.5343843068742158]),
    (0.2, 3.0, [2.4953435372426276e-31, 2.495343537242626e-16, 7.797949567350083e-08, 0.00024378492144163836, 0.007901229090864218, 0.2059815139229475, 0.7855692989989795, 0.9776191480359043]),
    (1.0, 1.0, [1e-06, 0.001, 0.05, 0.25, 0.5, 0.9, 0.999, 0.999999]),
    (300.0, 700.0, [0.23432612992469437, 0.2564491988005019, 0.2764036572036614, 0.2901530856694025, 0.29986661939179127, 0.3186521266739313, 0.3458263407183284, 0.3713982572130263]),
    (0.05, 2.0, [3.768894828730051e-121, 3.76889482873003e-61, 3.594298199396146e-27, 3.4277898782704356e-13, 3.594299429775784e-07, 0.04796516612381327, 0.8167356197008502, 0.9938399249895438]),
];

fn kinds() -> Vec<Distribution> {
    vec![
        Distribution::Normal { mean: 0.4, sd: 0.3 },
        Distribution::Uniform { low: 0.2, high: 0.9 },
        Distribution::Triangular { low: 0.1, mode: 0.2, high: 0.8 },
        Distribution::Triangular { low: 0.1, mode: 0.1, high: 0.8 },
        Distribution::Triangular { low: 0.1, mode: 0.8, high: 0.8 },
        Distribution::Beta(BetaTable::new(0.2, 3.0)),
        Distribution::Beta(BetaTable::new(0.05, 0.05)),
        Distribution::Beta(BetaTable::new(300.0, 700.0)),
        Distribution::Beta(BetaTable::new(10_000.0, 10_000.0)),
    ]
}

#[test]
fn beta_quantiles_equal_scipy() {
    let uniforms = [1e-6, 0.001, 0.05, 0.25, 0.5, 0.9, 0.999, 1.0 - 1e-6];
    for &(alpha, beta, expected) in BETA {
        let distribution = Distribution::Beta(BetaTable::new(alpha, beta));
        let bound = 1e-4 * (expected[6] - expected[1]);
        for (u, expected) in uniforms.into_iter().zip(expected) {
            let found = draw(&distribution, u);
            assert!(
                (found - expected).abs() < bound,
                "Beta({alpha}, {beta}) at {u}: {found}, not {expected}"
            );
        }
        let median = distribution.median().unwrap();
        assert!((median - expected[4]).abs() < 1e-12, "Beta({alpha}, {beta}): median {median}");
    }
}

/// All over the range that scenarios are held to, its corners included: the quantile at a node of the table is where the
/// distribution function of another library has the node's probability.
#[test]
fn beta_quantiles_are_right_over_the_whole_range() {
    use statrs::distribution::{Beta, ContinuousCDF, Normal};
    let (least, most) = BetaTable::RANGE;
    let parameters = [least, 0.1, 0.3, 1.0, 2.5, 30.0, 400.0, 3000.0, most];
    let normal = Normal::standard();
    for alpha in parameters {
        for beta in parameters {
            let (table, reference) = (BetaTable::new(alpha, beta), Beta::new(alpha, beta).unwrap());
            let mut last = 0.0;
            for node in -500..=500 {
                let score = f64::from(node) * 0.0125;
                let x = table.at(score);
                assert!((last..=1.0).contains(&x), "Beta({alpha}, {beta}) at {score}: {x} after {last}");
                last = x;
                // So near to 1 the reference cannot tell doubles apart.
                if x > 1.0 - 1e-6 {
                    continue;
                }
                // A quantile above the median is one less a number near 1, which is found to 1e-15: where the density is
                // without end, that can be seen in the probability below it.
                let [from, to] = [-2e-15, 2e-15].map(|off| reference.cdf((x + off).clamp(0.0, 1.0)));
                let expected = normal.cdf(score);
                assert!(
                    from - 1e-8 <= expected && expected <= to + 1e-8,
                    "Beta({alpha}, {beta}) at {score}: {x}, below which {from} to {to}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn quantiles_grow_with_the_uniform() {
    for distribution in kinds() {
        let mut last = f64::NEG_INFINITY;
        for i in 0..20_000 {
            let x = draw(&distribution, (f64::from(i) + 0.5) / 20_000.0);
            assert!(x >= last && (0.0..=1.0).contains(&x), "{distribution:?}: {x} after {last}");
            last = x;
        }
    }
}

#[test]
fn normals_are_clipped() {
    let wide = Distribution::Normal { mean: 0.5, sd: 1.0 };
    assert_eq!((draw(&wide, 0.01), draw(&wide, 0.99)), (0.0, 1.0));
    assert!((draw(&wide, 0.6) - (0.5 + 0.2533471031357997)).abs() < 1e-9);
    assert_eq!(draw(&Distribution::Normal { mean: 0.3, sd: 0.0 }, 0.9), 0.3);
}

#[test]
fn fixed_numbers_are_clipped_too() {
    assert_eq!(draw(&Distribution::Fixed(1.5), 0.5), 1.0);
    assert_eq!(draw(&Distribution::Fixed(0.25), 0.123), 0.25);
}

#[test]
fn triangular_quantiles_invert_the_distribution_function() {
    let triangular = Distribution::Triangular { low: 0.1, mode: 0.2, high: 0.8 };
    // Below the mode: (x - low)^2 / ((high - low)(mode - low)); above: 1 - (high - x)^2 / ((high - low)(high - mode)).
    assert!((draw(&triangular, 0.05_f64 * 0.05 / 0.07) - 0.15).abs() < 1e-15);
    assert!((draw(&triangular, 1.0 - 0.3 * 0.3 / 0.42) - 0.5).abs() < 1e-15);
    let point = Distribution::Triangular { low: 0.4, mode: 0.4, high: 0.4 };
    assert_eq!(draw(&point, 0.3), 0.4);
}

#[test]
fn intrinsic_gives_the_drawn_motivation() {
    assert_eq!(draw(&Distribution::Intrinsic, 0.2), 0.7);
    assert!(!Distribution::Intrinsic.is_random());
}

#[test]
fn lanes_do_not_affect_one_another() {
    let all = kinds();
    let mixed: [&Distribution; LANES] = std::array::from_fn(|i| &all[i]);
    let uniforms = Lane::from_fn(|i| (i as f64 + 0.5) / LANES as f64);
    let together = Distribution::quantile_lane(mixed, uniforms, 0.0, 1.0, Lane::ZERO);
    for i in 0..LANES {
        assert_eq!(together.0[i], draw(mixed[i], uniforms.0[i]));
    }
}
