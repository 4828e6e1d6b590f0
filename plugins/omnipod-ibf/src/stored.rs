//! What is set on the PDM: names of basal programs, numbers and switches, half-hour profiles.
//!
//! | record   | layout                                                                              |
//! |----------|-------------------------------------------------------------------------------------|
//! | names    | count, active index, size of a name: u16; then 7 of index u16, name; high byte first |
//! | settings | 114 bytes, see [`Settings`]; low byte first                                          |
//! | profile  | index u8, 6 unused, error u16 high byte first, time u32, 48 of u32 low byte first    |
//!
//! Spec: `README.md`, source 1. Pure.

use crate::bytes::Bytes;
use crate::version::Pdm;

/// Names of the basal programs.
pub struct Names {
    /// Index of the program in use.
    pub active: u16,
    /// Index and name of each of the seven places.
    pub names: Vec<(u16, String)>,
}

impl Names {
    /// The name of a program; none where it has no name.
    #[must_use]
    pub fn of(&self, program: u16) -> Option<&str> {
        let found = self.names.iter().find(|(index, _)| *index == program);
        found.map(|(_, name)| name.as_str()).filter(|name| !name.is_empty())
    }
}

/// Takes the record of names apart.
#[must_use]
pub fn names(record: &[u8]) -> Option<Names> {
    let mut bytes = Bytes::new(record);
    let (_count, active, size) = (bytes.be16()?, bytes.be16()?, bytes.be16()?);
    let size = usize::from(size);
    if size > LONGEST_NAME {
        return None;
    }
    let names: Option<Vec<_>> =
        (0..PROGRAMS).map(|_| Some((bytes.be16()?, bytes.text(size)?))).collect();
    Some(Names { active, names: names? })
}

/// Numbers and switches. Insulin in hundredths of a unit.
pub struct Settings {
    /// Smallest step of a bolus (13).
    pub bolus_increment: u32,
    /// Largest bolus (17).
    pub max_bolus: u32,
    /// Largest basal rate, an hour (21).
    pub max_basal: u32,
    /// Warning of a low reservoir (25).
    pub low_volume: u32,
    /// Hours without a key pressed until delivery stops; 0 is never (29).
    pub auto_off_hours: u8,
    /// 30
    pub language: u8,
    /// 35
    pub expiry_alert: u8,
    /// 41
    pub glucose_reminder: u8,
    /// 43
    pub confidence_alert: u8,
    /// 44
    pub reminder_alert: u8,
    /// Names the PDM (53).
    pub remote_id: u32,
    /// 0 off, 1 percent, 2 U/h (76)
    pub temp_basal_type: u8,
    /// 0 off, 1 percent, 2 U (77)
    pub extended_bolus_type: u8,
    /// 78
    pub bolus_reminder: u8,
    /// 79
    pub calculator: u8,
    /// 80
    pub reverse_correction: u8,
    /// 0 mg/dL, 1 mmol/L (81)
    pub display_unit: u8,
    /// 82
    pub sound: u8,
    /// mg/dL: below this no bolus is calculated (83).
    pub glucose_min: u16,
    /// mg/dL (85)
    pub goal_low: u16,
    /// mg/dL (87)
    pub goal_high: u16,
    /// Half hours (89).
    pub insulin_duration: u8,
    /// 109
    pub alarm_repeat: u8,
    /// Bits 6 to 9: which meter is built in (110).
    pub config_flags: u32,
}

impl Settings {
    /// Takes the record apart.
    #[must_use]
    pub fn parse(record: &[u8]) -> Option<Self> {
        let at = |place: usize| Bytes::at(record, place);
        let byte = |place: usize| at(place)?.byte();
        let short = |place: usize| at(place)?.le16();
        let long = |place: usize| at(place)?.le32();
        Some(Self {
            bolus_increment: long(13)?,
            max_bolus: long(17)?,
            max_basal: long(21)?,
            low_volume: long(25)?,
            auto_off_hours: byte(29)?,
            language: byte(30)?,
            expiry_alert: byte(35)?,
            glucose_reminder: byte(41)?,
            confidence_alert: byte(43)?,
            reminder_alert: byte(44)?,
            remote_id: long(53)?,
            temp_basal_type: byte(76)?,
            extended_bolus_type: byte(77)?,
            bolus_reminder: byte(78)?,
            calculator: byte(79)?,
            reverse_correction: byte(80)?,
            display_unit: byte(81)?,
            sound: byte(82)?,
            glucose_min: short(83)?,
            goal_low: short(85)?,
            goal_high: short(87)?,
            insulin_duration: byte(89)?,
            alarm_repeat: byte(109)?,
            config_flags: long(110)?,
        })
    }

    /// The number printed on the PDM.
    #[must_use]
    pub fn serial_number(&self, pdm: Pdm) -> String {
        let id = self.remote_id;
        match pdm {
            Pdm::Eros => id.to_string(),
            Pdm::Dash => format!(
                "{:02}{:02}{:02}-{:05}",
                id >> 25 & 0x3F,
                id >> 21 & 0x0F,
                id >> 17 & 0x0F,
                id >> 2 & 0x7FFF
            ),
        }
    }

    /// The number of the built-in meter: 0 FreeStyle, 2 Verio, 3 none.
    #[must_use]
    pub fn meter_board(&self) -> u32 {
        self.config_flags >> 6 & 0x0F
    }
}

/// Values of one day, a number for each half hour from midnight on.
pub struct Profile {
    /// 11 to 14 for the calculator, 15 to 21 the basal programs.
    pub index: u8,
    /// 0 where the PDM found nothing wrong with it.
    pub error: u16,
    /// In the unit of the index.
    pub values: Vec<u32>,
}

/// Takes a profile apart.
#[must_use]
pub fn profile(record: &[u8]) -> Option<Profile> {
    let mut bytes = Bytes::new(record);
    let index = bytes.byte()?;
    bytes.take(6)?;
    let error = bytes.be16()?;
    bytes.take(4)?;
    let values: Option<Vec<u32>> = (0..HALF_HOURS).map(|_| bytes.le32()).collect();
    Some(Profile { index, error, values: values? })
}

/// Places for basal programs.
const PROGRAMS: usize = 7;
/// Half hours in a day.
const HALF_HOURS: usize = 48;
/// Longer than any name on a screen.
const LONGEST_NAME: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn with_id(id: u32) -> Settings {
        let mut record = vec![0; 114];
        record[53..57].copy_from_slice(&id.to_le_bytes());
        record[110] = 0x80;
        Settings::parse(&record).unwrap()
    }

    #[test]
    fn a_record_that_is_too_short_is_none() {
        assert!(Settings::parse(&[0; 113]).is_none());
        assert!(profile(&[0; 204]).is_none());
        assert!(names(&[0; 19]).is_none());
        assert!(names(&[&[0, 0, 0, 0, 1, 0][..], &[0; 4_000]].concat()).is_none());
    }

    #[test]
    fn the_worked_serial_number_agrees() {
        assert_eq!(with_id(0x02A4_4384).serial_number(Pdm::Dash), "010502-04321");
        assert_eq!(with_id(190_100_042).serial_number(Pdm::Eros), "190100042");
        assert_eq!(with_id(0).meter_board(), 2);
    }

    #[test]
    fn a_program_is_named_by_its_index_not_by_its_place() {
        let mut record = vec![0, 2, 0, 3, 0, 4];
        for index in [3_u8, 2, 1, 0, 4, 5, 6] {
            record.extend([0, index]);
            record.extend(if index == 3 { *b"day\0" } else { [0; 4] });
        }
        let names = names(&record).unwrap();
        assert_eq!((names.active, names.of(3), names.of(0)), (3, Some("day"), None));
    }
}
