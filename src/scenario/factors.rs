//! Paths compiled: which numbers of a built world a scenario's tree means by some paths. What is varied over and over (points
//! of a sweep, draws of a posterior, particles of a calibration) is then written into a world, which is not read and checked anew.
//!
//! What a path means is known in one place, the tree and its reader. So paths are not interpreted here: two worlds are built
//! in the tree's way, and where they differ is where the paths lead. Whatever is not as plain as that (a date, a count, a value out
//! of its bound) has no answer here, and the tree's is asked for.

use super::validate::keeps_joint_rules;
use crate::model::distribution::Distribution;
use crate::model::factor::Factor;
use crate::model::world::World;
use std::collections::BTreeMap;

/// Paths of which it is known where their numbers lie in a world.
#[derive(Clone, Debug)]
pub struct Factors {
    /// The world of one point.
    world: World,
    paths: Vec<Path>,
}

/// A path.
#[derive(Clone, Debug)]
struct Path {
    /// Its number in the world kept.
    at: f64,
    /// What it sets, in order of the world.
    sets: Vec<Factor>,
    /// Whether any other number can be written than the one that it has.
    free: bool,
}

impl Factors {
    /// Compiles paths. `build` makes a world of a number for each path, by way of the tree; `points` are two that differ at every
    /// path that is to be varied. None where the worlds differ in more than numbers, or one of them is refused.
    ///
    /// ```
    /// use suasion::scenario::{Factors, Scenario, ScenarioError};
    /// let loaded = Scenario::load("asean").unwrap();
    /// let build = |x: &[f64]| -> Result<_, ScenarioError> {
    ///     let mut loaded = loaded.clone();
    ///     loaded.set_number("parameters.drift", x[0])?;
    ///     loaded.set_number("state.*.capacity", x[1])?;
    ///     Ok(loaded.build_alone()?.world)
    /// };
    /// let factors = Factors::compile([&[0.1, 0.5], &[0.2, 0.6]], build).unwrap();
    /// assert_eq!((factors.set_by(0).len(), factors.set_by(1).len()), (1, 10));
    /// assert_eq!(factors.world(&[0.03, 0.25]).unwrap(), build(&[0.03, 0.25]).unwrap());
    /// assert!(factors.world(&[0.03, 0.0]).is_none() && build(&[0.03, 0.0]).is_err()); // no capacity at all
    /// ```
    pub fn compile<E>(
        points: [&[f64]; 2],
        mut build: impl FnMut(&[f64]) -> Result<World, E>,
    ) -> Option<Factors> {
        let [at, other] = points.map(|point| point.iter().map(|x| written(*x)).collect::<Vec<f64>>());
        let pair = |x: f64, y: f64| [x.to_bits(), y.to_bits()];
        let varied = (0..at.len()).filter(|k| at[*k] != other[*k]);
        let by_pair: BTreeMap<[u64; 2], usize> = varied.clone().map(|k| (pair(at[k], other[k]), k)).collect();
        if by_pair.len() < varied.count() {
            return None;
        }
        let world = build(points[0]).ok()?;
        let differs = build(points[1]).ok()?;
        let mut sets = vec![Vec::new(); at.len()];
        for ((factor, x), (same, y)) in world.factors().zip(differs.factors()) {
            if factor != same {
                return None;
            }
            if x.to_bits() != y.to_bits() {
                sets[*by_pair.get(&pair(x, y))?].push(factor);
            }
        }
        let path = |(sets, at): (Vec<Factor>, f64)| Path { at, sets, free: true };
        let mut factors = Factors { world, paths: sets.into_iter().zip(at).map(path).collect() };
        // Nothing else differs: no date, nobody who is there in one of them alone.
        if factors.each_within_its_bound(&other)? != differs {
            return None;
        }
        // A number that is nowhere in the world may still be one that the tree refuses.
        factors.paths.iter_mut().for_each(|path| path.free = !path.sets.is_empty());
        Some(factors)
    }

    /// Two points to compile at, near a point that is known to make a valid scenario: within the ends of each path, and so that no
    /// two paths have the same pair of numbers. A path whose ends are one number is not varied.
    pub fn near(point: &[f64], ends: impl Iterator<Item = (f64, f64)>) -> [Vec<f64>; 2] {
        let towards = |share: f64, x: f64, (low, high): (f64, f64)| {
            let middle = low + 0.5 * (high - low);
            x + share * (if middle == x { high } else { middle } - x)
        };
        let all: Vec<[f64; 2]> = point
            .iter()
            .zip(ends)
            .enumerate()
            .map(|(k, (x, ends))| {
                // Multiples of the golden ratio, whose fractions are all different and none close to another.
                let fraction = (0.618_033_988_749_894_9 * k as f64).fract();
                [1.0, 3.0].map(|far| towards(1e-3 * (far + fraction), *x, ends))
            })
            .collect();
        [0, 1].map(|of| all.iter().map(|pair| pair[of]).collect())
    }

    /// What a path sets, in order of the world; nothing where it changes no number.
    pub fn set_by(&self, path: usize) -> &[Factor] {
        &self.paths[path].sets
    }

    /// Says of a path that sets nothing that it is not in the scenario at all, so that any number is as good.
    pub fn ignore(&mut self, path: usize) {
        self.paths[path].free |= self.paths[path].sets.is_empty();
    }

    /// The world with these numbers, the same as the tree's to the bit; none where the tree may refuse them or make another.
    pub fn world(&self, values: &[f64]) -> Option<World> {
        self.each_within_its_bound(values).filter(keeps_joint_rules)
    }

    /// The same where each number is admissible by itself, though they may break a rule together ([`keeps_joint_rules`]).
    pub fn each_within_its_bound(&self, values: &[f64]) -> Option<World> {
        let mut world = self.world.clone();
        for (path, x) in self.paths.iter().zip(values) {
            let x = written(*x);
            if !path.free && x != path.at {
                return None;
            }
            for factor in &path.sets {
                if !factor.bound(&world).admits(x) {
                    return None;
                }
                *world.factor_mut(*factor)? = x;
            }
        }
        let mut set = self.paths.iter().flat_map(|path| &path.sets);
        set.all(|factor| factor.distribution(&world).is_none_or(Distribution::is_ordered)).then_some(world)
    }
}

/// A number as the tree holds it, in which there is one zero.
fn written(x: f64) -> f64 {
    x + 0.0
}
