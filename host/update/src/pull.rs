//! The bytes of one package from one address: all of them, or a reason.
//!
//! What is there already is not asked for again. What comes in is neither hashed nor believed here.

use std::time::Duration;

use url::Url;

use crate::error::StoreError;
use crate::fetch::{Fetch, FetchError, Rate};
use crate::staging::Staged;
use crate::transport::{Resume, TransportError};

/// How often a connection that was lost is made again, as long as each brought something.
const CONNECTIONS_MOST: usize = 8;

/// The slowest rate that is waited for, in bytes per second; see [`Rate`].
const RATE_LEAST: u64 = 2 * 1024;

/// Where the bytes of a package gather.
pub(crate) trait Sink {
    /// How many are there.
    fn length(&self) -> Result<u64, StoreError>;
    /// Adds some.
    fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError>;
    /// Throws all away.
    fn restart(&mut self) -> Result<(), StoreError>;
}

/// In memory: a driver.
impl Sink for Vec<u8> {
    fn length(&self) -> Result<u64, StoreError> {
        Ok(self.len() as u64)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn restart(&mut self) -> Result<(), StoreError> {
        self.clear();
        Ok(())
    }
}

/// In the store's staging: the program.
impl Sink for Staged {
    fn length(&self) -> Result<u64, StoreError> {
        self.length()
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.append(bytes)
    }

    fn restart(&mut self) -> Result<(), StoreError> {
        self.restart()
    }
}

/// Why the bytes are not all there.
pub(crate) enum PullError {
    Fetch(FetchError),
    Store(StoreError),
}

impl From<FetchError> for PullError {
    fn from(error: FetchError) -> Self {
        Self::Fetch(error)
    }
}

impl From<StoreError> for PullError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Fills `sink` up to `length` bytes from `url`, and tells `progress` how many are there.
pub(crate) fn pull(
    fetch: &Fetch<'_>,
    url: &Url,
    length: u64,
    sink: &mut dyn Sink,
    progress: &dyn Fn(u64),
) -> Result<(), PullError> {
    // A staged file of an earlier time cannot be longer than what it is a part of.
    if sink.length()? > length {
        sink.restart()?;
    }
    let mut etag = None;
    let mut connections = 0;
    loop {
        let before = sink.length()?;
        if before == length {
            return Ok(());
        }
        connections += 1;
        let why = match once(fetch, url, length, sink, &mut etag, progress) {
            Ok(()) => continue,
            Err(PullError::Fetch(why)) => why,
            Err(other) => return Err(other),
        };
        match why {
            // The server cannot or will not give a part: from the beginning, then.
            FetchError::Status { status: 206 | 412 | 416, .. } if before > 0 => sink.restart()?,
            _ if is_lost(&why) && connections < CONNECTIONS_MOST && sink.length()? > before => {}
            why => return Err(why.into()),
        }
        if connections >= CONNECTIONS_MOST {
            return Err(FetchError::TooLate { host: crate::fetch::host_of(url) }.into());
        }
    }
}

/// One connection. `Ok` only with all bytes there.
fn once(
    fetch: &Fetch<'_>,
    url: &Url,
    length: u64,
    sink: &mut dyn Sink,
    etag: &mut Option<String>,
    progress: &dyn Fn(u64),
) -> Result<(), PullError> {
    let from = sink.length()?;
    let resume = (from > 0).then_some(Resume { from, etag: etag.as_deref() });
    let now = fetch.transport.now();
    // Nothing that is fast enough at every minute takes longer than this.
    let seconds = Duration::from_secs(length / RATE_LEAST).saturating_add(Duration::from_secs(180));
    let give_up = now.checked_add(seconds).unwrap_or(now);
    let mut open = fetch.open(url, resume, length, give_up)?;
    if open.from != from {
        sink.restart()?;
    }
    *etag = open.etag.take();
    let mut count = open.from;
    let mut rate = Rate::new(now);
    while let Some(chunk) = open.chunk()? {
        let came = chunk.len() as u64;
        count = count.saturating_add(came);
        if count > length {
            return Err(FetchError::TooLong { host: open.host().to_owned(), most: length }.into());
        }
        sink.append(&chunk)?;
        progress(count);
        if !rate.came(fetch.transport.now(), came) {
            return Err(FetchError::TooSlow { host: open.host().to_owned() }.into());
        }
    }
    match count == length {
        true => Ok(()),
        false => Err(FetchError::TooShort { host: open.host().to_owned(), length }.into()),
    }
}

/// True if the connection ended and another one may bring the rest.
fn is_lost(why: &FetchError) -> bool {
    matches!(
        why,
        FetchError::Transport(TransportError::Cut { .. } | TransportError::Timeout { .. })
    )
}
