//! A record: what the answers to `25` and `26` say together.
//!
//! | byte of `26` | meaning                                                                   |
//! |--------------|---------------------------------------------------------------------------|
//! | 0, 1         | value, u16, low byte first                                                |
//! | 2            | unknown                                                                   |
//! | 3            | bits 7-6: 0 no mark, 1 before a meal, 2 after a meal, 3 control solution; |
//! |              | bits 5-2: 0 glucose, 6 haematocrit, 7 ketone, 8 uric acid, 9 cholesterol, |
//! |              | B haemoglobin, C lactate, D triglycerides                                 |
//!
//! Glucose is mg/dL; over 600 the meter shows HI, under 20 LO. Ketone is three-hundredths of a
//! mmol/L, of which the meter shows whole tenths of a mmol/L; over 8.0 it shows HI. The unit of the
//! others is not public.
//!
//! Spec: `README.md`, sources 1 to 3; the limits are those of the manuals. Pure.

use meterport_sdk::{DriverError, ProtocolError};

use crate::time::Time;

/// One stored result.
#[derive(Clone, Copy, PartialEq)]
pub struct Record {
    /// On the meter's clock.
    pub at: Time,
    /// As it stands there, in the unit of its kind.
    pub value: u16,
    /// What was measured.
    pub kind: Kind,
    /// What the person or the meter noted.
    pub mark: Mark,
    /// The bytes this was made of: time, then value.
    pub bytes: [u8; 8],
}

/// What a record measured.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Glucose, in mg/dL.
    Glucose,
    /// Ketone, in three-hundredths of a mmol/L.
    Ketone,
    /// Something else that is known by name: its registered code.
    Named(&'static str),
    /// A number that nobody has described.
    Unknown(u8),
}

/// What stands beside a result. There is room for one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mark {
    /// None was made.
    None,
    /// Before a meal.
    BeforeMeal,
    /// After a meal.
    AfterMeal,
    /// A test liquid, not blood.
    Control,
}

/// On which side of what the meter can show a value lies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// LO.
    Below,
    /// A number.
    Within,
    /// HI.
    Above,
}

/// Puts a record together.
///
/// # Errors
///
/// An empty place in the memory, where the count says there is a record: no value and no time.
pub fn decode(at: Time, time: [u8; 4], value: [u8; 4]) -> Result<Record, DriverError> {
    let [t0, t1, t2, t3] = time;
    let [v0, v1, v2, flags] = value;
    let bytes = [t0, t1, t2, t3, v0, v1, v2, flags];
    if bytes == [0x00; 8] || bytes == [0xFF; 8] {
        let detail = "meter has fewer records than it said";
        return Err(ProtocolError::new("count-mismatch", detail).into());
    }
    Ok(Record {
        at,
        value: u16::from_le_bytes([v0, v1]),
        kind: Kind::of((flags >> 2) & 0x0F),
        mark: match flags >> 6 {
            0 => Mark::None,
            1 => Mark::BeforeMeal,
            2 => Mark::AfterMeal,
            _ => Mark::Control,
        },
        bytes,
    })
}

impl Kind {
    fn of(number: u8) -> Self {
        match number {
            0x0 => Self::Glucose,
            0x6 => Self::Named("haematocrit"),
            0x7 => Self::Ketone,
            0x8 => Self::Named("uric-acid"),
            0x9 => Self::Named("cholesterol"),
            0xB => Self::Named("haemoglobin"),
            0xC => Self::Named("lactate"),
            0xD => Self::Named("triglycerides"),
            other => Self::Unknown(other),
        }
    }
}

impl Record {
    /// What the meter shows for it. Only the limits of glucose and ketone are known.
    #[must_use]
    pub fn side(&self) -> Side {
        match self.kind {
            Kind::Glucose if self.value < LEAST_MG_PER_DL => Side::Below,
            Kind::Glucose if self.value > MOST_MG_PER_DL => Side::Above,
            // The meter compares what it shows: whole tenths of a mmol/L.
            Kind::Ketone if self.value / 30 > MOST_TENTHS => Side::Above,
            _ => Side::Within,
        }
    }
}

const LEAST_MG_PER_DL: u16 = 20;
const MOST_MG_PER_DL: u16 = 600;
const MOST_TENTHS: u16 = 80;

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: [u8; 4] = [0x6A, 0x34, 0x0F, 0x07];

    fn record(value: u16, flags: u8) -> Record {
        let [v0, v1] = value.to_le_bytes();
        decode(Time::Lost, TIME, [v0, v1, 0, flags]).unwrap()
    }

    #[test]
    fn an_empty_place_is_a_wrong_count_and_never_a_result() {
        for empty in [0x00, 0xFF] {
            let error = decode(Time::Lost, [empty; 4], [empty; 4]).err();
            let Some(DriverError::Protocol(error)) = error else { panic!("a result") };
            assert_eq!(error.code, "count-mismatch");
        }
        assert!(decode(Time::Lost, [0; 4], [104, 0, 0, 0]).is_ok(), "a result without a time");
    }

    #[test]
    fn a_type_is_a_number_and_not_single_bits() {
        let kinds: Vec<Kind> = (0..16).map(|number| record(100, number << 2).kind).collect();
        for (number, kind) in (0_u8..).zip(&kinds) {
            let known = [0x0, 0x6, 0x7, 0x8, 0x9, 0xB, 0xC, 0xD].contains(&number);
            assert_eq!(*kind == Kind::Unknown(number), !known, "{number}");
        }
        assert_eq!(kinds[6], Kind::Named("haematocrit"));
        assert_eq!(kinds[7], Kind::Ketone);
        assert_eq!(kinds[0xD], Kind::Named("triglycerides"));
    }

    #[test]
    fn both_bits_together_are_control_solution_and_no_meal() {
        let marks = [0x00, 0x40, 0x80, 0xC0].map(|flags| record(100, flags).mark);
        assert_eq!(marks, [Mark::None, Mark::BeforeMeal, Mark::AfterMeal, Mark::Control]);
    }

    #[test]
    fn hi_and_lo_begin_behind_the_documented_limits() {
        let sides = [0, 19, 20, 600, 601, u16::MAX].map(|value| record(value, 0).side());
        use Side::{Above, Below, Within};
        assert_eq!(sides, [Below, Below, Within, Within, Above, Above]);
        // 8.0 mmol/L is shown up to 2429.
        let sides = [0, 450, 2429, 2430].map(|value| record(value, 0x1C).side());
        assert_eq!(sides, [Within, Within, Within, Above]);
        assert_eq!(record(u16::MAX, 0x18).side(), Within);
    }

    #[test]
    fn the_worked_values_agree() {
        let glucose = decode(Time::Lost, TIME, [0x68, 0, 0, 0x40]).unwrap();
        let seen = (glucose.value, glucose.kind, glucose.mark);
        assert_eq!(seen, (104, Kind::Glucose, Mark::BeforeMeal));
        assert_eq!(glucose.bytes, [0x6A, 0x34, 0x0F, 0x07, 0x68, 0, 0, 0x40]);
        let ketone = decode(Time::Lost, TIME, [0xC2, 0x01, 0, 0x1C]).unwrap();
        assert_eq!((ketone.value, ketone.kind, ketone.mark), (450, Kind::Ketone, Mark::None));
        let control = decode(Time::Lost, TIME, [0x76, 0, 0, 0xC0]).unwrap();
        assert_eq!((control.value, control.mark), (118, Mark::Control));
    }
}
