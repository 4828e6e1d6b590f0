//! Everything that a file holds, and whether that is all of it.
//!
//! The PDM says of each log which indexes it holds. A file whose records do not reach from the one to
//! the other was cut between two records, or is not what it says.
//!
//! Spec: `README.md`, source 1. Pure.

use meterport_sdk::DriverError;
use thiserror::Error;

use crate::container::ContainerError;
use crate::export::{Export, ExportError};
use crate::record::{self, HISTORY, History, Other, PUMP_ALARMS, PumpAlarm, Record};
use crate::version::VersionError;

/// A file that is whole.
pub struct Contents<'a> {
    /// What wrote it, and what is set.
    pub export: Export<'a>,
    /// The history, the oldest first.
    pub history: Vec<History<'a>>,
    /// Alarms of the pump, in the order of the file.
    pub alarms: Vec<PumpAlarm<'a>>,
    /// Records of logs that nobody described, in the order of the file.
    pub others: Vec<Other<'a>>,
    /// Records without any bytes.
    pub empty: u32,
}

/// Why a file cannot be taken for whole.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum ContentsError {
    /// Its parts are not what they should be.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Two records of one log have the same number.
    #[error("two records of log {log} have the same index")]
    Repeated {
        /// Which log.
        log: u8,
    },
    /// The PDM says that there are others.
    #[error("records of log {log} are not those that the file says it holds")]
    Incomplete {
        /// Which log.
        log: u8,
    },
}

impl<'a> Contents<'a> {
    /// Takes a file apart, to its last byte.
    ///
    /// # Errors
    ///
    /// See [`ContentsError`].
    pub fn parse(file: &'a [u8]) -> Result<Self, ContentsError> {
        let export = Export::parse(file)?;
        let mut contents =
            Self { export, history: Vec::new(), alarms: Vec::new(), others: Vec::new(), empty: 0 };
        for raw in &contents.export.records {
            match record::decode(raw) {
                Record::History(record) => contents.history.push(record),
                Record::PumpAlarm(alarm) => contents.alarms.push(alarm),
                Record::Other(other) => contents.others.push(other),
                Record::Empty => contents.empty = contents.empty.saturating_add(1),
            }
        }
        let of_others = |log: u8| {
            let others = contents.others.iter().filter(move |other| other.log == log);
            others.filter_map(|other| other.header?.index)
        };
        let history = contents.history.iter().filter_map(|record| record.header.index);
        contents.check(HISTORY, history.chain(of_others(HISTORY)).collect())?;
        let alarms = contents.alarms.iter().filter_map(|alarm| alarm.header.index);
        contents.check(PUMP_ALARMS, alarms.chain(of_others(PUMP_ALARMS)).collect())?;

        contents.history.reverse();
        if contents.history.iter().all(|record| record.header.index.is_some()) {
            contents.history.sort_by_key(|record| record.header.index);
        }
        Ok(contents)
    }

    fn check(&self, log: u8, mut indexes: Vec<u32>) -> Result<(), ContentsError> {
        indexes.sort_unstable();
        if indexes.windows(2).any(|pair| matches!(pair, [one, next] if one == next)) {
            return Err(ContentsError::Repeated { log });
        }
        let Some(said) = self.export.logs.iter().find(|it| it.log == u16::from(log)) else {
            return Ok(());
        };
        let (Ok(first), Ok(last)) = (u32::try_from(said.first), u32::try_from(said.last)) else {
            return Ok(()); // it says that there is none, or nothing
        };
        let ends = (first.min(last), first.max(last));
        let held = indexes.first().copied().zip(indexes.last().copied());
        // Two zeros may as well mean an empty log.
        if held == Some(ends) || held.is_none() && ends == (0, 0) {
            Ok(())
        } else {
            Err(ContentsError::Incomplete { log })
        }
    }
}

impl From<ContentsError> for DriverError {
    fn from(error: ContentsError) -> Self {
        let code = match &error {
            ContentsError::Export(ExportError::Version(error @ VersionError::NotIbf)) => {
                return Self::UnsupportedDevice(error.to_string());
            }
            ContentsError::Export(ExportError::Version(error @ VersionError::Pdm { .. })) => {
                return Self::UnsupportedDevice(error.to_string());
            }
            ContentsError::Export(ExportError::Container(error)) => match error {
                ContainerError::Size { .. } => "bad-size",
                ContainerError::Truncated { .. } => "truncated",
                ContainerError::Checksum { .. } => "bad-checksum",
            },
            ContentsError::Export(ExportError::Missing { .. }) => "truncated",
            ContentsError::Export(ExportError::Layout { .. }) => "bad-record",
            ContentsError::Repeated { .. } => "repeated-index",
            ContentsError::Incomplete { .. } => "count-mismatch",
        };
        Self::protocol(code, error.to_string())
    }
}
