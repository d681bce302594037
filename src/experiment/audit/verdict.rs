//! What is claimed of a number, whether it is so, and what follows from where it is so and where it is not. It runs nothing.

use crate::estimate::{Estimate, Interval};
use serde::Deserialize;
use std::fmt;

/// A number smaller than this, on either side of 0, is nothing (`sign = "0"`), in whatever unit.
pub const NIL: f64 = 0.005;
/// Share of the draws of a prior in which a claim must be true to be so by construction.
pub const CONSTRUCTION: f64 = 0.95;
/// Chance of the wrong sign over a posterior that is too great for a claim to be supported.
pub const TOO_GREAT: f64 = 0.05;

/// The sign that is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Sign {
    /// Above 0.
    #[serde(rename = "+")]
    Above,
    /// Below 0.
    #[serde(rename = "-")]
    Below,
    /// Nearer to 0 than [`NIL`].
    #[serde(rename = "0")]
    Nil,
}

/// What is claimed of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Claimed {
    /// Its sign.
    Sign(Sign),
    /// That it lies between two ends, these included.
    Range(Interval),
}

impl Claimed {
    /// Whether it is so of a number.
    ///
    /// ```
    /// use suasion::{estimate::Interval, experiment::audit::{Claimed, Sign}};
    /// assert!(Claimed::Sign(Sign::Above).holds(0.01) && !Claimed::Sign(Sign::Above).holds(0.0));
    /// assert!(Claimed::Sign(Sign::Nil).holds(-0.004) && !Claimed::Sign(Sign::Nil).holds(0.005));
    /// assert!(Claimed::Range(Interval { low: 0.1, high: 0.2 }).holds(0.2));
    /// ```
    pub fn holds(self, x: f64) -> bool {
        match self {
            Claimed::Sign(Sign::Above) => x > 0.0,
            Claimed::Sign(Sign::Below) => x < 0.0,
            Claimed::Sign(Sign::Nil) => x.abs() < NIL,
            Claimed::Range(range) => range.holds(x),
        }
    }

    /// Whether it is so of all numbers that an estimate leaves open: both ends of its interval. One without an interval leaves everything open.
    pub fn holds_throughout(self, estimate: &Estimate) -> bool {
        estimate.interval.is_some_and(|interval| self.holds(interval.low) && self.holds(interval.high))
    }

    /// Whether a number has the wrong sign. With `by_sign`, as of a difference, a range has the sign of its ends; without it, as of a level, whose sign says
    /// nothing, and of a range with 0 inside, whatever lies outside is wrong.
    ///
    /// ```
    /// use suasion::{estimate::Interval, experiment::audit::Claimed};
    /// let range = Claimed::Range(Interval { low: 0.1, high: 0.2 });
    /// assert!(!range.is_wrong(0.5, true) && range.is_wrong(-0.1, true) && range.is_wrong(0.5, false));
    /// ```
    pub fn is_wrong(self, x: f64, by_sign: bool) -> bool {
        let sign = match self {
            Claimed::Range(range) if by_sign && range.low >= 0.0 => Claimed::Sign(Sign::Above),
            Claimed::Range(range) if by_sign && range.high <= 0.0 => Claimed::Sign(Sign::Below),
            other => other,
        };
        !sign.holds(x)
    }
}

impl fmt::Display for Claimed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Claimed::Sign(Sign::Above) => f.write_str("+"),
            Claimed::Sign(Sign::Below) => f.write_str("-"),
            Claimed::Sign(Sign::Nil) => f.write_str("0"),
            Claimed::Range(Interval { low, high }) => write!(f, "[{low}, {high}]"),
        }
    }
}

/// What comes of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Verdict {
    /// True at the defaults, and in so many draws of the prior ([`CONSTRUCTION`]) that no record was needed for it.
    #[serde(rename = "by construction")]
    ByConstruction,
    /// True wherever it was tried.
    #[serde(rename = "supported")]
    Supported,
    /// True at the defaults, and not wherever it was tried.
    #[serde(rename = "fragile")]
    Fragile,
    /// Not true at the defaults.
    #[serde(rename = "unsupported")]
    Unsupported,
}

impl Verdict {
    /// Whether a claim of this verdict may be made.
    pub fn stands(self) -> bool {
        matches!(self, Verdict::ByConstruction | Verdict::Supported)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::ByConstruction => "by construction",
            Verdict::Supported => "supported",
            Verdict::Fragile => "fragile",
            Verdict::Unsupported => "unsupported",
        })
    }
}

/// In how many of some draws of parameters a claim is true, and in how many its sign is wrong: shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// Share of the draws in which it is true.
    pub holds: f64,
    /// Share of the draws in which its sign is the wrong one.
    pub wrong: f64,
}

/// An estimate in free runs and in the history, where the claim is about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// In free runs.
    pub free: Option<Estimate>,
    /// In the history.
    pub history: Option<Estimate>,
}

impl Found {
    fn worlds(&self) -> impl Iterator<Item = (&'static str, &Estimate)> {
        let both = [("free runs", self.free.as_ref()), ("the history", self.history.as_ref())];
        both.into_iter().filter_map(|(name, estimate)| Some((name, estimate?)))
    }

    /// The mean of each world that the claim is about, by the world's name.
    pub(super) fn means(&self) -> impl Iterator<Item = (&'static str, f64)> {
        self.worlds().map(|(name, estimate)| (name, estimate.mean))
    }

    /// Where something is not so, of where the claim is about.
    fn failing(&self, is_so: impl Fn(&Estimate) -> bool) -> Vec<&'static str> {
        self.worlds().filter(|(_, estimate)| !is_so(estimate)).map(|(name, _)| name).collect()
    }
}

/// What is known of a claim.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// What is claimed.
    pub claimed: Claimed,
    /// At the defaults.
    pub defaults: Found,
    /// With something else than the defaults, by name.
    pub beside: Vec<(&'a str, Found)>,
    /// Over draws of the prior in which the claim was tried where it is about; none where there are no such draws.
    pub prior: Option<Chance>,
    /// Over draws of the posterior, free; none where there is no posterior.
    pub posterior: Option<Chance>,
}

impl Known<'_> {
    /// The verdict, and what a fragile claim is fragile to.
    ///
    /// 1. Not true at the defaults anywhere that it is about: *unsupported*.
    /// 2. Not true at the defaults in one of two worlds that it is about: *fragile*, to that world.
    /// 3. True in at least 95 % of the draws of the prior: *by construction*.
    /// 4. Whatever remains: *fragile* to luck, where the interval of the mean reaches to where it would not be true; to each other setting in which
    ///    the mean is not as claimed; to the posterior, where the chance of the wrong sign is at least 5 %. *Supported* where it is fragile to nothing.
    pub fn verdict(&self) -> (Verdict, Vec<String>) {
        let of_mean = |found: &Found| found.failing(|estimate| self.claimed.holds(estimate.mean));
        let asked = self.defaults.worlds().count();
        let failing = of_mean(&self.defaults);
        if failing.len() == asked {
            return (Verdict::Unsupported, Vec::new());
        }
        let mut to: Vec<String> = failing.iter().map(|world| (*world).to_string()).collect();
        if to.is_empty() && self.prior.is_some_and(|prior| prior.holds >= CONSTRUCTION) {
            return (Verdict::ByConstruction, to);
        }
        let mut add = |name: &str, failing: &[&str]| match failing {
            [] => {}
            all if all.len() == asked => to.push(name.into()),
            some => to.push(format!("{name} ({})", some.join(", "))),
        };
        if failing.is_empty() {
            add("luck", &self.defaults.failing(|estimate| self.claimed.holds_throughout(estimate)));
        }
        for (name, found) in &self.beside {
            // What fails at the defaults is told already.
            let others: Vec<&str> =
                of_mean(found).into_iter().filter(|world| !failing.contains(world)).collect();
            add(name, &others);
        }
        if self.posterior.is_some_and(|posterior| posterior.wrong >= TOO_GREAT) {
            to.push("posterior".into());
        }
        (if to.is_empty() { Verdict::Supported } else { Verdict::Fragile }, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(mean: f64) -> Estimate {
        let interval = Some(Interval { low: mean - 0.01, high: mean + 0.01 });
        Estimate { n: 100, mean, sd: Some(0.05), interval, min: mean, max: mean }
    }

    fn known(free: f64, history: Option<f64>) -> Known<'static> {
        let defaults = Found { free: Some(at(free)), history: history.map(at) };
        Known {
            claimed: Claimed::Sign(Sign::Above),
            defaults,
            beside: Vec::new(),
            prior: None,
            posterior: None,
        }
    }

    fn told(known: &Known) -> String {
        let (verdict, to) = known.verdict();
        if to.is_empty() { verdict.to_string() } else { format!("{verdict}: {}", to.join(", ")) }
    }

    #[test]
    fn a_verdict_follows_from_where_a_claim_is_true() {
        assert_eq!(told(&known(0.1, Some(0.3))), "supported");
        assert_eq!(told(&known(-0.1, Some(-0.3))), "unsupported");
        assert_eq!(told(&known(0.1, Some(-0.3))), "fragile: the history");
        assert_eq!(told(&known(-0.1, Some(0.3))), "fragile: free runs");
        // The interval of the mean reaches below 0.
        assert_eq!(told(&known(0.009, None)), "fragile: luck");
        assert_eq!(told(&known(0.009, Some(0.2))), "fragile: luck (free runs)");
        let found = |free, history| Found { free: Some(at(free)), history: Some(at(history)) };
        let beside =
            vec![("null", found(-0.1, 0.2)), ("8 steps", found(-0.1, -0.2)), ("seed 3", found(0.1, 0.2))];
        let chance = |wrong| Some(Chance { holds: 1.0 - wrong, wrong });
        let mut all = Known { beside, posterior: chance(0.049), ..known(0.1, Some(0.3)) };
        assert_eq!(told(&all), "fragile: null (free runs), 8 steps");
        all.posterior = chance(0.05);
        assert_eq!(told(&all), "fragile: null (free runs), 8 steps, posterior");
        all.prior = chance(0.06);
        assert!(told(&all).starts_with("fragile"));
        all.prior = chance(0.05);
        assert_eq!(told(&all), "by construction");
        // What is not true is not so by construction either.
        assert_eq!(told(&Known { prior: chance(0.0), ..known(-0.1, None) }), "unsupported");
        assert_eq!(told(&Known { prior: chance(0.0), ..known(0.1, Some(-0.2)) }), "fragile: the history");
    }

    #[test]
    fn a_range_is_true_within_its_ends_and_wrong_beyond_0() {
        let range = Claimed::Range(Interval { low: -0.49, high: -0.42 });
        assert!(range.holds(-0.457) && !range.holds(-0.5));
        assert!(!range.is_wrong(-0.9, true) && range.is_wrong(0.0, true) && range.is_wrong(-0.9, false));
        let about = Claimed::Range(Interval { low: -0.05, high: 0.05 });
        assert!(about.is_wrong(0.06, true) && !about.is_wrong(-0.05, true));
        assert!(range.holds_throughout(&at(-0.45)) && !range.holds_throughout(&at(-0.425)));
        assert!(!range.holds_throughout(&Estimate { interval: None, ..at(-0.45) }));
        assert_eq!([range, Claimed::Sign(Sign::Below)].map(|c| c.to_string()), ["[-0.49, -0.42]", "-"]);
    }
}
