//! GET from a folder: a local mirror on a share or a stick.
//!
//! A share that is gone can hold a read for minutes, so a thread of its own reads and the deadline
//! holds all the same.

use std::fs::File;
use std::io::{self, Read as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use meterport_update::{Body, CONNECT_MOST, IDLE_MOST, Request, Response, TransportError};
use reqwest::Url;

use crate::cancel;
use crate::waiting::OFTEN;

/// Answers as a server would: 200 with the whole file, or 404. It knows no `ETag`, so nothing is
/// resumed.
pub(super) fn get(url: &Url, request: &Request<'_>) -> Result<Response, TransportError> {
    if url.query().is_some() {
        return Err(super::refused("a file has no query"));
    }
    let hidden = url.path().to_ascii_lowercase();
    if hidden.contains("%2f") || hidden.contains("%5c") {
        return Err(super::refused("it hides a slash"));
    }
    let path = url.to_file_path().map_err(|()| super::refused("it names no file here"))?;
    let (sender, pieces) = sync_channel(2);
    std::thread::spawn(move || read(File::open(path), &sender));
    let most = request.give_up.min(Instant::now() + CONNECT_MOST + IDLE_MOST);
    let head = receive(&pieces, most)?;
    let (status, length) = match head {
        Some(Piece::Found(length)) => (200, Some(length)),
        Some(Piece::Failed(error)) if is_missing(&error) => (404, None),
        Some(Piece::Failed(error)) => return Err(failed(&error)),
        Some(Piece::Bytes(_)) | None => return Err(failed(&io::ErrorKind::UnexpectedEof.into())),
    };
    Ok(Response {
        status,
        etag: None,
        length,
        from: 0,
        encoded: false,
        location: None,
        body: Box::new(FolderBody { pieces, give_up: request.give_up, left: length.unwrap_or(0) }),
    })
}

enum Piece {
    /// An ordinary file of this length.
    Found(u64),
    Bytes(Vec<u8>),
    Failed(io::Error),
}

/// Ends when nobody listens any more.
fn read(file: io::Result<File>, sender: &SyncSender<Piece>) {
    let pieces = || -> io::Result<()> {
        let mut file = file?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        sender.send(Piece::Found(metadata.len())).map_err(gone)?;
        loop {
            let mut bytes = vec![0; PIECE];
            let count = file.read(&mut bytes)?;
            if count == 0 {
                return Ok(());
            }
            bytes.truncate(count);
            sender.send(Piece::Bytes(bytes)).map_err(gone)?;
        }
    };
    if let Err(error) = pieces() {
        let _ = sender.send(Piece::Failed(error));
    }
}

const PIECE: usize = 64 * 1024;

/// The next piece; none at the end.
fn receive(pieces: &Receiver<Piece>, most: Instant) -> Result<Option<Piece>, TransportError> {
    loop {
        let left = most.saturating_duration_since(Instant::now());
        match pieces.recv_timeout(left.min(OFTEN)) {
            Ok(piece) => return Ok(Some(piece)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) if left <= Duration::ZERO || cancel::asked() => {
                return Err(failed(&io::ErrorKind::TimedOut.into()));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

struct FolderBody {
    pieces: Receiver<Piece>,
    give_up: Instant,
    /// How many bytes are still to come.
    left: u64,
}

impl Body for FolderBody {
    fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        match receive(&self.pieces, self.give_up.min(Instant::now() + IDLE_MOST))? {
            Some(Piece::Bytes(bytes)) => {
                let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                // A file that grows meanwhile is not the one that was announced.
                self.left = self
                    .left
                    .checked_sub(count)
                    .ok_or_else(|| failed(&io::ErrorKind::InvalidData.into()))?;
                Ok(Some(bytes))
            }
            Some(Piece::Failed(error)) => Err(failed(&error)),
            Some(Piece::Found(_)) | None if self.left == 0 => Ok(None),
            Some(Piece::Found(_)) | None => Err(failed(&io::ErrorKind::UnexpectedEof.into())),
        }
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn failed(error: &io::Error) -> TransportError {
    TransportError::File { reason: error.to_string() }
}
