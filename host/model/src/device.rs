//! What a device says about itself, and everything one session gave.
//!
//! Truth: `wit/records.wit`, "The device itself", and `wit/driver.wit`, `summary`. The clock is
//! kept beside the device's description, because the host adds its own time to it.

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::concentration::ConcentrationUnit;
use crate::device_time::DeviceTime;
use crate::entry::{Entry, Order};
use crate::quantity::Milli;
use crate::redact::redacted_debug;

/// What the device says it can measure. Sent by the device, never taken from the manual.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Registered: `glucose`, `ketone`.
    pub quantity: String,
    /// The unit of both ends.
    pub unit: ConcentrationUnit,
    /// The lower end.
    pub low: Option<Milli>,
    /// The upper end.
    pub high: Option<Milli>,
}

/// The device itself, as sent.
#[derive(Clone, Eq, PartialEq)]
pub struct DeviceInfo {
    /// The device's own model code or name.
    pub model: String,
    /// As sent.
    pub serial_number: Option<Zeroizing<String>>,
    /// As sent.
    pub firmware: Option<String>,
    /// What it shows; not what it stores.
    pub display_unit: Option<ConcentrationUnit>,
    /// 1, or 60 where records keep no seconds.
    pub time_resolution_seconds: u32,
    /// What the device says it can measure.
    pub limits: Vec<Limits>,
    /// Registered key and value.
    pub extra: Vec<(String, String)>,
}

/// The device's clock, and the host's at the same moment.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct ClockObservation {
    /// Absent where the device says that its clock is lost.
    pub local: Option<DeviceTime>,
    /// The same counter as [`crate::entry::Stamp::tick`], at the same moment.
    pub tick: Option<u64>,
    /// The host's time when the answer arrived. Absent where the clock was stored, not read (an
    /// export file), and where the host has no time (a recording without one).
    pub host_at: Option<Timestamp>,
}

/// Everything one session gave, in emitted order.
#[derive(Clone, Eq, PartialEq)]
pub struct Readout {
    /// The device.
    pub info: DeviceInfo,
    /// Its clock; absent where it has none that can be read.
    pub clock: Option<ClockObservation>,
    /// Its results, as emitted.
    pub entries: Vec<Entry>,
    /// The order of each log, by name.
    pub orders: Vec<(String, Order)>,
    /// Structural records without content that became no entry.
    pub skipped: u32,
    /// False where the session ended before everything was read.
    pub complete: bool,
}

redacted_debug!(DeviceInfo, ClockObservation, Readout);
