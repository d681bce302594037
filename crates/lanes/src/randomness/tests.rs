//! The lane generator against `rand_chacha`, its uniforms, and the same bits from every instruction set.

use super::*;
use crate::math;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::BTreeSet;

/// Scrambles a counter into a well-spread number, to make test inputs.
fn scramble(i: u64) -> u64 {
    let x = (i + 1).wrapping_mul(0xD134_2543_DE82_EF95);
    (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ (x >> 31)
}

fn counters() -> impl Iterator<Item = u64> {
    [
        0,
        1,
        u64::from(u32::MAX),
        1 << 32,
        u64::MAX,
        Drawer(3).counter(2015, 59),
        Drawer(3).once(0),
        Drawer(u32::MAX).once(5),
    ]
    .into_iter()
    .chain((0..40).map(scramble))
}

#[test]
fn blocks_equal_the_reference() {
    for (round, counter) in counters().enumerate() {
        let base = 100 * round as u64;
        let seeds: [u64; LANES] = std::array::from_fn(|i| scramble(base + i as u64));
        let replicates: [u32; LANES] = std::array::from_fn(|i| scramble(base + 20 + i as u64) as u32);
        let state_key = scramble(base + 40);
        let found = block(&Keys::from_seeds(&seeds), &Streams::new(state_key, &replicates), counter);
        for lane in 0..LANES {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&seeds[lane].to_le_bytes());
            key[8..].copy_from_slice(b"suasion draws, version 2");
            let mut reference = ChaCha8Rng::from_seed(key);
            let stride = u64::from(replicates[lane]).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            reference.set_stream(state_key.wrapping_add(stride));
            reference.set_word_pos(u128::from(counter) * 16);
            for word in 0..16 {
                assert_eq!(
                    found.0[word][lane],
                    reference.next_u32(),
                    "counter {counter:#x} lane {lane} word {word}"
                );
            }
        }
    }
}

#[test]
fn a_pair_of_blocks_is_two_blocks() {
    for counter in counters() {
        let keys = Keys::from_seeds(&std::array::from_fn(|i| scramble(i as u64)));
        let streams = [3, 4].map(|key| Streams::new(scramble(key), &std::array::from_fn(|i| i as u32)));
        let expected = [block(&keys, &streams[0], counter), block(&keys, &streams[1], counter)];
        assert!(block_pair(&keys, &streams, counter) == expected, "counter {counter:#x}");
    }
}

#[test]
fn all_zeros_give_the_published_keystream() {
    // ChaCha8, 256-bit key of zeros, IV of zeros: Strombergson, test vectors for the stream cipher ChaCha, TC1.
    let keys = Keys { words: [[0; PAIR]; 8] };
    let found = block(&keys, &Streams::new(0, &[0; LANES]), 0);
    assert_eq!(found.0[0][0].to_le_bytes(), [0x3e, 0x00, 0xef, 0x2f]);
    assert_eq!(found.0[1][0].to_le_bytes(), [0x89, 0x5f, 0x40, 0xd6]);
    assert_eq!(found.0[2][0].to_le_bytes(), [0x7f, 0x5b, 0xb8, 0xe8]);
    assert_eq!(found.0[3][0].to_le_bytes(), [0x1f, 0x09, 0xa5, 0xa1]);
}

#[test]
fn a_draw_differs_with_each_of_its_coordinates() {
    let mut seen = BTreeSet::new();
    let mut draws = 0;
    let (a, b) = (Drawer::STATE, Drawer::instrument("law"));
    let counters = [
        a.counter(2001, 0),
        a.counter(2001, 1),
        a.counter(2002, 0),
        b.counter(2001, 0),
        a.once(0),
        b.once(1),
    ];
    for seed in [0, 1, 1 << 32] {
        for replicate in [0, 1, 2] {
            for state_key in [0, 1, u64::MAX] {
                for counter in counters {
                    for index in [step_word(0, 0), step_word(0, 1), step_word(1, 0), step_word(7, 3)] {
                        seen.insert(word(seed, replicate, state_key, counter, index));
                        draws += 1;
                    }
                }
            }
        }
    }
    assert_eq!(seen.len(), draws);
}

#[test]
fn no_two_draws_share_a_word() {
    let mut seen = BTreeSet::new();
    for drawer in
        [Drawer::STATE, Drawer::instrument("law"), Drawer::instrument("tvpa"), Drawer::regime("tvpa")]
    {
        for year in [1, 2001, 2002, 9999] {
            for step in 0..365 {
                for slot in 0..SLOTS {
                    assert!(seen.insert((drawer.counter(year, step / STEPS), step_word(step, slot))));
                }
            }
        }
        for number in 0..100 {
            assert!(seen.insert((drawer.once(number / WORDS), number % WORDS)));
        }
    }
}

#[test]
fn the_state_draws_as_the_hash_of_its_word() {
    assert_eq!(Drawer::STATE, Drawer::named("state"));
}

#[test]
fn uniforms_are_uniform() {
    let (mut sum, mut squares, mut counts, mut n) = (0.0, 0.0, [0_u32; 64], 0_u32);
    let keys = Keys::from_seeds(&[7; LANES]);
    let streams = Streams::new(99, &std::array::from_fn(|i| i as u32));
    for counter in 0..2000 {
        for words in &block(&keys, &streams, counter).0 {
            for u in uniform(words).0 {
                assert!(u > 0.0 && u < 1.0);
                sum += u;
                squares += u * u;
                counts[(u * 64.0) as usize] += 1;
                n += 1;
            }
        }
    }
    let n = f64::from(n);
    let (mean, mean_square) = (sum / n, squares / n);
    let standard_errors = |sd: f64| sd / n.sqrt();
    assert!((mean - 0.5).abs() < 4.0 * standard_errors((1.0_f64 / 12.0).sqrt()), "mean {mean}");
    assert!(
        (mean_square - 1.0 / 3.0).abs() < 4.0 * standard_errors((4.0_f64 / 45.0).sqrt()),
        "square {mean_square}"
    );
    let expected = n / 64.0;
    let chi_square: f64 =
        counts.iter().map(|&c| f64::from(c) - expected).map(|excess| excess * excess / expected).sum();
    // 63 degrees of freedom: mean 63, standard deviation 11.2.
    assert!((20.0..120.0).contains(&chi_square), "chi-square {chi_square}");
}

#[test]
fn uniform_is_exact() {
    for word in
        [0, 1, 2, 0x7fff_ffff, 0x8000_0000, u32::MAX].into_iter().chain((0..1000).map(|i| scramble(i) as u32))
    {
        assert_eq!(uniform(&[word; LANES]).0[0] * 4_294_967_296.0, f64::from(word) + 0.5);
    }
}

/// Everything that a step computes here, from one seed.
#[inline(always)]
fn everything(seed: u64) -> (Block, [Lane; 6]) {
    let keys = Keys::from_seeds(&[seed; LANES]);
    let streams = Streams::new(seed ^ 5, &std::array::from_fn(|i| i as u32));
    let words = block(&keys, &streams, seed >> 3);
    let u = uniform(&words.0[0]);
    let x = (uniform(&words.0[1]) - 0.5) * 1500.0;
    let near = (uniform(&words.0[2]) - 0.5) * 4.0;
    let numbers = [
        u,
        math::exp(x),
        math::exp(near),
        math::ln(u * 3.0),
        math::inverse_normal(u),
        math::one_minus_exp_ratio(near.abs()),
    ];
    (words, numbers)
}

#[cfg(target_arch = "x86_64")]
#[test]
fn instruction_sets_agree_to_the_bit() {
    #[target_feature(enable = "avx2")]
    fn on_avx2(seed: u64) -> (Block, [Lane; 6]) {
        everything(seed)
    }
    #[target_feature(enable = "avx2,avx512f,avx512vl,avx512dq,avx512bw")]
    fn on_avx512(seed: u64) -> (Block, [Lane; 6]) {
        everything(seed)
    }
    let avx2 = is_x86_feature_detected!("avx2");
    let avx512 = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512bw");
    for i in 0..3000 {
        let (words, numbers) = everything(scramble(i));
        let bits = numbers.map(Lane::to_bits);
        let check = |other: (Block, [Lane; 6])| {
            assert_eq!(words, other.0);
            assert_eq!(bits, other.1.map(Lane::to_bits));
        };
        if avx2 {
            // SAFETY: the processor has the instructions, as just asked.
            check(unsafe { on_avx2(scramble(i)) });
        }
        if avx512 {
            // SAFETY: likewise.
            check(unsafe { on_avx512(scramble(i)) });
        }
    }
}
