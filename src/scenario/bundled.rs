//! The bundled scenarios, embedded in the binary. A new one is a line here.

const BUNDLED: &[(&str, &str)] = &[
    ("asean", include_str!("../../scenarios/asean.toml")),
    ("world", include_str!("../../scenarios/world.toml")),
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

/// What `suasion new` begins with: a small case to be replaced by one's own, and no bundled scenario.
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
    use super::STARTER;
    use crate::model::parameters::CROWDING;
    use crate::scenario::{Ground, Scenario};

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
