//! From covariates to traits: the stated links of [`Coefficients`].

use super::coefficients::Coefficients;
use super::covariates::Covariate::{
    self, Aid, Arms, Democracy, Effectiveness, Organizations, Society, Trade,
};
use super::covariates::Known;
use crate::lanes::math;

/// Mean and standard deviation.
pub type Spread = (f64, f64);

/// The traits of a state as coded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coded {
    /// Traits by the names of the scenario format, with their spread.
    pub traits: [(&'static str, Spread); 10],
    /// Spiral phase at the start, 0 to 3.
    pub phase: u8,
}

impl Coded {
    /// The spread of a trait.
    pub fn of(&self, name: &str) -> Option<Spread> {
        self.traits.iter().find(|(n, _)| *n == name).map(|(_, spread)| *spread)
    }
}

/// Four decimals are more than any link knows, and what is written reads back as what is coded.
pub(super) fn rounded(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + math::exp_scalar(-x))
}

/// Codes a state.
///
/// ```
/// use suasion::evidence::panel::{Coefficients, How, Known, code};
/// let known = [0.0, 0.6, 0.8, 0.1, 0.01, 9e6, 2.0].map(|value| Known { value, how: How::Given });
/// let coded = code(&Coefficients { spread: 0.1, ..Coefficients::default() }, &known);
/// assert_eq!(coded.of("openness"), Some((0.7, 0.1)));
/// assert_eq!(coded.of("sanction_sensitivity"), Some((0.25, 0.1)));
/// assert_eq!(coded.of("capacity").unwrap().0, 0.5498); // logistic(0.2)
/// ```
pub fn code(c: &Coefficients<f64>, known: &[Known; 7]) -> Coded {
    let of = |covariate: Covariate| known[covariate as usize];
    let widest = |from: &[Covariate]| {
        from.iter().map(|covariate| of(*covariate).how.widening()).fold(1.0, f64::max) * c.spread
    };
    let capacity = logistic(c.capacity_base + c.capacity_effectiveness * of(Effectiveness).value);
    let openness =
        c.openness_democracy * of(Democracy).value + (1.0 - c.openness_democracy) * of(Society).value;
    let exposure =
        c.sensitivity_base + c.sensitivity_trade * of(Trade).value + c.sensitivity_aid * of(Aid).value;
    let motivation = c.motivation_base
        + c.motivation_openness * (openness - 0.5)
        + c.motivation_capacity * (capacity - 0.5);
    let framing = logistic(c.framing_base + c.framing_openness * (openness - 0.5));
    let standing = c.standing_base + c.standing_openness * (openness - 0.5);
    let attention = c.attention_base + c.attention_organizations * of(Organizations).value / 10.0;
    let arms = math::ln_scalar(1.0 + of(Arms).value / 1e6) / std::f64::consts::LN_10;
    let strategic = c.strategic_base + c.strategic_arms * arms;
    let open = [Democracy, Society];
    let both = [Effectiveness, Democracy, Society];
    let share = |x: f64| x.clamp(0.0, 1.0);
    let phase = c.phase_base + c.phase_openness * openness + c.phase_capacity * capacity;
    let traits = [
        ("intrinsic_motivation", (logistic(motivation), widest(&both))),
        ("security_framing", (framing, widest(&open))),
        ("sanction_sensitivity", (share(exposure), widest(&[Trade, Aid]))),
        ("reputation_concern", (c.reputation, c.spread)),
        ("control_aversion", (share(c.aversion), c.spread)),
        ("capacity", (capacity.max(0.05), widest(&[Effectiveness]))),
        ("openness", (share(openness), widest(&open))),
        ("attention", (share(attention), widest(&[Organizations]))),
        ("strategic_value", (share(strategic), widest(&[Arms]))),
        ("sender_standing", (share(standing), widest(&open))),
    ];
    Coded {
        traits: traits.map(|(name, (mean, sd))| (name, (rounded(mean), rounded(sd)))),
        phase: phase.clamp(0.0, 3.0) as u8,
    }
}
