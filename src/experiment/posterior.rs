//! A posterior as other commands read it: weighted draws of parameters, and which of them a replicate sees.
//!
//! Replicate r sees a draw that is a pure function of (seed, r), in every arm of a comparison: so intervals over replicates
//! cover both luck and what is not known of the parameters, and arms stay paired.

use crate::engine::parallel::make_in_order;
use crate::evidence::panel::{CODING, Coding, Coefficients, USED, coded_alike};
use crate::experiment::calibrate::LINK;
use crate::experiment::calibrate::Wheel;
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::model::world::World;
use crate::output::manifest::PosteriorEntry;
use crate::scenario::{Factors, Left, Loaded, Mark, ScenarioError};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

mod drawn;
mod file;
mod prior;

pub use drawn::{Drawn, Worlds};
pub(crate) use file::csv_text;

/// Name of the posterior's file in a folder of results.
pub const POSTERIOR: &str = "posterior.csv";
/// The name by which the posterior that the program brings along is asked for.
pub const BUNDLED: &str = "bundled";
/// Columns before the parameters.
pub(crate) const COLUMNS: [&str; 4] = ["suasion", "draw", "weight", "distance"];
/// What a column of draws is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    /// A path of the scenario.
    Path,
    /// A coefficient by which a panel is coded.
    Link,
    /// Nothing of a scenario.
    Around,
}

/// Weighted draws of the parameters at some paths. A draw is set as a whole, and is valid or not as a whole.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// What it is called in errors.
    name: String,
    /// Hash of the file it was read from.
    blake3: String,
    /// Its columns, by path.
    paths: Vec<String>,
    /// What each is set in.
    columns: Vec<Column>,
    weights: Vec<f64>,
    distances: Vec<f64>,
    /// By draw, then column.
    values: Vec<f64>,
    wheel: Wheel,
    /// How the scenario is coded in which links are set.
    coding: Option<Coding>,
}

impl Posterior {
    /// The same for a scenario file: where it is a panel's, columns of links code it anew in each draw, from what the panel
    /// wrote beside it.
    ///
    /// # Errors
    /// If what lies beside it is not as a panel writes it.
    pub fn coded_beside(self, scenario: &Path) -> Result<Posterior, ExperimentError> {
        if !self.columns.contains(&Column::Link) {
            return Ok(self);
        }
        let coding = Coding::beside(scenario).map_err(|error| ExperimentError::Asked(error.to_string()))?;
        if let Some(coding) = &coding {
            for link in self.paths.iter().filter_map(|path| path.strip_prefix(LINK)) {
                coding.coefficients.position(link).map_err(|hint| {
                    let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
                    self.told(&format!("column {LINK}{link}: there is no link `{link}`{hint}"))
                })?;
            }
        }
        Ok(Posterior { coding, ..self })
    }

    /// Checks that it has something to set in a scenario, and that the scenario is coded as what lies beside it says: what
    /// was coded by hand since would be coded anew unseen.
    ///
    /// # Errors
    /// If not, or the scenario is not valid.
    pub fn check(&self, from: &Loaded) -> Result<(), ExperimentError> {
        if self.paths().is_empty() {
            return Err(self.told(&"it has no parameter of this scenario"));
        }
        let Some(coding) = &self.coding else { return Ok(()) };
        let mut again = from.clone();
        let mark = again.mark("coded anew");
        let told = |error: ScenarioError| self.told(&error);
        coding.set(&coding.coefficients, &mut again, mark).map_err(told)?;
        // What a folder of results holds against every draw.
        for (k, path) in self.paths.iter().enumerate().filter(|(k, _)| self.columns[*k] == Column::Path) {
            let x = self.values(0)[k];
            if (1..self.len()).all(|draw| self.values(draw)[k] == x) {
                again.set_marked(path, x, mark).map_err(told)?;
            }
        }
        if !coded_alike(&from.build_alone()?.world, &again.build_alone()?.world) {
            let found = format!(
                "its links code a panel anew, and {} is not coded as {CODING} and {USED} beside it say",
                from.name()
            );
            return Err(
                self.told(&format!("{found}; make it anew with `suasion panel`, and change it by --set"))
            );
        }
        Ok(())
    }

    /// Number of draws.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// Whether it sets what a column has.
    fn sets(&self, column: Column) -> bool {
        match column {
            Column::Path => true,
            Column::Link => self.coding.is_some(),
            Column::Around => false,
        }
    }

    fn named(&self, set: bool) -> Vec<&str> {
        let columns = self.paths.iter().zip(&self.columns);
        columns.filter(|(_, column)| self.sets(**column) == set).map(|(path, _)| path.as_str()).collect()
    }

    /// The paths that it sets.
    pub fn paths(&self) -> Vec<&str> {
        self.named(true)
    }

    /// Parameters that it has draws of and the scenario has not: of how it is observed, and of the coding where it is not
    /// coded.
    pub fn around(&self) -> Vec<&str> {
        self.named(false)
    }

    /// What it was read from: a path, or [`BUNDLED`].
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a manifest says of it.
    pub fn entry(&self) -> PosteriorEntry {
        // Where the file lay changes no result.
        let file = Path::new(&self.name).file_name().map(|name| name.to_string_lossy().into_owned());
        let name = file.unwrap_or_else(|| self.name.clone());
        PosteriorEntry { name, draws: self.len() as u64, blake3: self.blake3.clone() }
    }

    /// The draw that a replicate sees.
    pub fn draw(&self, seed: u64, replicate: u32) -> usize {
        let word = double_words(seed, Purpose::Posterior, replicate, 0)[0];
        self.wheel.at(((word >> 11) as f64 + 0.5) / (1u64 << 53) as f64)
    }

    /// Values of a draw, by column.
    pub(in crate::experiment) fn values(&self, draw: usize) -> &[f64] {
        &self.values[draw * self.paths.len()..(draw + 1) * self.paths.len()]
    }

    /// Sets the parameters of a draw, all under one mark: first the coding, then what has a path.
    ///
    /// # Errors
    /// If a path leads nowhere in the scenario.
    pub fn set(&self, draw: usize, loaded: &mut Loaded) -> Result<Mark, ExperimentError> {
        let mark = loaded.mark(&format!("draw {draw}"));
        self.set_values(self.values(draw), loaded, mark)?;
        Ok(mark)
    }

    fn set_values(&self, values: &[f64], loaded: &mut Loaded, mark: Mark) -> Result<(), ExperimentError> {
        let told = |error: ScenarioError| self.told(&error);
        if let Some(coding) = &self.coding {
            coding.set(&self.coefficients(coding, values), loaded, mark).map_err(told)?;
        }
        for ((path, column), x) in self.paths.iter().zip(&self.columns).zip(values) {
            if *column == Column::Path {
                loaded.set_marked(path, *x, mark).map_err(told)?;
            }
        }
        Ok(())
    }

    /// The coefficients of a draw.
    fn coefficients(&self, coding: &Coding, values: &[f64]) -> Coefficients {
        let mut coefficients = coding.coefficients.clone();
        for (path, x) in self.paths.iter().zip(values) {
            // That each is known was seen when the coding was read.
            if let Some(Ok(k)) = path.strip_prefix(LINK).map(|link| coefficients.position(link)) {
                coefficients.values_mut()[k] = *x;
            }
        }
        coefficients
    }

    /// An error of a scenario as one of the draw that was set in it.
    fn of_draw(&self, draw: usize, error: ExperimentError) -> ExperimentError {
        match error {
            ExperimentError::Scenario(error) => {
                // What the draw itself set is told under its name.
                let (named, error) = (format!("draw {draw}"), error.to_string());
                self.told(&if error.starts_with(&named) { error } else { format!("{named}: {error}") })
            }
            other => other,
        }
    }

    fn told(&self, error: &dyn std::fmt::Display) -> ExperimentError {
        ExperimentError::Asked(format!("the posterior {}: {error}", self.name))
    }

    /// The worlds of an arm. `overlay` makes the arm of the scenario, once a draw's parameters are set in it, and `build` the arm's
    /// world. Draws that no replicate sees are checked too, or whether a posterior is refused would be a matter of luck.
    ///
    /// # Errors
    /// If a draw makes no valid scenario, or `stop` was raised. Where each draw codes a panel anew, of those that nobody sees only
    /// the numbers beside the coding are checked.
    pub fn worlds(
        &self,
        from: &Loaded,
        (seed, replicates): (u64, u32),
        threads: NonZeroUsize,
        stop: &AtomicBool,
        overlay: impl Fn(Loaded) -> Result<Loaded, ExperimentError> + Sync,
        build: impl Fn(Loaded) -> Result<World, ExperimentError> + Sync,
    ) -> Result<Drawn, ExperimentError> {
        let alike = self.alike();
        let draws: Vec<usize> = (0..replicates).map(|r| alike[self.draw(seed, r)]).collect();
        let mut used = draws.clone();
        used.sort_unstable();
        used.dedup();
        let place: BTreeMap<usize, u32> =
            used.iter().enumerate().map(|(i, draw)| (*draw, i as u32)).collect();
        let unseen = (0..self.len()).filter(|draw| alike[*draw] == *draw && !place.contains_key(draw));
        let all: Vec<usize> = used.iter().copied().chain(unseen).collect();
        let factors = self.compiled(from, &all, &overlay, &build);
        let recoded = self.coding.is_some() && factors.is_none();
        let held = recoded.then(|| self.links_held(all[0]));
        let beside =
            held.as_ref().and_then(|held| Some((held, held.compiled(from, &all, &overlay, &build)?)));
        let make = |i: usize| {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let (draw, is_seen) = (all[i], i < used.len());
            let seen = |world: World| is_seen.then_some(world);
            if let Some(world) = factors.as_ref().and_then(|factors| factors.world(self.values(draw))) {
                return Some(Ok(seen(world)));
            }
            let is_refused =
                |(held, factors): &(&Posterior, Factors)| factors.world(held.values(draw)).is_none();
            if recoded && !is_seen && !beside.as_ref().is_some_and(is_refused) {
                return Some(Ok(None));
            }
            let mut loaded = from.clone();
            let set = self.set(draw, &mut loaded);
            let built = |_| overlay(loaded).and_then(&build).map_err(|error| self.of_draw(draw, error));
            Some(set.and_then(built).map(seen))
        };
        let mut worlds: Vec<World> = Vec::with_capacity(used.len());
        make_in_order(threads, all.len(), stop, make, |world| {
            worlds.extend(world?);
            Ok::<(), ExperimentError>(())
        })?;
        Ok(Drawn { worlds, of: draws.iter().map(|draw| place[draw]).collect() })
    }

    /// The same posterior with the coefficients of one draw in all.
    fn links_held(&self, draw: usize) -> Posterior {
        let mut held = self.clone();
        let n = self.paths.len();
        for (at, x) in held.values.iter_mut().enumerate() {
            if self.columns[at % n] == Column::Link {
                *x = self.values(draw)[at % n];
            }
        }
        held
    }

    /// The columns compiled for an arm, at the first of some draws and the first of the others that differs from it wherever any
    /// does; none where a draw codes a panel anew, or there are too few of them.
    fn compiled(
        &self,
        from: &Loaded,
        used: &[usize],
        overlay: impl Fn(Loaded) -> Result<Loaded, ExperimentError>,
        build: impl Fn(Loaded) -> Result<World, ExperimentError>,
    ) -> Option<Factors> {
        const LEAST: usize = 4;
        let (first, others) = used.split_first().filter(|(_, others)| others.len() + 1 >= LEAST)?;
        let first = self.values(*first);
        let differs = |draw: &usize, k: usize| self.values(*draw)[k] != first[k];
        let varied: Vec<usize> =
            (0..self.paths.len()).filter(|k| others.iter().any(|draw| differs(draw, *k))).collect();
        let second = others.iter().find(|draw| varied.iter().all(|k| differs(draw, *k)))?;
        let mut arm = None;
        let mut factors = Factors::compile([first, self.values(*second)], |values| {
            let mut loaded = from.clone();
            let mark = loaded.mark("draw");
            self.set_values(values, &mut loaded, mark)?;
            let overlaid = overlay(loaded)?;
            arm = Some((overlaid.clone(), mark));
            build(overlaid)
        })?;
        let (arm, mark) = arm?;
        for (k, (path, column)) in self.paths.iter().zip(&self.columns).enumerate() {
            // What an overlay replaces or removes may be anything.
            let stands = *column == Column::Path && arm.left(path, mark).stands;
            if !stands && (*column == Column::Path || !self.sets(*column)) {
                factors.ignore(k);
            }
        }
        Some(factors)
    }

    /// For each draw the first that has the same values. Particles that no move was accepted for stand in a posterior more than
    /// once: they are one draw, of which replicates that see it tell no more than one.
    fn alike(&self) -> Vec<usize> {
        let mut first = BTreeMap::new();
        let bits = |draw: usize| self.values(draw).iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        (0..self.len()).map(|draw| *first.entry(bits(draw)).or_insert(draw)).collect()
    }

    /// The posterior as a run's folder keeps it: without the paths that an overlay of the arm fixes or removes, and with a
    /// column of its own for what an overlay fixes of the many values that a path or a coding sets; so that set in the resolved
    /// scenario it makes the same worlds. `overlay` makes the arm of the scenario, `build` the arm's world.
    ///
    /// # Errors
    /// If there is no such posterior: an overlay gives a part of what is drawn another form.
    pub fn kept(
        &self,
        from: &Loaded,
        resolved: &Loaded,
        overlay: impl Fn(Loaded) -> Result<Loaded, ExperimentError>,
        build: impl Fn(Loaded) -> Result<World, ExperimentError>,
    ) -> Result<Posterior, ExperimentError> {
        let drawn = |draw: usize| -> Result<(Loaded, Mark), ExperimentError> {
            let mut loaded = from.clone();
            let mark = self.set(draw, &mut loaded)?;
            Ok((overlay(loaded)?, mark))
        };
        let (arm, mark) = drawn(0)?;
        let of_column = |k: usize| (0..self.len()).map(|draw| self.values(draw)[k]).collect::<Vec<f64>>();
        let of_kind =
            |kind: fn(&Column) -> bool| (0..self.paths.len()).filter(move |k| kind(&self.columns[*k]));
        let fixed = |left: Left| left.held.into_iter().map(|(path, x)| (path, vec![x; self.len()]));
        let mut kept: Vec<(String, Vec<f64>)> = Vec::new();
        if let Some(coding) = &self.coding {
            let left = coding.left(&arm, mark);
            kept.extend(of_kind(|c| *c == Column::Link).map(|k| (self.paths[k].clone(), of_column(k))));
            kept.extend(fixed(left));
        }
        for k in of_kind(|c| *c == Column::Path) {
            let left = arm.left(&self.paths[k], mark);
            if left.stands {
                kept.push((self.paths[k].clone(), of_column(k)));
                kept.extend(fixed(left));
            }
        }
        let paths: Vec<&str> = kept.iter().map(|(path, _)| path.as_str()).collect();
        let values: Vec<f64> =
            (0..self.len()).flat_map(|draw| kept.iter().map(move |(_, column)| column[draw])).collect();
        let text = csv_text(&paths, &self.weights, &self.distances, &values);
        let mine = Posterior { coding: self.coding.clone(), ..Posterior::parse(POSTERIOR, &text)? };
        for draw in 0..self.len().min(2) {
            let world = build(drawn(draw)?.0).map_err(|error| self.of_draw(draw, error))?;
            let mut again = resolved.clone();
            let same = mine.set(draw, &mut again).is_ok()
                && again.build_alone().is_ok_and(|scenario| scenario.world == world);
            if !same {
                let found = "an overlay gives a part of what the posterior sets another form, and no folder could keep that";
                return Err(
                    self.told(&format!("{found}; let it set numbers, or all that the posterior sets"))
                );
            }
        }
        Ok(Posterior { name: self.name.clone(), ..mine })
    }

    /// Its file.
    pub fn text(&self) -> String {
        let paths: Vec<&str> = self.paths.iter().map(String::as_str).collect();
        csv_text(&paths, &self.weights, &self.distances, &self.values)
    }

    /// The files that a folder of results keeps of it, so that its draws can be made again.
    pub fn files(&self) -> Vec<(&'static str, String)> {
        let coding = self.coding.iter().flat_map(Coding::files);
        let mut files: Vec<_> = coding.map(|file| (file.name, file.text)).collect();
        files.push((POSTERIOR, self.text()));
        files
    }
}

#[cfg(test)]
mod tests;
