//! A decomposition from what is asked to a game that can be played: which mechanisms, which outcomes, at what cost.
//!
//! The game itself is in [`shapley`](crate::experiment::shapley).

use crate::engine::parallel::Options;
use crate::experiment::arms::Arm;
use crate::experiment::cost::estimate;
use crate::experiment::error::ExperimentError;
use crate::experiment::mechanism::{MECHANISMS, Mechanism, own};
use crate::experiment::outcome::{Outcomes, Place};
use crate::experiment::shapley::{Game, MOST, MOST_EXACT, Method};
use crate::model::world::World;
use crate::scenario::{Scenario, nearest};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Agent-steps beyond which a decomposition is refused: half a day and more on a few cores.
const MOST_AGENT_STEPS: u64 = 1_000_000_000_000;
/// Pairs of orders in each replicate, where nobody says.
const PAIRS: u32 = 2;

/// A decomposition that was laid out.
#[derive(Clone, Debug)]
pub struct Planned<'a> {
    /// The game.
    pub game: Game<'a>,
    /// The counterfactual.
    pub arm: &'a Arm,
    /// Mechanisms that were asked for and act in neither arm.
    pub idle: Vec<String>,
    /// What is left out, in sentences; empty where nothing is.
    pub notes: String,
}

/// What decompositions will cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// Seconds on these threads, about.
    pub seconds: f64,
    /// In words.
    pub words: String,
}

/// The mechanisms of these names, of the model or of those that some worlds declare; all of them for `all`.
///
/// # Errors
/// If one is none, or is named twice.
///
/// ```
/// use suasion::experiment::decomposition::mechanisms;
/// assert_eq!(mechanisms(&["self-determination"], &[]).unwrap()[0].name, "self_determination");
/// assert!(mechanisms(&["all"], &[]).unwrap().len() > 20);
/// let error = mechanisms(&["signaling"], &[]).unwrap_err().to_string();
/// assert_eq!(error, "--decompose: there is no mechanism `signaling`; did you mean `signalling`?");
/// ```
pub fn mechanisms<S: AsRef<str>>(names: &[S], worlds: &[&World]) -> Result<Vec<Mechanism>, ExperimentError> {
    let known: Vec<Mechanism> = own(worlds).into_iter().chain(MECHANISMS.iter().cloned()).collect();
    if names.len() == 1 && names[0].as_ref() == "all" {
        return Ok(known);
    }
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for name in names.iter().map(|name| name.as_ref().trim().replace('-', "_")) {
        let found: Vec<&Mechanism> = known.iter().filter(|m| m.name.replace('-', "_") == name).collect();
        if found.len() > 1 {
            let found = format!("--decompose: `{name}` is a mechanism of the model and one of the scenario");
            return Err(ExperimentError::asked(found, Some("give the scenario's another id".into())));
        }
        let Some(mechanism) = found.first() else {
            let hint = nearest(&name, known.iter().map(|m| &*m.name)).unwrap_or_else(|| {
                format!("they are {}", known.iter().map(|m| &*m.name).collect::<Vec<_>>().join(", "))
            });
            let found = format!("--decompose: there is no mechanism `{name}`; {hint}");
            return Err(ExperimentError::Asked(found));
        };
        if !seen.insert(name.clone()) {
            return Err(ExperimentError::Asked(format!("--decompose: `{name}` is named twice")));
        }
        all.push((*mechanism).clone());
    }
    Ok(all)
}

/// Lays out the game of each counterfactual. `pairs` of random orders and their reverses are sampled in each replicate;
/// none: every subset is played where mechanisms are few.
///
/// # Errors
/// If no outcome is in both arms, or one is not in the counterfactual.
pub fn plan<'a>(
    base: &'a Scenario,
    others: &'a [Arm],
    asked: &[Mechanism],
    (outcomes, level): (&Outcomes, f64),
    pairs: Option<u32>,
) -> Result<Vec<Planned<'a>>, ExperimentError> {
    others.iter().map(|arm| plan_one(base, arm, asked, (outcomes, level), pairs)).collect()
}

fn plan_one<'a>(
    base: &'a Scenario,
    arm: &'a Arm,
    asked: &[Mechanism],
    (outcomes, level): (&Outcomes, f64),
    pairs: Option<u32>,
) -> Result<Planned<'a>, ExperimentError> {
    let (world, theirs) = (&base.world, &arm.scenario.world);
    let same_states = world.states.iter().map(|s| &s.id).eq(theirs.states.iter().map(|s| &s.id));
    let mut notes = String::new();
    let mut mine = outcomes.to_vec();
    if !same_states {
        // A mean over other states differs for another reason than a mechanism.
        mine.retain(|outcome| match outcome.place {
            Place::Mean | Place::Group(_) => false,
            Place::State(i) => theirs.states.iter().any(|s| s.id == world.states[i].id),
        });
        let _ = writeln!(notes, "the arms differ in states, so means over states are not split");
    }
    let mut its = Vec::new();
    for outcome in &mine {
        let label = outcome.label(world);
        let found = Outcomes::parse(&[&label], theirs).map_err(|_| {
            let found = format!("--decompose: the counterfactual `{}` has no outcome `{label}`", arm.name);
            ExperimentError::Asked(found)
        })?;
        its.extend(found.to_vec());
    }
    if its.is_empty() {
        let found = format!(
            "--decompose: no outcome is in both arms of `{}`; name a state's: --outcome motivation.ID",
            arm.name
        );
        return Err(ExperimentError::Asked(found));
    }
    let (mechanisms, idle): (Vec<_>, Vec<_>) =
        asked.iter().cloned().partition(|m| m.acts_in(world) || m.acts_in(theirs));
    if mechanisms.len() > MOST {
        let found = format!(
            "--decompose: {} mechanisms act, more than the {MOST} among whom a difference is split",
            mechanisms.len()
        );
        return Err(ExperimentError::asked(found, Some("name those that matter".into())));
    }
    let method = match pairs {
        Some(pairs) => Method::Sampled(pairs),
        None if mechanisms.len() <= MOST_EXACT => Method::Exact,
        None => Method::Sampled(PAIRS),
    };
    let game = Game {
        base: (world, Outcomes::new(mine)),
        other: (theirs, Outcomes::new(its)),
        mechanisms,
        method,
        seed: base.seed,
        replicates: base.replicates,
        level,
    };
    let idle = idle.into_iter().map(|m| m.name.into_owned()).collect();
    Ok(Planned { game, arm, idle, notes })
}

/// What it will cost to play the games so many times (in a history, there and in free runs), from a trial.
///
/// # Errors
/// If they would take far too long, or threads could not be started.
pub fn cost(
    base: &Scenario,
    games: &[Planned],
    times: u64,
    options: Options,
) -> Result<Cost, ExperimentError> {
    let runs = games.iter().map(|planned| planned.game.runs() * times).sum();
    afford(
        base,
        runs,
        "--decompose",
        "name fewer mechanisms, or give fewer --replicates or --permutations",
        options,
    )
}

/// What so many runs will cost, from a trial; `asked` is what asks for them, `hint` how to ask for fewer.
///
/// # Errors
/// If they would take far too long, or threads could not be started.
pub(super) fn afford(
    base: &Scenario,
    runs: u64,
    asked: &str,
    hint: &str,
    options: Options,
) -> Result<Cost, ExperimentError> {
    let per_run = (base.world.states.len() * base.world.clock.steps()) as u64;
    let trial = estimate(&mut base.clone(), options)?;
    let seconds = trial.seconds / f64::from(base.replicates) * runs as f64;
    let words = format!("about {runs} simulations, {} here", duration(seconds));
    if runs.saturating_mul(per_run) > MOST_AGENT_STEPS {
        return Err(ExperimentError::Asked(format!("{asked} would take {words}; {hint}")));
    }
    Ok(Cost { seconds, words })
}

/// Seconds for people.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 100.0 => format!("{s:.0} s"),
        s if s < 6000.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.0} h", s / 3600.0),
    }
}
