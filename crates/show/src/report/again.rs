//! Simulates again what a folder did not keep: the same runs, which the digest proves.

use super::Request;
use super::folder::Folder;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::explain;
use suasion::experiment::outcome::{Measure, Outcome, Place};
use suasion::experiment::paired::{self, Pair, Plan, Profile};
use suasion::model::variable::Variable;

/// Agent-steps of all arms beyond which nothing is simulated again: some ten seconds of one core.
const MOST: u64 = 200_000_000;

/// Runs that were simulated again: the baseline, and each arm beside it.
pub(super) struct Again {
    pub profile: Profile,
    pub pairs: Vec<Pair>,
}

/// Simulates the baseline and its arms again; none where that would take long or gives other runs, which is then told.
pub(super) fn simulate(
    folder: &Folder,
    request: Request,
    left_out: &mut Vec<String>,
) -> Result<Option<Again>, ExperimentError> {
    let what = "The ledger of motivation, and what else was not kept";
    if folder.manifest.posterior.is_some() {
        left_out.push(format!("{what}: its parameters were drawn from a posterior. `suasion explain` with the same --posterior shows it."));
        return Ok(None);
    }
    if folder.given().is_some() {
        left_out.push(format!("{what}: it was run in a history, which the folder does not keep. `suasion explain` with the same --given shows it."));
        return Ok(None);
    }
    let steps = folder.manifest.size.agent_steps.saturating_mul(1 + folder.arms.len() as u64);
    if steps > MOST {
        left_out.push(format!("{what}: simulating it again would take {steps} agent-steps. `suasion explain` on the scenario, with fewer --replicates, shows it."));
        return Ok(None);
    }
    let world = &folder.scenario.world;
    let phases = (0..5).map(|k| Outcome::new(Measure::Is(Variable::Phase, k), Place::Mean, 0));
    let outcomes = explain::outcomes(world, &phases.collect::<Vec<_>>());
    let seed = folder.manifest.seed().unwrap_or(folder.scenario.seed);
    let replicates = folder.manifest.size.replicates as usize;
    let plan = Plan { outcomes: &outcomes, seed, replicates, options: request.options };
    let others: Vec<_> = folder.arms.iter().map(|arm| &arm.scenario.world).collect();
    if let Some(error) = others.iter().find_map(|other| paired::check(world, other).err()) {
        left_out.push(format!("{what}: {error}."));
        return Ok(None);
    }
    let (profile, pairs) = paired::run(world, &others, plan, request.stop, |_| {})?;
    let same =
        profile.digest.to_string() == folder.manifest.digest
            && folder.arms.iter().zip(&pairs).all(|(arm, pair)| {
                arm.digest.as_ref().is_none_or(|digest| *digest == pair.digest.to_string())
            });
    if !same {
        let (this, that) = (env!("CARGO_PKG_VERSION"), &folder.manifest.version);
        left_out.push(format!("{what}: the folder was written by version {that}, and version {this} simulates other runs. Report with the version that wrote it."));
        return Ok(None);
    }
    Ok(Some(Again { profile, pairs }))
}
