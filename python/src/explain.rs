//! Explanations: what moved motivation, by state, year and term of the ledger, as tables and sentences.

use crate::arrow::{Table, described};
use crate::attended::attended;
use crate::changes::Runs;
use crate::given::Given;
use crate::posterior::{Beside, Under};
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::{ScenarioError, arguments, raise};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;
use suasion::engine::parallel::Options;
use suasion::experiment::arms::{self, Arm};
use suasion::experiment::compare::{Named, differences, means};
use suasion::experiment::comparison::check_level;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::explain::{dated_table, outcomes as kept, sentences, totals};
use suasion::experiment::outcome::{Outcomes, Place};
use suasion::experiment::paired::{self, Plan};
use suasion::experiment::posterior::Worlds;
use suasion::scenario as library;

/// What an explanation gave: the ledger as tables, and sentences.
#[pyclass(frozen, module = "suasion")]
pub struct Explanation {
    /// One row per state, year and outcome: motivation, what each term moved in the year and since the start, tiers and
    /// adoptions as shares, and what was asked for.
    #[pyo3(get)]
    means: Py<Table>,
    /// One row per state and term: what it moved over the run, and the year in which it moved most.
    #[pyo3(get)]
    totals: Py<Table>,
    /// One row per dated change of the scenario.
    #[pyo3(get)]
    events: Py<Table>,
    /// The same beside a counterfactual, as paired differences; none where there is none.
    #[pyo3(get)]
    differences: Option<Py<Table>>,
    /// By state, what `suasion explain` says.
    #[pyo3(get)]
    sentences: Py<PyDict>,
    /// Digest of the trajectories.
    #[pyo3(get)]
    digest: String,
    /// Replicates.
    #[pyo3(get)]
    replicates: u32,
    /// Level of the intervals.
    #[pyo3(get)]
    level: f64,
}

#[pymethods]
impl Explanation {
    fn __repr__(&self) -> String {
        format!("<suasion.Explanation of {} replicates>", self.replicates)
    }
}

#[pymethods]
impl Scenario {
    /// Accounts for motivation (0-1) by state, year and term of the ledger; with `against`, beside a counterfactual, given
    /// as for `compare`. `outcomes` are kept beside the account. `observed` pins tiers and adoptions to the record;
    /// `given` accounts for the history, and `posterior` draws parameters; both are given as for `run`. Tables: `means`, `totals`, `events`, `differences`.
    ///
    /// >>> told = suasion.Scenario.bundled("asean").explain("no-tvpa", replicates=16)
    /// >>> told.sentences["MYS"].startswith("In the model, motivation of Malaysia")
    /// True
    #[pyo3(signature = (against=None, *, outcomes=None, observed=false, level=None, replicates=None, seed=None, threads=None, progress=None,
        given=None, posterior=None))]
    fn explain(
        &self,
        py: Python<'_>,
        against: Option<&Bound<'_, PyAny>>,
        outcomes: Option<&Bound<'_, PyAny>>,
        observed: bool,
        level: Option<&Bound<'_, PyAny>>,
        replicates: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
        given: Option<&Bound<'_, PyAny>>,
        posterior: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Explanation> {
        let runs = Runs { replicates, seed };
        let options = arguments::options(threads)?;
        let level = arguments::level(level)?;
        check_level(level).map_err(raise)?;
        let (asked, made) =
            against.map_or_else(|| Ok((Vec::new(), Vec::new())), |given| self.asked(given, runs))?;
        if asked.len() > 1 {
            return Err(ScenarioError::new_err("against: found several counterfactuals, expected one"));
        }
        let mut base = self.changed(py, None, runs)?;
        let given = self.given(py, given, runs)?;
        if observed && given.is_some() {
            return Err(ScenarioError::new_err(
                "observed: runs in a history show what is on record by themselves; ask for one of the two, given or observed",
            ));
        }
        if observed {
            base = Arc::new(arms::observed(self.loaded_with(runs)?, &base).map_err(raise)?);
        }
        let others = py.detach(|| arms::build(asked, &base, observed)).map_err(raise)?;
        let outcomes = arguments::texts("outcomes", outcomes)?;
        let outcomes = Outcomes::parse(&outcomes, &base.world).map_err(raise)?;
        if let Some(given) = &given {
            let others = others.iter().map(|arm| (arm.name.as_str(), &arm.scenario));
            given.check_states(std::iter::once(Given::base(&base)).chain(others))?;
        }
        let beside = Beside { made: &made, observed, given: given.as_ref() };
        let under = self.under(py, posterior, &base, beside, options)?;
        explain(py, &base, &others, (given.as_ref(), under.as_ref()), &outcomes, level, options, progress)
    }
}

/// Runs a scenario, and a counterfactual beside it, and accounts for motivation.
fn explain(
    py: Python<'_>,
    base: &library::Scenario,
    arms: &[Arm],
    (given, under): (Option<&Given>, Option<&Under>),
    asked: &Outcomes,
    level: f64,
    options: Options,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Explanation> {
    let (world, other) = (&base.world, arms.first());
    let outcomes = kept(world, asked);
    let replicates = base.replicates as usize;
    let plan = Plan { outcomes: &outcomes, seed: base.seed, replicates, options };
    let before = Given::particles(given);
    let total = before + u64::from(base.replicates) * (1 + u64::from(other.is_some()));
    let progress = Progress::new(py, progress, "replicates")?;
    let work = |stop: &_| {
        let history = Given::history(given, options, stop, |done| progress.at(done, total))?;
        let history = history.as_deref();
        let others = Under::others(under, arms).into_iter();
        let others: Vec<Worlds> = others.map(|worlds| worlds.within(history)).collect();
        let in_base = Under::base(under, base).within(history);
        let done = paired::run(in_base, &others, plan, stop, |done| progress.at(before + done, total))?;
        Ok::<_, ExperimentError>(done)
    };
    let (profile, pairs) = attended(py, &progress, work, raise)?;
    let states: Vec<usize> = (0..world.states.len()).collect();
    let said = PyDict::new(py);
    for &i in &states {
        let sentence = sentences(world, &profile, Place::State(i), &base.names[i], level);
        said.set_item(&world.states[i].id, sentence)?;
    }
    let beside = other.zip(pairs.first()).map(|(arm, pair)| {
        differences(world, &[Named { name: &arm.name, pair, fresh: None }], level, |_| true)
    });
    let table = |of| described(py, of, base);
    Ok(Explanation {
        means: table(means(world, &profile, level))?,
        totals: table(totals(world, &profile, level))?,
        events: table(dated_table(world, &states))?,
        differences: beside.map(table).transpose()?,
        sentences: said.unbind(),
        digest: profile.digest.to_string(),
        replicates: base.replicates,
        level,
    })
}
