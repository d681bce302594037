//! Outcomes: which numbers of a run an experiment looks at, and how people name them.
//!
//! An outcome is written `VARIABLE[=VALUE][.WHERE][@WHEN]`:
//!
//! - `protection`: the mean over states at the end of the last year;
//! - `protection.IDN`: one state; `protection.*`: each state; `protection.mean`: the mean over states;
//! - `protection@2010`, `protection@2005-2010`, `protection@*`: a year, years, every year and the start;
//! - `phase=4`, `tier_tvpa=2WL`: 1 where a code has this value, so that means are shares;
//! - `*.*`: every variable of each state.
//!
//! It reads values from a batch and keeps none.

use crate::engine::lanes::Lane;
use crate::experiment::error::ExperimentError;
use crate::model::variable::{Variable, VariableKind};
use crate::model::world::{TIERS, World};
use crate::output::units::Units;
use crate::output::view::View;
use crate::scenario::nearest;

/// Where a cell looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The unweighted mean over states.
    Mean,
    /// A state, by index.
    State(usize),
}

/// One number of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The variable.
    pub variable: Variable,
    /// If given, the cell is 1 where the variable has this code, else 0.
    pub equals: Option<u8>,
    /// A state, or the mean over states.
    pub place: Place,
    /// Row: 0 is the start, 1 the end of the first year.
    pub row: usize,
}

/// The cells of an experiment, in order of row, then as asked; none twice.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Outcomes {
    /// The cells.
    pub cells: Vec<Cell>,
}

impl Cell {
    /// Its value in each lane.
    pub fn value(&self, view: &impl View) -> Lane {
        match self.place {
            Place::State(state) => self.of_state(view, state),
            Place::Mean => {
                let states = view.world().states.len();
                let mut sum = Lane::ZERO;
                for state in 0..states {
                    sum += self.of_state(view, state);
                }
                sum / (states as f64)
            }
        }
    }

    fn of_state(&self, view: &impl View, state: usize) -> Lane {
        let value = view.value(state, self.variable);
        match self.equals {
            None => value,
            Some(code) => Lane::from_fn(|l| f64::from(u8::from(value.0[l] == f64::from(code)))),
        }
    }

    /// The code that is asked for, by name: `4` of `phase=4`, `2WL` of `tier_tvpa=2WL`.
    pub fn code(&self) -> Option<String> {
        self.equals.map(|code| match self.variable {
            Variable::Tier(_) => TIERS[usize::from(code)].to_string(),
            _ => code.to_string(),
        })
    }

    /// The variable's name, with the code it is asked for: `protection`, `phase=4`, `tier_tvpa=2WL`.
    pub fn name(&self, world: &World) -> String {
        let name = self.variable.name(world);
        self.code().map_or_else(|| name.clone(), |code| format!("{name}={code}"))
    }

    /// Id of the state, or `mean`.
    pub fn state<'w>(&self, world: &'w World) -> &'w str {
        match self.place {
            Place::Mean => "mean",
            Place::State(state) => &world.states[state].id,
        }
    }

    /// Year at whose end it looks; the year before the first stands for the start.
    pub fn year(&self, world: &World) -> i32 {
        world.clock.start - 1 + self.row as i32
    }

    /// The whole outcome as it is written: `protection.IDN@2010`.
    pub fn label(&self, world: &World) -> String {
        format!("{}.{}@{}", self.name(world), self.state(world), self.year(world))
    }

    /// The multiple to which it is rounded before it is summed, in a world with these units.
    pub fn unit_in(&self, units: &Units) -> f64 {
        let state = match self.place {
            Place::State(state) => Some(state),
            Place::Mean => None,
        };
        units.of(state, self.variable)
    }

    /// Unit of the cell.
    pub fn unit(&self) -> &'static str {
        if self.equals.is_some() { "share" } else { self.variable.describe().1 }
    }
}

impl Outcomes {
    /// The cells that texts ask for, in order of row.
    ///
    /// ```
    /// use suasion::{experiment::outcome::Outcomes, scenario::Scenario};
    /// let world = Scenario::load("asean").unwrap().build().unwrap().world;
    /// let asked = Outcomes::parse(&["protection.IDN@2010", "phase=4"], &world).unwrap();
    /// let labels: Vec<_> = asked.cells.iter().map(|cell| cell.label(&world)).collect();
    /// assert_eq!(labels, ["protection.IDN@2010", "phase=4.mean@2015"]);
    /// assert_eq!(Outcomes::parse(&["*.*@*"], &world).unwrap().cells.len(), 19 * 10 * 16);
    /// let error = Outcomes::parse(&["protecton"], &world).unwrap_err();
    /// assert_eq!(error.to_string(), "outcome `protecton`: there is no variable `protecton`; did you mean `protection`?");
    /// ```
    ///
    /// # Errors
    /// If a text names no variable, code, state or year of this world.
    pub fn parse<S: AsRef<str>>(texts: &[S], world: &World) -> Result<Outcomes, ExperimentError> {
        let mut outcomes = Outcomes::default();
        for text in texts {
            let text = text.as_ref().trim();
            let problem =
                |(what, hint): Lost| ExperimentError::asked(format!("outcome `{text}`: {what}"), hint);
            outcomes.add(text, world).map_err(problem)?;
        }
        // Stable, so that within a year cells stay as asked.
        outcomes.cells.sort_by_key(|cell| cell.row);
        Ok(outcomes)
    }

    /// Every variable at the end of the last year: the mean over states and each state.
    pub fn last_year(world: &World) -> Outcomes {
        let row = world.clock.years();
        let places = std::iter::once(Place::Mean).chain((0..world.states.len()).map(Place::State));
        let places: Vec<Place> = places.collect();
        let of = |variable| places.iter().map(move |&place| Cell { variable, equals: None, place, row });
        Outcomes { cells: Variable::all(world).into_iter().flat_map(of).collect() }
    }

    fn add(&mut self, text: &str, world: &World) -> Result<(), Lost> {
        let (rest, when) = text.split_once('@').map_or((text, None), |(rest, when)| (rest, Some(when)));
        let (what, place) = rest.split_once('.').map_or((rest, None), |(what, place)| (what, Some(place)));
        for row in rows(when, world)? {
            for (variable, equals) in variables(what, world)? {
                for place in places(place, world)? {
                    let cell = Cell { variable, equals, place, row };
                    if !self.cells.contains(&cell) {
                        self.cells.push(cell);
                    }
                }
            }
        }
        Ok(())
    }
}

/// What is wrong with a text, and a hint.
type Lost = (String, Option<String>);

fn variables(what: &str, world: &World) -> Result<Vec<(Variable, Option<u8>)>, Lost> {
    let all = Variable::all(world);
    if what == "*" {
        return Ok(all.into_iter().map(|variable| (variable, None)).collect());
    }
    let (name, code) = what.split_once('=').map_or((what, None), |(name, code)| (name, Some(code)));
    let name = name.replace('-', "_");
    let Some(&variable) = all.iter().find(|variable| variable.name(world) == name) else {
        let names: Vec<String> = all.iter().map(|variable| variable.name(world)).collect();
        let hint = nearest(&name, names.iter().map(String::as_str));
        return Err((format!("there is no variable `{name}`"), hint));
    };
    let Some(code) = code else { return Ok(vec![(variable, None)]) };
    let codes: Vec<String> = match (variable, variable.kind()) {
        (Variable::Tier(_), _) => TIERS.map(str::to_string).to_vec(),
        (_, VariableKind::Code(values)) => (0..values).map(|value| value.to_string()).collect(),
        (_, VariableKind::Flag) => vec!["0".into(), "1".into()],
        _ => return Err((format!("`{name}` is a number, which has no codes"), None)),
    };
    let found = codes.iter().position(|known| known.eq_ignore_ascii_case(code));
    let hint = || Some(format!("its codes are {}", codes.join(", ")));
    let found = found.ok_or_else(|| (format!("`{name}` has no code `{code}`"), hint()))?;
    Ok(vec![(variable, Some(found as u8))])
}

fn places(place: Option<&str>, world: &World) -> Result<Vec<Place>, Lost> {
    match place {
        None | Some("mean") => Ok(vec![Place::Mean]),
        Some("*") => Ok((0..world.states.len()).map(Place::State).collect()),
        Some(id) => {
            let found = world.states.iter().position(|state| state.id == id);
            let ids = world.states.iter().map(|state| state.id.as_str());
            let found = found.ok_or_else(|| (format!("there is no state `{id}`"), nearest(id, ids)))?;
            Ok(vec![Place::State(found)])
        }
    }
}

fn rows(when: Option<&str>, world: &World) -> Result<std::ops::RangeInclusive<usize>, Lost> {
    let (first, last) = (world.clock.start - 1, world.clock.end - 1);
    let years = match when {
        None => (last, last),
        Some("*") => (first, last),
        Some(text) => {
            let ends = text.split_once('-').unwrap_or((text, text));
            match (ends.0.trim().parse::<i32>(), ends.1.trim().parse::<i32>()) {
                (Ok(from), Ok(to)) if from <= to => (from, to),
                _ => {
                    return Err((
                        format!("`{text}` is no year"),
                        Some("write @2010, @2005-2010 or @*".into()),
                    ));
                }
            }
        }
    };
    if years.0 < first || years.1 > last {
        let range = format!("the run has {first} (its start) to {last}");
        let (from, to) = years;
        let asked = if from == to { format!("{from}") } else { format!("{from}-{to}") };
        return Err((format!("{asked} is not within the run"), Some(range)));
    }
    Ok((years.0 - first) as usize..=(years.1 - first) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::testing::{Fake, world};

    fn labels(texts: &[&str]) -> Vec<String> {
        let world = world();
        Outcomes::parse(texts, &world).unwrap().cells.iter().map(|cell| cell.label(&world)).collect()
    }

    fn refusal(text: &str) -> String {
        Outcomes::parse(&[text], &world()).unwrap_err().to_string()
    }

    #[test]
    fn stars_and_ranges_name_many_and_none_twice() {
        let world = world();
        let states = world.states.len();
        assert_eq!(labels(&["motivation.*@2001-2002", "motivation@2001"]).len(), 2 * states + 1);
        assert_eq!(labels(&["motivation", "motivation.mean"]).len(), 1);
        assert_eq!(labels(&["*@*"]).len(), Variable::all(&world).len() * (world.clock.years() + 1));
        assert_eq!(Outcomes::last_year(&world).cells.len(), Variable::all(&world).len() * (states + 1));
    }

    #[test]
    fn what_is_not_there_is_told() {
        assert_eq!(
            refusal("motivation=1"),
            "outcome `motivation=1`: `motivation` is a number, which has no codes"
        );
        assert_eq!(
            refusal("phase=5"),
            "outcome `phase=5`: `phase` has no code `5`; its codes are 0, 1, 2, 3, 4"
        );
        assert_eq!(
            refusal("phase@soon"),
            "outcome `phase@soon`: `soon` is no year; write @2010, @2005-2010 or @*"
        );
        let past = "outcome `phase@1990`: 1990 is not within the run; the run has 2000 (its start) to 2003";
        assert_eq!(refusal("phase@1990"), past);
        assert!(refusal("phase.ZZZ").starts_with("outcome `phase.ZZZ`: there is no state `ZZZ`"));
    }

    #[test]
    fn values_are_those_of_the_variable_its_code_and_the_mean() {
        let world = world();
        let fake = Fake::new(&world, 3, 8);
        let cells = Outcomes::parse(&["motivation.*", "motivation", "phase=2.*"], &world).unwrap().cells;
        let states = world.states.len();
        let mut sum = Lane::ZERO;
        for state in 0..states {
            let value = fake.value(state, Variable::Motivation);
            assert_eq!(cells[state].value(&fake).0, value.0);
            sum += value;
            let phase = fake.value(state, Variable::Phase);
            let shares = cells[states + 1 + state].value(&fake);
            assert!((0..8).all(|l| (shares.0[l] == 1.0) == (phase.0[l] == 2.0)));
        }
        assert_eq!(cells[states].value(&fake).0, (sum / states as f64).0);
    }
}
