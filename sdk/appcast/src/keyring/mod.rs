//! Keyrings: all public keys of a publisher, and the chain in which one keyring follows another.
//!
//! The grammar is in `parse.rs` and, in words, in `README.md`. A keyring of number N+1 counts if the
//! root keys of keyring N *and* its own reached their thresholds; keyring 1 is handed over by the
//! caller, who knows it.

mod base;
mod error;
mod lines;
mod parse;
mod usb;
mod valid;

use jiff::Timestamp;

use crate::comment::Comment;
use crate::envelope::{self, Envelope};
use crate::key::PublicKey;
use crate::limits::{MAX_KEYRING_BYTES, MAX_KEYRINGS};
use crate::word::{FeedId, ItemId};

pub use error::{KeyringError, LineFault, RoleName};
pub use usb::{MatchFault, UsbScope, may_match};

/// All public keys of a publisher, and what they may sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyring {
    /// What the feed calls itself; the same along the whole chain.
    pub feed: FeedId,
    /// Its place in the chain, from 1.
    pub version: u32,
    /// From when on it counts no more.
    pub expires: Timestamp,
    /// Who may say what the next keyring is.
    pub root: Role,
    /// Who may say what is published.
    pub release: Role,
    /// Who may say that it is still true.
    pub fresh: Role,
    /// Who may sign drivers beside the release keys.
    pub vendors: Vec<Vendor>,
    /// The disks that are meters.
    pub disks: Vec<DiskLine>,
    /// Further places where the feed lies: https, ending in `/`.
    pub mirrors: Vec<String>,
}

/// Some keys, and how many of them must sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// How many: from 1 to the number of keys.
    pub threshold: usize,
    /// No two are equal.
    pub keys: Vec<PublicKey>,
}

/// Somebody who makes drivers for some devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    /// What people are shown.
    pub name: String,
    /// The vendor's key.
    pub key: PublicKey,
    /// With what the ids of its drivers begin. Ends in a dot.
    pub prefix: String,
    /// The devices that its drivers may match.
    pub usb: Vec<UsbScope>,
}

/// A disk that is a meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskLine {
    /// USB vendor id.
    pub vid: u16,
    /// USB product id.
    pub pid: u16,
    /// Vendor as INQUIRY says it, without trailing blanks.
    pub vendor: String,
    /// Model as INQUIRY says it, without trailing blanks; `*` alone is any model.
    pub model: String,
}

impl Keyring {
    /// Reads the signed bytes of a keyring and verifies nothing: for tools that write one.
    pub fn parse(body: &[u8]) -> Result<Self, KeyringError> {
        valid::keyring(parse::lines(body)?)
    }

    /// The first keyring of a chain, which the caller knows: version 1, signed by its own root keys.
    pub fn first(bytes: &[u8]) -> Result<Self, KeyringError> {
        let envelope = split(bytes)?;
        let keyring = Self::parse(envelope.signed)?;
        keyring.is_version(1)?;
        keyring.is_signed_by(RoleName::OwnRoot, &keyring.root, &envelope)?;
        Ok(keyring)
    }

    /// The keyring that follows this one: the next number, the same feed, signed by enough root keys
    /// of this keyring and by enough of its own. When it expires is not looked at.
    pub fn next(&self, bytes: &[u8]) -> Result<Self, KeyringError> {
        let envelope = split(bytes)?;
        let keyring = Self::parse(envelope.signed)?;
        if keyring.feed != self.feed {
            return Err(KeyringError::Feed { found: keyring.feed, expected: self.feed.clone() });
        }
        keyring.is_version(self.next_version().ok_or(KeyringError::Last)?)?;
        keyring.is_signed_by(RoleName::OldRoot, &self.root, &envelope)?;
        keyring.is_signed_by(RoleName::OwnRoot, &keyring.root, &envelope)?;
        Ok(keyring)
    }

    /// The number of the keyring that may follow; `None` where the chain is at its longest.
    pub fn next_version(&self) -> Option<u32> {
        self.version.checked_add(1).filter(|version| *version <= MAX_KEYRINGS)
    }

    /// True if it counts no more.
    pub fn is_expired(&self, clock: Timestamp) -> bool {
        clock >= self.expires
    }

    /// The vendor whose prefix the id begins with. Prefixes do not overlap.
    pub fn vendor_for(&self, id: &ItemId) -> Option<&Vendor> {
        let ItemId::Driver(id) = id else { return None };
        self.vendors.iter().find(|vendor| id.as_str().starts_with(&vendor.prefix))
    }

    fn is_version(&self, expected: u32) -> Result<(), KeyringError> {
        match self.version {
            found if found == expected => Ok(()),
            found => Err(KeyringError::Version { found, expected }),
        }
    }

    /// Whether enough keys of `role` say that `envelope` is this keyring.
    fn is_signed_by(
        &self,
        name: RoleName,
        role: &Role,
        envelope: &Envelope<'_>,
    ) -> Result<(), KeyringError> {
        let says = Comment::Keyring { feed: self.feed.clone(), version: self.version };
        let found = role.count(envelope, &says);
        match found >= role.threshold {
            true => Ok(()),
            false => Err(KeyringError::TooFew { role: name, found, needed: role.threshold }),
        }
    }
}

impl Role {
    /// How many of the keys say exactly this about the signed bytes. Counts keys, never signatures.
    fn count(&self, envelope: &Envelope<'_>, says: &Comment) -> usize {
        let signed = |key: &&PublicKey| {
            let comment = |signature: &crate::Signature| signature.comment(key, envelope.signed);
            envelope.signatures.iter().filter_map(comment).any(|comment| comment == *says)
        };
        self.keys.iter().filter(signed).count()
    }
}

fn split(bytes: &[u8]) -> Result<Envelope<'_>, KeyringError> {
    if bytes.len() > MAX_KEYRING_BYTES {
        return Err(KeyringError::TooLarge { found: bytes.len() });
    }
    Ok(envelope::split(bytes)?)
}
