//! What is on record of states beside tiers, adoptions, practice and sanctions: a table for each other observable of the model's, and the numbers of how
//! states are observed.

use super::document::{Document, Node, Value};
use super::numbers;
use super::observed::{BESIDE, by_state, of_years};
use super::report::Report;
use super::validate::Context;
use super::wire;
use super::wire_record::{Coverage, Reaction, Share, Survey};
use crate::model::observation::{Form, OBSERVABLES, OBSERVATION, Observation, Reading};
use std::collections::BTreeMap;

/// The section of the numbers of how states are observed.
pub(crate) const OBSERVED_BY: &str = "observation";

/// The key of the share of reactions that a record holds.
const COVERAGE: &str = "coverage";

/// Reads `[observation]`.
pub(super) fn numbers(report: &mut Report<'_>, document: &Document) -> Observation<f64> {
    let mut found = Observation::default();
    if let Some(node) = document.root.get(OBSERVED_BY) {
        let keys = numbers::keys(OBSERVATION);
        let _: Option<wire::Observation> = report.read_without(node, OBSERVED_BY, &keys);
        numbers::numbers(report, node, OBSERVED_BY, OBSERVATION, |i, x, _| found.values_mut()[i] = x);
        for (name, cuts) in found.rising().into_iter().filter(|(_, cuts)| !cuts.is_sorted()) {
            let at = node.get(name).map_or(node.origin, |list| list.origin);
            let expected = "numbers that do not fall: a higher score asks for more";
            report.expected(at, format!("{OBSERVED_BY}.{name}"), format!("{cuts:?}"), expected);
        }
    }
    found
}

/// Reads the table of an observable, by its position in [`OBSERVABLES`].
pub(super) fn readings(
    context: &mut Context<'_>,
    node: &Node,
    observable: usize,
) -> Vec<BTreeMap<i32, Reading>> {
    let path = format!("observed.{}", OBSERVABLES[observable].name);
    match OBSERVABLES[observable].form {
        Form::Reaction => {
            let read = |reaction: Reaction| Reading { value: reaction.value, with: reaction.coverage };
            let mut states = by_state(context, node, &path, "reaction", &[COVERAGE], read);
            let (every, by_year) = coverage(context, node, &path);
            for years in &mut states {
                for (year, reading) in years {
                    reading.with = reading.with.or(by_year.get(year).copied()).or(every);
                }
            }
            states
        }
        Form::Survey => by_state(context, node, &path, "share", &[], |survey: Survey| Reading {
            value: survey.share,
            with: survey.error,
        }),
        // Scores and sanctions are read where they stand (`observed.rs`).
        Form::Share | Form::Score | Form::Imposed => {
            let read = |share: Share| Reading { value: share.0, with: None };
            by_state(context, node, &path, "number", &[], read)
        }
    }
}

/// The share of reactions that come on record: of all years, or by year.
fn coverage(context: &mut Context<'_>, node: &Node, path: &str) -> (Option<f64>, BTreeMap<i32, f64>) {
    let Some(given) = node.get(COVERAGE) else { return (None, BTreeMap::new()) };
    let of_state = |key: &str| key != COVERAGE && !BESIDE.contains(&key);
    if !node.table().is_some_and(|table| table.keys().any(of_state)) {
        let hint = "it says what share of reactions comes on record: give reactions, or leave it out";
        context.report.wrong(
            given.origin,
            format!("{path}.{COVERAGE}"),
            "a coverage of no reaction",
            Some(hint.into()),
        );
    }
    let path = format!("{path}.{COVERAGE}");
    if let Value::Table(_) = given.value {
        (None, of_years(context, given, &path, "share", |coverage: Coverage| coverage.0))
    } else {
        (context.report.read::<Coverage>(given, &path).map(|coverage| coverage.0), BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use crate::model::observation::{COOPERATIVE, NEGATIVE, Reading, position};
    use crate::scenario::Scenario;

    const HEAD: &str = "version = 2\ntitle = \"t\"\n[time]\nstart = 2001\nend = 2004\n[[state]]\nid = \"A\"\n[[state]]\nid = \"B\"\n";

    fn build(record: &str) -> Result<Scenario, String> {
        let parsed = Scenario::parse("t", &format!("{HEAD}{record}"), None).map_err(|e| e.to_string())?;
        parsed.build_alone().map_err(|e| e.to_string())
    }

    #[test]
    fn readings_are_read_by_state_and_year_and_what_is_left_out_is_missing() {
        let scenario = build(
            "[observed.reaction]\nsource = \"cables\"\nfrom = 2001\ncoverage = { 2001 = 0.1, 2002 = 0.6 }\nA = [\"negative\", \"none\"]\nB = { 2002 = { reaction = \"none\", coverage = 0.2 }, 2003 = \"cooperative\" }\n\
             [observed.attitudes]\nB = { 2002 = { share = 0.6, error = 0.02 }, 2003 = 0.7 }\n\
             [observed.speech]\nA = { 2002 = 0.4 }\n[observation]\nspeech_sd = 0.2\n",
        )
        .unwrap();
        let of = |name: &str, state: usize, year: i32| {
            scenario.observed.readings[position(name).unwrap()][state].get(&year).copied()
        };
        let reading = |value: f64, with| Some(Reading { value, with });
        assert_eq!(of("reaction", 0, 2001), reading(NEGATIVE, Some(0.1)));
        assert_eq!(of("reaction", 0, 2002), reading(0.0, Some(0.6)));
        assert_eq!(of("reaction", 0, 2003), None);
        assert_eq!(of("reaction", 1, 2002), reading(0.0, Some(0.2)));
        assert_eq!(of("reaction", 1, 2003), reading(COOPERATIVE, None));
        assert_eq!(of("attitudes", 1, 2002), reading(0.6, Some(0.02)));
        assert_eq!(of("attitudes", 1, 2003), reading(0.7, None));
        assert_eq!(of("speech", 0, 2002), reading(0.4, None));
        assert!(scenario.observed.readings[position("voice").unwrap()].is_empty());
        assert_eq!(scenario.observed.observation.speech_sd, 0.2);
        // Resolved and read again it is the same record.
        let again = Scenario::parse("t", &scenario.resolved(), None).unwrap().build_alone().unwrap();
        assert_eq!(again.observed, scenario.observed);
    }

    #[test]
    fn what_is_wrong_is_told_where_it_stands() {
        // HEAD has nine lines.
        for (record, expected) in [
            (
                "[observed.reaction]\ncoverage = { 2001 = 0.5,\n 2002 = 0 }\nA = { 2001 = \"none\" }\n",
                "t.toml:12: observed.reaction.coverage.2002: found 0, expected a share above 0",
            ),
            (
                "[observed.reaction]\ncoverage = 0\nA = { 2001 = \"none\" }\n",
                "t.toml:11: observed.reaction.coverage: found 0",
            ),
            (
                "[observed.reaction]\nA = { 2001 = \"none\",\n 2002 = { reaction = \"none\", coverage = 0 } }\n",
                "t.toml:12: observed.reaction.A.2002.coverage: found 0",
            ),
            (
                "[observed.reaction]\nsource = \"x\"\ncoverage = 0.5\n",
                "t.toml:12: observed.reaction.coverage: a coverage of no reaction",
            ),
            (
                "[observed.reaction]\ncoverage = {}\nA = { 2001 = \"none\" }\n",
                "t.toml:11: observed.reaction.coverage: found an empty table",
            ),
            (
                "[observed.voice]\nB = { 2001 = 0.1 }\nA = {}\n",
                "t.toml:12: observed.voice.A: found an empty table, expected a number of one year at least",
            ),
            ("[observed.voice]\nA = []\n", "t.toml:11: observed.voice.A: found an empty list"),
            (
                "[observed.voice]\nA = { 02003 = 0.1 }\n",
                "observed.voice.A.02003: found \"02003\", expected a whole year, as 2003",
            ),
            (
                "[observed.voice]\nA = { \"+2003\" = 0.1 }\n",
                "t.toml:11: observed.voice.A.+2003: found \"+2003\", expected a whole year, as 2003",
            ),
            (
                "[observed.voice]\nfrom = 1850\nA = [0.1, 0.2]\n",
                "t.toml:11: observed.voice.from: found 1850, expected a whole year from 1900 to 2100",
            ),
        ] {
            let error = build(record).unwrap_err();
            assert!(
                error.starts_with(expected) || error.contains(&format!(": {expected}")),
                "{record}: {error}"
            );
            assert_eq!(error.lines().count(), 1, "{record}: {error}");
        }
    }

    #[test]
    fn what_is_no_reading_is_refused_with_what_is_expected() {
        for (record, expected) in [
            ("[observed.reaction]\nA = { 2001 = \"angry\" }\n", "expected a reaction"),
            ("[observed.reaction]\ncoverage = 0\nA = { 2001 = \"none\" }\n", "a share above 0"),
            ("[observed.reaction]\ncoverage = 1.5\nA = { 2001 = \"none\" }\n", "a share above 0, at most 1"),
            (
                "[observed.reaction]\nA = { 2001 = { reaction = \"none\", coverage = 0 } }\n",
                "a share above 0",
            ),
            ("[observed.reaction]\nA = { 2001 = { reaction = \"none\" } }\n", "coverage"),
            ("[observed.prosecution]\nA = { 2001 = 3 }\n", "unknown key"),
            ("[observation]\nprotection_cuts = [0.1, 0.3, 0.2, 0.4]\n", "numbers that do not fall"),
            ("[observed.speech]\nA = { 2001 = 1.2 }\n", "expected a number from 0 to 1"),
            ("[observed.speech]\nA = [0.1]\n", "give `from`"),
            ("[observed.attitudes]\nA = { 2001 = { share = 0.5 } }\n", "error"),
            ("[observed.speeches]\nA = { 2001 = 0.5 }\n", "speech"),
            ("[observed.voice]\nC = { 2001 = 0.5 }\n", "C"),
            ("[observation]\nspeech_sd = 0\n", "expected a number above 0"),
            ("[observation]\nspeach_sd = 0.1\n", "speech_sd"),
        ] {
            let error = build(record).unwrap_err();
            assert!(error.contains(expected), "{record}: {error}");
        }
    }
}
