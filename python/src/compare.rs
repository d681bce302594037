//! Comparisons: a scenario and counterfactuals on common random numbers, as tables.

use crate::arrow::{Table, described};
use crate::attended::attended;
use crate::changes::Runs;
use crate::given::Given;
use crate::posterior::{Beside, Under};
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::{ScenarioError, arguments, raise};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyList};
use std::collections::BTreeMap;
use suasion::engine::history::History;
use suasion::engine::parallel::Options;
use suasion::estimate::Level;
use suasion::experiment::arms;
use suasion::experiment::compare::differences;
use suasion::experiment::comparison::{Comparison as Asked, Luck, all_names};
use suasion::experiment::crowding::{self, MOST_DRAWS, OnEffect};
use suasion::experiment::decomposition::{Planned, cost, mechanisms, plan};
use suasion::experiment::effects::{self, Effects};
use suasion::experiment::error::ExperimentError;
use suasion::experiment::history::apart::{Answer, why};
use suasion::experiment::paired::{Pair, Profile};
use suasion::experiment::posterior::Worlds;
use suasion::experiment::shapley::shares;
use suasion::model::world::World;

/// What a comparison gave: tables of paired differences, and of shares of mechanisms.
#[pyclass(frozen, module = "suasion")]
pub struct Comparison {
    /// One row per counterfactual, state, year and outcome: both means, the paired difference and its interval. Outcomes are variables, what
    /// is reached (`reached_law`), years until then (`years_to_law`), and those asked for.
    #[pyo3(get)]
    differences: Py<Table>,
    /// The same in free runs, where the comparison is in a history; none where it is not.
    #[pyo3(get)]
    differences_free: Option<Py<Table>>,
    /// By counterfactual, which state's difference in the history is farthest from that in free runs, and which of its grades on record free runs
    /// do not show; empty where the comparison is not in a history.
    #[pyo3(get)]
    why: BTreeMap<String, String>,
    /// By counterfactual, one row per outcome and mechanism: its Shapley share; empty where nothing was decomposed.
    #[pyo3(get)]
    shares: BTreeMap<String, Py<Table>>,
    /// By counterfactual, one row per outcome: what it does to a state that alone is in it, and what comes by way of the others; empty where
    /// effects were not taken apart.
    #[pyo3(get)]
    effects: BTreeMap<String, Py<Table>>,
    /// One row per counterfactual and outcome asked for: the difference in the history without any crowding (`null`), over draws of a `prior` on what
    /// crowding does and of its `posterior`, and at the scenario's own coefficients (`defaults`), and whether it is `assumed`; none where `crowding` was not asked for.
    #[pyo3(get)]
    crowding: Option<Py<Table>>,
    /// The same by draw, with its effect, log-likelihood and weight.
    #[pyo3(get)]
    crowding_draws: Option<Py<Table>>,
    /// Names of the counterfactuals, in the order asked.
    #[pyo3(get)]
    counterfactuals: Vec<String>,
    /// By counterfactual, names of the outcomes and states that the baseline alone has, and of those that it alone has.
    #[pyo3(get)]
    unpaired: BTreeMap<String, (Vec<String>, Vec<String>)>,
    /// Digest of each arm's trajectories; `baseline` is the scenario's.
    #[pyo3(get)]
    digests: BTreeMap<String, String>,
    /// Replicates of each arm.
    #[pyo3(get)]
    replicates: u32,
    /// Level of the intervals.
    #[pyo3(get)]
    level: f64,
}

#[pymethods]
impl Comparison {
    fn __repr__(&self) -> String {
        let names = self.counterfactuals.join(", ");
        format!("<suasion.Comparison with {names}: {} replicates of each arm>", self.replicates)
    }
}

#[pymethods]
impl Scenario {
    /// Sets counterfactuals beside the scenario on common random numbers: replicate by replicate, the same luck.
    ///
    /// `counterfactuals` are names of the scenario's (all where none is given), texts `"TITLE: path=value; path=value"`, or a
    /// dict from names to dicts of values by path, or to scenarios. `outcomes` (motivation, protection and enforcement where
    /// none is given) are kept beside all variables and waits, and `decompose` splits them: `True` for all mechanisms, or a list of names; up to 12 every subset is
    /// played, otherwise `permutations` (2) random orders and their reverses are drawn in each replicate. `level` (0.95) is that
    /// of the intervals. `given` asks it of the history, and is given as for `run`; `differences_free` then has the answer of free runs,
    /// `why` says why it is another, and `shares` have those of free runs (`free_share`) beside. Tables: `differences`, `differences_free`,
    /// `shares`. `luck` is that of the counterfactuals in a history:
    /// "kept" (as a rule), "fresh" in what regimes and instruments draw, or "both", with `fresh_difference` beside. `effects=True` takes
    /// the difference of each state apart into `direct` and `spillover`: see the tables `effects`. `posterior` is given as for `run`: a replicate sees
    /// one draw in every arm.
    /// `crowding=40` sets beside each outcome asked for what it is in the history without any crowding, and over 40 draws of a prior on what
    /// crowding does, each with a history of its own: see the table `crowding`.
    ///
    /// >>> found = suasion.Scenario.bundled("asean").compare("no-tvpa", replicates=16)
    /// >>> len(found.differences) % (11 * 16)  # states and their mean, the start and 15 years, times variables
    /// 0
    /// >>> given = suasion.Scenario.bundled("asean").compare("no-tvpa", replicates=16, given="record:particles=200")
    /// >>> given.why["no-tvpa"]
    /// 'no-tvpa: ... differs most, motivation ... in the history and ... in free runs: ...'
    #[pyo3(signature = (counterfactuals=None, *, outcomes=None, decompose=None, permutations=None, level=None,
        replicates=None, seed=None, threads=None, progress=None, given=None, luck=None, effects=false, posterior=None,
        crowding=None))]
    fn compare(
        &self,
        py: Python<'_>,
        counterfactuals: Option<&Bound<'_, PyAny>>,
        outcomes: Option<&Bound<'_, PyAny>>,
        decompose: Option<&Bound<'_, PyAny>>,
        permutations: Option<&Bound<'_, PyAny>>,
        level: Option<&Bound<'_, PyAny>>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
        given: Option<&Bound<'_, PyAny>>,
        luck: Option<&str>,
        effects: bool,
        posterior: Option<&Bound<'_, PyAny>>,
        crowding: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Comparison> {
        let runs = Runs { replicates, seed };
        let options = arguments::options(threads)?;
        let base = self.changed(py, None, runs)?;
        let (asked, made) = if let Some(given) = counterfactuals {
            self.asked(given, runs)?
        } else {
            let all = all_names(&base).map_err(raise)?;
            self.asked(PyList::new(py, all)?.as_any(), runs)?
        };
        if asked.is_empty() {
            return Err(ScenarioError::new_err(
                "counterfactuals: found none, expected at least one, or nothing for all",
            ));
        }
        let others = py.detach(|| arms::build(asked, &base, false)).map_err(raise)?;
        let outcomes = arguments::texts("outcomes", outcomes)?;
        let level = arguments::level(level)?;
        let asked = Asked::new((*base).clone(), others, &outcomes, level).map_err(raise)?;
        let mechanisms = match decompose {
            Some(all) if all.is_instance_of::<PyBool>() => {
                if all.is_truthy()? {
                    vec!["all".to_string()]
                } else {
                    Vec::new()
                }
            }
            named => arguments::texts("decompose", named)?,
        };
        let pairs = arguments::small("permutations", permutations)?;
        if pairs.is_some() && mechanisms.is_empty() {
            return Err(ScenarioError::new_err(
                "permutations: expected with `decompose`, whose orders they are",
            ));
        }
        let given = self.given(py, given, runs)?;
        let wrong = |what: &str| ScenarioError::new_err(format!("luck: {what}"));
        let luck = match luck {
            Some(_) if given.is_none() => return Err(wrong("expected with `given`, whose luck it is")),
            Some(luck) => luck.parse::<Luck>().map_err(|error| wrong(&error))?,
            None => Luck::Kept,
        };
        let draws = crowding.map(|draws| arguments::whole("crowding", draws, 0)).transpose()?;
        let draws = draws.map(|draws| u32::try_from(draws).unwrap_or(u32::MAX));
        let refuse = |what: String| Err(ScenarioError::new_err(format!("crowding: {what}")));
        match draws {
            Some(_) if given.is_none() => {
                return refuse("expected with `given`, whose record each draw is conditioned on".into());
            }
            Some(_) if luck == Luck::Fresh => return refuse("it is of the difference with kept luck".into()),
            Some(draws) if draws > MOST_DRAWS => {
                return refuse(format!("found {draws}, expected at most {MOST_DRAWS}"));
            }
            _ => {}
        }
        if luck == Luck::Fresh && effects {
            return Err(wrong("effects take the difference with kept luck apart"));
        }
        if luck == Luck::Fresh && !mechanisms.is_empty() {
            return Err(wrong(
                "decompose splits the difference with kept luck; \"both\" has both, and splits the first",
            ));
        }
        if let Some(given) = &given {
            let others = asked.others.iter().map(|arm| (arm.name.as_str(), &arm.scenario));
            given.check_states(std::iter::once(Given::base(&base)).chain(others))?;
        }
        let beside = Beside { made: &made, observed: false, given: given.as_ref() };
        let alone = [("effects", effects), ("decompose", !mechanisms.is_empty())];
        if let Some((name, _)) = alone.iter().find(|(_, wanted)| *wanted && posterior.is_some()) {
            return Err(ScenarioError::new_err(format!(
                "{name}: it takes one world apart, and under a posterior every draw is another; expected no posterior"
            )));
        }
        let under = self.under(py, posterior, &base, beside, options)?;
        let how = (given.as_ref(), under.as_ref(), luck);
        compare(py, &asked, how, (&mechanisms, pairs, effects, draws), options, progress)
    }
}

/// Runs a comparison, in a history and free where one is given, and splits its differences where mechanisms are named. `pairs` of orders are
/// sampled for it. Effects are taken apart where `effects` says so.
#[allow(
    clippy::too_many_lines,
    reason = "one run after the other, each begun where the progress of the last ended"
)]
fn compare(
    py: Python<'_>,
    asked: &Asked,
    (given, under, luck): (Option<&Given>, Option<&Under>, Luck),
    (decompose, pairs, effects, draws): (&[String], Option<u32>, bool, Option<u32>),
    options: Options,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Comparison> {
    let Asked { base, others, level, .. } = asked;
    // What is taken apart in a history is taken apart in free runs, too.
    let times = if given.is_some() { 2 } else { 1 };
    let games = to_split(py, asked, (decompose, pairs), times, options)?;
    let planned = if effects { to_take_apart(py, asked, times, options)? } else { Vec::new() };
    let progress = Progress::new(py, progress, "replicates")?;
    let (games, planned) = (&games, &planned);
    let (particles, replicates) = (Given::particles(given), asked.replicates());
    let free = if given.is_some() { replicates } else { 0 };
    let played = u64::from(base.replicates) * (games.len() + planned.len()) as u64 * times;
    let fresh = if luck == Luck::Both { replicates } else { 0 };
    // A draw, told as the particles of its filter; the null as those of the history.
    let beside = draws.zip(given).map_or(0, |(draws, given)| {
        u64::from(draws) * u64::from(crowding::PARTICLES) + u64::from(given.plan().particles)
    });
    let total = particles + replicates + fresh + free + played + beside;
    let work = |stop: &_| {
        let history = Given::history(given, options, stop, |done| progress.at(done, total))?;
        let in_base = Under::base(under, base).within(history.as_deref());
        let in_others = Under::others(under, others).into_iter();
        let in_others: Vec<Worlds> = in_others.map(|worlds| worlds.within(history.as_deref())).collect();
        let mut before = particles;
        let fresh = |history: &History, before: u64| {
            let told = |done| progress.at(before + done, total);
            asked.run_fresh(history, options, stop, told).map(|(_, profile, pairs)| (profile, pairs))
        };
        let found = match &history {
            Some(history) if luck == Luck::Fresh => fresh(history, before)?,
            _ => asked.run_in(in_base, &in_others, options, stop, |done| {
                progress.at(before + done, total);
            })?,
        };
        before += replicates;
        let in_fresh = match &history {
            Some(history) if luck == Luck::Both => Some(fresh(history, before)?.1),
            _ => None,
        };
        before += if in_fresh.is_some() { replicates } else { 0 };
        let in_free = match given {
            Some(_) => Some(asked.run(options, stop, |done| progress.at(before + done, total))?),
            None => None,
        };
        before += free;
        let mut splits = Vec::new();
        for game in games {
            let mut play = |history| {
                let splits = game.game.play_within(history, options, stop, |done| {
                    progress.at(before + done, total);
                });
                before += u64::from(base.replicates);
                splits
            };
            let split = play(history.as_deref())?;
            let free = history.as_ref().map(|_| play(None)).transpose()?;
            splits.push((split, free));
        }
        let mut parts = Vec::new();
        for effects in planned {
            let mut run = |history| {
                let found = effects.run(history, options, stop, |done| progress.at(before + done, total));
                before += u64::from(base.replicates);
                found
            };
            let found = run(history.as_deref())?;
            let free = history.as_ref().map(|_| run(None)).transpose()?;
            parts.push((found, free));
        }
        let by_crowding = draws.zip(given).map(|(draws, given)| {
            let (conditioned, prior) = (given.conditioned(), OnEffect::default());
            let asked = crowding::Asked { comparison: asked, conditioned, plan: given.plan(), draws, prior };
            let told = |share: f64| progress.at(before + (share * beside as f64) as u64, total);
            asked.run(Some(&found.1), None, (options, stop), &told)
        });
        Ok::<_, ExperimentError>((found, in_fresh, in_free, splits, parts, by_crowding.transpose()?))
    };
    let (found, fresh, free, splits, parts, by_crowding) = attended(py, &progress, work, raise)?;
    let (profile, pairs) = &found;
    let mut digests = BTreeMap::from([("baseline".to_string(), profile.digest.to_string())]);
    digests.extend(others.iter().zip(pairs).map(|(arm, pair)| (arm.name.clone(), pair.digest.to_string())));
    let table = |of| described(py, of, base);
    let beside = |pairs: &[Pair], fresh: Option<&[Pair]>| {
        table(differences(&base.world, &asked.named(pairs, fresh), *level, |_| true))
    };
    Ok(Comparison {
        differences: beside(pairs, fresh.as_deref())?,
        differences_free: free.as_ref().map(|(_, pairs)| beside(pairs, None)).transpose()?,
        why: free.as_ref().map_or_else(BTreeMap::new, |free| apart(asked, &found, free)),
        shares: games
            .iter()
            .zip(&splits)
            .map(|(game, (splits, free))| {
                Ok((game.arm.name.clone(), table(shares(&game.game, splits, free.as_deref()))?))
            })
            .collect::<PyResult<_>>()?,
        effects: planned
            .iter()
            .zip(&parts)
            .map(|(effects, (found, free))| {
                let described = effects::table(effects, found, free.as_deref());
                Ok((effects.arm.name.clone(), table(described)?))
            })
            .collect::<PyResult<_>>()?,
        crowding: by_crowding.as_ref().map(|of| table(of.table(asked))).transpose()?,
        crowding_draws: by_crowding.as_ref().map(|of| table(of.draws(asked))).transpose()?,
        counterfactuals: others.iter().map(|arm| arm.name.clone()).collect(),
        unpaired: others
            .iter()
            .zip(pairs)
            .map(|(arm, pair)| (arm.name.clone(), (pair.unpaired.base.clone(), pair.unpaired.other.clone())))
            .collect(),
        digests,
        replicates: base.replicates,
        level: *level,
    })
}

/// The differences to split among mechanisms, which are refused where that would take too long.
fn to_split<'a>(
    py: Python<'_>,
    asked: &'a Asked,
    (decompose, pairs): (&[String], Option<u32>),
    times: u64,
    options: Options,
) -> PyResult<Vec<Planned<'a>>> {
    if decompose.is_empty() {
        return Ok(Vec::new());
    }
    let Asked { base, others, outcomes, level } = asked;
    let worlds: Vec<&World> =
        std::iter::once(&base.world).chain(others.iter().map(|arm| &arm.scenario.world)).collect();
    let asked = mechanisms(decompose, &worlds).map_err(raise)?;
    let games = plan(base, others, &asked, (outcomes, *level), pairs).map_err(raise)?;
    py.detach(|| cost(base, &games, times, options)).map_err(raise)?;
    Ok(games)
}

/// The same of differences to take apart into effects.
fn to_take_apart<'a>(
    py: Python<'_>,
    asked: &'a Asked,
    times: u64,
    options: Options,
) -> PyResult<Vec<Effects<'a>>> {
    let Asked { base, others, outcomes, level } = asked;
    let planned = Effects::plan(base, others, outcomes, *level).map_err(raise)?;
    py.detach(|| effects::cost(base, &planned, times, options)).map_err(raise)?;
    Ok(planned)
}

/// By counterfactual, why its answer in the history is not that of free runs.
fn apart(
    asked: &Asked,
    (base, pairs): &(Profile, Vec<Pair>),
    (free_base, free_pairs): &(Profile, Vec<Pair>),
) -> BTreeMap<String, String> {
    let level = Level::new(asked.level);
    let both = asked.others.iter().zip(pairs.iter().zip(free_pairs));
    both.filter_map(|(arm, (pair, free_pair))| {
        let (given, free) = (Answer { base, pair }, Answer { base: free_base, pair: free_pair });
        let sentence = why(&asked.base, &asked.outcomes, &arm.name, given, free, &level)?;
        Some((arm.name.clone(), sentence))
    })
    .collect()
}
