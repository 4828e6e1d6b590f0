//! The signed feed: what its publisher and everybody who reads it must agree on.
//!
//! ```text
//! bytes --split--> signed bytes, signatures --verify--> feed --parse--> items --check--> item
//! ```
//!
//! - A [`Keyring`] holds a publisher's public keys; the next one is accepted by the one before it.
//! - [`verify_feed`] says whether enough of those keys signed a feed, and which one it is. Only the
//!   bytes that it hands back may be parsed.
//! - [`signer`] says who answers for a package.
//!
//! The formats are specified in `README.md`. This crate is pure: bytes in, values out. It signs
//! nothing, opens no file, asks no clock and knows no network, and nothing of a person stands in what
//! it reads.

mod app_manifest;
mod appcast;
mod comment;
mod envelope;
mod feed;
mod hash;
mod key;
mod keyring;
mod limits;
mod lines;
mod match_hint;
mod package;
mod signature;
mod time;
mod word;

pub use app_manifest::{AppManifest, AppManifestError};
pub use appcast::*;
pub use comment::Comment;
pub use envelope::{Envelope, join, split};
pub use feed::{FeedError, Verified, release_seq, verify_feed};
pub use hash::{HashError, Sha256Hex};
pub use key::{KeyError, PublicKey};
pub use keyring::{
    DiskLine, Keyring, KeyringError, LineFault, MatchFault, Role, RoleName, UsbScope, Vendor,
    may_match,
};
pub use limits::{
    FRESH_MOST, MAX_APP_BYTES, MAX_BLOCK_BYTES, MAX_DISKS, MAX_DRIVER_BYTES, MAX_FEED_BYTES,
    MAX_ITEMS, MAX_KEYRING_BYTES, MAX_KEYRINGS, MAX_MIRRORS, MAX_ROLE_KEYS, MAX_SIGNATURES,
    MAX_UNPACKED, MAX_USB_SCOPES, MAX_VENDORS,
};
pub use match_hint::MatchHint;
pub use package::{PackageFault, Signer, signer};
pub use signature::{Signature, SplitError};
pub use word::{FeedId, ItemId, OsWord, WordError};
