//! How pages and records are laid out, by the protocol's description.

use meterport_sdk::check::crc16_xmodem;

use super::memory::{Memory, Stored, What};

/// The revisions of the sensor's records, which stand for a generation of receivers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Revision {
    /// G4: sensor 2, calibration 2, setting 4.
    Two,
    /// G5: sensor 4, calibration 3, setting 5.
    Four,
    /// With a touchscreen: sensor 5, calibration 3, setting 6.
    Five,
}

/// The revision of one type of record.
pub(super) fn number_of(kind: u8, revision: Revision) -> u8 {
    match (kind, revision) {
        (4 | 18, Revision::Two) | (10, Revision::Two) => 2,
        (4 | 18, Revision::Four) | (12, Revision::Two) => 4,
        (4 | 18, Revision::Five) | (12, Revision::Four) => 5,
        (10, _) => 3,
        (12, Revision::Five) => 6,
        _ => 1,
    }
}

/// How many records fit a page.
pub(super) fn per_page(kind: u8, revision: Revision) -> usize {
    let bytes = match (kind, number_of(kind, revision)) {
        (4 | 18, 2) => 13,
        (4 | 18, 4) => 23,
        (4 | 18, _) => 25,
        (7, _) => 15,
        (10, 2) => 16,
        (10, _) => 21,
        (12, 4) => 48,
        (12, 5) => 50,
        (12, _) => 60,
        _ => 20,
    };
    500 / bytes
}

/// The bytes of one record, its checksum last.
pub(super) fn record(memory: &Memory, stored: &Stored, revision: Revision) -> Vec<u8> {
    let number = number_of(stored.what.kind(), revision);
    let offset = memory.offset_at(stored.system);
    let display = stored.system.wrapping_add_signed(offset);
    let mut bytes = [stored.system.to_le_bytes(), display.to_le_bytes()].concat();
    match stored.what {
        What::Glucose { stored: value, trend, measured }
        | What::Backfill { stored: value, trend, measured } => {
            bytes.extend(value.to_le_bytes());
            if number < 4 {
                bytes.push(trend);
            } else {
                bytes.extend(measured.to_le_bytes());
                bytes.extend((measured % 8_640_000).to_le_bytes());
                bytes.extend([0xFD, trend, 6]);
            }
            if number == 5 {
                bytes.extend((value & 0x03FF).saturating_sub(6).to_le_bytes());
            }
        }
        What::Insertion { inserted, state } => {
            bytes.extend(inserted.to_le_bytes());
            bytes.push(state);
        }
        What::Meter { mg_per_dl } => {
            bytes.extend(mg_per_dl.to_le_bytes());
            if number == 3 {
                bytes.push(0);
            }
            bytes.extend(display.wrapping_sub(5).to_le_bytes());
            if number == 3 {
                bytes.extend((stored.system % 8_640_000).to_le_bytes());
            }
        }
        What::Event { kind: (kind, subtype), value, ago } => {
            bytes.extend([kind, subtype]);
            bytes.extend(display.wrapping_sub(ago).to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        What::Setting { flags, high, low } => {
            bytes.extend(0_i32.to_le_bytes());
            bytes.extend(offset.to_le_bytes());
            if number < 5 {
                bytes.extend(0x0060_91A2_u32.to_le_bytes());
            } else {
                bytes.extend(b"80ABCD");
            }
            bytes.extend(flags.to_le_bytes());
            for field in [high, 60, low, 30, 3, 2, 20, 1033] {
                bytes.extend(field.to_le_bytes());
            }
            bytes.extend([1, 2, 0, 0, 0, 0]);
            if number == 6 {
                bytes.extend([30, 0, 80, b'5', b'9', b'1', b'5', 2, 0, 0]);
            }
        }
    }
    with_crc(bytes)
}

/// A page with these records.
pub(super) fn page(
    kind: u8,
    revision: u8,
    first_index: u32,
    page: u32,
    records: &[Vec<u8>],
) -> Vec<u8> {
    let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
    let mut bytes = [first_index.to_le_bytes(), count.to_le_bytes()].concat();
    bytes.extend([kind, revision]);
    bytes.extend(page.to_le_bytes());
    bytes.extend([0; 12]);
    let mut bytes = with_crc(bytes);
    bytes.extend(records.concat());
    bytes.resize(528, 0xFF);
    bytes
}

/// The page of type 0 with this text.
pub(super) fn manufacturing(text: &str) -> Vec<u8> {
    let mut record = vec![0; 8];
    record.extend(text.bytes());
    record.resize(498, 0);
    page(0, 1, 0, 0, &[with_crc(record)])
}

fn with_crc(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend(crc16_xmodem(&bytes).to_le_bytes());
    bytes
}
