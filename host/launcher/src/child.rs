//! The program while it runs.

use std::io;
use std::process::{Command, ExitCode, ExitStatus};

use crate::signals::Signals;

/// How a program ended.
pub(crate) enum Ended {
    /// With an exit code.
    Code(i32),
    /// By a signal.
    Signal(i32),
}

impl Ended {
    /// The exit code to hand on. A signal is told as shells do: 128 and its number.
    pub(crate) fn exit_code(&self) -> ExitCode {
        let code = match self {
            Self::Code(code) => *code,
            Self::Signal(signal) => 128_i32.saturating_add(*signal),
        };
        // Systems with longer codes than a byte: what does not fit is a failure of no kind we know.
        u8::try_from(code).map_or(ExitCode::from(10), ExitCode::from)
    }
}

impl From<ExitStatus> for Ended {
    fn from(status: ExitStatus) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::process::ExitStatusExt as _;
            if let Some(signal) = status.signal() {
                return Self::Signal(signal);
            }
        }
        Self::Code(status.code().unwrap_or(10))
    }
}

/// Starts a program and waits for its end.
pub(crate) fn run_program(mut command: Command, signals: &Signals) -> io::Result<Ended> {
    if let Err(signal) = signals.begin() {
        return Ok(Ended::Signal(signal));
    }
    let mut child = command.spawn().inspect_err(|_| signals.reach_nobody())?;
    signals.reach(&child);
    wait(&child);
    // The child is not collected yet, so its number is nobody else's until here.
    signals.reach_nobody();
    Ok(child.wait()?.into())
}

/// Waits for the end, and leaves the child to be collected.
#[cfg(unix)]
fn wait(child: &std::process::Child) {
    use rustix::io::Errno;
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while matches!(waitid(WaitId::Pid(Pid::from_child(child)), options), Err(Errno::INTR)) {}
}

#[cfg(not(unix))]
fn wait(_: &std::process::Child) {}
