//! A Markov chain of few states: next year's given this year's, as often as it was seen.

use super::forecast::Chances;

/// Transition probabilities from each of some states to each.
#[derive(Clone, Debug, PartialEq)]
pub struct Markov {
    to: Vec<Chances>,
}

impl Markov {
    /// Of so many states, from transitions seen, each pair a state and the next. One more transition is added to every state, spread evenly, so that
    /// what was not seen is not impossible.
    ///
    /// ```
    /// use suasion::evidence::skill::markov::Markov;
    /// let chain = Markov::new(2, [(0, 0), (0, 1), (0, 0), (1, 1)]);
    /// assert_eq!(chain.next(0)[..], [0.625, 0.375]);
    /// assert_eq!(chain.next(1)[..], [0.25, 0.75]);
    /// ```
    pub fn new(states: usize, transitions: impl IntoIterator<Item = (usize, usize)>) -> Markov {
        let mut to = vec![vec![1.0 / states as f64; states]; states];
        for (from, next) in transitions {
            to[from][next] += 1.0;
        }
        for row in &mut to {
            let total: f64 = row.iter().sum();
            for p in row.iter_mut() {
                *p /= total;
            }
        }
        Markov { to: to.iter().map(|row| Chances::new(row)).collect() }
    }

    /// Probabilities of what follows a state.
    pub fn next(&self, state: usize) -> Chances {
        self.to[state]
    }
}
