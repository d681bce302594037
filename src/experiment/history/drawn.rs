//! A history under a posterior: every draw of the parameters is conditioned on the record by itself, and its rows are the replicates that see it.
//!
//! One filter knows one set of parameters. Where draws were put into its particles, states would be resampled apart from each other and from what they
//! share, and the likelihood would choose parameters state by state. So there is a filter for each draw, and what they leave is put together row by row.

use super::{Plan, bytes_of_pins, condition};
use crate::engine::history::History;
use crate::engine::parallel::Options;
use crate::experiment::cost::refuse_memory;
use crate::experiment::error::ExperimentError;
use crate::experiment::posterior::Drawn;
use crate::scenario::Scenario;
use std::sync::atomic::AtomicBool;

/// Replicates to a draw: a filter costs more than the rows that it gives, and draws tell more of a posterior than replicates of one do.
pub const ROWS_A_DRAW: u32 = 10;
/// Particles of the filter of a draw where nobody says.
pub const PARTICLES_A_DRAW: u32 = 2_000;

/// Draws of a posterior that so many replicates see in a history.
///
/// ```
/// use suasion::experiment::history::drawn::draws;
/// assert_eq!([1, 10, 11, 1000].map(draws), [1, 1, 2, 100]);
/// ```
pub fn draws(replicates: u32) -> u32 {
    replicates.div_ceil(ROWS_A_DRAW)
}

/// Conditions each drawn world of a scenario on the record, with as many particles as the plan says, and gives a history whose rows are in the order of the replicates.
///
/// # Errors
/// As [`condition`](super::condition); under any of the draws.
pub fn condition_drawn(
    scenario: &Scenario,
    drawn: &Drawn,
    plan: Plan,
    options: Options,
    stop: &AtomicBool,
    told: &(dyn Fn(f64) + Sync),
) -> Result<History, ExperimentError> {
    super::check(plan)?;
    let (given, _) = super::on_record(scenario, plan.until)?;
    refuse_memory(bytes_of_pins(&scenario.world, plan.rows, given.years()), "replicates")?;
    let (mut parts, mut histories) = (vec![(0, 0); plan.rows as usize], Vec::new());
    for (k, (world, replicates)) in drawn.by_draw().enumerate() {
        for (row, replicate) in replicates.iter().enumerate() {
            parts[*replicate as usize] = (k, row);
        }
        let mut own = scenario.clone();
        own.world.clone_from(world);
        let of_draw = Plan { rows: replicates.len() as u32, ..plan };
        let done = condition(&own, of_draw, options, stop, &|_| ());
        histories.push(done.map_err(|error| of_a_draw(k, drawn.len(), error))?.history);
        told((k + 1) as f64 / drawn.len() as f64);
    }
    let rows: Vec<(&History, usize)> = parts.into_iter().map(|(k, row)| (&histories[k], row)).collect();
    Ok(History::of_rows(&rows))
}

/// What is wrong with a draw, told as that.
fn of_a_draw(k: usize, of: usize, error: ExperimentError) -> ExperimentError {
    match error {
        ExperimentError::Asked(what) => {
            ExperimentError::Asked(format!("draw {} of {of} of the posterior: {what}", k + 1))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::history::tests::{STOP, asean};
    use crate::experiment::posterior::Posterior;
    use crate::scenario::Loaded;
    use std::num::NonZeroUsize;

    #[test]
    fn a_draw_has_the_history_that_it_has_alone() {
        let scenario = asean(&["runs.replicates=24"], 2005);
        let text = "suasion,draw,weight,distance,parameters.drift\n0.2.0,0,0.5,1,0.01\n0.2.0,1,0.5,1,0.2\n";
        let posterior = Posterior::parse("p.csv", text).unwrap();
        let mut loaded = Scenario::load("asean").unwrap();
        loaded.years(2001..2005).unwrap();
        loaded.set("runs.replicates=24").unwrap();
        let build = |loaded: Loaded| Ok(loaded.build_alone()?.world);
        let drawn =
            posterior.worlds(&loaded, (scenario.seed, 24), NonZeroUsize::MIN, &STOP, Ok, build).unwrap();
        let plan = Plan { until: None, particles: 200, rows: 24 };
        let options = Options::default();
        let whole = condition_drawn(&scenario, &drawn, plan, options, &STOP, &|_| ()).unwrap();
        assert_eq!((drawn.len(), whole.lineage.rows()), (2, 24));
        for (world, replicates) in drawn.by_draw() {
            let mut own = scenario.clone();
            own.world.clone_from(world);
            let of_draw = Plan { rows: replicates.len() as u32, ..plan };
            let alone = condition(&own, of_draw, options, &STOP, &|_| ()).unwrap().history;
            let rows: Vec<(&History, usize)> = replicates.iter().map(|r| (&whole, *r as usize)).collect();
            assert_eq!(History::of_rows(&rows), alone);
        }
    }
}
