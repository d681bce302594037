//! A panel as a scenario: the texts of its files.

use super::coding::Coding;
use super::coefficients::Coefficients;
use super::covariates::{Covariate, How};
use super::links::{code, rounded};
use super::read::{Border, Panel, StateRecord};
use crate::evidence::tip::TIERS;
use crate::model::observation::{OBSERVABLES, reaction};
use crate::scenario::PRACTICES;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Id of the law.
pub(super) const LAW: &str = "law";
/// Id of the convention.
pub(super) const CONVENTION: &str = "palermo";
/// Id of the rating regime.
pub(super) const REGIME: &str = "tvpa";
/// Id of the convention as a regime.
pub(super) const CONVENTION_REGIME: &str = "protocol";
/// When the convention opens for signature.
pub(super) const OPENS: f64 = 2000.95;
/// First report of the rating regime.
const FIRST_REPORT: i32 = 2001;

/// The numbers of the rating regime: as fitted to this panel, or where that could not be, judged (docs/evidence.md).
const TVPA: &str = "grades = [\"1\", \"2\", \"2WL\", \"3\"]
watch = { grade = \"2WL\", from = 2004, limit = 4, limit_from = 2009 }
weight_law = 0.132
enforcement_share = 0.364
capacity_allowance = 0.0616
thresholds = [0.56, 0.14, -0.06]
noise = 0.03
view_sd = 0.2
view_memory = 0.9
bar_rise = 0.008
backslide = -0.15
severity = 1.9
waiver = 0.69
politicization = 0.039
politicization_cost = 0.54
standing_rate = 0.2
shame = [0.0, 0.174, 1.45, 1.06]
threat = [0.0, 0.02, 0.543, 1.0]";

/// The column of reactions.
const REACTION: &str = OBSERVABLES[0].name;

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
pub fn files(panel: &Panel, coefficients: &Coefficients<f64>) -> Vec<File> {
    let coding = panel.coding(coefficients);
    let mut files = vec![
        File { name: "scenario.toml", text: scenario(panel, &coding) },
        File { name: "states.csv", text: states(panel, coefficients) },
        File { name: "ties.csv", text: ties(panel, coefficients) },
        File { name: "observed.csv", text: observed(panel) },
        File { name: "imputed.csv", text: imputed(panel) },
    ];
    files.extend(coding.files());
    files
}

/// Rows as CSV.
pub(super) fn table(header: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Memory takes every row.
    let _ = writer.write_record(header);
    rows.for_each(|row| drop(writer.write_record(row)));
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn states(panel: &Panel, c: &Coefficients<f64>) -> String {
    let mut header = ["id", "name", "region", "initial_phase", "source"].map(String::from).to_vec();
    if let Some(first) = panel.states.first() {
        for (name, _) in code(c, &first.known).traits {
            header.extend([name.to_string(), format!("{name}.sd")]);
        }
    }
    let rows = panel.states.iter().map(|state| {
        let coded = code(c, &state.known);
        let fixed = [&state.id, &state.name, &state.region].map(Clone::clone);
        let mut row = fixed.to_vec();
        row.extend([coded.phase.to_string(), "coded from covariates by coefficients.toml".into()]);
        row.extend(coded.traits.iter().flat_map(|(_, (mean, sd))| [mean.to_string(), sd.to_string()]));
        row
    });
    table(&header, rows)
}

fn ties(panel: &Panel, c: &Coefficients<f64>) -> String {
    let mut header = ["a", "b", "weight", "from", "kind"].map(String::from).to_vec();
    let ended = panel.borders.iter().any(|border| border.until.is_some());
    if ended {
        header.push("until".into());
    }
    let rows = panel.borders.iter().map(|Border { a, b, from, until }| {
        let weight = rounded(c.border_weight).to_string();
        let mut row = vec![a.clone(), b.clone(), weight, from.to_string(), "land border".into()];
        if ended {
            row.push(until.map_or(String::new(), |year| year.to_string()));
        }
        row
    });
    table(&header, rows)
}

/// A row per state and year of which anything is on record.
fn observed(panel: &Panel) -> String {
    let some = |of: &dyn Fn(&StateRecord) -> bool| panel.states.iter().any(of);
    let mut header = ["state", "year"].map(String::from).to_vec();
    header.extend([format!("tier.{REGIME}"), format!("adopted.{LAW}"), format!("adopted.{CONVENTION}")]);
    header.extend(PRACTICES.map(String::from));
    header.push(format!("sanctioned.{REGIME}"));
    header.extend([REACTION.into(), format!("{REACTION}.coverage")]);
    // What nothing is known of has no column, which would say that it was looked for.
    let mut kept = vec![true; 3];
    kept.extend([some(&|state| state.law.is_some()), some(&|state| state.party.is_some())]);
    kept.extend((0..PRACTICES.len()).map(|k| some(&|state| !state.scores[k].is_empty())));
    kept.push(some(&|state| !state.sanctions.is_empty()));
    kept.extend([some(&|state| !state.reactions.is_empty()); 2]);
    let known = move |row: Vec<String>| {
        row.into_iter().zip(&kept).filter(|(_, kept)| **kept).map(|(cell, _)| cell).collect()
    };
    let rows = panel.states.iter().flat_map(|state| {
        let party = state.party.map(|date| date.floor() as i32);
        let mut years: BTreeSet<i32> = state.tiers.keys().copied().collect();
        years.extend(state.scores.iter().flat_map(|scores| scores.keys()));
        years.extend(state.sanctions.keys().chain(state.reactions.keys()));
        years.extend(state.law.into_iter().chain(party));
        years.into_iter().map(move |year| {
            let mut row = vec![state.id.clone(), year.to_string()];
            row.push(state.tiers.get(&year).map_or("", |grade| TIERS[usize::from(*grade)]).into());
            row.push(state.law.filter(|law| *law == year).map_or(String::new(), |law| law.to_string()));
            let date = state.party.filter(|_| party == Some(year));
            row.push(date.map_or(String::new(), |date| date.to_string()));
            for scores in &state.scores {
                row.push(scores.get(&year).map_or(String::new(), u8::to_string));
            }
            let imposed = state.sanctions.get(&year);
            row.push(imposed.map_or(String::new(), |imposed| u8::from(*imposed).to_string()));
            let reacted = state.reactions.get(&year);
            row.push(reacted.map_or("", |value| reaction(*value)).into());
            let coverage = reacted.and_then(|_| panel.coverage.get(&year));
            row.push(coverage.map_or(String::new(), f64::to_string));
            row
        })
    });
    let header: Vec<String> = known(header);
    table(&header, rows.map(known))
}

fn imputed(panel: &Panel) -> String {
    let header = ["state", "variable", "value", "how", "spread_times"].map(String::from);
    let rows = panel.states.iter().flat_map(|state| {
        let missing = Covariate::ALL.iter().zip(&state.known).filter(|(_, known)| known.how != How::Given);
        missing.map(|(covariate, known)| {
            let how = known.how;
            let (value, times) = (known.value.to_string(), how.widening().to_string());
            vec![state.id.clone(), covariate.column().0.into(), value, how.describe().into(), times]
        })
    });
    table(&header, rows)
}

/// Adoptions before the start: facts of the scenario.
fn adopted_before(panel: &Panel, date: impl Fn(&StateRecord) -> Option<f64>) -> String {
    let start = f64::from(panel.settings.start);
    let facts: Vec<String> = panel
        .states
        .iter()
        .filter_map(|state| {
            date(state).filter(|date| *date < start).map(|date| format!("{} = {date:?}", state.id))
        })
        .collect();
    if facts.is_empty() { String::new() } else { format!("adopted = {{ {} }}\n", facts.join(", ")) }
}

fn scenario(panel: &Panel, coding: &Coding) -> String {
    let c = &coding.coefficients;
    let (start, end) = (panel.settings.start, panel.settings.end);
    let mut out = format!(
        "# Made by `suasion panel`: {} states, {start} to {}. Traits are coded from covariates by coefficients.toml;\n\
         # imputed.csv lists what was missing and what stands in for it. Parameters and numbers of the rating regime are the\n\
         # defaults: `suasion params` says which were fitted to the record of 183 states, with the panel's own coefficients.\n\
         version = 2\n\
         title = \"A panel of {} states, {start}-{}\"\n\
         states = \"states.csv\"\nties = \"ties.csv\"\nobserved = \"observed.csv\"\n\n\
         [time]\nstart = {start}\nend = {end}\nsteps_per_year = 4\n\n[runs]\nreplicates = 200\nseed = {start}\n",
        panel.states.len(),
        end - 1,
        panel.states.len(),
        end - 1,
    );
    let regions: BTreeSet<&str> = panel.states.iter().map(|state| state.region.as_str()).collect();
    for region in regions {
        let title = panel.titles.get(region).map_or(region, String::as_str);
        let _ = write!(
            out,
            "\n[[regime]]\nid = {region:?}\nkind = \"community\"\ntitle = {title:?}\nmembers = [{region:?}]\n\
             tie_weight = {:?}\nengagement = [{{ from = {start}, value = {:?} }}]\nsource = \"coefficients.toml\"\n",
            c.region_weight,
            coding.engagement(c, region),
        );
    }
    let _ = write!(
        out,
        "\n[[regime]]\nid = {CONVENTION_REGIME:?}\nkind = \"convention\"\ntitle = \"The convention as a standard that is argued\"\n\
         strength = [{{ from = {OPENS:?}, value = 1.0 }}]\nsource = \"open for signature from December 2000\"\n\
         \n[[regime]]\nid = {REGIME:?}\nkind = \"rating\"\ntitle = \"Trafficking in Persons report\"\ndemands = [{LAW:?}]\n\
         from = {FIRST_REPORT}\n{TVPA}\n\
         source = \"Trafficking in Persons reports; the watch list by the law of 2003, its limit by that of 2008\"\n"
    );
    out += "\n[regime.rated_from] # the first report in which each state is graded\n";
    for state in &panel.states {
        if let Some((year, _)) = state.tiers.iter().find(|(_, grade)| **grade > 0) {
            let _ = writeln!(out, "{} = {year}", state.id);
        }
    }
    let _ = write!(
        out,
        "\n[[instrument]]\nid = {LAW:?}\nkind = \"law\"\ntitle = \"Full criminalization\"\nhazard = {:?}\n{}\
         source = \"coefficients.toml; adoptions before {start} are facts\"\n\
         \n[[instrument]]\nid = {CONVENTION:?}\nkind = \"convention\"\ntitle = \"The convention\"\nopens = {OPENS:?}\n\
         hazard = {:?}\nramp = {:?}\nsource = \"coefficients.toml\"\n",
        c.law_hazard,
        adopted_before(panel, |state| state.law.map(f64::from)),
        c.convention_hazard,
        c.convention_ramp,
    );
    out += "\n[counterfactual.no-tvpa]\ntitle = \"The unilateral regime never existed\"\nremove = [\"regime.tvpa\"]\n\
            \n[counterfactual.no-crowding]\ntitle = \"The null model: no crowding-out\"\n\
            \n[counterfactual.no-crowding.set]\n";
    for name in crate::model::parameters::CROWDING {
        let _ = writeln!(out, "\"parameters.{name}\" = 0.0");
    }
    out
}
