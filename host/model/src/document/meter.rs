//! The parts of a readout that are not results: the meter, the driver, the clocks.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::concentration::ConcentrationUnit;
use crate::device_time::DeviceTime;
use crate::quantity::Milli;
use crate::redact::redacted_debug;
use crate::utc_time::UtcTime;

/// The meter.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MeterBody {
    /// The name the manifest gives the model, else what the meter sent.
    pub model: String,
    /// As sent; null where the meter has none.
    pub serial: Option<Zeroizing<String>>,
    /// As sent.
    pub firmware: Option<String>,
    /// What the meter shows; not what it stores.
    pub display_unit: Option<ConcentrationUnit>,
    /// 1, or 60 where records keep no seconds.
    pub time_resolution_seconds: u32,
    /// What the meter says it can measure.
    pub limits: Vec<LimitsBody>,
}

/// What a meter says it can measure.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsBody {
    /// `glucose`, `ketone`
    pub quantity: String,
    /// The unit of both ends.
    pub unit: ConcentrationUnit,
    /// The lower end.
    pub low: Option<Milli>,
    /// The upper end.
    pub high: Option<Milli>,
}

/// The driver that read the meter.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DriverBody {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its component, in hex.
    pub sha256: Option<String>,
}

/// The meter's clock and the host's, at the same moment.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClockBody {
    /// What the meter's clock showed; null where it is lost or cannot be read.
    pub device: Option<DeviceTime>,
    /// The host's time; null where it has none (a recording without one).
    pub host: Option<UtcTime>,
    /// Device clock minus the host's civil time in that zone. Reported, never added.
    pub offset_seconds: Option<i64>,
    /// IANA name.
    pub zone: Option<String>,
}

redacted_debug!(MeterBody, ClockBody);
