//! Generators of states: many states that are alike in distribution, each with its own id and its own draws.

/// The ids of a population of `count` states, numbered from 1 and padded so that they sort as they count.
pub(crate) fn ids(population: &str, count: u32) -> impl Iterator<Item = String> {
    let width = count.to_string().len();
    let prefix = population.to_string();
    (1..=count).map(move |n| format!("{prefix}-{n:0width$}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn ids_are_padded_to_the_width_of_the_count() {
        assert_eq!(super::ids("w", 10).next().as_deref(), Some("w-01"));
        assert_eq!(super::ids("w", 10).last().as_deref(), Some("w-10"));
        assert_eq!(super::ids("w", 3).collect::<Vec<_>>(), ["w-1", "w-2", "w-3"]);
    }
}
