//! The multiple to which a variable is rounded before it is summed: one for every command, so that the same runs have the same mean, bit for
//! bit, whoever asks.

use suasion_model::variable::{Variable, VariableKind};
use suasion_model::world::World;

/// Integer of a number at full scale.
pub const FULL: f64 = 67_108_864.0;
/// Full scale of pressure and of merit, score and view, which have no bound of their own: about three times the most that one
/// regime exerts over the ranges of its fields, and far beyond any score.
const WIDE: f64 = 32.0;

/// Units of a world's variables. Flows have their own in each state.
#[derive(Clone, Debug, PartialEq)]
pub struct Units {
    /// The most that can flow out of and into each state.
    flows: Vec<(f64, f64)>,
    /// The greatest size of each variable and outcome that a scenario declares.
    own: Vec<f64>,
}

impl Units {
    /// Those of a world.
    ///
    /// ```
    /// use suasion::{model::variable::Variable, output::units::Units, scenario::Scenario};
    /// let world = Scenario::load("asean").unwrap().build().unwrap().world;
    /// let units = Units::new(&world);
    /// assert_eq!(units.of(Some(3), Variable::Motivation), 2.0_f64.powi(-26));
    /// assert_eq!(units.of(None, Variable::Pressure), 2.0_f64.powi(-21));
    /// ```
    pub fn new(world: &World) -> Units {
        let said = &world.theory.said;
        let size =
            |at: usize| said.recorded(at).range.into_iter().fold(0.0, |most: f64, end| most.max(end.abs()));
        Units { flows: flow_bounds(world), own: (0..said.records()).map(size).collect() }
    }

    /// The unit of a variable in a state, or of its mean over all states: a power of two, so that scaling rounds nothing.
    pub fn of(&self, state: Option<usize>, variable: Variable) -> f64 {
        if matches!(variable.kind(), VariableKind::Code | VariableKind::Flag) {
            return 1.0 / FULL;
        }
        let (out, into) = match state {
            Some(state) => self.flows.get(state).copied().unwrap_or_default(),
            None => self.flows.iter().fold((0.0, 0.0), |most, flow| {
                let (out, into): (f64, f64) = most;
                (out.max(flow.0), into.max(flow.1))
            }),
        };
        let bound = match variable {
            Variable::Pressure | Variable::Merit(_) | Variable::Score(_) | Variable::View(_) => WIDE,
            Variable::FlowOut => out,
            Variable::FlowIn => into,
            Variable::OwnNumber(at) => self.own[at],
            _ => 1.0,
        };
        let mut scale = 1.0;
        while scale < bound {
            scale *= 2.0;
        }
        scale / FULL
    }
}

/// The most that can flow out of and into each state: all that its corridors carry, and all that the origins of those
/// into it could divert to it. None where nothing flows.
fn flow_bounds(world: &World) -> Vec<(f64, f64)> {
    if world.corridors.is_empty() {
        return Vec::new();
    }
    let mut bounds = vec![(0.0, 0.0); world.states.len()];
    for corridor in &world.corridors {
        bounds[corridor.from].0 += corridor.volume;
    }
    for corridor in &world.corridors {
        bounds[corridor.to].1 += bounds[corridor.from].0;
    }
    bounds
}
