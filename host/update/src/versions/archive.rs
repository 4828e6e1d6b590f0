//! Reads a package of the program, a `.tar.zst`, entry by entry. Nothing is written here.
//!
//! Sources: POSIX.1-1988 `ustar` (IEEE Std 1003.1, "pax", "ustar Interchange Format") for the
//! headers, RFC 8878 for the compression. One frame; plain `ustar` headers of regular files; two
//! blocks of zeros at the end, then only zeros. So there are no links, no sparse files, and no
//! header that changes the name or the size of the next one.

use std::io::{self, BufReader, Read};

use meterport_appcast::{MAX_APP_BYTES, MAX_UNPACKED};

use super::error::{EntryFault, UnpackError};
use super::name::{self, Names};
use crate::disk::Runs;
use crate::hash::{Sha256Hex, Summed};

/// Most entries of one package.
const MAX_ENTRIES: usize = 4096;

/// Largest window of the compression: 2^27 bytes are held while unpacking.
const WINDOW_LOG: u32 = 27;

const BLOCK: u64 = 512;

/// Most zeros behind the end: what fills the last record up, with much to spare.
const MAX_FILLING: u64 = 1024 * 1024;

/// Largest `app.toml` that is read.
pub(crate) const MAX_MANIFEST_BYTES: usize = 64 * 1024;

/// The first entry.
pub(crate) const FIRST: &str = "app.toml";

/// One entry, checked.
pub(crate) struct Head {
    pub name: String,
    pub length: u64,
    pub runs: Runs,
}

/// Reads the whole package, hands every file to `visit`, and says at the end whether the package
/// was the one that has this sum. `visit` reads as much of a file as it likes.
pub(crate) fn walk(
    package: impl Read,
    sha256: &Sha256Hex,
    mut visit: impl FnMut(&Head, &mut dyn Read) -> Result<(), UnpackError>,
) -> Result<(), UnpackError> {
    let mut package = Summed::new(package.take(MAX_APP_BYTES + 1));
    let read = read_frame(&mut package, &mut visit);
    if package.length() > MAX_APP_BYTES {
        return Err(UnpackError::Package);
    }
    read?;
    if package.sum() != Some(*sha256) {
        return Err(UnpackError::Sum { sha256: *sha256 });
    }
    Ok(())
}

/// Reads the one frame, and sees that nothing follows it.
fn read_frame(
    package: &mut impl Read,
    visit: &mut impl FnMut(&Head, &mut dyn Read) -> Result<(), UnpackError>,
) -> Result<(), UnpackError> {
    let mut bounded = Bounded::new(decoder(package)?);
    let read = read_entries(&mut bounded, visit).and_then(|()| bounded.check_end());
    if bounded.is_over {
        return Err(UnpackError::Unpacked);
    }
    read?;
    match bounded.inner.finish().read(&mut [0]).map_err(UnpackError::archive)? {
        0 => Ok(()),
        _ => Err(UnpackError::Trailing),
    }
}

type Decoder<R> = zstd::stream::read::Decoder<'static, BufReader<R>>;

fn decoder<R: Read>(package: R) -> Result<Decoder<R>, UnpackError> {
    let decoder = Decoder::with_buffer(BufReader::new(package));
    let mut decoder = decoder.map_err(UnpackError::archive)?.single_frame();
    decoder.window_log_max(WINDOW_LOG).map_err(UnpackError::archive)?;
    Ok(decoder)
}

fn read_entries(
    bounded: &mut Bounded<impl Read>,
    visit: &mut impl FnMut(&Head, &mut dyn Read) -> Result<(), UnpackError>,
) -> Result<(), UnpackError> {
    let mut names = Names::default();
    let mut total = 0_u64;
    let mut archive = tar::Archive::new(&mut *bounded);
    // Raw: what other headers would do to the next entry is not done, and they are refused.
    let entries = archive.entries().map_err(UnpackError::archive)?.raw(true);
    for (index, entry) in entries.enumerate() {
        let mut entry = entry.map_err(UnpackError::archive)?;
        if index >= MAX_ENTRIES {
            return Err(UnpackError::Entries);
        }
        let number = index + 1;
        let refused = |fault| UnpackError::Entry { number, fault };
        let head = head(entry.header()).map_err(refused)?;
        if (index == 0) != (head.name == FIRST) {
            return Err(refused(EntryFault::First));
        }
        if !names.add(&head.name) {
            return Err(refused(EntryFault::Twice));
        }
        total = total.saturating_add(head.length);
        if total > MAX_UNPACKED {
            return Err(UnpackError::Unpacked);
        }
        visit(&head, &mut entry)?;
        io::copy(&mut entry, &mut io::sink()).map_err(UnpackError::archive)?;
    }
    Ok(())
}

/// What a header says, if it says nothing but a plain file.
fn head(header: &tar::Header) -> Result<Head, EntryFault> {
    let ustar = header.as_ustar().ok_or(EntryFault::Format)?;
    if header.entry_type() != tar::EntryType::Regular || ustar.typeflag != *b"0" {
        return Err(EntryFault::Kind);
    }
    if header.link_name_bytes().is_some_and(|link| !link.is_empty()) {
        return Err(EntryFault::Format);
    }
    let name = header.path_bytes();
    let name = std::str::from_utf8(&name).map_err(|_| EntryFault::Name)?;
    if !name::is_fit(name) {
        return Err(EntryFault::Name);
    }
    let runs = match header.mode() {
        Ok(0o644) => Runs::No,
        Ok(0o755) => Runs::Yes,
        _ => return Err(EntryFault::Mode),
    };
    let length = header.entry_size().map_err(|_| EntryFault::Format)?;
    Ok(Head { name: name.to_owned(), length, runs })
}

/// Counts what is unpacked, and ends it where it is too much.
struct Bounded<R> {
    inner: R,
    count: u64,
    is_over: bool,
}

impl<R: Read> Bounded<R> {
    /// The files, a header for each of them, and the filling.
    const MOST: u64 = MAX_UNPACKED + (MAX_ENTRIES as u64 + 2) * 2 * BLOCK + MAX_FILLING;

    fn new(inner: R) -> Self {
        Self { inner, count: 0, is_over: false }
    }

    /// The second block of zeros, and zeros only. `tar` has read the first, and takes the end of the
    /// bytes for the end of the archive, too.
    fn check_end(&mut self) -> Result<(), UnpackError> {
        let mut buffer = [0; 4096];
        let mut filling = 0;
        loop {
            let count = self.read(&mut buffer).map_err(UnpackError::archive)?;
            let read = buffer.get(..count).unwrap_or_default();
            if read.iter().any(|b| *b != 0) {
                return Err(UnpackError::Trailing);
            }
            filling += count as u64;
            if filling > MAX_FILLING {
                return Err(UnpackError::Trailing);
            }
            if count == 0 {
                break;
            }
        }
        match filling < BLOCK {
            true => Err(UnpackError::archive(io::ErrorKind::UnexpectedEof.into())),
            false => Ok(()),
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count = self.count.saturating_add(count as u64);
        self.is_over = self.count > Self::MOST;
        if self.is_over {
            return Err(io::Error::other("too much is unpacked"));
        }
        Ok(count)
    }
}
