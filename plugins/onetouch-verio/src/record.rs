//! Records: what the bytes of one stored result say.
//!
//! VerioIQ, behind service and status:
//!
//! | offset | type | meaning                                                        |
//! |--------|------|----------------------------------------------------------------|
//! | 0      | u32  | time                                                           |
//! | 4      | u16  | mg/dL                                                          |
//! | 6      | u8   | 0 blood, 1 control solution                                    |
//! | 7      | u8   | meal: 0 none, 1 before, 2 after                                |
//! | 8      | 2    | `00 00`                                                        |
//!
//! All others:
//!
//! | offset | type | meaning                                                        |
//! |--------|------|----------------------------------------------------------------|
//! | 0      | u16  | inverse record number: changes when the memory is full         |
//! | 2      | u8   | bit 0: control solution                                        |
//! | 3      | u16  | lifetime counter: the record's own number for good             |
//! | 5      | u32  | time                                                           |
//! | 9      | u16  | mg/dL                                                          |
//! | 11     | u8   | meal, as above                                                 |
//! | 12     | u8   | `00`                                                           |
//! | 13     | u8   | comment flags, which nobody has described                      |
//! | 14     | 2    | `0B 00`                                                        |
//!
//! Bytes without a meaning may hold anything; they are kept in `bytes`.
//!
//! Spec: `README.md`, source 2; control solution of the others: source 1. Pure.

use meterport_sdk::wit::DeviceTime;

use crate::message::{MessageError, device_time, exactly};

/// One stored result.
#[derive(Clone, PartialEq)]
pub struct Record {
    /// The number the meter gave it for good; a VerioIQ gives none.
    pub lifetime: Option<u16>,
    /// On the meter's clock.
    pub at: DeviceTime,
    /// As stored, in mg/dL: also where the meter showed HI or LO.
    pub mg_per_dl: u16,
    /// Whether it was a test with control solution; `None` where the mark is none that is known.
    pub is_control: Option<bool>,
    /// 0 none, 1 before, 2 after; any other is none that is known.
    pub meal: u8,
    /// What stands in it and has no known meaning: name and number.
    pub undocumented: Vec<(&'static str, u8)>,
    /// The bytes this was made of.
    pub bytes: Vec<u8>,
}

/// Takes a record of a VerioIQ apart.
///
/// # Errors
///
/// Another length, or a time outside the calendar.
pub fn from_line(content: &[u8]) -> Result<Record, MessageError> {
    let [t0, t1, t2, t3, low, high, control, meal, _, _] = exactly(content)?;
    let is_control = match control {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    };
    Ok(Record {
        lifetime: None,
        at: device_time([t0, t1, t2, t3])?,
        mg_per_dl: u16::from_le_bytes([low, high]),
        is_control,
        meal,
        undocumented: undocumented(&[
            ("control", if is_control.is_some() { 0 } else { control }),
            ("meal", if meal > AFTER { meal } else { 0 }),
        ]),
        bytes: content.to_vec(),
    })
}

/// Takes a record of any other meter apart.
///
/// # Errors
///
/// Another length, or a time outside the calendar.
pub fn from_register(content: &[u8]) -> Result<Record, MessageError> {
    let [_, _, flags, l0, l1, t0, t1, t2, t3, low, high, meal, _, comment, _, _] =
        exactly(content)?;
    Ok(Record {
        lifetime: Some(u16::from_le_bytes([l0, l1])),
        at: device_time([t0, t1, t2, t3])?,
        mg_per_dl: u16::from_le_bytes([low, high]),
        is_control: Some(flags & CONTROL != 0),
        meal,
        undocumented: undocumented(&[
            ("flags", flags & !CONTROL),
            ("meal", if meal > AFTER { meal } else { 0 }),
            ("comment", comment),
        ]),
        bytes: content.to_vec(),
    })
}

fn undocumented(found: &[(&'static str, u8)]) -> Vec<(&'static str, u8)> {
    found.iter().copied().filter(|(_, number)| *number != 0).collect()
}

/// The highest number of a meal that is known.
pub const AFTER: u8 = 2;
const CONTROL: u8 = 0x01;

#[cfg(test)]
mod tests {
    use super::*;
    use meterport_sdk::time::checked;

    const LINE: [u8; 10] = [0x74, 0x81, 0x42, 0x31, 0x68, 0, 0, 1, 0, 0];
    const REGISTER: [u8; 16] =
        [0x2A, 0, 0, 0x13, 0x04, 0x74, 0x81, 0x42, 0x31, 0x68, 0, 1, 0, 0, 0x0B, 0];

    #[test]
    fn a_record_with_a_byte_more_or_less_is_none() {
        for length in (0..10).chain(11..20) {
            let bytes = vec![0; length];
            assert_eq!(from_line(&bytes).err(), Some(MessageError::Unexpected { length }));
        }
        for length in (0..16).chain(17..30) {
            let bytes = vec![0; length];
            assert_eq!(from_register(&bytes).err(), Some(MessageError::Unexpected { length }));
        }
    }

    #[test]
    fn what_nobody_has_described_is_kept_by_name_and_never_a_meaning() {
        let mut line = LINE;
        (line[6], line[7]) = (4, 3);
        let record = from_line(&line).unwrap();
        assert_eq!((record.is_control, record.meal), (None, 3));
        assert_eq!(record.undocumented, [("control", 4), ("meal", 3)]);
        let mut register = REGISTER;
        (register[2], register[11], register[13]) = (0x83, 9, 0x10);
        let record = from_register(&register).unwrap();
        assert_eq!(record.is_control, Some(true));
        assert_eq!(record.undocumented, [("flags", 0x82), ("meal", 9), ("comment", 0x10)]);
    }

    #[test]
    fn filler_may_hold_anything() {
        let mut register = REGISTER;
        (register[12], register[14], register[15]) = (7, 0, 0xFF);
        let record = from_register(&register).unwrap();
        assert!(record.undocumented.is_empty());
        assert_eq!(record.bytes, register);
    }

    #[test]
    fn the_worked_records_agree() {
        let at = checked(2026, 3, 10, 7, 15, 0);
        let line = from_line(&LINE).unwrap();
        assert!((Some(line.at), line.mg_per_dl, line.meal) == (at, 104, 1));
        assert!((line.lifetime, line.is_control) == (None, Some(false)));
        let register = from_register(&REGISTER).unwrap();
        assert!((Some(register.at), register.mg_per_dl, register.meal) == (at, 104, 1));
        assert!((register.lifetime, register.is_control) == (Some(1043), Some(false)));
        let control = [0x29, 0, 1, 0x12, 0x04, 0x1C, 0x7F, 0x42, 0x31, 0x76, 0, 0, 0, 0, 0x0B, 0];
        let control = from_register(&control).unwrap();
        assert!((control.mg_per_dl, control.is_control) == (118, Some(true)));
        assert_eq!(control.lifetime, Some(1042));
    }
}
