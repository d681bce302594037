//! The mechanisms of the model that can be switched off, and how: the players among whom a difference is split.
//!
//! Off means that the numbers by which a mechanism acts are 0, in the parameters, in every rating regime and in every
//! event that would set them later. The structure of a world stays as it is, so worlds with some mechanisms off can share
//! a batch. It simulates nothing.

use crate::model::factor::Factor;
use crate::model::world::World;
use std::borrow::Cow;

/// A mechanism: its name, what it says, and what is 0 when it is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mechanism {
    /// Name, as on the command line and in tables.
    pub name: Cow<'static, str>,
    /// What it says, in a few words.
    pub meaning: Cow<'static, str>,
    /// Parameters that are 0 when it is off.
    pub parameters: &'static [&'static str],
    /// Numbers of rating regimes that are 0 when it is off.
    pub fields: &'static [&'static str],
    /// Whether it is one that a scenario declares, by its id.
    pub own: bool,
}

const fn by_parameter(
    name: &'static str,
    meaning: &'static str,
    parameters: &'static [&'static str],
) -> Mechanism {
    let (name, meaning) = (Cow::Borrowed(name), Cow::Borrowed(meaning));
    Mechanism { name, meaning, parameters, fields: &[], own: false }
}

const fn by_field(name: &'static str, meaning: &'static str, fields: &'static [&'static str]) -> Mechanism {
    let (name, meaning) = (Cow::Borrowed(name), Cow::Borrowed(meaning));
    Mechanism { name, meaning, parameters: &[], fields, own: false }
}

/// Every mechanism, in the order of the step.
pub const MECHANISMS: &[Mechanism] = &[
    by_field(
        "politicization",
        "grades bought by strategic value, and the standing that they cost",
        &["politicization", "politicization_cost"],
    ),
    by_field("grader_view", "what a grader holds for or against states beyond their merit", &["view_sd"]),
    by_field("rising_bar", "the bar that rises from year to year", &["bar_rise"]),
    by_field("waiver", "sanctions waived for strategic states", &["waiver"]),
    by_field("reputation", "shame of a bad grade", &["shame"]),
    by_field(
        "inducement",
        "sanctions threatened and rewards held out: material pressure, and all crowding that it brings",
        &["severity", "reward"],
    ),
    by_parameter(
        "coerced_adoption",
        "adopting what a rating regime demands, under pressure",
        &["adopt_pressure"],
    ),
    by_parameter("acculturation", "adopting because engaged peers have adopted", &["adopt_peers"]),
    by_parameter("motivated_adoption", "adopting out of motivation", &["adopt_motivation"]),
    by_parameter("mobilized_adoption", "adopting because mobilization asks for it", &["adopt_mobilization"]),
    by_parameter("law_enforcement", "enforcement that a law brings by itself", &["enforcement_law"]),
    by_parameter("displacement", "capacity that enforcement takes from protection", &["displacement"]),
    by_parameter("spillover", "protection that enforcement brings with it", &["spillover"]),
    by_parameter(
        "mobilized_protection",
        "protection that mobilization wrings from a state",
        &["mobilized_protection"],
    ),
    by_parameter(
        "nhri_reframing",
        "security framing undone by a national human-rights institution",
        &["nhri_reframing"],
    ),
    by_parameter(
        "attribution",
        "re-reading one's motives: discounts habituation, and feeds overjustification and agenda narrowing",
        &["attribution_rate"],
    ),
    by_parameter("persuasion", "pull of engaged peers' motivation", &["persuasion"]),
    by_parameter("argumentation", "pull of a convention regime's arguments", &["argumentation"]),
    by_parameter("regional_argument", "pull of what a region argues of its own", &["regional_argument"]),
    by_parameter("silence", "silence of peers that do not mean the norm", &["silence"]),
    by_parameter("domestic_voice", "pull of mobilization from below", &["domestic_voice"]),
    by_parameter("agenda_narrowing", "domestic voice silenced by outside attribution", &["agenda_narrowing"]),
    by_parameter("habituation", "pull of protection practised for its own sake", &["habituation"]),
    by_parameter(
        "signalling",
        "expressive effect of an inducement, by the sender's standing",
        &["signalling"],
    ),
    by_parameter("resented_shame", "shame felt as control", &["shame_control"]),
    by_parameter("defiance", "pressure blunted by resentment", &["defiance"]),
    by_parameter(
        "overjustification",
        "motivation lost to self-attribution of payment",
        &["overjustification"],
    ),
    by_parameter("self_determination", "motivation lost to reactance", &["self_determination"]),
    by_parameter(
        "framing_by_pressure",
        "framing moved to crime control by senders that reward it",
        &["framing_by_pressure"],
    ),
    by_parameter(
        "spiral_motivation",
        "leaving repression and denial of one's own accord",
        &["spiral_motivation"],
    ),
    by_parameter("drift", "return of motivation to its autochthonous level", &["drift"]),
    by_parameter("participatory", "extra weight of ties between open states", &["participatory"]),
];

/// The mechanism of a name.
pub fn find(name: &str) -> Option<&'static Mechanism> {
    MECHANISMS.iter().find(|mechanism| mechanism.name == name)
}

/// The mechanisms that some worlds declare, each once, in the order of the worlds.
pub fn own(worlds: &[&World]) -> Vec<Mechanism> {
    let mut all: Vec<Mechanism> = Vec::new();
    for declared in worlds.iter().flat_map(|world| &world.theory.said.mechanisms) {
        if all.iter().all(|known| known.name != declared.id) {
            let (name, meaning) = (declared.id.clone().into(), declared.title.clone().into());
            all.push(Mechanism { name, meaning, parameters: &[], fields: &[], own: true });
        }
    }
    all
}

impl Mechanism {
    /// Switches the mechanism off in a world.
    ///
    /// ```
    /// use suasion::{experiment::mechanism::find, scenario::Scenario};
    /// let mut world = Scenario::load("asean").unwrap().build_alone().unwrap().world;
    /// find("reputation").unwrap().switch_off(&mut world);
    /// assert_eq!((world.ratings[0].fields.shame, world.ratings[0].fields.severity), ([0.0; 8], 1.9));
    /// ```
    pub fn switch_off(&self, world: &mut World) {
        if self.own {
            if let Some(at) = world.theory.mechanism(&self.name) {
                world.theory.on[at] = false;
            }
            return;
        }
        let names = |factor: Factor| match factor {
            Factor::Parameter(_) => self.parameters,
            Factor::Field(..) | Factor::Event(..) => self.fields,
            _ => &[],
        };
        let acts =
            |factor: &Factor| factor.entry(world).is_some_and(|entry| names(*factor).contains(&entry.name));
        let off: Vec<Factor> = world.factors().map(|(factor, _)| factor).filter(acts).collect();
        for factor in off {
            if let Some(x) = world.factor_mut(factor) {
                *x = 0.0;
            }
        }
    }

    /// Whether switching it off changes a number of the world. What changes none has no share in any difference.
    pub fn acts_in(&self, world: &World) -> bool {
        // Where no community argues, its coefficient moves nobody: a player that does nothing would cost runs.
        if self.parameters.contains(&"regional_argument")
            && world.communities.iter().all(|c| c.argument.is_empty())
        {
            return false;
        }
        let mut off = world.clone();
        self.switch_off(&mut off);
        off != *world
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parameters::PARAMETERS;
    use crate::model::world::{Change, RATING_FIELDS};
    use crate::scenario::Scenario;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_what_is_set_to_0_exists_and_may_be_0() {
        let names: BTreeSet<_> = MECHANISMS.iter().map(|m| &*m.name).collect();
        assert_eq!(names.len(), MECHANISMS.len());
        for mechanism in MECHANISMS {
            assert!(!mechanism.parameters.is_empty() || !mechanism.fields.is_empty());
            for (table, wanted) in [(PARAMETERS, mechanism.parameters), (RATING_FIELDS, mechanism.fields)] {
                for name in wanted {
                    let entries: Vec<_> = table.iter().filter(|entry| entry.name == *name).collect();
                    assert!(!entries.is_empty(), "{name}");
                    assert!(entries.iter().all(|entry| entry.bound.admits(0.0)), "{name}");
                }
            }
        }
    }

    #[test]
    fn off_reaches_what_an_event_would_set() {
        let event = "[[event]]\nat = 2012\nregime = \"tvpa\"\nset = { severity = 3.0, waiver = 0.1 }\n";
        let text = crate::scenario::bundled::find("asean").unwrap().replacen(
            "[[event]]",
            &format!("{event}[[event]]"),
            1,
        );
        let loaded = Scenario::parse("test", &text, None).unwrap();
        let mut world = loaded.build_alone().unwrap().world;
        find("inducement").unwrap().switch_off(&mut world);
        let set: Vec<_> = world
            .events
            .iter()
            .filter_map(|e| match e.change {
                Change::RatingField(_, field, value) => Some((RATING_FIELDS[field].name, value)),
                _ => None,
            })
            .collect();
        assert_eq!(set, [("severity", 0.0), ("waiver", 0.1)]);
    }

    #[test]
    fn what_is_absent_does_not_act() {
        let mut loaded = Scenario::load("asean").unwrap();
        loaded.apply_counterfactual("no-tvpa").unwrap();
        let world = loaded.build_alone().unwrap().world;
        let idle: Vec<_> = MECHANISMS.iter().filter(|m| !m.acts_in(&world)).map(|m| &*m.name).collect();
        // Those of the grades, and what is off by default.
        let graded = ["politicization", "waiver", "reputation", "inducement", "grader_view", "rising_bar"];
        let off = ["framing_by_pressure"];
        assert!(idle.iter().all(|name| graded.contains(name) || off.contains(name)), "{idle:?}");
        assert_eq!(idle.len(), graded.len() + off.len());
        let world = Scenario::load("asean").unwrap().build_alone().unwrap().world;
        let idle: Vec<_> = MECHANISMS.iter().filter(|m| !m.acts_in(&world)).map(|m| &*m.name).collect();
        assert_eq!(idle, off);
    }
}
