//! A digest over the bits of the trajectories: the same for the same numbers, whatever the format, batches or threads.
//!
//! Each replicate is hashed by itself, in lanes; the ensemble's digest is the sum of its replicates', so that any
//! grouping merges to the same. It detects change, by accident or by a different processor; it is no
//! cryptographic signature.

use std::fmt;
use std::str::FromStr;
use suasion_lanes::lane::{LANES, Lane};

/// Digest of a set of replicates: 128 bits, printed as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest([u64; 2]);

impl Digest {
    /// Adds the replicates of another set; the two must have none in common.
    pub fn merge(&mut self, other: Digest) {
        for (sum, part) in self.0.iter_mut().zip(other.0) {
            *sum = sum.wrapping_add(part);
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0[0], self.0[1])
    }
}

impl FromStr for Digest {
    type Err = std::num::ParseIntError;

    /// Reads what is printed.
    ///
    /// ```
    /// use suasion::output::digest::Digest;
    /// let text = "00000000000000ff0123456789abcdef";
    /// assert_eq!(text.parse::<Digest>().unwrap().to_string(), text);
    /// assert!("ff".parse::<Digest>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Digest, Self::Err> {
        let half = |range| u64::from_str_radix(text.get(range).unwrap_or_default(), 16);
        let digest = Digest([half(0..16)?, half(16..32)?]);
        // What is longer than a digest is none: parsing the rest fails as it should.
        if text.len() > 32 { Err("".parse::<u64>().unwrap_err()) } else { Ok(digest) }
    }
}

/// Hash in progress of the replicates of one batch, one per lane.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct LaneHash {
    sums: [u64; LANES],
    position: u64,
}

impl Default for LaneHash {
    fn default() -> LaneHash {
        LaneHash { sums: [0; LANES], position: 0 }
    }
}

impl LaneHash {
    /// Takes the next value of each replicate.
    #[inline(always)]
    pub fn add(&mut self, value: Lane) {
        self.position += 1;
        let key = mix(self.position.wrapping_mul(GOLDEN));
        for lane in 0..LANES {
            // Adding zero turns -0 into 0: the two are one number, and which of them a sum yields is no one's concern.
            let bits = (value.0[lane] + 0.0).to_bits();
            let keyed = bits ^ key;
            // A 32 by 32 bit product is one instruction on every vector unit; a 64-bit one is not.
            let product = (keyed & 0xffff_ffff).wrapping_mul(keyed >> 32);
            self.sums[lane] = self.sums[lane].wrapping_add(bits).wrapping_add(product);
        }
    }

    /// The digest of the first `width` replicates, given their numbers.
    pub fn finish(&self, replicates: &[u32; LANES], width: usize) -> Digest {
        let mut digest = Digest::default();
        for lane in 0..width.min(LANES) {
            let replicate = mix(u64::from(replicates[lane]).wrapping_add(GOLDEN));
            let sum = self.sums[lane] ^ mix(self.position);
            digest.merge(Digest([
                mix(sum ^ replicate),
                mix_other(sum.wrapping_add(replicate.rotate_left(32))),
            ]));
        }
        digest
    }
}

/// 2^64 over the golden ratio, odd.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finalizer of `SplitMix64` (Steele, Lea & Flood 2014).
#[inline(always)]
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The finalizer of `MurmurHash3` (Appleby 2011).
#[inline(always)]
fn mix_other(mut x: u64) -> u64 {
    x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn digest(values: &[f64], replicate: u32) -> Digest {
        let mut hash = LaneHash::default();
        for &value in values {
            hash.add(Lane::splat(value));
        }
        hash.finish(&[replicate; LANES], 1)
    }

    proptest! {
        #[test]
        fn one_flipped_bit_changes_it(values in prop::collection::vec(any::<f64>(), 1..50), bit in 0u32..64, at in any::<prop::sample::Index>()) {
            let values: Vec<f64> = values.into_iter().map(|v| if v.is_finite() { v } else { 0.5 }).collect();
            let mut other = values.clone();
            let at = at.index(values.len());
            other[at] = f64::from_bits(other[at].to_bits() ^ (1u64 << bit));
            // Flipping the sign of zero changes no number.
            prop_assume!(!other[at].is_nan() && other[at] != values[at]);
            prop_assert_ne!(digest(&values, 3), digest(&other, 3));
        }
    }

    #[test]
    fn order_length_and_replicate_matter_and_the_sign_of_zero_does_not() {
        let base = digest(&[0.0, 0.5, 0.25], 1);
        assert_ne!(base, digest(&[0.0, 0.25, 0.5], 1));
        assert_ne!(base, digest(&[0.0, 0.5, 0.25, 0.0], 1));
        assert_ne!(base, digest(&[0.0, 0.5, 0.25], 2));
        assert_eq!(base, digest(&[-0.0, 0.5, 0.25], 1));
    }

    #[test]
    fn lanes_are_hashed_apart() {
        let mut hash = LaneHash::default();
        hash.add(Lane::from_fn(|lane| lane as f64));
        let mut sum = Digest::default();
        for lane in 0..5 {
            sum.merge(digest(&[lane as f64], 10 + lane));
        }
        assert_eq!(hash.finish(&std::array::from_fn(|lane| 10 + lane as u32), 5), sum);
    }
}
