//! `presspass`: see `presspass --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    presspass_server::app().run(std::env::args_os()).into()
}
