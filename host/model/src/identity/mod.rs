//! The identity of a record: the same meter read again tomorrow gives the same ids.
//!
//! A [`RecordId`] is SHA-256 over a domain string and these fields, each as its length in bytes
//! (four bytes, high byte first) and then the bytes:
//!
//! | # | field | bytes |
//! |---|-------|-------|
//! | 0 | domain | `meterport.record-id/1` |
//! | 1 | family | the manifest's `family`, shared by all drivers of one protocol |
//! | 2 | device | `serial` or `readout` |
//! | 3 | which one | the serial number as sent; without one, 32 random bytes of this readout |
//! | 4 | kind | `smbg`, `ketone` … as in documents |
//! | 5 | device time | `2026-10-01T09:48:00`; empty where the record has none |
//! | 6 | sequence | the device's own lasting number in decimal; empty where it gives none |
//! | 7 | value | what the record stores, see the `value` module |
//! | 8 | unit | as in documents; empty where there is none |
//! | 9 | control | `1` where it is marked as control solution, else `0` |
//! | 10 | occurrence | in decimal, from 0, among records equal in all of the above, oldest first |
//!
//! Not in it: anything the host makes (UTC time, derived units), a limit of the range, a position,
//! marks and validity, the driver's name. Another driver of the same family gives the same ids.
//!
//! # Why the occurrence is counted from the oldest
//!
//! Records that are equal in every field cannot be told apart by anybody, so their ids are a set:
//! `n` equal records have the occurrences 0 to n-1.
//!
//! - A new record that equals stored ones gets the next number; the others keep theirs. Counted
//!   from the newest, every one of them would move.
//! - The oldest of `n` equal records drops out: the rest is numbered 0 to n-2. Those ids are all
//!   known already, so a server that holds the n records sees duplicates only. Nothing is lost and
//!   nothing is stored twice.
//! - The limit: the oldest of `n` equal records drops out *and* a new one equal to them arrives
//!   between two readings. The new one gets the id of one that was known, and is taken for a
//!   duplicate. It needs a meter whose memory is full of records of one and the same minute, or a
//!   clock set back to exactly that minute and the same value measured again.
//!
//! Without a serial number ids are local to the readout, and the readout warns `meter.no-serial`.
//! The golden vectors are `vectors/identity.json`.

mod key;
mod value;

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::concentration::Sample;
use crate::entry::{Entry, Payload};
use crate::redact::redacted_debug;

pub use key::{BlindId, BlindIdError, IdentityKey};

/// The identity of a record. Guessable (a value and a minute), so it never leaves the program:
/// on the wire there is only [`RecordId::blind`].
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RecordId([u8; 32]);

redacted_debug!(RecordId);

impl RecordId {
    /// The bare hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Names the device in an identity.
#[derive(Clone, Copy)]
pub enum DeviceIdentity<'a> {
    /// The serial number as sent. Ids last.
    Serial(&'a str),
    /// A device without one: random bytes that no other readout has. Ids are local to the readout.
    Readout(&'a [u8; 32]),
}

impl<'a> DeviceIdentity<'a> {
    /// By the serial number if there is one; a blank one is none.
    pub fn of(serial_number: Option<&'a str>, nonce: &'a [u8; 32]) -> Self {
        match serial_number {
            Some(serial) if !serial.trim().is_empty() => Self::Serial(serial),
            _ => Self::Readout(nonce),
        }
    }

    /// Whether ids last beyond this readout.
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Serial(_))
    }
}

/// The ids of one device's records. Give it the entries oldest first.
pub struct Identifier {
    prefix: Sha256,
    seen: HashMap<[u8; 32], u64>,
}

redacted_debug!(Identifier);

impl Identifier {
    /// For the records of one device of this family.
    pub fn new(family: &str, device: DeviceIdentity<'_>) -> Self {
        let mut prefix = Sha256::new();
        field(&mut prefix, DOMAIN.as_bytes());
        field(&mut prefix, family.as_bytes());
        match device {
            DeviceIdentity::Serial(serial) => {
                field(&mut prefix, b"serial");
                field(&mut prefix, serial.as_bytes());
            }
            DeviceIdentity::Readout(nonce) => {
                field(&mut prefix, b"readout");
                field(&mut prefix, nonce);
            }
        }
        Self { prefix, seen: HashMap::new() }
    }

    /// The id of the next record, which is newer than those before.
    pub fn next(&mut self, entry: &Entry) -> RecordId {
        let mut hash = self.prefix.clone();
        field(&mut hash, entry.payload.kind().as_str().as_bytes());
        let local = Zeroizing::new(entry.at.local.map(|local| local.text()).unwrap_or_default());
        field(&mut hash, local.as_bytes());
        let sequence = entry.origin.sequence.map(|number| number.to_string()).unwrap_or_default();
        field(&mut hash, sequence.as_bytes());
        let (stored, unit) = value::stored(entry);
        field(&mut hash, &stored);
        field(&mut hash, unit.as_bytes());
        field(&mut hash, if is_control(&entry.payload) { b"1" } else { b"0" });

        let occurrence = self.seen.entry(hash.clone().finalize().into()).or_insert(0);
        field(&mut hash, occurrence.to_string().as_bytes());
        *occurrence += 1;
        RecordId(hash.finalize().into())
    }
}

fn is_control(payload: &Payload) -> bool {
    match payload {
        Payload::Smbg(smbg) => smbg.sample == Sample::ControlSolution,
        Payload::Ketone(ketone) => ketone.sample == Sample::ControlSolution,
        _ => false,
    }
}

/// Adds one length-prefixed field. Lengths are bounded by [`crate::check`] far below `u32::MAX`.
fn field(hash: &mut Sha256, bytes: &[u8]) {
    hash.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    hash.update(bytes);
}

const DOMAIN: &str = "meterport.record-id/1";

#[cfg(test)]
mod tests;
