//! A posterior as other commands read it: weighted draws of parameters, and which of them a replicate sees.
//!
//! Replicate r sees a draw that is a pure function of (seed, r), in every arm of a comparison: so intervals over replicates
//! cover both luck and what is not known of the parameters, and arms stay paired.

use crate::engine::parallel::make_in_order;
use crate::experiment::calibrate::Wheel;
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::input::{self, Misread, Sheet, Trouble};
use crate::model::world::World;
use crate::output::manifest::PosteriorEntry;
use crate::scenario::Loaded;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Name of the posterior's file in a folder of results.
pub const POSTERIOR: &str = "posterior.csv";
/// The name by which the posterior that the program brings along is asked for.
pub const BUNDLED: &str = "bundled";
/// Columns before the parameters.
pub(crate) const COLUMNS: [&str; 4] = ["suasion", "draw", "weight", "distance"];
/// How paths begin that calibrate what is around a scenario, not the scenario: its coding, and how it is observed.
const AROUND: [&str; 2] = ["link.", "measurement."];

/// Weighted draws of the parameters at some paths.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// What it is called in errors.
    name: String,
    /// Hash of the file it was read from.
    blake3: String,
    paths: Vec<String>,
    /// Paths that are left out, because they are of no scenario.
    around: Vec<String>,
    weights: Vec<f64>,
    distances: Vec<f64>,
    /// By draw, then path.
    values: Vec<f64>,
    wheel: Wheel,
}

/// The worlds of an arm under a posterior: one for each draw that some replicate sees.
#[derive(Clone, Debug)]
pub struct Drawn {
    worlds: Vec<World>,
    /// World of each replicate.
    of: Vec<u32>,
}

impl Drawn {
    /// Number of draws that some replicate sees.
    pub fn len(&self) -> usize {
        self.worlds.len()
    }

    /// Whether no replicate sees any.
    pub fn is_empty(&self) -> bool {
        self.worlds.is_empty()
    }
}

/// The world of each replicate of an arm: the same for all, or that of its draw.
#[derive(Clone, Copy, Debug)]
pub struct Worlds<'w> {
    /// The arm's own world: its states and years are those of every draw.
    pub base: &'w World,
    drawn: Option<&'w Drawn>,
}

impl<'w> Worlds<'w> {
    /// The worlds of an arm; those of `drawn`, if there are such.
    pub fn new(base: &'w World, drawn: Option<&'w Drawn>) -> Worlds<'w> {
        Worlds { base, drawn }
    }

    /// The worlds that replicates are in, each with the number of its replicates, of so many in all.
    pub fn shares(&self, replicates: u32) -> Vec<(&'w World, u32)> {
        let Some(drawn) = self.drawn else { return vec![(self.base, replicates)] };
        let mut counts = vec![0; drawn.worlds.len()];
        drawn.of.iter().for_each(|world| counts[*world as usize] += 1);
        drawn.worlds.iter().zip(counts).collect()
    }

    /// The world of a replicate.
    pub fn of(&self, replicate: u32) -> &'w World {
        self.drawn.map_or(self.base, |drawn| &drawn.worlds[drawn.of[replicate as usize] as usize])
    }
}

impl<'w> From<&'w World> for Worlds<'w> {
    fn from(base: &'w World) -> Self {
        Worlds { base, drawn: None }
    }
}

impl Posterior {
    /// Reads a posterior that `suasion calibrate` wrote, or the one that the program brings along ([`BUNDLED`]).
    ///
    /// ```
    /// use suasion::experiment::posterior::Posterior;
    /// let text = "suasion,draw,weight,distance,parameters.drift\n0.1.0,0,0.25,0.5,0.02\n0.1.0,1,0.75,0.6,0.04\n";
    /// let posterior = Posterior::parse("mine.csv", text).unwrap();
    /// assert_eq!((posterior.len(), posterior.paths()), (2, &["parameters.drift".to_string()][..]));
    /// assert_eq!(posterior.draw(7, 3), posterior.draw(7, 3));
    /// ```
    ///
    /// # Errors
    /// If the file cannot be read or is no posterior of this version: what is wrong with it is told.
    pub fn read(reference: &str) -> Result<Posterior, ExperimentError> {
        if reference == BUNDLED && !Path::new(reference).exists() {
            return Posterior::parse(BUNDLED, include_str!("../../scenarios/posterior.csv"));
        }
        let text = input::text(Path::new(reference)).map_err(|error| {
            let hint = format!("--posterior takes a {POSTERIOR} of suasion calibrate, or `{BUNDLED}`");
            ExperimentError::asked(
                format!("the posterior {reference} cannot be read: {}", error.why()),
                Some(hint),
            )
        })?;
        Posterior::parse(reference, &text)
    }

    /// The same from a text; `name` is what errors call it.
    ///
    /// # Errors
    /// As [`Posterior::read`].
    pub fn parse(name: &str, text: &str) -> Result<Posterior, ExperimentError> {
        let wrong = |what: String| ExperimentError::Asked(format!("the posterior {name}: {what}"));
        let at =
            |line: u64, what: String| ExperimentError::Asked(format!("the posterior {name}:{line}: {what}"));
        let no_posterior = || format!("expected {}, then a path each", COLUMNS.join(","));
        let told = |Trouble { line, what, hint, .. }: Trouble| {
            at(line, format!("{what}; {}", hint.unwrap_or_else(no_posterior)))
        };
        let sheet = Sheet::open(text, &|column| COLUMNS.contains(&column))
            .map_err(|mut troubles| told(troubles.remove(0)))?;
        let header = sheet.columns();
        if header.iter().take(COLUMNS.len()).ne(&COLUMNS) || header.len() == COLUMNS.len() {
            return Err(wrong(format!("its columns are no posterior's; {}", no_posterior())));
        }
        let all: Vec<&str> = header.iter().skip(COLUMNS.len()).map(String::as_str).collect();
        let kept: Vec<usize> =
            (0..all.len()).filter(|k| !AROUND.iter().any(|start| all[*k].starts_with(start))).collect();
        let (mut weights, mut distances, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let mut first = None;
        sheet.each(|row| {
            let read = row.map_err(told).and_then(|row| {
                let version = row.cell(0);
                if minor(version) != minor(env!("CARGO_PKG_VERSION")) {
                    let (found, ours) = (input::shown(version).replace('"', ""), env!("CARGO_PKG_VERSION"));
                    return Err(at(row.line, format!(
                        "it is of version {found}, this is {ours}, and what its parameters mean may have changed; \
                         calibrate again with this version"
                    )));
                }
                let number = |column: usize| {
                    let cell = row.cell(column);
                    let missing =
                        || Misread { found: input::shown(cell), expected: "a finite number", hint: None };
                    let read = input::number(cell).and_then(|x| x.ok_or_else(missing));
                    read.map_err(|misread| at(row.line, format!("column {}: {misread}", header[column])))
                };
                let weight = number(2)?;
                if weight < 0.0 {
                    return Err(at(row.line, format!("the weight {weight} is negative")));
                }
                weights.push(weight);
                distances.push(number(3)?);
                for k in &kept {
                    values.push(number(COLUMNS.len() + k)?);
                }
                Ok(())
            });
            first = first.take().or(read.err());
        });
        if let Some(error) = first {
            return Err(error);
        }
        let sum: f64 = weights.iter().sum();
        if (sum - 1.0).abs() > 1e-6 {
            let found = if weights.is_empty() {
                "it has no draws".into()
            } else {
                format!("its weights sum to {sum}, expected 1")
            };
            return Err(wrong(found));
        }
        Ok(Posterior {
            name: name.into(),
            blake3: blake3::hash(text.as_bytes()).to_hex().to_string(),
            paths: kept.iter().map(|k| all[*k].to_string()).collect(),
            around: (0..all.len()).filter(|k| !kept.contains(k)).map(|k| all[k].to_string()).collect(),
            wheel: Wheel::new(&weights),
            weights,
            distances,
            values,
        })
    }

    /// Number of draws.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The paths that it sets.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Parameters that it has draws of and that no scenario has: of the coding of a panel, and of how it is observed.
    pub fn around(&self) -> &[String] {
        &self.around
    }

    /// What a manifest says of it.
    pub fn entry(&self) -> PosteriorEntry {
        PosteriorEntry { name: self.name.clone(), draws: self.len() as u64, blake3: self.blake3.clone() }
    }

    /// The draw that a replicate sees.
    pub fn draw(&self, seed: u64, replicate: u32) -> usize {
        let word = double_words(seed, Purpose::Posterior, replicate, 0)[0];
        self.wheel.at(((word >> 11) as f64 + 0.5) / (1u64 << 53) as f64)
    }

    fn values(&self, draw: usize) -> &[f64] {
        &self.values[draw * self.paths.len()..(draw + 1) * self.paths.len()]
    }

    /// Sets the parameters of a draw.
    ///
    /// # Errors
    /// If a path leads nowhere in the scenario.
    pub fn set(&self, draw: usize, loaded: &mut Loaded) -> Result<(), ExperimentError> {
        self.set_values(self.values(draw), loaded)
    }

    fn set_values(&self, values: &[f64], loaded: &mut Loaded) -> Result<(), ExperimentError> {
        for (path, x) in self.paths.iter().zip(values) {
            loaded.set_number(path, *x).map_err(|error| self.told(&error))?;
        }
        Ok(())
    }

    /// An error of a scenario as one of the draw that was set in it.
    fn of_draw(&self, draw: usize, error: ExperimentError) -> ExperimentError {
        match error {
            ExperimentError::Scenario(error) => self.told(&format!("draw {draw}: {error}")),
            other => other,
        }
    }

    fn told(&self, error: &dyn std::fmt::Display) -> ExperimentError {
        ExperimentError::Asked(format!("the posterior {}: {error}", self.name))
    }

    /// The worlds of an arm. `build` makes the arm's world of the scenario, once a draw's parameters are set in it.
    ///
    /// # Errors
    /// If a draw makes no valid scenario, or `stop` was raised.
    pub fn worlds(
        &self,
        from: &Loaded,
        (seed, replicates): (u64, u32),
        threads: NonZeroUsize,
        stop: &AtomicBool,
        build: impl Fn(Loaded) -> Result<World, ExperimentError> + Sync,
    ) -> Result<Drawn, ExperimentError> {
        let draws: Vec<usize> = (0..replicates).map(|r| self.draw(seed, r)).collect();
        let mut used = draws.clone();
        used.sort_unstable();
        used.dedup();
        let place: BTreeMap<usize, u32> =
            used.iter().enumerate().map(|(i, draw)| (*draw, i as u32)).collect();
        let make = |i: usize| {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let mut loaded = from.clone();
            let set = self.set(used[i], &mut loaded);
            Some(set.and_then(|()| build(loaded).map_err(|error| self.of_draw(used[i], error))))
        };
        let mut worlds: Vec<World> = Vec::with_capacity(used.len());
        make_in_order(threads, used.len(), stop, make, |world| {
            worlds.push(world?);
            Ok::<(), ExperimentError>(())
        })?;
        Ok(Drawn { worlds, of: draws.iter().map(|draw| place[draw]).collect() })
    }

    /// The posterior as a run's folder keeps it: without the paths that an overlay of the arm fixes or removes, so that set in
    /// the resolved scenario it makes the same worlds.
    ///
    /// # Errors
    /// If there is no such posterior: an overlay fixes a part of what a path names.
    pub fn kept(
        &self,
        from: &Loaded,
        resolved: &Loaded,
        build: impl Fn(Loaded) -> Result<World, ExperimentError>,
    ) -> Result<Posterior, ExperimentError> {
        let world = |values: &[f64]| {
            let mut loaded = from.clone();
            self.set_values(values, &mut loaded)?;
            build(loaded).map_err(|error| self.of_draw(0, error))
        };
        let first = self.values(0);
        let base = world(first)?;
        let mut kept = Vec::new();
        for k in 0..self.paths.len() {
            let other = (1..self.len()).map(|draw| self.values(draw)[k]).find(|x| *x != first[k]);
            let Some(other) = other else {
                kept.push(k);
                continue;
            };
            let mut changed = first.to_vec();
            changed[k] = other;
            if world(&changed)? != base {
                kept.push(k);
            }
        }
        let rows = 0..self.len();
        let text = self.csv(&kept);
        let mine = Posterior { name: self.name.clone(), ..Posterior::parse(POSTERIOR, &text)? };
        for draw in rows.take(2) {
            let mut again = resolved.clone();
            mine.set(draw, &mut again)?;
            if again.build_alone()?.world != world(self.values(draw))? {
                let found = "an overlay sets a part of what the posterior sets".to_string();
                return Err(self.told(&format!("{found}; let it set all of it, or nothing")));
            }
        }
        Ok(mine)
    }

    /// Its file.
    pub fn text(&self) -> String {
        self.csv(&(0..self.paths.len()).collect::<Vec<_>>())
    }

    fn csv(&self, kept: &[usize]) -> String {
        let paths: Vec<&str> = kept.iter().map(|k| self.paths[*k].as_str()).collect();
        let values: Vec<f64> =
            (0..self.len()).flat_map(|draw| kept.iter().map(move |k| self.values(draw)[*k])).collect();
        csv_text(&paths, &self.weights, &self.distances, &values)
    }
}

/// The text of a posterior's file: values by draw, then path.
pub(crate) fn csv_text(paths: &[&str], weights: &[f64], distances: &[f64], values: &[f64]) -> String {
    let mut text = COLUMNS.join(",");
    for path in paths {
        text.push(',');
        text.push_str(path);
    }
    text.push('\n');
    for (draw, (weight, distance)) in weights.iter().zip(distances).enumerate() {
        let _ = write!(text, "{},{draw},{weight:?},{distance:?}", env!("CARGO_PKG_VERSION"));
        for x in &values[draw * paths.len()..(draw + 1) * paths.len()] {
            let _ = write!(text, ",{x:?}");
        }
        text.push('\n');
    }
    text
}

/// Major and minor version: what parameters mean does not change within them.
fn minor(version: &str) -> Option<(&str, &str)> {
    let (major, rest) = version.split_once('.')?;
    Some((major, rest.split_once('.').map_or(rest, |(minor, _)| minor)))
}

#[cfg(test)]
mod tests;
