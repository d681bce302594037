//! What crowding does in all: one number for the four coefficients together, so that what is believed of it beforehand can be said, and compared with
//! what experiments find.
//!
//! The effect is that of a probe: five years of one state under an inducement that frames half of its compliance as bought, beside the same years without any
//! crowding. Every other source of change but domestic voice (which `agenda_narrowing` silences) is off.

use crate::internalize::{Influences, change};
use crate::interpret::attribution_target;
use crate::parameters::{CROWDING, PARAMETERS, Parameters};
use crate::press::Felt;
use crate::region::Argued;
use crate::state::{Variables, relax, relaxation};
use suasion_lanes::lane::{LANES, Lane};

/// Years under pressure.
const YEARS: usize = 5;
/// Steps of a year.
const STEPS: usize = 4;
/// F: half of what moves the state is payment.
const FRAME: f64 = 0.5;
/// What the state means at the start.
const MOTIVATION: f64 = 0.4;
/// Its public, throughout.
const MOBILIZATION: f64 = 0.5;
/// How much it resents being controlled.
const AVERSION: f64 = 0.5;
/// Standing of the sender: rather low, so that what an inducement says of the norm is heard.
const STANDING: f64 = 0.35;
/// Standard deviation of motivation between states, in which the effect is told: about that of `world` and of `asean` at their start.
pub const SPREAD: f64 = 0.15;

/// Values of the crowding coefficients, in the order of [`CROWDING`].
pub type Coefficients = [f64; CROWDING.len()];

/// Positions of the crowding coefficients in the table.
fn positions() -> [usize; CROWDING.len()] {
    CROWDING.map(|name| PARAMETERS.iter().position(|entry| entry.name == name).unwrap_or_default())
}

/// The crowding coefficients of some parameters.
///
/// ```
/// use suasion::model::{crowding::coefficients, parameters::Parameters};
/// assert_eq!(coefficients(&Parameters::default()), [0.12, 0.18, 0.22, 0.5]);
/// ```
pub fn coefficients(parameters: &Parameters<f64>) -> Coefficients {
    positions().map(|at| parameters.values()[at])
}

/// The same parameters with other crowding coefficients.
///
/// ```
/// use suasion::model::{crowding::with, parameters::Parameters};
/// assert_eq!(with(Parameters::default(), [0.0; 4]), Parameters::default().without_crowding());
/// ```
#[must_use]
pub fn with(mut parameters: Parameters<f64>, coefficients: Coefficients) -> Parameters<f64> {
    for (at, x) in positions().into_iter().zip(coefficients) {
        parameters.values_mut()[at] = x;
    }
    parameters
}

/// The effect of crowding under some parameters with each of several sets of coefficients: `(m - m0) / 0.15`, where m is the probe's motivation after five years, m0
/// that with all coefficients at 0, and 0.15 about the standard deviation of motivation between states. Below 0 crowds out.
///
/// In each quarter of a year, with `F = .5`, standing `l = .35`, control aversion `alpha = .5`, mobilization `d = .5`: attribution relaxes to its target without peers, reactance to `alpha F (1 - l)`,
/// and motivation, .4 at first, changes by domestic voice, signalling (of `F (2 l - 1)`), overjustification and self-determination ([`change`]).
///
/// ```
/// use suasion::model::{crowding::{coefficients, effects}, parameters::Parameters};
/// let p = Parameters::default();
/// let [signalling, overjustification, self_determination, agenda] = coefficients(&p);
/// let found = effects(&p, &[coefficients(&p), [0.0; 4], [0.0, -0.5, 0.0, 0.0], [0.0, overjustification, 0.0, 0.0]]);
/// assert!((found[0] + 0.848).abs() < 5e-4, "{found:?}");
/// assert_eq!(found[1], 0.0);
/// assert!(found[2] > 0.5 && found[3] < 0.0);
/// ```
pub fn effects(parameters: &Parameters<f64>, all: &[Coefficients]) -> Vec<f64> {
    let null = motivation(&lanes(parameters, &[[0.0; CROWDING.len()]])).0[0];
    let of = |some: &[Coefficients]| {
        let after = motivation(&lanes(parameters, some));
        after.0[..some.len()].iter().map(|m| (m - null) / SPREAD).collect::<Vec<f64>>()
    };
    all.chunks(LANES).flat_map(of).collect()
}

/// Parameters by lane, each with its coefficients; the last ones in lanes that are left over.
fn lanes(parameters: &Parameters<f64>, some: &[Coefficients]) -> Parameters<Lane> {
    let of = |l: usize| with(*parameters, some[l.min(some.len() - 1)]);
    let all: Vec<Parameters<f64>> = (0..LANES).map(of).collect();
    Parameters::from_fn(|i| Lane::from_fn(|l| all[l].values()[i]))
}

/// The probe's motivation after its years.
fn motivation(p: &Parameters<Lane>) -> Lane {
    let [frame, standing, zero] = [FRAME, STANDING, 0.0].map(Lane::splat);
    let felt = Felt {
        push: zero,
        frame,
        resented: Lane::splat(AVERSION) * frame * (1.0 - standing),
        signal: frame * (2.0 * standing - 1.0),
    };
    let dt = 1.0 / STEPS as f64;
    let [attribution, reactance] = [p.attribution_rate, p.reactance_rate].map(|rate| relaxation(rate, dt));
    let mut v = Variables::start(Lane::splat(MOTIVATION), zero, zero, zero, zero, zero);
    v.mobilization = Lane::splat(MOBILIZATION);
    for _ in 0..YEARS * STEPS {
        let target = attribution_target(felt.frame, v.motivation, zero, p.attribution_half);
        v.attribution = relax(v.attribution, target, attribution);
        v.reactance = relax(v.reactance, felt.resented, reactance);
        let meets = Influences {
            heard: zero,
            heard_motivation: zero,
            argument: zero,
            sender_argument: zero,
            practice: zero,
            region: Argued { strength: zero, framing: zero, framed: zero },
            openness: zero,
            ears: zero,
            // Nothing returns: what crowding does is looked at by itself.
            autochthonous: v.motivation,
            normal: zero,
        };
        (_, v.motivation) = change(p, &v, &felt, &meets, zero, dt, 0.0);
    }
    v.motivation
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The equations again, as numbers and one after another.
    #[expect(
        clippy::disallowed_methods,
        reason = "a reference is computed with the standard library on purpose"
    )]
    fn by_hand(p: &Parameters<f64>, [signalling, over, determination, narrowing]: Coefficients) -> f64 {
        let (mut m, mut a, mut u) = (0.4_f64, 0.0_f64, 0.0_f64);
        let share = |rate: f64| 1.0 - (-rate * 0.25).exp();
        for _ in 0..20 {
            a += share(p.attribution_rate) * (0.5 / (0.5 + m + p.attribution_half) - a);
            u += share(p.reactance_rate) * (0.5 * 0.5 * 0.65 - u);
            let at_stake = |c: f64| if c < 0.0 { m * (1.0 - m) } else { m };
            let voice = p.domestic_voice * 0.5 * (1.0 - narrowing * a) * (1.0 - m);
            let crowded = over * a * 0.5 * at_stake(over) + determination * u * at_stake(determination);
            m += 0.25 * (voice + signalling * -0.15 * m * (1.0 - m) - crowded);
        }
        m
    }

    #[test]
    fn effects_are_those_of_the_equations_in_any_company() {
        let p = Parameters { attribution_rate: 0.7, ..Parameters::default() };
        let all: Vec<Coefficients> = (0..19)
            .map(|i| {
                let x = f64::from(i) / 18.0;
                [0.5 - x, 1.5 * x - 0.5, 1.0 - 1.5 * x, x * x]
            })
            .collect();
        let found = effects(&p, &all);
        let null = by_hand(&p, [0.0; 4]);
        for (one, effect) in all.iter().zip(&found) {
            assert!((effect - (by_hand(&p, *one) - null) / SPREAD).abs() < 1e-10, "{one:?}: {effect}");
            assert_eq!(effects(&p, &[*one]), [*effect]);
        }
    }

    #[test]
    fn each_coefficient_crowds_out_above_0_and_in_below() {
        let p = Parameters::default();
        for k in 0..3 {
            let mut one = [0.0; 4];
            one[k] = 0.3;
            let out = effects(&p, &[one])[0];
            one[k] = -0.3;
            let within = effects(&p, &[one])[0];
            assert!(out < 0.0 && within > 0.0, "{}: {out} {within}", CROWDING[k]);
        }
        assert!(effects(&p, &[[0.0, 0.0, 0.0, 1.0]])[0] < 0.0);
    }
}
