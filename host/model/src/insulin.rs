//! Insulin: what a pump delivered, what a person noted, and bolus calculations.
//!
//! Truth: `wit/records.wit`, "Insulin". Insulin in units, carbohydrate in grams.

use serde::{Deserialize, Serialize};

use crate::concentration::{ConcentrationUnit, Level};
use crate::entry::Origin;
use crate::quantity::{Milli, MilliSigned};
use crate::redact::redacted_debug;

/// One half of a bolus.
#[derive(Clone, Copy, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Delivery {
    /// Units asked for.
    pub programmed: Option<Milli>,
    /// Units given.
    pub delivered: Option<Milli>,
    /// Duration asked for.
    pub programmed_seconds: Option<u32>,
    /// Duration until it ended.
    pub delivered_seconds: Option<u32>,
}

/// How a bolus ended.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words explain themselves")]
pub enum BolusEnd {
    Unknown,
    Completed,
    EndedEarly,
    InProgress,
}

/// Delivered by a pump. Normal: only `immediate`. Extended: only `extended`. Dual: both.
#[derive(Clone, Eq, PartialEq)]
pub struct Bolus {
    /// The part given at once.
    pub immediate: Option<Delivery>,
    /// The part given over time.
    pub extended: Option<Delivery>,
    /// How it ended.
    pub end: BolusEnd,
    /// The calculation behind it, by its place in the device.
    pub wizard: Option<Origin>,
}

/// How fast a noted insulin acts.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words explain themselves")]
pub enum InsulinAction {
    Unknown,
    Rapid,
    Short,
    Intermediate,
    Long,
    Premix,
}

/// A dose the person noted in the device; no pump delivered it.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct InsulinDose {
    /// Units; absent where the device only notes that there was a dose.
    pub amount: Option<Milli>,
    /// How fast it acts.
    pub action: InsulinAction,
    /// Registered code, such as `breakfast`.
    pub occasion: Option<String>,
}

/// Why the basal rate is what it is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words explain themselves")]
pub enum BasalMode {
    Scheduled,
    Temporary,
    Suspended,
}

/// One stretch of basal delivery, which lasts until the next one or its own duration.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Basal {
    /// Why the rate is what it is.
    pub mode: BasalMode,
    /// Units per hour.
    pub rate: Option<Milli>,
    /// For a temporary rate set in percent: the change, -100 is no delivery.
    pub percent: Option<i16>,
    /// Duration asked for.
    pub programmed_seconds: Option<u32>,
    /// Duration until it ended.
    pub delivered_seconds: Option<u32>,
    /// Name of the basal program.
    pub program: Option<String>,
    /// Registered code, such as `pod-deactivated`.
    pub reason: Option<String>,
}

/// Inputs and outputs of a bolus calculation.
#[derive(Clone, Eq, PartialEq)]
pub struct Wizard {
    /// The unit of every concentration here.
    pub unit: ConcentrationUnit,
    /// The glucose it was given.
    pub glucose: Option<Level>,
    /// Grams.
    pub carbs: Option<Milli>,
    /// Grams of carbohydrate for one unit of insulin.
    pub carb_ratio: Option<Milli>,
    /// In `unit`, for one unit of insulin.
    pub correction_factor: Option<Milli>,
    /// Lower end of the target, in `unit`.
    pub target_low: Option<Milli>,
    /// Upper end; equal to `target_low` where the target is one number.
    pub target_high: Option<Milli>,
    /// Corrections are suggested above this, in `unit`.
    pub correction_threshold: Option<Milli>,
    /// Units still active from corrections.
    pub on_board_correction: Option<Milli>,
    /// Units still active from meals.
    pub on_board_meal: Option<Milli>,
    /// Units suggested.
    pub suggested_correction: Option<MilliSigned>,
    /// Units suggested.
    pub suggested_meal: Option<MilliSigned>,
    /// Units asked for.
    pub programmed_correction: Option<Milli>,
    /// Units asked for.
    pub programmed_meal: Option<Milli>,
    /// Units given.
    pub delivered_correction: Option<Milli>,
    /// Units given.
    pub delivered_meal: Option<Milli>,
}

redacted_debug!(Delivery, Bolus, InsulinDose, Basal, Wizard);
