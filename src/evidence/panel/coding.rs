//! How a panel's scenario is coded: the covariates of its states, the links of its plan and the coefficients, so that it can be coded anew with
//! other coefficients, as a world or as a scenario that overlays come after.

use super::coefficients::Coefficients;
use super::covariates::{How, Known};
use super::error::PanelError;
use super::links::Coded;
use super::plan::{PLAN, Plan};
use super::read::Panel;
use super::tidy::{Asked, Row, read};
use super::write::{File, table};
use crate::evidence::panel::Codes;
use crate::model::distribution::Distribution;
use crate::model::factor::Factor;
use crate::model::traits::TRAITS;
use crate::model::world::{State, World};
use crate::scenario::{Left, Loaded, Mark, Problem, ScenarioError, nearest};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

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
    pub region: Option<String>,
    pub known: Vec<Known>,
}

/// The states of a panel, in id order, with their covariates, the plan, and the coefficients by which its scenario was coded.
#[derive(Clone, Debug, PartialEq)]
pub struct Coding {
    pub(super) states: Vec<Covered>,
    plan: Arc<Plan>,
    /// The coefficients.
    pub coefficients: Coefficients,
    /// Where the numbers that the plan sets lie in a world, once that is known; a fit sets them a million times.
    places: OnceLock<Vec<Option<Factor>>>,
}

impl Panel {
    /// How it is coded by some coefficients.
    pub fn coding(&self, coefficients: &Coefficients) -> Coding {
        let covered = self.states.iter().map(|state| Covered {
            id: state.id.clone(),
            region: state.region.clone(),
            known: state.known.clone(),
        });
        Coding::new(covered.collect(), self.plan.clone(), coefficients.clone())
    }
}

impl Coding {
    fn new(states: Vec<Covered>, plan: Arc<Plan>, coefficients: Coefficients) -> Coding {
        Coding { states, plan, coefficients, places: OnceLock::new() }
    }

    /// Reads the coding that lies beside a scenario file; none where there is none.
    ///
    /// # Errors
    /// If its files are not as a panel writes them.
    pub fn beside(scenario: &Path) -> Result<Option<Coding>, PanelError> {
        let folder = scenario.parent().unwrap_or(Path::new(""));
        if !folder.join(CODING).exists() {
            return Ok(None);
        }
        let plan = Plan::of_folder(folder)?;
        let coefficients = plan.coefficients().read(&folder.join(USED))?;
        let columns = header(&plan);
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut error = PanelError::default();
        let mut states: Vec<Covered> = Vec::new();
        let asked = Asked { name: CODING, columns: &columns, more: &[], required: true };
        read(folder, Codes::Own, &asked, &mut error, |row| {
            let state = covered(row, &plan)?;
            if states.last().is_some_and(|last| last.id >= state.id) {
                return Err(row.problem(&format!("{}: out of order, or twice", state.id)));
            }
            states.push(state);
            Ok(())
        });
        error.finish()?;
        Ok(Some(Coding::new(states, plan, coefficients)))
    }

    /// The files from which [`Coding::beside`] reads it again.
    pub fn files(&self) -> [File; 3] {
        let rows = self.states.iter().map(|state| {
            let mut row = vec![state.id.clone(), state.region.clone().unwrap_or_default()];
            row.extend(state.known.iter().flat_map(|k| [k.value.to_string(), k.how.describe().into()]));
            row
        });
        let text = table(&header(&self.plan), rows);
        let plan = self.plan.text.clone();
        [
            File { name: CODING, text },
            File { name: USED, text: self.coefficients.text() },
            File { name: PLAN, text: plan },
        ]
    }

    /// The states as coefficients code them.
    ///
    /// # Errors
    /// If a link gives no finite number: of which state and trait.
    pub(super) fn coded(&self, c: &Coefficients) -> Result<Vec<Coded>, String> {
        let known: Vec<&[Known]> = self.states.iter().map(|state| state.known.as_slice()).collect();
        self.plan.links.code(c.values(), &known).map_err(|(at, name)| {
            format!(
                "{}: the link of {name} gives no finite number with these coefficients",
                self.states[at].id
            )
        })
    }

    /// The weight and the engagement of a region; none where regions are no communities.
    pub(super) fn community(&self, c: &Coefficients, coded: &[Coded], region: &str) -> Option<(f64, f64)> {
        let of = self.states.iter().zip(coded);
        let members = of.filter(|(state, _)| state.region.as_deref() == Some(region)).map(|(_, coded)| coded);
        self.plan.links.community(c.values(), &members)
    }

    /// The ids of its regions.
    pub(super) fn regions(&self) -> BTreeSet<&str> {
        self.states.iter().filter_map(|state| state.region.as_deref()).collect()
    }

    /// Codes a world of this panel anew, as writing and reading its scenario with other coefficients would, without either:
    /// for fits, which do so a million times. The world must be of a scenario that [`files`](super::files) made of the panel.
    ///
    /// # Errors
    /// If a link gives no finite number with these coefficients.
    pub fn recode(&self, c: &Coefficients, world: &mut World) -> Result<(), String> {
        let coded = self.coded(c)?;
        if let Some((key, x)) = self.plan.links.negative(c.values()) {
            return Err(format!("{key}: found {x}, expected a number that is not below 0"));
        }
        for (coded, into) in coded.iter().zip(&mut world.states) {
            for (linked, (mean, sd)) in self.plan.links.traits().iter().zip(&coded.traits) {
                let spread = Distribution::Normal { mean: *mean, sd: *sd };
                match TRAITS.iter().position(|entry| entry.name == linked.name) {
                    Some(k) => into.traits.values_mut()[k] = spread,
                    None if linked.name == "strategic_value" => into.strategic_value.fill(spread),
                    None => into.sender_standing.fill(spread),
                }
            }
            if let Some(phase) = coded.phase {
                into.initial_phase = std::array::from_fn(|k| f64::from(u8::from(k == usize::from(phase))));
            }
        }
        if let Some(weight) = self.plan.links.tie_weight(c.values()) {
            world.ties.iter_mut().for_each(|tie| tie.weight = weight);
        }
        for region in self.regions() {
            let Some((weight, level)) = self.community(c, &coded, region) else { break };
            if level.is_nan() {
                return Err(format!("communities.engagement: no finite number for {region}"));
            }
            for community in world.communities.iter_mut().filter(|community| community.id == region) {
                community.tie_weight = weight;
                community.engagement.iter_mut().for_each(|(_, value)| *value = level);
            }
        }
        let set: Vec<(&str, f64)> = self.plan.links.set(c.values()).collect();
        let places = self.places.get_or_init(|| {
            let at = |path: &str| {
                world.factors().map(|(of, _)| of).find(|of| of.path(world).as_deref() == Some(path))
            };
            set.iter().map(|(path, _)| at(path)).collect()
        });
        for ((path, x), place) in set.iter().zip(places) {
            let place = place.ok_or_else(|| format!("{path}: no number of this world"))?;
            let bound = place.bound(world);
            if !bound.admits(*x) {
                return Err(format!("{path}: found {x}, expected {}", bound.describe()));
            }
            if let Some(number) = world.factor_mut(place) {
                *number = *x;
            }
        }
        Ok(())
    }

    /// Codes a scenario of this panel anew, under a mark, so that overlays can come after it. States, regions and instruments
    /// that are not there any more are passed over.
    ///
    /// # Errors
    /// If the scenario has been changed so far that a coded value has no place.
    pub fn set(&self, c: &Coefficients, loaded: &mut Loaded, mark: Mark) -> Result<(), ScenarioError> {
        let coded = self.coded(c).map_err(|found| Problem { found, ..Problem::default() })?;
        for (path, value) in self.values(c, &coded, loaded) {
            match value {
                Written::Spread(spread) => loaded.set_spread_marked(&path, spread, mark)?,
                Written::Number(x) => loaded.set_marked(&path, x, mark)?,
            }
        }
        Ok(())
    }

    /// What overlays left of a coding that was set under a mark.
    pub fn left(&self, loaded: &Loaded, mark: Mark) -> Left {
        let mut left = Left::default();
        // The coefficients by which the scenario was coded do code it.
        let coded = self.coded(&self.coefficients).unwrap_or_default();
        for (path, _) in self.values(&self.coefficients, &coded, loaded) {
            left.and(loaded.left(&path, mark));
        }
        left
    }

    /// Every coded value that has a place in a scenario, by its path.
    fn values(&self, c: &Coefficients, coded: &[Coded], loaded: &Loaded) -> Vec<(String, Written)> {
        let mut all = Vec::new();
        let [states, regimes, instruments] = ["state", "regime", "instrument"].map(|s| loaded.ids(s));
        let links = &self.plan.links;
        for (state, coded) in
            self.states.iter().zip(coded).filter(|(state, _)| states.contains(state.id.as_str()))
        {
            let path = |name: &str| format!("state.{}.{name}", state.id);
            let spreads = links.traits().iter().zip(&coded.traits);
            all.extend(spreads.map(|(linked, spread)| (path(linked.name), Written::Spread(*spread))));
            all.extend(coded.phase.map(|phase| (path("initial_phase"), Written::Number(f64::from(phase)))));
        }
        if let Some(weight) = links.tie_weight(c.values()).filter(|_| loaded.has_any("tie")) {
            all.push(("tie.*.weight".into(), Written::Number(weight)));
        }
        for region in self.regions().into_iter().filter(|region| regimes.contains(region)) {
            let Some((weight, level)) = self.community(c, coded, region) else { break };
            all.push((format!("regime.{region}.tie_weight"), Written::Number(weight)));
            let levels = loaded.level_paths(&format!("regime.{region}.engagement"));
            all.extend(levels.into_iter().map(|path| (path, Written::Number(level))));
        }
        for (path, x) in links.set(c.values()) {
            let mut parts = path.split('.');
            let stands = match (parts.next(), parts.next()) {
                (Some("instrument"), Some(id)) => instruments.contains(id),
                (Some("regime"), Some(id)) => regimes.contains(id),
                _ => true,
            };
            if stands {
                all.push((path.into(), Written::Number(x)));
            }
        }
        all
    }

    /// How many states there are, and for each trait that goes beyond its range in some with these coefficients, in how many.
    ///
    /// # Errors
    /// If a link gives no finite number: of which state and trait.
    pub fn beyond(&self, c: &Coefficients) -> Result<Vec<(&'static str, usize)>, PanelError> {
        let coded = self.coded(c).map_err(PanelError::one)?;
        let count = |k: usize| coded.iter().filter(|coded| coded.beyond[k]).count();
        let all = self.plan.links.traits().iter().enumerate().map(|(k, linked)| (linked.name, count(k)));
        Ok(all.filter(|(_, count)| *count > 0).collect())
    }

    /// The coefficient that a number at a path is set from, among some.
    pub fn sets<'n>(&self, path: &str, mut among: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        among.find(|name| self.plan.links.sets(path, name))
    }

    /// Whether a world is of a scenario that this coding made.
    pub fn codes(&self, world: &World) -> bool {
        let ids = world.states.iter().map(|state| &state.id);
        let mut again = world.clone();
        ids.eq(self.states.iter().map(|state| &state.id))
            && self.recode(&self.coefficients, &mut again).is_ok()
            && coded_alike(&again, world)
    }
}

/// A coded value of a scenario.
#[derive(Clone, Copy, Debug)]
enum Written {
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

fn header(plan: &Plan) -> Vec<String> {
    let covariates = plan.links.covariates().iter().flat_map(|covariate| {
        let (name, _) = plan.covariate_at(*covariate);
        [name.to_string(), format!("{name}{HOW}")]
    });
    ["state", "region"].map(String::from).into_iter().chain(covariates).collect()
}

/// A state of the table.
fn covered(row: &Row<'_>, plan: &Plan) -> Result<Covered, String> {
    let id = row.state(0)?;
    let mut known = Vec::new();
    for (k, covariate) in plan.links.covariates().iter().enumerate() {
        let (name, of) = plan.covariate_at(*covariate);
        let who = format!("{id}: {name}");
        let Some(value) = row.number(2 + 2 * k, of.low, of.high, &who)? else {
            let expected = format!("expected a number from {} to {}", of.low, of.high);
            return Err(row.problem(&format!("{who}: found nothing, {expected}")));
        };
        let said = row.text(3 + 2 * k);
        let how = How::read(said).ok_or_else(|| {
            let hint = nearest(said, How::ALL.map(How::describe)).map_or(String::new(), |h| format!("; {h}"));
            row.problem(&format!("{who}{HOW}: found {said:?}{hint}"))
        })?;
        known.push(Known { value, how });
    }
    let region = Some(row.text(1)).filter(|region| !region.is_empty()).map(str::to_string);
    Ok(Covered { id, region, known })
}
