//! The integration tests: one binary, one module per promise.

#![allow(clippy::disallowed_methods, reason = "references are computed with the standard library on purpose")]
#![allow(clippy::format_push_string, reason = "scenarios are written out as text")]
#![allow(clippy::too_many_lines, reason = "lists of cases are long")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "names of files are the program's own")]

mod accession;
mod any_norm;
mod audit;
mod calibrate;
mod cluster;
mod commands;
mod compare;
mod convert;
mod coverage;
mod cross_check;
mod docs;
mod ends;
mod evidence;
mod explain;
mod fatf;
mod flags;
mod folders;
mod forecast;
mod golden;
mod goldens;
mod history;
mod hostile;
mod identified;
mod imports;
mod instead;
mod kept;
mod lab;
mod leaving;
mod licences;
mod limits;
mod mechanisms;
mod membership;
mod mutants;
mod outcomes;
mod own;
mod plans;
mod posterior_intervals;
mod posteriors;
mod power;
mod report;
mod reports;
mod same_bits;
mod same_means;
mod scenario_files;
mod sensitivity;
mod shocks;
mod sides;
mod skill;
mod support;
mod sweep;
mod tables;
mod theories;
mod theory;
mod tours;
mod variables;
mod weigh;
