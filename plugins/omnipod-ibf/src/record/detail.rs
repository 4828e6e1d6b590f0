//! What stands in a record of the history from byte 29 on, low byte first unless said.
//!
//! | type (hex) | meaning              | detail                                                        |
//! |------------|----------------------|---------------------------------------------------------------|
//! | 1          | pod deactivated      |                                                               |
//! | 2          | time set             | s, m, h u8: the new time                                      |
//! | 20         | date set             | day, month u8, year u16: the new date                         |
//! | 4          | bolus                | [`Bolus`]: u32, u16, i16, u16                                  |
//! | 8          | basal rate           | [`Basal`]: u32, u16, i16                                      |
//! | 10, 10000  | suspended, resumed   |                                                               |
//! | 40         | calculator           | [`Calculator`]: 8 of u32, 6 of u16                            |
//! | 80, 400    | hazard, alarm        | day, month u8, year u16, s, m, h u8, alarm u8, 4 unused, file, line, error u16 |
//! | 800        | glucose              | error u32, mg/dL u16, two tags of 24 bytes, flags u8          |
//! | 1000       | carbohydrate         | grams u16, preset u8, kind u8                                 |
//! | 2000       | bolus ended early    | insulin left u32, minutes left u16                            |
//! | 4000       | basal ended early    | minutes left u16                                              |
//! | 8000       | pod activated        | lot, number u16 high byte first, six u8 versions              |
//! | 20000      | exported             |                                                               |
//!
//! Insulin is hundredths of a unit. Spec: `README.md`, source 1. Pure.

use meterport_sdk::time::checked;
use meterport_sdk::wit::DeviceTime;

use crate::bytes::Bytes;

/// What a record says.
#[derive(Clone, Copy, PartialEq)]
pub enum Detail {
    /// The pod was deactivated.
    PodDeactivated,
    /// The clock was set: new hour, minute, second.
    TimeSet([u8; 3]),
    /// The date was set: new year, month, day.
    DateSet(u16, u8, u8),
    /// Insulin at once or over some time.
    Bolus(Bolus),
    /// Another rate began.
    Basal(Basal),
    /// Delivery was suspended.
    Suspended,
    /// Delivery was resumed.
    Resumed,
    /// A bolus was calculated.
    Calculator(Calculator),
    /// A hazard or an alarm.
    Alarm(Alarm),
    /// A fingerstick.
    Glucose(Glucose),
    /// Food.
    Carbs {
        /// Grams.
        grams: u16,
        /// Which of the person's presets.
        preset: u8,
        /// Not described.
        kind: u8,
    },
    /// The bolus before it ended early.
    BolusEnded {
        /// Insulin that was not delivered.
        left: u32,
        /// Of the extended part.
        minutes_left: u16,
    },
    /// The temporary rate before it ended early.
    BasalEnded {
        /// Of the temporary rate.
        minutes_left: u16,
    },
    /// A pod was activated.
    PodActivated {
        /// Of the pod.
        lot: u16,
        /// Of the pod, in its lot.
        number: u16,
        /// Of the pod's programs.
        versions: [u8; 6],
    },
    /// A file was written.
    Exported,
    /// Nobody described it, or it is shorter than described.
    Unknown,
}

/// One part of a bolus.
#[derive(Clone, Copy, PartialEq)]
pub struct Bolus {
    /// What was delivered, if it is over.
    pub volume: u32,
    /// 0 where it was given at once, [`NEVER_BEGUN`] where the extended part was ended before.
    pub extended_minutes: u16,
    /// So many records further on in the file stands the calculation; 0 is none.
    pub calculator: i16,
    /// How long the part took that was given at once.
    pub seconds: u16,
}

impl Bolus {
    /// Whether it is given over some time.
    #[must_use]
    pub fn is_extended(&self) -> bool {
        self.extended_minutes != 0
    }
}

/// The extended part was ended before it began.
pub const NEVER_BEGUN: u16 = 0xFFFF;

/// A basal rate.
#[derive(Clone, Copy, PartialEq)]
pub struct Basal {
    /// An hour.
    pub rate: u32,
    /// 0 where it is the scheduled one.
    pub minutes: u16,
    /// The change, where it was set in percent; else 0.
    pub percent: i16,
}

/// A calculation. What is a pair is for the correction and for the meal.
#[derive(Clone, Copy, PartialEq)]
pub struct Calculator {
    /// Insulin.
    pub delivered: [u32; 2],
    /// Insulin.
    pub programmed: [u32; 2],
    /// Insulin; may be less than none.
    pub suggested_correction: i32,
    /// Insulin.
    pub suggested_meal: u32,
    /// Insulin.
    pub on_board: [u32; 2],
    /// mg/dL for a unit; in hundredths of it on the DASH.
    pub factor: u16,
    /// mg/dL; [`NOTHING`] where there is none.
    pub glucose: u16,
    /// mg/dL
    pub target: u16,
    /// mg/dL
    pub threshold: u16,
    /// Grams, in tenths on the DASH; [`NOTHING`] where there is none.
    pub carbs: u16,
    /// Grams for a unit, in tenths on the DASH.
    pub ratio: u16,
}

/// Nothing was entered.
pub const NOTHING: u16 = 0xFFFF;

/// A hazard or an alarm.
#[derive(Clone, Copy, PartialEq)]
pub struct Alarm {
    /// Only a warning.
    pub hazard: bool,
    /// When it was; none where that is no date.
    pub local: Option<DeviceTime>,
    /// Which.
    pub alarm: u8,
    /// Place in the PDM's program, and its error: for the maker.
    pub place: [u16; 3],
}

/// A fingerstick.
#[derive(Clone, Copy, PartialEq)]
pub struct Glucose {
    /// 0 where nothing was wrong.
    pub error: u32,
    /// mg/dL
    pub value: u16,
    /// Texts, padded with NUL.
    pub tags: [[u8; 24]; 2],
    /// See the constants.
    pub flags: u8,
}

impl Glucose {
    /// The person entered it.
    pub const MANUAL: u8 = 0x01;
    /// Too warm or too cold.
    pub const TEMPERATURE: u8 = 0x02;
    /// Below the person's goal.
    pub const BELOW_GOAL: u8 = 0x04;
    /// Above the person's goal.
    pub const ABOVE_GOAL: u8 = 0x08;
    /// Below the range of the meter.
    pub const LO: u8 = 0x10;
    /// Above the range of the meter.
    pub const HI: u8 = 0x20;
    /// Something else was wrong.
    pub const OTHER_ERROR: u8 = 0x40;
}

/// Takes a detail apart; none where the type is unknown or the bytes end too early.
#[must_use]
pub fn decode(kind: u32, mut bytes: Bytes<'_>) -> Option<Detail> {
    Some(match kind {
        0x1 => Detail::PodDeactivated,
        0x2 => {
            let [second, minute, hour] = bytes.array()?;
            Detail::TimeSet([hour, minute, second])
        }
        0x20 => {
            let [day, month] = bytes.array()?;
            Detail::DateSet(bytes.le16()?, month, day)
        }
        0x4 => Detail::Bolus(Bolus {
            volume: bytes.le32()?,
            extended_minutes: bytes.le16()?,
            calculator: i16::from_le_bytes(bytes.array()?),
            seconds: bytes.le16()?,
        }),
        0x8 => Detail::Basal(Basal {
            rate: bytes.le32()?,
            minutes: bytes.le16()?,
            percent: i16::from_le_bytes(bytes.array()?),
        }),
        0x10 => Detail::Suspended,
        0x1_0000 => Detail::Resumed,
        0x40 => Detail::Calculator(calculator(&mut bytes)?),
        0x80 => Detail::Alarm(alarm(true, &mut bytes)?),
        0x400 => Detail::Alarm(alarm(false, &mut bytes)?),
        0x800 => Detail::Glucose(Glucose {
            error: bytes.le32()?,
            value: bytes.le16()?,
            tags: [bytes.array()?, bytes.array()?],
            flags: bytes.byte()?,
        }),
        0x1000 => {
            Detail::Carbs { grams: bytes.le16()?, preset: bytes.byte()?, kind: bytes.byte()? }
        }
        0x2000 => Detail::BolusEnded { left: bytes.le32()?, minutes_left: bytes.le16()? },
        0x4000 => Detail::BasalEnded { minutes_left: bytes.le16()? },
        0x8000 => Detail::PodActivated {
            lot: bytes.be16()?,
            number: bytes.be16()?,
            versions: bytes.array()?,
        },
        0x2_0000 => Detail::Exported,
        _ => return None,
    })
}

fn calculator(bytes: &mut Bytes<'_>) -> Option<Calculator> {
    Some(Calculator {
        delivered: [bytes.le32()?, bytes.le32()?],
        programmed: [bytes.le32()?, bytes.le32()?],
        suggested_correction: i32::from_le_bytes(bytes.array()?),
        suggested_meal: bytes.le32()?,
        on_board: [bytes.le32()?, bytes.le32()?],
        factor: bytes.le16()?,
        glucose: bytes.le16()?,
        target: bytes.le16()?,
        threshold: bytes.le16()?,
        carbs: bytes.le16()?,
        ratio: bytes.le16()?,
    })
}

fn alarm(hazard: bool, bytes: &mut Bytes<'_>) -> Option<Alarm> {
    let [day, month] = bytes.array()?;
    let year = bytes.le16()?;
    let [second, minute, hour, alarm] = bytes.array()?;
    bytes.take(4)?;
    let place = [bytes.le16()?, bytes.le16()?, bytes.le16()?];
    Some(Alarm { hazard, local: checked(year, month, day, hour, minute, second), alarm, place })
}
