//! Writes a summary as `summary.csv`: one row per state, year and variable, and per value for codes and flags.
//!
//! Means are written in full, so that they are those of other commands; other numbers are rounded to seven decimals of their full scale;
//! statistics that are not defined are left empty. It computes no statistic.

use crate::output::schema;
use crate::output::summary::Summary;
use crate::output::summary_rows::SummaryRows;
use std::io::Write;
use suasion_model::world::World;

/// Decimals of a share, and of a number on the scale of 0 to 1.
const SHARE_DECIMALS: usize = 7;

/// Writes the whole file, row by row.
///
/// # Errors
/// If the sink cannot be written.
pub fn write(summary: &Summary, world: &World, sink: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(sink);
    writer.write_record(schema::summary().iter().map(|column| &column.name))?;
    let names: Vec<String> = summary.kept().map(|v| v.name(world)).collect();
    let rows = SummaryRows::new(summary, world);
    rows.of_states(0..rows.states(), |row| {
        let decimals = match row.value {
            None => decimals(summary.scale(row.state, row.variable)),
            Some(_) => SHARE_DECIMALS,
        };
        let number = |x: Option<f64>| x.map_or_else(String::new, |x| round(x, decimals));
        let interval = row.estimate.and_then(|e| e.interval);
        let mut cells = vec![
            world.states[row.state].id.clone(),
            (world.clock.start - 1 + row.row as i32).to_string(),
            names[row.index].clone(),
            row.value.map_or_else(String::new, |value| row.variable.value_name(value, world)),
            row.n.to_string(),
            // In full, as every command has it.
            row.estimate.map_or_else(String::new, |e| e.mean.to_string()),
            // Of a share its mean says it.
            number(row.estimate.and_then(|e| e.sd).filter(|_| row.value.is_none())),
            number(interval.map(|i| i.low)),
            number(interval.map(|i| i.high)),
        ];
        cells.extend(row.quantiles.map(number));
        writer.write_record(cells)
    })?;
    writer.flush().map_err(csv::Error::from)
}

/// Decimals that the rounding of a summary at this full scale leaves.
fn decimals(scale: f64) -> usize {
    let mut decimals = SHARE_DECIMALS;
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
    use suasion_model::variable::Variable;

    fn encode(summary: &Summary, world: &World) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(summary, world, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn numbers_have_one_row_and_codes_one_per_value() {
        let world = world();
        let summary = fake_ensemble(&world, &[(0, 21)]).0;
        let bytes = encode(&summary, &world);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let names: Vec<_> = schema::summary().into_iter().map(|c| c.name).collect();
        assert_eq!(reader.headers().unwrap(), names);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        // 11 bounded numbers, pressure and two flows, or 13; 5 phases, 2 + 2 flags, 5 tiers.
        let numbers = Variable::all(&world).len() - 4;
        assert_eq!(rows.len(), 3 * 4 * (numbers + 5 + 2 + 2 + 5));
        let tier: Vec<_> =
            rows.iter().filter(|r| &r[0] == "MYS" && &r[1] == "2003" && &r[2] == "tier_tvpa").collect();
        assert_eq!(tier.iter().map(|r| &r[3]).collect::<Vec<_>>(), ["NR", "1", "2", "2WL", "3"]);
        let shares: f64 = tier.iter().map(|r| r[5].parse::<f64>().unwrap()).sum();
        assert!((shares - 1.0).abs() < 1e-6);
        let motivation =
            rows.iter().find(|r| &r[0] == "IDN" && &r[1] == "2000" && &r[2] == "motivation").unwrap();
        assert_eq!((&motivation[3], &motivation[4]), ("", "21"));
        let mean: f64 = motivation[5].parse().unwrap();
        assert!((mean - summary.mean(0, 0, Variable::Motivation).unwrap()).abs() <= 5e-8);
        assert!((7..14).all(|i| motivation[i].parse::<f64>().is_ok()));
    }

    #[test]
    fn what_is_not_defined_is_empty() {
        let world = world();
        let one = encode(&fake_ensemble(&world, &[(0, 1)]).0, &world);
        let one = String::from_utf8(one).unwrap();
        let line = one.lines().find(|line| line.contains(",motivation,")).unwrap();
        assert_eq!(line.split(',').nth(6), Some(""));
        let none = String::from_utf8(encode(&Summary::new(&world), &world)).unwrap();
        assert!(none.contains("IDN,2000,motivation,,0,,,,,,,,,\n"));
    }

    #[test]
    fn rounding_leaves_short_numbers() {
        assert_eq!(round(0.300_000_004_47, 7), "0.3");
        assert_eq!(round(-0.000_000_01, 7), "0");
        assert_eq!((round(1200.0, 0), round(0.0, 7)), ("1200".to_string(), "0".to_string()));
        assert_eq!((decimals(1.0), decimals(32.0), decimals(512.0), decimals(1e12)), (7, 5, 4, 0));
    }
}
