//! One line of a recording's body: text to [`Line`] and back.
//!
//! Whether a line fits the transport, and how lines follow each other, is checked in
//! `recording.rs`.

use std::fmt;

use crate::transport::decimal;
use crate::{RecordingError, Transport};

/// One line of the body: what happened, and when.
///
/// Two lines are equal if they say the same, wherever they stand.
#[derive(Clone)]
pub struct Line {
    /// Milliseconds since the line before, where the recording says so.
    pub after_ms: Option<u32>,
    /// What happened.
    pub item: Item,
    pub(crate) comment: Option<String>,
    pub(crate) above: Vec<String>,
    pub(crate) number: usize,
}

impl Line {
    pub(crate) fn new(item: Item, after_ms: Option<u32>) -> Self {
        Self { after_ms, item, comment: None, above: Vec::new(), number: 0 }
    }

    /// The line of the text, the first is 1; 0 if there never was a text.
    pub fn number(&self) -> usize {
        self.number
    }

    /// The comment at its end.
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        (self.after_ms, &self.item, &self.comment, &self.above)
            == (other.after_ms, &other.item, &other.comment, &other.above)
    }
}

impl Eq for Line {}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {:?}", self.number, self.item)
    }
}

/// What happened. `Debug` shows lengths, never bytes.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum Item {
    /// `>`: bytes out; for HID one output report, id first.
    Out(Vec<u8>),
    /// `<`: bytes in; for HID one input report, id first; in a volume, content of the file above.
    In(Vec<u8>),
    /// `F>`: a feature report set, id first.
    FeatureSet(Vec<u8>),
    /// `F<`: a feature report got, id first.
    FeatureGot(Vec<u8>),
    /// `C>`: a control transfer out.
    ControlOut {
        /// The setup packet.
        setup: [u8; 8],
        /// What went out after it.
        data: Vec<u8>,
    },
    /// `C<`: a control transfer in.
    ControlIn {
        /// The setup packet.
        setup: [u8; 8],
        /// What came back.
        data: Vec<u8>,
    },
    /// `1>`: a transfer to an OUT endpoint.
    TransferOut {
        /// Address of the endpoint, 01..=0F.
        endpoint: u8,
        /// One transfer; empty is a zero-length packet.
        data: Vec<u8>,
    },
    /// `81<`: a transfer from an IN endpoint.
    TransferIn {
        /// Address of the endpoint, 81..=8F.
        endpoint: u8,
        /// One transfer; empty is a zero-length packet.
        data: Vec<u8>,
    },
    /// `B>`: a block written.
    BlockWrite {
        /// Logical block address.
        address: u64,
        /// Its content.
        data: Vec<u8>,
    },
    /// `B<`: one or more blocks read.
    BlockRead {
        /// Logical block address of the first.
        address: u64,
        /// Their content.
        data: Vec<u8>,
    },
    /// `V`: a file of the volume begins.
    File(String),
    /// `!`: what the next call gets.
    Fault(Fault),
}

/// What a call gets instead of an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The next call times out, once.
    Timeout,
    /// The device is gone: the next call says so, and so does every call after it.
    Unplug,
    /// The next call stalls, once.
    Stall,
}

impl Item {
    /// The bytes of the line, without setup packet or address.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Out(data)
            | Self::In(data)
            | Self::FeatureSet(data)
            | Self::FeatureGot(data)
            | Self::ControlOut { data, .. }
            | Self::ControlIn { data, .. }
            | Self::TransferOut { data, .. }
            | Self::TransferIn { data, .. }
            | Self::BlockWrite { data, .. }
            | Self::BlockRead { data, .. } => Some(data),
            Self::File(_) | Self::Fault(_) => None,
        }
    }

    pub(crate) fn bytes_mut(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Self::Out(data)
            | Self::In(data)
            | Self::FeatureSet(data)
            | Self::FeatureGot(data)
            | Self::ControlOut { data, .. }
            | Self::ControlIn { data, .. }
            | Self::TransferOut { data, .. }
            | Self::TransferIn { data, .. }
            | Self::BlockWrite { data, .. }
            | Self::BlockRead { data, .. } => Some(data),
            Self::File(_) | Self::Fault(_) => None,
        }
    }

    /// Whether a recording over this transport may have such a line.
    pub(crate) fn belongs_to(&self, transport: &Transport) -> bool {
        match self {
            Self::Fault(_) => true,
            Self::Out(_) => matches!(transport, Transport::Serial(_) | Transport::Hid { .. }),
            Self::In(_) => !matches!(transport, Transport::Usb { .. } | Transport::Block),
            Self::FeatureSet(_) | Self::FeatureGot(_) => matches!(transport, Transport::Hid { .. }),
            Self::ControlOut { .. }
            | Self::ControlIn { .. }
            | Self::TransferOut { .. }
            | Self::TransferIn { .. } => matches!(transport, Transport::Usb { .. }),
            Self::BlockWrite { .. } | Self::BlockRead { .. } => {
                matches!(transport, Transport::Block)
            }
            Self::File(_) => matches!(transport, Transport::Volume),
        }
    }

    /// Whether a line may be without a byte: only a USB packet may.
    pub(crate) fn may_be_empty(&self) -> bool {
        matches!(
            self,
            Self::ControlOut { .. }
                | Self::ControlIn { .. }
                | Self::TransferOut { .. }
                | Self::TransferIn { .. }
        )
    }

    /// Parses a line without its `@MS` and its comment.
    pub(crate) fn parse(text: &str, line: usize) -> Result<Self, RecordingError> {
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        match word {
            ">" => Ok(Self::Out(hex(rest, line)?)),
            "<" => Ok(Self::In(hex(rest, line)?)),
            "F>" => Ok(Self::FeatureSet(hex(rest, line)?)),
            "F<" => Ok(Self::FeatureGot(hex(rest, line)?)),
            "C>" => {
                let (setup, data) = setup_and_data(&hex(rest, line)?, line)?;
                Ok(Self::ControlOut { setup, data })
            }
            "C<" => {
                let (setup, data) = setup_and_data(&hex(rest, line)?, line)?;
                Ok(Self::ControlIn { setup, data })
            }
            "B>" => {
                let (address, data) = address_and_data(rest, line)?;
                Ok(Self::BlockWrite { address, data })
            }
            "B<" => {
                let (address, data) = address_and_data(rest, line)?;
                Ok(Self::BlockRead { address, data })
            }
            "V" => is_plain_path(rest)
                .then(|| Self::File(rest.to_owned()))
                .ok_or(RecordingError::Path { line }),
            "!" => match rest {
                "timeout" => Ok(Self::Fault(Fault::Timeout)),
                "unplug" => Ok(Self::Fault(Fault::Unplug)),
                "stall" => Ok(Self::Fault(Fault::Stall)),
                _ => Err(RecordingError::Fault { line }),
            },
            _ => transfer(word, rest, line),
        }
    }
}

impl fmt::Display for Item {
    /// The line as text, without `@MS` and comment. This *does* print the bytes: it is the format.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Out(data) => write!(f, ">{}", Hex(data)),
            Self::In(data) => write!(f, "<{}", Hex(data)),
            Self::FeatureSet(data) => write!(f, "F>{}", Hex(data)),
            Self::FeatureGot(data) => write!(f, "F<{}", Hex(data)),
            Self::ControlOut { setup, data } => write!(f, "C>{}{}", Hex(setup), Hex(data)),
            Self::ControlIn { setup, data } => write!(f, "C<{}{}", Hex(setup), Hex(data)),
            // 0B, 0C and 0F keep their zero: `B>`, `C>` and `F>` are other lines.
            Self::TransferOut { endpoint, data } if *endpoint > 9 => {
                write!(f, "{endpoint:02X}>{}", Hex(data))
            }
            Self::TransferOut { endpoint, data } => write!(f, "{endpoint:X}>{}", Hex(data)),
            Self::TransferIn { endpoint, data } => write!(f, "{endpoint:02X}<{}", Hex(data)),
            Self::BlockWrite { address, data } => write!(f, "B> {address}{}", Hex(data)),
            Self::BlockRead { address, data } => write!(f, "B< {address}{}", Hex(data)),
            Self::File(path) => write!(f, "V {path}"),
            Self::Fault(Fault::Timeout) => f.write_str("! timeout"),
            Self::Fault(Fault::Unplug) => f.write_str("! unplug"),
            Self::Fault(Fault::Stall) => f.write_str("! stall"),
        }
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Out(_) => "out",
            Self::In(_) => "in",
            Self::FeatureSet(_) => "feature set",
            Self::FeatureGot(_) => "feature got",
            Self::ControlOut { .. } => "control out",
            Self::ControlIn { .. } => "control in",
            Self::TransferOut { .. } => "transfer out",
            Self::TransferIn { .. } => "transfer in",
            Self::BlockWrite { .. } => "block write",
            Self::BlockRead { .. } => "block read",
            Self::File(_) => return f.write_str("file"),
            Self::Fault(fault) => return write!(f, "fault {fault:?}"),
        };
        write!(f, "{name} ({} bytes)", self.bytes().map_or(0, <[u8]>::len))
    }
}

/// Bytes as ` 02 06`, each with a blank before it.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, " {byte:02X}"))
    }
}

fn hex(text: &str, line: usize) -> Result<Vec<u8>, RecordingError> {
    let pair = |(index, word): (usize, &str)| {
        let plain = word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        plain
            .then(|| u8::from_str_radix(word, 16).ok())
            .flatten()
            .ok_or(RecordingError::Hex { line, byte: index.saturating_add(1) })
    };
    text.split_whitespace().enumerate().map(pair).collect()
}

fn setup_and_data(bytes: &[u8], line: usize) -> Result<([u8; 8], Vec<u8>), RecordingError> {
    let (setup, data) =
        bytes.split_first_chunk::<8>().ok_or(RecordingError::TooFewBytes { line })?;
    Ok((*setup, data.to_vec()))
}

fn address_and_data(text: &str, line: usize) -> Result<(u64, Vec<u8>), RecordingError> {
    let (address, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let address = Some(address).filter(|text| !text.is_empty()).and_then(decimal);
    Ok((address.ok_or(RecordingError::Address { line })?, hex(rest, line)?))
}

fn transfer(word: &str, rest: &str, line: usize) -> Result<Item, RecordingError> {
    let (digits, out) = match (word.strip_suffix('>'), word.strip_suffix('<')) {
        (Some(digits), _) => (digits, true),
        (_, Some(digits)) => (digits, false),
        _ => return Err(RecordingError::Kind { line }),
    };
    let plain =
        matches!(digits.len(), 1 | 2) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let endpoint = plain
        .then(|| u8::from_str_radix(digits, 16).ok())
        .flatten()
        .ok_or(RecordingError::Kind { line })?;
    match (endpoint, out) {
        (0x01..=0x0F, true) => Ok(Item::TransferOut { endpoint, data: hex(rest, line)? }),
        (0x81..=0x8F, false) => Ok(Item::TransferIn { endpoint, data: hex(rest, line)? }),
        _ => Err(RecordingError::Endpoint { line }),
    }
}

/// A path that stays inside the volume and that one line of a recording can hold.
pub(crate) fn is_plain_path(path: &str) -> bool {
    path.trim() == path
        && !path.chars().any(|c| c.is_control() || matches!(c, '#' | '\\'))
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
