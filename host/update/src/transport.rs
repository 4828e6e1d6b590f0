//! What the client needs of a network, as a trait: one GET at a time.
//!
//! The implementation knows proxies, TLS and files of `file:` addresses. It follows no redirect,
//! undoes no encoding, retries nothing and judges nothing: what an answer is worth is decided here,
//! and a signature decides that, not the connection it came over.

use std::time::{Duration, Instant};

/// How long a connection may take to stand.
pub const CONNECT_MOST: Duration = Duration::from_secs(10);

/// How long the next byte of an answer is waited for.
pub const IDLE_MOST: Duration = Duration::from_secs(20);

/// A network.
pub trait Transport: Send + Sync {
    /// Asks once. Returns as soon as the head of the answer is there; a status of any kind is an
    /// answer and no error.
    ///
    /// Waits at most [`CONNECT_MOST`] for the connection, [`IDLE_MOST`] for the head, and never
    /// beyond [`Request::give_up`].
    fn get(&self, request: &Request<'_>) -> Result<Response, TransportError>;

    /// The clock by which answers are timed and `give_up` is meant. It never goes back. Only a
    /// network made for tests has another one than the machine's.
    fn now(&self) -> Instant {
        Instant::now()
    }
}

/// One question.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// An `https:`, `http:` or `file:` address, without user name and fragment.
    pub url: &'a str,
    /// Sent as `If-None-Match`: an unchanged file is answered with 304.
    pub if_none_match: Option<&'a str>,
    /// The rest of a file is wanted.
    pub resume: Option<Resume<'a>>,
    /// Nothing is waited for beyond this moment, neither here nor in [`Body::chunk`].
    pub give_up: Instant,
}

/// The rest of a file, sent as `Range: bytes=<from>-`.
#[derive(Clone, Copy, Debug)]
pub struct Resume<'a> {
    /// How many bytes are there already.
    pub from: u64,
    /// Sent as `If-Range`, where it is known. Packages have their hash for a name, so a server
    /// that has another file there is found out all the same.
    pub etag: Option<&'a str>,
}

/// The head of an answer, and its body to come.
pub struct Response {
    /// The HTTP status. A file that is there answers 200, one that is not 404.
    pub status: u16,
    /// `ETag`, as it was sent.
    pub etag: Option<String>,
    /// How many bytes the body says it has.
    pub length: Option<u64>,
    /// Where in the file the body begins: 0, or with status 206 the first byte of `Content-Range`.
    pub from: u64,
    /// True if there is a `Content-Encoding` other than `identity`.
    pub encoded: bool,
    /// `Location`, as it was sent.
    pub location: Option<String>,
    /// The content.
    pub body: Box<dyn Body>,
}

/// The content of an answer.
pub trait Body: Send {
    /// The next bytes, never none; `None` at the end. An end before the announced length is
    /// [`TransportError::Cut`].
    fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportError>;
}

/// Why there was no answer, or not all of it. `reason` is what the system said, and says nothing
/// of the question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The name of the host is not found.
    #[error("the name `{host}` cannot be resolved")]
    Dns {
        /// The host.
        host: String,
    },
    /// Nobody answers there.
    #[error("no connection to `{host}`: {reason}")]
    Connect {
        /// The host.
        host: String,
        /// The cause.
        reason: String,
    },
    /// There is no encrypted connection.
    #[error("no TLS session with `{host}`: {reason}")]
    Tls {
        /// The host.
        host: String,
        /// The cause.
        reason: String,
    },
    /// The proxy on the way refuses, or is not there.
    #[error("the proxy on the way to `{host}` refuses the connection: {reason}")]
    Proxy {
        /// The host that was asked for.
        host: String,
        /// The cause.
        reason: String,
    },
    /// Nothing came in time.
    #[error("`{host}` did not answer in time")]
    Timeout {
        /// The host.
        host: String,
    },
    /// The connection ended in the middle of the answer.
    #[error("the connection to `{host}` was lost")]
    Cut {
        /// The host.
        host: String,
    },
    /// The answer is no HTTP.
    #[error("`{host}` gave an answer that is not readable")]
    Answer {
        /// The host.
        host: String,
    },
    /// A file of a folder or share could not be read.
    #[error("a file of the feed's folder cannot be read: {reason}")]
    File {
        /// The cause.
        reason: String,
    },
    /// This network does not know addresses of this kind.
    #[error("an address cannot be asked: {reason}")]
    Address {
        /// Why not.
        reason: String,
    },
}

impl TransportError {
    /// The code word of the error object.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Dns { .. } => "network.dns",
            Self::Connect { .. } | Self::Cut { .. } => "network.connect",
            Self::Tls { .. } => "network.tls",
            Self::Proxy { .. } => "network.proxy",
            Self::Timeout { .. } => "network.timeout",
            Self::Answer { .. } | Self::Address { .. } => "network.http",
            Self::File { .. } => "file.io",
        }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Dns { .. } => "check the network and the name server",
            Self::Connect { .. } | Self::Cut { .. } | Self::Timeout { .. } => {
                "check the network and the firewall; reading and uploading go on without it"
            }
            Self::Tls { .. } => {
                "check the date of this computer, and whether the network inspects TLS with a root this system does not trust"
            }
            Self::Proxy { .. } => "check the proxy settings of this computer or of the policy",
            Self::Answer { .. } | Self::Address { .. } => {
                "check the address in the policy; a proxy or another program may answer there"
            }
            Self::File { .. } => "check that the folder or share is there and may be read",
        }
    }
}
