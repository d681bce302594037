//! The sides of the model's equations that a mechanism can be on.

use crate::world::Instrument;

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
}

/// Targets, those of single instruments aside: as scenario files name them, whether a mechanism may be added and may scale, unit, meaning.
pub const TARGETS: [(Target, &str, [bool; 2], &str, &str); 10] = [
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
];

impl Target {
    /// Places that targets take, given how many instruments there are.
    pub fn places(instruments: usize) -> usize {
        TARGETS.len() + instruments
    }

    /// Its place among them.
    #[inline(always)]
    pub fn place(self) -> usize {
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
            Target::AdoptionOf(j) => TARGETS.len() + j,
        }
    }

    /// The target of a name, and how a mechanism may be there.
    pub fn find(name: &str, instruments: &[Instrument]) -> Option<(Target, [bool; 2])> {
        if let Some(id) = name.strip_prefix("adoption.") {
            let j = instruments.iter().position(|instrument| instrument.id == id)?;
            return Some((Target::AdoptionOf(j), [true, false]));
        }
        TARGETS.iter().find(|target| target.1 == name).map(|(target, _, may, ..)| (*target, *may))
    }

    /// The names that targets have.
    pub fn names(instruments: &[Instrument]) -> Vec<String> {
        let all = TARGETS.iter().map(|target| target.1.to_string());
        all.chain(instruments.iter().map(|instrument| format!("adoption.{}", instrument.id))).collect()
    }

    /// Its name.
    pub fn name(self, instruments: &[Instrument]) -> String {
        match self {
            Target::AdoptionOf(j) => format!("adoption.{}", instruments[j].id),
            other => TARGETS[other.place()].1.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_list() {
        for (place, (target, ..)) in TARGETS.iter().enumerate() {
            assert_eq!(target.place(), place);
        }
    }
}
