//! Covariates of a state about the start of the run, and what stands in where one is missing.

use super::plan::{Plan, number_of};
use std::collections::BTreeMap;

/// Where a value comes from, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Mean of the years around the start.
    Given,
    /// The first later year within ten.
    Later,
    /// Made of other covariates, by the plan.
    StandIn,
    /// Mean of the states of its region.
    Region,
    /// Mean of all states.
    World,
}

impl How {
    /// All of them.
    pub const ALL: [How; 5] = [How::Given, How::Later, How::StandIn, How::Region, How::World];

    /// By how much the spread of a trait grows that is coded from it.
    pub fn widening(self) -> f64 {
        match self {
            How::Given => 1.0,
            How::Later | How::StandIn => 1.5,
            How::Region | How::World => 2.0,
        }
    }

    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            How::Given => "given",
            How::Later => "first later year",
            How::StandIn => "other covariates in its place",
            How::Region => "mean of its region",
            How::World => "mean of all states",
        }
    }

    /// What a table means by some words; those of version 0.1 for what stood in are known too.
    pub(super) fn read(words: &str) -> Option<How> {
        const RATING: &str = "Freedom House rating in its place";
        if words == RATING {
            return Some(How::StandIn);
        }
        How::ALL.into_iter().find(|how| how.describe() == words)
    }
}

/// A covariate's value for a state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// Value.
    pub value: f64,
    /// Where from.
    pub how: How,
}

/// Years on either side of the start over which a covariate is averaged.
const AROUND: i32 = 2;
/// Years after the start in which a first value still counts.
const LATER: i32 = 10;

/// Values of one state by covariate, in the order of the plan, and year.
pub(super) type Series = Vec<BTreeMap<i32, f64>>;

/// First and last year in which a value counts.
pub(super) fn years(start: i32) -> (i32, i32) {
    (start - AROUND, start + LATER)
}

/// The covariates that links name, of all states, in order: given where they are, else by the rules of [`How`]; or positions in the plan of those that no
/// state has, since nothing can stand in for them.
pub(super) fn settle(
    plan: &Plan,
    series: &[Series],
    regions: &[Option<String>],
    start: i32,
) -> Result<Vec<Vec<Known>>, Vec<usize>> {
    let used = plan.links.covariates();
    let own: Vec<Vec<Option<Known>>> = series
        .iter()
        .map(|series| used.iter().map(|covariate| own(plan, series, *covariate, start)).collect())
        .collect();
    let mean = |k: usize, among: &dyn Fn(usize) -> bool| {
        let values = own.iter().enumerate().filter(|(i, _)| among(*i)).filter_map(|(_, known)| known[k]);
        let (sum, count) = values.fold((0.0, 0), |(sum, count), known| (sum + known.value, count + 1));
        (count > 0).then(|| sum / f64::from(count))
    };
    let world: Vec<Option<f64>> = (0..used.len()).map(|k| mean(k, &|_| true)).collect();
    let unknown: Vec<usize> =
        used.iter().zip(&world).filter(|(_, mean)| mean.is_none()).map(|(k, _)| *k).collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let fill = |state: usize, k: usize| {
        let in_region = |i: usize| regions[state].is_some() && regions[i] == regions[state];
        match mean(k, &in_region) {
            Some(value) => Known { value, how: How::Region },
            None => Known { value: world[k].unwrap_or_default(), how: How::World },
        }
    };
    let all = own.iter().enumerate().map(|(state, known)| {
        known.iter().enumerate().map(|(k, known)| known.unwrap_or_else(|| fill(state, k))).collect()
    });
    Ok(all.collect())
}

fn own(plan: &Plan, series: &Series, covariate: usize, start: i32) -> Option<Known> {
    let around = |years: &BTreeMap<i32, f64>| {
        let near: Vec<f64> = years.range(start - AROUND..=start + AROUND).map(|(_, x)| *x).collect();
        (!near.is_empty()).then(|| near.iter().sum::<f64>() / near.len() as f64)
    };
    let later = |years: &BTreeMap<i32, f64>| years.range(start..=start + LATER).next().map(|(_, x)| *x);
    if let Some(value) = around(&series[covariate]) {
        return Some(Known { value, how: How::Given });
    }
    if let Some(value) = later(&series[covariate]) {
        return Some(Known { value, how: How::Later });
    }
    let value = number_of(plan.stand_in(covariate)?, &|name| {
        let years = &series[plan.covariate(name)?];
        around(years).or_else(|| later(years))
    })?;
    Some(Known { value, how: How::StandIn })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_values_are_filled_by_the_stated_rules_in_order() {
        let plan = Plan::bundled();
        let at = |name: &str| plan.covariate(name).unwrap();
        let series = |entries: &[(&str, i32, f64)]| {
            let mut series: Series = plan.covariates.iter().map(|_| BTreeMap::new()).collect();
            for (name, year, x) in entries {
                series[at(name)].insert(*year, *x);
            }
            series
        };
        let mut states = [
            series(&[("wgi_ge", 1999, 0.0), ("wgi_ge", 2002, 1.0), ("v2x_polyarchy", 2006, 0.4)]),
            series(&[("fh_pr", 2000, 1.0), ("wgi_ge", 2015, 9.0)]),
            series(&[]),
        ];
        let regions = ["a", "a", "b"].map(|region| Some(region.to_string()));
        let unknown = [
            "v2xcs_ccsi",
            "us_trade_share_gdp",
            "us_econ_assistance_share_gdp",
            "us_military_police_aid_usd",
            "ngos_ave",
        ];
        let mut of_plan = unknown.map(at).to_vec();
        of_plan.sort_unstable();
        assert_eq!(settle(&plan, &states, &regions, 2000), Err(of_plan));
        for covariate in unknown {
            states[0][at(covariate)].insert(2000, 0.25);
        }
        let known = settle(&plan, &states, &regions, 2000).unwrap();
        let of = |state: usize, covariate: &str| {
            known[state][plan.links.covariates().iter().position(|k| *k == at(covariate)).unwrap()]
        };
        assert_eq!(of(0, "wgi_ge"), Known { value: 0.5, how: How::Given });
        assert_eq!(of(0, "v2x_polyarchy"), Known { value: 0.4, how: How::Later });
        assert_eq!(of(1, "v2x_polyarchy"), Known { value: 0.9, how: How::StandIn });
        assert_eq!(of(1, "wgi_ge"), Known { value: 0.5, how: How::Region });
        assert_eq!(of(2, "v2x_polyarchy"), Known { value: 0.65, how: How::World });
        assert_eq!(of(2, "us_trade_share_gdp"), Known { value: 0.25, how: How::World });
    }
}
