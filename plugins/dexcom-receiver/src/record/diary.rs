//! What the person noted, type 11, and sensors begun and ended, type 7.
//!
//! | bytes | event                                | insertion                                   |
//! |-------|--------------------------------------|---------------------------------------------|
//! | 4, 4  | system seconds, display seconds      | the same                                    |
//! | next  | type u8, subtype u8                  | insertion time u32, `FFFFFFFF` where none   |
//! |       | time of the event u32, display       | state u8                                    |
//! |       | value u32                            |                                             |

use super::cursor::Cursor;
use crate::time::Times;

/// What the person noted.
#[derive(Clone, Copy, PartialEq)]
pub struct Event {
    /// When it was stored.
    pub times: Times,
    /// What it is.
    pub kind: u8,
    /// Which of them.
    pub subtype: u8,
    /// Display seconds that the person gave it.
    pub at: u32,
    /// How much.
    pub value: u32,
}

/// A sensor begun or ended.
#[derive(Clone, Copy, PartialEq)]
pub struct Insertion {
    /// When it was stored.
    pub times: Times,
    /// When the sensor was inserted; `FFFFFFFF` where none is.
    pub inserted: u32,
    /// State of the session.
    pub state: u8,
}

pub(super) fn event(cursor: &mut Cursor<'_>) -> Option<Event> {
    let times = Times { system: cursor.u32()?, display: cursor.u32()? };
    let [kind, subtype] = cursor.take()?;
    Some(Event { times, kind, subtype, at: cursor.u32()?, value: cursor.u32()? })
}

pub(super) fn insertion(cursor: &mut Cursor<'_>) -> Option<Insertion> {
    let times = Times { system: cursor.u32()?, display: cursor.u32()? };
    Some(Insertion { times, inserted: cursor.u32()?, state: cursor.u8()? })
}
