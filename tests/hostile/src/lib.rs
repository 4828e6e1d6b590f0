//! A driver that misbehaves in every way the host must survive. For tests only; never shipped.
//!
//! The first line that it reads from its device is a word, which says what it does; some words take
//! a number or a text after a blank. So a recording chooses: `< 73 70 69 6E 0A` is `spin`.
//! `README.md` lists the words, [`words`] is the same list for tests.
//!
//! It goes round the SDK wherever the SDK would keep it from a mistake, and does not believe the
//! host's refusals: what was denied is counted as emitted all the same.

mod busy;
mod disk;
mod entries;
mod files;
mod first_line;
mod flood;
mod lie;
mod malformed;
mod reports;
mod stage;
mod transfers;

use meterport_sdk::wit::Summary;
use meterport_sdk::{Context, Device, Driver, DriverError, Sink};

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
    ("hid-write", reports::write),
    ("hid-write-for-ever", reports::write_for_ever),
    ("hid-feature", reports::feature),
    ("hid-set-feature", reports::set_feature),
    ("usb-in", transfers::endpoint_in),
    ("usb-out", transfers::endpoint_out),
    ("usb-clear-halt", transfers::clear_halt),
    ("usb-length", transfers::length),
    ("usb-set-configuration", transfers::set_configuration),
    ("usb-set-interface", transfers::set_interface),
    ("usb-clear-feature", transfers::clear_feature),
    ("usb-vendor", transfers::vendor),
    ("usb-class", transfers::class),
    ("usb-class-interface", transfers::class_interface),
    ("usb-long-control", transfers::long_control),
    ("usb-get-status", transfers::get_status),
    ("block-read", disk::read),
    ("block-count", disk::count),
    ("block-write", disk::write),
    ("block-bytes", disk::bytes),
    ("volume-open", files::open),
    ("volume-list", files::list),
    ("volume-shows", files::shows),
    ("volume-length", files::length),
    ("volume-much", files::much),
    ("volume-end", files::end),
    ("volume-flood", files::flood),
];

/// The words, for a test that goes through all of them.
pub fn words() -> impl Iterator<Item = &'static str> {
    ACTS.iter().map(|(word, _)| *word)
}

impl Driver for Hostile {
    fn read(
        &self,
        mut device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        let line = first_line::of(&mut device)?;
        let (word, text) = line.split_once(' ').unwrap_or((line.as_str(), ""));
        let Some((_, act)) = ACTS.iter().find(|(known, _)| *known == word) else {
            return Err(DriverError::UnsupportedDevice("the first line is no known word".into()));
        };
        let (number, text) = (text.parse().ok(), text.to_owned());
        act(&mut Stage { device, text, clock: context.clock(), sink }, number)
    }
}

meterport_sdk::export_driver!(Hostile, "driver.toml");

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
