//! A file with its signatures at the end: feeds and keyrings.
//!
//! ```text
//! </rss>
//! <!-- minisign
//! untrusted comment: …                     four lines, 1 to 16 times
//! RU…
//! trusted comment: mp1 feed main seq=1042
//! …
//! -->
//! ```
//!
//! Split on bytes, before anything is parsed: the signed bytes are everything before the last marker
//! that stands at the start of a line, and the file ends with the block.

use crate::limits::MAX_BLOCK_BYTES;
use crate::lines;
use crate::signature::{Signature, SplitError};

/// A file, split.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    /// The bytes that the signatures are about.
    pub signed: &'a [u8],
    /// At least one, at most 16.
    pub signatures: Vec<Signature>,
}

const MARKER: &[u8] = b"<!-- minisign\n";
const END: &[u8] = b"-->\n";

/// Takes a file apart. Nothing is verified.
pub fn split(bytes: &[u8]) -> Result<Envelope<'_>, SplitError> {
    let (signed, block) = last_marker(bytes).ok_or(SplitError::NoMarker)?;
    let found = MARKER.len() + block.len();
    if found > MAX_BLOCK_BYTES {
        return Err(SplitError::TooLarge { found });
    }
    let lines = block.strip_suffix(END).ok_or(SplitError::NoEnd)?;
    let lines = match lines.strip_suffix(b"\n") {
        Some(lines) => std::str::from_utf8(lines).map_err(|_| SplitError::NotPrintable)?,
        // `-->` stands at the end of another line, or nothing stands before it.
        None if lines.is_empty() => return Err(SplitError::Lines { found: 0 }),
        None => return Err(SplitError::NoEnd),
    };
    if lines.contains("--") {
        return Err(SplitError::Hyphens);
    }
    let lines: Vec<&str> = lines.split('\n').collect();
    if !lines.iter().all(|line| lines::is_printable(line)) {
        return Err(SplitError::NotPrintable);
    }
    Ok(Envelope { signed, signatures: Signature::all(&lines)? })
}

/// Puts a file together that [`split`] takes apart again, or says why it would not.
pub fn join(signed: &[u8], signatures: &[Signature]) -> Result<Vec<u8>, SplitError> {
    let mut file = [signed, MARKER].concat();
    for signature in signatures {
        file.extend_from_slice(signature.to_string().as_bytes());
    }
    file.extend_from_slice(END);
    match split(&file)? {
        envelope if envelope.signed == signed => Ok(file),
        _ => Err(SplitError::NoMarker),
    }
}

/// What stands before the last marker at the start of a line, and what stands behind it.
fn last_marker(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut end = bytes.len();
    loop {
        let place = bytes.get(..end)?.windows(MARKER.len()).rposition(|window| window == MARKER)?;
        let (before, from) = bytes.split_at_checked(place)?;
        if before.last().is_none_or(|byte| *byte == b'\n') {
            return Some((before, from.strip_prefix(MARKER)?));
        }
        // Markers do not overlap, so the next one ends before this one begins.
        end = place;
    }
}
