//! What a log-likelihood is worth: beside it, that of a chain that knows nothing but how often grades and adoptions have changed.

use crate::engine::given::Given;
use crate::evidence::skill::markov::Markov;
use crate::lanes::math::ln_scalar;
use crate::model::world::World;

/// Log-likelihoods of a Markov chain of grades with a constant hazard of each adoption, on the record that a filter was given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Benchmark {
    /// Frequencies and hazards of the whole record, which it so knows beforehand.
    pub in_sample: f64,
    /// Frequencies and hazards of the years before, as a forecaster would have had them.
    pub sequential: f64,
}

/// How long states were without an instrument that was open to them, and how many adopted it.
#[derive(Clone, Copy, Debug, Default)]
struct Exposure {
    years: f64,
    adoptions: f64,
}

impl Exposure {
    fn add(&mut self, other: Exposure) {
        self.years += other.years;
        self.adoptions += other.adoptions;
    }

    /// Log of the density of what happened under a hazard.
    fn log_density(self, hazard: f64) -> f64 {
        let adopted = if self.adoptions > 0.0 { self.adoptions * ln_scalar(hazard) } else { 0.0 };
        adopted - hazard * self.years
    }

    /// The hazard, with one adoption in twenty years added, so that what was not seen is not impossible.
    fn hazard(self) -> f64 {
        (self.adoptions + 1.0) / (self.years + 20.0)
    }
}

/// The benchmark of a record.
///
/// The first grade of a state has the frequencies of first grades (one of each added), and every later one those of the grades that followed the last;
/// an instrument is adopted with a constant hazard, from its opening on.
pub fn benchmark(world: &World, given: &Given) -> Benchmark {
    let (n, years) = (world.states.len(), given.years());
    let per_year = world.clock.steps_per_year as usize;
    let (mut in_sample, mut sequential) = (0.0, 0.0);
    for (g, rating) in world.ratings.iter().enumerate() {
        let of_rating = grades(rating.grades.len(), world, given, g);
        in_sample += of_rating.in_sample;
        sequential += of_rating.sequential;
    }
    for (j, instrument) in world.instruments.iter().enumerate() {
        let of = |y: usize| {
            let mut sum = Exposure::default();
            for i in 0..n {
                let Some(adoption) = given.adoption(j, i) else { continue };
                for step in y * per_year..((y + 1) * per_year).min(adoption.steps) {
                    let came = adoption.came.map_or(usize::MAX, |(_, last)| last);
                    if step <= came && world.clock.date(step) >= instrument.opens {
                        let adoptions = f64::from(u8::from(step == came));
                        sum.add(Exposure { years: world.clock.dt(), adoptions });
                    }
                }
            }
            sum
        };
        let mut whole = Exposure::default();
        (0..years).for_each(|y| whole.add(of(y)));
        if whole.adoptions > 0.0 {
            in_sample += whole.log_density(whole.adoptions / whole.years);
        }
        let mut so_far = Exposure::default();
        for y in 0..years {
            let now = of(y);
            sequential += now.log_density(so_far.hazard());
            so_far.add(now);
        }
    }
    Benchmark { in_sample, sequential }
}

/// The part of the benchmark that is of the grades of one regime, which has so many of them.
fn grades(of: usize, world: &World, given: &Given, g: usize) -> Benchmark {
    let (n, years) = (world.states.len(), given.years());
    let (mut in_sample, mut sequential) = (0.0, 0.0);
    let grade = |i: usize, y: usize| given.grade(g, i, y).map(|grade| usize::from(grade) - 1);
    let last = |i: usize, y: usize| (0..y).rev().find_map(|y| grade(i, y));
    let pairs = |before: usize| {
        (0..before).flat_map(move |y| (0..n).filter_map(move |i| Some((last(i, y)?, grade(i, y)?))))
    };
    let whole = Markov::new(of, pairs(years));
    let mut first = vec![1.0; of];
    for i in 0..n {
        if let Some(grade) = (0..years).find_map(|y| grade(i, y)) {
            first[grade] += 1.0;
        }
    }
    let total: f64 = first.iter().sum();
    for y in 0..years {
        let so_far = Markov::new(of, pairs(y));
        for i in 0..n {
            let Some(now) = grade(i, y) else { continue };
            let (known, learned) = match last(i, y) {
                Some(last) => (whole.next(last)[now], so_far.next(last)[now]),
                None => (first[now] / total, 1.0 / of as f64),
            };
            in_sample += ln_scalar(known);
            sequential += ln_scalar(learned);
        }
    }
    Benchmark { in_sample, sequential }
}
