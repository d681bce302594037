//! The lane type: one `f64` per run, for [`LANES`] runs side by side, and its arithmetic.
//!
//! Plain IEEE operations on fixed-size arrays. Every function is inlined into its caller, so that a
//! caller compiled for an instruction set gets that set's vector instructions; the bits are the same on all.
//! Nothing here fuses, reorders or approximates.

use std::ops::{Add, AddAssign, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

/// Runs side by side in a batch (see `benches/README.md` for the measurement behind it).
pub const LANES: usize = 8;

/// One `f64` per run of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C, align(64))]
pub struct Lane(pub [f64; LANES]);

/// One truth value per run: all bits set or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Mask(pub [u64; LANES]);

impl Lane {
    /// Zero in every lane.
    pub const ZERO: Lane = Lane([0.0; LANES]);
    /// One in every lane.
    pub const ONE: Lane = Lane([1.0; LANES]);

    /// The same value in every lane.
    #[inline(always)]
    pub const fn splat(x: f64) -> Lane {
        Lane([x; LANES])
    }

    /// A value per lane from its index.
    #[inline(always)]
    pub fn from_fn(mut f: impl FnMut(usize) -> f64) -> Lane {
        let mut out = [0.0; LANES];
        for (i, x) in out.iter_mut().enumerate() {
            *x = f(i);
        }
        Lane(out)
    }

    #[inline(always)]
    fn zip(self, other: Lane, f: impl Fn(f64, f64) -> f64) -> Lane {
        let mut out = [0.0; LANES];
        for i in 0..LANES {
            out[i] = f(self.0[i], other.0[i]);
        }
        Lane(out)
    }

    #[inline(always)]
    fn compare(self, other: Lane, f: impl Fn(&f64, &f64) -> bool) -> Mask {
        let mut out = [0; LANES];
        for i in 0..LANES {
            out[i] = if f(&self.0[i], &other.0[i]) { u64::MAX } else { 0 };
        }
        Mask(out)
    }

    /// The smaller of the two; `other` where either is not a number (which validated input never is).
    #[inline(always)]
    pub fn min(self, other: Lane) -> Lane {
        self.zip(other, |a, b| if a < b { a } else { b })
    }

    /// The larger of the two; `other` where either is not a number.
    #[inline(always)]
    pub fn max(self, other: Lane) -> Lane {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    /// `self` limited to `[low, high]`.
    #[inline(always)]
    pub fn clamp(self, low: f64, high: f64) -> Lane {
        self.max(Lane::splat(low)).min(Lane::splat(high))
    }

    /// Square root, correctly rounded.
    #[inline(always)]
    pub fn sqrt(self) -> Lane {
        let mut out = [0.0; LANES];
        for i in 0..LANES {
            out[i] = self.0[i].sqrt();
        }
        Lane(out)
    }

    /// Absolute value.
    #[inline(always)]
    pub fn abs(self) -> Lane {
        let mut out = [0.0; LANES];
        for i in 0..LANES {
            out[i] = f64::from_bits(self.0[i].to_bits() & 0x7fff_ffff_ffff_ffff);
        }
        Lane(out)
    }

    /// `self < other`, lane by lane.
    #[inline(always)]
    pub fn lt(self, other: Lane) -> Mask {
        self.compare(other, f64::lt)
    }

    /// `self <= other`, lane by lane.
    #[inline(always)]
    pub fn le(self, other: Lane) -> Mask {
        self.compare(other, f64::le)
    }

    /// `self > other`, lane by lane.
    #[inline(always)]
    pub fn gt(self, other: Lane) -> Mask {
        self.compare(other, f64::gt)
    }

    /// `self >= other`, lane by lane.
    #[inline(always)]
    pub fn ge(self, other: Lane) -> Mask {
        self.compare(other, f64::ge)
    }

    /// `self == other`, lane by lane.
    #[inline(always)]
    pub fn eq(self, other: Lane) -> Mask {
        self.compare(other, f64::eq)
    }

    /// The bits of every lane.
    #[inline(always)]
    pub fn to_bits(self) -> [u64; LANES] {
        let mut out = [0; LANES];
        for i in 0..LANES {
            out[i] = self.0[i].to_bits();
        }
        out
    }

    /// Lanes from their bits.
    #[inline(always)]
    pub fn from_bits(bits: [u64; LANES]) -> Lane {
        let mut out = [0.0; LANES];
        for i in 0..LANES {
            out[i] = f64::from_bits(bits[i]);
        }
        Lane(out)
    }
}

/// A function of each lane. (`array::map` is not always inlined, and would then miss the instruction set.)
#[inline(always)]
pub fn each<T: Copy, U: Copy + Default>(x: [T; LANES], f: impl Fn(T) -> U) -> [U; LANES] {
    let mut out = [U::default(); LANES];
    for i in 0..LANES {
        out[i] = f(x[i]);
    }
    out
}

impl Mask {
    /// False in every lane.
    pub const NONE: Mask = Mask([0; LANES]);
    /// True in every lane.
    pub const ALL: Mask = Mask([u64::MAX; LANES]);

    /// The same truth value in every lane.
    #[inline(always)]
    pub const fn splat(x: bool) -> Mask {
        if x { Mask::ALL } else { Mask::NONE }
    }

    /// `yes` where true, else `no`.
    #[inline(always)]
    pub fn select(self, yes: Lane, no: Lane) -> Lane {
        let mut out = [0.0; LANES];
        for i in 0..LANES {
            out[i] = if self.0[i] != 0 { yes.0[i] } else { no.0[i] };
        }
        Lane(out)
    }

    /// One where true, else zero.
    #[inline(always)]
    pub fn to_lane(self) -> Lane {
        self.select(Lane::ONE, Lane::ZERO)
    }

    /// Whether any lane is true.
    #[inline(always)]
    pub fn any(self) -> bool {
        let mut all = 0;
        for i in 0..LANES {
            all |= self.0[i];
        }
        all != 0
    }

    /// Whether every lane is true.
    #[inline(always)]
    pub fn all(self) -> bool {
        !(!self).any()
    }
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident $op:tt;)*) => {$(
        impl $trait for Lane {
            type Output = Lane;
            #[inline(always)]
            fn $method(self, other: Lane) -> Lane {
                self.zip(other, |a, b| a $op b)
            }
        }
        impl $trait<f64> for Lane {
            type Output = Lane;
            #[inline(always)]
            fn $method(self, other: f64) -> Lane {
                self.zip(Lane::splat(other), |a, b| a $op b)
            }
        }
        impl $trait<Lane> for f64 {
            type Output = Lane;
            #[inline(always)]
            fn $method(self, other: Lane) -> Lane {
                Lane::splat(self).zip(other, |a, b| a $op b)
            }
        }
    )*};
}

arithmetic! {
    Add add +;
    Sub sub -;
    Mul mul *;
    Div div /;
}

/// A truth value per run as it is kept: a byte each, 1 or 0, an eighth of what a lane needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub [u8; LANES]);

impl Flags {
    /// False in every run.
    pub const NONE: Flags = Flags([0; LANES]);
    /// True in every run.
    pub const ALL: Flags = Flags([1; LANES]);

    /// True where the flag is set.
    #[inline(always)]
    pub fn to_mask(self) -> Mask {
        Mask(each(self.0, |x| if x != 0 { u64::MAX } else { 0 }))
    }

    /// One where the flag is set, else zero.
    #[inline(always)]
    pub fn to_lane(self) -> Lane {
        Lane(each(self.0, f64::from))
    }

    /// Sets the flag where `mask` is true.
    #[inline(always)]
    pub fn set(&mut self, mask: Mask) {
        for i in 0..LANES {
            self.0[i] |= (mask.0[i] & 1) as u8;
        }
    }

    /// Clears the flag where `mask` is true.
    #[inline(always)]
    pub fn clear(&mut self, mask: Mask) {
        for i in 0..LANES {
            self.0[i] &= !(mask.0[i] & 1) as u8;
        }
    }

    /// Whether the flag is set in every run.
    #[inline(always)]
    pub fn all(self) -> bool {
        self == Flags::ALL
    }

    /// Set where either is.
    #[inline(always)]
    pub fn or(self, other: Flags) -> Flags {
        let mut out = self;
        for i in 0..LANES {
            out.0[i] |= other.0[i];
        }
        out
    }
}

impl AddAssign for Lane {
    #[inline(always)]
    fn add_assign(&mut self, other: Lane) {
        *self = *self + other;
    }
}

impl Neg for Lane {
    type Output = Lane;
    #[inline(always)]
    fn neg(self) -> Lane {
        let mut out = [0.0; LANES];
        for i in 0..LANES {
            out[i] = -self.0[i];
        }
        Lane(out)
    }
}

macro_rules! logic {
    ($($trait:ident $method:ident $op:tt;)*) => {$(
        impl $trait for Mask {
            type Output = Mask;
            #[inline(always)]
            fn $method(self, other: Mask) -> Mask {
                let mut out = [0; LANES];
                for i in 0..LANES {
                    out[i] = self.0[i] $op other.0[i];
                }
                Mask(out)
            }
        }
    )*};
}

logic! {
    BitAnd bitand &;
    BitOr bitor |;
}

impl Not for Mask {
    type Output = Mask;
    #[inline(always)]
    fn not(self) -> Mask {
        let mut out = [0; LANES];
        for i in 0..LANES {
            out[i] = !self.0[i];
        }
        Mask(out)
    }
}
