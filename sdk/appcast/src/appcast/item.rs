//! One package of an item that our client takes.

use jiff::Timestamp;
use semver::Version;

use super::api::Api;
use super::system::SystemVersion;
use super::withdrawal::Withdrawal;
use crate::hash::Sha256Hex;
use crate::match_hint::MatchHint;
use crate::signature::Signature;
use crate::word::{ItemId, OsWord};

/// Longest title that is shown, in characters.
pub const MAX_TITLE_CHARS: usize = 200;
/// Longest notes that are shown, in bytes of UTF-8.
pub const MAX_NOTES_BYTES: usize = 16 * 1024;
/// Longest reason that is shown, in bytes of UTF-8.
pub const MAX_REASON_BYTES: usize = 1024;

/// One package of an item, wholly checked. An item with packages for several systems gives one
/// each.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is a version of.
    pub id: ItemId,
    /// The version, which decides.
    pub version: Version,
    /// The version that people read.
    pub shown_version: String,
    /// What people read; cut to [`MAX_TITLE_CHARS`], with `…` where it was cut.
    pub title: String,
    /// Plain text, cut to [`MAX_NOTES_BYTES`], with `…` where it was cut. Not yet filtered for a
    /// terminal.
    pub notes: String,
    /// When it was published, where that can be read.
    pub date: Option<Timestamp>,
    /// The system it runs on; absent: any.
    pub os: Option<OsWord>,
    /// The channel; absent: the one that everybody sees.
    pub channel: Option<String>,
    /// Where the package is: `http:`, `https:` or relative to the feed. Blanks are `%20`.
    pub url: String,
    /// Exact length of the package in bytes.
    pub length: u64,
    /// Its SHA-256.
    pub sha256: Sha256Hex,
    /// The vendor's signatures: there exactly where the id has a dot.
    pub vendor_signature: Option<Vec<Signature>>,
    /// What fits together.
    pub api: Api,
    /// Whether it may be skipped.
    pub critical: Critical,
    /// The oldest system it runs on.
    pub minimum_system: Option<SystemVersion>,
    /// The oldest installed version of the same id that may be updated to this one.
    pub minimum_update: Option<Version>,
    /// Seven groups get it one after the other. Never there without [`date`](Self::date).
    pub phased: Option<Phased>,
    /// It is withdrawn, and so never offered.
    pub withdrawn: Option<Withdrawal>,
    /// What the driver is said to read; only to find it. Its manifest decides.
    pub matches: Vec<MatchHint>,
}

/// `sparkle:criticalUpdate`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Critical {
    /// It may be skipped.
    No,
    /// It may not.
    Always,
    /// It may not by whoever has a version below this one.
    Below(Version),
}

/// `sparkle:phasedRolloutInterval`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phased {
    /// When the first group gets it.
    pub from: Timestamp,
    /// Seconds between two of the seven groups.
    pub seconds: u32,
}

impl Critical {
    /// True for somebody who has `installed`; without anything installed nothing is critical.
    pub fn is_for(&self, installed: Option<&Version>) -> bool {
        match (self, installed) {
            (Self::No, _) | (_, None) => false,
            (Self::Always, Some(_)) => true,
            (Self::Below(version), Some(installed)) => installed.cmp_precedence(version).is_lt(),
        }
    }
}
