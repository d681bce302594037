//! Step 2, press: shame and inducement from outside, the frame they put on compliance, and what peers ask.

use crate::assess::{Rated, by_tier};
use crate::parameters::Parameters;
use crate::state::relax;
use crate::world::RatingFields;
use suasion_lanes::lane::Lane;

/// What the rating regimes make a state feel; constant between reports and events.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Felt {
    /// Shame and inducement together: the level that pressure moves to.
    pub push: Lane,
    /// F in [0, 1): how far compliance is framed as something bought.
    pub frame: Lane,
    /// How controlling it is, as it is resented: the level that reactance moves to.
    pub resented: Lane,
    /// F (2 l - 1): what it says of the norm; positive from a sender in good standing.
    pub signal: Lane,
}

impl Felt {
    /// Nothing pressed.
    pub const NOTHING: Felt =
        Felt { push: Lane::ZERO, frame: Lane::ZERO, resented: Lane::ZERO, signal: Lane::ZERO };
}

/// What one of several rating regimes makes a state feel: pressure belongs to whoever presses.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Pressed {
    /// s: pressure of this regime felt, a stock.
    pub pressure: Lane,
    /// Shame and inducement of this regime: the level that its pressure moves to.
    pub push: Lane,
}

impl Pressed {
    /// Nothing pressed.
    pub const NOTHING: Pressed = Pressed { pressure: Lane::ZERO, push: Lane::ZERO };
}

/// Moves each regime's pressure towards its push, and gives their sum: `s_g' = relax(s_g, push_g)`, `s = sum of s_g'`.
///
/// `share` is the share of the way gone in a step ([`crate::state::relaxation`]); `told` is what mechanisms of the scenario's own make of the push of a
/// regime, by its number.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::press::{Pressed, felt_in_all};
/// let [half, one, zero] = [0.5, 1.0, 0.0].map(Lane::splat);
/// let mut pressed = [Pressed { pressure: zero, push: one }, Pressed { pressure: one, push: zero }];
/// assert_eq!(felt_in_all(&mut pressed, half, |_, push| push), one);
/// assert_eq!((pressed[0].pressure, pressed[1].pressure), (half, half));
/// ```
#[inline(always)]
pub fn felt_in_all(pressed: &mut [Pressed], share: Lane, told: impl Fn(usize, Lane) -> Lane) -> Lane {
    let mut sum = Lane::ZERO;
    for (g, one) in pressed.iter_mut().enumerate() {
        one.pressure = relax(one.pressure, told(g, one.push), share);
        sum += one.pressure;
    }
    sum
}

/// Shame from one regime: `rho shame[tier] standing`. It acts even when no sanction follows (Kelley & Simmons 2015).
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::press::shame;
/// assert_eq!(shame(Lane::ONE, Lane::splat(1.28), Lane::splat(0.5)).0[0], 0.64);
/// ```
#[inline(always)]
pub fn shame(rho: Lane, shame_of_tier: Lane, standing: Lane) -> Lane {
    rho * shame_of_tier * standing
}

/// Shame from all of some regimes.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{assess::Rated, press::shamed, world::RatingFields};
/// let mut fields = RatingFields::from_fn(|_| Lane::ZERO);
/// fields.shame[1] = Lane::splat(1.28);
/// let zero = Lane::ZERO;
/// let nobody = Rated { tier: zero, standing: zero, sender_standing: zero, strategic_value: zero, view: zero, merit: zero, score: zero, watched: zero };
/// let rated = Rated { tier: Lane::splat(2.0), standing: Lane::splat(0.5), ..nobody };
/// assert_eq!(shamed(&[fields, fields], &[rated, nobody], Lane::ONE).0[0], 0.64);
/// ```
#[inline(always)]
pub fn shamed(fields: &[RatingFields<Lane>], rated: &[Rated], rho: Lane) -> Lane {
    let mut sum = Lane::ZERO;
    for (fields, rated) in fields.iter().zip(rated) {
        sum += shame(rho, by_tier(rated.tier, &fields.shame), rated.standing);
    }
    sum
}

/// Material inducement from one regime: `sigma severity threat[tier] (1 - waiver chi)` (TVPA s. 110).
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::press::inducement;
/// let [sigma, severity, threat, waiver, chi] = [0.5, 1.2, 0.6, 0.69, 1.0].map(Lane::splat);
/// assert!((inducement(sigma, severity, threat, waiver, chi).0[0] - 0.1116).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn inducement(sigma: Lane, severity: Lane, threat_of_tier: Lane, waiver: Lane, chi: Lane) -> Lane {
    sigma * severity * threat_of_tier * (1.0 - waiver * chi)
}

/// Material inducement from what one regime holds out as a reward (aid, markets, membership): `sigma prize reward[tier]`.
///
/// `prize` is its size as far as it is believed (of size and credibility only the product would matter), `reward` how near it is in a
/// grade (Schimmelfennig & Sedelmeier 2004). It shames nobody, and nobody waives it.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::press::reward;
/// let [sigma, prize, near] = [0.5, 2.0, 0.75].map(Lane::splat);
/// assert_eq!(reward(sigma, prize, near).0[0], 0.75);
/// ```
#[inline(always)]
pub fn reward(sigma: Lane, prize: Lane, reward_of_tier: Lane) -> Lane {
    sigma * prize * reward_of_tier
}

/// Material inducement from sanctions that one regime has imposed: `sigma size`. They are felt whether they were threatened or not, and nobody waives them.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::press::sanctioned;
/// assert_eq!(sanctioned(Lane::splat(0.5), 1.5).0[0], 0.75);
/// ```
#[inline(always)]
pub fn sanctioned(sigma: Lane, size: f64) -> Lane {
    sigma * size
}

/// Saturating effect `x / (x + half)`: inducement to its frame F; pressure, whose unit is its half effect, to X = s / (s + 1).
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::press::saturate;
/// assert_eq!(saturate(Lane::splat(0.06), Lane::splat(0.04)).0[0], 0.6);
/// ```
#[inline(always)]
pub fn saturate(x: Lane, half: Lane) -> Lane {
    x / (x + half)
}

/// What all rating regimes together make a state feel.
///
/// `push = shame + M`, M of threats and rewards, `F = M / (M + inducement_half)`, `l` the M-weighted mean of standing, `signal = F (2 l - 1)`.
/// `resented = alpha min(F (1 - l) - free + shame_control S (1 - ls), 1)` with `S = shame / (shame + 1)` and `ls` the
/// shame-weighted mean of standing: shame can be resented too, and more from a sender that is not respected (Snyder 2020,
/// Terman 2023). Of a reward the share `reward_control` is felt as control: `free = sum of (1 - reward_control) R (1 - l) / (M + inducement_half)` over
/// the regimes' rewards R, so that at 1 a reward is felt as a threat of the same size is. The frame switches with small inducements already: categorical crowding (Frey & Jegen 2001).
/// `sigma`, `rho` and `alpha` are the state's sanction sensitivity, reputation concern and control aversion. Where there are
/// several regimes, `pressed` takes what each of them pushes; else it is empty. `imposed` is the size of the sanctions that a regime, by index, has imposed.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{assess::Rated, parameters::Parameters, press::{self, felt}};
/// use suasion::model::world::{RatingFields, by_grade};
/// let (shame, threat) = (by_grade(&[0.0, 0.1, 4.0, 4.0]), by_grade(&[0.0, 0.0, 0.6, 1.0]));
/// let given = RatingFields { shame, severity: 1.2, threat, ..RatingFields::default() };
/// let fields = [RatingFields::from_fn(|i| Lane::splat(given.values()[i]))];
/// let [tier, l, zero] = [4.0, 0.25, 0.0].map(Lane::splat);
/// let rated = [Rated { tier, standing: l, sender_standing: l, strategic_value: zero, view: zero, merit: zero, score: zero, watched: zero }];
/// let numbers = Parameters { inducement_half: 0.04, shame_control: 0.0, ..Parameters::default() };
/// let lanes = |given: Parameters<f64>| Parameters::from_fn(|i| Lane::splat(given.values()[i]));
/// let of = |given| felt(&fields, &rated, Lane::splat(0.05), Lane::ONE, Lane::splat(0.5), &lanes(given), |_| 0.0, &mut []);
/// let felt = of(numbers);
/// assert!((felt.frame.0[0] - 0.6).abs() < 1e-15 && (felt.resented.0[0] - 0.225).abs() < 1e-15);
/// assert!((felt.signal.0[0] + 0.3).abs() < 1e-15 && (felt.push.0[0] - 1.06).abs() < 1e-15);
/// // Shame is 1, S one half: half of (.45 + .2 .5 .75).
/// assert!((of(Parameters { shame_control: 0.2, ..numbers }).resented.0[0] - 0.2625).abs() < 1e-15);
/// // The same as a reward, of which a third is felt as control: framed as much, resented a third as much.
/// let rewards = RatingFields { threat: by_grade(&[]), prize: 1.2, reward: threat, reward_control: 1.0 / 3.0, ..given };
/// let fields = [RatingFields::from_fn(|i| Lane::splat(rewards.values()[i]))];
/// let felt = press::felt(&fields, &rated, Lane::splat(0.05), Lane::ONE, Lane::splat(0.5), &lanes(numbers), |_| 0.0, &mut []);
/// assert!((felt.frame.0[0] - 0.6).abs() < 1e-15 && (felt.resented.0[0] - 0.075).abs() < 1e-15);
/// ```
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "what a state is, and what presses on it")]
pub fn felt(
    fields: &[RatingFields<Lane>],
    rated: &[Rated],
    sigma: Lane,
    rho: Lane,
    alpha: Lane,
    p: &Parameters<Lane>,
    imposed: impl Fn(usize) -> f64,
    pressed: &mut [Pressed],
) -> Felt {
    let (mut shamed, mut shamed_weighted) = (Lane::ZERO, Lane::ZERO);
    let (mut induced, mut weighted) = (Lane::ZERO, Lane::ZERO);
    let mut free = Lane::ZERO;
    for (g, (fields, rated)) in fields.iter().zip(rated).enumerate() {
        let shame = shame(rho, by_tier(rated.tier, &fields.shame), rated.standing);
        shamed += shame;
        shamed_weighted += shame * rated.standing;
        let threat = by_tier(rated.tier, &fields.threat);
        let reward = reward(sigma, fields.prize, by_tier(rated.tier, &fields.reward));
        free += (1.0 - fields.reward_control) * reward * (1.0 - rated.standing);
        let m = inducement(sigma, fields.severity, threat, fields.waiver, rated.strategic_value);
        let m = m + reward + sanctioned(sigma, imposed(g));
        induced += m;
        weighted += m * rated.standing;
        if let Some(pressed) = pressed.get_mut(g) {
            pressed.push = shame + m;
        }
    }
    let frame = saturate(induced, p.inducement_half);
    // F l = M / (M + half) * (weighted / M): the division by M, which may be 0, cancels. So it does in S (1 - ls).
    let framed_standing = weighted / (induced + p.inducement_half);
    let by_shame = (shamed - shamed_weighted) / (shamed + 1.0);
    let by_inducement = frame - framed_standing - free / (induced + p.inducement_half);
    let control = (by_inducement + p.shame_control * by_shame).min(Lane::ONE);
    Felt { push: shamed + induced, frame, resented: alpha * control, signal: 2.0 * framed_standing - frame }
}

/// What pressure pushes a state to: `X (1 - defiance u)`. Resentment blunts it; above `defiance` 1 it can be negative, a backlash
/// (Terman 2023; Snyder 2020).
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::press::pushed;
/// let [x, defiance, u] = [0.8, 1.5, 0.5].map(Lane::splat);
/// assert!((pushed(x, defiance, u).0[0] - 0.2).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn pushed(x: Lane, defiance: Lane, u: Lane) -> Lane {
    x * (1.0 - defiance * u)
}

/// Acculturation A: the shortfall of a state's public commitment against its engaged peers, `eng max(peers(public) - public, 0)`.
///
/// Pressure to conform without belief: it acts on commitment and rhetoric, never on motivation (Goodman & Jinks 2013).
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::press::acculturation;
/// let [engagement, peers, own] = [0.5, 0.75, 0.25].map(Lane::splat);
/// assert_eq!(acculturation(engagement, peers, own).0[0], 0.25);
/// ```
#[inline(always)]
pub fn acculturation(engagement: Lane, peers_public: Lane, public: Lane) -> Lane {
    engagement * (peers_public - public).max(Lane::ZERO)
}
