//! What can be measured of a state: its variables, what moved its motivation, how long it waits for what.

use crate::estimate::Support;
use crate::model::ledger::{term_name, terms};
use crate::model::variable::{Variable, VariableKind};
use crate::model::world::{InstrumentKind, MOST_GRADES, World};
use crate::output::units::Units;

/// What a state has to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Adopting an instrument.
    Adoption(usize),
    /// Reaching a spiral phase, 1 to 4, for the first time.
    Phase(usize),
    /// Being given a grade, 1 to 4, by a rating regime for the first time.
    Grade(usize, usize),
}

/// A number of a state at the end of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// A variable.
    Variable(Variable),
    /// Whether a phase, grade or adoption has a value: 1 or 0, so that its mean is a share.
    Is(Variable, u8),
    /// Change of motivation over the year by a term of the ledger; 0 at the start.
    Term(usize),
    /// Change of motivation by a term since the start.
    Total(usize),
    /// Whether a target has been reached by then.
    Reached(Target),
    /// Years until the target was reached, or until then where that comes first.
    Waited(Target),
}

/// What comparisons tell of states waiting for in a world: adoptions that are not over before the run, and phases.
pub fn targets(world: &World) -> Vec<Target> {
    let given_to_all = |j: &usize| {
        let instrument = &world.instruments[*j];
        instrument.kind == InstrumentKind::Nhri && instrument.hazard == 0.0
    };
    let adoptions = (0..world.instruments.len()).filter(|j| !given_to_all(j)).map(Target::Adoption);
    adoptions.chain((1..5).map(Target::Phase)).collect()
}

impl Target {
    /// Name in outcomes: `law`, `phase_3`, `tier_tvpa_2WL`.
    pub fn name(self, world: &World) -> String {
        match self {
            Target::Adoption(j) => world.instruments[j].id.replace('-', "_"),
            Target::Phase(k) => format!("phase_{k}"),
            Target::Grade(g, tier) => {
                let grade = world.ratings[g].grade(tier).replace('-', "_");
                format!("{}_{grade}", Variable::Tier(g).name(world))
            }
        }
    }

    /// In words: `law`, `phase 3 or higher`, `2WL by tvpa`.
    pub fn words(self, world: &World) -> String {
        match self {
            Target::Adoption(j) => world.instruments[j].id.clone(),
            Target::Phase(k) => format!("phase {k} or higher"),
            Target::Grade(g, tier) => format!("{} by {}", world.ratings[g].grade(tier), world.ratings[g].id),
        }
    }
}

impl Measure {
    /// Every variable that a world yields; tiers one by one, since the mean of their codes means nothing.
    pub fn variables(world: &World) -> Vec<Measure> {
        let each = |v: Variable| match v {
            Variable::Tier(_) => (0..v.values(world)).map(|tier| Measure::Is(v, tier as u8)).collect(),
            v => vec![Measure::Variable(v)],
        };
        Variable::all(world).into_iter().flat_map(each).collect()
    }

    /// Everything that has a name of its own in a world: variables, terms of the ledger by year and since the start, what can be
    /// reached (adoptions, phases, grades) and how long that takes.
    pub fn named(world: &World) -> Vec<Measure> {
        let grades = (0..world.ratings.len())
            .flat_map(|g| (1..Variable::Tier(g).values(world)).map(move |t| Target::Grade(g, t)));
        let targets: Vec<Target> = targets(world).into_iter().chain(grades).collect();
        let mut all: Vec<Measure> = Variable::all(world).into_iter().map(Measure::Variable).collect();
        all.extend((0..terms(world)).map(Measure::Term).chain((0..terms(world)).map(Measure::Total)));
        all.extend(targets.iter().flat_map(|target| [Measure::Reached(*target), Measure::Waited(*target)]));
        all
    }

    /// Name and value as tables have them: `tier_tvpa` and `2WL`, `phase` and `4`; of the others the name alone.
    pub fn parts(self, world: &World) -> (String, Option<String>) {
        match self {
            Measure::Variable(v) => (v.name(world), None),
            Measure::Is(v, code) => (v.name(world), Some(v.value_name(usize::from(code), world))),
            Measure::Term(k) => (term_name(world, k).replace('-', "_"), None),
            Measure::Total(k) => (format!("{}_total", term_name(world, k).replace('-', "_")), None),
            Measure::Reached(target) => (format!("reached_{}", target.name(world)), None),
            Measure::Waited(target) => (format!("years_to_{}", target.name(world)), None),
        }
    }

    /// Name, as in the output: `motivation`, `tier_tvpa=2WL`, `habituation`, `reached_phase_3`, `years_to_law`.
    pub fn name(self, world: &World) -> String {
        match self.parts(world) {
            (name, Some(value)) => format!("{name}={value}"),
            (name, None) => name,
        }
    }

    /// Unit or range.
    pub fn unit(self) -> &'static str {
        match self {
            Measure::Variable(v) => v.describe().1,
            Measure::Is(..) | Measure::Reached(_) => "share",
            Measure::Term(_) | Measure::Total(_) => "change of motivation",
            Measure::Waited(_) => "yr",
        }
    }

    /// What values it takes of a state in a replicate, and so the range that its mean cannot leave.
    pub fn support(self) -> Support {
        match self {
            Measure::Variable(Variable::ComplianceGap) | Measure::Term(_) | Measure::Total(_) => {
                Support::Within(-1.0, 1.0)
            }
            Measure::Variable(Variable::Phase) => Support::Within(0.0, 4.0),
            Measure::Variable(v) => match v.kind() {
                VariableKind::Bounded => Support::Within(0.0, 1.0),
                VariableKind::Flag => Support::Share,
                VariableKind::Code => Support::Within(0.0, MOST_GRADES as f64),
                VariableKind::NonNegative => Support::Within(0.0, f64::INFINITY),
                VariableKind::Real => Support::Within(f64::NEG_INFINITY, f64::INFINITY),
            },
            Measure::Is(..) | Measure::Reached(_) => Support::Share,
            Measure::Waited(_) => Support::Within(0.0, f64::INFINITY),
        }
    }

    /// The target that it is about.
    pub fn target(self) -> Option<Target> {
        if let Measure::Reached(target) | Measure::Waited(target) = self { Some(target) } else { None }
    }

    /// Whether it needs a batch that keeps the ledger.
    pub(in crate::experiment) fn is_of_ledger(self) -> bool {
        matches!(self, Measure::Term(_) | Measure::Total(_))
    }

    /// The multiple to which it is rounded before it is summed: of a variable the one of every command.
    pub(super) fn resolution(self, units: &Units, state: Option<usize>) -> f64 {
        const FINE: f64 = 1.0 / 1_073_741_824.0;
        match self {
            Measure::Variable(v) | Measure::Is(v, _) => units.of(state, v),
            Measure::Waited(_) => FINE * 256.0,
            Measure::Reached(_) | Measure::Term(_) | Measure::Total(_) => FINE,
        }
    }
}
