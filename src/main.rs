//! The `weld` command. All that it does can be done through the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    weld::cli::run()
}
