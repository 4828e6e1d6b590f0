//! The programs that the demonstration starts. None outlives it.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use meterport_model::codes::Code;

use crate::cancel;
use crate::fault::Fault;
use crate::waiting::OFTEN;

/// Until a program has said that it is ready. Making keys takes some of it.
const READY: Duration = Duration::from_secs(30);

/// What a program gets to end by itself: a second for two of them, so that Ctrl-C takes less than
/// two.
const GRACE: Duration = Duration::from_millis(500);

/// A program that runs until this value is dropped.
pub(super) struct Running {
    name: &'static str,
    child: Child,
    says: Receiver<String>,
    complains: Receiver<String>,
}

impl Running {
    pub(super) fn start(name: &'static str, mut command: Command) -> Result<Self, Fault> {
        command.stdin(Stdio::null());
        Self::spawn(name, command)
    }

    fn spawn(name: &'static str, mut command: Command) -> Result<Self, Fault> {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C is for us; the programs are ended in their order.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .spawn()
            .map_err(|error| Fault::file(&format!("{name} cannot be started"), &error))?;
        let says = lines(child.stdout.take());
        let complains = lines(child.stderr.take());
        Ok(Self { name, child, says, complains })
    }

    /// Waits for the line that begins like this, and gives the rest of it.
    pub(super) fn says(&self, beginning: &str) -> Result<String, Fault> {
        let begin = Instant::now();
        loop {
            match self.says.recv_timeout(OFTEN) {
                _ if cancel::asked() => return Err(Fault::cancelled()),
                Ok(line) => {
                    if let Some(rest) = line.strip_prefix(beginning) {
                        return Ok(rest.trim().to_owned());
                    }
                }
                Err(RecvTimeoutError::Timeout) if begin.elapsed() < READY => {}
                Err(RecvTimeoutError::Timeout) => return Err(self.failed("is not ready in time")),
                Err(RecvTimeoutError::Disconnected) => return Err(self.failed("ended")),
            }
        }
    }

    /// With what it wrote to its standard error.
    fn failed(&self, what: &str) -> Fault {
        let mut words = String::new();
        while let Ok(line) = self.complains.recv_timeout(OFTEN) {
            let line = line.strip_prefix("error: ").unwrap_or(&line).trim();
            if !line.is_empty() && words.len() < 500 {
                words.push_str(if words.is_empty() { ": " } else { "; " });
                words.push_str(line);
            }
        }
        Fault::new(Code::FileIo, format!("{} {what}{words}", self.name))
    }
}

/// Runs a program to its end.
pub(super) fn run(name: &'static str, mut command: Command, input: &str) -> Result<(), Fault> {
    command.stdin(Stdio::piped());
    let mut running = Running::spawn(name, command)?;
    if let Some(mut stdin) = running.child.stdin.take() {
        // One that has ended already says so by its status.
        let _ = stdin.write_all(input.as_bytes()).and_then(|()| stdin.write_all(b"\n"));
    }
    let begin = Instant::now();
    loop {
        let status = running.child.try_wait();
        match status.map_err(|error| Fault::file(&format!("{name} is lost"), &error))? {
            Some(status) if status.success() => return Ok(()),
            Some(_) => return Err(running.failed("failed")),
            None if cancel::asked() => return Err(Fault::cancelled()),
            None if begin.elapsed() > READY => return Err(running.failed("does not end")),
            None => std::thread::sleep(OFTEN),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let begin = Instant::now();
        ask_to_end(&self.child);
        while begin.elapsed() < GRACE {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
fn ask_to_end(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    // Not waited for yet, so the id is still its own.
    if let Some(id) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process(id, Signal::TERM);
    }
}

#[cfg(not(unix))]
fn ask_to_end(_: &Child) {}

/// What a program writes, line by line. It is read to the end, so that the program never waits.
fn lines(from: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(from) = from {
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
    }
    receiver
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_that_ends_early_is_reported_with_its_own_words() {
        let program =
            Running::start("it", shell("echo hello; echo 'error: no' >&2; exit 3")).unwrap();

        let fault = program.says("ready ").unwrap_err();

        assert_eq!(fault.object().message, "it ended: no");
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let command = Command::new("/no/such/program");

        assert!(Running::start("it", command).is_err());
    }

    #[test]
    fn a_program_that_fails_is_an_error_and_one_that_succeeds_gets_its_input() {
        assert!(run("it", shell("exit 1"), "").is_err());
        assert!(run("it", shell("read word; test \"$word\" = abc"), "abc").is_ok());
    }

    #[test]
    fn a_program_that_does_not_listen_is_ended_all_the_same() {
        let program = Running::start("it", shell("trap '' TERM; echo ready x; sleep 60")).unwrap();
        assert_eq!(program.says("ready ").unwrap(), "x");
        let begin = Instant::now();

        drop(program);

        assert!(begin.elapsed() < Duration::from_secs(2));
    }
}
