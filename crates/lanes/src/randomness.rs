//! Draws as a pure function of (seed, replicate, state, who draws, date, slot): `ChaCha8`, one block per lane.
//!
//! There is no generator to advance, and a draw hangs on names and dates alone: leaving one out, adding one, or giving
//! files another order or length moves no other. The words equal those of any `ChaCha8` with a 64-bit counter and a
//! 64-bit stream at the same key, stream and counter. This file turns words into uniforms and no further.

use crate::lane::{LANES, Lane};

/// Who draws: the state itself, or a regime or instrument on its account, by kind and id.
///
/// Each has blocks of its own, so that what one draws depends on no other. The number is the first four bytes, lower
/// first, of the BLAKE3 hash of the name; a scenario in which two names give one number is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drawer(pub u32);

impl Drawer {
    /// The state itself: `state`.
    pub const STATE: Drawer = Drawer(STATE_NAME);

    /// A rating regime: `regime ID`.
    ///
    /// ```
    /// use suasion_lanes::randomness::Drawer;
    /// assert_eq!(Drawer::regime("tvpa"), Drawer(0x016A_12DD));
    /// ```
    pub fn regime(id: &str) -> Drawer {
        Drawer::named(&format!("regime {id}"))
    }

    /// An instrument: `instrument ID`.
    pub fn instrument(id: &str) -> Drawer {
        Drawer::named(&format!("instrument {id}"))
    }

    /// A trait of the scenario's own: `trait ID`.
    pub fn own_trait(id: &str) -> Drawer {
        Drawer::named(&format!("trait {id}"))
    }

    /// An expression of the scenario's own, by the kind and id of its entry: `mechanism ID`.
    pub fn expression(kind: &str, id: &str) -> Drawer {
        Drawer::named(&format!("{kind} {id}"))
    }

    fn named(name: &str) -> Drawer {
        let hash = blake3::hash(name.as_bytes());
        Drawer(hash.as_bytes().iter().take(4).rev().fold(0, |number, &byte| number << 8 | u32::from(byte)))
    }

    /// Counter of the block that serves four steps of a year, with [`SLOTS`] draws each: `drawer << 32 | year << 16 | part`.
    ///
    /// `year` is the calendar year, from 1 to 65,535; `part` is the number of the step within the year, divided by four.
    #[inline(always)]
    pub const fn counter(self, year: i32, part: usize) -> u64 {
        ((self.0 as u64) << 32) | ((year as u16 as u64) << 16) | (part as u16 as u64)
    }

    /// Counter of the block of sixteen draws that are made once in a replicate: as of year 0, before any.
    #[inline(always)]
    pub const fn once(self, part: usize) -> u64 {
        self.counter(0, part)
    }
}

const STATE_NAME: u32 = 0xF1F7_6C45;

/// Steps of a year that a block serves.
pub const STEPS: usize = 4;
/// Draws of a step that a block holds.
pub const SLOTS: usize = 4;

/// Slots of [`Drawer::STATE`] in a step.
pub mod state_slot {
    /// Whether it moves between the phases of the spiral.
    pub const PHASE: usize = 0;
    /// Shock to its motivation.
    pub const SHOCK: usize = 1;
    /// How many slots are in use.
    pub const USED: usize = 2;
}

/// Slots of [`Drawer::regime`] in the step of a report.
pub mod regime_slot {
    /// The grader's error.
    pub const NOISE: usize = 0;
    /// What changes in the grader's view of the state.
    pub const VIEW: usize = 1;
}

/// Slots of [`Drawer::instrument`] in a step.
pub mod instrument_slot {
    /// Whether the state adopts it.
    pub const ADOPTION: usize = 0;
    /// Whether the state leaves it.
    pub const EXIT: usize = 1;
}

/// Slots of [`Drawer::expression`] in a step.
pub mod expression_slot {
    /// A standard normal number.
    pub const NORMAL: usize = 0;
    /// A number between 0 and 1.
    pub const UNIFORM: usize = 1;
    /// How many slots are in use.
    pub const USED: usize = 2;
}

/// Number of what [`Drawer::own_trait`] draws once: the trait.
pub const OWN_TRAIT_ONCE: usize = 0;

/// Numbers of what [`Drawer::STATE`] draws once: word `number % 16` of block `number / 16`.
pub mod state_once {
    /// The phase at the start.
    pub const PHASE: usize = 0;

    /// A value at the start, by its position in the table of starting values.
    pub const fn of_start(position: usize) -> usize {
        64 + position
    }

    /// A trait, by its position in the table of traits.
    pub const fn of_trait(position: usize) -> usize {
        1 + position
    }
}

/// Numbers of what [`Drawer::regime`] draws once for a state.
pub mod regime_once {
    /// The state's value to the sender.
    pub const STRATEGIC_VALUE: usize = 0;
    /// The sender's standing in the state's eyes.
    pub const SENDER_STANDING: usize = 1;
    /// The grader's view of the state at the start.
    pub const VIEW: usize = 2;
}

const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
/// The part of the key that is no seed. A change of the meaning of any draw must change it.
const VERSION: &[u8; 24] = b"suasion draws, version 2";
/// Odd, so that streams of different replicates differ; its bits are irregular, so that they differ in many places.
const REPLICATE_STRIDE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Key of a state's streams: the first eight bytes, lower first, of the BLAKE3 hash of its name, which is its id, or of a
/// generated state the population's id, a space and its number.
///
/// ```
/// use suasion_lanes::randomness::state_key;
/// assert_eq!(state_key("IDN"), 0x6691_910E_AB7A_19BB);
/// ```
pub fn state_key(name: &str) -> u64 {
    blake3::hash(name.as_bytes())
        .as_bytes()
        .iter()
        .take(8)
        .rev()
        .fold(0, |key, &byte| key << 8 | u64::from(byte))
}

/// A 256-bit key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub [u32; 8]);

impl Key {
    /// The key of a seed: the seed's two halves, lower first, then the version of the draws.
    pub fn from_seed(seed: u64) -> Key {
        Key::of(seed, VERSION)
    }

    fn of(seed: u64, version: &[u8; 24]) -> Key {
        let mut words = [0; 8];
        words[0] = seed as u32;
        words[1] = (seed >> 32) as u32;
        for (word, bytes) in words[2..].iter_mut().zip(version.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        Key(words)
    }
}

/// Lanes of two blocks side by side.
const PAIR: usize = 2 * LANES;

/// A key per lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    // Of all lanes twice, as a pair of blocks needs them.
    words: [[u32; PAIR]; 8],
}

impl Keys {
    /// The keys of the seeds of a batch.
    pub fn from_seeds(seeds: &[u64; LANES]) -> Keys {
        Keys::of(seeds, VERSION)
    }

    /// Keys of draws that are no runs', which have a text of their own.
    pub fn of(seeds: &[u64; LANES], version: &[u8; 24]) -> Keys {
        let mut words = [[0; PAIR]; 8];
        for lane in 0..PAIR {
            let key = Key::of(seeds[lane % LANES], version);
            for i in 0..8 {
                words[i][lane] = key.0[i];
            }
        }
        Keys { words }
    }
}

/// A stream per lane: one state in each replicate of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    // In halves, because a 64-bit number in `block` would halve the width of its vectors.
    low: Word,
    high: Word,
}

impl Streams {
    /// The streams of a state in these replicates.
    #[inline(always)]
    pub fn new(state_key: u64, replicates: &[u32; LANES]) -> Streams {
        let (mut low, mut high) = ([0; LANES], [0; LANES]);
        for i in 0..LANES {
            let stream = state_key.wrapping_add(u64::from(replicates[i]).wrapping_mul(REPLICATE_STRIDE));
            low[i] = stream as u32;
            high[i] = (stream >> 32) as u32;
        }
        Streams { low, high }
    }
}

/// One word per lane.
pub type Word = [u32; LANES];

/// Words of a block.
pub const WORDS: usize = 16;

/// Sixteen words per lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Block(pub [Word; WORDS]);

/// Which word of its block a draw is: `(step of the year % 4) * 4 + slot`.
#[inline(always)]
pub const fn step_word(step_of_year: usize, slot: usize) -> usize {
    (step_of_year % STEPS) * SLOTS + slot
}

#[inline(always)]
fn quarter_round(x: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
    x[a] = x[a].wrapping_add(x[b]);
    x[d] = (x[d] ^ x[a]).rotate_left(16);
    x[c] = x[c].wrapping_add(x[d]);
    x[b] = (x[b] ^ x[c]).rotate_left(12);
    x[a] = x[a].wrapping_add(x[b]);
    x[d] = (x[d] ^ x[a]).rotate_left(8);
    x[c] = x[c].wrapping_add(x[d]);
    x[b] = (x[b] ^ x[c]).rotate_left(7);
}

#[inline(always)]
fn double_round(x: &mut [u32; 16]) {
    quarter_round(x, 0, 4, 8, 12);
    quarter_round(x, 1, 5, 9, 13);
    quarter_round(x, 2, 6, 10, 14);
    quarter_round(x, 3, 7, 11, 15);
    quarter_round(x, 0, 5, 10, 15);
    quarter_round(x, 1, 6, 11, 12);
    quarter_round(x, 2, 7, 8, 13);
    quarter_round(x, 3, 4, 9, 14);
}

/// Words and the lanes they are for: sixteen of each lane.
type Words<const N: usize> = [[u32; N]; 16];

/// The `ChaCha8` blocks of so many lanes: of their keys the first `N` count.
#[inline(always)]
fn rounds<const N: usize>(keys: &Keys, low: &[u32; N], high: &[u32; N], counter: u64) -> Words<N> {
    let mut out = [[0; N]; 16];
    let (counter_low, counter_high) = (counter as u32, (counter >> 32) as u32);
    // One loop over lanes around the whole block, its rounds written out: so the compiler turns it into vectors as one.
    // A loop over lanes in every operation left part of the lanes scalar, at twice to seven times the cost.
    for i in 0..N {
        let k = &keys.words;
        let c = CONSTANTS;
        #[rustfmt::skip]
        let start = [
            c[0], c[1], c[2], c[3],
            k[0][i], k[1][i], k[2][i], k[3][i],
            k[4][i], k[5][i], k[6][i], k[7][i],
            counter_low, counter_high, low[i], high[i],
        ];
        let mut x = start;
        double_round(&mut x);
        double_round(&mut x);
        double_round(&mut x);
        double_round(&mut x);
        for word in 0..16 {
            out[word][i] = x[word].wrapping_add(start[word]);
        }
    }
    out
}

/// The `ChaCha8` block of every lane at a counter.
#[inline(always)]
pub fn block(keys: &Keys, streams: &Streams, counter: u64) -> Block {
    Block(rounds(keys, &streams.low, &streams.high, counter))
}

/// The blocks of two streams per lane, twice as wide as [`block`]: where vectors hold sixteen words, for little more than one.
#[inline(always)]
pub fn block_pair(keys: &Keys, [a, b]: &[Streams; 2], counter: u64) -> [Block; 2] {
    let words = rounds(keys, &side_by_side(&a.low, &b.low), &side_by_side(&a.high, &b.high), counter);
    let mut blocks = [Block([[0; LANES]; 16]); 2];
    for (word, both) in words.iter().enumerate() {
        blocks[0].0[word].copy_from_slice(&both[..LANES]);
        blocks[1].0[word].copy_from_slice(&both[LANES..]);
    }
    blocks
}

#[inline(always)]
fn side_by_side(a: &Word, b: &Word) -> [u32; PAIR] {
    let mut both = [0; PAIR];
    both[..LANES].copy_from_slice(a);
    both[LANES..].copy_from_slice(b);
    both
}

/// A word as a number in (0, 1): (word + 1/2) / 2^32, exactly.
///
/// ```
/// use suasion_lanes::{lane::{LANES, Lane}, randomness::uniform};
/// assert_eq!(uniform(&[0; LANES]), Lane::splat(0.5 / 4_294_967_296.0));
/// assert_eq!(uniform(&[u32::MAX; LANES]), 1.0 - uniform(&[0; LANES]));
/// ```
#[inline(always)]
pub fn uniform(words: &Word) -> Lane {
    // The word and a half in the mantissa of a number in [1, 2): no conversion from an integer.
    let mut bits = [0; LANES];
    for i in 0..LANES {
        bits[i] = 1.0_f64.to_bits() | (u64::from(words[i]) << 20) | (1 << 19);
    }
    Lane::from_bits(bits) - 1.0
}

/// The words of one block by itself, of a key that is not that of runs: for draws outside the step.
pub fn words(seed: u64, version: &[u8; 24], part: u32, stream: u64, counter: u64) -> [u32; 16] {
    let keys = Keys::of(&[seed; LANES], version);
    let streams = Streams::new(stream, &[part; LANES]);
    block(&keys, &streams, counter).0.map(|word| word[0])
}

/// One word, for reference: what [`block`] gives a single run.
///
/// ```
/// use suasion_lanes::randomness::{Drawer, instrument_slot, step_word, word};
/// // The third quarter of 2015, of four steps a year.
/// let (law, step) = (Drawer::instrument("law"), 2);
/// assert_eq!(word(2016, 0, 0x1234, law.counter(2015, step / 4), step_word(step, instrument_slot::ADOPTION)), 3_869_533_276);
/// ```
pub fn word(seed: u64, replicate: u32, state_key: u64, counter: u64, word: usize) -> u32 {
    let keys = Keys::from_seeds(&[seed; LANES]);
    let streams = Streams::new(state_key, &[replicate; LANES]);
    block(&keys, &streams, counter).0[word][0]
}

#[cfg(test)]
mod tests;
