//! The ledger: what moved motivation, term by term. Its columns sum to the change in motivation, to rounding.

/// Columns of the ledger.
pub const TERMS: usize = 11;

/// Names of the columns, in the order in which the terms are added up.
pub const TERM_NAMES: [&str; TERMS] = [
    "persuasion",
    "argumentation",
    "regional_argument",
    "domestic_voice",
    "habituation",
    "signalling",
    "overjustification",
    "self_determination",
    "drift",
    "shock",
    "clamp",
];
