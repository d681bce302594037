//! The traits of a state: fixed or dated properties, each a number or a distribution drawn once per replicate.
//!
//! The two traits that a state has per rating regime (`strategic_value`, `sender_standing`) and the initial phase
//! are declared beside the table, because their shape differs. This file draws nothing: quantiles are in `distribution.rs`.

use crate::table::{Bound, Entry, table};

table! {
    /// The traits that every state has, as distributions, numbers or one lane each.
    pub struct Traits, TRAITS, source "judgement or coding from covariates, by the scenario";
    numbers {
        intrinsic_motivation = 0.3, 0.0 to 1.0, Share, "-", "motivation at the start (m0)";
        autochthonous_motivation = 0.3, 0.0 to 1.0, Share, "-", "level to which motivation returns without outside influence (m*); the drawn intrinsic motivation unless given";
        security_framing = 0.5, 0.0 to 1.0, Share, "-", "share of motivation that goes to crime control rather than to the rights of those whom the norm protects (f)";
        sanction_sensitivity = 0.0, 0.0 to 1.0, Strength, "-", "exposure to the sender's aid and trade (sigma)";
        reputation_concern = 1.0, 0.0 to 2.0, Strength, "-", "how much a bad grade hurts by itself (rho)";
        control_aversion = 0.5, 0.0 to 1.0, Share, "-", "how much being controlled is resented (alpha)";
        capacity = 0.6, 0.05 to 1.0, PositiveShare, "-", "what the state can do at most (kappa)";
        openness = 0.5, 0.0 to 1.0, Share, "-", "civil-society space and democracy (delta)";
        attention = 0.0, 0.0 to 1.0, Share, "-", "transnational advocacy's attention to the state, the boomerang's outer arm";
    }
    lists {}
}

table! {
    /// Values that variables of a state start from where a scenario begins amid history, instead of those that the start computes.
    /// None has a default: what is not given is computed.
    pub struct Starts, STARTS, source "the end of another run, or judgement, by the scenario";
    numbers {
        initial_motivation = 0.3, 0.0 to 1.0, Share, "-", "motivation at the start (m), where it is no longer the intrinsic one";
        initial_enforcement = 0.0, 0.0 to 1.0, Share, "-", "enforcement at the start (e); at most the capacity";
        initial_protection = 0.0, 0.0 to 1.0, Share, "-", "protection at the start (p); at most the capacity";
        initial_rhetoric = 0.0, 0.0 to 1.0, Share, "-", "rhetoric at the start (r)";
        initial_mobilization = 0.0, 0.0 to 1.0, Share, "-", "mobilization at the start (d)";
        initial_attribution = 0.0, 0.0 to 1.0, Share, "-", "attribution at the start (a)";
        initial_reactance = 0.0, 0.0 to 1.0, Share, "-", "reactance at the start (u)";
        initial_pressure = 0.0, 0.0 to 3.0, Strength, "-", "outside pressure felt at the start (s)";
    }
    lists {}
}

/// Position of `intrinsic_motivation` in the table.
pub const INTRINSIC_MOTIVATION: usize = 0;
/// Position of `autochthonous_motivation` in the table.
pub const AUTOCHTHONOUS_MOTIVATION: usize = 1;
/// Position of `security_framing` in the table.
pub const SECURITY_FRAMING: usize = 2;
/// Position of `openness` in the table.
pub const OPENNESS: usize = 7;

const REGIME_SOURCE: &str = "judgement, by the scenario";

/// `strategic_value`: a trait per rating regime.
pub const STRATEGIC_VALUE: Entry = Entry {
    name: "strategic_value",
    element: None,
    default: 0.0,
    low: 0.0,
    high: 1.0,
    bound: Bound::Share,
    unit: "-",
    meaning: "value of the state to the sender of a rating regime (chi), usually dated",
    source: REGIME_SOURCE,
};

/// `sender_standing`: a trait per rating regime.
pub const SENDER_STANDING: Entry = Entry {
    name: "sender_standing",
    element: None,
    default: 0.5,
    low: 0.0,
    high: 1.0,
    bound: Bound::Share,
    unit: "-",
    meaning: "legitimacy of the sender of a rating regime in the state's eyes (l0)",
    source: REGIME_SOURCE,
};

/// The phases of the spiral model, in order; a scenario names the initial phase by one of these or by its number.
pub const PHASES: [&str; 5] =
    ["repression", "denial", "tactical concessions", "prescriptive status", "rule-consistent behaviour"];

/// Phase at the start where a scenario says nothing: denial.
pub const DEFAULT_PHASE: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_table() {
        let places = [
            (INTRINSIC_MOTIVATION, "intrinsic_motivation"),
            (AUTOCHTHONOUS_MOTIVATION, "autochthonous_motivation"),
            (SECURITY_FRAMING, "security_framing"),
            (OPENNESS, "openness"),
        ];
        for (place, name) in places {
            assert_eq!(TRAITS[place].name, name);
        }
    }
}
