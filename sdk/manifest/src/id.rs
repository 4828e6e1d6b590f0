//! Names and numbers of versions: driver ids, contract versions, SemVer.
//!
//! Manifest, feed and store all say ids and versions; this is the one place that checks them.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

/// The id of a driver: words of `[a-z0-9]`, joined by hyphens and dots, at most 64 bytes. Never a
/// path, although it looks harmless in one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DriverId(String);

/// Why a text is no id or version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// Not `[a-z0-9]+(-[a-z0-9]+)*`, several joined by dots, at most 64 bytes.
    #[error("is no id of lower-case words joined by `-` and `.`, at most 64 bytes")]
    Word,
    /// `app` is the program itself.
    #[error("is `app`, which is reserved for the program itself")]
    Reserved,
    /// Not SemVer 2, longer than 64 bytes, or with `--` in it.
    #[error("is no SemVer 2 version of at most 64 bytes without `--`")]
    Version,
    /// Not two whole numbers joined by a dot.
    #[error("is no contract version such as `0.1`")]
    Contract,
}

impl DriverId {
    /// Checks an id.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if !is_dotted_word(text) {
            return Err(IdError::Word);
        }
        if text == "app" {
            return Err(IdError::Reserved);
        }
        Ok(Self(text.to_owned()))
    }

    /// True for an id without a dot: the driver is ours, not a vendor's.
    pub fn is_ours(&self) -> bool {
        !self.0.contains('.')
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DriverId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl AsRef<str> for DriverId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for DriverId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DriverId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `[a-z0-9]+(-[a-z0-9]+)*`, several joined by dots, at most 64 bytes.
pub(crate) fn is_dotted_word(text: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.len() <= 64 && text.split(['.', '-']).all(word)
}

/// Checks a version of a driver or of the program: SemVer 2, at most 64 bytes, without `--` (the
/// comments of signatures have none).
pub fn parse_version(text: &str) -> Result<semver::Version, IdError> {
    if text.len() > 64 || text.contains("--") {
        return Err(IdError::Version);
    }
    semver::Version::parse(text).map_err(|_| IdError::Version)
}

/// The contract a driver was built against: `0.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContractVersion {
    /// The first number.
    pub major: u64,
    /// The second number.
    pub minor: u64,
}

impl ContractVersion {
    /// True if a host that implements `host` can load a driver of this contract: the same minor
    /// version below 1.0, from there the same major version and no older minor version.
    pub fn is_served_by(&self, host: &semver::Version) -> bool {
        self.major == host.major
            && if self.major == 0 { self.minor == host.minor } else { self.minor <= host.minor }
    }
}

impl FromStr for ContractVersion {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        // SemVer already says what a number is: digits without leading zeros, in 64 bits.
        let number = |part: &str| match semver::Version::parse(&format!("{part}.0.0")) {
            Ok(version) if part.bytes().all(|b| b.is_ascii_digit()) => Ok(version.major),
            _ => Err(IdError::Contract),
        };
        let (major, minor) = text.split_once('.').ok_or(IdError::Contract)?;
        Ok(Self { major: number(major)?, minor: number(minor)? })
    }
}

impl fmt::Display for ContractVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
