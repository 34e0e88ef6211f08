//! `presspass`: see `presspass --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    presspass::run(std::env::args_os()).into()
}
