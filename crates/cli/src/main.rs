//! The command line: parse, dispatch, print the error chain, exit.

use std::process::ExitCode;
use suasion_cli::commands::{Cli, exit};

fn main() -> ExitCode {
    if let Err(error) = exit::check_arguments(std::env::args_os()) {
        return exit::report(&error);
    }
    let cli = match Cli::read(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => return exit::refuse(&error),
    };
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::report(&error),
    }
}
