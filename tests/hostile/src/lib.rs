//! A driver that misbehaves in every way the host must survive. For tests only; never shipped.
//!
//! The first line that it reads from its port is a word, which says what it does; some words take a
//! number after a blank. So a recording chooses: `< 73 70 69 6E 0A` is `spin`. `README.md` lists
//! the words, [`words`] is the same list for tests.
//!
//! It goes round the SDK wherever the SDK would keep it from a mistake, and does not believe the
//! host's refusals: what was denied is counted as emitted all the same.

mod busy;
mod entries;
mod flood;
mod lie;
mod malformed;
mod stage;

use meterport_sdk::wit::Summary;
use meterport_sdk::{Context, Device, Driver, DriverError, Serial, Sink};

use stage::Stage;

/// Does what the first line says.
pub struct Hostile;

/// What one word does. The number is the one behind the word.
type Act = fn(&mut Stage<'_>, Option<u32>) -> Result<Summary, DriverError>;

/// Every word and what it does, in the order of `README.md`.
const ACTS: &[(&str, Act)] = &[
    ("exact", lie::exact),
    ("steps", lie::steps),
    ("spin", busy::spin),
    ("spin-calls", busy::spin_calls),
    ("recursion", busy::recursion),
    ("panic", busy::panic),
    ("ignore-cancel", busy::ignore_cancel),
    ("wait", busy::wait),
    ("sleep", busy::sleep),
    ("drip", busy::drip),
    ("memory", flood::memory),
    ("empty-strings", flood::empty_strings),
    ("empty-pairs", flood::empty_pairs),
    ("huge-batch", flood::huge_batch),
    ("heavy-batch", flood::heavy_batch),
    ("oversized-batch", flood::oversized_batch),
    ("million", flood::million),
    ("log-flood", flood::log_flood),
    ("bad-date", malformed::bad_date),
    ("long-text", malformed::long_text),
    ("many-marks", malformed::many_marks),
    ("many-extra", malformed::many_extra),
    ("long-note", malformed::long_note),
    ("many-segments", malformed::many_segments),
    ("long-raw", malformed::long_raw),
    ("unregistered-log-name", malformed::unregistered_log_name),
    ("loud-step", malformed::loud_step),
    ("loud-error", malformed::loud_error),
    ("wrong-count", lie::wrong_count),
    ("identify-twice", lie::identify_twice),
    ("emit-before-identify", lie::emit_before_identify),
    ("big-read", lie::big_read),
];

/// The words, for a test that goes through all of them.
pub fn words() -> impl Iterator<Item = &'static str> {
    ACTS.iter().map(|(word, _)| *word)
}

impl Driver for Hostile {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        let mut port = device.serial()?;
        let line = first_line(port.as_mut())?;
        let (word, number) = line.split_once(' ').unwrap_or((line.as_str(), ""));
        let Some((_, act)) = ACTS.iter().find(|(known, _)| *known == word) else {
            return Err(DriverError::UnsupportedDevice("the first line is no known word".into()));
        };
        act(&mut Stage { port, clock: context.clock(), sink }, number.parse().ok())
    }
}

meterport_sdk::export_driver!(Hostile, "driver.toml");

/// Byte by byte, so that what stands behind the line stays in the port.
fn first_line(port: &mut dyn Serial) -> Result<String, DriverError> {
    let mut line = String::new();
    for _ in 0..LONGEST_LINE {
        match port.read_exact(1, LINE_MS)?.first() {
            Some(b'\n') | None => break,
            Some(byte) => line.push(char::from(*byte)),
        }
    }
    Ok(line)
}

const LONGEST_LINE: usize = 64;
const LINE_MS: u32 = 5000;

#[cfg(test)]
mod tests {
    use super::*;
    use meterport_sdk::IoError;
    use meterport_sdk::testing::{Outcome, VirtualTime, replay, run};

    fn perform(line: &str, behind: &[u8]) -> Outcome {
        let hex =
            |bytes: &[u8]| bytes.iter().map(|byte| format!(" {byte:02X}")).collect::<String>();
        let mut text = "# meterport-recording 1\n# source: written from the spec\n\
                        # transport: serial 9600 8N1\n"
            .to_owned();
        text.push_str(&format!("<{} 0A\n", hex(line.as_bytes())));
        if !behind.is_empty() {
            text.push_str(&format!("<{}\n", hex(behind)));
        }
        let recording = meterport_sdk::recording::Recording::parse(&text).unwrap();
        let time = VirtualTime::default();
        run(&Hostile, replay(recording, &time), &time)
    }

    #[test]
    fn a_line_that_is_no_word_is_an_unsupported_device() {
        let outcome = perform("spins", &[]);
        assert!(matches!(outcome.result, Err(DriverError::UnsupportedDevice(_))));
    }

    #[test]
    fn steps_without_enough_bytes_are_a_timeout() {
        let outcome = perform("steps 3", &[7; 3 * 64 - 1]);
        assert_eq!(outcome.result.err(), Some(DriverError::Io(IoError::Timeout)));
    }

    #[test]
    fn a_wrong_count_is_not_complete() {
        let outcome = perform("wrong-count", &[]);
        assert!(outcome.result.is_ok() && !outcome.is_complete());
    }

    #[test]
    fn the_two_that_behave_are_complete() {
        let exact = perform("exact", &[]);
        assert!(exact.is_complete());
        assert_eq!(exact.entries.len(), 3);
        assert!(perform("steps 3", &[7; 3 * 64]).is_complete());
    }

    #[test]
    fn the_readme_lists_exactly_these_words() {
        let readme = include_str!("../README.md");
        let listed: Vec<_> = readme
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split(['`', ' ']).next())
            .collect();
        assert_eq!(listed, words().collect::<Vec<_>>());
    }
}
