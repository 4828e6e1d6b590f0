//! The fields of each kind of result, under the names documents give them.
//!
//! Kinds that hold no level and no variant are the contract's own types ([`crate::insulin`],
//! [`crate::diary`]); the others stand here.

use serde::{Deserialize, Serialize};

use super::level::{Concentration, LevelBody, LimitFrom, RangeEnd};
use crate::concentration::{Capture, CgmSource, ConcentrationUnit, Meal, Trend};
use crate::device_time::DeviceTime;
use crate::diary::{Alarm, Carbs, Event, Exercise, Note, Schedule, TimeChange};
use crate::insulin::{Basal, BolusEnd, Delivery, InsulinDose};
use crate::kind::Kind;
use crate::quantity::{Milli, MilliSigned};
use crate::redact::redacted_debug;
use crate::units::{Derived, glucose_mg_per_dl, glucose_mmol_per_l, ketone_mmol_per_l};

/// The fields of one kind.
#[derive(Clone, Eq, PartialEq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "each is the kind of the same name")]
pub enum Body {
    Smbg(SmbgBody),
    Ketone(KetoneBody),
    Cgm(CgmBody),
    Calibration(CalibrationBody),
    Bolus(BolusBody),
    InsulinDose(InsulinDose),
    Basal(Basal),
    Wizard(WizardBody),
    Carbs(Carbs),
    Exercise(Exercise),
    Event(Event),
    Note(Note),
    Alarm(Alarm),
    Settings(SettingsBody),
    TimeChange(TimeChange),
    Other(OtherBody),
}

/// A fingerstick glucose result.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct SmbgBody {
    /// The result.
    #[serde(flatten)]
    pub concentration: Concentration,
    /// Derived, or equal to the value.
    pub mg_dl: Option<Derived>,
    /// Derived, or equal to the value.
    pub mmol_l: Option<Derived>,
    /// Whether it is control solution; null where the meter cannot tell.
    pub control: Option<bool>,
    /// The meal mark.
    pub meal: Meal,
    /// Minutes since the meal.
    pub minutes_after_meal: Option<u16>,
    /// Measured or typed.
    pub capture: Capture,
    /// What the meter says it refers to.
    pub reference_method: Option<String>,
}

/// A ketone result.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct KetoneBody {
    /// The result.
    #[serde(flatten)]
    pub concentration: Concentration,
    /// Derived, or equal to the value.
    pub mmol_l: Option<Derived>,
    /// Whether it is control solution; null where the meter cannot tell.
    pub control: Option<bool>,
}

/// A continuous sensor's result.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct CgmBody {
    /// The result.
    #[serde(flatten)]
    pub concentration: Concentration,
    /// Derived, or equal to the value.
    pub mg_dl: Option<Derived>,
    /// Derived, or equal to the value.
    pub mmol_l: Option<Derived>,
    /// How it came to be stored.
    pub source: CgmSource,
    /// The arrow.
    pub trend: Trend,
    /// What the device predicted.
    pub predicted: Option<LevelBody>,
    /// Registered code.
    pub noise: Option<String>,
    /// Age of the sensor.
    pub sensor_age_seconds: Option<u32>,
}

/// A fingerstick value given to a continuous sensor.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct CalibrationBody {
    /// The value.
    #[serde(flatten)]
    pub concentration: Concentration,
    /// Derived, or equal to the value.
    pub mg_dl: Option<Derived>,
    /// Derived, or equal to the value.
    pub mmol_l: Option<Derived>,
    /// Measured or typed.
    pub capture: Capture,
    /// When the person entered it.
    pub entered_at: Option<DeviceTime>,
}

/// Delivered by a pump.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct BolusBody {
    /// The part given at once.
    pub immediate: Option<Delivery>,
    /// The part given over time.
    pub extended: Option<Delivery>,
    /// How it ended.
    pub end: BolusEnd,
    /// The calculation behind it.
    pub wizard: Option<OriginBody>,
}

/// Another result of the same readout, by its place in the device.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct OriginBody {
    /// Its log.
    pub log: String,
    /// Its lasting number.
    pub sequence: Option<u64>,
    /// Its part.
    pub part: u16,
}

/// A bolus calculation.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the fields of `insulin::Wizard`, where each is explained")]
pub struct WizardBody {
    pub unit: ConcentrationUnit,
    pub glucose: Option<LevelBody>,
    pub carbs: Option<Milli>,
    pub carb_ratio: Option<Milli>,
    pub correction_factor: Option<Milli>,
    pub target_low: Option<Milli>,
    pub target_high: Option<Milli>,
    pub correction_threshold: Option<Milli>,
    pub on_board_correction: Option<Milli>,
    pub on_board_meal: Option<Milli>,
    pub suggested_correction: Option<MilliSigned>,
    pub suggested_meal: Option<MilliSigned>,
    pub programmed_correction: Option<Milli>,
    pub programmed_meal: Option<Milli>,
    pub delivered_correction: Option<Milli>,
    pub delivered_meal: Option<Milli>,
}

/// What was set on the device.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct SettingsBody {
    /// Single settings.
    pub values: Vec<SettingBody>,
    /// Settings that change over the day.
    pub schedules: Vec<Schedule>,
}

/// One setting.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct SettingBody {
    /// Registered key.
    pub key: String,
    /// What it is set to.
    pub value: SettingValueBody,
    /// UCUM.
    pub unit: Option<String>,
}

/// What a setting is set to: exactly one of the three is not null.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct SettingValueBody {
    /// In the setting's unit.
    pub number: Option<MilliSigned>,
    /// Words.
    pub text: Option<String>,
    /// On or off.
    pub flag: Option<bool>,
}

/// A quantity or record the contract has no case for. Its level may be absent altogether.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct OtherBody {
    /// Registered code.
    pub code: String,
    /// The number.
    pub value: Option<Milli>,
    /// UCUM.
    pub unit: Option<String>,
    /// The end of the range it is beyond.
    pub range: Option<RangeEnd>,
    /// The limit at that end.
    pub range_limit: Option<Milli>,
    /// Where the limit is from.
    pub range_limit_from: Option<LimitFrom>,
    /// The number that stood in an out-of-range record.
    pub stored: Option<Milli>,
    /// The device's reason for having no number.
    pub state: Option<String>,
    /// Text, if there is any.
    pub text: Option<String>,
}

impl Body {
    /// The kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Smbg(_) => Kind::Smbg,
            Self::Ketone(_) => Kind::Ketone,
            Self::Cgm(_) => Kind::Cgm,
            Self::Calibration(_) => Kind::Calibration,
            Self::Bolus(_) => Kind::Bolus,
            Self::InsulinDose(_) => Kind::InsulinDose,
            Self::Basal(_) => Kind::Basal,
            Self::Wizard(_) => Kind::Wizard,
            Self::Carbs(_) => Kind::Carbs,
            Self::Exercise(_) => Kind::Exercise,
            Self::Event(_) => Kind::Event,
            Self::Note(_) => Kind::Note,
            Self::Alarm(_) => Kind::Alarm,
            Self::Settings(_) => Kind::Settings,
            Self::TimeChange(_) => Kind::TimeChange,
            Self::Other(_) => Kind::Other,
        }
    }

    /// The level and its unit, for the kinds that are a concentration.
    pub fn concentration(&self) -> Option<&Concentration> {
        match self {
            Self::Smbg(smbg) => Some(&smbg.concentration),
            Self::Ketone(ketone) => Some(&ketone.concentration),
            Self::Cgm(cgm) => Some(&cgm.concentration),
            Self::Calibration(calibration) => Some(&calibration.concentration),
            _ => None,
        }
    }

    /// Whether it is control solution; null where the meter cannot tell or there is no such thing.
    pub fn control(&self) -> Option<bool> {
        match self {
            Self::Smbg(smbg) => smbg.control,
            Self::Ketone(ketone) => ketone.control,
            _ => None,
        }
    }

    /// The derived numbers in mg/dL and mmol/L.
    pub fn derived(&self) -> (Option<Derived>, Option<Derived>) {
        match self {
            Self::Smbg(smbg) => (smbg.mg_dl, smbg.mmol_l),
            Self::Ketone(ketone) => (None, ketone.mmol_l),
            Self::Cgm(cgm) => (cgm.mg_dl, cgm.mmol_l),
            Self::Calibration(calibration) => (calibration.mg_dl, calibration.mmol_l),
            _ => (None, None),
        }
    }

    /// Whether the fields fit together, as they do in everything written here.
    pub(super) fn is_consistent(&self) -> bool {
        let concentration = self.concentration().is_none_or(|concentration| {
            concentration.level().is_consistent() && self.derived() == self.derive(concentration)
        });
        let inner = match self {
            Self::Cgm(cgm) => cgm.predicted.as_ref().is_none_or(LevelBody::is_consistent),
            Self::Wizard(wizard) => wizard.glucose.as_ref().is_none_or(LevelBody::is_consistent),
            Self::Settings(settings) => settings.values.iter().all(SettingBody::is_consistent),
            Self::Other(other) => {
                let level = other.level();
                level == LevelBody::EMPTY || level.is_consistent()
            }
            _ => true,
        };
        concentration && inner
    }

    fn derive(&self, concentration: &Concentration) -> (Option<Derived>, Option<Derived>) {
        match self {
            Self::Ketone(_) => (None, concentration.ketone()),
            _ => concentration.glucose(),
        }
    }
}

impl Concentration {
    /// As glucose in mg/dL and mmol/L.
    pub(crate) fn glucose(&self) -> (Option<Derived>, Option<Derived>) {
        (
            self.value.map(|value| glucose_mg_per_dl(value, self.unit)),
            self.value.map(|value| glucose_mmol_per_l(value, self.unit)),
        )
    }

    /// As ketone in mmol/L.
    pub(crate) fn ketone(&self) -> Option<Derived> {
        self.value.and_then(|value| ketone_mmol_per_l(value, self.unit))
    }
}

impl SettingBody {
    fn is_consistent(&self) -> bool {
        let SettingValueBody { number, text, flag } = &self.value;
        [number.is_some(), text.is_some(), flag.is_some()].iter().filter(|given| **given).count()
            == 1
    }
}

impl OtherBody {
    fn level(&self) -> LevelBody {
        LevelBody {
            value: self.value,
            range: self.range,
            range_limit: self.range_limit,
            range_limit_from: self.range_limit_from,
            stored: self.stored,
            state: self.state.clone(),
        }
    }
}

redacted_debug!(
    Body,
    SmbgBody,
    KetoneBody,
    CgmBody,
    CalibrationBody,
    BolusBody,
    OriginBody,
    WizardBody,
    SettingsBody,
    SettingBody,
    SettingValueBody,
    OtherBody,
);
