//! One question to the origins of a feed, with the rules that hold for every answer: which
//! addresses may be opened, how many redirects, how many bytes, how long.
//!
//! Nothing here knows what an answer says.

use std::time::{Duration, Instant};

use url::Url;

use crate::base::Origins;
use crate::transport::{Body, Request, Response, Resume, Transport, TransportError};

/// How many redirects of one question are followed.
const REDIRECTS_MOST: usize = 3;

/// Longest `ETag` that is kept.
const ETAG_MOST: usize = 256;

/// How long the connection of a package may be nearly silent, and how many bytes it brings in that
/// time at least: 2 KiB/s.
const RATE_OVER: Duration = Duration::from_secs(60);
const RATE_LEAST: u64 = 60 * 2 * 1024;

/// Why a question has no answer that counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Below HTTP.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Another status than one that is meant.
    #[error("{}", answered(host, *status))]
    Status {
        /// The host.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// The address is not below a base or mirror of the feed, or a redirect leads away from them.
    #[error("an address at `{host}` is no base or mirror of the feed; it was not opened")]
    Elsewhere {
        /// The host that was named.
        host: String,
    },
    /// A redirect without an address, or from `https:` to something weaker.
    #[error("`{host}` redirects to an address that cannot be followed")]
    Redirect {
        /// The host.
        host: String,
    },
    /// One redirect too many.
    #[error("`{host}` redirects more than {REDIRECTS_MOST} times")]
    Redirects {
        /// The host.
        host: String,
    },
    /// The answer has a content encoding, so its bytes are not those of the file.
    #[error("`{host}` answers with a content encoding, which nobody asked for")]
    Encoded {
        /// The host.
        host: String,
    },
    /// The answer is longer than it may be.
    #[error("the answer of `{host}` is longer than {most} bytes; it was cut off")]
    TooLong {
        /// The host.
        host: String,
        /// How long it may be.
        most: u64,
    },
    /// The answer ended before all was there.
    #[error("the answer of `{host}` is shorter than {length} bytes")]
    TooShort {
        /// The host.
        host: String,
        /// How long it must be.
        length: u64,
    },
    /// The time for this question is over.
    #[error("`{host}` did not finish its answer in time; it was given up")]
    TooLate {
        /// The host.
        host: String,
    },
    /// A package came more slowly than anybody would wait for.
    #[error("`{host}` sent less than 2 KiB/s for a minute; it was given up")]
    TooSlow {
        /// The host.
        host: String,
    },
    /// The person does not want it any more.
    #[error("cancelled")]
    Cancelled,
}

impl FetchError {
    /// The code word of the error object.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Transport(error) => error.code(),
            Self::TooLate { .. } | Self::TooSlow { .. } => "network.timeout",
            Self::Cancelled => "cancelled",
            _ => "network.http",
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Transport(error) => Some(error.hint()),
            Self::Status { status: 404 | 410, .. } => {
                Some("check the address of the feed in the policy; a mirror may be incomplete")
            }
            Self::Status { status: 407, .. } => {
                Some("check the proxy settings of this computer or of the policy")
            }
            Self::TooLate { .. } | Self::TooSlow { .. } => {
                Some("try again later; reading and uploading go on without it")
            }
            Self::Cancelled => None,
            _ => Some("a proxy, a sign-in page or another program may answer at this address"),
        }
    }

    /// True if asking the same host once more is only lost time.
    pub(crate) fn is_stall(&self) -> bool {
        match self {
            Self::Transport(_) | Self::TooLate { .. } | Self::TooSlow { .. } => true,
            Self::Status { .. }
            | Self::Elsewhere { .. }
            | Self::Redirect { .. }
            | Self::Redirects { .. }
            | Self::Encoded { .. }
            | Self::TooLong { .. }
            | Self::TooShort { .. }
            | Self::Cancelled => false,
        }
    }
}

/// What asks, and whom it may ask.
#[derive(Clone, Copy)]
pub(crate) struct Fetch<'a> {
    pub transport: &'a dyn Transport,
    pub origins: &'a Origins,
    pub cancelled: &'a dyn Fn() -> bool,
}

/// The answer to a question for a small file.
pub(crate) enum Small {
    /// Status 304: it is what `if_none_match` named.
    Unchanged,
    /// The whole file.
    Whole { bytes: Vec<u8>, etag: Option<String> },
}

/// An answer whose body is still to come.
pub(crate) struct Open<'a> {
    fetch: Fetch<'a>,
    body: Box<dyn Body>,
    host: String,
    give_up: Instant,
    /// Where in the file the body begins.
    pub from: u64,
    /// As far as one was sent that can be sent back.
    pub etag: Option<String>,
}

impl<'a> Fetch<'a> {
    /// Asks for a file of at most `most` bytes, all of it before `give_up`.
    pub fn small(
        &self,
        url: &Url,
        if_none_match: Option<&str>,
        most: usize,
        give_up: Instant,
    ) -> Result<Small, FetchError> {
        let (response, host) = self.ask(url, if_none_match, None, give_up)?;
        if response.status == 304 && if_none_match.is_some() {
            return Ok(Small::Unchanged);
        }
        let mut open = self.opened(response, host, None, most as u64, give_up)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = open.chunk()? {
            if bytes.len().saturating_add(chunk.len()) > most {
                return Err(FetchError::TooLong { host: open.host, most: most as u64 });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Small::Whole { bytes, etag: open.etag })
    }

    /// Asks for a file of exactly `length` bytes, or for the rest of it. Its body is to come.
    pub fn open(
        &self,
        url: &Url,
        resume: Option<Resume<'_>>,
        length: u64,
        give_up: Instant,
    ) -> Result<Open<'a>, FetchError> {
        let (response, host) = self.ask(url, None, resume, give_up)?;
        self.opened(response, host, resume, length, give_up)
    }

    /// Asks, and follows redirects inside the origins.
    fn ask(
        &self,
        url: &Url,
        if_none_match: Option<&str>,
        resume: Option<Resume<'_>>,
        give_up: Instant,
    ) -> Result<(Response, String), FetchError> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS_MOST {
            let host = host_of(&url);
            // RULE: only bases and mirrors are asked, by redirect or otherwise.
            if !self.origins.hold(&url) {
                return Err(FetchError::Elsewhere { host });
            }
            if (self.cancelled)() {
                return Err(FetchError::Cancelled);
            }
            if self.transport.now() >= give_up {
                return Err(FetchError::TooLate { host });
            }
            let request = Request { url: url.as_str(), if_none_match, resume, give_up };
            let response = self.transport.get(&request)?;
            if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
                return Ok((response, host));
            }
            url = redirected(&url, response.location.as_deref())
                .ok_or(FetchError::Redirect { host })?;
        }
        Err(FetchError::Redirects { host: host_of(&url) })
    }

    fn opened(
        &self,
        response: Response,
        host: String,
        resume: Option<Resume<'_>>,
        most: u64,
        give_up: Instant,
    ) -> Result<Open<'a>, FetchError> {
        let from = match (response.status, resume) {
            (200, _) => 0,
            (206, Some(resume)) if response.from == resume.from => resume.from,
            (status, _) => return Err(FetchError::Status { host, status }),
        };
        if response.encoded {
            return Err(FetchError::Encoded { host });
        }
        let room = most.saturating_sub(from);
        if response.length.is_some_and(|length| length > room) {
            return Err(FetchError::TooLong { host, most });
        }
        let etag = response.etag.filter(|etag| can_be_sent_back(etag));
        Ok(Open { fetch: *self, body: response.body, host, give_up, from, etag })
    }
}

impl Open<'_> {
    /// The next bytes; `None` at the end.
    pub fn chunk(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        if (self.fetch.cancelled)() {
            return Err(FetchError::Cancelled);
        }
        let chunk = self.body.chunk()?;
        if chunk.is_some() && self.fetch.transport.now() >= self.give_up {
            return Err(FetchError::TooLate { host: self.host.clone() });
        }
        Ok(chunk)
    }

    /// Whom this answer is from.
    pub fn host(&self) -> &str {
        &self.host
    }
}

/// Watches that something worth waiting for comes.
pub(crate) struct Rate {
    since: Instant,
    bytes: u64,
}

impl Rate {
    pub fn new(now: Instant) -> Self {
        Self { since: now, bytes: 0 }
    }

    /// Counts what came; false if too little came for too long.
    pub fn came(&mut self, now: Instant, bytes: u64) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        if now.saturating_duration_since(self.since) < RATE_OVER {
            return true;
        }
        let enough = self.bytes >= RATE_LEAST;
        *self = Self::new(now);
        enough
    }
}

fn answered(host: &str, status: u16) -> String {
    match (host, status) {
        (FOLDER, 404) => "the file is not there".to_owned(),
        _ => format!("`{host}` answered with status {status}"),
    }
}

/// A place without a host.
const FOLDER: &str = "the feed's folder";

/// How people call the place of an address.
pub(crate) fn host_of(url: &Url) -> String {
    match url.host_str() {
        Some(host) if !host.is_empty() => host.to_owned(),
        _ => FOLDER.to_owned(),
    }
}

/// Where a redirect leads; `None` if it says nothing that can be followed. From `https:` it leads
/// to `https:`; a plain one stays of its kind or gets better.
fn redirected(from: &Url, location: Option<&str>) -> Option<Url> {
    const LONGEST: usize = 4096;
    let location = location.filter(|location| location.len() <= LONGEST)?;
    let mut to = from.join(location).ok()?;
    to.set_fragment(None);
    let is_allowed = match from.scheme() {
        "https" => to.scheme() == "https",
        "http" => matches!(to.scheme(), "https" | "http"),
        _ => false,
    };
    is_allowed.then_some(to)
}

/// An `ETag` that is one printable word of a sane length.
fn can_be_sent_back(etag: &str) -> bool {
    !etag.is_empty() && etag.len() <= ETAG_MOST && etag.bytes().all(|b| b.is_ascii_graphic())
}
