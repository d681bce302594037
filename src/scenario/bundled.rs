//! The bundled scenarios, embedded in the binary. A new one is a line here.

const BUNDLED: &[(&str, &str)] = &[
    ("asean", include_str!("../../scenarios/asean.toml")),
    ("world", include_str!("../../scenarios/world.toml")),
    ("teaching/entrapment", include_str!("../../scenarios/teaching/entrapment.toml")),
    ("teaching/fine-is-a-price-large", include_str!("../../scenarios/teaching/fine-is-a-price-large.toml")),
    ("teaching/fine-is-a-price-none", include_str!("../../scenarios/teaching/fine-is-a-price-none.toml")),
    ("teaching/fine-is-a-price-small", include_str!("../../scenarios/teaching/fine-is-a-price-small.toml")),
    ("teaching/politicized-scorecard", include_str!("../../scenarios/teaching/politicized-scorecard.toml")),
    (
        "teaching/sequencing-persuasion-first",
        include_str!("../../scenarios/teaching/sequencing-persuasion-first.toml"),
    ),
    (
        "teaching/sequencing-sanctions-first",
        include_str!("../../scenarios/teaching/sequencing-sanctions-first.toml"),
    ),
    ("teaching/spiral", include_str!("../../scenarios/teaching/spiral.toml")),
    ("teaching/two-communities", include_str!("../../scenarios/teaching/two-communities.toml")),
];

/// The text of a bundled scenario.
pub fn find(name: &str) -> Option<&'static str> {
    BUNDLED.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}

/// Names of the bundled scenarios, the flagship first.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUNDLED.iter().map(|(name, _)| *name)
}
