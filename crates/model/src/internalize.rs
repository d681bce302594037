//! Step 6, internalize: dm/dt is a sum of named terms, and the ledger keeps each.
//!
//! Crowding terms are proportional to m: where there is nothing to crowd out, coercion cannot crowd it out
//! (Renshaw 2016, V).

use crate::ledger::TERMS;
use crate::parameters::Parameters;
use crate::press::Felt;
use crate::region::{Argued, pull};
use crate::state::Variables;
use suasion_lanes::lane::Lane;

/// What a state meets in a step besides its own variables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Influences {
    /// How much its peers are heard, in [0, 1].
    pub heard: Lane,
    /// Mean motivation of its peers, by voice.
    pub heard_motivation: Lane,
    /// Strength of the convention regimes' arguments, in [0, 1].
    pub argument: Lane,
    /// That of the standards that are a rating regime's own.
    pub sender_argument: Lane,
    /// Protection as a share of capacity, p / max(kappa, 0.05).
    pub practice: Lane,
    /// What its region argues.
    pub region: Argued,
    /// `openness_to_argument[k]`.
    pub openness: Lane,
    /// `o_r`: openness to the region, `openness_region[k] (1 - spill_region u)`.
    pub ears: Lane,
    /// m*: where motivation returns to.
    pub autochthonous: Lane,
    /// A standard normal draw.
    pub normal: Lane,
}

/// Changes of motivation in a step by term (in the order of [`crate::ledger::TERM_NAMES`], clamp last), and motivation after it.
///
/// With `o_x = openness_to_argument[k] (1 - spill_x u)`: persuasion `o_region heard pull(heard motivation - m)`, argumentation
/// `strength o_x (1 - m)` of whichever comes through more, conventions or the senders' own standards, regional argument
/// `o_r g (1 - m)`, domestic voice `d (1 - agenda_narrowing a) (1 - m)`,
/// habituation `p / kappa (1 - a) (1 - m)` (what a state can come to mean does not hang on what it can do), signalling `signal m (1 - m)`, overjustification `-a F m`, self-determination `-u m`
/// (of both, a coefficient below 0 crowds in, and that only as far as there is room: then `m (1 - m)` stands for m), drift `-(m - m*)`, each times its parameter and dt; `own` is what mechanisms of the scenario's own add in the step; shock `volatility sqrt(m (1 - m)) N sqrt(dt)`.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{internalize::{Influences, change}, parameters::Parameters, press::Felt, state::Variables};
/// let p = Parameters::from_fn(|i| Lane::splat(Parameters::<f64>::default().values()[i]));
/// let [m0, zero, half] = [0.4, 0.0, 0.5].map(Lane::splat);
/// let v = Variables::start(m0, zero, zero, zero, zero, zero);
/// let felt = Felt { push: zero, frame: half, resented: half, signal: -half };
/// let region = suasion::model::region::Argued { strength: half, framing: zero, framed: zero };
/// let meets = Influences { heard: Lane::ONE, heard_motivation: Lane::splat(0.9), argument: Lane::ONE, sender_argument: zero, practice: zero, region, openness: half, ears: half, autochthonous: m0, normal: zero };
/// let (terms, m) = change(&p, &v, &felt, &meets, zero, 0.25, 0.5);
/// assert!((terms[0].0[0] - 0.15 * 0.5 * 0.5 * 0.25).abs() < 1e-15);      // persuasion
/// assert!((terms[2].0[0] - 0.15 * 0.5 * 0.5 * 0.6 * 0.25).abs() < 1e-15); // regional argument
/// assert!((terms[5].0[0] + 0.12 * 0.5 * 0.24 * 0.25).abs() < 1e-15);     // signalling, from a sender in bad standing
/// assert_eq!(terms[6].0[0], 0.0);                                        // overjustification, before any attribution
/// assert!((m.0[0] - 0.4 - terms.iter().map(|t| t.0[0]).sum::<f64>()).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn change(
    p: &Parameters<Lane>,
    v: &Variables,
    felt: &Felt,
    meets: &Influences,
    own: Lane,
    dt: f64,
    sqrt_dt: f64,
) -> ([Lane; TERMS], Lane) {
    let (m, a, u) = (v.motivation, v.attribution, v.reactance);
    let room = 1.0 - m;
    let spread = m * room;
    let open = |spill: Lane| meets.openness * (1.0 - spill * u);
    let convention = p.argumentation * meets.argument * open(p.spill_convention);
    let sender = p.argumentation * meets.sender_argument * open(p.spill_sender);
    let at_stake = |coefficient: Lane| coefficient.lt(Lane::ZERO).select(spread, m);
    let mut terms = [
        p.persuasion
            * open(p.spill_region)
            * meets.heard
            * pull(meets.heard_motivation - m, p.pull_down)
            * dt,
        convention.max(sender) * room * dt,
        p.regional_argument * meets.ears * meets.region.strength * room * dt,
        p.domestic_voice * v.mobilization * (1.0 - p.agenda_narrowing * a) * room * dt,
        p.habituation * meets.practice * (1.0 - a) * room * dt,
        p.signalling * felt.signal * spread * dt,
        -(p.overjustification * a * felt.frame * at_stake(p.overjustification) * dt),
        -(p.self_determination * u * at_stake(p.self_determination) * dt),
        p.drift * (meets.autochthonous - m) * dt,
        p.volatility * spread.sqrt() * meets.normal * sqrt_dt,
        Lane::ZERO,
    ];
    let mut sum = terms[0];
    for term in &terms[1..TERMS - 1] {
        sum += *term;
    }
    let moved = m + (sum + own);
    let after = moved.clamp(0.0, 1.0);
    terms[TERMS - 1] = after - moved;
    (terms, after)
}
