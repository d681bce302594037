//! How people name outcomes: `MEASURE[.WHERE][@WHEN]`.
//!
//! - `protection`: the mean over states at the end of the last year;
//! - `protection.IDN`: one state; `protection.*`: each state; `protection.mean`: the mean over states; `protection.COMMUNITY`: over
//!   its members;
//! - `protection@2010`, `protection@2005-2010`, `protection@*`: a year, years, every year and the start;
//! - `phase=4`, `tier_tvpa=2WL`: 1 where a code has this value, so that means are shares;
//! - `persuasion`, `persuasion_total`: what a term of the ledger moved motivation in the year, and since the start;
//! - `reached_law`, `reached_phase_3`, `reached_tier_tvpa_3`: 1 where it has happened by then;
//! - `years_to_law`, `years_to_phase_3`: years until it happened, or until then;
//! - `*.*`: every variable of each state.

use super::{Measure, Outcome, Outcomes, Place};
use crate::experiment::error::ExperimentError;
use crate::model::variable::Variable;
use crate::model::world::World;
use crate::scenario::nearest;

/// What is wrong with a text, and a hint.
type Lost = (String, Option<String>);

impl Outcomes {
    /// The outcomes that texts ask for, in order of row.
    ///
    /// ```
    /// use suasion::{experiment::outcome::Outcomes, scenario::Scenario};
    /// let world = Scenario::load("asean").unwrap().build().unwrap().world;
    /// let asked = Outcomes::parse(&["protection.IDN@2010", "phase=4", "years_to_law.*"], &world).unwrap();
    /// let labels: Vec<_> = asked.iter().map(|outcome| outcome.label(&world)).collect();
    /// assert_eq!(labels[..3], ["protection.IDN@2010", "phase=4.mean@2015", "years_to_law.BRN@2015"]);
    /// assert_eq!(Outcomes::parse(&["*.*@*"], &world).unwrap().len(), 22 * 10 * 16);
    /// let error = Outcomes::parse(&["protecton"], &world).unwrap_err();
    /// assert_eq!(error.to_string(), "outcome `protecton`: there is no `protecton`; did you mean `protection`?");
    /// ```
    ///
    /// # Errors
    /// If a text names no measure, value, place or year of this world.
    pub fn parse<S: AsRef<str>>(texts: &[S], world: &World) -> Result<Outcomes, ExperimentError> {
        let mut list = Vec::new();
        for text in texts {
            let text = text.as_ref().trim();
            let problem =
                |(what, hint): Lost| ExperimentError::asked(format!("outcome `{text}`: {what}"), hint);
            let (rest, when) = text.split_once('@').map_or((text, None), |(rest, when)| (rest, Some(when)));
            let (what, place) =
                rest.split_once('.').map_or((rest, None), |(what, place)| (what, Some(place)));
            for row in rows(when, world).map_err(problem)? {
                for measure in measures(what, world).map_err(problem)? {
                    let of_places = places(place, world).map_err(problem)?;
                    list.extend(of_places.into_iter().map(|place| Outcome::new(measure, place, row)));
                }
            }
        }
        Ok(Outcomes::new(list))
    }
}

fn measures(what: &str, world: &World) -> Result<Vec<Measure>, Lost> {
    if what == "*" {
        return Ok(Variable::all(world).into_iter().map(Measure::Variable).collect());
    }
    let (name, value) = what.split_once('=').map_or((what, None), |(name, value)| (name, Some(value)));
    let name = name.trim().replace('-', "_");
    let all: Vec<(String, Measure)> = Measure::named(world).into_iter().map(|m| (m.name(world), m)).collect();
    let Some((_, measure)) = all.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name)) else {
        let names = all.iter().map(|(known, _)| known.as_str());
        let hint = nearest(&name, names).unwrap_or_else(|| in_words(&all));
        return Err((format!("there is no `{name}`"), Some(hint)));
    };
    let Some(value) = value else { return Ok(vec![*measure]) };
    let (variable, values) = match *measure {
        Measure::Variable(v) if v.values(world) > 0 => {
            (v, (0..v.values(world)).map(|value| v.value_name(value, world)).collect::<Vec<String>>())
        }
        _ => return Err((format!("`{name}` is a number, which has no values"), None)),
    };
    let found =
        values.iter().position(|known| known.eq_ignore_ascii_case(value.trim())).ok_or_else(|| {
            (
                format!("`{name}` has no value `{value}`"),
                Some(format!("its values are {}", values.join(", "))),
            )
        })?;
    Ok(vec![Measure::Is(variable, found as u8)])
}

/// What there is, by kind, since there are many.
fn in_words(all: &[(String, Measure)]) -> String {
    let kind = |is: fn(&Measure) -> bool| {
        let names = all.iter().filter(|(_, measure)| is(measure)).map(|(name, _)| name.as_str());
        names.map(|name| name.strip_prefix("reached_").unwrap_or(name)).collect::<Vec<_>>().join(", ")
    };
    format!(
        "there is {}; of the ledger {}, each also with _total; reached_ and years_to_ with {}",
        kind(|measure| matches!(measure, Measure::Variable(_))),
        kind(|measure| matches!(measure, Measure::Term(_))),
        kind(|measure| matches!(measure, Measure::Reached(_))),
    )
}

fn places(place: Option<&str>, world: &World) -> Result<Vec<Place>, Lost> {
    let id = match place {
        None | Some("mean") => return Ok(vec![Place::Mean]),
        Some("*") => return Ok((0..world.states.len()).map(Place::State).collect()),
        Some(id) => id,
    };
    if let Some(state) = world.states.iter().position(|state| state.id == id) {
        return Ok(vec![Place::State(state)]);
    }
    let Some(group) = world.communities.iter().position(|community| community.id == id) else {
        let communities = world.communities.iter().map(|community| community.id.as_str());
        let ids = world.states.iter().map(|state| state.id.as_str()).chain(communities);
        let what = if world.communities.is_empty() { "state" } else { "state or community" };
        return Err((format!("there is no {what} `{id}`"), nearest(id, ids)));
    };
    if world.communities[group].members.is_empty() {
        return Err((format!("the community `{id}` has no members"), None));
    }
    Ok(vec![Place::Group(group)])
}

fn rows(when: Option<&str>, world: &World) -> Result<std::ops::RangeInclusive<usize>, Lost> {
    let (first, last) = (world.clock.start - 1, world.clock.end - 1);
    let (from, to) = match when {
        None => (last, last),
        Some("*") => (first, last),
        Some(text) => {
            let ends = text.split_once('-').unwrap_or((text, text));
            match (ends.0.trim().parse::<i32>(), ends.1.trim().parse::<i32>()) {
                (Ok(from), Ok(to)) if from <= to => (from, to),
                _ => {
                    let hint = "write @2010, @2005-2010 or @*".to_string();
                    return Err((format!("`{text}` is no year"), Some(hint)));
                }
            }
        }
    };
    if from < first || to > last {
        let range = format!("the run has {first} (its start) to {last}");
        let asked = if from == to { format!("{from}") } else { format!("{from}-{to}") };
        return Err((format!("{asked} is not within the run"), Some(range)));
    }
    Ok((from - first) as usize..=(to - first) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::testing::world;

    fn labels(texts: &[&str]) -> Vec<String> {
        let world = world();
        Outcomes::parse(texts, &world).unwrap().iter().map(|outcome| outcome.label(&world)).collect()
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
        assert_eq!(Outcomes::last_year(&world).len(), Variable::all(&world).len() * (states + 1));
    }

    #[test]
    fn every_name_is_read_as_the_measure_it_names_and_found_again() {
        let world = world();
        let codes = Variable::all(&world).into_iter().map(|v| (v, v.values(&world)));
        let codes = codes.flat_map(|(v, values)| (0..values).map(move |code| Measure::Is(v, code as u8)));
        for measure in Measure::named(&world).into_iter().chain(codes) {
            let name = measure.name(&world);
            let read = Outcomes::parse(&[&name], &world).unwrap();
            assert_eq!(read[0].measure, measure, "{name}");
        }
        let all = Outcomes::every_year(&world, &Measure::variables(&world), &[]);
        assert!(all.iter().enumerate().all(|(at, outcome)| all.find(*outcome) == Some(at)));
        assert_eq!(all.find(Outcome::new(Measure::Term(0), Place::Mean, 0)), None);
    }

    #[test]
    fn what_is_not_there_is_told() {
        assert_eq!(
            refusal("motivation=1"),
            "outcome `motivation=1`: `motivation` is a number, which has no values"
        );
        assert_eq!(
            refusal("phase=5"),
            "outcome `phase=5`: `phase` has no value `5`; its values are 0, 1, 2, 3, 4"
        );
        assert_eq!(
            refusal("phase@soon"),
            "outcome `phase@soon`: `soon` is no year; write @2010, @2005-2010 or @*"
        );
        let past = "outcome `phase@1990`: 1990 is not within the run; the run has 2000 (its start) to 2003";
        assert_eq!(refusal("phase@1990"), past);
        assert!(refusal("phase.ZZZ").starts_with("outcome `phase.ZZZ`: there is no state"));
        assert!(refusal("persuasoin_total").ends_with("did you mean `persuasion_total`?"));
        assert!(refusal("qqqqqq").contains("there is motivation, "));
    }
}
