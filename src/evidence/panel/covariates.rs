//! Covariates of a state about the start of the run, and what stands in where one is missing.

use std::collections::BTreeMap;

/// A covariate that links use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Covariate {
    /// World Bank government effectiveness.
    Effectiveness,
    /// V-Dem electoral democracy.
    Democracy,
    /// V-Dem core civil society.
    Society,
    /// Trade with the sender as a share of GDP.
    Trade,
    /// The sender's economic aid as a share of GDP.
    Aid,
    /// The sender's military and police aid, dollars a year.
    Arms,
    /// Organizations against trafficking.
    Organizations,
}

/// Where a value comes from, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Mean of the years around the start.
    Given,
    /// The first later year within ten.
    Later,
    /// A Freedom House rating in place of a V-Dem index.
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
            How::StandIn => "Freedom House rating in its place",
            How::Region => "mean of its region",
            How::World => "mean of all states",
        }
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

impl Covariate {
    /// All of them.
    pub const ALL: [Covariate; 7] = [
        Covariate::Effectiveness,
        Covariate::Democracy,
        Covariate::Society,
        Covariate::Trade,
        Covariate::Aid,
        Covariate::Arms,
        Covariate::Organizations,
    ];

    /// Its name in the table, and the range of its values.
    pub fn column(self) -> (&'static str, f64, f64) {
        match self {
            Covariate::Effectiveness => ("wgi_ge", -4.0, 4.0),
            Covariate::Democracy => ("v2x_polyarchy", 0.0, 1.0),
            Covariate::Society => ("v2xcs_ccsi", 0.0, 1.0),
            Covariate::Trade => ("us_trade_share_gdp", 0.0, 5.0),
            Covariate::Aid => ("us_econ_assistance_share_gdp", 0.0, 5.0),
            Covariate::Arms => ("us_military_police_aid_usd", 0.0, 1e12),
            Covariate::Organizations => ("ngos_ave", 0.0, 100.0),
        }
    }

    /// The Freedom House rating (1 to 7, 7 the least free) that stands in for it.
    pub fn stand_in(self) -> Option<&'static str> {
        match self {
            Covariate::Democracy => Some("fh_pr"),
            Covariate::Society => Some("fh_cl"),
            _ => None,
        }
    }
}

/// Values by variable and year, of one state.
pub(super) type Series = BTreeMap<String, BTreeMap<i32, f64>>;

/// First and last year in which a value counts.
pub(super) fn years(start: i32) -> (i32, i32) {
    (start - AROUND, start + LATER)
}

/// The covariates of all states, in order: given where they are, else by the rules of [`How`]; or those that no state has,
/// since nothing can stand in for them.
pub(super) fn settle(
    series: &[Series],
    regions: &[String],
    start: i32,
) -> Result<Vec<[Known; 7]>, Vec<Covariate>> {
    let own: Vec<[Option<Known>; 7]> =
        series.iter().map(|series| Covariate::ALL.map(|covariate| own(series, covariate, start))).collect();
    let mean = |k: usize, among: &dyn Fn(usize) -> bool| {
        let values = own.iter().enumerate().filter(|(i, _)| among(*i)).filter_map(|(_, known)| known[k]);
        let (sum, count) = values.fold((0.0, 0), |(sum, count), known| (sum + known.value, count + 1));
        (count > 0).then(|| sum / f64::from(count))
    };
    let world: [Option<f64>; 7] = std::array::from_fn(|k| mean(k, &|_| true));
    let unknown: Vec<Covariate> =
        Covariate::ALL.into_iter().zip(world).filter(|(_, mean)| mean.is_none()).map(|(c, _)| c).collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let fill = |state: usize, k: usize| match mean(k, &|i| regions[i] == regions[state]) {
        Some(value) => Known { value, how: How::Region },
        None => Known { value: world[k].unwrap_or_default(), how: How::World },
    };
    Ok((0..own.len())
        .map(|state| std::array::from_fn(|k| own[state][k].unwrap_or_else(|| fill(state, k))))
        .collect())
}

fn own(series: &Series, covariate: Covariate, start: i32) -> Option<Known> {
    let years = |name: &str| series.get(name);
    let around = |years: &BTreeMap<i32, f64>| {
        let near: Vec<f64> = years.range(start - AROUND..=start + AROUND).map(|(_, x)| *x).collect();
        (!near.is_empty()).then(|| near.iter().sum::<f64>() / near.len() as f64)
    };
    let name = covariate.column().0;
    if let Some(value) = years(name).and_then(around) {
        return Some(Known { value, how: How::Given });
    }
    let later = |years: &BTreeMap<i32, f64>| years.range(start..=start + LATER).next().map(|(_, x)| *x);
    if let Some(value) = years(name).and_then(later) {
        return Some(Known { value, how: How::Later });
    }
    let rating =
        covariate.stand_in().and_then(years).and_then(|years| around(years).or_else(|| later(years)))?;
    // Nine tenths, since the indices reach about that where the rating is best.
    Some(Known { value: 0.9 * (7.0 - rating) / 6.0, how: How::StandIn })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(entries: &[(&str, i32, f64)]) -> Series {
        let mut series = Series::new();
        for (name, year, x) in entries {
            series.entry((*name).into()).or_default().insert(*year, *x);
        }
        series
    }

    #[test]
    fn missing_values_are_filled_by_the_stated_rules_in_order() {
        let mut states = [
            series(&[("wgi_ge", 1999, 0.0), ("wgi_ge", 2002, 1.0), ("v2x_polyarchy", 2006, 0.4)]),
            series(&[("fh_pr", 2000, 1.0), ("wgi_ge", 2015, 9.0)]),
            series(&[]),
        ];
        let regions = ["a", "a", "b"].map(String::from);
        let unknown =
            [Covariate::Society, Covariate::Trade, Covariate::Aid, Covariate::Arms, Covariate::Organizations];
        assert_eq!(settle(&states, &regions, 2000), Err(unknown.to_vec()));
        for covariate in unknown {
            states[0].entry(covariate.column().0.into()).or_default().insert(2000, 0.25);
        }
        let known = settle(&states, &regions, 2000).unwrap();
        let of = |state: usize, covariate: Covariate| known[state][covariate as usize];
        assert_eq!(of(0, Covariate::Effectiveness), Known { value: 0.5, how: How::Given });
        assert_eq!(of(0, Covariate::Democracy), Known { value: 0.4, how: How::Later });
        assert_eq!(of(1, Covariate::Democracy), Known { value: 0.9, how: How::StandIn });
        assert_eq!(of(1, Covariate::Effectiveness), Known { value: 0.5, how: How::Region });
        assert_eq!(of(2, Covariate::Democracy), Known { value: 0.65, how: How::World });
        assert_eq!(of(2, Covariate::Trade), Known { value: 0.25, how: How::World });
    }
}
