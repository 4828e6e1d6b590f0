//! A desk that somebody sits at.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::Computer;

/// An open desk.
pub struct Desk {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    readers: Vec<JoinHandle<()>>,
    said: String,
}

impl Desk {
    /// Starts the launcher without arguments, as a click on it does.
    pub fn open(computer: &Computer) -> Self {
        let mut command = computer.command(&[]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let errors = sender.clone();
        let hand_on = move |lines: &mut dyn Iterator<Item = std::io::Result<String>>,
                            to: &std::sync::mpsc::Sender<String>| {
            for line in lines.map_while(Result::ok) {
                let _ = to.send(line);
            }
        };
        let readers = vec![
            std::thread::spawn(move || hand_on(&mut BufReader::new(out).lines(), &sender)),
            std::thread::spawn(move || hand_on(&mut BufReader::new(err).lines(), &errors)),
        ];
        Self { input: child.stdin.take(), child, lines, readers, said: String::new() }
    }

    /// Types a line.
    pub fn say(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Waits until the desk has said this since the last time that something was waited for.
    #[track_caller]
    pub fn hears(&mut self, words: &str) {
        loop {
            if let Some(place) = self.said.find(words) {
                self.said.drain(..place + words.len());
                return;
            }
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.said += &format!("{line}\n"),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the desk has closed without `{words}`: {}", self.said)
                }
                Err(RecvTimeoutError::Timeout) => {
                    panic!("the desk does not say `{words}`: {}", self.said)
                }
            }
        }
    }

    /// Waits for its end. The exit code, and what was said since the last wait.
    pub fn end(mut self) -> (i32, String) {
        let exit = self.child.wait().unwrap().code().unwrap_or(-1);
        self.readers.drain(..).for_each(|reader| reader.join().unwrap());
        self.said.extend(self.lines.try_iter().map(|line| line + "\n"));
        (exit, std::mem::take(&mut self.said))
    }

    /// Closes it as a person does.
    #[track_caller]
    pub fn quit(mut self) -> String {
        self.say("quit");
        let (exit, said) = self.end();
        assert_eq!(exit, 0, "{said}");
        said
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // Only where a test has failed is it still there.
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
