//! The program `meterport-pack`.

use std::process::ExitCode;

fn main() -> ExitCode {
    meterport_pack::cli::run(std::env::args_os())
}
