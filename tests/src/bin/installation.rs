//! Builds everything, puts it together as an installation has it, and prints the folder of the
//! programs: for scripts.

use std::io::{self, Write};
use std::process::ExitCode;

use meterport_tests::assemble::{assemble, target_folder};

fn main() -> ExitCode {
    let mut progress = |line: &str| {
        let _ = writeln!(io::stderr(), "building {line}");
    };
    match target_folder().and_then(|folder| assemble(&folder, Some(&mut progress))) {
        Ok(assembled) => {
            let _ = writeln!(io::stdout(), "{}", assembled.bin_dir.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
