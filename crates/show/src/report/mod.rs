//! A report of a finished folder: one page that needs nothing else, and figures for papers.
//!
//! The way of a report: [`folder`] says what is there and refuses what is not as it was written -> [`numbers`] reads it, and
//! [`again`] simulates again what was not kept -> figures, each with its caption, its description for those who do not
//! see it, and its data -> [`page`]. It estimates nothing that experiments do not.

mod adoption;
mod again;
pub mod belief;
mod comparison;
mod crowding;
mod effects;
pub mod figure;
mod findings;
mod folder;
mod layout;
mod ledger;
mod numbers;
mod page;
mod phases;
mod places;
mod sensitivity;
mod shapley;
mod sweep;
mod tiers;
mod ties;
mod trajectories;
mod waits;

pub use figure::{Data, Figure};
pub use findings::Findings;

use folder::{Folder, Kind};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::experiment::error::ExperimentError;
use suasion::output::manifest::Manifest;
use suasion::scenario::{Scenario, nearest};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// States to show, by id or name; empty: all, or regions where states are many.
    pub states: &'a [String],
    /// How to simulate again what was not kept; changes no result.
    pub options: Options,
    /// Raised to stop.
    pub stop: &'a AtomicBool,
}

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    /// What kind of result it is of, in a few words.
    pub kind: String,
    /// The folder's manifest.
    pub manifest: Manifest,
    /// The scenario that was run; the one that is varied, of a sweep.
    pub scenario: Scenario,
    /// The history in which it was run, as it is asked for, and with which luck of counterfactuals; none of free runs.
    pub given: Option<(String, String)>,
    /// Name and title of each counterfactual beside the baseline.
    pub arms: Vec<(String, String)>,
    /// Scenarios that say something of their own beyond the model, each with the name of the arm that first does; empty: the baseline.
    pub beyond: Vec<(String, Scenario)>,
    /// What came out, in short: the page opens with it.
    pub findings: Findings,
    /// The figures, in the order of the page.
    pub figures: Vec<Figure>,
    /// What the page does not show, and how to see it.
    pub left_out: Vec<String>,
}

/// The scenarios of a folder that say something of their own, each where it is first said.
fn beyond(folder: &Folder) -> Vec<(String, Scenario)> {
    let arms = folder.arms.iter().map(|arm| (arm.name.as_str(), &arm.scenario));
    let mut all: Vec<(String, Scenario)> = Vec::new();
    for (name, scenario) in [("", &folder.scenario)].into_iter().chain(arms) {
        let said = &scenario.world.theory.said;
        if !said.is_empty() && all.iter().all(|(_, other)| other.world.theory.said != *said) {
            all.push((name.to_string(), scenario.clone()));
        }
    }
    all
}

impl Report {
    /// Reads a folder and lays out its report.
    ///
    /// # Errors
    /// If there is no such folder, it holds no results of this format, a file of them is missing or not as it was written,
    /// or a state asked for is not in it.
    pub fn read(folder: &Path, request: Request) -> Result<Report, ExperimentError> {
        let folder = Folder::open(folder)?;
        let places = places::chosen(&folder.scenario, request.states)?;
        let mut report = Report {
            kind: folder.kind.to_string(),
            manifest: folder.manifest.clone(),
            scenario: folder.scenario.clone(),
            given: folder.given(),
            arms: folder.arms.iter().map(|arm| (arm.name.clone(), arm.title.clone())).collect(),
            beyond: beyond(&folder),
            findings: Findings::default(),
            figures: Vec::new(),
            left_out: Vec::new(),
        };
        match folder.kind {
            Kind::Run | Kind::Explanation => report.of_run(&folder, &places, request)?,
            Kind::Comparison => report.of_comparison(&folder, &places, request)?,
            Kind::Belief => {
                let asked: Vec<usize> = if request.states.is_empty() {
                    Vec::new()
                } else {
                    places.all.iter().filter_map(places::Place::state).collect()
                };
                report.figures.extend(belief::figures(&folder, &asked)?);
                report.findings = belief::findings(&folder)?;
                report.left_out.push("What surprised the model, and how probable each entry of the record was: they are in likelihood.csv.".into());
            }
            Kind::Sweep => {
                sweep::figures(&folder, &mut report)?;
                sensitivity::figures(&folder, &mut report)?;
            }
        }
        report.figures.extend(ties::figure(&folder.scenario, &mut report.left_out));
        Ok(report)
    }

    fn of_run(
        &mut self,
        folder: &Folder,
        places: &places::Places,
        request: Request,
    ) -> Result<(), ExperimentError> {
        let (numbers, findings) = match folder.kind {
            Kind::Run => (numbers::of_summary(folder, places)?, findings::of_run(folder)?),
            _ => (numbers::of_explanation(folder, places)?, findings::of_explained(folder, places)?),
        };
        self.findings = findings;
        self.left_out.extend(places.left_out.clone());
        self.figures.extend(trajectories::figures(folder, places, &numbers));
        if folder.kind == Kind::Run {
            self.figures.extend(trajectories::every_state(folder, &mut self.left_out)?);
            if numbers.has("phase=0") {
                self.figures.push(phases::figure(folder, places, &numbers));
            }
        }
        self.figures.extend(tiers::figures(folder, places, &numbers));
        self.figures.extend(adoption::figure(folder, places, &numbers));
        if let Some(again) = again::simulate(folder, request, &mut self.left_out)? {
            self.figures.push(ledger::of_run(folder, places, &again));
            if folder.kind == Kind::Explanation && !folder.arms.is_empty() {
                self.figures.extend(comparison::differences(folder, places)?);
                self.figures.push(ledger::of_comparison(folder, places, &again));
            }
        }
        Ok(())
    }

    fn of_comparison(
        &mut self,
        folder: &Folder,
        places: &places::Places,
        request: Request,
    ) -> Result<(), ExperimentError> {
        self.left_out.extend(places.left_out.clone());
        self.findings = findings::of_comparison(folder)?;
        self.figures.extend(comparison::differences(folder, places)?);
        self.figures.extend(comparison::trajectories(folder, places)?);
        self.figures.push(comparison::adoption(folder)?);
        self.figures.extend(waits::figures(folder, places)?);
        self.figures.extend(crowding::figure(folder)?);
        let shares = shapley::figures(folder)?;
        if shares.is_empty() {
            self.left_out.push(
                "How much of the differences each mechanism makes (Shapley shares): they were not asked for. `suasion compare --decompose` has them.".into(),
            );
        }
        self.figures.extend(shares);
        self.figures.extend(effects::figures(folder)?);
        if let Some(again) = again::simulate(folder, request, &mut self.left_out)? {
            self.figures.push(ledger::of_comparison(folder, places, &again));
            self.figures.push(phases::of_arms(folder, &again));
        }
        Ok(())
    }

    /// A figure by name; a family's name (`trajectories`) stands for its first.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn figure(&self, name: &str) -> Result<&Figure, ExperimentError> {
        let of_family = |figure: &&Figure| {
            figure.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let exact = self.figures.iter().find(|figure| figure.name == name);
        exact.or_else(|| self.figures.iter().find(of_family)).ok_or_else(|| {
            let names = || self.figures.iter().map(|figure| figure.name.as_str());
            let all = || format!("there are {}", names().collect::<Vec<_>>().join(", "));
            let hint = nearest(name, names()).filter(|hint| hint.starts_with("did")).unwrap_or_else(all);
            ExperimentError::asked(format!("this report has no figure `{name}`"), Some(hint))
        })
    }

    /// The page, as HTML.
    ///
    /// # Errors
    /// If a figure cannot be drawn.
    pub fn page(&self) -> Result<String, ExperimentError> {
        Ok(page::html(self)?)
    }
}
