//! Whose numbers are shown: each state where they are few, regions and all states together where they are many.

use std::collections::BTreeMap;
use suasion::experiment::error::ExperimentError;
use suasion::scenario::{Scenario, nearest};

/// States that have a panel each.
const FEW: usize = 20;
/// Regions that have a panel each.
const MOST_REGIONS: usize = 23;

/// A state, a region or all states.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    /// The state's id, the region's name, or `mean`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its states.
    pub states: Vec<usize>,
}

impl Place {
    /// The state, where it is one.
    pub fn state(&self) -> Option<usize> {
        (self.id != MEAN && self.states.len() == 1).then(|| self.states[0])
    }
}

/// Id of all states.
pub(super) const MEAN: &str = "mean";

pub(super) struct Places {
    pub all: Vec<Place>,
    /// What is left out by the choice.
    pub left_out: Option<String>,
}

/// All states together.
pub(super) fn everyone(scenario: &Scenario) -> Place {
    let states = (0..scenario.world.states.len()).collect();
    Place { id: MEAN.into(), name: "All states (mean)".into(), states }
}

/// The states asked for; without any, every state, or regions where states are many; and all states together.
pub(super) fn chosen(scenario: &Scenario, asked: &[String]) -> Result<Places, ExperimentError> {
    let ids = &scenario.world.states;
    let n = ids.len();
    let state = |i: usize| Place { id: ids[i].id.clone(), name: scenario.names[i].clone(), states: vec![i] };
    let mean = everyone(scenario);
    if !asked.is_empty() {
        let mut all = Vec::new();
        for name in asked {
            let place = state(find(scenario, name)?);
            if all.contains(&place) {
                return Err(ExperimentError::asked(format!("--state: `{name}` is asked for twice"), None));
            }
            all.push(place);
        }
        let left_out = (all.len() < n).then(|| {
            format!(
                "States other than those asked for ({} of {n} are shown). Without --state all are.",
                all.len()
            )
        });
        return Ok(Places { all, left_out });
    }
    if n <= FEW {
        let mut all: Vec<Place> = (0..n).map(state).collect();
        if n > 1 {
            all.push(mean);
        }
        return Ok(Places { all, left_out: None });
    }
    let mut regions: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, region) in scenario.regions.iter().enumerate() {
        regions.entry(region.as_deref().unwrap_or("no region")).or_default().push(i);
    }
    let mut all: Vec<Place> = Vec::new();
    if regions.len() > 1 && regions.len() <= MOST_REGIONS {
        all.extend(regions.into_iter().map(|(region, states)| Place {
            id: region.into(),
            name: format!("{region} ({})", states.len()),
            states,
        }));
    }
    let by = if all.is_empty() { "as their mean" } else { "by region, as means over a region's states" };
    let left_out = format!(
        "A panel for each of the {n} states: they are shown {by}. `--state ID`, which may be repeated, shows single ones."
    );
    all.push(mean);
    Ok(Places { all, left_out: Some(left_out) })
}

fn find(scenario: &Scenario, name: &str) -> Result<usize, ExperimentError> {
    let states = &scenario.world.states;
    let is =
        |i: &usize| states[*i].id.eq_ignore_ascii_case(name) || scenario.names[*i].eq_ignore_ascii_case(name);
    (0..states.len()).find(is).ok_or_else(|| {
        let hint = nearest(&name.to_uppercase(), states.iter().map(|state| state.id.as_str()));
        ExperimentError::asked(format!("--state: there is no state `{name}`"), hint)
    })
}
