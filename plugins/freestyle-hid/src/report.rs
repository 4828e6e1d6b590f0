//! HID reports of the family: 64 bytes, without a report id.
//!
//! | byte    | meaning                                                            |
//! |---------|--------------------------------------------------------------------|
//! | 0       | kind of report                                                     |
//! | 1       | bytes of data, 0 to 62                                             |
//! | 2 to 63 | data, then padding, which may hold what was sent before            |
//!
//! On the link the report id 0 stands before all that.
//!
//! Spec: `README.md`, source 1. Pure.

use thiserror::Error;

/// One report, without its padding.
#[derive(Clone, Eq, PartialEq)]
pub struct Report {
    /// What it is, one of the constants here.
    pub kind: u8,
    /// At most 62 bytes.
    pub data: Vec<u8>,
}

impl Report {
    /// Takes a report apart, as the link gives it: its id first.
    ///
    /// # Errors
    ///
    /// A report that is shorter than it says, or not of this family.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReportError> {
        let [0, kind, length, rest @ ..] = bytes else {
            return Err(ReportError::Malformed);
        };
        let length = usize::from(*length);
        match rest.get(..length) {
            Some(data) if length <= LONGEST => Ok(Self { kind: *kind, data: data.to_vec() }),
            _ => Err(ReportError::Length { length }),
        }
    }
}

/// The bytes of one report, its id first and zeros behind.
///
/// # Errors
///
/// More data than a report holds.
pub fn encode(kind: u8, data: &[u8]) -> Result<Vec<u8>, ReportError> {
    let length = u8::try_from(data.len())
        .ok()
        .filter(|length| usize::from(*length) <= LONGEST)
        .ok_or(ReportError::Length { length: data.len() })?;
    let mut bytes = vec![0, kind, length];
    bytes.extend_from_slice(data);
    bytes.resize(1 + BYTES, 0);
    Ok(bytes)
}

/// Why bytes are no report.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ReportError {
    /// Too short, or with a report id.
    #[error("report has another form than those of this family")]
    Malformed,
    /// More data than the report has, or than any has.
    #[error("report says it holds {length} bytes")]
    Length {
        /// As it says.
        length: usize,
    },
}

/// From the computer: begin.
pub const BEGIN: u8 = 0x01;
/// From the meter: it has begun; the one byte of data is 1.
pub const BEGUN: u8 = 0x71;
/// From the meter: text.
pub const TEXT: u8 = 0x60;
/// From the meter, at any moment and without a meaning of its own.
pub const KEEP_ALIVE: u8 = 0x22;
/// From the meter: it does not know the request.
pub const UNKNOWN_REQUEST: u8 = 0x30;
/// From a reader that encrypts: part of a handshake.
pub const AUTHORISATION: u8 = 0x33;

/// Most bytes of data.
pub const LONGEST: usize = 62;
/// Bytes of a report without its id.
const BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_is_shorter_than_it_says_is_refused() {
        assert!(Report::parse(&[]).is_err());
        assert!(Report::parse(&[0, 0x60]).is_err());
        assert!(Report::parse(&[0, 0x60, 2, b'A']).is_err());
        let mut bytes = vec![0; 65];
        bytes[1] = 0x60;
        bytes[2] = 63;
        assert_eq!(Report::parse(&bytes).err(), Some(ReportError::Length { length: 63 }));
    }

    #[test]
    fn a_report_with_an_id_is_not_of_this_family() {
        assert_eq!(Report::parse(&[1, 0x60, 0]).err(), Some(ReportError::Malformed));
    }

    #[test]
    fn too_much_data_is_refused() {
        assert_eq!(encode(TEXT, &[0; 63]), Err(ReportError::Length { length: 63 }));
        assert_eq!(encode(TEXT, &[0; 62]).map(|bytes| bytes.len()), Ok(65));
    }

    #[test]
    fn what_stands_behind_the_data_is_padding_whatever_it_is() {
        let mut bytes = encode(TEXT, b"CMD OK\r\n").unwrap();
        bytes[11..].fill(b'X');
        assert_eq!(Report::parse(&bytes).ok().map(|it| it.data), Some(b"CMD OK\r\n".to_vec()));
    }

    #[test]
    fn the_worked_requests_agree() {
        let neo = encode(0x60, b"$serlnum?").unwrap();
        assert_eq!(neo[1..12], [0x60, 9, 0x24, 0x73, 0x65, 0x72, 0x6C, 0x6E, 0x75, 0x6D, 0x3F]);
        assert!(neo[12..].iter().all(|byte| *byte == 0));
        let libre = encode(0x21, b"$history?").unwrap();
        assert_eq!(libre[1..12], [0x21, 9, 0x24, 0x68, 0x69, 0x73, 0x74, 0x6F, 0x72, 0x79, 0x3F]);
    }
}
