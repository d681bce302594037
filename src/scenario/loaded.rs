//! A scenario that is read and not yet built: what overlays are applied to.

use super::betas::Betas;
use super::document::{self, Document, Kind, Layer, Node, Origin, SET, Value};
use super::error::{Problem, ScenarioError};
use super::overlay::number;
use super::report::Report;
use super::theories::{self, TheoryText};
use super::{Scenario, counterfactual, overlay, tables, validate, whole};
use crate::excerpt::{self, excerpt};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A scenario that is read and not yet built. Overlays apply in the order of the calls.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub(super) document: Document,
    pub(super) betas: Betas,
    written: Arc<Written>,
}

/// What a scenario was read from: read again to tell what is wrong with it by itself from what overlays made wrong.
#[derive(Debug)]
struct Written {
    file: String,
    text: String,
    folder: Option<PathBuf>,
}

/// A regime, instrument, variable or shock that a file says is not there.
pub(super) fn absent(text: &str) -> Option<(Kind, String)> {
    match text.split_once('.')? {
        ("regime", id) => Some((Kind::Regime, id.to_string())),
        ("instrument", id) => Some((Kind::Instrument, id.to_string())),
        ("variable", id) => Some((Kind::Variable, id.to_string())),
        ("shock", id) => Some((Kind::Shock, id.to_string())),
        _ => None,
    }
}

impl Loaded {
    pub(crate) fn parse(
        name: &str,
        file: &str,
        text: &str,
        folder: Option<&Path>,
    ) -> Result<Self, ScenarioError> {
        let mut document = Document {
            name: name.into(),
            root: document::parse(file, text, 0)?,
            layers: vec![Layer { file: file.into(), text: text.into(), ..Layer::default() }],
            removed: BTreeSet::new(),
            narrowed: false,
            counterfactual: None,
        };
        for id in document.root.get("absent").and_then(Node::list).unwrap_or_default() {
            document.removed.extend(id.text().and_then(absent));
        }
        tables::load(&mut document, folder)?;
        let written = Written { file: file.into(), text: text.into(), folder: folder.map(Path::to_path_buf) };
        Ok(Loaded { document, betas: Betas::default(), written: Arc::new(written) })
    }

    #[cfg(test)]
    pub(crate) fn document_mut(&mut self) -> &mut Document {
        &mut self.document
    }

    /// The scenario's name: the stem of the file, or the bundled name.
    pub fn name(&self) -> &str {
        &self.document.name
    }

    /// The scenario as one text, its table files written into it: to be kept where the file may change. Read again, and
    /// overlaid in the same way, it makes the same runs. Comments are lost.
    pub fn whole(&self) -> String {
        whole::text(&self.document.root)
    }

    /// The ids of its counterfactuals.
    pub fn counterfactuals(&self) -> Vec<String> {
        counterfactual::ids(&self.document)
    }

    /// The table files that it was read from, each by its path.
    pub fn table_files(&self) -> Vec<&str> {
        let tables = self.document.layers.iter().filter(|layer| layer.table);
        tables.map(|layer| layer.file.as_str()).collect()
    }

    /// A counterfactual in TOML that sets numbers by path, on top of another of the scenario or of none: what stands in a
    /// file to be kept.
    pub fn as_counterfactual(
        &self,
        id: &str,
        title: &str,
        from: Option<&str>,
        set: &BTreeMap<String, f64>,
    ) -> String {
        whole::text(&counterfactual::made(&self.document, id, title, from, set))
    }

    /// Sets a value: `state.IDN.capacity=0.5`, as `--set` gives it. The value is TOML, or a bare word.
    ///
    /// # Errors
    /// If it is not an assignment, or the path leads nowhere. Whether the value is right is seen when building.
    pub fn set(&mut self, assignment: &str) -> Result<(), ScenarioError> {
        self.set_by(assignment, None)
    }

    /// The same of an assignment that no `--set` brought: `by` is what errors say before it.
    pub(crate) fn set_by(&mut self, assignment: &str, by: Option<String>) -> Result<(), ScenarioError> {
        let layer = self.document.layer("", Some(format!("{SET}{}", assignment.trim())));
        self.document.layers[layer as usize].brought_by = by;
        let at = Origin { layer, line: 0 };
        match overlay::assignment(assignment, layer) {
            Ok((path, value)) => Ok(overlay::set(&mut self.document, path, &value)?),
            Err(lost) => Err(overlay::problem(&self.document, at, "", lost).into()),
        }
    }

    /// Sets a number at a path, as an axis of a sweep does.
    ///
    /// # Errors
    /// If the path leads nowhere.
    pub fn set_number(&mut self, path: &str, x: f64) -> Result<(), ScenarioError> {
        let layer = self.document.layer("", Some(format!("{path} = {}", excerpt::number(x))));
        Ok(overlay::set(&mut self.document, path, &number(x, Origin { layer, line: 0 }))?)
    }

    /// Applies a counterfactual of the scenario.
    ///
    /// # Errors
    /// If there is none of this id, or one of its paths leads nowhere.
    pub fn apply_counterfactual(&mut self, id: &str) -> Result<(), ScenarioError> {
        counterfactual::apply(&mut self.document, id)
    }

    /// Lays a theory over the scenario: its parameters and mechanisms.
    ///
    /// # Errors
    /// If a path that it sets leads nowhere. Whether it fits is seen when building.
    ///
    /// ```
    /// use suasion::scenario::{Scenario, theories};
    /// let mut asean = Scenario::load("asean").unwrap();
    /// asean.apply_theory(&theories::read("backlash").unwrap()).unwrap();
    /// assert_eq!(asean.build_alone().unwrap().world.theory.said.mechanisms.len(), 1);
    /// ```
    pub fn apply_theory(&mut self, theory: &TheoryText) -> Result<(), ScenarioError> {
        theories::apply(&mut self.document, theory)
    }

    /// Narrows or moves the run's years. What the scenario dates after the end is left out; what it dates before the
    /// start holds from the start.
    ///
    /// # Errors
    /// If the scenario's `time` is not a table. Whether the years are in the calendar is seen when building.
    pub fn years(&mut self, years: Range<i32>) -> Result<(), ScenarioError> {
        let layer = self.document.layer("", Some(format!("--years {}..{}", years.start, years.end)));
        self.document.narrowed = true;
        for (key, year) in [("start", years.start), ("end", years.end)] {
            let value = Node::new(Value::Integer(i64::from(year)), Origin { layer, line: 0 });
            overlay::set(&mut self.document, &format!("time.{key}"), &value)?;
        }
        Ok(())
    }

    /// Validates, and with it every counterfactual and the ends of the sweep, each applied on its own.
    ///
    /// # Errors
    /// All problems found, up to a number.
    pub fn build(&self) -> Result<Scenario, ScenarioError> {
        let built = self.build_alone();
        let mut report = Report::new(&self.document, None, &self.betas);
        let base = match built {
            Ok(scenario) => Some(scenario),
            Err(error) => {
                report.absorb(error)?;
                None
            }
        };
        if self.document.counterfactual.is_none() {
            for id in self.counterfactuals() {
                let mut document = self.document.clone();
                let applied = counterfactual::apply(&mut document, &id);
                let checked = match applied {
                    Ok(()) if base.is_some() => {
                        validate::build(&document, Some(format!("counterfactual {id}")), &self.betas)
                            .map(drop)
                    }
                    applied => applied,
                };
                checked.or_else(|error| report.absorb(error))?;
            }
        }
        if let Some(scenario) = &base {
            self.check_sweep(scenario).or_else(|error| report.absorb(error))?;
            self.check_lab(scenario, &mut report)?;
        }
        report.finish()?;
        base.ok_or_else(|| Problem { found: "invalid".into(), ..Problem::default() }.into())
    }

    /// Validates the scenario by itself: what a sweep needs for each of its many points.
    ///
    /// # Errors
    /// All problems found, up to a number.
    pub fn build_alone(&self) -> Result<Scenario, ScenarioError> {
        let built = validate::build(&self.document, None, &self.betas).map_err(|error| self.blamed(error))?;
        Ok(Scenario {
            name: self.document.name.clone(),
            title: built.title,
            description: built.description,
            world: built.world,
            replicates: built.replicates,
            seed: built.seed,
            observed: built.observed,
            episodes: built.episodes,
            patterns: built.patterns,
            counterfactuals: built.counterfactuals,
            counterfactual: self.document.counterfactual.clone(),
            sweep: built.sweep,
            lab: built.lab,
            theories: built.theories,
            priors: built.priors,
            names: built.names,
            regions: built.regions,
            titles: built.titles,
            document: Arc::new(self.document.clone()),
        })
    }

    /// An error whose problems name the overlays where the scenario by itself has no such problem: what they change may be at
    /// odds with a line of the file that they leave alone.
    fn blamed(&self, mut error: ScenarioError) -> ScenarioError {
        let overlays = self.document.blamed().collect::<Vec<_>>().join(", ");
        let ScenarioError::Invalid { problems, .. } = &mut error else { return error };
        if overlays.is_empty() || problems.iter().all(|problem| problem.overlay.is_some()) {
            return error;
        }
        let Written { file, text, folder } = &*self.written;
        let alone = Loaded::parse(self.name(), file, text, folder.as_deref());
        let alone = alone.and_then(|loaded| loaded.build_alone()).err();
        let known = alone.as_ref().map_or(&[][..], ScenarioError::problems);
        for problem in problems.iter_mut().filter(|p| p.overlay.is_none() && !known.contains(p)) {
            problem.overlay = Some(excerpt(&overlays).into_owned());
        }
        error
    }

    /// Sets every axis to its low end, then to its high end: a path that leads nowhere, and an end that is no valid
    /// value, are told before the first point is run.
    fn check_sweep(&self, scenario: &Scenario) -> Result<(), ScenarioError> {
        let (Some(sweep), None) = (&scenario.sweep, &self.document.counterfactual) else { return Ok(()) };
        let entries =
            self.document.root.get("sweep").and_then(|sweep| sweep.get("axis")?.list()).unwrap_or_default();
        for high in [false, true] {
            let mut document = self.document.clone();
            let file = document.layers[0].file.clone();
            for (axis, node) in sweep.axes.iter().zip(entries) {
                let x = if high { axis.high } else { axis.low };
                let layer = document
                    .layer(file.clone(), Some(format!("sweep {} = {}", axis.path, excerpt::number(x))));
                overlay::set(&mut document, &axis.path, &number(x, Origin { layer, ..node.origin }))
                    .map_err(|mut problem| {
                        problem.overlay = Some("sweep".into());
                        problem
                    })?;
            }
            let end = if high { "high" } else { "low" };
            validate::build(&document, Some(format!("sweep, `{end}` of every axis")), &self.betas)?;
        }
        Ok(())
    }
}
