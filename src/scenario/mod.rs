//! What to run: a scenario file (TOML) or a bundled one, checked and turned into a [`World`].
//!
//! The way of a scenario: text -> `document` (a tree whose values know their lines) -> overlays change the tree
//! (`overlay`, `counterfactual`) -> `wire` (its shape) -> `validate` (its rules) -> [`Scenario`]. Overlays come before
//! validation, so a `--set` meets the same rules as the file. Nothing here simulates, and nothing after here meets
//! an unvalidated value.

mod belongs;
mod betas;
pub mod bundled;
pub mod convert;
mod counterfactual;
mod document;
mod doubts;
mod drawn;
mod episode;
mod equations;
mod error;
mod factors;
mod form;
mod lab;
mod lever_dates;
mod levers;
mod loaded;
mod numbers;
mod observed;
mod observed_readings;
mod observed_table;
mod overlay;
mod path;
mod pattern;
mod population;
mod reader;
mod report;
mod resolved;
mod room;
pub mod schema;
mod sources;
mod sweep;
mod tables;
pub mod theories;
mod validate;
mod whole;
mod wire;
mod wire_beside;
mod wire_kinds;
mod wire_rating;
mod wire_record;
mod wire_spread;
mod wire_theory;
mod wire_values;
mod words;

pub use counterfactual::Counterfactual;
pub use drawn::{Left, Mark};
pub use episode::Episode;
pub use equations::Equation;
pub use error::{Problem, ScenarioError, nearest};
pub use factors::Factors;
pub(crate) use form::{Form, Piece};
pub use lab::{Lab, Step};
pub use levers::Lever;
pub use loaded::Loaded;
pub use observed::{Observed, PRACTICES};
pub use overlay::plain;
pub use pattern::Pattern;
pub use room::available_memory;
pub use sources::{Ground, Sourced};
pub use sweep::{Axis, Design, Sweep, evenly};

pub use validate::keeps_joint_rules;

use crate::input;
use crate::model::world::World;
use document::Document;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A validated scenario: a world, and what people need beside it.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The stem of the file's name, or the bundled name.
    pub name: String,
    /// Title.
    pub title: String,
    /// What it shows.
    pub description: Option<String>,
    /// What the engine simulates.
    pub world: World,
    /// Replicates, at least 1.
    pub replicates: u32,
    /// Seed.
    pub seed: u64,
    /// The historical record.
    pub observed: Observed,
    /// Stretches of history to read the hindcast by, in order of the file.
    pub episodes: Vec<Episode>,
    /// Patterns of its own, for validation.
    pub patterns: Vec<Pattern>,
    /// The counterfactuals that it brings along, in id order.
    pub counterfactuals: Vec<Counterfactual>,
    /// The counterfactual that this scenario is; none: the base.
    pub counterfactual: Option<String>,
    /// The sweep that it proposes.
    pub sweep: Option<Sweep>,
    /// What it suggests to the lab.
    pub lab: Lab,
    /// The theories that are laid over it, as they say of themselves.
    pub theories: Vec<theories::Head>,
    /// The priors that it proposes for calibrations, as text by path.
    pub priors: Vec<(String, String)>,
    /// Display name of each state.
    pub names: Vec<String>,
    /// Region of each state.
    pub regions: Vec<Option<String>>,
    /// Titles of regimes and instruments, by path (`regime.tvpa`).
    pub titles: BTreeMap<String, String>,
    document: Arc<Document>,
}

impl Scenario {
    /// Years that a run may have: its first is at least the first of them, and it ends at most at the last.
    pub const CALENDAR: Range<i32> = wire_values::Year::FIRST..wire_values::Year::LAST;

    /// The greatest number of replicates.
    pub const MOST_REPLICATES: u32 = wire_values::Count::MOST;

    /// The greatest seed: TOML has no greater whole number.
    pub const MOST_SEED: u64 = wire_values::Seed::MOST;

    /// Reads a scenario by path or bundled name. A reference that ends in `.toml` or has a folder is a path.
    ///
    /// # Errors
    /// If there is no such file or bundled scenario, it cannot be read, is not TOML, or its table files are wrong.
    pub fn load(reference: &str) -> Result<Loaded, ScenarioError> {
        let path = Path::new(reference);
        let bundled = bundled::find(reference);
        if Scenario::is_path(reference) || (bundled.is_none() && path.is_dir()) {
            let text = input::text(path)?;
            let name = path.file_stem().map_or_else(|| reference.into(), |stem| stem.to_string_lossy());
            return Loaded::parse(&name, reference, &text, Some(path.parent().unwrap_or(Path::new(""))));
        }
        match bundled {
            Some(text) => Loaded::parse(reference, &format!("{reference}.toml"), text, None),
            None => Err(ScenarioError::Unknown {
                name: reference.into(),
                hint: error::nearest(reference, bundled::names())
                    .unwrap_or_else(|| "`suasion list` names the bundled ones".into()),
            }),
        }
    }

    /// Whether a reference is the path of a file, and not a bundled name.
    pub fn is_path(reference: &str) -> bool {
        let path = Path::new(reference);
        let is_toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
        is_toml || (reference.contains(std::path::is_separator) && path.exists())
    }

    /// Reads a scenario from text. `folder` is where its table files are; none: it may have none.
    ///
    /// # Errors
    /// If the text is not TOML, or its table files are wrong.
    pub fn parse(name: &str, text: &str, folder: Option<&Path>) -> Result<Loaded, ScenarioError> {
        Loaded::parse(name, &format!("{name}.toml"), text, folder)
    }

    /// The whole scenario as TOML, every default written out, states of tables one by one, populations as such; without
    /// counterfactuals and sweep, since it tells what one run is made of. Parsed, it gives an equal world.
    pub fn resolved(&self) -> String {
        resolved::resolved(self, &self.document)
    }

    /// What is valid and hardly meant, in sentences: gradings the wrong way round, numbers that do nothing, and mechanisms that may have no finite
    /// value, at which runs are stopped.
    pub fn doubts(&self) -> Vec<String> {
        doubts::all(&self.world, &self.observed, &self.document)
    }

    /// What it says beyond the model, as formulas, in the order of a step.
    ///
    /// ```
    /// use suasion::scenario::{Scenario, theories};
    /// let mut asean = Scenario::load("asean").unwrap();
    /// asean.apply_theory(&theories::read("backlash").unwrap()).unwrap();
    /// assert_eq!(asean.build_alone().unwrap().equations()[0].path, "mechanism.backlash_against_shaming");
    /// ```
    pub fn equations(&self) -> Vec<Equation> {
        equations::equations(&self.world, &self.document)
    }

    /// The values that call for a source, each with what it has, in order of file and line.
    pub fn sources(&self) -> Vec<Sourced> {
        sources::sources(&self.document)
    }
}

#[cfg(test)]
mod tests;
