//! The command line: parse, dispatch, print the error chain, exit.

use clap::Parser;
use std::process::ExitCode;
use suasion::cli::{Cli, exit};

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::report(&error),
    }
}
