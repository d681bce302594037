//! The bundled scenarios, embedded in the binary. A new one is a line here.

const BUNDLED: &[(&str, &str)] = &[
    ("asean", include_str!("../../scenarios/asean.toml")),
    ("accession", include_str!("../../scenarios/accession.toml")),
    ("fatf", include_str!("../../scenarios/fatf.toml")),
    ("world", include_str!("../../scenarios/world.toml")),
    ("teaching/class-theory", include_str!("../../scenarios/teaching/class-theory.toml")),
    ("teaching/entrapment", include_str!("../../scenarios/teaching/entrapment.toml")),
    ("teaching/fine-is-a-price-large", include_str!("../../scenarios/teaching/fine-is-a-price-large.toml")),
    ("teaching/fine-is-a-price-none", include_str!("../../scenarios/teaching/fine-is-a-price-none.toml")),
    ("teaching/fine-is-a-price-small", include_str!("../../scenarios/teaching/fine-is-a-price-small.toml")),
    ("teaching/memory-in-grades", include_str!("../../scenarios/teaching/memory-in-grades.toml")),
    ("teaching/politicized-scorecard", include_str!("../../scenarios/teaching/politicized-scorecard.toml")),
    (
        "teaching/sequencing-persuasion-first",
        include_str!("../../scenarios/teaching/sequencing-persuasion-first.toml"),
    ),
    (
        "teaching/sequencing-sanctions-first",
        include_str!("../../scenarios/teaching/sequencing-sanctions-first.toml"),
    ),
    ("teaching/silenced-region", include_str!("../../scenarios/teaching/silenced-region.toml")),
    ("teaching/spiral", include_str!("../../scenarios/teaching/spiral.toml")),
    ("teaching/two-communities", include_str!("../../scenarios/teaching/two-communities.toml")),
];

/// What `suasion new` begins with: a page to fill in, with an example of each section behind a `#`, and no bundled scenario.
pub const EMPTY: &str = include_str!("../../scenarios/empty.toml");

/// What `suasion new --from starter` begins with: two made-up states under a rating regime and a convention, and no bundled scenario.
pub const STARTER: &str = include_str!("../../scenarios/starter.toml");

/// The text of a bundled scenario.
pub fn find(name: &str) -> Option<&'static str> {
    BUNDLED.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}

/// Names of the bundled scenarios, the flagship first.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUNDLED.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::{EMPTY, STARTER};
    use crate::model::parameters::CROWDING;
    use crate::model::world::InstrumentKind::{self, Convention, Law, Nhri, Treaty};
    use crate::scenario::schema::schema;
    use crate::scenario::{Ground, Scenario};
    use std::collections::BTreeSet;

    /// The empty page with all its examples: a `#` right before something is taken away.
    fn filled() -> String {
        let lines = EMPTY.lines().enumerate().map(|(i, line)| match line.strip_prefix('#') {
            Some(example) if i > 0 && !example.is_empty() && !example.starts_with(' ') => example,
            _ => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_empty_page_runs_as_it_stands_and_with_all_its_examples() {
        let empty = Scenario::parse("empty", EMPTY, None).unwrap().build().unwrap();
        assert_eq!(empty.world.states.len(), 1);
        assert!(empty.world.ratings.is_empty() && empty.world.instruments.is_empty());
        let scenario = Scenario::parse("filled", &filled(), None).unwrap().build().unwrap();
        let world = &scenario.world;
        assert_eq!((world.ratings.len(), world.conventions.len(), world.communities.len()), (2, 1, 1));
        let kinds: Vec<InstrumentKind> = world.instruments.iter().map(|j| j.kind).collect();
        assert!([Convention, Law, Nhri, Treaty].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    }

    #[test]
    fn the_empty_page_has_an_example_of_every_section() {
        let page = filled();
        let heads = page.lines().filter_map(|line| line.trim_start_matches('[').split([']', '.']).next());
        let heads: BTreeSet<&str> = heads.collect();
        let schema = schema();
        let sections = schema["properties"].as_object().expect("sections").keys();
        // Of a table beside the file the page says where it goes; these are read with a theory, or for many years alone.
        let elsewhere = ["source", "note", "sources", "version", "title", "description", "states", "ties"];
        let beyond = [
            "absent",
            "theory",
            "parameter",
            "trait",
            "variable",
            "shock",
            "define",
            "outcome",
            "observation",
        ];
        let missing: Vec<&String> = sections
            .filter(|key| !heads.contains(key.as_str()))
            .filter(|key| !elsewhere.contains(&key.as_str()) && !beyond.contains(&key.as_str()))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_starter_is_valid_says_that_it_is_judged_and_its_null_is_the_null() {
        let loaded = Scenario::parse("starter", STARTER, None).unwrap();
        let scenario = loaded.build().unwrap();
        assert!(scenario.sources().iter().all(|value| value.ground == Ground::Judgement));
        assert!(scenario.lab.tour.is_empty());
        let mut null = loaded;
        null.apply_counterfactual("null").unwrap();
        let world = null.build().unwrap().world;
        assert_eq!(world.parameters, scenario.world.parameters.without_crowding(), "{CROWDING:?}");
    }
}
