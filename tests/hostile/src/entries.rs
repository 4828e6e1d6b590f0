//! Results without a fault, to begin with.

use meterport_sdk::wit::{
    Capture, ConcentrationUnit, DeviceInfo, DeviceTime, Entry, Level, Meal, Origin, Payload,
    Sample, Smbg, Stamp, Validity,
};

/// The one log.
pub const LOG: &str = "results";

/// A device that does not exist.
pub fn info() -> DeviceInfo {
    DeviceInfo {
        model: "Hostile".to_owned(),
        serial_number: Some("HOSTILE1".to_owned()),
        firmware: None,
        display_unit: Some(ConcentrationUnit::MgPerDl),
        clock: None,
        time_resolution_seconds: 1,
        limits: Vec::new(),
        extra: Vec::new(),
    }
}

/// A result that differs from its neighbours by value and time.
pub fn entry(number: u32) -> Entry {
    let part =
        |divisor: u32, modulus: u32| u8::try_from(number / divisor % modulus).unwrap_or_default();
    let at = DeviceTime {
        year: 2026,
        month: 1 + part(86_400 * 28, 12),
        day: 1 + part(86_400, 28),
        hour: part(3600, 24),
        minute: part(60, 60),
        second: part(1, 60),
    };
    let level = Level::Value((101 + number % 200) * 1000);
    Entry {
        origin: Origin {
            log: LOG.to_owned(),
            numbers: LOG.to_owned(),
            sequence: Some(u64::from(number)),
            part: 0,
        },
        at: Stamp { local: Some(at), reliable: true, tick: None },
        validity: Validity::Valid,
        payload: Payload::Smbg(Smbg {
            level,
            unit: ConcentrationUnit::MgPerDl,
            sample: Sample::Blood,
            meal: Meal::None,
            minutes_after_meal: None,
            capture: Capture::Measured,
            reference_method: None,
        }),
        marks: Vec::new(),
        extra: Vec::new(),
        raw: Vec::new(),
    }
}

/// Several of them, the oldest first.
pub fn entries(count: u32) -> Vec<Entry> {
    (0..count).map(entry).collect()
}
