//! Parameters and numbers of the rating regime that a panel's scenario brings along: the fit to the record.
//!
//! They stand here and not in the tables of the model because they were fitted together with the coefficients of the panel's
//! links, and mean nothing without them. `docs/evidence.md` says what was fitted to what.

use crate::model::table::Entry;
use std::fmt::Write;

/// Parameters of the model.
pub(super) const PARAMETERS_FITTED: &[(&str, f64)] = &[
    ("pressure_rate", 1.8),
    ("pressure_half", 0.627),
    ("adopt_pressure", 5.0),
    ("adopt_peers", 3.34),
    ("adopt_motivation", 0.0527),
    ("adopt_mobilization", 2.38),
    ("enforcement_rate", 0.812),
    ("enforcement_law", 0.278),
    ("protection_rate", 0.2),
    ("displacement", 0.475),
    ("spillover", 0.492),
    ("mobilized_protection", 0.636),
    ("initial_practice", 1.0),
];

/// Numbers of the rating regime.
pub(super) const FIELDS_FITTED: &[(&str, f64)] = &[
    ("weight_law", 0.239),
    ("weight_enforcement", 0.572),
    ("weight_protection", 1.0),
    ("capacity_allowance", 0.0616),
    ("thresholds[0]", 0.976),
    ("thresholds[1]", 0.404),
    ("thresholds[2]", 0.184),
    ("noise", 0.0581),
    ("backslide", 0.0),
    ("shame[1]", 0.109),
    ("shame[2]", 0.91),
    ("shame[3]", 0.662),
    ("threat[2]", 0.543),
];

/// The fitted values of a table, as lines of TOML: lists whole, what was not fitted left out.
pub(super) fn lines(table: &[Entry], fitted: &[(&str, f64)]) -> String {
    let value = |entry: &Entry| {
        let path = entry.path();
        fitted.iter().find(|(name, _)| *name == path).map(|(_, x)| *x)
    };
    let mut out = String::new();
    let mut rest = table;
    while let Some(first) = rest.first() {
        let (same, others) = rest.split_at(rest.iter().take_while(|e| e.name == first.name).count());
        rest = others;
        if same.iter().all(|entry| value(entry).is_none()) {
            continue;
        }
        let values: Vec<f64> = same.iter().map(|entry| value(entry).unwrap_or(entry.default)).collect();
        // A text takes every line.
        let _ = match values[..] {
            [x] if first.element.is_none() => writeln!(out, "{} = {x:?}", first.name),
            _ => writeln!(out, "{} = {values:?}", first.name),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parameters::PARAMETERS;
    use crate::model::world::RATING_FIELDS;

    #[test]
    fn every_fitted_value_is_of_its_table_and_within_its_range() {
        for (table, fitted) in [(PARAMETERS, PARAMETERS_FITTED), (RATING_FIELDS, FIELDS_FITTED)] {
            for (path, x) in fitted {
                let entry = table.iter().find(|entry| entry.path() == *path).expect(path);
                assert!(entry.bound.admits(*x) && (entry.low..=entry.high).contains(x), "{path} = {x}");
            }
        }
    }

    #[test]
    fn lists_are_written_whole_with_defaults_where_nothing_was_fitted() {
        let text = lines(RATING_FIELDS, &[("noise", 0.05), ("shame[2]", 1.5)]);
        assert_eq!(text, "noise = 0.05\nshame = [0.0, 0.09, 1.5, 0.85]\n");
    }
}
