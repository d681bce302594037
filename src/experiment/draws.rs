//! Draws for designs and resampling: words of the engine's `ChaCha8`, on streams of their own.
//!
//! A draw is a pure function of (seed, purpose, part, counter), so any point of a design can be laid by itself, on any
//! machine. Runs draw on streams that are hashes of state ids; these are five letters, so none meets another.

use crate::lanes::randomness;

/// What draws are for: a stream each.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The order of the strata of a Latin hypercube.
    Strata,
    /// Where in its stratum a point of a Latin hypercube lies.
    Jitter,
    /// Trajectories of Morris.
    Trajectory,
    /// Orders in which mechanisms are switched on.
    Order,
    /// Proposals of a calibration.
    Proposal,
    /// Seeds of the runs of a calibration.
    Luck,
    /// Which draw of a posterior a replicate sees.
    Posterior,
    /// Which particles of a filter go on.
    Resampling,
    /// Which lineages are tried for the rows of a history.
    Fitting,
    /// Draws of a prior by itself.
    Prior,
    /// What is seen of a simulated history.
    Observing,
}

/// The part of the key that is no seed. It is not that of runs, whose draws have changed their layout since.
const VERSION: &[u8; 24] = b"suasion draws, version 1";

impl Purpose {
    fn stream(self) -> u64 {
        let name = match self {
            Purpose::Strata => b"\0\0\0strat",
            Purpose::Jitter => b"\0\0\0jittr",
            Purpose::Trajectory => b"\0\0\0trajc",
            Purpose::Order => b"\0\0\0order",
            Purpose::Proposal => b"\0\0\0propo",
            Purpose::Luck => b"\0\0\0lucky",
            Purpose::Posterior => b"\0\0\0poste",
            Purpose::Resampling => b"\0\0\0resam",
            Purpose::Fitting => b"\0\0\0fitti",
            Purpose::Prior => b"\0\0\0prior",
            Purpose::Observing => b"\0\0\0obser",
        };
        u64::from_be_bytes(*name)
    }
}

/// The sixteen words of a block.
pub(crate) fn words(seed: u64, purpose: Purpose, part: u32, counter: u64) -> [u32; 16] {
    randomness::words(seed, VERSION, part, purpose.stream(), counter)
}

/// The eight double words of a block.
pub(crate) fn double_words(seed: u64, purpose: Purpose, part: u32, counter: u64) -> [u64; 8] {
    let words = words(seed, purpose, part, counter);
    std::array::from_fn(|i| u64::from(words[2 * i]) << 32 | u64::from(words[2 * i + 1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::lane::LANES;
    use crate::lanes::randomness::{Keys, Streams, block};

    #[test]
    fn words_are_those_of_the_engine_and_differ_by_every_argument() {
        let stream = Purpose::Jitter.stream();
        let all = words(7, Purpose::Jitter, 3, 11);
        for (i, &word) in all.iter().enumerate() {
            assert_eq!(
                word,
                block(&Keys::of(&[7; LANES], VERSION), &Streams::new(stream, &[3; LANES]), 11).0[i][0]
            );
            assert_ne!(
                word,
                crate::lanes::randomness::word(7, 3, stream, 11, i),
                "runs have a key of their own"
            );
        }
        assert_ne!(all, words(8, Purpose::Jitter, 3, 11));
        assert_ne!(all, words(7, Purpose::Strata, 3, 11));
        assert_ne!(all, words(7, Purpose::Jitter, 4, 11));
        assert_ne!(all, words(7, Purpose::Jitter, 3, 12));
        assert_eq!(double_words(7, Purpose::Jitter, 3, 11)[7], u64::from(all[14]) << 32 | u64::from(all[15]));
    }
}
