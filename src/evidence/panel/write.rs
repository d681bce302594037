//! A panel as a scenario: the texts of its files.

use super::coding::Coding;
use super::coefficients::Coefficients;
use super::covariates::How;
use super::error::PanelError;
use super::links::Coded;
use super::plan::PLAN;
use super::read::{Border, Panel};
use crate::model::observation::{Form, OBSERVABLES, position, reaction};
use std::collections::{BTreeMap, BTreeSet};

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Name in the folder.
    pub name: &'static str,
    /// Text.
    pub text: String,
}

/// The files of a panel's scenario: `scenario.toml` and the tables that it names, how it was coded, and the list of what was
/// imputed.
///
/// # Errors
/// If a link gives no finite number with these coefficients.
pub fn files(panel: &Panel, coefficients: &Coefficients) -> Result<Vec<File>, PanelError> {
    let coding = panel.coding(coefficients);
    let coded = coding.coded(coefficients).map_err(PanelError::one)?;
    let negative = panel.plan.links.negative(coefficients.values());
    if let Some((key, x)) = negative {
        return Err(PanelError::one(format!(
            "{PLAN}: {key}: found {x}, expected a number that is not below 0"
        )));
    }
    let observed = observed(panel);
    let mut files = vec![
        File { name: "scenario.toml", text: scenario(panel, &coding, &coded, observed.is_some()) },
        File { name: "states.csv", text: states(panel, &coded) },
        File { name: "imputed.csv", text: imputed(panel) },
    ];
    files.extend(observed.map(|text| File { name: "observed.csv", text }));
    if let Some(weight) = panel.plan.links.tie_weight(coefficients.values()) {
        files.push(File { name: "ties.csv", text: ties(panel, weight) });
    }
    files.extend(coding.files());
    Ok(files)
}

/// Rows as CSV.
pub(super) fn table(header: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Memory takes every row.
    let _ = writer.write_record(header);
    rows.for_each(|row| drop(writer.write_record(row)));
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn states(panel: &Panel, coded: &[Coded]) -> String {
    let has_region = panel.plan.regions.is_some();
    let has_phase = coded.iter().any(|coded| coded.phase.is_some());
    let mut header = ["id", "name", "source"].map(String::from).to_vec();
    header.extend(has_region.then(|| "region".into()));
    header.extend(has_phase.then(|| "initial_phase".into()));
    header
        .extend(panel.plan.links.traits().iter().flat_map(|of| [of.name.into(), format!("{}.sd", of.name)]));
    let rows = panel.states.iter().zip(coded).map(|(state, coded)| {
        let source = "coded from covariates by panel.toml and coefficients.toml";
        let mut row = vec![state.id.clone(), state.name.clone(), source.into()];
        row.extend(state.region.clone());
        row.extend(coded.phase.map(|phase| phase.to_string()));
        row.extend(coded.traits.iter().flat_map(|(mean, sd)| [mean.to_string(), sd.to_string()]));
        row
    });
    table(&header, rows)
}

fn ties(panel: &Panel, weight: f64) -> String {
    let kind = panel.plan.ties.as_ref().and_then(|of| of.kind.clone()).unwrap_or_default();
    let some = |of: fn(&Border) -> Option<i32>| panel.borders.iter().any(|border| of(border).is_some());
    let (has_begun, has_ended) = (some(|border| border.from), some(|border| border.until));
    let mut header = ["a", "b", "weight", "kind"].map(String::from).to_vec();
    header.extend(has_begun.then(|| "from".into()));
    header.extend(has_ended.then(|| "until".into()));
    let year = |year: &Option<i32>| year.map_or(String::new(), |year| year.to_string());
    let rows = panel.borders.iter().map(|Border { a, b, from, until }| {
        let mut row = vec![a.clone(), b.clone(), weight.to_string(), kind.clone()];
        row.extend(has_begun.then(|| year(from)));
        row.extend(has_ended.then(|| year(until)));
        row
    });
    table(&header, rows)
}

/// The cells of a column by state and year.
type Cells = BTreeMap<(usize, i32), String>;

/// A row per state and year of which anything is on record; what nothing is known of has no column, which would say that it was looked for. None where
/// nothing is on record at all.
fn observed(panel: &Panel) -> Option<String> {
    let mut columns: Vec<(String, Cells)> = Vec::new();
    let states = || panel.states.iter().enumerate();
    for (k, regime) in panel.plan.grades.keys().enumerate() {
        let names = panel.base.codes(regime);
        let cells = states().flat_map(|(i, state)| {
            state.grades[k].iter().map(move |(year, code)| ((i, *year), usize::from(*code)))
        });
        let cells = cells.map(|(at, code)| (at, names[code].clone())).collect();
        columns.push((format!("tier.{regime}"), cells));
    }
    for (k, instrument) in panel.plan.adopted.keys().enumerate() {
        let dates = states().filter_map(|(i, state)| Some((i, state.adopted[k]?)));
        let cells = dates.map(|(i, date)| ((i, date.floor() as i32), date.to_string())).collect();
        columns.push((format!("adopted.{instrument}"), cells));
    }
    for (k, (name, of)) in panel.plan.observed.iter().enumerate() {
        let form = position(name).map(|at| OBSERVABLES[at].form);
        let seen = || {
            let readings = states().flat_map(move |(i, state)| state.readings[k].iter().map(move |r| (i, r)));
            readings.map(|(i, (year, reading))| ((i, *year), *reading))
        };
        let said = |value: f64| match form {
            Some(Form::Reaction) => reaction(value).to_string(),
            _ => value.to_string(),
        };
        columns.push((name.clone(), seen().map(|(at, reading)| (at, said(reading.value))).collect()));
        let beside = if form == Some(Form::Reaction) { "coverage" } else { "error" };
        if of.with.is_some() || of.value.is_none() {
            let with = seen().filter_map(|(at, reading)| Some((at, reading.with?.to_string())));
            columns.push((format!("{name}.{beside}"), with.collect()));
        }
    }
    for (k, regime) in panel.plan.sanctioned.keys().enumerate() {
        let cells = states().flat_map(|(i, state)| {
            state.sanctioned[k]
                .iter()
                .map(move |(year, imposed)| ((i, *year), u8::from(*imposed).to_string()))
        });
        columns.push((format!("sanctioned.{regime}"), cells.collect()));
    }
    // Grades are on record even where there are none.
    columns.retain(|(name, cells)| name.starts_with("tier.") || !cells.is_empty());
    let rows: BTreeSet<(usize, i32)> = columns.iter().flat_map(|(_, cells)| cells.keys().copied()).collect();
    if rows.is_empty() {
        return None;
    }
    let header: Vec<String> = ["state", "year"]
        .map(String::from)
        .into_iter()
        .chain(columns.iter().map(|(name, _)| name.clone()))
        .collect();
    let rows = rows.into_iter().map(|at| {
        let mut row = vec![panel.states[at.0].id.clone(), at.1.to_string()];
        row.extend(columns.iter().map(|(_, cells)| cells.get(&at).cloned().unwrap_or_default()));
        row
    });
    Some(table(&header, rows))
}

fn imputed(panel: &Panel) -> String {
    let header = ["state", "variable", "value", "how", "spread_times"].map(String::from);
    let plan = &panel.plan;
    let rows = panel.states.iter().flat_map(|state| {
        let missing =
            plan.links.covariates().iter().zip(&state.known).filter(|(_, known)| known.how != How::Given);
        missing.map(|(covariate, known)| {
            let how = known.how;
            let (value, times) = (known.value.to_string(), how.widening().to_string());
            let name = plan.covariate_at(*covariate).0.to_string();
            vec![state.id.clone(), name, value, how.describe().into(), times]
        })
    });
    table(&header, rows)
}

fn scenario(panel: &Panel, coding: &Coding, coded: &[Coded], has_record: bool) -> String {
    let c = &coding.coefficients;
    let Panel { plan, start, end, .. } = panel;
    let mut base = panel.base.clone();
    if !base.has_title() {
        let count = panel.states.len();
        base.set_head("title", format!("A panel of {count} states, {start}-{}", end - 1));
    }
    base.set_head("states", "states.csv");
    if plan.ties.is_some() {
        base.set_head("ties", "ties.csv");
    }
    if has_record {
        base.set_head("observed", "observed.csv");
    }
    base.set_time("start", *start);
    base.set_time("end", *end);
    let states = || panel.states.iter();
    for (k, regime) in plan.grades.keys().enumerate() {
        // The first report in which each state is graded.
        let first = states().filter_map(|state| Some((state.id.as_str(), f64::from(state.rated_from(k)?))));
        base.give("regime", regime, "rated_from", &first.collect::<Vec<_>>());
    }
    for (k, instrument) in plan.adopted.keys().enumerate() {
        // Adoptions before the start are facts.
        let facts = states().filter_map(|state| Some((state.id.as_str(), state.adopted[k]?)));
        let before: Vec<_> = facts.filter(|(_, date)| *date < f64::from(*start)).collect();
        base.give("instrument", instrument, "adopted", &before);
    }
    for region in coding.regions() {
        if let Some(numbers) = coding.community(c, coded, region) {
            let title = panel.titles.get(region).map_or(region, String::as_str);
            base.add_community(region, title, numbers, *start);
        }
    }
    for (path, x) in plan.links.set(c.values()) {
        base.set(path, x);
    }
    base.text()
}
