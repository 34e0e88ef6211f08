//! `magazine`: see `magazine --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    presspass_magazine::app().run(std::env::args_os()).into()
}
