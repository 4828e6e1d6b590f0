//! From what a driver emitted to the document people and programs get.
//!
//! Sorts, names, converts and warns; never changes a value, clamps one or leaves one out. The
//! parts are [`mod@crate::time`], [`mod@crate::units`], [`mod@crate::identity`] and the device's
//! order; here they are put together.

mod body;
mod notes;
mod range;

use jiff::Timestamp;
use meterport_manifest::{Manifest, Model};

use crate::codes::Code;
use crate::device::{DeviceInfo, Readout};
use crate::document::{
    DriverBody, LimitsBody, MeterBody, Reading, ReadoutDocument, ReadoutSchema, Warning,
};
use crate::entry::Entry;
use crate::identity::{DeviceIdentity, Identifier};
use crate::order;
use crate::time::{self, Zone};

use range::Ranges;

/// The driver that read the meter.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DriverRef {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its component, in hex.
    pub sha256: Option<String>,
}

/// What the host knows and the readout does not.
pub struct Circumstances<'a> {
    /// The driver that read the meter.
    pub driver: DriverRef,
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// The zone the meter's clock is read in; none in a recording without one.
    pub zone: Option<Zone>,
    /// The host's time, for a device whose clock was not read; none in a recording without one.
    pub now: Option<Timestamp>,
    /// Random bytes that no other readout has: they stand for a missing serial number in the
    /// records' ids.
    pub nonce: [u8; 32],
}

/// Makes the document of one readout.
pub fn normalise(readout: &Readout, with: &Circumstances<'_>) -> ReadoutDocument {
    let model = with.manifest.model_for(&readout.info.model);
    let strands = order::strands(readout);
    let times = time::resolve(readout, &strands, with.zone.as_ref(), with.now);

    let any_utc = times.moments.iter().any(|moment| moment.time.is_some());
    let places = order::merge(&strands, |place| {
        let utc = times.moments.get(place)?.time.map(|time| time.timestamp().as_second());
        let local = || {
            let local = readout.entries.get(place)?.at.local?.civil();
            Some(
                local
                    .duration_since(jiff::civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0))
                    .as_secs(),
            )
        };
        if any_utc { utc } else { local() }
    });

    let serial = readout.info.serial_number.as_ref().map(|serial| serial.as_str());
    let device = DeviceIdentity::of(serial, &with.nonce);
    let mut identifier = Identifier::new(&with.manifest.family, device);
    let ranges = Ranges::new(&readout.info.limits, model);
    let mut notes = notes::by_place(&readout.entries);
    let mut results = Vec::with_capacity(places.len());
    for place in places {
        let (Some(entry), Some(moment)) = (readout.entries.get(place), times.moments.get(place))
        else {
            continue;
        };
        results.push(Reading {
            id: Some(identifier.next(entry)),
            index: u64::try_from(results.len()).unwrap_or(u64::MAX),
            time: moment.time,
            time_rule: moment.rule,
            notes: notes.remove(&place).unwrap_or_default(),
            ..reading(entry, &ranges)
        });
    }

    let mut warnings = times.warnings;
    warnings.extend(own_warnings(readout, device, model));
    ReadoutDocument {
        schema: ReadoutSchema::V1,
        meter: meter(&readout.info, model),
        driver: DriverBody {
            id: with.driver.id.clone(),
            version: with.driver.version.clone(),
            sha256: with.driver.sha256.clone(),
        },
        clock: times.clock,
        complete: readout.complete,
        results,
        warnings,
    }
}

/// The fields that an entry alone decides.
fn reading(entry: &Entry, ranges: &Ranges<'_>) -> Reading {
    Reading {
        id: None,
        index: 0,
        log: entry.origin.log.clone(),
        sequence: entry.origin.sequence,
        part: entry.origin.part,
        device_time: entry.at.local,
        time: None,
        time_rule: crate::document::TimeRule::Unknown,
        validity: entry.validity,
        marks: entry.marks.clone(),
        notes: Vec::new(),
        extra: entry.extra.clone(),
        body: body::of(&entry.payload, ranges),
    }
}

fn meter(info: &DeviceInfo, model: Option<&Model>) -> MeterBody {
    MeterBody {
        model: model.map_or_else(|| info.model.clone(), |model| model.name.clone()),
        serial: info.serial_number.clone().filter(|serial| !serial.trim().is_empty()),
        firmware: info.firmware.clone().filter(|firmware| !firmware.is_empty()),
        display_unit: info.display_unit,
        time_resolution_seconds: info.time_resolution_seconds,
        limits: info
            .limits
            .iter()
            .map(|limits| LimitsBody {
                quantity: limits.quantity.clone(),
                unit: limits.unit,
                low: limits.low,
                high: limits.high,
            })
            .collect(),
    }
}

fn own_warnings(
    readout: &Readout,
    device: DeviceIdentity<'_>,
    model: Option<&Model>,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code, message: String| warnings.push(Warning { code, message });
    if !device.is_lasting() {
        warn(
            Code::MeterNoSerial,
            "the meter gives no serial number, so its results are not merged with another read"
                .to_owned(),
        );
    }
    if !model.is_some_and(|model| model.tested) {
        warn(
            Code::MeterUntested,
            "this driver has not been tested with this model; compare some results with the meter"
                .to_owned(),
        );
    }
    match readout.skipped {
        0 => {}
        1 => warn(Code::RecordsSkipped, "1 record holds no result and was skipped".to_owned()),
        many => {
            warn(Code::RecordsSkipped, format!("{many} records hold no result and were skipped"))
        }
    }
    warnings
}

#[cfg(test)]
pub(crate) mod tests;
