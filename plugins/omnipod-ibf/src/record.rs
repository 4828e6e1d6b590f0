//! One record of a log.
//!
//! | bytes    | meaning                                                                   |
//! |----------|---------------------------------------------------------------------------|
//! | 0        | which log: 3 the history, 5 alarms of the pump                            |
//! | 1 to 4   | index, high byte first: the PDM's own lasting number; negative is none    |
//! | 5, 6     | size; 0 in some                                                           |
//! | 7, 8     | error, high byte first; 0 is none                                         |
//! | 9 to 12  | day, month, year low byte first                                           |
//! | 13 to 16 | second, minute, hour, unused                                              |
//! | 17 to 20 | seconds since power-up, low byte first                                    |
//! | 21 to 24 | history: type, low byte first; bit 31: the person deleted it              |
//! | 25, 26   | history: flags                                                            |
//! | 29 …     | history: depends on the type, see `record/detail.rs`                      |
//! | 21 …     | alarms of the pump: see [`PumpAlarm`]                                     |
//!
//! Spec: `README.md`, source 1. Pure.

pub mod detail;

use meterport_sdk::time::checked;
use meterport_sdk::wit::DeviceTime;

use crate::bytes::Bytes;
use detail::Detail;

/// A record as far as it is known.
pub enum Record<'a> {
    /// Of the history.
    History(History<'a>),
    /// Of the pump's alarms.
    PumpAlarm(PumpAlarm<'a>),
    /// Of a log that nobody described.
    Other(Other<'a>),
    /// Without any bytes.
    Empty,
}

/// What every record begins with.
#[derive(Clone, Copy)]
pub struct Header {
    /// The PDM's own number.
    pub index: Option<u32>,
    /// 0 where the PDM found nothing wrong.
    pub error: u16,
    /// None where it is no date.
    pub local: Option<DeviceTime>,
    /// Seconds since power-up.
    pub tick: u32,
}

/// A record of the history.
#[derive(Clone, Copy)]
pub struct History<'a> {
    /// How it begins.
    pub header: Header,
    /// One bit, without bit 31.
    pub kind: u32,
    /// The person deleted it.
    pub deleted: bool,
    /// See [`flag`].
    pub flags: u16,
    /// What it says.
    pub detail: Detail,
    /// All of its bytes.
    pub raw: &'a [u8],
}

impl History<'_> {
    /// Whether it counts: neither deleted nor wrong.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !self.deleted && self.header.error == 0
    }
}

/// Bits of [`History::flags`].
pub mod flag {
    /// The second part of something split at midnight.
    pub const CARRY_OVER: u16 = 0x001;
    /// Not ended when it was written.
    pub const IN_PROGRESS: u16 = 0x004;
    /// The pod did not confirm it.
    pub const UNCONFIRMED: u16 = 0x010;
    /// Less insulin for a low value.
    pub const REVERSE_CORRECTION: u16 = 0x100;
    /// As much as the largest bolus.
    pub const MAX_BOLUS: u16 = 0x200;
}

/// An alarm of the pump: day, month u8, year u16, s, m, h u8, 1 unused, alarm u8, 1 unused, error
/// u8, 1 unused, lot u32, number u32, six u8 versions; low byte first.
pub struct PumpAlarm<'a> {
    /// How it begins.
    pub header: Header,
    /// When it was; none where that is no date.
    pub local: Option<DeviceTime>,
    /// Which alarm.
    pub alarm: u8,
    /// The pod's own code.
    pub error: u8,
    /// Of the pod.
    pub lot: u32,
    /// Of the pod, in its lot.
    pub number: u32,
    /// Of the pod's programs.
    pub versions: [u8; 6],
    /// All of its bytes.
    pub raw: &'a [u8],
}

/// A record of which only the beginning is known, or not even that.
pub struct Other<'a> {
    /// Which log.
    pub log: u8,
    /// None where it is shorter.
    pub header: Option<Header>,
    /// All of its bytes.
    pub raw: &'a [u8],
}

/// Takes a record apart.
#[must_use]
pub fn decode(raw: &[u8]) -> Record<'_> {
    let Some(&log) = raw.first() else { return Record::Empty };
    let header = header(raw);
    let known = header.and_then(|header| match log {
        HISTORY => history(header, raw).map(Record::History),
        PUMP_ALARMS => pump_alarm(header, raw).map(Record::PumpAlarm),
        _ => None,
    });
    known.unwrap_or(Record::Other(Other { log, header, raw }))
}

fn header(raw: &[u8]) -> Option<Header> {
    let mut bytes = Bytes::at(raw, 1)?;
    let index = u32::try_from(bytes.be_signed()?).ok();
    bytes.take(2)?;
    let error = bytes.be16()?;
    let local = moment(&mut bytes)?;
    bytes.take(1)?;
    Some(Header { index, error, local, tick: bytes.le32()? })
}

/// Day, month, year, second, minute, hour.
fn moment(bytes: &mut Bytes<'_>) -> Option<Option<DeviceTime>> {
    let [day, month] = bytes.array()?;
    let year = bytes.le16()?;
    let [second, minute, hour] = bytes.array()?;
    Some(checked(year, month, day, hour, minute, second))
}

fn history(header: Header, raw: &[u8]) -> Option<History<'_>> {
    let mut bytes = Bytes::at(raw, 21)?;
    let kind = bytes.le32()?;
    let flags = bytes.le16()?;
    bytes.take(2)?;
    let (kind, deleted) = (kind & !DELETED, kind & DELETED != 0);
    let detail = detail::decode(kind, bytes).unwrap_or(Detail::Unknown);
    Some(History { header, kind, deleted, flags, detail, raw })
}

fn pump_alarm(header: Header, raw: &[u8]) -> Option<PumpAlarm<'_>> {
    let mut bytes = Bytes::at(raw, 21)?;
    let local = moment(&mut bytes)?;
    let [_, alarm, _, error, _] = bytes.array()?;
    let (lot, number, versions) = (bytes.le32()?, bytes.le32()?, bytes.array()?);
    Some(PumpAlarm { header, local, alarm, error, lot, number, versions, raw })
}

/// The log of what was done and what happened.
pub const HISTORY: u8 = 3;
/// The log of the pump's alarms.
pub const PUMP_ALARMS: u8 = 5;
const DELETED: u32 = 0x8000_0000;

#[cfg(test)]
mod tests {
    use super::*;
    use detail::{Basal, Bolus};

    const BOLUS: [u8; 39] = [
        0x03, 0x00, 0x00, 0x04, 0x12, 0x00, 0x27, 0x00, 0x00, 0x0A, 0x03, 0xEA, 0x07, 0x1E, 0x0F,
        0x07, 0x00, 0x00, 0x2F, 0x0D, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xEB,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x00, 0x5E, 0x00,
    ];
    const BASAL: [u8; 37] = [
        0x03, 0x00, 0x00, 0x04, 0x10, 0x00, 0x00, 0x00, 0x00, 0x0A, 0x03, 0xEA, 0x07, 0x00, 0x00,
        0x06, 0x00, 0x60, 0x1F, 0x0D, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x55,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ];

    fn of_history(raw: &[u8]) -> History<'_> {
        let Record::History(record) = decode(raw) else { panic!("not of the history") };
        record
    }

    #[test]
    fn a_record_that_ends_too_early_is_kept_as_far_as_it_goes() {
        assert!(matches!(decode(&[]), Record::Empty));
        for end in 1..BOLUS.len() {
            match decode(&BOLUS[..end]) {
                Record::Other(other) => {
                    assert!(end < 29 && other.log == 3 && other.header.is_some() == (end >= 21));
                }
                Record::History(record) => {
                    assert!(end >= 29 && record.detail == Detail::Unknown && record.kind == 4);
                }
                _ => panic!("{end}"),
            }
        }
    }

    #[test]
    fn a_negative_index_is_none_and_an_impossible_date_too() {
        let mut raw = BOLUS;
        raw[1..5].fill(0xFF);
        raw[9] = 31;
        raw[10] = 2;
        let record = of_history(&raw);
        assert!(record.header.index.is_none() && record.header.local.is_none());
    }

    #[test]
    fn bit_31_says_deleted_and_leaves_the_type() {
        let mut raw = BOLUS;
        raw[24] = 0x80;
        let record = of_history(&raw);
        assert!(record.deleted && record.kind == 4 && !record.is_valid());
        assert!(matches!(record.detail, Detail::Bolus(_)));
    }

    #[test]
    fn the_worked_bolus_agrees() {
        let record = of_history(&BOLUS);
        assert_eq!(record.header.index, Some(1042));
        assert_eq!(record.header.local, checked(2026, 3, 10, 7, 15, 30));
        assert_eq!(record.header.tick, 864_000);
        let bolus = Bolus { volume: 235, extended_minutes: 0, calculator: 3, seconds: 94 };
        assert!(record.detail == Detail::Bolus(bolus));
    }

    #[test]
    fn the_worked_basal_agrees() {
        let record = of_history(&BASAL);
        assert_eq!((record.header.index, record.header.tick), (Some(1040), 860_000));
        assert!(record.detail == Detail::Basal(Basal { rate: 85, minutes: 0, percent: 0 }));
    }
}
