//! The instruction sets that the hot code is compiled for, chosen at run time. All give the same bits.
//!
//! The only place that knows how code is compiled for them; what is compiled, each [`Task`] says. With debug assertions it is
//! compiled for the baseline alone: a build while working then takes a fraction of the time. Tests of all sets run on releases.

use std::fmt;
use std::sync::OnceLock;

/// An instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isa {
    /// What every processor of the target has (SSE2 on x86-64, NEON on aarch64).
    Baseline,
    /// 256-bit vectors.
    Avx2,
    /// 512-bit vectors and mask registers.
    Avx512,
}

impl Isa {
    /// The instruction sets that this processor has, slowest first.
    pub fn available() -> Vec<Isa> {
        [Isa::Baseline, Isa::Avx2, Isa::Avx512].into_iter().filter(|isa| isa.is_here()).collect()
    }

    /// The widest instruction set that this processor has.
    pub fn detect() -> Isa {
        // Asked for whenever a task is done, a few states at a time.
        static WIDEST: OnceLock<Isa> = OnceLock::new();
        let has = |isa: &Isa| isa.is_here();
        *WIDEST.get_or_init(|| [Isa::Avx512, Isa::Avx2].into_iter().find(has).unwrap_or(Isa::Baseline))
    }

    /// Whether one of its vectors holds sixteen words.
    pub fn is_wide(self) -> bool {
        self == Isa::Avx512
    }

    fn is_here(self) -> bool {
        match self {
            Isa::Baseline => true,
            #[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
            Isa::Avx2 => is_x86_feature_detected!("avx2"),
            #[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
            Isa::Avx512 => {
                is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(any(not(target_arch = "x86_64"), debug_assertions))]
            Isa::Avx2 | Isa::Avx512 => false,
        }
    }

    /// Does a task, compiled for this instruction set, or for the widest here where the processor lacks it.
    #[inline]
    pub fn run<T: Task>(self, task: T) -> T::Output {
        match self.min(Isa::detect()) {
            // SAFETY: `detect` gives no instruction set that the processor lacks, nor a wider one.
            #[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
            Isa::Avx512 => unsafe { run_avx512(task) },
            // SAFETY: as above.
            #[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
            Isa::Avx2 => unsafe { run_avx2(task) },
            _ => task.run(),
        }
    }
}

/// What is compiled once per instruction set. `run` and what is to gain from it must be `#[inline(always)]`: code takes
/// the instruction set of the function that it is inlined into.
pub trait Task {
    /// What it yields.
    type Output;
    /// Does it.
    fn run(self) -> Self::Output;
}

#[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn run_avx512<T: Task>(task: T) -> T::Output {
    task.run()
}

#[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
#[target_feature(enable = "avx2")]
fn run_avx2<T: Task>(task: T) -> T::Output {
    task.run()
}

impl fmt::Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Isa::Baseline => "baseline",
            Isa::Avx2 => "avx2",
            Isa::Avx512 => "avx512",
        })
    }
}
