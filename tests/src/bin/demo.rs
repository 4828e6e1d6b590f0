//! The program behind `cargo demo`: puts everything together, then is `meterport demo`.

use std::error::Error;
use std::io::{self, Write};
use std::process::{Command, ExitCode};

use meterport_tests::assemble::{AssembleError, assemble, target_folder};

fn main() -> ExitCode {
    let mut progress = |line: &str| {
        let _ = writeln!(io::stderr(), "building {line}");
    };
    let assembled = target_folder().and_then(|folder| assemble(&folder, Some(&mut progress)));
    match assembled {
        Ok(assembled) => {
            let mut command = Command::new(&assembled.meterport);
            command.arg("demo").args(std::env::args_os().skip(1));
            become_program(command)
        }
        Err(error) => show(&error),
    }
}

/// Becomes the program where the system can do that, so that Ctrl-C and the exit code are its own;
/// elsewhere waits for it.
fn become_program(mut command: Command) -> ExitCode {
    let program = command.get_program().to_string_lossy().into_owned();
    #[cfg(unix)]
    let source = std::os::unix::process::CommandExt::exec(&mut command);
    #[cfg(not(unix))]
    let source = match command.status() {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            return ExitCode::from(code.unwrap_or(1));
        }
        Err(source) => source,
    };
    show(&AssembleError::Start { program, source })
}

fn show(error: &AssembleError) -> ExitCode {
    let mut text = format!("error: {error}");
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(&format!("\n  caused by: {cause}"));
        next = cause.source();
    }
    if let Some(hint) = error.hint() {
        text.push_str(&format!("\n\nhint: {hint}"));
    }
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(match error {
        AssembleError::Start { .. } | AssembleError::File { .. } => 5,
        AssembleError::Driver { source, .. } => source.exit_code(),
        AssembleError::WasmTarget { .. } => 7,
        _ => 10,
    })
}
