//! The records of the file, byte by byte.

use meterport_sdk::check::sum16;
use meterport_sdk::wit::DeviceTime;

use super::memory::{Memory, Stored, What};

/// What is set.
#[derive(Clone)]
pub struct Settings {
    /// A DASH and not an Eros.
    pub dash: bool,
    /// Version of the PDM.
    pub version: [u16; 3],
    /// Version of the format.
    pub format: [u16; 3],
    /// Names it. Invented.
    pub remote_id: u32,
    /// 0 mg/dL, 1 mmol/L
    pub display_unit: u8,
    /// 0 FreeStyle, 2 Verio, 3 none
    pub board: u32,
    /// Profile that the PDM does not believe itself, and its error.
    pub bad_profile: Option<(u8, u16)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dash: false,
            version: [2, 3, 0],
            format: [0, 1, 0],
            remote_id: 190_100_042,
            display_unit: 0,
            board: 0,
            bad_profile: None,
        }
    }
}

/// A payload with its size and its checksum.
pub(super) fn framed(payload: &[u8]) -> Vec<u8> {
    let size = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
    [&size.to_be_bytes(), payload, &sum16(payload).to_be_bytes()].concat()
}

/// Everything before the logs.
pub(super) fn head(settings: &Settings, now: DeviceTime, memory: &Memory) -> Vec<Vec<u8>> {
    let versions = settings.format.iter().chain(&[0, 1, 0]);
    let mut format: Vec<u8> = versions.flat_map(|number| number.to_be_bytes()).collect();
    format.extend(b"Insulet\0OmniPod\0");
    let pdm = settings.version.iter().flat_map(|number| number.to_be_bytes()).collect();
    let mut head = vec![format, pdm, b"made for tests\0\0".to_vec(), names(), eeprom(settings)];
    head.extend((11..=21).map(|index| profile(settings, index)));
    head.push(logs(now, memory));
    head
}

fn names() -> Vec<u8> {
    let mut record = [2_u16, 0, 16].map(u16::to_be_bytes).concat();
    for (index, name) in (0_u16..).zip(["weekday", "weekend", "", "", "", "", ""]) {
        record.extend(index.to_be_bytes());
        let mut name = name.as_bytes().to_vec();
        name.resize(16, 0);
        record.extend(name);
    }
    record
}

fn eeprom(settings: &Settings) -> Vec<u8> {
    let mut record = vec![0; 114];
    let mut put = |place: usize, bytes: &[u8]| {
        record.iter_mut().skip(place).zip(bytes).for_each(|(to, from)| *to = *from);
    };
    for (place, number) in [(13, 5_u32), (17, 1_500), (21, 300), (25, 1_000)] {
        put(place, &number.to_le_bytes());
    }
    put(29, &[10, 1]);
    put(35, &[4]);
    put(41, &[2]);
    put(43, &[1, 1]);
    put(53, &settings.remote_id.to_le_bytes());
    put(76, &[1, 2, 1, 1, 0, settings.display_unit, 1]);
    put(83, &[70_u16, 80, 140].map(u16::to_le_bytes).concat());
    put(89, &[8]);
    put(109, &[3]);
    put(110, &(settings.board << 6).to_le_bytes());
    record
}

fn profile(settings: &Settings, index: u8) -> Vec<u8> {
    let morning = |place: u32| u32::from((12..22).contains(&place));
    let value = |place: u32| match index {
        11 => (if settings.dash { 10 } else { 1 }) * (10 - 2 * morning(place)),
        12 => 50,
        13 => 110,
        14 => 120,
        15 => 85 + 20 * morning(place),
        16 => 80,
        _ => 0,
    };
    let error = settings.bad_profile.filter(|(bad, _)| *bad == index).map_or(0, |(_, error)| error);
    let mut record = vec![index, 0, 0, 0, 0, 0, 0];
    record.extend(error.to_be_bytes());
    record.extend(800_000_u32.to_le_bytes());
    record.extend((0..48).flat_map(|place| value(place).to_le_bytes()));
    record
}

fn logs(now: DeviceTime, memory: &Memory) -> Vec<u8> {
    let mut record = vec![1, 1, 1, 1, 1, now.day, now.month];
    record.extend(now.year.to_be_bytes());
    record.extend([now.second, now.minute, now.hour, 0]);
    record.extend(2_u16.to_be_bytes());
    for (log, size) in [(3_u8, 39_u16), (5, 47)] {
        let (first, last) = memory.ends(log);
        record.extend([u16::from(log), 0, 0x2000, 1, size].map(u16::to_be_bytes).concat());
        record.extend([first.to_be_bytes(), last.to_be_bytes()].concat());
    }
    record
}

/// The payload of one record of a log.
pub(super) fn record(stored: &Stored) -> Vec<u8> {
    let (log, rest) = match &stored.what {
        What::History(kind, detail) => (3, history(stored, *kind, detail)),
        What::PumpAlarm(code) => (5, pump_alarm(stored.at, *code)),
        What::Other(log, bytes) => (*log, bytes.clone()),
    };
    let size = u16::try_from(21 + rest.len()).unwrap_or_default();
    let mut record = vec![log];
    record.extend(stored.index.to_be_bytes());
    record.extend(size.to_be_bytes());
    record.extend(stored.error.to_be_bytes());
    record.extend(moment(stored.at));
    record.push(0);
    record.extend(stored.tick.to_le_bytes());
    record.extend(rest);
    record
}

fn history(stored: &Stored, kind: u32, detail: &[u8]) -> Vec<u8> {
    let kind = if stored.deleted { kind | 1 << 31 } else { kind };
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend(stored.flags.to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(detail);
    bytes
}

fn pump_alarm(at: DeviceTime, code: u8) -> Vec<u8> {
    let mut bytes = moment(at);
    bytes.extend([0, code, 0, 0x1C, 0]);
    bytes.extend([44_147_u32.to_le_bytes(), 610_042_u32.to_le_bytes()].concat());
    bytes.extend([2, 7, 0, 2, 7, 0]);
    bytes
}

/// Day, month, year, second, minute, hour.
pub(super) fn moment(at: DeviceTime) -> Vec<u8> {
    let [low, high] = at.year.to_le_bytes();
    vec![at.day, at.month, low, high, at.second, at.minute, at.hour]
}
