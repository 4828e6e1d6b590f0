//! Results that are a concentration: fingerstick glucose, ketone, continuous sensor, calibration.
//!
//! Truth: `wit/records.wit`, "Concentrations" and "Continuous sensor". HI and LO are never
//! numbers here; the number that stood in such a record is kept apart in [`Bound::stored`].

use serde::{Deserialize, Serialize};

use crate::device_time::DeviceTime;
use crate::quantity::Milli;
use crate::redact::redacted_debug;

/// The unit the device stores, whatever it shows.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum ConcentrationUnit {
    /// Milligrams per decilitre.
    #[serde(rename = "mg/dL")]
    MgPerDl,
    /// Millimoles per litre.
    #[serde(rename = "mmol/L")]
    MmolPerL,
    /// Eighteenths of a millimole per litre.
    #[serde(rename = "mmol/L/18")]
    EighteenthMmolPerL,
    /// Three-hundredths of a millimole per litre.
    #[serde(rename = "mmol/L/300")]
    ThreeHundredthMmolPerL,
}

impl ConcentrationUnit {
    /// As documents and people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MgPerDl => "mg/dL",
            Self::MmolPerL => "mmol/L",
            Self::EighteenthMmolPerL => "mmol/L/18",
            Self::ThreeHundredthMmolPerL => "mmol/L/300",
        }
    }
}

/// A number, or the reason why there is none.
#[derive(Clone, Eq, PartialEq)]
pub enum Level {
    /// Thousandths of the unit.
    Value(Milli),
    /// Below the range ("LO"). Not a number.
    BelowRange(Bound),
    /// Above the range ("HI"). Not a number.
    AboveRange(Bound),
    /// The device stored a state. Registered code, such as `sensor-not-calibrated`.
    NoValue(String),
}

/// What is known about the end of the range that a result is beyond.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub struct Bound {
    /// The limit, if the device sent it. A limit from the manual stands in the manifest.
    pub threshold: Option<Milli>,
    /// The number that stood in the record (a stored 601), if there was one.
    pub stored: Option<Milli>,
}

/// What was measured.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sample {
    /// The device cannot tell blood from control solution.
    Unknown,
    /// The person's blood.
    Blood,
    /// A test liquid: kept, marked, never the person's reading.
    ControlSolution,
}

/// Where a result stands to a meal.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words explain themselves")]
pub enum Meal {
    Unknown,
    None,
    Before,
    After,
    Fasting,
    Casual,
    Bedtime,
}

/// How a value came into the device.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capture {
    /// The device does not say.
    Unknown,
    /// The device measured it.
    Measured,
    /// The person typed it.
    EnteredByHand,
}

/// A fingerstick glucose result.
#[derive(Clone, Eq, PartialEq)]
pub struct Smbg {
    /// The result.
    pub level: Level,
    /// The unit of `level`.
    pub unit: ConcentrationUnit,
    /// Blood or control solution.
    pub sample: Sample,
    /// The meal mark.
    pub meal: Meal,
    /// Minutes since the meal.
    pub minutes_after_meal: Option<u16>,
    /// Measured or typed.
    pub capture: Capture,
    /// What the meter says it refers to; registered code, such as `plasma`.
    pub reference_method: Option<String>,
}

/// A ketone result.
#[derive(Clone, Eq, PartialEq)]
pub struct Ketone {
    /// The result.
    pub level: Level,
    /// The unit of `level`.
    pub unit: ConcentrationUnit,
    /// Blood or control solution.
    pub sample: Sample,
}

/// How a sensor value came to be stored.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CgmSource {
    /// The device does not say.
    Unknown,
    /// Stored by itself at a fixed interval.
    Automatic,
    /// Taken when the person held the reader to the sensor.
    Scan,
    /// Filled in after a gap.
    Backfilled,
}

/// The arrow, not a rate: makers draw the line between arrows at different rates.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words explain themselves")]
pub enum Trend {
    Unknown,
    RisingVeryFast,
    RisingFast,
    Rising,
    Steady,
    Falling,
    FallingFast,
    FallingVeryFast,
    NotComputable,
    RateOutOfRange,
}

/// A continuous sensor's result.
#[derive(Clone, Eq, PartialEq)]
pub struct Cgm {
    /// The result.
    pub level: Level,
    /// The unit of `level` and `predicted`.
    pub unit: ConcentrationUnit,
    /// How it came to be stored.
    pub source: CgmSource,
    /// The arrow.
    pub trend: Trend,
    /// What the device predicted, in `unit`.
    pub predicted: Option<Level>,
    /// Registered code, such as `light`.
    pub noise: Option<String>,
    /// Age of the sensor.
    pub sensor_age_seconds: Option<u32>,
}

/// A fingerstick value given to a continuous sensor.
#[derive(Clone, Eq, PartialEq)]
pub struct Calibration {
    /// The value.
    pub level: Level,
    /// The unit of `level`.
    pub unit: ConcentrationUnit,
    /// Measured or typed.
    pub capture: Capture,
    /// When the person entered it, if that is stored apart from the entry's time.
    pub entered_at: Option<DeviceTime>,
}

redacted_debug!(Level, Bound, Smbg, Ketone, Cgm, Calibration);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_written_the_same_everywhere() {
        for unit in [
            ConcentrationUnit::MgPerDl,
            ConcentrationUnit::MmolPerL,
            ConcentrationUnit::EighteenthMmolPerL,
            ConcentrationUnit::ThreeHundredthMmolPerL,
        ] {
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.as_str());
        }
    }
}
