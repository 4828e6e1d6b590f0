//! Why a text is not a recording, or why one cannot be altered as asked.
//!
//! Errors name the line, never what stands in it: a recording holds health data.

use crate::LineSettingsError;

/// Why a text is not a recording.
///
/// `line` is the line of the text, the first is 1; for a recording that was never text, the line
/// it would have.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The first line does not say what this is.
    #[error("line 1: not a recording, the first line is not `# meterport-recording 1`")]
    NotARecording,
    /// A format that this version does not know.
    #[error("line 1: recording format is not 1; a newer Meterport may read it")]
    Version,
    /// A header line that every recording has is missing.
    #[error("line {line}: header has no `{key}`")]
    HeaderMissing {
        /// The first line after the header.
        line: usize,
        /// `source` or `transport`.
        key: &'static str,
    },
    /// A header line that stands there twice.
    #[error("line {line}: header has `{key}` twice")]
    HeaderTwice {
        /// The second one.
        line: usize,
        /// The key in question.
        key: &'static str,
    },
    /// A header value that does not parse.
    #[error("line {line}: header value of `{key}` is not valid")]
    HeaderValue {
        /// Where it stands.
        line: usize,
        /// The key in question.
        key: &'static str,
    },
    /// The line settings of a serial transport do not parse.
    #[error("line {line}: line settings are not valid")]
    LineSettings {
        /// Where they stand.
        line: usize,
        /// What is wrong with them.
        source: LineSettingsError,
    },
    /// A line that begins with nothing the format knows.
    #[error("line {line}: unknown kind of line")]
    Kind {
        /// Where it stands.
        line: usize,
    },
    /// A kind of line that the transport of the header does not have.
    #[error("line {line}: this kind of line does not belong to transport `{transport}`")]
    NotInTransport {
        /// Where it stands.
        line: usize,
        /// First word of the transport.
        transport: &'static str,
    },
    /// Something that is not a pair of hex digits where a byte is expected.
    #[error("line {line}: byte {byte} is not two hex digits")]
    Hex {
        /// Where it stands.
        line: usize,
        /// Which byte of the line, the first is 1.
        byte: usize,
    },
    /// Fewer bytes than a line of this kind has.
    #[error("line {line}: too few bytes for this kind of line")]
    TooFewBytes {
        /// Where it stands.
        line: usize,
    },
    /// `@` without a number of milliseconds after it.
    #[error("line {line}: `@` is not followed by milliseconds")]
    Milliseconds {
        /// Where it stands.
        line: usize,
    },
    /// `!` without one of the faults after it.
    #[error("line {line}: fault is not `timeout`, `unplug` or `stall`")]
    Fault {
        /// Where it stands.
        line: usize,
    },
    /// An endpoint number that does not exist or goes the other way.
    #[error("line {line}: endpoint and direction do not agree")]
    Endpoint {
        /// Where it stands.
        line: usize,
    },
    /// A block line without an address.
    #[error("line {line}: block address is not a decimal number")]
    Address {
        /// Where it stands.
        line: usize,
    },
    /// A path that is absolute, leads out of the volume or cannot be written in a recording.
    #[error("line {line}: path is not a plain relative path")]
    Path {
        /// Where it stands.
        line: usize,
    },
    /// Content of a volume before the first `V` line.
    #[error("line {line}: content of no file, a `V` line is missing before it")]
    NoFile {
        /// Where it stands.
        line: usize,
    },
    /// The same file of a volume twice.
    #[error("line {line}: file is in the recording twice")]
    FileTwice {
        /// The second one.
        line: usize,
    },
    /// The body has no such line; asked for by an alteration, not found while parsing.
    #[error("body has no line {index}")]
    NoSuchLine {
        /// As asked for, the first line of the body is 0.
        index: usize,
    },
    /// The line has no such byte; asked for by an alteration, not found while parsing.
    #[error("line {index} of the body has no byte {byte}")]
    NoSuchByte {
        /// As asked for, the first line of the body is 0.
        index: usize,
        /// As asked for, the first byte is 0.
        byte: usize,
    },
}

impl RecordingError {
    /// The registered word for this error.
    pub fn code(&self) -> &'static str {
        "replay.syntax"
    }

    /// The line of the text, where there is one.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::NotARecording | Self::Version => Some(1),
            Self::HeaderMissing { line, .. }
            | Self::HeaderTwice { line, .. }
            | Self::HeaderValue { line, .. }
            | Self::LineSettings { line, .. }
            | Self::Kind { line }
            | Self::NotInTransport { line, .. }
            | Self::Hex { line, .. }
            | Self::TooFewBytes { line }
            | Self::Milliseconds { line }
            | Self::Fault { line }
            | Self::Endpoint { line }
            | Self::Address { line }
            | Self::Path { line }
            | Self::NoFile { line }
            | Self::FileTwice { line } => Some(*line),
            Self::NoSuchLine { .. } | Self::NoSuchByte { .. } => None,
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotARecording => Some("give a file that `meterport record` wrote"),
            Self::Version => Some("install a newer Meterport"),
            _ => None,
        }
    }
}
