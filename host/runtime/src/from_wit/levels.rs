//! Concentrations.

use meterport_model::check::EntryError;
use meterport_model::concentration::{
    Bound, Calibration, Capture, Cgm, CgmSource, ConcentrationUnit, Ketone, Level, Meal, Sample,
    Smbg, Trend,
};
use meterport_model::quantity::Milli;

use super::maybe_time;
use crate::bindings::records;

pub(super) fn unit(unit: records::ConcentrationUnit) -> ConcentrationUnit {
    match unit {
        records::ConcentrationUnit::MgPerDl => ConcentrationUnit::MgPerDl,
        records::ConcentrationUnit::MmolPerL => ConcentrationUnit::MmolPerL,
        records::ConcentrationUnit::EighteenthMmolPerL => ConcentrationUnit::EighteenthMmolPerL,
        records::ConcentrationUnit::ThreeHundredthMmolPerL => {
            ConcentrationUnit::ThreeHundredthMmolPerL
        }
    }
}

pub(super) fn level(level: records::Level) -> Level {
    match level {
        records::Level::Value(value) => Level::Value(Milli(value)),
        records::Level::BelowRange(limit) => Level::BelowRange(bound(&limit)),
        records::Level::AboveRange(limit) => Level::AboveRange(bound(&limit)),
        records::Level::NoValue(code) => Level::NoValue(code),
    }
}

fn bound(bound: &records::Bound) -> Bound {
    Bound { threshold: bound.threshold.map(Milli), stored: bound.stored.map(Milli) }
}

fn sample(sample: records::Sample) -> Sample {
    match sample {
        records::Sample::Unknown => Sample::Unknown,
        records::Sample::Blood => Sample::Blood,
        records::Sample::ControlSolution => Sample::ControlSolution,
    }
}

fn capture(capture: records::Capture) -> Capture {
    match capture {
        records::Capture::Unknown => Capture::Unknown,
        records::Capture::Measured => Capture::Measured,
        records::Capture::EnteredByHand => Capture::EnteredByHand,
    }
}

pub(super) fn smbg(smbg: records::Smbg) -> Smbg {
    Smbg {
        level: level(smbg.level),
        unit: unit(smbg.unit),
        sample: sample(smbg.sample),
        meal: match smbg.meal {
            records::Meal::Unknown => Meal::Unknown,
            records::Meal::None => Meal::None,
            records::Meal::Before => Meal::Before,
            records::Meal::After => Meal::After,
            records::Meal::Fasting => Meal::Fasting,
            records::Meal::Casual => Meal::Casual,
            records::Meal::Bedtime => Meal::Bedtime,
        },
        minutes_after_meal: smbg.minutes_after_meal,
        capture: capture(smbg.capture),
        reference_method: smbg.reference_method,
    }
}

pub(super) fn ketone(ketone: records::Ketone) -> Ketone {
    Ketone { level: level(ketone.level), unit: unit(ketone.unit), sample: sample(ketone.sample) }
}

pub(super) fn cgm(cgm: records::Cgm) -> Cgm {
    Cgm {
        level: level(cgm.level),
        unit: unit(cgm.unit),
        source: match cgm.source {
            records::CgmSource::Unknown => CgmSource::Unknown,
            records::CgmSource::Automatic => CgmSource::Automatic,
            records::CgmSource::Scan => CgmSource::Scan,
            records::CgmSource::Backfilled => CgmSource::Backfilled,
        },
        trend: match cgm.trend {
            records::Trend::Unknown => Trend::Unknown,
            records::Trend::RisingVeryFast => Trend::RisingVeryFast,
            records::Trend::RisingFast => Trend::RisingFast,
            records::Trend::Rising => Trend::Rising,
            records::Trend::Steady => Trend::Steady,
            records::Trend::Falling => Trend::Falling,
            records::Trend::FallingFast => Trend::FallingFast,
            records::Trend::FallingVeryFast => Trend::FallingVeryFast,
            records::Trend::NotComputable => Trend::NotComputable,
            records::Trend::RateOutOfRange => Trend::RateOutOfRange,
        },
        predicted: cgm.predicted.map(level),
        noise: cgm.noise,
        sensor_age_seconds: cgm.sensor_age_seconds,
    }
}

pub(super) fn calibration(given: records::Calibration) -> Result<Calibration, EntryError> {
    Ok(Calibration {
        level: level(given.level),
        unit: unit(given.unit),
        capture: capture(given.capture),
        entered_at: maybe_time(given.entered_at)?,
    })
}
