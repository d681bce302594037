//! From the file as written to the world as simulated: every rule that a scenario must keep, one file per kind of
//! entry. All problems are collected; a world is handed out only where there is none.

mod clock;
mod context;
mod ends;
mod events;
mod grades;
mod instruments;
mod rates;
mod regimes;
mod states;
mod texts;
mod theory;
mod ties;

pub(crate) use context::Context;
pub use rates::keeps_joint_rules;
pub(crate) use states::MOST_STATES;
pub(crate) use theory::{doubts, doubts_of_units};

use super::betas::Betas;
use super::document::Document;
use super::episode::{self, Episode};
use super::error::ScenarioError;
use super::lab::{self, Lab};
use super::observed::{self, Observed};
use super::path::SECTIONS;
use super::pattern::{self, Pattern};
use super::report::Report;
use super::sources;
use super::sweep::{self, Sweep};
use super::theories::{self, Head};
use super::{counterfactual, counterfactual::Counterfactual, numbers, wire};
use crate::lanes::randomness::Drawer;
use crate::model::parameters::{PARAMETERS, Parameters};
use crate::model::theory::Theory;
use crate::model::world::{Instrument, Rating, World};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All that a document says, validated.
pub(crate) struct Built {
    pub title: String,
    pub description: Option<String>,
    pub world: World,
    pub replicates: u32,
    pub seed: u64,
    pub observed: Observed,
    pub episodes: Vec<Episode>,
    pub patterns: Vec<Pattern>,
    pub counterfactuals: Vec<Counterfactual>,
    pub sweep: Option<Sweep>,
    pub lab: Lab,
    pub theories: Vec<Head>,
    pub priors: Vec<(String, String)>,
    pub names: Vec<String>,
    pub regions: Vec<Option<String>>,
    pub titles: BTreeMap<String, String>,
}

/// Validates a document. `whole` names the overlay in whose name that is done; `tables` has the beta distributions made so far.
pub(crate) fn build(
    document: &Document,
    whole: Option<String>,
    tables: &Betas,
) -> Result<Built, ScenarioError> {
    let blamed = whole.clone();
    refuse_theory(document, whole.clone(), tables)?;
    let mut report = Report::new(document, whole, tables);
    let root = &document.root;
    let head: Option<wire::Root> = report.read(root, "");
    if let Some(head) = &head {
        check_head(&mut report, document, head);
    }
    lists(&mut report, document);
    sources::check(&mut report, document);
    texts::check(&mut report, document);
    let (clock, timed) = clock::clock(&mut report, root);
    let (replicates, seed) = clock::runs(&mut report, root);
    let parameters = parameters(&mut report, document);
    let counterfactuals = counterfactual::list(&mut report, document);
    let sweep = sweep::sweep(&mut report, document);
    let lab = lab::lab(&mut report, document);
    let theories = theories::heads(&mut report, document);
    let priors: Option<BTreeMap<String, String>> =
        root.get("prior").and_then(|node| report.read(node, "prior"));

    let mut context = Context::new(document, report, (clock, timed));
    context.own_traits = Arc::new(theory::traits(&mut context));
    let drafts = states::states(&mut context);
    let communities = regimes::communities(&mut context);
    let conventions = regimes::conventions(&mut context);
    let observed = observed::observed(&mut context);
    let mut ratings = regimes::ratings(&mut context, &observed, &communities);
    let instruments = instruments::instruments(&mut context, &observed);
    let ties = ties::ties(&mut context);
    let corridors = ties::corridors(&mut context);
    let events = events::events(&mut context, &ratings, &instruments);
    ends::check(&mut context, &mut ratings, &instruments, &communities, &events);
    let episodes = episode::episodes(&mut context);
    let patterns = pattern::patterns(&mut context);
    states::check_graded(&mut context, &drafts, &ratings);
    rates::check(&mut context, &parameters, &ratings, drafts.len());
    let mut theory = theory::theory(&mut context, &ratings, &instruments, &communities);
    drawers(&mut context, &ratings, &instruments, &theory);

    let Context { report, titles, .. } = context;
    report.finish()?;
    let (mut states, mut names, mut regions) = (Vec::new(), Vec::new(), Vec::new());
    theory.traits = vec![Vec::with_capacity(drafts.len()); theory.said.traits.len()];
    for draft in drafts {
        theory.traits.iter_mut().zip(draft.own).for_each(|(states, own)| states.push(own));
        names.push(draft.name.unwrap_or_else(|| draft.state.id.clone()));
        regions.push(draft.region);
        states.push(draft.state);
    }
    let (title, description) = head.map_or_else(Default::default, |head| (head.title, head.description));
    let world = World {
        clock,
        parameters,
        states,
        ties,
        ratings,
        conventions,
        communities,
        instruments,
        events,
        corridors,
        theory,
    };
    // How large a rate can be is known of the whole world alone.
    let mut report = Report::new(document, blamed, tables);
    theory::check_rates(&mut report, document, &world);
    report.finish()?;
    Ok(Built {
        title,
        description,
        world,
        replicates,
        seed,
        observed,
        episodes,
        patterns,
        counterfactuals,
        sweep,
        lab,
        theories,
        priors: priors.into_iter().flatten().collect(),
        names,
        regions,
        titles,
    })
}

/// Refuses regimes, instruments and what is the scenario's own that would see each other's luck, since their names hash to one number.
fn drawers(context: &mut Context<'_>, ratings: &[Rating], instruments: &[Instrument], theory: &Theory) {
    let regimes = ratings.iter().map(|rating| (rating.drawer, "regime", &rating.id));
    let instruments = instruments.iter().map(|instrument| (instrument.drawer, "instrument", &instrument.id));
    let traits = theory.said.traits.iter().map(|own| (own.drawer, "trait", &own.id));
    let drawn = theory.said.drawers.iter().map(|drawing| (drawing.drawer, drawing.kind, &drawing.id));
    let mut seen = BTreeMap::from([(Drawer::STATE, "state".to_string())]);
    for (drawer, section, id) in regimes.chain(instruments).chain(traits).chain(drawn) {
        let name = format!("{section}.{id}");
        let other = seen.insert(drawer, name.clone());
        // An id given twice is refused as such.
        if let Some(other) = other.filter(|other| *other != name) {
            let document = context.document;
            let entry = document.entries(section).iter().find(|node| context::text(node, "id") == Some(id));
            let at = entry.map_or(document.root.origin, |node| super::report::origin(node, "id"));
            let what = format!("has the same key of draws as `{other}`");
            context.report.wrong(at, name, what, Some("choose another id".into()));
        }
    }
}

fn check_head(report: &mut Report<'_>, document: &Document, head: &wire::Root) {
    if head.version != 2 {
        let at = super::report::origin(&document.root, "version");
        let hint = match head.version {
            1 => "`suasion convert` turns a file of version 1 into version 2",
            _ => "2 is the version that this program reads",
        };
        report.add(at, "version".into(), head.version.to_string(), Some("2".into()), Some(hint.into()));
    }
    for (i, id) in head.absent.iter().flatten().enumerate() {
        if super::loaded::absent(id).is_none() {
            let at = document.root.get("absent").map_or(document.root.origin, |node| node.origin);
            let expected = "`regime.ID`, `instrument.ID`, `variable.ID` or `shock.ID`";
            report.expected(at, format!("absent[{i}]"), crate::excerpt::quoted(id), expected);
        }
    }
    if head.title.trim().is_empty() {
        let at = super::report::origin(&document.root, "title");
        report.expected(at, "title", crate::excerpt::quoted(&head.title), "a title");
    }
}

/// Refuses what is meant to be laid over a scenario, whose every line would be told as a mistake.
fn refuse_theory(document: &Document, whole: Option<String>, tables: &Betas) -> Result<(), ScenarioError> {
    let mut report = Report::new(document, whole, tables);
    let root = &document.root;
    let is_theory = root.get("argument").is_some()
        && ["time", "state", "population", "regime"].iter().all(|key| root.get(key).is_none());
    if is_theory {
        let hint = "lay it over a scenario: suasion run asean --theory FILE";
        report.wrong(root.origin, "", "it is a theory, and no scenario", Some(hint.into()));
    }
    report.finish()
}

/// Refuses a section of entries that is one table: `[state]` where `[[state]]` is meant.
pub(super) fn lists(report: &mut Report<'_>, document: &Document) {
    for section in SECTIONS.into_iter().chain([episode::SECTION, pattern::SECTION, theories::SECTION]) {
        if let Some(node) = document.root.get(section).filter(|node| node.list().is_none()) {
            let expected = format!("entries, each under [[{section}]] with two brackets");
            report.expected(node.origin, section, node.describe(), expected);
        }
    }
}

fn parameters(report: &mut Report<'_>, document: &Document) -> Parameters<f64> {
    let mut parameters = Parameters::default();
    if let Some(node) = document.root.get("parameters") {
        let keys = numbers::keys(PARAMETERS);
        // Parameters of the scenario's own are read with its theory.
        let mut of_model = node.clone();
        if let Some(table) = of_model.table_mut() {
            for id in theory::parameter_ids(document) {
                table.remove(id);
            }
        }
        let _: Option<wire::Parameters> = report.read_without(&of_model, "parameters", &keys);
        numbers::numbers(report, node, "parameters", PARAMETERS, |i, x, _| parameters.values_mut()[i] = x);
    }
    parameters
}
