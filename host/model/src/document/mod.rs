//! The documents people and programs get: `meterport.readout/1` and `meterport.readouts/1`.
//!
//! One rule makes them: field names of the contract in snake_case, case names in kebab-case,
//! thousandths as plain decimal text without trailing zeros, absent is null. Every key of a kind is
//! always there. `docs/readout.schema.json` says the same for programs; a test compares them.

mod body;
pub mod csv;
mod level;
mod meter;
mod reading;
#[cfg(test)]
mod schema_tests;

use serde::{Deserialize, Serialize};

use crate::codes::Code;
use crate::redact::redacted_debug;

pub use body::{
    Body, BolusBody, CalibrationBody, CgmBody, KetoneBody, OriginBody, OtherBody, SettingBody,
    SettingValueBody, SettingsBody, SmbgBody, WizardBody,
};
pub use level::{Concentration, LevelBody, LimitFrom, RangeEnd};
pub use meter::{ClockBody, DriverBody, LimitsBody, MeterBody};
pub use reading::{Reading, TimeRule};

/// Everything read from one meter in one session, oldest result first.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReadoutDocument {
    /// `meterport.readout/1`
    pub schema: ReadoutSchema,
    /// The meter.
    pub meter: MeterBody,
    /// The driver that read it.
    pub driver: DriverBody,
    /// The meter's clock and the host's.
    pub clock: ClockBody,
    /// False where the session ended before everything was read.
    pub complete: bool,
    /// The results, oldest first.
    pub results: Vec<Reading>,
    /// What somebody should know about them.
    pub warnings: Vec<Warning>,
}

/// The name of the document.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum ReadoutSchema {
    /// Version 1.
    #[default]
    #[serde(rename = "meterport.readout/1")]
    V1,
}

/// Something that somebody should know about a readout.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// The code word.
    pub code: Code,
    /// For people. Holds no result, serial number or name.
    pub message: String,
}

/// Several meters, each read by itself.
#[derive(Clone, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReadoutsDocument {
    /// `meterport.readouts/1`
    pub schema: ReadoutsSchema,
    /// The readouts that succeeded.
    pub readouts: Vec<ReadoutDocument>,
    /// The devices whose reading failed.
    pub errors: Vec<DeviceError>,
}

/// The name of the document.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum ReadoutsSchema {
    /// Version 1.
    #[default]
    #[serde(rename = "meterport.readouts/1")]
    V1,
}

/// A device whose reading failed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceError {
    /// The device, by the id that `devices` shows.
    pub device: String,
    /// What went wrong.
    pub error: ErrorObject,
}

/// An error as programs get it: one object, every key always there.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorObject {
    /// The code word.
    pub code: Code,
    /// What is, in one line.
    pub message: String,
    /// What somebody can do about it.
    pub hint: Option<String>,
    /// The causes, outermost first.
    pub causes: Vec<String>,
    /// The driver at work.
    pub driver: Option<String>,
    /// The part of the conversation.
    pub step: Option<String>,
    /// What there is to choose from, where a choice is needed.
    pub candidates: Option<Vec<String>>,
}

/// The one line on standard error where documents are asked for: `{"error": {…}}`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorDocument {
    /// What went wrong.
    pub error: ErrorObject,
}

redacted_debug!(ReadoutDocument, ReadoutsDocument);
