//! What an address answers, honestly or not.

use std::time::Duration;

use meterport_update::TransportError;

/// What an address answers.
#[derive(Clone)]
pub struct Answer {
    /// Waited before the head.
    pub before: Duration,
    /// No answer at all, but this.
    pub failure: Option<TransportError>,
    /// The status.
    pub status: u16,
    /// `ETag`. Of a file without one, the hash is taken.
    pub etag: Option<String>,
    /// `Content-Length`.
    pub length: Option<u64>,
    /// There is a `Content-Encoding`.
    pub encoded: bool,
    /// `Location`.
    pub location: Option<String>,
    /// A file, served as a good server does, with 206 and 304.
    pub file: Option<Vec<u8>>,
    /// Else, the body.
    pub parts: Vec<Part>,
}

/// A part of a body.
#[derive(Clone)]
pub enum Part {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Nothing for so long.
    Wait(Duration),
    /// The connection ends.
    Cut,
    /// These bytes again and again, each time after a wait.
    Forever {
        /// What comes.
        bytes: Vec<u8>,
        /// After how long.
        every: Duration,
    },
}

impl Answer {
    /// A status and nothing else.
    pub fn status(status: u16) -> Self {
        Self {
            before: Duration::ZERO,
            failure: None,
            status,
            etag: None,
            length: None,
            encoded: false,
            location: None,
            file: None,
            parts: Vec::new(),
        }
    }

    /// A file.
    pub fn file(bytes: impl Into<Vec<u8>>) -> Self {
        Self { file: Some(bytes.into()), ..Self::status(200) }
    }

    /// A redirect.
    pub fn redirect(to: &str) -> Self {
        Self { location: Some(to.to_owned()), ..Self::status(302) }
    }

    /// Status 200 and this body, in parts.
    pub fn parts(parts: impl IntoIterator<Item = Part>) -> Self {
        Self { parts: parts.into_iter().collect(), ..Self::status(200) }
    }

    /// 64 KiB of these bytes at a time, without an end and without a length.
    pub fn endless(word: &[u8]) -> Self {
        let bytes = word.iter().copied().cycle().take(64 * 1024).collect();
        Self::parts([Part::Forever { bytes, every: Duration::ZERO }])
    }

    /// These bytes at a time, each after a wait, for ever.
    pub fn drip(bytes: &[u8], every: Duration) -> Self {
        Self::parts([Part::Forever { bytes: bytes.to_vec(), every }])
    }

    /// So much of the file, and then silence.
    pub fn stalls(file: &[u8], after: usize) -> Self {
        let hour = Duration::from_secs(3600);
        Self {
            length: Some(file.len() as u64),
            ..Self::parts([Part::Bytes(file[..after].to_vec()), Part::Wait(hour)])
        }
    }

    /// So much of the file, and then the connection ends.
    pub fn cut(file: &[u8], after: usize, etag: &str) -> Self {
        Self {
            length: Some(file.len() as u64),
            etag: Some(etag.to_owned()),
            ..Self::parts([Part::Bytes(file[..after].to_vec()), Part::Cut])
        }
    }

    /// What a network shows that wants a sign-in first.
    pub fn captive_portal() -> Self {
        Self::file(&b"<!DOCTYPE html><html><body>Please sign in</body></html>"[..])
    }

    /// Nobody is there.
    pub fn failure(failure: TransportError) -> Self {
        Self { failure: Some(failure), ..Self::status(0) }
    }

    /// A head that never comes.
    pub fn silent() -> Self {
        Self { before: Duration::from_secs(3600), ..Self::status(200) }
    }
}

impl From<Vec<u8>> for Answer {
    fn from(file: Vec<u8>) -> Self {
        Self::file(file)
    }
}
