//! The messages between the virtual controller and a device: USB/IP headers of 48 bytes.
//!
//! Source: Linux, `Documentation/usb/usbip_protocol.rst`, "USBIP_CMD_SUBMIT" and what follows. All
//! numbers are big-endian but the setup packet, which is as on the bus.
//!
//! This module is pure.

use thiserror::Error;

use super::setup::Setup;

/// Bytes of every header.
pub const HEADER: usize = 48;

/// The longest transfer that is served, in bytes; the kernel's drivers ask for less.
const LONGEST: u32 = 16 << 20;

/// A message that no controller sends.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum WireError {
    /// Neither a submission nor an unlink.
    #[error("unknown command {0:#x}")]
    Command(u32),
    /// The endpoint number has four bits.
    #[error("endpoint {0} does not exist")]
    Endpoint(u32),
    /// More than any driver of the kernel asks for.
    #[error("a transfer of {0} bytes")]
    Length(u32),
}

/// What the host asks of the device.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Request {
    /// A transfer is submitted. What goes out follows the header.
    Submit(Submit),
    /// A transfer is no longer wanted.
    Unlink {
        /// Number of this request.
        sequence: u32,
        /// Number of the submission that is taken back.
        target: u32,
    },
}

/// One transfer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Submit {
    /// Number of this request.
    pub sequence: u32,
    /// Address of the endpoint; bit 7 is set where the device sends.
    pub endpoint: u8,
    /// Bytes the host sends, or has room for.
    pub length: usize,
    /// The setup packet; only meaningful on endpoint 0.
    pub setup: Setup,
}

impl Submit {
    /// True where the device sends.
    pub fn is_in(&self) -> bool {
        self.endpoint & IN != 0
    }
}

/// Bit 7 of an endpoint's address: the device sends.
pub const IN: u8 = 0x80;

/// How a transfer ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    /// As it should.
    Done,
    /// The device refuses: EPIPE.
    Stalled,
    /// The device sent more than the host has room for: EOVERFLOW.
    Overflow,
    /// Taken back before anything came: ECONNRESET.
    Unlinked,
}

impl Status {
    fn code(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Stalled => -32,
            Self::Overflow => -75,
            Self::Unlinked => -104,
        }
    }
}

/// What the device returns.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Return {
    /// A transfer has ended.
    Submit {
        /// Number of the submission.
        sequence: u32,
        /// How it ended.
        status: Status,
        /// Bytes that went through, either way.
        length: usize,
        /// What the device sends; empty where the host sent.
        data: Vec<u8>,
    },
    /// An unlink is done.
    Unlink {
        /// Number of the request to unlink.
        sequence: u32,
        /// `Unlinked`, or `Done` where the transfer had ended before.
        status: Status,
    },
}

impl Return {
    /// The message.
    pub fn bytes(&self) -> Vec<u8> {
        let (command, sequence, status, length, data) = match self {
            Self::Submit { sequence, status, length, data } => {
                (RET_SUBMIT, sequence, status, u32::try_from(*length).unwrap_or(0), data.as_slice())
            }
            Self::Unlink { sequence, status } => (RET_UNLINK, sequence, status, 0, [].as_slice()),
        };
        let mut bytes = Vec::with_capacity(HEADER + data.len());
        for word in [command, *sequence, 0, 0, 0] {
            bytes.extend(word.to_be_bytes());
        }
        bytes.extend(status.code().to_be_bytes());
        bytes.extend(length.to_be_bytes());
        bytes.resize(HEADER, 0);
        bytes.extend(data);
        bytes
    }
}

/// Takes one header apart.
///
/// # Errors
///
/// What no controller sends.
pub fn parse(header: &[u8; HEADER]) -> Result<Request, WireError> {
    let (words, _) = header.as_chunks::<4>();
    let word = |index: usize| words.get(index).map_or(0, |word| u32::from_be_bytes(*word));
    let sequence = word(1);
    match word(0) {
        CMD_SUBMIT => {
            let number = u8::try_from(word(4)).ok().filter(|number| *number < 16);
            let number = number.ok_or(WireError::Endpoint(word(4)))?;
            let length = word(6);
            if length > LONGEST {
                return Err(WireError::Length(length));
            }
            Ok(Request::Submit(Submit {
                sequence,
                endpoint: if word(3) == 1 { number | IN } else { number },
                length: usize::try_from(length).map_err(|_| WireError::Length(length))?,
                setup: Setup::parse(header.last_chunk().copied().unwrap_or_default()),
            }))
        }
        CMD_UNLINK => Ok(Request::Unlink { sequence, target: word(5) }),
        command => Err(WireError::Command(command)),
    }
}

const CMD_SUBMIT: u32 = 1;
const CMD_UNLINK: u32 = 2;
const RET_SUBMIT: u32 = 3;
const RET_UNLINK: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn header(words: &[u32]) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        for (at, word) in words.iter().enumerate() {
            header[at * 4..at * 4 + 4].copy_from_slice(&word.to_be_bytes());
        }
        header
    }

    #[test]
    fn a_command_that_no_controller_sends_is_an_error() {
        assert_eq!(parse(&header(&[3, 1])), Err(WireError::Command(3)));
    }

    #[test]
    fn an_endpoint_with_five_bits_is_an_error() {
        assert_eq!(parse(&header(&[1, 1, 2, 1, 16])), Err(WireError::Endpoint(16)));
    }

    #[test]
    fn a_transfer_without_bound_is_an_error() {
        let header = header(&[1, 1, 2, 0, 2, 0, u32::MAX]);

        assert_eq!(parse(&header), Err(WireError::Length(u32::MAX)));
    }

    #[test]
    fn a_transfer_that_reads_has_bit_7_in_its_endpoint() {
        let mut header = header(&[1, 7, 2, 1, 3, 0x200, 64]);
        header[40..].copy_from_slice(&[0x80, 6, 0, 1, 0, 0, 18, 0]);

        let Ok(Request::Submit(submit)) = parse(&header) else { panic!("no submission") };

        assert_eq!((submit.sequence, submit.endpoint, submit.length), (7, 0x83, 64));
        assert_eq!(submit.setup.value, 0x0100);
    }

    #[test]
    fn an_unlink_names_the_transfer_it_takes_back() {
        let request = parse(&header(&[2, 9, 2, 0, 0, 7]));

        assert_eq!(request, Ok(Request::Unlink { sequence: 9, target: 7 }));
    }

    #[test]
    fn a_refused_transfer_returns_epipe_and_no_data() {
        let returned =
            Return::Submit { sequence: 7, status: Status::Stalled, length: 0, data: vec![] };

        let bytes = returned.bytes();

        assert_eq!(bytes.len(), HEADER);
        assert_eq!(bytes[..8], [0, 0, 0, 3, 0, 0, 0, 7]);
        assert_eq!(bytes[20..24], (-32_i32).to_be_bytes());
    }

    #[test]
    fn data_follow_the_header() {
        let data = vec![1, 2, 3];
        let returned = Return::Submit { sequence: 7, status: Status::Done, length: 3, data };

        let bytes = returned.bytes();

        assert_eq!(bytes[24..28], [0, 0, 0, 3]);
        assert_eq!(bytes[HEADER..], [1, 2, 3]);
    }
}
