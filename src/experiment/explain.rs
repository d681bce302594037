//! What moved a state's motivation in the model, from the ledger: totals and years of each term, and a few plain sentences.
//!
//! The ledger is an account, not a cause: each term is what it moved given where the others had brought the state. What a
//! mechanism makes of the whole is the business of [`shapley`](crate::experiment::shapley).

use crate::estimate::{Estimate, Level};
use crate::experiment::compare::{Described, Making, STATE};
use crate::experiment::outcome::{Measure, Outcome, Outcomes, Place, year};
use crate::experiment::paired::Profile;
use crate::model::distribution::Distribution;
use crate::model::ledger::{TERM_NAMES, term_name, term_title, terms};
use crate::model::traits::{SENDER_STANDING, STRATEGIC_VALUE, TRAITS};
use crate::model::variable::Variable;
use crate::model::world::{Change, RATING_FIELDS, World};

/// Terms that are no mechanism: chance, and what the limits of the range took.
const NO_MECHANISM: [&str; 2] = ["shock", "clamp"];

/// Motivation, of which the ledger is the account.
pub const MOTIVATION: Measure = Measure::Variable(Variable::Motivation);

/// What an explanation keeps of every year: motivation, the terms by year and since the start, adoptions, tiers, and what is asked
/// for beyond those.
pub fn outcomes(world: &World, asked: &[Outcome]) -> Outcomes {
    let mut all = vec![MOTIVATION];
    all.extend((0..terms(world)).map(Measure::Term).chain((0..terms(world)).map(Measure::Total)));
    all.extend((0..world.instruments.len()).map(|j| Measure::Variable(Variable::Adopted(j))));
    for g in 0..world.ratings.len() {
        all.extend(
            (0..Variable::Tier(g).values(world)).map(|tier| Measure::Is(Variable::Tier(g), tier as u8)),
        );
    }
    all.extend(asked.iter().map(|outcome| outcome.measure));
    let groups = asked.iter().map(|outcome| outcome.place).filter(|place| matches!(place, Place::Group(_)));
    Outcomes::every_year(world, &all, &groups.collect::<Vec<Place>>())
}

/// What a term moved in all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// The term: a column of the ledger.
    pub term: usize,
    /// Its change of motivation over the run.
    pub total: Estimate,
    /// The year in which it moved most in the direction of its total.
    pub most: i32,
}

/// What each term moved at a place over the run, most first.
pub fn moved(world: &World, profile: &Profile, place: Place, level: f64) -> Vec<Moved> {
    let level = Level::new(level);
    let last = world.clock.years();
    let mut all: Vec<Moved> = (0..terms(world))
        .filter_map(|k| {
            let total = profile.estimate(Outcome::new(Measure::Total(k), place, last), &level)?;
            let sign = if total.mean < 0.0 { -1.0 } else { 1.0 };
            let mean = |row| profile.mean(Outcome::new(Measure::Term(k), place, row)).unwrap_or_default();
            let in_year = |row: &usize| sign * mean(*row);
            let most = (1..=last).max_by(|a, b| in_year(a).total_cmp(&in_year(b))).unwrap_or(1);
            Some(Moved { term: k, total, most: year(world, most) })
        })
        .collect();
    all.sort_by(|a, b| b.total.mean.abs().total_cmp(&a.total.mean.abs()));
    all
}

/// What each term moved in each state, and in the mean over states, as a table.
pub fn totals(world: &World, profile: &Profile, level: f64) -> Described {
    let places = (0..world.states.len()).map(Place::State).chain([Place::Mean]);
    let rows: Vec<(String, Moved)> = places
        .flat_map(|place| {
            moved(world, profile, place, level).into_iter().map(move |m| (place.id(world).to_string(), m))
        })
        .collect();
    let mut making = Making::default();
    making.text("state", STATE, rows.iter().map(|(state, _)| state.clone()).collect());
    making.text(
        "term",
        "term of the ledger",
        rows.iter().map(|(_, m)| term_name(world, m.term).to_string()).collect(),
    );
    let n = rows.iter().map(|(_, m)| m.total.n as i32).collect();
    making.whole("n", "-", "replicates", n);
    let unit = "change of motivation";
    let meaning = "change of motivation over the run by the term, mean over replicates";
    making.number("total", unit, meaning, rows.iter().map(|(_, m)| m.total.mean).collect());
    making.spread("total", unit, &rows.iter().map(|(_, m)| m.total).collect::<Vec<Estimate>>());
    making.draws(profile.draws(), rows.len());
    let meaning = "year in which the term moved most in the direction of its total";
    making.whole("most_in", "yr", meaning, rows.iter().map(|(_, m)| m.most).collect());
    making.end()
}

/// A sentence or two, from the numbers: how motivation went, what raised and what lowered it most, and when.
pub fn sentences(world: &World, profile: &Profile, place: Place, name: &str, level: f64) -> String {
    let last = world.clock.years();
    let motivation = |row| profile.mean(Outcome::new(MOTIVATION, place, row)).unwrap_or(f64::NAN);
    let (start, end) = (motivation(0), motivation(last));
    let went = match end - start {
        change if change.abs() < 0.005 => "stays where it was, from",
        change if change > 0.0 => "rises from",
        _ => "falls from",
    };
    let moved = moved(world, profile, place, level);
    let part = |moved: &Moved| {
        let interval =
            moved.total.interval.map_or_else(String::new, |i| format!(" [{:+.3}, {:+.3}]", i.low, i.high));
        format!(
            "{} ({:+.3}{interval}; most in {})",
            term_title(world, moved.term),
            moved.total.mean,
            moved.most
        )
    };
    // An interval that holds 0 does not tell a term's direction.
    let is_mechanism = |m: &Moved| TERM_NAMES.get(m.term).is_none_or(|name| !NO_MECHANISM.contains(name));
    let clear = |m: &&Moved| is_mechanism(m) && m.total.interval.is_none_or(|i| !i.holds(0.0));
    let up = moved.iter().filter(clear).find(|m| m.total.mean >= 0.0005).map(part);
    let down = moved.iter().filter(clear).find(|m| m.total.mean <= -0.0005).map(part);
    let what = match (up, down) {
        (Some(up), Some(down)) => format!("What raises it most is {up}; what lowers it most is {down}."),
        (Some(up), None) => format!("What raises it most is {up}; no mechanism lowers it."),
        (None, Some(down)) => format!("What lowers it most is {down}; no mechanism raises it."),
        (None, None) => "No mechanism moves it.".into(),
    };
    let (first, final_year) = (world.clock.start, world.clock.end - 1);
    format!(
        "In the model, motivation of {name} {went} {start:.2} at the start of {first} to {end:.2} at the end of {final_year}. {what}"
    )
}

/// A term's name as people say it.
pub fn words(term: &str) -> String {
    term.replace('_', " ")
}

/// What the scenario dates for a state: the date, and what changes.
pub fn dated(world: &World, state: usize) -> Vec<(f64, String)> {
    let mut all: Vec<(f64, String)> = Vec::new();
    for event in &world.events {
        let to = |of: &Distribution| of.median().map_or_else(|| "m0".to_string(), |x| format!("{x:.2}"));
        let what = match &event.change {
            Change::Trait(i, k, of) if *i == state => format!("{} -> {}", TRAITS[*k].path(), to(of)),
            Change::OwnTrait(i, t, of) if *i == state => {
                format!("{} -> {}", world.theory.said.traits[*t].id, to(of))
            }
            Change::StrategicValue(i, g, of) if *i == state => {
                format!("{}.{} -> {}", STRATEGIC_VALUE.name, world.ratings[*g].id, to(of))
            }
            Change::SenderStanding(i, g, of) if *i == state => {
                format!("{}.{} -> {}", SENDER_STANDING.name, world.ratings[*g].id, to(of))
            }
            Change::RatingField(g, field, x) if world.ratings[*g].rated_from[state].is_some() => {
                format!("regime.{}.{} -> {x:.2}", world.ratings[*g].id, RATING_FIELDS[*field].path())
            }
            Change::Adopt(i, j) if *i == state => format!("adopts {}", world.instruments[*j].id),
            Change::Withdraw(i, j) if *i == state => format!("leaves {}", world.instruments[*j].id),
            _ => continue,
        };
        all.push((event.at, what));
    }
    for instrument in &world.instruments {
        let date = instrument.adopted[state].filter(|date| *date >= f64::from(world.clock.start));
        all.extend(date.map(|date| (date, format!("adopts {}", instrument.id))));
        all.extend(instrument.withdrawn[state].map(|date| (date, format!("leaves {}", instrument.id))));
    }
    let run = f64::from(world.clock.start)..f64::from(world.clock.end);
    for community in &world.communities {
        for member in community.members.iter().filter(|member| member.state == state) {
            let dates = [(member.from, "joins"), (member.until, "leaves")];
            let dates = dates.into_iter().filter(|(date, _)| run.contains(date));
            all.extend(dates.map(|(date, what)| (date, format!("{what} {}", community.id))));
        }
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}

/// What the scenario dates for each of some states, as a table.
pub fn dated_table(world: &World, states: &[usize]) -> Described {
    let rows: Vec<(usize, f64, String)> = states
        .iter()
        .flat_map(|i| dated(world, *i).into_iter().map(move |(date, what)| (*i, date, what)))
        .collect();
    let mut making = Making::default();
    making.text("state", "id of the state", rows.iter().map(|r| world.states[r.0].id.clone()).collect());
    making.number("date", "yr", "decimal year", rows.iter().map(|r| r.1).collect());
    making.text("change", "what the scenario changes then", rows.into_iter().map(|r| r.2).collect());
    making.end()
}
