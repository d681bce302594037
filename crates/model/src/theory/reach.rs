//! The values that the expressions of a theory can take in a world: what rates are held against the step by.

use super::input::Input;
use super::target::{How, Target};
use crate::parameters::PARAMETERS;
use crate::world::World;
use suasion_expression::interval::{Interval, Intervals};

impl World {
    /// The values that every expression of the theory can take in this world, whatever a run brings.
    pub fn reach_of_theory(&self) -> Intervals {
        self.reach_given(|world, input| match input {
            Input::Own(i) => Interval::point(world.theory.values[i]),
            Input::Parameter(i) => Interval::point(world.parameters.values()[i]),
            other => other.range(world),
        })
    }

    /// The same for any value of the parameters in their ranges.
    pub fn reach_of_theory_in_ranges(&self) -> Intervals {
        let around = |x: f64, low: f64, high: f64| Interval::new(low.min(x), high.max(x));
        self.reach_given(|world, input| match input {
            Input::Own(i) => {
                let own = &world.theory.said.parameters[i];
                around(world.theory.values[i], own.low, own.high)
            }
            Input::Parameter(i) => {
                around(world.parameters.values()[i], PARAMETERS[i].low, PARAMETERS[i].high)
            }
            other => other.range(world),
        })
    }

    fn reach_given(&self, range: impl Fn(&World, Input) -> Interval) -> Intervals {
        let said = &self.theory.said;
        let ranges: Vec<Interval> = said.inputs.iter().map(|input| range(self, *input)).collect();
        Intervals::new(&said.graph, |leaf, before| match said.inputs[leaf as usize] {
            Input::Mean(k) => before.of(said.means[k].of),
            Input::Last(k) => before.of(said.lasts[k]),
            _ => ranges[leaf as usize],
        })
    }

    /// The greatest sizes of the rates, per year, that mechanisms of the theory which act add to a target, each with its position.
    pub fn rates_of_theory(&self, target: Target) -> Vec<(usize, f64)> {
        if !self.theory.acts() {
            return Vec::new();
        }
        let reach = self.reach_of_theory();
        let all = self.theory.said.mechanisms.iter().enumerate().zip(&self.theory.on);
        let acts = all.filter(|((_, m), on)| **on && m.target == target && m.how == How::Adds);
        acts.map(|((k, m), _)| (k, reach.of(m.root).size())).collect()
    }

    /// The values that each outcome of the theory can have.
    pub fn outcomes_of_theory(&self) -> Vec<Interval> {
        let reach = self.reach_of_theory();
        self.theory.said.outcomes.iter().map(|outcome| reach.of(outcome.value)).collect()
    }

    /// The values that each variable of the theory can start from, before its range limits them.
    pub fn starts_of_theory(&self) -> Vec<Interval> {
        let reach = self.reach_of_theory();
        self.theory.said.variables.iter().map(|variable| reach.of(variable.start)).collect()
    }

    /// The hazards that each shock of the theory can have, with its position among the variables.
    pub fn hazards_of_theory(&self) -> Vec<(usize, Interval)> {
        let reach = self.reach_of_theory();
        let all = self.theory.said.variables.iter().enumerate();
        all.filter_map(|(v, variable)| Some((v, reach.of(variable.hazard?)))).collect()
    }

    /// The greatest change per year, either way, of each variable of the theory.
    pub fn changes_of_theory(&self) -> Vec<f64> {
        let reach = self.reach_of_theory();
        self.theory.said.variables.iter().map(|variable| reach.of(variable.change).size()).collect()
    }
}
