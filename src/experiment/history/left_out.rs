//! The likelihood of what some states' record says, given that of the others: of states that nothing was known of but their own traits and their peers.

use super::HEARD;
use super::evaluate::{Effort, Evaluation};
use super::filter::{Entry, Filter};
use crate::engine::given::Given;
use crate::engine::timeline::Timeline;
use crate::experiment::error::ExperimentError;
use crate::lanes::isa::Isa;
use crate::model::world::World;
use std::sync::atomic::AtomicBool;

/// The log densities of the record of states that are left out, given the record of all others: `log p(left out | others)`, entry by entry, each also given
/// the years before it. Entries of the others are 0.
///
/// A first pass of the filter knows the record of the others alone. What states showed in it on average is what those of the second hear, in which the whole
/// record is met. So states that are left out hear peers who are known, and each other as they are expected to be without their record; of that they see
/// adoptions alone, from the day on which they came. It runs on the threads of the current pool.
///
/// # Errors
/// If no particle could have shown what is on record, a result is not finite, or `stop` was raised.
pub fn left_out(
    world: &World,
    given: &Given,
    states: &[usize],
    (seed, effort): (u64, Effort),
    isa: Isa,
    stop: &AtomicBool,
) -> Result<Evaluation, ExperimentError> {
    let timeline = Timeline::new(world);
    let known = states.iter().fold(given.clone(), |given, state| given.without(*state));
    let particles = effort.particles as usize;
    let filter = Filter { world, timeline: &timeline, given: &known, seed, particles, isa };
    let pass = filter.pass(None, stop, &|| ())?;
    let heard = filter.heard(&pass, HEARD)?;
    drop(pass);
    let mut entries = Filter { given, ..filter }.pass(Some(&heard), stop, &|| ())?.entries;
    for (_, years) in entries.iter_mut().enumerate().filter(|(state, _)| !states.contains(state)) {
        years.fill(Entry::default());
    }
    let first = entries.iter().flatten().map(|entry| entry.log_density).sum();
    Ok(Evaluation { entries, first })
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "references are computed with the standard library on purpose")]
mod tests {
    use super::*;
    use crate::engine::parallel::Options;
    use crate::experiment::history::evaluate::evaluate;
    use crate::experiment::history::on_record;
    use crate::experiment::history::tests::{STOP, asean, on_two};

    /// Of two states on record, what the second's record is worth given the first's is what both are worth less what the first is worth.
    #[test]
    fn what_is_left_out_is_worth_what_the_whole_is_worth_beyond_the_rest() {
        let scenario = asean(&["parameters.persuasion=1.5", "parameters.adopt_peers=4"], 2005);
        let (whole, _) = on_record(&scenario, None).unwrap();
        let given = (0..10).filter(|i| ![3, 5].contains(i)).fold(whole, Given::without);
        let (effort, isa) = (Effort { particles: 20_000, second: true }, Options::default().isa);
        let (left, all, rest) = on_two(|| {
            let of = |given| evaluate(&scenario.world, given, scenario.seed, effort, isa, &STOP).unwrap();
            let luck = (scenario.seed, effort);
            let left = left_out(&scenario.world, &given, &[5], luck, isa, &STOP).unwrap();
            (left, of(&given).total().0, of(&given.clone().without(5)).total().0)
        });
        assert!(left.total().0 < -2.0);
        assert!((left.total().0 - (all - rest)).abs() < 0.05, "{} {all} {rest}", left.total().0);
        // The others say nothing.
        assert!((0..10).filter(|i| *i != 5).all(|i| left.of_state(i, 0) == 0.0));
    }
}
