//! The lane functions against 40-digit values, and the shape of the inverse normal.
#![allow(clippy::unreadable_literal, clippy::approx_constant, reason = "values from 40-digit arithmetic")]

use super::*;

/// (x, e^x), computed with 40 digits and rounded once.
#[rustfmt::skip]
const EXP: &[(f64, f64)] = &[
    (-700.0, 9.85967654375977e-305), (-699.9, 1.0896627777796162e-304),
    (-500.25, 5.548625684622169e-218), (-100.0, 3.720075976020836e-44),
    (-37.5, 5.175555005801869e-17), (-20.0, 2.061153622438558e-09),
    (-10.0, 4.5399929762484854e-05), (-5.5, 0.004086771438464067),
    (-2.0, 0.1353352832366127), (-1.0, 0.36787944117144233),
    (-0.75, 0.4723665527410147), (-0.5, 0.6065306597126334),
    (-0.34657359027997264, 0.7071067811865476), (-0.1, 0.9048374180359595),
    (-0.001, 0.999000499833375), (-1e-08, 0.9999999900000001),
    (-1e-300, 1.0), (0.0, 1.0),
    (1e-300, 1.0), (1e-17, 1.0),
    (1e-08, 1.00000001), (0.001, 1.0010005001667084),
    (0.1, 1.1051709180756477), (0.34657359027997264, 1.414213562373095),
    (0.34657359027997275, 1.4142135623730951), (0.5, 1.6487212707001282),
    (0.75, 2.117000016612675), (1.0, 2.718281828459045),
    (2.0, 7.38905609893065), (3.3, 27.112638920657883),
    (5.5, 244.69193226422038), (10.0, 22026.465794806718),
    (20.0, 485165195.4097903), (37.5, 1.9321599304402836e+16),
    (100.0, 2.6881171418161356e+43), (500.25, 1.8022480823881607e+217),
    (699.9, 9.177151136957067e+303), (700.0, 1.0142320547350045e+304),
];

/// (x, ln x), likewise.
#[rustfmt::skip]
const LN: &[(f64, f64)] = &[
    (2.2250738585072014e-308, -708.3964185322641), (1e-300, -690.7755278982137),
    (1e-100, -230.25850929940458), (1e-16, -36.841361487904734),
    (1e-08, -18.420680743952367), (0.001, -6.907755278982137),
    (0.1, -2.3025850929940455), (0.25, -1.3862943611198906),
    (0.5, -0.6931471805599453), (0.7071067811865475, -0.34657359027997275),
    (0.7071067811865476, -0.3465735902799726), (0.75, -0.2876820724517809),
    (0.9, -0.10536051565782628), (0.99, -0.01005033585350145),
    (0.999999, -1.000000500029089e-06), (0.9999999999999999, -1.1102230246251565e-16),
    (1.0, 0.0), (1.0000000000000002, 2.2204460492503128e-16),
    (1.000001, 9.999994999180668e-07), (1.01, 0.009950330853168092),
    (1.1, 0.09531017980432493), (1.25, 0.22314355131420976),
    (1.4142135623730951, 0.3465735902799727), (1.4142135623730954, 0.34657359027997287),
    (1.5, 0.4054651081081644), (2.0, 0.6931471805599453),
    (2.718281828459045, 1.0), (3.0, 1.0986122886681098),
    (10.0, 2.302585092994046), (100.0, 4.605170185988092),
    (12345.678, 9.421061321291832), (100000000.0, 18.420680743952367),
    (1e+16, 36.841361487904734), (1e+100, 230.25850929940458),
    (1e+300, 690.7755278982137), (1.7976931348623157e+308, 709.782712893384),
];

/// (u, quantile), likewise; the upper half follows by symmetry.
#[rustfmt::skip]
const INVERSE_NORMAL: &[(f64, f64)] = &[
    (1.1102230246251565e-16, -8.209536151601387), (1e-15, -7.941345326170997),
    (1e-12, -7.034483825301132), (1.1641532182693481e-10, -6.3379577545537895),
    (1e-09, -5.9978070150076865), (1e-08, -5.612001244174789),
    (1e-07, -5.1993375821928165), (1e-06, -4.753424308822899),
    (1e-05, -4.264890793922825), (0.0001, -3.7190164854556804),
    (0.001, -3.0902323061678136), (0.002, -2.8781617390954835),
    (0.005, -2.575829303548901), (0.01, -2.326347874040841),
    (0.014, -2.197286376641052), (0.0149, -2.1727385579513014),
    (0.015, -2.1700903775845606), (0.0151, -2.1674573288655785),
    (0.016, -2.1444106209118403), (0.02, -2.053748910631823),
    (0.025, -1.9599639845400543), (0.03, -1.8807936081512509),
    (0.05, -1.6448536269514726), (0.07, -1.4757910281791706),
    (0.1, -1.2815515655446004), (0.15, -1.0364333894937896),
    (0.2, -0.8416212335729142), (0.25, -0.6744897501960817),
    (0.3, -0.5244005127080408), (0.35, -0.3853204664075677),
    (0.4, -0.2533471031357997), (0.45, -0.12566134685507402),
    (0.49, -0.025068908258711057), (0.499, -0.002506630899571766),
    (0.499999999, -2.5066283428845328e-09),
];

/// (x, (1 - e^-x) / x), likewise.
#[rustfmt::skip]
const RATIO: &[(f64, f64)] = &[
    (0.0, 1.0), (1e-300, 1.0),
    (1e-20, 1.0), (1e-16, 1.0),
    (1e-12, 0.9999999999995), (1e-08, 0.999999995),
    (1e-06, 0.9999995000001667), (0.0001, 0.999950001666625),
    (0.001, 0.9995001666250083), (0.01, 0.9950166250831947),
    (0.05, 0.9754115099857198), (0.1, 0.9516258196404043),
    (0.2, 0.9063462346100907), (0.3, 0.8639392643942738),
    (0.34657359027997264, 0.8451111885843479), (0.35, 0.8437483150893902),
    (0.5, 0.7869386805747332), (0.69, 0.7223535230926732),
    (0.7, 0.7191638517265578), (1.0, 0.6321205588285577),
    (1.04, 0.6216781904242499), (2.0, 0.43233235838169365),
    (3.0, 0.3167376438773787), (5.0, 0.1986524106001829),
    (10.0, 0.09999546000702375), (20.0, 0.04999999989694232),
    (36.0, 0.027777777777777773), (50.0, 0.02),
    (100.0, 0.01), (500.0, 0.002),
    (700.0, 0.0014285714285714286), (800.0, 0.00125),
    (1000000.0, 1e-06),
];

fn check_relative(name: &str, function: impl Fn(Lane) -> Lane, table: &[(f64, f64)], bound: f64) {
    for &(x, expected) in table {
        let found = function(Lane::splat(x)).0[0];
        assert!(
            (found - expected).abs() <= bound * expected.abs(),
            "{name}({x:e}) = {found:e}, not {expected:e}"
        );
    }
}

fn quantile(u: f64) -> f64 {
    inverse_normal(Lane::splat(u)).0[0]
}

/// The uniform that a draw makes of a word.
fn uniform(word: u32) -> f64 {
    (f64::from(word) + 0.5) / 4294967296.0
}

/// The probability below z < 0, by a series near 0 and a continued fraction beyond; shares no method with what it checks.
fn normal_below(z: f64) -> f64 {
    let density = exp_scalar(-0.5 * z * z) * 0.3989422804014327;
    let x = -z;
    if x < 3.0 {
        let (mut term, mut sum, mut n) = (x, x, 1.0);
        while term > 1e-17 {
            n += 2.0;
            term *= x * x / n;
            sum += term;
        }
        0.5 - density * sum
    } else {
        let fraction = (1..=100).rev().fold(x, |tail, n| x + f64::from(n) / tail);
        density / fraction
    }
}

#[test]
fn exp_is_as_accurate_as_stated() {
    check_relative("exp", exp, EXP, 5e-16);
}

#[test]
fn ln_is_as_accurate_as_stated() {
    check_relative("ln", ln, LN, 6e-16);
}

#[test]
fn one_minus_exp_ratio_is_as_accurate_as_stated() {
    check_relative("one_minus_exp_ratio", one_minus_exp_ratio, RATIO, 3e-15);
}

#[test]
fn exp_is_clamped_outside_its_range() {
    assert_eq!(exp_scalar(f64::INFINITY), exp_scalar(700.0));
    assert_eq!(exp_scalar(-1e300), exp_scalar(-700.0));
    assert!(exp_scalar(-1e300) > 0.0);
}

#[test]
fn exp_and_ln_invert_each_other() {
    for i in -70_000..=70_000 {
        let x = f64::from(i) * 0.01;
        let back = ln_scalar(exp_scalar(x));
        assert!((back - x).abs() <= 6e-16 + 4e-16 * x.abs(), "{x}: {back}");
    }
}

#[test]
fn inverse_normal_is_as_accurate_as_stated() {
    for &(u, expected) in INVERSE_NORMAL {
        assert!((quantile(u) - expected).abs() <= 1e-9, "quantile of {u:e}: {} not {expected}", quantile(u));
    }
    assert!((quantile(f64::MIN_POSITIVE) + 37.5193793471445).abs() < 1e-3);
}

#[test]
fn inverse_normal_returns_to_its_argument() {
    for i in 0..400_000_u32 {
        let u = uniform(i * 5368);
        let z = quantile(u);
        let density = exp_scalar(-0.5 * z * z) * 0.3989422804014327;
        assert!((normal_below(z) - u).abs() <= 1.05e-9 * density + 1e-15, "{u:e} gives {z}");
    }
}

#[test]
fn inverse_normal_is_antisymmetric() {
    for i in 0..200_000_u32 {
        let word = i.wrapping_mul(2_654_435_761);
        assert_eq!(quantile(uniform(word)), -quantile(uniform(!word)), "word {word}");
    }
    for exponent in 1..=53_u32 {
        let u = 1.0 / (1_u64 << exponent) as f64;
        assert_eq!(quantile(u), -quantile(1.0 - u), "2^-{exponent}");
    }
}

#[test]
fn inverse_normal_increases_with_every_word() {
    let seam = (0.015 * 4294967296.0) as u32;
    for centre in [2_000, seam, 1 << 25, 1 << 28, 1 << 31, !seam, u32::MAX - 2_000] {
        let mut last = f64::NEG_INFINITY;
        for word in centre - 2_000..=centre.saturating_add(2_000) {
            let z = quantile(uniform(word));
            assert!(z > last, "word {word}: {z} after {last}");
            last = z;
        }
    }
    let mut last = f64::NEG_INFINITY;
    for word in (0..=u32::MAX).step_by(9973) {
        let z = quantile(uniform(word));
        assert!(z > last, "word {word}: {z} after {last}");
        last = z;
    }
}

#[test]
fn lanes_do_not_affect_one_another() {
    let u = Lane::from_fn(|i| (i as f64 + 0.1) / LANES as f64);
    let together = inverse_normal(u);
    for i in 0..LANES {
        assert_eq!(together.0[i], quantile(u.0[i]));
    }
}
