//! How much the states of a scenario count for one another: what its weights of ties come to.

use crate::engine::batch::{Batch, Run};
use crate::engine::parallel::simulate_batch;
use crate::engine::recorder::Recorder;
use crate::engine::timeline::Timeline;
use crate::lanes::isa::Isa;
use crate::lanes::lane::LANES;
use crate::scenario::Scenario;

/// How much peers count in a year, over all states and a few replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hearing {
    /// The smallest `hearing`, `w / (w + hearing_half)`, in [0, 1).
    pub low: f64,
    /// Its mean.
    pub mean: f64,
    /// The largest.
    pub high: f64,
    /// Mean of `heard`, the same for what peers say in argument: who is silent counts less.
    pub heard: f64,
}

/// The most states times steps for which it is computed.
const MOST: usize = 1_000_000;

/// How much peers count at the start and at the end of a scenario's run, from eight replicates; none without ties and
/// communities, and for a scenario so large that `check` would be waited for.
///
/// ```
/// use suasion::experiment::hearing::hearing;
/// use suasion::scenario::Scenario;
/// let [start, end] = hearing(&Scenario::load("asean").unwrap().build_alone().unwrap()).unwrap();
/// assert!(start.low > 0.0 && start.mean < end.mean && end.heard < end.mean);
/// assert!(hearing(&Scenario::load("teaching/fine-is-a-price-none").unwrap().build_alone().unwrap()).is_none());
/// ```
pub fn hearing(scenario: &Scenario) -> Option<[Hearing; 2]> {
    let world = &scenario.world;
    let tied = !world.ties.is_empty() || !world.communities.is_empty();
    if !tied || world.states.len() * world.clock.steps() > MOST {
        return None;
    }
    let runs: Vec<Run> =
        (0..LANES as u32).map(|replicate| Run::new(world, scenario.seed, replicate)).collect();
    let mut rows = Rows::default();
    simulate_batch(&runs, &Timeline::new(world), Isa::detect(), false, &mut rows).ok()?;
    Some([rows.first?, rows.last?])
}

#[derive(Default)]
struct Rows {
    first: Option<Hearing>,
    last: Option<Hearing>,
}

impl Recorder for Rows {
    fn start(&mut self, batch: &Batch) {
        self.first = Some(Hearing::of(batch));
    }

    fn finish(&mut self, batch: &Batch) {
        self.last = Some(Hearing::of(batch));
    }
}

impl Hearing {
    fn of(batch: &Batch) -> Hearing {
        let (mut n, mut sum, mut heard) = (0.0, 0.0, 0.0);
        let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
        for [hearing, voice] in batch.hearing() {
            for lane in 0..batch.width() {
                let x = hearing.0[lane];
                (n, sum, heard) = (n + 1.0, sum + x, heard + voice.0[lane]);
                (low, high) = (low.min(x), high.max(x));
            }
        }
        Hearing { low, mean: sum / n, high, heard: heard / n }
    }
}
