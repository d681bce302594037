//! The table of patterns and of their statistics, with the published targets and tolerances.

use std::borrow::Cow;

/// A row of the evidence: met when every statistic of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Number (`1a`), or the id that a scenario gives it.
    pub id: Cow<'static, str>,
    /// What it says.
    pub title: Cow<'static, str>,
    /// Where the published target comes from.
    pub source: Cow<'static, str>,
}

const fn pattern(id: &'static str, title: &'static str, source: &'static str) -> Pattern {
    Pattern { id: Cow::Borrowed(id), title: Cow::Borrowed(title), source: Cow::Borrowed(source) }
}

const KELLEY: &str = "Kelley & Simmons 2015, TIP tiers and criminalization";
const CHO: &str = "Cho, Dreher & Neumayer 2014 and TIP tiers";

const TIERS: &str = "US Department of State, Trafficking in Persons Reports 2004-2012";

/// The patterns of the catalogue.
pub static PATTERNS: [Pattern; 14] = [
    pattern("1a", "share of states with full criminalization", KELLEY),
    pattern("1b", "share of states party to the convention", "UN Treaty Collection XVIII-12-a"),
    pattern("2", "yearly probability to criminalize, by last tier", KELLEY),
    pattern("3", "share criminalized after a first demotion to 2WL or 3", KELLEY),
    pattern("4", "fingerprint of a demotion: prosecution rises, protection does not", CHO),
    pattern("5a", "decoupling: party, criminalized, tier 1", KELLEY),
    pattern("5b", "law without protection, share of criminalized country-years", CHO),
    pattern("6", "yearly transitions between tiers", KELLEY),
    pattern("7", "sanctions imposed, share of tier-3 country-years", KELLEY),
    pattern("8", "hazard ratio of criminalization, share of the region 0 to 1", KELLEY),
    pattern(
        "9",
        "a small inducement lowers effort, a large one raises it, lost motivation stays lost",
        "Gneezy & Rustichini 2000; Frey & Oberholzer-Gee 1997",
    ),
    pattern("10", "after relief practice neither falls nor rises", CHO),
    pattern("11", "shares of the tiers among graded country-years from 2004 on", TIERS),
    pattern("12", "correlation of tiers (0 to 3) some years apart, from 2004 on", TIERS),
];

/// How a statistic is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// A share in [0, 1], or a correlation.
    Share,
    /// A difference of scores from 1 to 5.
    Score,
    /// A natural logarithm of a ratio, told as the ratio.
    LogRatio,
}

/// A number that a pattern is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistic {
    /// Name, as in outputs.
    pub name: Cow<'static, str>,
    /// The pattern's id.
    pub pattern: Cow<'static, str>,
    /// In words, within its pattern.
    pub label: Cow<'static, str>,
    /// How it is told.
    pub scale: Scale,
    /// Published value, for about 180 states in 2000-2012; of a scenario's own, the one that it gives, and NaN where it gives none.
    pub target: f64,
    /// How far below the target still meets it.
    pub below: f64,
    /// How far above.
    pub above: f64,
}

/// Years of 1a.
pub(super) const CRIMINALIZED_IN: [i32; 4] = [2001, 2004, 2007, 2010];
/// Years of 1b.
pub(super) const PARTY_IN: [i32; 4] = [2002, 2004, 2007, 2010];
/// Years of 11.
pub(super) const TIER_1_IN: [i32; 3] = [2004, 2007, 2010];
/// Years after a demotion, of 3.
pub(super) const YEARS_AFTER: [usize; 4] = [1, 2, 3, 5];
/// Year of 5a, or the last that counts where that is earlier.
pub(super) const DECOUPLED_IN: i32 = 2012;
/// First year of 6, 11 and 12: of the watch list.
pub(super) const WATCH_LIST_FROM: i32 = 2004;
/// Transitions of 6: from, to.
pub(super) const TRANSITIONS: [(u8, u8); 6] = [(1, 1), (2, 2), (3, 3), (4, 4), (3, 2), (4, 2)];

const fn statistic(
    pattern: &'static str,
    name: &'static str,
    label: &'static str,
    scale: Scale,
    target: f64,
    [below, above]: [f64; 2],
) -> Statistic {
    let [name, pattern, label] = [Cow::Borrowed(name), Cow::Borrowed(pattern), Cow::Borrowed(label)];
    Statistic { name, pattern, label, scale, target, below, above }
}

const fn share(
    pattern: &'static str,
    name: &'static str,
    label: &'static str,
    target: f64,
    tolerance: f64,
) -> Statistic {
    statistic(pattern, name, label, Scale::Share, target, [tolerance; 2])
}

const fn score(
    pattern: &'static str,
    name: &'static str,
    label: &'static str,
    target: f64,
    tolerance: f64,
) -> Statistic {
    statistic(pattern, name, label, Scale::Score, target, [tolerance; 2])
}

/// The statistics of the catalogue, in the order of its patterns.
pub static STATISTICS: [Statistic; 43] = [
    share("1a", "criminalized_2001", "2001", 0.03, 0.05),
    share("1a", "criminalized_2004", "2004", 0.17, 0.05),
    share("1a", "criminalized_2007", "2007", 0.36, 0.05),
    share("1a", "criminalized_2010", "2010", 0.58, 0.05),
    share("1b", "party_2002", "2002", 0.10, 0.06),
    share("1b", "party_2004", "2004", 0.42, 0.06),
    share("1b", "party_2007", "2007", 0.62, 0.06),
    share("1b", "party_2010", "2010", 0.74, 0.06),
    share("2", "criminalizes_unlisted", "unlisted", 0.025, 0.015),
    share("2", "criminalizes_tier_2", "tier 2", 0.068, 0.024),
    share("2", "criminalizes_tier_2wl", "tier 2WL", 0.17, 0.056),
    share("2", "criminalizes_tier_3", "tier 3", 0.15, 0.063),
    share("2", "criminalizes_tier_1", "tier 1", 0.23, 0.10),
    share("3", "criminalized_after_1", "within 1 year", 0.17, 0.08),
    share("3", "criminalized_after_2", "within 2 years", 0.25, 0.08),
    share("3", "criminalized_after_3", "within 3 years", 0.33, 0.08),
    share("3", "criminalized_after_5", "within 5 years", 0.47, 0.08),
    score("4", "fingerprint", "prosecution less protection", 0.37, 0.22),
    share("5a", "party_in_2012", "party", 0.90, 0.10),
    share("5a", "criminalized_in_2012", "criminalized", 0.70, 0.10),
    share("5a", "tier_1_in_2012", "tier 1", 0.17, 0.10),
    share("5b", "law_without_protection", "protection score of 1 or 2", 0.28, 0.08),
    share("6", "stays_in_1", "stays in 1", 0.91, 0.05),
    share("6", "stays_in_2", "stays in 2", 0.76, 0.05),
    share("6", "stays_in_2wl", "stays in 2WL", 0.53, 0.05),
    share("6", "stays_in_3", "stays in 3", 0.73, 0.05),
    share("6", "2wl_to_2", "2WL to 2", 0.36, 0.05),
    share("6", "3_to_2", "3 to 2", 0.05, 0.05),
    share("7", "sanctioned", "imposed", 0.19, 0.06),
    statistic(
        "8",
        "region_log_hazard_ratio",
        "hazard ratio",
        Scale::LogRatio,
        1.504_077_396_776_274, // ln 4.5
        // To ratios of 2 and of 9.
        [0.810_930_216_216_329, std::f64::consts::LN_2],
    ),
    score("10", "relief_prosecution", "prosecution", 0.0, 0.2),
    score("10", "relief_protection", "protection", 0.0, 0.2),
    score("10", "relief_prevention", "prevention", 0.0, 0.2),
    share("11", "graded_1", "tier 1", 0.178, 0.05),
    share("11", "graded_2", "tier 2", 0.471, 0.05),
    share("11", "graded_2wl", "tier 2WL", 0.254, 0.05),
    share("11", "graded_3", "tier 3", 0.097, 0.05),
    share("11", "tier_1_in_2004", "tier 1 in 2004", 0.19, 0.05),
    share("11", "tier_1_in_2007", "tier 1 in 2007", 0.19, 0.05),
    share("11", "tier_1_in_2010", "tier 1 in 2010", 0.17, 0.05),
    share("12", "tiers_1_apart", "1 year apart", 0.78, 0.06),
    share("12", "tiers_2_apart", "2 years apart", 0.68, 0.06),
    share("12", "tiers_3_apart", "3 years apart", 0.63, 0.06),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_come_in_the_order_of_their_patterns_and_names_are_unique() {
        let place = |id: &str| PATTERNS.iter().position(|p| p.id == id);
        assert!(STATISTICS.iter().all(|s| place(&s.pattern).is_some()));
        assert!(STATISTICS.is_sorted_by_key(|s| place(&s.pattern)));
        let mut names: Vec<&str> = STATISTICS.iter().map(|s| &*s.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STATISTICS.len());
    }

    #[test]
    fn the_bounds_of_the_hazard_ratio_are_two_and_nine() {
        let s = STATISTICS.iter().find(|s| s.scale == Scale::LogRatio).unwrap();
        let ratio = |x: f64| crate::lanes::math::exp_scalar(x);
        assert!(
            (ratio(s.target - s.below) - 2.0).abs() < 1e-12
                && (ratio(s.target + s.above) - 9.0).abs() < 1e-12
        );
    }
}
