//! The launcher: starts the newest good version of the program, and leaves one that fails.
//!
//! ```text
//! meterport-launcher [ARGUMENTS]                     starts the program with the same arguments
//! meterport-launcher --first PACKAGE.tar.zst         makes the first installation, and ends
//! ```
//!
//! The folder of the launcher is the store: `versions/`, `generations/` and so on lie beside it.
//! Without arguments, or where the first of them is `desk`, a window is started; only such starts
//! are trials of a new version. The program finds the store in `METERPORT_STORE`, and in
//! `METERPORT_TRIAL` the number of the trial, where it is one. The exit code is the program's; 75
//! of a window means: start the newest version again.
//!
//! Deliberately not here: the network, signatures, and everything else that might have to change.
//! The launcher is replaced by installers alone. Who runs `--first` answers for the package.

mod child;
mod fault;
mod launch;
mod say;
mod signals;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    launch::run(arguments).unwrap_or_else(|fault| {
        say::fault(&fault);
        fault.exit_code()
    })
}
