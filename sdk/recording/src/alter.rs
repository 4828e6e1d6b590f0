//! One fault put into a good recording: what the tests of a driver are made of.
//!
//! Every alteration works on a [`Recording`] and on the result of [`Recording::parse`], so that a
//! test says what it means in one line; the first error is the one that is kept:
//!
//! ```
//! use meterport_recording::{IntoRecording, Recording, RecordingError};
//!
//! # fn main() -> Result<(), RecordingError> {
//! let text = concat!(
//!     "# meterport-recording 1\n# source: written from the spec\n",
//!     "# transport: serial 9600 8N1\n> 01\n< 02 03\n",
//! );
//! let damaged = Recording::parse(text).flip_bit(1, 0)?; // second line of the body, first byte
//! assert!(damaged.to_text().ends_with("< 03 03\n"));
//! # Ok(())
//! # }
//! ```
//!
//! Lines of the body and bytes count from 0. Comments on their own are no lines, faults are.

use crate::item::{Fault, Item, Line};
use crate::{Recording, RecordingError};

/// A recording, or something that may be one, and the faults that can be put into it.
pub trait IntoRecording: Sized {
    /// The recording, as it is.
    fn into_recording(self) -> Result<Recording, RecordingError>;

    /// Flips the lowest bit of one byte.
    fn flip_bit(self, line: usize, byte: usize) -> Result<Recording, RecordingError> {
        altered(self, |lines| {
            let place = bytes_of(lines, line)?
                .get_mut(byte)
                .ok_or(RecordingError::NoSuchByte { index: line, byte })?;
            *place ^= 1;
            Ok(())
        })
    }

    /// Cuts a line so that `keep` bytes of it remain. A line that keeps none is left out, unless
    /// it is a USB packet, which may be empty.
    fn truncate_line(self, line: usize, keep: usize) -> Result<Recording, RecordingError> {
        altered(self, |lines| {
            let bytes = bytes_of(lines, line)?;
            if keep > bytes.len() {
                return Err(RecordingError::NoSuchByte { index: line, byte: keep });
            }
            bytes.truncate(keep);
            if keep == 0 && lines.get(line).is_some_and(|line| !line.item.may_be_empty()) {
                lines.remove(line);
            }
            Ok(())
        })
    }

    /// Ends the recording before a line, as if the rest never happened.
    fn cut_before(self, line: usize) -> Result<Recording, RecordingError> {
        altered(self, |lines| {
            if line > lines.len() {
                return Err(RecordingError::NoSuchLine { index: line });
            }
            lines.truncate(line);
            Ok(())
        })
    }

    /// Puts a fault before a line, which becomes what the call gets that would have met the line.
    /// The number of lines puts it at the end.
    fn with_fault_before_call(
        self,
        line: usize,
        fault: Fault,
    ) -> Result<Recording, RecordingError> {
        altered(self, |lines| insert(lines, line, Item::Fault(fault)))
    }

    /// Puts bytes from the meter before a line, such as noise on the cable.
    fn with_noise_before(self, line: usize, bytes: &[u8]) -> Result<Recording, RecordingError> {
        altered(self, |lines| insert(lines, line, Item::In(bytes.to_vec())))
    }
}

impl IntoRecording for Recording {
    fn into_recording(self) -> Result<Recording, RecordingError> {
        Ok(self)
    }
}

impl IntoRecording for &Recording {
    fn into_recording(self) -> Result<Recording, RecordingError> {
        Ok(self.clone())
    }
}

impl IntoRecording for Result<Recording, RecordingError> {
    fn into_recording(self) -> Result<Recording, RecordingError> {
        self
    }
}

fn altered(
    recording: impl IntoRecording,
    alter: impl FnOnce(&mut Vec<Line>) -> Result<(), RecordingError>,
) -> Result<Recording, RecordingError> {
    let (header, mut lines, below) = recording.into_recording()?.into_parts();
    alter(&mut lines)?;
    Recording::checked(header, lines, below)
}

fn bytes_of(lines: &mut [Line], index: usize) -> Result<&mut Vec<u8>, RecordingError> {
    let line = lines.get_mut(index).ok_or(RecordingError::NoSuchLine { index })?;
    line.item.bytes_mut().ok_or(RecordingError::NoSuchByte { index, byte: 0 })
}

fn insert(lines: &mut Vec<Line>, index: usize, item: Item) -> Result<(), RecordingError> {
    if index > lines.len() {
        return Err(RecordingError::NoSuchLine { index });
    }
    let mut line = Line::new(item, None);
    // It takes the number of the line it stands before, so that an error still finds the place.
    line.number = lines.get(index).or(lines.last()).map_or(0, Line::number);
    lines.insert(index, line);
    Ok(())
}
