//! From the bytes of a record to what stands in it.
//!
//! | kind              | type | revision  | bytes |
//! |-------------------|------|-----------|-------|
//! | sensor value      | 4    | 1 to 3    | 13    |
//! |                   |      | 4         | 23    |
//! |                   |      | 5         | 25    |
//! | backfilled value  | 18   | as type 4 |       |
//! | insertion         | 7    | any       | 15    |
//! | calibration       | 10   | 0 to 2    | 16    |
//! |                   |      | 3         | 21    |
//! | event             | 11   | any       | 20    |
//! | setting           | 12   | 0 to 4    | 48    |
//! |                   |      | 5         | 50    |
//! |                   |      | 6         | 60    |
//!
//! Every record begins with system seconds and display seconds, and ends with its own checksum,
//! which `page.rs` has compared. The layouts stand in the modules. A revision without a layout here
//! is [`Record::Unknown`]: kept, and not taken apart.
//!
//! Spec: `README.md`, sources 1 and 2, "Pages". Pure.

mod cursor;
pub mod diary;
pub mod glucose;
pub mod meter;
pub mod setting;

use cursor::Cursor;
use diary::{Event, Insertion};
use glucose::Glucose;
use meter::Meter;
use setting::Setting;

/// A kind of record that is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// What the receiver is; a text.
    Manufacturing,
    /// Values of the sensor.
    Glucose,
    /// Sensors begun and ended.
    Insertion,
    /// Fingerstick values given to the receiver.
    Meter,
    /// What the person noted.
    Event,
    /// What was set, each time that something was.
    Setting,
    /// Values that were filled in later; receivers with a touchscreen only.
    Backfill,
}

impl Kind {
    /// The receiver's own number of the kind.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Manufacturing => 0,
            Self::Glucose => 4,
            Self::Insertion => 7,
            Self::Meter => 10,
            Self::Event => 11,
            Self::Setting => 12,
            Self::Backfill => 18,
        }
    }

    /// The log that its entries are in, which is the name of its numbering too: each kind counts
    /// its records by itself.
    #[must_use]
    pub fn log(self) -> &'static str {
        match self {
            Self::Manufacturing => "manufacturing",
            Self::Glucose => "sensor",
            Self::Insertion => "insertions",
            Self::Meter => "calibrations",
            Self::Event => "events",
            Self::Setting => "settings",
            Self::Backfill => "backfill",
        }
    }
}

/// How long the records of a page are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Length {
    /// As described for this revision.
    Described(usize),
    /// As described for the kind, whatever the revision; the checksums must bear it out.
    Likely(usize),
    /// Nobody described it.
    Unknown,
}

/// How long the records of this kind and revision are, checksum included.
#[must_use]
pub fn length(kind: Kind, revision: u8) -> Length {
    match (kind, revision) {
        (Kind::Glucose | Kind::Backfill, 1..=3) => Length::Described(13),
        (Kind::Glucose | Kind::Backfill, 4) => Length::Described(23),
        (Kind::Glucose | Kind::Backfill, 5) => Length::Described(25),
        (Kind::Insertion, _) => Length::Likely(15),
        (Kind::Meter, 0..=2) => Length::Described(16),
        (Kind::Meter, 3) => Length::Described(21),
        (Kind::Event, _) => Length::Likely(20),
        (Kind::Setting, 0..=4) => Length::Described(48),
        (Kind::Setting, 5) => Length::Described(50),
        (Kind::Setting, 6) => Length::Described(60),
        _ => Length::Unknown,
    }
}

/// System seconds when a record was stored, where its layout is described.
#[must_use]
pub fn stored_at(kind: Kind, revision: u8, bytes: &[u8]) -> Option<u32> {
    match length(kind, revision) {
        Length::Described(length) | Length::Likely(length) if bytes.len() == length => {
            Cursor::new(bytes).u32()
        }
        _ => None,
    }
}

/// What stands in a record.
#[derive(Clone, PartialEq)]
pub enum Record {
    /// A value of the sensor, or a state in its place.
    Glucose(Glucose),
    /// A fingerstick value.
    Meter(Meter),
    /// A sensor begun or ended.
    Insertion(Insertion),
    /// What the person noted.
    Event(Event),
    /// What was set.
    Setting(Setting),
    /// A revision that nobody described.
    Unknown,
}

/// Takes a record apart, whose checksum agrees.
#[must_use]
pub fn decode(kind: Kind, revision: u8, bytes: &[u8]) -> Record {
    let described = match length(kind, revision) {
        Length::Described(length) | Length::Likely(length) => bytes.len() == length,
        Length::Unknown => false,
    };
    let mut cursor = Cursor::new(bytes);
    let record = match kind {
        _ if !described => None,
        Kind::Manufacturing => None,
        Kind::Glucose | Kind::Backfill => {
            glucose::decode(&mut cursor, revision).map(Record::Glucose)
        }
        Kind::Meter => meter::decode(&mut cursor, revision).map(Record::Meter),
        Kind::Insertion => diary::insertion(&mut cursor).map(Record::Insertion),
        Kind::Event => diary::event(&mut cursor).map(Record::Event),
        Kind::Setting => setting::decode(&mut cursor, revision).map(Record::Setting),
    };
    record.unwrap_or(Record::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_nobody_described_or_another_length_is_unknown() {
        for (kind, revision, length) in [
            (Kind::Glucose, 0, 13),
            (Kind::Glucose, 6, 25),
            (Kind::Glucose, 4, 22),
            (Kind::Meter, 4, 21),
            (Kind::Setting, 7, 60),
            (Kind::Event, 1, 21),
            (Kind::Manufacturing, 1, 500),
        ] {
            assert!(decode(kind, revision, &vec![0; length]) == Record::Unknown);
        }
    }

    #[test]
    fn every_described_length_is_taken_apart() {
        let kinds = [Kind::Glucose, Kind::Backfill, Kind::Insertion, Kind::Meter, Kind::Event];
        for kind in kinds.into_iter().chain([Kind::Setting]) {
            for revision in 0..=8 {
                let (Length::Described(bytes) | Length::Likely(bytes)) = length(kind, revision)
                else {
                    continue;
                };
                assert!(decode(kind, revision, &vec![0; bytes]) != Record::Unknown);
            }
        }
    }
}
