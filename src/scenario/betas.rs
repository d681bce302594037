//! Tables of beta distributions that were made already: a table takes milliseconds, and every world of a scenario that is
//! built again and again (points of a sweep, draws of a posterior) has most of them in common.

use crate::model::distribution::BetaTable;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Tables that are kept: 8 kB each. A distribution that is varied has another table at each of very many points.
const MOST_KEPT: usize = 2000;

/// The tables made so far of a scenario and of its clones. A table is a function of its parameters, so keeping it changes no bit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Betas(Arc<Mutex<BTreeMap<[u64; 2], BetaTable>>>);

impl Betas {
    /// The table of Beta(alpha, beta), both within [`BetaTable::RANGE`].
    pub fn table(&self, alpha: f64, beta: f64) -> BetaTable {
        let key = [alpha.to_bits(), beta.to_bits()];
        // Whoever panicked with the lock had the map whole: tables are made outside it.
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&key) {
            return known.clone();
        }
        let table = BetaTable::new(alpha, beta);
        let mut kept = lock();
        if kept.len() < MOST_KEPT {
            kept.insert(key, table.clone());
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_is_kept_is_the_one_that_would_be_made() {
        let betas = Betas::default();
        let scores = [-6.0, -1.5, 0.0, 0.3, 4.0];
        let [first, again] = [betas.clone(), betas.clone()].map(|b| scores.map(|z| b.table(2.5, 0.7).at(z)));
        assert_eq!(first, scores.map(|z| BetaTable::new(2.5, 0.7).at(z)));
        assert_eq!(first, again);
        assert_eq!(betas.0.lock().unwrap().len(), 1);
        assert_ne!(betas.table(0.7, 2.5), betas.table(2.5, 0.7));
    }
}
