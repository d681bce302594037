//! Writes a summary as `summary.csv`: one row per state, year and variable, and per value for codes and flags.
//!
//! Numbers are rounded to seven decimals of their full scale, which is what a summary knows; statistics that
//! are not defined are left empty. It computes no statistic.

use crate::model::variable::{Variable, VariableKind};
use crate::model::world::{TIERS, World};
use crate::output::csv::{finish, header};
use crate::output::schema;
use crate::output::summary::Summary;

/// The whole file, as bytes.
///
/// # Errors
/// None in practice: memory does not fail to be written.
pub fn encode(summary: &Summary, world: &World) -> csv::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(header(&schema::summary())?);
    let variables: Vec<(Variable, String)> =
        Variable::all(world).into_iter().map(|v| (v, v.name(world))).collect();
    for (index, state) in world.states.iter().enumerate() {
        for row in 0..summary.rows() {
            let year = (world.clock.start - 1 + row as i32).to_string();
            for (variable, name) in &variables {
                let key = [state.id.as_str(), &year, name];
                match variable.kind() {
                    VariableKind::Bounded | VariableKind::NonNegative => {
                        let decimals = decimals(summary.scale(index, *variable));
                        writer.write_record(key.into_iter().map(str::to_string).chain(cells(
                            summary,
                            (index, row, *variable),
                            decimals,
                        )))?;
                    }
                    VariableKind::Code(_) | VariableKind::Flag => {
                        let counts = summary.counts(index, row, *variable).unwrap_or_default();
                        let n: u64 = counts.iter().map(|&count| u64::from(count)).sum();
                        for value in 0..counts.len() {
                            let label = match variable {
                                Variable::Tier(_) => TIERS[value].to_string(),
                                _ => value.to_string(),
                            };
                            let share = summary.share(index, row, *variable, value);
                            let cells =
                                [label, n.to_string(), share.map_or_else(String::new, |x| round(x, 7))];
                            let empty = std::iter::repeat_n(String::new(), 6);
                            writer.write_record(
                                key.into_iter().map(str::to_string).chain(cells).chain(empty),
                            )?;
                        }
                    }
                }
            }
        }
    }
    finish(writer)
}

/// The cells from `value` on, for a number.
fn cells(
    summary: &Summary,
    (state, row, variable): (usize, usize, Variable),
    decimals: usize,
) -> Vec<String> {
    let mut cells = vec![String::new(); 9];
    if let Some(statistics) = summary.statistics(state, row, variable) {
        cells[1] = statistics.n.to_string();
        cells[2] = round(statistics.mean, decimals);
        cells[3] = statistics.sd.map_or_else(String::new, |sd| round(sd, decimals));
        for (cell, quantile) in cells[4..].iter_mut().zip(statistics.quantiles.into_iter().flatten()) {
            *cell = round(quantile, decimals);
        }
    }
    cells
}

/// Decimals that the rounding of a summary at this full scale leaves.
fn decimals(scale: f64) -> usize {
    let mut decimals = 7;
    let mut reach = 1.0;
    while reach < scale && decimals > 0 {
        reach *= 10.0;
        decimals -= 1;
    }
    decimals
}

/// A number at so many decimals, without zeros at the end.
fn round(x: f64, decimals: usize) -> String {
    let text = format!("{x:.decimals$}");
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if short == "-0" { "0".to_string() } else { short.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::ensemble::fake_ensemble;
    use crate::output::testing::world;

    #[test]
    fn numbers_have_one_row_and_codes_one_per_value() {
        let world = world();
        let summary = fake_ensemble(&world, &[(0, 21)]).0;
        let bytes = encode(&summary, &world).unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let names: Vec<_> = schema::summary().into_iter().map(|c| c.name).collect();
        assert_eq!(reader.headers().unwrap(), names);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        // 11 bounded numbers, pressure and two flows, or 13; 5 phases, 2 + 2 flags, 5 tiers.
        let numbers = Variable::all(&world).len() - 4;
        assert_eq!(rows.len(), 3 * 4 * (numbers + 5 + 2 + 2 + 5));
        let tier: Vec<_> =
            rows.iter().filter(|r| &r[0] == "MYS" && &r[1] == "2003" && &r[2] == "tier_tvpa").collect();
        assert_eq!(tier.iter().map(|r| &r[3]).collect::<Vec<_>>(), TIERS);
        let shares: f64 = tier.iter().map(|r| r[5].parse::<f64>().unwrap()).sum();
        assert!((shares - 1.0).abs() < 1e-6);
        let motivation =
            rows.iter().find(|r| &r[0] == "IDN" && &r[1] == "2000" && &r[2] == "motivation").unwrap();
        assert_eq!((&motivation[3], &motivation[4]), ("", "21"));
        let mean: f64 = motivation[5].parse().unwrap();
        assert!((mean - summary.mean(0, 0, Variable::Motivation).unwrap()).abs() <= 5e-8);
        assert!((7..12).all(|i| motivation[i].parse::<f64>().is_ok()));
    }

    #[test]
    fn what_is_not_defined_is_empty() {
        let world = world();
        let one = encode(&fake_ensemble(&world, &[(0, 1)]).0, &world).unwrap();
        let one = String::from_utf8(one).unwrap();
        let line = one.lines().find(|line| line.contains(",motivation,")).unwrap();
        assert_eq!(line.split(',').nth(6), Some(""));
        let none = String::from_utf8(encode(&Summary::new(&world), &world).unwrap()).unwrap();
        assert!(none.contains("IDN,2000,motivation,,,,,,,,,\n"));
    }

    #[test]
    fn rounding_leaves_short_numbers() {
        assert_eq!(round(0.300_000_004_47, 7), "0.3");
        assert_eq!(round(-0.000_000_01, 7), "0");
        assert_eq!((round(1200.0, 0), round(0.0, 7)), ("1200".to_string(), "0".to_string()));
        assert_eq!((decimals(1.0), decimals(32.0), decimals(512.0), decimals(1e12)), (7, 5, 4, 0));
    }
}
