//! How a panel's scenario is coded: the covariates of its states and the coefficients, so that it can be coded anew with
//! other coefficients, as a world or as a scenario that overlays come after.

use super::coefficients::Coefficients;
use super::covariates::{Covariate, How, Known};
use super::error::PanelError;
use super::links::{code, rounded};
use super::read::Panel;
use super::tidy::{Asked, Row, read};
use super::write::{CONVENTION, File, LAW, table};
use crate::model::distribution::Distribution;
use crate::model::traits::TRAITS;
use crate::model::world::{State, World};
use crate::scenario::{Left, Loaded, Mark, ScenarioError, nearest};
use std::collections::BTreeSet;
use std::path::Path;

/// Name of the table of covariates that a panel writes beside its scenario.
pub const CODING: &str = "coding.csv";
/// Name of the coefficients there.
pub const USED: &str = "coefficients.toml";
/// What the column says where a covariate comes from.
const HOW: &str = ".how";

/// A state as its traits are coded.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Covered {
    pub id: String,
    pub region: String,
    pub known: [Known; 7],
}

/// The states of a panel, in id order, with their covariates, and the coefficients by which its scenario was coded.
#[derive(Clone, Debug, PartialEq)]
pub struct Coding {
    pub(super) states: Vec<Covered>,
    /// The coefficients.
    pub coefficients: Coefficients<f64>,
}

impl Panel {
    /// How it is coded by some coefficients.
    pub fn coding(&self, coefficients: &Coefficients<f64>) -> Coding {
        let covered = self.states.iter().map(|state| Covered {
            id: state.id.clone(),
            region: state.region.clone(),
            known: state.known,
        });
        Coding { states: covered.collect(), coefficients: *coefficients }
    }
}

impl Coding {
    /// Reads the coding that lies beside a scenario file; none where there is none.
    ///
    /// # Errors
    /// If its files are not as a panel writes them.
    pub fn beside(scenario: &Path) -> Result<Option<Coding>, PanelError> {
        let folder = scenario.parent().unwrap_or(Path::new(""));
        if !folder.join(CODING).exists() {
            return Ok(None);
        }
        let coefficients = Coefficients::read(&folder.join(USED))?;
        let columns = header();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut error = PanelError::default();
        let mut states: Vec<Covered> = Vec::new();
        let asked = Asked { name: CODING, columns: &columns, more: &[], required: true };
        read(folder, &asked, &mut error, |row| {
            let state = covered(row)?;
            if states.last().is_some_and(|last| last.id >= state.id) {
                return Err(row.problem(&format!("{}: out of order, or twice", state.id)));
            }
            states.push(state);
            Ok(())
        });
        error.finish()?;
        Ok(Some(Coding { states, coefficients }))
    }

    /// The files from which [`Coding::beside`] reads it again.
    pub fn files(&self) -> [File; 2] {
        let rows = self.states.iter().map(|state| {
            let mut row = vec![state.id.clone(), state.region.clone()];
            row.extend(state.known.iter().flat_map(|k| [k.value.to_string(), k.how.describe().into()]));
            row
        });
        let text = table(&header(), rows);
        [File { name: CODING, text }, File { name: USED, text: self.coefficients.text() }]
    }

    /// The engagement of a region.
    pub(super) fn engagement(&self, c: &Coefficients<f64>, region: &str) -> f64 {
        let members = self.states.iter().filter(|state| state.region == region);
        let openness =
            members.map(|state| code(c, &state.known).of("openness").map_or(0.5, |spread| spread.0));
        let (sum, count) = openness.fold((0.0, 0), |(sum, count), x| (sum + x, count + 1));
        let mean = if count > 0 { sum / f64::from(count) } else { 0.5 };
        rounded((c.engagement_base + c.engagement_openness * (mean - 0.5)).clamp(0.0, 1.0))
    }

    /// Codes a world of this panel anew, as writing and reading its scenario with other coefficients would, without either:
    /// for fits, which do so a million times. The world must be of a scenario that [`files`](super::files) made of the panel.
    pub fn recode(&self, c: &Coefficients<f64>, world: &mut World) {
        for (state, into) in self.states.iter().zip(&mut world.states) {
            let coded = code(c, &state.known);
            for (name, (mean, sd)) in coded.traits {
                let spread = Distribution::Normal { mean, sd };
                match TRAITS.iter().position(|entry| entry.name == name) {
                    Some(k) => into.traits.values_mut()[k] = spread,
                    None if name == "strategic_value" => into.strategic_value.fill(spread),
                    None => into.sender_standing.fill(spread),
                }
            }
            into.initial_phase = std::array::from_fn(|k| f64::from(u8::from(k == usize::from(coded.phase))));
        }
        world.ties.iter_mut().for_each(|tie| tie.weight = rounded(c.border_weight));
        for community in &mut world.communities {
            community.tie_weight = c.region_weight;
            let level = self.engagement(c, &community.id);
            community.engagement.iter_mut().for_each(|(_, value)| *value = level);
        }
        for instrument in &mut world.instruments {
            if instrument.id == LAW {
                instrument.hazard = c.law_hazard;
            } else {
                (instrument.hazard, instrument.ramp) = (c.convention_hazard, c.convention_ramp);
            }
        }
    }

    /// Codes a scenario of this panel anew, under a mark, so that overlays can come after it. States, regions and instruments
    /// that are not there any more are passed over.
    ///
    /// # Errors
    /// If the scenario has been changed so far that a coded value has no place.
    pub fn set(&self, c: &Coefficients<f64>, loaded: &mut Loaded, mark: Mark) -> Result<(), ScenarioError> {
        for (path, value) in self.values(c, loaded) {
            match value {
                Coded::Spread(spread) => loaded.set_spread_marked(&path, spread, mark)?,
                Coded::Number(x) => loaded.set_marked(&path, x, mark)?,
            }
        }
        Ok(())
    }

    /// What overlays left of a coding that was set under a mark.
    pub fn left(&self, loaded: &Loaded, mark: Mark) -> Left {
        let mut left = Left::default();
        for (path, _) in self.values(&self.coefficients, loaded) {
            left.and(loaded.left(&path, mark));
        }
        left
    }

    /// Every coded value that has a place in a scenario, by its path.
    fn values(&self, c: &Coefficients<f64>, loaded: &Loaded) -> Vec<(String, Coded)> {
        let mut all = Vec::new();
        let [states, regimes, instruments] = ["state", "regime", "instrument"].map(|s| loaded.ids(s));
        for state in self.states.iter().filter(|state| states.contains(state.id.as_str())) {
            let coded = code(c, &state.known);
            let path = |name: &str| format!("state.{}.{name}", state.id);
            all.extend(coded.traits.map(|(name, spread)| (path(name), Coded::Spread(spread))));
            all.push((path("initial_phase"), Coded::Number(f64::from(coded.phase))));
        }
        if loaded.has_any("tie") {
            all.push(("tie.*.weight".into(), Coded::Number(rounded(c.border_weight))));
        }
        let regions: BTreeSet<&str> = self.states.iter().map(|state| state.region.as_str()).collect();
        for region in regions.into_iter().filter(|region| regimes.contains(region)) {
            all.push((format!("regime.{region}.tie_weight"), Coded::Number(c.region_weight)));
            let levels = loaded.level_paths(&format!("regime.{region}.engagement"));
            let level = self.engagement(c, region);
            all.extend(levels.into_iter().map(|path| (path, Coded::Number(level))));
        }
        for (id, key, x) in [
            (LAW, "hazard", c.law_hazard),
            (CONVENTION, "hazard", c.convention_hazard),
            (CONVENTION, "ramp", c.convention_ramp),
        ] {
            if instruments.contains(id) {
                all.push((format!("instrument.{id}.{key}"), Coded::Number(x)));
            }
        }
        all
    }

    /// Whether a world is of a scenario that this coding made.
    pub fn codes(&self, world: &World) -> bool {
        let ids = world.states.iter().map(|state| &state.id);
        let mut again = world.clone();
        self.recode(&self.coefficients, &mut again);
        ids.eq(self.states.iter().map(|state| &state.id)) && coded_alike(&again, world)
    }
}

/// A coded value of a scenario.
#[derive(Clone, Copy, Debug)]
enum Coded {
    Spread((f64, f64)),
    Number(f64),
}

/// Whether the states of two worlds are coded the same, but for the rounding of a scenario's tables.
pub fn coded_alike(a: &World, b: &World) -> bool {
    const ROUNDING: f64 = 1e-3;
    let near = |a: &Distribution, b: &Distribution| match (a.median(), b.median()) {
        (Some(a), Some(b)) => (a - b).abs() < ROUNDING,
        (a, b) => a == b,
    };
    let all = |a: &[Distribution], b: &[Distribution]| a.iter().zip(b).all(|(a, b)| near(a, b));
    let state = |(a, b): (&State, &State)| {
        all(a.traits.values(), b.traits.values())
            && all(&a.strategic_value, &b.strategic_value)
            && all(&a.sender_standing, &b.sender_standing)
            && a.initial_phase == b.initial_phase
    };
    a.states.len() == b.states.len() && a.states.iter().zip(&b.states).all(state)
}

fn header() -> Vec<String> {
    let covariates = Covariate::ALL.iter().flat_map(|covariate| {
        let name = covariate.column().0;
        [name.to_string(), format!("{name}{HOW}")]
    });
    ["state", "region"].map(String::from).into_iter().chain(covariates).collect()
}

/// A state of the table.
fn covered(row: &Row<'_>) -> Result<Covered, String> {
    let id = row.state(0)?;
    let mut known = [Known { value: 0.0, how: How::Given }; 7];
    for (k, covariate) in Covariate::ALL.iter().enumerate() {
        let (name, low, high) = covariate.column();
        let who = format!("{id}: {name}");
        let Some(value) = row.number(2 + 2 * k, low, high, &who)? else {
            return Err(row.problem(&format!("{who}: found nothing, expected a number from {low} to {high}")));
        };
        let said = row.text(3 + 2 * k);
        let how = How::ALL.into_iter().find(|how| how.describe() == said).ok_or_else(|| {
            let hint = nearest(said, How::ALL.map(How::describe)).map_or(String::new(), |h| format!("; {h}"));
            row.problem(&format!("{who}{HOW}: found {said:?}{hint}"))
        })?;
        known[k] = Known { value, how };
    }
    Ok(Covered { id, region: row.text(1).into(), known })
}
