//! The integration tests: one binary, one module per promise.

#![allow(clippy::disallowed_methods, reason = "references are computed with the standard library on purpose")]
#![allow(clippy::format_push_string, reason = "scenarios are written out as text")]
#![allow(clippy::too_many_lines, reason = "lists of cases are long")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "names of files are the program's own")]

#[path = "suite/audit.rs"]
mod audit;
#[path = "suite/calibrate.rs"]
mod calibrate;
#[path = "suite/cluster.rs"]
mod cluster;
#[path = "suite/commands.rs"]
mod commands;
#[path = "suite/compare.rs"]
mod compare;
#[path = "suite/convert.rs"]
mod convert;
#[path = "suite/coverage.rs"]
mod coverage;
#[path = "suite/cross_check.rs"]
mod cross_check;
#[path = "suite/docs.rs"]
mod docs;
#[path = "suite/evidence.rs"]
mod evidence;
#[path = "suite/explain.rs"]
mod explain;
#[path = "suite/flags.rs"]
mod flags;
#[path = "suite/folders.rs"]
mod folders;
#[path = "suite/forecast.rs"]
mod forecast;
#[path = "suite/golden.rs"]
mod golden;
#[path = "suite/goldens.rs"]
mod goldens;
#[path = "suite/history.rs"]
mod history;
#[path = "suite/hostile.rs"]
mod hostile;
#[path = "suite/identified.rs"]
mod identified;
#[path = "suite/imports.rs"]
mod imports;
#[path = "suite/instead.rs"]
mod instead;
#[path = "suite/lab.rs"]
mod lab;
#[path = "suite/licences.rs"]
mod licences;
#[path = "suite/limits.rs"]
mod limits;
#[path = "suite/mutants.rs"]
mod mutants;
#[path = "suite/outcomes.rs"]
mod outcomes;
#[path = "suite/posterior_intervals.rs"]
mod posterior_intervals;
#[path = "suite/posteriors.rs"]
mod posteriors;
#[path = "suite/power.rs"]
mod power;
#[path = "suite/report.rs"]
mod report;
#[path = "suite/same_bits.rs"]
mod same_bits;
#[path = "suite/same_means.rs"]
mod same_means;
#[path = "suite/scenario_files.rs"]
mod scenario_files;
#[path = "suite/sensitivity.rs"]
mod sensitivity;
#[path = "suite/skill.rs"]
mod skill;
#[path = "suite/support.rs"]
mod support;
#[path = "suite/sweep.rs"]
mod sweep;
#[path = "suite/tables.rs"]
mod tables;
#[path = "suite/theory.rs"]
mod theory;
#[path = "suite/tours.rs"]
mod tours;
#[path = "suite/weigh.rs"]
mod weigh;
