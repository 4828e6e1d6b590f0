//! What is said about the meter beside its records.

use serde::{Deserialize, Serialize};

use crate::document::{ClockBody, DriverBody, MeterBody, ReadoutDocument};

/// What was read, by which driver, and how its clock stood: the same objects as in the readout.
/// Holds a serial number, so it prints itself nowhere.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MeterInfo {
    /// `meter` of the readout.
    pub meter: MeterBody,
    /// `driver` of the readout.
    pub driver: DriverBody,
    /// `clock` of the readout.
    pub clock: ClockBody,
}

impl MeterInfo {
    /// Of this readout.
    pub fn of(readout: &ReadoutDocument) -> Self {
        Self {
            meter: readout.meter.clone(),
            driver: readout.driver.clone(),
            clock: readout.clock.clone(),
        }
    }
}
