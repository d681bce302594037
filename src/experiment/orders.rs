//! Random orders of players, each with its reverse: what one order favours by chance, the other disfavours.
//!
//! An order is a pure function of seed, replicate and its number. It knows no game.

use crate::experiment::draws::{Purpose, words};

/// `pairs` random orders of `0..players`, each followed by its reverse.
pub(super) fn antithetic(seed: u64, replicate: u32, pairs: u32, players: usize) -> Vec<Vec<usize>> {
    let mut orders = Vec::with_capacity(2 * pairs as usize);
    for pair in 0..u64::from(pairs) {
        let mut order: Vec<usize> = (0..players).collect();
        let mut drawn_words: [u32; 16] = [0; 16];
        // Fisher and Yates, from the back.
        for (drawn, last) in (1..players).rev().enumerate() {
            if drawn % 16 == 0 {
                // Two blocks an order are enough for 32 players.
                drawn_words = words(seed, Purpose::Order, replicate, pair * 2 + drawn as u64 / 16);
            }
            let other = (u64::from(drawn_words[drawn % 16]) * (last as u64 + 1)) >> 32;
            order.swap(last, other as usize);
        }
        let reverse = order.iter().rev().copied().collect();
        orders.push(order);
        orders.push(reverse);
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_permutations_that_differ_and_come_again() {
        let orders = antithetic(7, 3, 2, 24);
        assert_eq!(orders.len(), 4);
        for order in &orders {
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..24).collect::<Vec<_>>());
        }
        assert_eq!(orders[1], orders[0].iter().rev().copied().collect::<Vec<_>>());
        assert_ne!(orders[0], orders[2]);
        assert_eq!(orders, antithetic(7, 3, 2, 24));
        assert_ne!(orders, antithetic(7, 4, 2, 24));
        assert_ne!(orders, antithetic(8, 3, 2, 24));
    }

    #[test]
    fn every_order_of_three_comes_about_equally_often() {
        let mut counts = std::collections::BTreeMap::new();
        for order in (0..3000).flat_map(|r| antithetic(1, r, 1, 3)) {
            *counts.entry(order).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|n| (900..1100).contains(n)), "{counts:?}");
    }
}
