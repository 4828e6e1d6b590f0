//! The whole file: which record is which.
//!
//! | place    | record                                                              |
//! |----------|---------------------------------------------------------------------|
//! | 0, 1     | versions, see `version.rs`                                          |
//! | 2        | text about the making of the PDM                                    |
//! | 3, 4     | names of basal programs, settings, see `stored.rs`                  |
//! | 5 to 15  | profiles, see `stored.rs`                                           |
//! | 16       | descriptions of the logs, and the PDM's clock                       |
//! | 17 …     | records of the logs, the newest first, see `record.rs`              |
//!
//! The descriptions (high byte first): five u8 revisions, day, month u8, year u16, s, m, h u8, 1
//! unused, count u16; then for each log index, backup, location, variable, record size u16, first and
//! last index i32.
//!
//! Spec: `README.md`, source 1. Pure.

use meterport_sdk::time::checked;
use meterport_sdk::wit::DeviceTime;
use thiserror::Error;

use crate::bytes::Bytes;
use crate::container::{self, ContainerError};
use crate::stored::{self, Names, Profile, Settings};
use crate::version::{VersionError, Versions};

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum ExportError {
    /// Its bytes are wrong or missing.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// It ends before all of its parts came.
    #[error("file ends before the record of {what}")]
    Missing {
        /// Which part.
        what: &'static str,
    },
    /// A part has another layout.
    #[error("record of {what} has {length} bytes and another layout")]
    Layout {
        /// Which part.
        what: &'static str,
        /// Its bytes.
        length: usize,
    },
    /// Another program or another PDM wrote it.
    #[error(transparent)]
    Version(#[from] VersionError),
}

/// A file whose every checksum agrees.
pub struct Export<'a> {
    /// What wrote it.
    pub versions: Versions,
    /// About the making of the PDM.
    pub manufacturing: &'a [u8],
    /// Names of the basal programs.
    pub names: Names,
    /// Numbers and switches.
    pub settings: Settings,
    /// The bytes of names and settings, as they stand in the file.
    pub settings_raw: Vec<u8>,
    /// Profiles with their bytes.
    pub profiles: Vec<(Profile, &'a [u8])>,
    /// What the PDM's clock showed; none where that is no date.
    pub clock: Option<DeviceTime>,
    /// What the PDM says about its logs.
    pub logs: Vec<Log>,
    /// The records of all logs, in the order of the file.
    pub records: Vec<&'a [u8]>,
}

/// What the PDM says about one of its logs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Log {
    /// Which log.
    pub log: u16,
    /// Index of one end.
    pub first: i32,
    /// Index of the other end.
    pub last: i32,
}

impl<'a> Export<'a> {
    /// Takes a whole file apart.
    ///
    /// # Errors
    ///
    /// See [`ExportError`].
    pub fn parse(file: &'a [u8]) -> Result<Self, ExportError> {
        let payloads = container::payloads(file)?;
        let mut payloads = payloads.into_iter();
        let mut next = |what| payloads.next().ok_or(ExportError::Missing { what });
        let format = next("the format's version")?;
        let versions = Versions::parse(format, next("the PDM's version")?)?;
        let manufacturing = next("its making")?;
        let programs = next("names")?;
        let names = stored::names(programs).ok_or_else(|| layout("names", programs))?;
        let numbers = next("settings")?;
        let settings = Settings::parse(numbers).ok_or_else(|| layout("settings", numbers))?;
        let mut profiles = Vec::new();
        for _ in 0..PROFILES {
            let record = next("a profile")?;
            let profile = stored::profile(record).ok_or_else(|| layout("a profile", record))?;
            profiles.push((profile, record));
        }
        let described = next("the logs")?;
        let (clock, logs) = descriptions(described).ok_or_else(|| layout("the logs", described))?;
        Ok(Self {
            versions,
            manufacturing,
            names,
            settings,
            settings_raw: [programs, numbers].concat(),
            profiles,
            clock,
            logs,
            records: payloads.collect(),
        })
    }
}

fn layout(what: &'static str, record: &[u8]) -> ExportError {
    ExportError::Layout { what, length: record.len() }
}

fn descriptions(record: &[u8]) -> Option<(Option<DeviceTime>, Vec<Log>)> {
    let mut bytes = Bytes::new(record);
    bytes.take(5)?;
    let [day, month] = bytes.array()?;
    let year = bytes.be16()?;
    let [second, minute, hour, _] = bytes.array()?;
    let count = bytes.be16()?;
    let logs = (0..count).map(|_| {
        let log = bytes.be16()?;
        bytes.take(8)?;
        Some(Log { log, first: bytes.be_signed()?, last: bytes.be_signed()? })
    });
    let logs: Option<Vec<_>> = logs.collect();
    Some((checked(year, month, day, hour, minute, second), logs?))
}

/// Half-hour profiles in every file.
const PROFILES: usize = 11;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_that_are_fewer_than_counted_are_none() {
        let mut record = vec![1, 1, 1, 1, 1, 10, 3, 0x07, 0xEA, 0, 16, 7, 0, 0, 1];
        record.extend([0, 3, 0, 0, 0, 0, 0, 1, 0, 39, 0, 0, 0, 9, 0, 0, 4, 0x12]);
        let (clock, logs) = descriptions(&record).unwrap();
        assert_eq!(clock, checked(2026, 3, 10, 7, 16, 0));
        assert_eq!(logs, [Log { log: 3, first: 9, last: 1042 }]);
        record[14] = 2;
        assert!(descriptions(&record).is_none());
    }
}
