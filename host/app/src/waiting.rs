//! Waiting for the network or for a person, and giving up at once when somebody ends the program.

use std::io::{self, BufRead as _};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use meterport_model::codes::Code;
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::cancel;
use crate::fault::Fault;

/// Waits for something on the network. The one place where this program is asynchronous.
pub(crate) fn online<T>(work: impl Future<Output = T>) -> Result<T, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::of(Code::Internal, &error))?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            done = work => Ok(done),
            () = ended() => Err(Fault::cancelled()),
        }
    });
    // A name that is still being looked up must not hold the program.
    runtime.shutdown_background();
    outcome
}

async fn ended() {
    while !cancel::asked() {
        tokio::time::sleep(OFTEN).await;
    }
}

/// Waits for a person's answer, or for work that cannot be interrupted.
pub(crate) fn answered<T: Send + 'static>(
    question: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    answered_within(Duration::ZERO, question)
}

/// The same; after somebody has asked the program to end, the answer gets this much more time.
pub(crate) fn answered_within<T: Send + 'static>(
    patience: Duration,
    question: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(question()));
    let mut asked = None;
    loop {
        let answer = receiver.recv_timeout(OFTEN);
        if cancel::asked() && asked.get_or_insert_with(Instant::now).elapsed() >= patience {
            return Err(Fault::cancelled());
        }
        match answer {
            Ok(answer) => return answer,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Fault::new(Code::Internal, "a question ended without an answer"));
            }
        }
    }
}

/// Asks for a password without showing it. The terminal is left as it was found, also when the
/// program is ended meanwhile.
pub(crate) fn password(prompt: &'static str) -> Result<SecretString, Fault> {
    let terminal = Terminal::now();
    let answer = answered(move || match rpassword::prompt_password(prompt) {
        Ok(password) => Ok(SecretString::from(password)),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(Fault::cancelled()),
        Err(error) => Err(Fault::file("the password cannot be read", &error)),
    });
    if answer.is_err() {
        terminal.restore();
    }
    answer
}

/// A password as one line of standard input.
pub(crate) fn password_line() -> Result<SecretString, Fault> {
    let mut line = Zeroizing::new(String::with_capacity(1024));
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Fault::file("standard input cannot be read", &error))?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n'])))
}

/// How the terminal stood.
#[cfg(unix)]
struct Terminal(Option<(std::fs::File, rustix::termios::Termios)>);

#[cfg(unix)]
impl Terminal {
    fn now() -> Self {
        let file = std::fs::File::open("/dev/tty").ok();
        Self(file.and_then(|file| {
            let settings = rustix::termios::tcgetattr(&file).ok()?;
            Some((file, settings))
        }))
    }

    fn restore(&self) {
        if let Some((file, settings)) = &self.0 {
            let now = rustix::termios::OptionalActions::Now;
            let _ = rustix::termios::tcsetattr(file, now, settings);
        }
    }
}

/// The console of Windows is put right by the system.
#[cfg(not(unix))]
struct Terminal;

#[cfg(not(unix))]
impl Terminal {
    fn now() -> Self {
        Self
    }

    fn restore(&self) {}
}

/// How often somebody's wish to end is looked at.
pub(crate) const OFTEN: Duration = Duration::from_millis(50);
