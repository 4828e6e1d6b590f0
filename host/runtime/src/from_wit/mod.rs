//! The contract's types as the model's. Name for name; nothing is decided here but that a date the
//! calendar does not have is refused.

mod diary;
mod insulin;
mod levels;

use jiff::{SignedDuration, Timestamp};
use meterport_devices::LinkError;
use meterport_model::check::EntryError;
use meterport_model::device::{ClockObservation, DeviceInfo, Limits};
use meterport_model::device_time::DeviceTime;
use meterport_model::entry::{Entry, Order, Origin, Payload, Stamp, Validity};
use meterport_model::quantity::Milli;
use zeroize::Zeroizing;

use crate::bindings::{records, types};
use crate::error::ReadError;

pub(crate) fn device_time(time: types::DeviceTime) -> Result<DeviceTime, EntryError> {
    let types::DeviceTime { year, month, day, hour, minute, second } = time;
    Ok(DeviceTime::new(year, month, day, hour, minute, second)?)
}

fn maybe_time(time: Option<types::DeviceTime>) -> Result<Option<DeviceTime>, EntryError> {
    time.map(device_time).transpose()
}

pub(crate) fn to_device_time(time: DeviceTime) -> types::DeviceTime {
    let civil = time.civil();
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    types::DeviceTime {
        year: u16::try_from(civil.year()).unwrap_or_default(),
        month: small(civil.month()),
        day: small(civil.day()),
        hour: small(civil.hour()),
        minute: small(civil.minute()),
        second: small(civil.second()),
    }
}

/// The device, and its clock beside the host's.
pub(crate) fn device_info(
    info: records::DeviceInfo,
    began_at: Option<Timestamp>,
) -> Result<(DeviceInfo, Option<ClockObservation>), EntryError> {
    let clock = info
        .clock
        .map(|clock| {
            let host_at = clock.read_at_ms.zip(began_at).and_then(|(ms, began)| {
                began.checked_add(SignedDuration::from_millis(i64::try_from(ms).ok()?)).ok()
            });
            Ok::<_, EntryError>(ClockObservation {
                local: maybe_time(clock.local)?,
                tick: clock.tick,
                host_at,
            })
        })
        .transpose()?;
    let info = DeviceInfo {
        model: info.model,
        serial_number: info.serial_number.map(Zeroizing::new),
        firmware: info.firmware,
        display_unit: info.display_unit.map(levels::unit),
        time_resolution_seconds: info.time_resolution_seconds,
        limits: info
            .limits
            .into_iter()
            .map(|limits| Limits {
                quantity: limits.quantity,
                unit: levels::unit(limits.unit),
                low: limits.low.map(Milli),
                high: limits.high.map(Milli),
            })
            .collect(),
        extra: info.extra,
    };
    Ok((info, clock))
}

pub(crate) fn entry(entry: records::Entry) -> Result<Entry, EntryError> {
    Ok(Entry {
        origin: origin(entry.origin),
        at: Stamp {
            local: maybe_time(entry.at.local)?,
            reliable: entry.at.reliable,
            tick: entry.at.tick,
        },
        validity: match entry.validity {
            records::Validity::Valid => Validity::Valid,
            records::Validity::Questionable => Validity::Questionable,
            records::Validity::Invalid => Validity::Invalid,
            records::Validity::Superseded => Validity::Superseded,
        },
        payload: payload(entry.payload)?,
        marks: entry.marks,
        extra: entry.extra,
        raw: Zeroizing::new(entry.raw),
    })
}

fn origin(origin: records::Origin) -> Origin {
    let records::Origin { log, numbers, sequence, part } = origin;
    Origin { log, numbers, sequence, part }
}

fn payload(payload: records::Payload) -> Result<Payload, EntryError> {
    Ok(match payload {
        records::Payload::Smbg(smbg) => Payload::Smbg(levels::smbg(smbg)),
        records::Payload::Ketone(ketone) => Payload::Ketone(levels::ketone(ketone)),
        records::Payload::Cgm(cgm) => Payload::Cgm(levels::cgm(cgm)),
        records::Payload::Calibration(given) => Payload::Calibration(levels::calibration(given)?),
        records::Payload::Bolus(bolus) => Payload::Bolus(insulin::bolus(bolus)),
        records::Payload::InsulinDose(dose) => Payload::InsulinDose(insulin::dose(dose)),
        records::Payload::Basal(basal) => Payload::Basal(insulin::basal(basal)),
        records::Payload::Wizard(wizard) => Payload::Wizard(insulin::wizard(wizard)),
        records::Payload::Carbs(carbs) => Payload::Carbs(diary::carbs(carbs)),
        records::Payload::Exercise(exercise) => Payload::Exercise(diary::exercise(exercise)),
        records::Payload::Event(event) => Payload::Event(diary::event(event)),
        records::Payload::Note(note) => Payload::Note(diary::note(note)),
        records::Payload::Alarm(alarm) => Payload::Alarm(diary::alarm(alarm)),
        records::Payload::Settings(settings) => Payload::Settings(diary::settings(settings)),
        records::Payload::TimeChange(change) => Payload::TimeChange(diary::time_change(change)?),
        records::Payload::Other(other) => Payload::Other(diary::other(other)),
    })
}

pub(crate) fn orders(orders: Vec<(String, records::Order)>) -> Vec<(String, Order)> {
    orders
        .into_iter()
        .map(|(log, order)| {
            let order = match order {
                records::Order::OldestFirst => Order::OldestFirst,
                records::Order::NewestFirst => Order::NewestFirst,
            };
            (log, order)
        })
        .collect()
}

/// The driver's own words, with what the link said where the contract has no word for it.
pub(crate) fn driver_error(error: types::DriverError, link: Option<&LinkError>) -> ReadError {
    match error {
        types::DriverError::Io(error) => ReadError::Link(link_error(error, link)),
        types::DriverError::Protocol(types::ProtocolError { code, detail, .. }) => {
            ReadError::Protocol { code: short(&code), detail: short(&detail) }
        }
        types::DriverError::UnsupportedDevice(what) => {
            ReadError::Unsupported { what: short(&what) }
        }
        types::DriverError::UserAction(action) => ReadError::UserAction { action: short(&action) },
        types::DriverError::Other((code, text)) => {
            ReadError::Other { code: short(&code), text: short(&text) }
        }
    }
}

fn link_error(error: types::IoError, link: Option<&LinkError>) -> LinkError {
    match error {
        types::IoError::Timeout => match link {
            Some(LinkError::Stale) => LinkError::Stale,
            _ => LinkError::Timeout,
        },
        types::IoError::Disconnected => LinkError::Disconnected,
        types::IoError::Stall => LinkError::Stall,
        types::IoError::Overflow => LinkError::Overflow,
        types::IoError::Cancelled => LinkError::Cancelled,
        types::IoError::Denied(what) => LinkError::Denied(short(&what)),
        types::IoError::Other(text) => match link {
            Some(link @ LinkError::Other { .. }) => link.clone(),
            _ => LinkError::Other { code: "driver", text: short(&text) },
        },
    }
}

/// Text from outside, for a person: printable, and not endless.
pub(crate) fn short(text: &str) -> String {
    meterport_model::text::printable(text).chars().take(512).collect()
}
