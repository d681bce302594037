//! The integration tests: one binary, one module per promise.

#[path = "suite/support.rs"]
mod support;
#[path = "suite/theory.rs"]
mod theory;
