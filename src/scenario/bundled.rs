//! The scenarios that come with the program, embedded, so that `suasion run asean` works from any folder.

/// Name and text of each, in order of name. To add a file, add its line.
const BUNDLED: &[(&str, &str)] = &[];

/// The text of a bundled scenario.
pub fn find(name: &str) -> Option<&'static str> {
    BUNDLED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of the bundled scenarios.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUNDLED.iter().map(|(name, _)| *name)
}
