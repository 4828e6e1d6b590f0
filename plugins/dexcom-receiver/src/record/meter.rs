//! Fingerstick values given to the receiver, type 10.
//!
//! | bytes | revision | what                                                                  |
//! |-------|----------|-----------------------------------------------------------------------|
//! | 4, 4  | all      | system seconds, display seconds                                       |
//! | 2     | all      | mg/dL                                                                 |
//! | 1     | 3        | kind of entry; its meaning is not known                               |
//! | 4     | all      | display seconds when it was entered                                   |
//! | 4     | 3        | seconds of the transmitter                                            |

use super::cursor::Cursor;
use crate::time::Times;

/// One fingerstick value.
#[derive(Clone, Copy, PartialEq)]
pub struct Meter {
    /// When it was stored.
    pub times: Times,
    /// mg/dL.
    pub mg_per_dl: u16,
    /// Display seconds when it was entered.
    pub entered: u32,
    /// Kind of entry, and seconds of the transmitter; revision 3.
    pub details: Option<(u8, u32)>,
}

pub(super) fn decode(cursor: &mut Cursor<'_>, revision: u8) -> Option<Meter> {
    let times = Times { system: cursor.u32()?, display: cursor.u32()? };
    let mg_per_dl = cursor.u16()?;
    if revision < 3 {
        return Some(Meter { times, mg_per_dl, entered: cursor.u32()?, details: None });
    }
    let (kind, entered, transmitter) = (cursor.u8()?, cursor.u32()?, cursor.u32()?);
    Some(Meter { times, mg_per_dl, entered, details: Some((kind, transmitter)) })
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Record};

    #[test]
    fn the_worked_record_agrees() {
        let bytes = [
            0x00, 0x04, 0x54, 0x20, 0xB0, 0xBD, 0x53, 0x20, 0x8B, 0x00, 0xAB, 0xBD, 0x53, 0x20,
            0x13, 0x59,
        ];
        let Record::Meter(meter) = super::super::decode(Kind::Meter, 2, &bytes) else {
            panic!("not a fingerstick value")
        };
        assert_eq!((meter.mg_per_dl, meter.entered), (139, 0x2053_BDAB));
        assert_eq!(meter.times.offset(), Some(-18_000));
    }
}
