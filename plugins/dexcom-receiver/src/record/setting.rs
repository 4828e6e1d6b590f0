//! What was set, type 12: all of it, each time that something was changed.
//!
//! | bytes | revision | what                                                                   |
//! |-------|----------|------------------------------------------------------------------------|
//! | 4, 4  | all      | system seconds, display seconds                                        |
//! | 4     | all      | system offset, signed                                                  |
//! | 4     | all      | display offset, signed: seconds                                        |
//! | 4     | 0 to 4   | transmitter, a number                                                  |
//! | 6     | 5, 6     | transmitter, text                                                      |
//! | 4     | all      | flags                                                                  |
//! | 16    | all      | eight numbers: high, its snooze, low, its snooze, rise, fall, snooze out of range, language |
//! | 1, 1  | 0 to 5   | alarm profile, set-up state                                            |
//! | 4     | 0 to 5   | not known                                                              |
//!
//! Revision 6 has more behind the language, in an order that is not known here: it stays in the
//! bytes. In revisions 0 to 4 the system offset has also been read as unsigned.

use super::cursor::Cursor;
use crate::time::Times;

/// What was set at one moment.
#[derive(Clone, PartialEq)]
pub struct Setting {
    /// When it was stored.
    pub times: Times,
    /// Seconds.
    pub system_offset: i32,
    /// Seconds that the screen is ahead of the system clock.
    pub display_offset: i32,
    /// Which transmitter.
    pub transmitter: Transmitter,
    /// What is switched on.
    pub flags: u32,
    /// High alert in mg/dL, its snooze in minutes, low alert, its snooze, rise, fall, snooze out of
    /// range in minutes, language.
    pub numbers: [u16; 8],
    /// Alarm profile and set-up state; not revision 6.
    pub profile_and_state: Option<(u8, u8)>,
}

/// Which transmitter the receiver listens to.
#[derive(Clone, PartialEq)]
pub enum Transmitter {
    /// Its number.
    Number(u32),
    /// Its name.
    Text([u8; 6]),
}

pub(super) fn decode(cursor: &mut Cursor<'_>, revision: u8) -> Option<Setting> {
    let times = Times { system: cursor.u32()?, display: cursor.u32()? };
    let (system_offset, display_offset) = (cursor.i32()?, cursor.i32()?);
    let transmitter = if revision < 5 {
        Transmitter::Number(cursor.u32()?)
    } else {
        Transmitter::Text(cursor.take()?)
    };
    let flags = cursor.u32()?;
    let mut numbers = [0; 8];
    for number in &mut numbers {
        *number = cursor.u16()?;
    }
    let profile_and_state = if revision < 6 { Some((cursor.u8()?, cursor.u8()?)) } else { None };
    Some(Setting {
        times,
        system_offset,
        display_offset,
        transmitter,
        flags,
        numbers,
        profile_and_state,
    })
}
