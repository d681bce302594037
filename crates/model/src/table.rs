//! Tables of named numbers: the one place where a parameter, trait or regime field is declared.
//!
//! A declaration yields a struct, generic over what it holds (`f64` in a scenario, a lane in the engine), and the
//! table of its entries, from which `suasion params`, the JSON Schema, the docs, sweep paths and priors are made.

/// The greatest size of a number that has no end by its meaning: beyond any use, and so small that no sum or product of a
/// step comes near the end of floating-point numbers.
pub const MOST: f64 = 1000.0;

/// The values that make sense for an entry, whatever the range used for sweeps. Every bound has two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// In [0, 1].
    Share,
    /// In (0, 1].
    PositiveShare,
    /// In [0, [`MOST`]].
    NonNegative,
    /// In (0, [`MOST`]].
    Positive,
    /// In [0, 100]: a strength that is multiplied with others, whose product results must hold exactly.
    Strength,
    /// In [-[`MOST`], [`MOST`]].
    Any,
    /// A weight relative to others, in any unit: 0, or in [1e-12, 1e12], so that neither it nor one over it overflows.
    Weight,
    /// An amount in any unit, in [0, 1e15].
    Amount,
    /// A date in decimal years, from -9999 to 9999.
    Date,
}

impl Bound {
    /// Whether `x` is finite and within the bound.
    ///
    /// ```
    /// use suasion::model::table::Bound;
    /// assert!(Bound::Share.admits(1.0) && !Bound::PositiveShare.admits(0.0) && !Bound::Any.admits(f64::NAN));
    /// assert!(Bound::NonNegative.admits(1e3) && !Bound::NonNegative.admits(1e4));
    /// assert!(Bound::Weight.admits(0.0) && !Bound::Weight.admits(1e-300));
    /// ```
    pub fn admits(self, x: f64) -> bool {
        let (low, high) = self.limits();
        // A comparison with what is no number is false.
        low <= x
            && x <= high
            && match self {
                Bound::PositiveShare | Bound::Positive => x > 0.0,
                Bound::Weight => x == 0.0 || x >= LEAST_WEIGHT,
                _ => true,
            }
    }

    /// The bound in words, as an error says it after "expected".
    pub fn describe(self) -> &'static str {
        match self {
            Bound::Share => "a number from 0 to 1",
            Bound::PositiveShare => "a number above 0, at most 1",
            Bound::NonNegative => "a number from 0 to 1000",
            Bound::Positive => "a number above 0, at most 1000",
            Bound::Strength => "a number from 0 to 100",
            Bound::Any => "a number from -1000 to 1000",
            Bound::Weight => "0, or a number from 1e-12 to 1e12",
            Bound::Amount => "a number from 0 to 1e15",
            Bound::Date => "a date in decimal years (2003.4), from -9999 to 9999",
        }
    }

    /// Lowest and highest value (exclusive for an open end).
    pub const fn limits(self) -> (f64, f64) {
        match self {
            Bound::Share | Bound::PositiveShare => (0.0, 1.0),
            Bound::NonNegative | Bound::Positive => (0.0, MOST),
            Bound::Strength => (0.0, 100.0),
            Bound::Any => (-MOST, MOST),
            Bound::Weight => (0.0, 1e12),
            Bound::Amount => (0.0, 1e15),
            Bound::Date => (-9999.0, 9999.0),
        }
    }
}

/// The least weight above 0.
const LEAST_WEIGHT: f64 = 1e-12;

/// One named number, or one element of a short list of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Key in scenario files, column in tables.
    pub name: &'static str,
    /// Position in a list (`spiral_up[2]`), or none.
    pub element: Option<usize>,
    /// Value where a scenario says nothing.
    pub default: f64,
    /// Lower end of the range for sweeps and priors.
    pub low: f64,
    /// Upper end of the range for sweeps and priors.
    pub high: f64,
    /// What any value must satisfy.
    pub bound: Bound,
    /// Unit.
    pub unit: &'static str,
    /// Meaning, with the symbol where the equations use one.
    pub meaning: &'static str,
    /// Where the default comes from.
    pub source: &'static str,
}

impl Entry {
    /// The entry's path below its table: `displacement`, `spiral_up[2]`.
    pub fn path(&self) -> String {
        match self.element {
            Some(i) => format!("{}[{i}]", self.name),
            None => self.name.to_string(),
        }
    }
}

/// Where a default comes from that was fitted to the record.
pub const FITTED: &str = "fit to the record of 183 states, 2000-2012 (docs/evidence.md)";

/// Declares a struct of named numbers and lists with its table of entries. An entry has the table's source, or its own as
/// its last part.
#[macro_export]
macro_rules! table {
    (
        $(#[$doc:meta])* $vis:vis struct $name:ident, $table:ident, source $source:literal;
        numbers { $($field:ident = $default:literal, $low:literal to $high:literal, $bound:ident, $unit:literal, $meaning:literal $(, $own:expr)?;)* }
        lists { $($list:ident[$len:literal] = $defaults:expr, $llow:literal to $lhigh:literal, $lbound:ident, $lunit:literal, $lmeaning:literal $(, $lown:expr)?;)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[repr(C)]
        $vis struct $name<T> {
            $(#[doc = $meaning] pub $field: T,)*
            $(#[doc = $lmeaning] pub $list: [T; $len],)*
        }

        /// The entries, in the order of the struct's fields.
        pub const $table: &[$crate::table::Entry] = {
            use $crate::table::{Bound, Entry};
            const COUNT: usize = [$(stringify!($field)),*].len() $(+ $len)*;
            const ENTRIES: [Entry; COUNT] = {
                let mut entries = [Entry {
                    name: "", element: None, default: 0.0, low: 0.0, high: 0.0, bound: Bound::Any, unit: "", meaning: "",
                    source: $source,
                }; COUNT];
                let mut next = 0;
                $(
                    entries[next] = Entry {
                        name: stringify!($field), element: None, default: $default, low: $low, high: $high,
                        bound: Bound::$bound, unit: $unit, meaning: $meaning, source: [$($own,)? $source][0],
                    };
                    next += 1;
                )*
                $(
                    let defaults: [f64; $len] = $defaults;
                    let mut i = 0;
                    while i < $len {
                        entries[next] = Entry {
                            name: stringify!($list), element: Some(i), default: defaults[i], low: $llow, high: $lhigh,
                            bound: Bound::$lbound, unit: $lunit, meaning: $lmeaning, source: [$($lown,)? $source][0],
                        };
                        next += 1;
                        i += 1;
                    }
                )*
                assert!(next == COUNT);
                entries
            };
            &ENTRIES
        };

        impl<T> $name<T> {
            /// A value for each entry of the table, from its position.
            #[inline(always)]
            pub fn from_fn(mut f: impl FnMut(usize) -> T) -> Self {
                let mut next = 0;
                let mut value = || {
                    let x = f(next);
                    next += 1;
                    x
                };
                $name { $($field: value(),)* $($list: std::array::from_fn::<T, $len, _>(|_| value()),)* }
            }

            /// The values, in the order of the table.
            #[inline(always)]
            pub fn values(&self) -> &[T] {
                // SAFETY: the struct is `repr(C)` and made of `T` and arrays of `T` alone, so it is laid out as one array.
                unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).cast::<T>(), $table.len()) }
            }

            /// The values, in the order of the table, to be changed.
            #[inline(always)]
            pub fn values_mut(&mut self) -> &mut [T] {
                // SAFETY: as in `values`.
                unsafe { std::slice::from_raw_parts_mut(std::ptr::from_mut(self).cast::<T>(), $table.len()) }
            }
        }

        impl Default for $name<f64> {
            fn default() -> Self {
                $name::from_fn(|i| $table[i].default)
            }
        }
    };
}
pub use table;
