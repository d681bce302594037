//! The likelihood of a record in a world: what a fit and a comparison of theories ask many times. It makes no rows and keeps no lines.

use super::filter::{Entry, Filter};
use super::{HEARD, LEAST_PARTICLES, MOST_PARTICLES};
use crate::engine::given::Given;
use crate::engine::timeline::Timeline;
use crate::experiment::draws::{Purpose, double_words};
use crate::experiment::error::ExperimentError;
use crate::lanes::isa::Isa;
use crate::model::world::World;
use std::sync::atomic::AtomicBool;

/// Standard deviation of an estimated log-likelihood beyond which a posterior by such estimates hardly moves (Pitt et al. 2012; Doucet et al. 2015 find
/// values between 1 and 1.7 the most efficient).
pub const NOISY: f64 = 1.5;
/// Seeds by which that standard deviation is measured.
const SEEDS: u32 = 8;

/// What an evaluation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Particles of the filter, by state.
    pub particles: u32,
    /// Whether there is a second pass, whose states hear the smoothed means of the first.
    pub second: bool,
}

impl Effort {
    /// Whether a filter can have as many particles.
    ///
    /// # Errors
    /// If not.
    pub fn check(self) -> Result<Effort, ExperimentError> {
        if (LEAST_PARTICLES..=MOST_PARTICLES).contains(&self.particles) {
            return Ok(self);
        }
        Err(ExperimentError::Asked(format!(
            "found {} particles of the filter, expected from {LEAST_PARTICLES} to {MOST_PARTICLES}",
            self.particles
        )))
    }
}

/// The likelihood of a record, entry by entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// By state, then year on record.
    pub entries: Vec<Vec<Entry>>,
    /// Log-likelihood of the first pass.
    pub first: f64,
}

impl Evaluation {
    /// The log-likelihood of the record, and its standard error: that of its entries, taken as independent.
    pub fn total(&self) -> (f64, f64) {
        self.since(0)
    }

    /// The same of the entries from a year on record on, each given all years before it.
    pub fn since(&self, year: usize) -> (f64, f64) {
        let later = || self.entries.iter().flat_map(|years| years.iter().skip(year));
        let square: f64 = later().map(|entry| entry.error * entry.error).sum();
        (later().map(|entry| entry.log_density).sum(), square.sqrt())
    }

    /// The part of the log-likelihood, from a year on record on, that is of what was seen beside grades and adoptions, given these.
    pub fn of_readings(&self, year: usize) -> f64 {
        self.entries.iter().flat_map(|years| years.iter().skip(year)).map(|entry| entry.readings).sum()
    }

    /// The log-likelihood of what is on record of a state from a year on record on.
    pub fn of_state(&self, state: usize, year: usize) -> f64 {
        self.entries[state].iter().skip(year).map(|entry| entry.log_density).sum()
    }
}

/// The likelihood of a record in a world, on the threads of the current pool. It depends on world, record, seed and effort alone, and is that of
/// [`condition`](super::condition) where these are the same.
///
/// # Errors
/// If no particle could have shown what is on record, a result is not finite, or `stop` was raised.
pub fn evaluate(
    world: &World,
    given: &Given,
    seed: u64,
    effort: Effort,
    isa: Isa,
    stop: &AtomicBool,
) -> Result<Evaluation, ExperimentError> {
    let timeline = Timeline::new(world);
    let filter =
        Filter { world, timeline: &timeline, given, seed, particles: effort.particles as usize, isa };
    let pass = filter.pass(None, stop, &|| ())?;
    let first = pass.log_likelihood();
    if !effort.second {
        return Ok(Evaluation { entries: pass.entries, first });
    }
    let heard = filter.heard(&pass, HEARD)?;
    drop(pass);
    Ok(Evaluation { entries: filter.pass(Some(&heard), stop, &|| ())?.entries, first })
}

/// How much an estimated log-likelihood varies from seed to seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Mean over seeds.
    pub mean: f64,
    /// Standard deviation between seeds (n - 1).
    pub sd: f64,
    /// Particles of the filter.
    pub particles: u32,
}

impl Noise {
    /// Measures it in a world, on the threads of the current pool.
    ///
    /// # Errors
    /// As [`evaluate`].
    pub fn measure(
        world: &World,
        given: &Given,
        seed: u64,
        effort: Effort,
        isa: Isa,
        stop: &AtomicBool,
    ) -> Result<Noise, ExperimentError> {
        /// No generation of a calibration has this number, so no trial has this luck.
        const NUMBER: u64 = u16::MAX as u64 - 2;
        let one = |k: u32| {
            let seed = double_words(seed, Purpose::Luck, k, NUMBER << 48)[0];
            Ok(evaluate(world, given, seed, effort, isa, stop)?.total().0)
        };
        let all = (0..SEEDS).map(one).collect::<Result<Vec<f64>, ExperimentError>>()?;
        let n = f64::from(SEEDS);
        let mean = all.iter().sum::<f64>() / n;
        let variance = all.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
        Ok(Noise { mean, sd: variance.sqrt(), particles: effort.particles })
    }

    /// Particles with which the standard deviation would be about [`NOISY`], since its square falls with their number: two digits, rounded up.
    ///
    /// ```
    /// use suasion::experiment::history::evaluate::Noise;
    /// let noise = Noise { mean: -2284.0, sd: 9.6, particles: 500 };
    /// assert_eq!(noise.needed(), 21_000);
    /// ```
    pub fn needed(&self) -> u64 {
        let ratio = self.sd / NOISY;
        let exact = (f64::from(self.particles) * ratio * ratio).ceil().max(1.0) as u64;
        let unit = 10_u64.pow(exact.ilog10().saturating_sub(1));
        exact.div_ceil(unit) * unit
    }

    /// A sentence, where it is too much for a posterior.
    pub fn warning(&self) -> Option<String> {
        (self.sd > NOISY).then(|| {
            format!(
                "the log-likelihood by {} particles varies from seed to seed by {:.1} (standard deviation), more than {NOISY}: draws will seldom move, and the posterior is not to be trusted; about {} particles would do",
                self.particles, self.sd, self.needed()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::parallel::{Options, on_threads};
    use crate::experiment::history::tests::{STOP, asean, on_two};
    use crate::experiment::history::{Plan, condition, on_record};
    use std::num::NonZeroUsize;

    const FEW: Effort = Effort { particles: 400, second: true };

    #[test]
    fn the_likelihood_is_that_of_condition_on_any_number_of_threads() {
        let scenario = asean(&[], 2007);
        let plan = Plan { until: None, particles: FEW.particles, rows: 16 };
        let whole = condition(&scenario, plan, Options::default(), &STOP, &|_| ()).unwrap();
        let isa = Options::default().isa;
        let by = |threads| {
            let threads = NonZeroUsize::new(threads).unwrap();
            on_threads(threads, || evaluate(&scenario.world, &whole.given, scenario.seed, FEW, isa, &STOP))
                .unwrap()
                .unwrap()
        };
        let here = by(2);
        assert_eq!(here.total(), (whole.pass.log_likelihood(), whole.pass.error()));
        assert_eq!((here.first, &here.entries), (whole.first_log_likelihood, &whole.pass.entries));
        assert_eq!(by(1), here);
        assert_eq!(by(5), here);
        // Entry by entry it is the sum of states, and of years before and after.
        let states: f64 = (0..10).map(|state| here.of_state(state, 0)).sum();
        assert!((states - here.total().0).abs() < 1e-9);
        let before: f64 = here.entries.iter().flat_map(|years| &years[..3]).map(|e| e.log_density).sum();
        assert!((before + here.since(3).0 - here.total().0).abs() < 1e-9);
    }

    #[test]
    fn a_state_whose_record_is_left_out_says_nothing() {
        let scenario = asean(&[], 2006);
        let (given, _) = on_record(&scenario, None).unwrap();
        let without = given.clone().without(5);
        assert!((0..5).all(|year| without.grade(0, 5, year).is_none()));
        assert!((0..scenario.world.instruments.len()).all(|j| without.adoption(j, 5).is_none()));
        let isa = Options::default().isa;
        let of = |given| on_two(|| evaluate(&scenario.world, given, scenario.seed, FEW, isa, &STOP)).unwrap();
        let (whole, part) = (of(&given), of(&without));
        assert!(whole.of_state(5, 0) < -1.0);
        assert_eq!(part.of_state(5, 0), 0.0);
        assert!(
            (0..10).filter(|i| *i != 5).all(|i| (part.of_state(i, 0) - whole.of_state(i, 0)).abs() < 2.0)
        );
    }

    #[test]
    fn noise_is_measured_over_seeds_and_says_how_many_particles_would_do() {
        let scenario = asean(&[], 2006);
        let (given, _) = on_record(&scenario, None).unwrap();
        let isa = Options::default().isa;
        let few = Effort { particles: 50, second: false };
        let noise = on_two(|| Noise::measure(&scenario.world, &given, 1, few, isa, &STOP)).unwrap();
        assert!((0.1..1.5).contains(&noise.sd) && noise.warning().is_none(), "{noise:?}");
        let loud = Noise { sd: 3.0, ..noise };
        assert_eq!(loud.needed(), 200);
        assert!(loud.warning().unwrap().contains("about 200 particles would do"));
        assert!(Effort { particles: 49, second: true }.check().is_err());
    }
}
