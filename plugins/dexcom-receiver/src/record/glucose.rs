//! Values of the sensor, types 4 and 18.
//!
//! | bytes | revision | what                                                               |
//! |-------|----------|--------------------------------------------------------------------|
//! | 4     | all      | system seconds                                                     |
//! | 4     | all      | display seconds                                                    |
//! | 2     | all      | value and flags, below                                             |
//! | 4     | 4, 5     | system seconds when the sensor measured                            |
//! | 4     | 4, 5     | seconds of the transmitter                                         |
//! | 1     | 4, 5     | filtered rate, signed; its unit is not known                       |
//! | 1     | all      | bits 0-3 arrow, 4-6 noise                                          |
//! | 1     | 4, 5     | state of the algorithm                                             |
//! | 2     | 5        | predicted value: bits 0-9, and `8000` urgent low soon              |
//!
//! Value: bits 0-9 mg/dL; `8000` shown only, a copy; `4000` computed by the transmitter; `2000`
//! filled in later.

use super::cursor::Cursor;
use crate::time::Times;

/// One value, or a state in its place.
#[derive(Clone, Copy, PartialEq)]
pub struct Glucose {
    /// When it was stored.
    pub times: Times,
    /// Value and flags as stored.
    pub stored: u16,
    /// Arrow and noise as stored.
    pub trend: u8,
    /// What revisions 4 and 5 have besides.
    pub details: Option<Details>,
}

/// What revisions 4 and 5 have besides.
#[derive(Clone, Copy, PartialEq)]
pub struct Details {
    /// System seconds when the sensor measured.
    pub measured: u32,
    /// Seconds of the transmitter.
    pub transmitter: u32,
    /// Filtered rate; its unit is not known.
    pub rate: i8,
    /// State of the algorithm.
    pub state: u8,
    /// Predicted value and flag as stored; revision 5.
    pub predicted: Option<u16>,
}

impl Glucose {
    /// mg/dL, or the number of a state.
    #[must_use]
    pub fn number(self) -> u16 {
        self.stored & NUMBER
    }

    /// A copy that was only shown.
    #[must_use]
    pub fn is_display_only(self) -> bool {
        self.stored & 0x8000 != 0
    }

    /// Filled in after a gap.
    #[must_use]
    pub fn is_backfilled(self) -> bool {
        self.stored & 0x2000 != 0
    }

    /// Flags that nobody described.
    #[must_use]
    pub fn other_flags(self) -> u16 {
        self.stored & 0x1C00
    }
}

/// The bits of a value that are a number.
pub const NUMBER: u16 = 0x03FF;
/// The flag of a prediction that says: urgent low soon.
pub const URGENT_LOW_SOON: u16 = 0x8000;

pub(super) fn decode(cursor: &mut Cursor<'_>, revision: u8) -> Option<Glucose> {
    let times = Times { system: cursor.u32()?, display: cursor.u32()? };
    let stored = cursor.u16()?;
    if revision < 4 {
        return Some(Glucose { times, stored, trend: cursor.u8()?, details: None });
    }
    let (measured, transmitter) = (cursor.u32()?, cursor.u32()?);
    let [rate] = cursor.take()?.map(|byte: u8| i8::from_le_bytes([byte]));
    let (trend, state) = (cursor.u8()?, cursor.u8()?);
    let predicted = if revision < 5 { None } else { Some(cursor.u16()?) };
    let details = Some(Details { measured, transmitter, rate, state, predicted });
    Some(Glucose { times, stored, trend, details })
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Record};
    use super::*;

    fn decoded(revision: u8, bytes: &[u8]) -> Glucose {
        match super::super::decode(Kind::Glucose, revision, bytes) {
            Record::Glucose(glucose) => glucose,
            _ => panic!("not a value of the sensor"),
        }
    }

    #[test]
    fn the_worked_records_agree() {
        let times = Times { system: 542_376_900, display: 542_358_900 };
        let two = decoded(
            2,
            &[0xC4, 0x03, 0x54, 0x20, 0x74, 0xBD, 0x53, 0x20, 0x8E, 0x00, 0x14, 0x5F, 0x88],
        );
        assert!(two.times == times && two.number() == 142 && two.trend == 0x14);
        let four = decoded(
            4,
            &[
                0xC4, 0x03, 0x54, 0x20, 0x74, 0xBD, 0x53, 0x20, 0x26, 0x00, 0xC2, 0x03, 0x54, 0x20,
                0x87, 0xD6, 0x12, 0x00, 0xFD, 0x14, 0x06, 0x04, 0x4F,
            ],
        );
        let details = four.details.unwrap();
        assert_eq!((four.number(), details.rate, details.state), (38, -3, 6));
        assert_eq!((details.measured, details.predicted), (542_376_898, None));
        let five = decoded(
            5,
            &[
                0xC4, 0x03, 0x54, 0x20, 0x74, 0xBD, 0x53, 0x20, 0x8E, 0x20, 0x40, 0x00, 0x54, 0x20,
                0x87, 0xD6, 0x12, 0x00, 0x02, 0x24, 0x06, 0x83, 0x00, 0x8E, 0x2C,
            ],
        );
        assert!(five.is_backfilled() && !five.is_display_only() && five.number() == 142);
        assert_eq!(five.trend, 0x24);
        assert_eq!(five.details.unwrap().predicted, Some(131));
    }
}
