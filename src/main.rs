//! The `bedside` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    bedside::cli::main()
}
