//! The sides of the model's equations that a mechanism can be on.

use crate::world::{Instrument, Rating};

/// What a mechanism does with what is on that side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is added.
    Adds,
    /// It multiplies.
    Scales,
}

/// A side of an equation (`docs/model.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Rate of motivation, per year: a term of the ledger.
    Motivation,
    /// Rate of mobilization, per year.
    Mobilization,
    /// Level that rhetoric moves to.
    Rhetoric,
    /// Level that enforcement moves to.
    Enforcement,
    /// Level that protection moves to.
    Protection,
    /// Level that attribution moves to.
    Attribution,
    /// Level that reactance moves to.
    Reactance,
    /// Hazard of moving up a phase, per year.
    SpiralUp,
    /// Hazard of falling back a phase, per year.
    SpiralDown,
    /// Log hazard of adopting, of every instrument.
    Adoption,
    /// The same of one instrument.
    AdoptionOf(usize),
    /// Log hazard of leaving, of every instrument that can be left.
    Exit,
    /// The same of one instrument.
    ExitOf(usize),
    /// Level that pressure moves to, of every rating regime.
    Pressure,
    /// How far a state is heard by others.
    Voice,
    /// What ties to a state weigh for those who are tied to it.
    TieWeight,
    /// Level that the pressure of one rating regime moves to.
    PressureOf(usize),
    /// Score that a rating regime gives.
    Score(usize),
}

/// When in a step mechanisms are evaluated: what they can hang on is known by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Before states see and hear each other.
    BeforeStep,
    /// Before anything is pressed or felt.
    BeforePressure,
    /// Within the step, once pressure and peers are known.
    Within,
}

/// Targets, those of single instruments aside: as scenario files name them, whether a mechanism may be added and may scale, unit, meaning.
pub const TARGETS: [(Target, &str, [bool; 2], &str, &str); 14] = [
    (Target::Motivation, "motivation", [true, false], "1/yr", "rate of motivation: a term of the ledger"),
    (Target::Mobilization, "mobilization", [true, false], "1/yr", "rate of mobilization"),
    (Target::Rhetoric, "rhetoric_target", [true, true], "0-1", "level that rhetoric moves to"),
    (
        Target::Enforcement,
        "enforcement_target",
        [true, true],
        "0 to capacity",
        "level that enforcement moves to",
    ),
    (
        Target::Protection,
        "protection_target",
        [true, true],
        "0 to capacity",
        "level that protection moves to",
    ),
    (Target::Attribution, "attribution_target", [true, true], "0-1", "level that attribution moves to"),
    (Target::Reactance, "reactance_target", [true, true], "0-1", "level that reactance moves to"),
    (Target::SpiralUp, "spiral_up", [true, true], "1/yr", "hazard of moving up a phase"),
    (Target::SpiralDown, "spiral_down", [true, true], "1/yr", "hazard of falling back a phase"),
    (
        Target::Adoption,
        "adoption",
        [true, false],
        "log hazard",
        "log hazard of adopting, of every instrument or as `adoption.ID` of one",
    ),
    (
        Target::Pressure,
        "pressure_target",
        [true, true],
        ">= 0",
        "level that pressure moves to: what all rating regimes push, or as `pressure_target.ID` one",
    ),
    (Target::Voice, "voice", [true, true], "0-1", "how far a state is heard by others"),
    (
        Target::TieWeight,
        "tie_weight",
        [false, true],
        ">= 0",
        "weight of the ties to a state: how much it counts among the peers of others",
    ),
    (
        Target::Exit,
        "exit",
        [true, false],
        "log hazard",
        "log hazard of leaving, of every instrument that can be left or as `exit.ID` of one",
    ),
];

/// The level that the pressure of a rating regime moves to: a target of each.
const PRESSURE: &str = "pressure_target";

/// The score of a rating regime: a target of each.
const SCORE: (&str, [bool; 2]) = ("score", [true, false]);

impl Target {
    /// Places that targets take, given how many instruments and rating regimes there are.
    pub fn places(instruments: usize, ratings: usize) -> usize {
        TARGETS.len() + 2 * instruments + 2 * ratings
    }

    /// Its place among them, given how many instruments there are. Adoption and exit of instruments take turns, as scores and pressures of the rating
    /// regimes do.
    #[inline(always)]
    pub fn place(self, instruments: usize) -> usize {
        match self {
            Target::Motivation => 0,
            Target::Mobilization => 1,
            Target::Rhetoric => 2,
            Target::Enforcement => 3,
            Target::Protection => 4,
            Target::Attribution => 5,
            Target::Reactance => 6,
            Target::SpiralUp => 7,
            Target::SpiralDown => 8,
            Target::Adoption => 9,
            Target::Pressure => 10,
            Target::Voice => 11,
            Target::TieWeight => 12,
            Target::Exit => 13,
            Target::AdoptionOf(j) => TARGETS.len() + 2 * j,
            Target::ExitOf(j) => TARGETS.len() + 2 * j + 1,
            Target::Score(g) => TARGETS.len() + 2 * (instruments + g),
            Target::PressureOf(g) => TARGETS.len() + 2 * (instruments + g) + 1,
        }
    }

    /// When mechanisms on it are evaluated.
    pub fn when(self) -> When {
        match self {
            Target::Voice | Target::TieWeight => When::BeforeStep,
            Target::Pressure | Target::PressureOf(_) | Target::Score(_) => When::BeforePressure,
            _ => When::Within,
        }
    }

    /// The target of a name, and how a mechanism may be there.
    pub fn find(name: &str, instruments: &[Instrument], ratings: &[Rating]) -> Option<(Target, [bool; 2])> {
        if let Some(id) = name.strip_prefix("adoption.") {
            let j = instruments.iter().position(|instrument| instrument.id == id)?;
            return Some((Target::AdoptionOf(j), [true, false]));
        }
        if let Some(id) = name.strip_prefix("exit.") {
            let j = instruments.iter().position(|instrument| instrument.id == id)?;
            return Some((Target::ExitOf(j), [true, false]));
        }
        if let Some(id) = name.strip_prefix("score.") {
            let g = ratings.iter().position(|rating| rating.id == id)?;
            return Some((Target::Score(g), SCORE.1));
        }
        if let Some(id) = name.strip_prefix(PRESSURE).and_then(|rest| rest.strip_prefix('.')) {
            let g = ratings.iter().position(|rating| rating.id == id)?;
            return Some((Target::PressureOf(g), [true, true]));
        }
        if let (true, [_]) = (name == SCORE.0, ratings) {
            return Some((Target::Score(0), SCORE.1));
        }
        TARGETS.iter().find(|target| target.1 == name).map(|(target, _, may, ..)| (*target, *may))
    }

    /// The names that targets have.
    pub fn names(instruments: &[Instrument], ratings: &[Rating]) -> Vec<String> {
        let all = TARGETS.iter().map(|target| target.1.to_string());
        let adoptions =
            instruments.iter().flat_map(|of| ["adoption", "exit"].map(|side| format!("{side}.{}", of.id)));
        let of_ratings =
            ratings.iter().flat_map(|rating| [SCORE.0, PRESSURE].map(|of| format!("{of}.{}", rating.id)));
        all.chain(adoptions).chain(of_ratings).collect()
    }

    /// Its name.
    pub fn name(self, instruments: &[Instrument], ratings: &[Rating]) -> String {
        match self {
            Target::AdoptionOf(j) => format!("adoption.{}", instruments[j].id),
            Target::ExitOf(j) => format!("exit.{}", instruments[j].id),
            Target::Score(g) => format!("{}.{}", SCORE.0, ratings[g].id),
            Target::PressureOf(g) => format!("{PRESSURE}.{}", ratings[g].id),
            other => TARGETS[other.place(0)].1.to_string(),
        }
    }

    /// The unit of what is added there.
    pub fn unit(self) -> &'static str {
        match self {
            Target::AdoptionOf(_) | Target::ExitOf(_) => Target::Adoption.unit(),
            Target::Score(_) => "-",
            Target::PressureOf(_) => Target::Pressure.unit(),
            other => TARGETS[other.place(0)].3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_list() {
        for (place, (target, ..)) in TARGETS.iter().enumerate() {
            assert_eq!(target.place(7), place);
        }
    }
}
