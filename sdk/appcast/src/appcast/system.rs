//! Versions of operating systems.

use std::fmt;
use std::str::FromStr;

use crate::word::OsWord;

/// The version of an operating system, or the oldest one that a package runs on: one to three
/// numbers joined by dots. What is not said is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SystemVersion {
    numbers: [u32; 3],
}

/// Why a text is no version of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("is not one to three numbers joined by dots")]
pub struct SystemVersionError;

impl SystemVersion {
    /// From its numbers.
    pub fn new(major: u32, minor: u32, build: u32) -> Self {
        Self { numbers: [major, minor, build] }
    }

    /// True if a system `os` of version `system` is at least this one.
    ///
    /// On Windows a third number below 100 is a service pack and not a build. No Windows that runs
    /// this program has service packs, so there only a later major.minor is enough.
    pub fn is_met_by(&self, os: &OsWord, system: &Self) -> bool {
        let [major, minor, build] = self.numbers;
        let is_windows = os.as_str() == "windows" || os.as_str().starts_with("windows-");
        if is_windows && (1..100).contains(&build) {
            let [system_major, system_minor, _] = system.numbers;
            return (system_major, system_minor) > (major, minor);
        }
        system.numbers >= self.numbers
    }
}

impl FromStr for SystemVersion {
    type Err = SystemVersionError;

    fn from_str(text: &str) -> Result<Self, SystemVersionError> {
        let mut numbers = [0; 3];
        let mut parts = text.split('.');
        for (place, number) in numbers.iter_mut().enumerate() {
            let Some(part) = parts.next() else {
                if place == 0 {
                    return Err(SystemVersionError);
                }
                break;
            };
            if !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(SystemVersionError);
            }
            *number = part.parse().map_err(|_| SystemVersionError)?;
        }
        if parts.next().is_some() { Err(SystemVersionError) } else { Ok(Self { numbers }) }
    }
}

impl fmt::Display for SystemVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, build] = self.numbers;
        write!(f, "{major}.{minor}.{build}")
    }
}

#[cfg(test)]
mod tests {
    use super::{SystemVersion, SystemVersionError};
    use crate::word::OsWord;

    fn version(text: &str) -> SystemVersion {
        text.parse().unwrap()
    }

    fn os(text: &str) -> OsWord {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in ["", "a", "10.", ".1", "10.0.1.2", "+10", "10.x", "-1", "4294967296", "10 "] {
            assert_eq!(text.parse::<SystemVersion>(), Err(SystemVersionError), "{text}");
        }
    }

    #[test]
    fn an_older_system_does_not_do() {
        for (system, least) in [("10.12.9", "10.13"), ("13", "13.0.1"), ("13.9.9", "14")] {
            assert!(!version(least).is_met_by(&os("macos-arm64"), &version(system)));
        }
        for (system, least) in [("10.13", "10.13"), ("13.0.1", "13"), ("14", "13.9.9")] {
            assert!(version(least).is_met_by(&os("macos-arm64"), &version(system)));
        }
    }

    #[test]
    fn a_small_third_number_on_windows_is_a_service_pack() {
        let windows = os("windows-x64");
        assert!(!version("10.0.1").is_met_by(&windows, &version("10.0.19045")));
        assert!(version("6.1.1").is_met_by(&windows, &version("10.0.19045")));
        assert!(!version("10.0.22000").is_met_by(&windows, &version("10.0.19045")));
        assert!(version("10.0.17763").is_met_by(&windows, &version("10.0.19045")));
    }
}
