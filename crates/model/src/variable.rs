//! The variables that a run yields for each state at the end of each year: names, units, ranges and meanings.
//!
//! Columns of the output, of summaries and of digests are made from this list, in this order.

use crate::world::World;

/// One variable of a state, as recorded at the end of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variable {
    /// Motivation m.
    Motivation,
    /// Enforcement e.
    Enforcement,
    /// Protection p.
    Protection,
    /// Rhetoric r.
    Rhetoric,
    /// Mobilization d.
    Mobilization,
    /// Attribution a.
    Attribution,
    /// Reactance u.
    Reactance,
    /// Pressure s.
    Pressure,
    /// Commitment C.
    Commitment,
    /// Compliance gap C - p/kappa.
    ComplianceGap,
    /// Spiral phase k, 0 to 4.
    Phase,
    /// Whether an instrument is adopted.
    Adopted(usize),
    /// Grade by a rating regime, by code: 0 not rated, 1 the best.
    Tier(usize),
    /// Current standing of the sender of a rating regime.
    Standing(usize),
    /// Merit at the last report of a rating regime.
    Merit(usize),
    /// Score at the last report of a rating regime.
    Score(usize),
    /// What a rating regime holds for or against the state beyond its merit.
    View(usize),
    /// Flow along corridors out of the state in the year.
    FlowOut,
    /// Flow along corridors into the state in the year.
    FlowIn,
    /// A variable or outcome that the scenario declares, from 0 to 1.
    Own(usize),
    /// An outcome that the scenario declares, of another range.
    OwnNumber(usize),
}

/// What kind of number a variable is, for column types and summaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// A real number from `low` (0 or -1) to 1.
    Bounded,
    /// A real number of at least 0.
    NonNegative,
    /// A real number of either sign, mostly of a size below 1.
    Real,
    /// An integer code, from 0.
    Code,
    /// 0 or 1.
    Flag,
}

impl Variable {
    /// Every variable that this world yields, in the order of the columns.
    pub fn all(world: &World) -> Vec<Variable> {
        use Variable::{
            Adopted, Attribution, Commitment, ComplianceGap, Enforcement, FlowIn, FlowOut, Merit,
            Mobilization, Motivation, Phase, Pressure, Protection, Reactance, Rhetoric, Score, Standing,
            Tier, View,
        };
        let mut all = vec![
            Motivation,
            Enforcement,
            Protection,
            Rhetoric,
            Mobilization,
            Attribution,
            Reactance,
            Pressure,
            Commitment,
            ComplianceGap,
            Phase,
        ];
        all.extend((0..world.instruments.len()).map(Adopted));
        for g in 0..world.ratings.len() {
            all.extend([Tier(g), Standing(g), Merit(g), Score(g), View(g)]);
        }
        if !world.corridors.is_empty() {
            all.extend([FlowOut, FlowIn]);
        }
        let said = &world.theory.said;
        all.extend((0..said.records()).map(|at| match said.recorded(at).range {
            [low, high] if 0.0 <= low && high <= 1.0 => Variable::Own(at),
            _ => Variable::OwnNumber(at),
        }));
        all
    }

    /// Column name: `motivation`, `adopted_law`, `tier_tvpa`. Dashes of ids become underscores.
    pub fn name(self, world: &World) -> String {
        let of = |prefix: &str, id: &str| format!("{prefix}_{}", id.replace('-', "_"));
        match self {
            Variable::Adopted(j) => of("adopted", &world.instruments[j].id),
            Variable::Tier(g) => of("tier", &world.ratings[g].id),
            Variable::Standing(g) => of("standing", &world.ratings[g].id),
            Variable::Merit(g) => of("merit", &world.ratings[g].id),
            Variable::Score(g) => of("score", &world.ratings[g].id),
            Variable::View(g) => of("view", &world.ratings[g].id),
            Variable::Own(at) | Variable::OwnNumber(at) => world.theory.said.recorded(at).id.to_string(),
            other => other.describe().0.to_string(),
        }
    }

    /// Base name, unit and meaning.
    pub fn describe(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Variable::Motivation => ("motivation", "0-1", "internalized norm: compliance for its own sake"),
            Variable::Enforcement => ("enforcement", "0 to capacity", "visible effort that can be counted"),
            Variable::Protection => {
                ("protection", "0 to capacity", "practice that reaches those whom the norm protects")
            }
            Variable::Rhetoric => ("rhetoric", "0-1", "what the state says about itself"),
            Variable::Mobilization => ("mobilization", "0-1", "pressure from below"),
            Variable::Attribution => (
                "attribution",
                "0-1",
                "share of its compliance that the state ascribes to outside inducement",
            ),
            Variable::Reactance => ("reactance", "0-1", "resentment at being controlled"),
            Variable::Pressure => ("pressure", ">= 0", "outside pressure felt"),
            Variable::Commitment => (
                "commitment",
                "0-1",
                "share of the open instruments (NHRIs aside) that the state has adopted",
            ),
            Variable::ComplianceGap => {
                ("compliance_gap", "-1-1", "commitment less protection as a share of capacity")
            }
            Variable::Phase => (
                "phase",
                "0-4",
                "spiral phase: repression, denial, tactical concessions, prescriptive status, rule-consistent behaviour",
            ),
            Variable::Adopted(_) => ("adopted", "0/1", "whether the instrument is adopted"),
            Variable::Tier(_) => {
                ("tier", "code", "grade by the rating regime: 0 not rated, 1 the best, and so on")
            }
            Variable::Standing(_) => {
                ("standing", "0-1", "legitimacy of the regime's sender in the state's eyes")
            }
            Variable::Merit(_) => ("merit", "-", "merit at the regime's last report; 0 before the first"),
            Variable::Score(_) => ("score", "-", "score at the regime's last report; 0 before the first"),
            Variable::View(_) => {
                ("view", "-", "what the regime's grader holds for or against the state beyond its merit")
            }
            Variable::Own(_) => ("own", "0-1", "a variable or outcome that the scenario declares"),
            Variable::OwnNumber(_) => ("own", "-", "a variable or outcome that the scenario declares"),
            Variable::FlowOut => ("flow_out", "volume/yr", "flow along corridors out of the state"),
            Variable::FlowIn => ("flow_in", "volume/yr", "flow along corridors into the state"),
        }
    }

    /// What kind of number it is.
    pub fn kind(self) -> VariableKind {
        match self {
            Variable::Phase | Variable::Tier(_) => VariableKind::Code,
            Variable::Adopted(_) => VariableKind::Flag,
            Variable::Merit(_) | Variable::Score(_) | Variable::View(_) | Variable::OwnNumber(_) => {
                VariableKind::Real
            }
            Variable::Pressure | Variable::FlowOut | Variable::FlowIn => VariableKind::NonNegative,
            _ => VariableKind::Bounded,
        }
    }

    /// How many values it can have in a world: 5 phases, the grades of a regime and not rated, 2 of a flag; 0 of a number.
    ///
    /// ```
    /// use suasion::model::variable::Variable;
    /// let world = suasion::scenario::Scenario::load("asean").unwrap().build_alone().unwrap().world;
    /// let values = [Variable::Phase, Variable::Tier(0), Variable::Adopted(0), Variable::Motivation].map(|v| v.values(&world));
    /// assert_eq!(values, [5, 5, 2, 0]);
    /// ```
    pub fn values(self, world: &World) -> usize {
        match self {
            Variable::Phase => 5,
            Variable::Tier(g) => 1 + world.ratings[g].grades.len(),
            Variable::Adopted(_) => 2,
            _ => 0,
        }
    }

    /// The name of a value: a grade's by its regime, else the number.
    pub fn value_name(self, value: usize, world: &World) -> String {
        match self {
            Variable::Tier(g) => world.ratings[g].grade(value).to_string(),
            _ => value.to_string(),
        }
    }
}
