//! What the simulated meter stores, and the bytes it tells it with.

use meterport_sdk::wit::DeviceTime;

/// One result in the memory.
#[derive(Clone, PartialEq)]
pub struct Stored {
    /// On the meter's clock; `None` where that was not set.
    pub at: Option<DeviceTime>,
    /// In the unit of the type: mg/dL, three-hundredths of a mmol/L, or unknown.
    pub value: u16,
    /// What was measured.
    pub what: Type,
    /// `00` none, `40` before a meal, `80` after a meal, `C0` control solution.
    pub mark: u8,
}

/// The type of a result, a number of four bits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Type(pub u8);

impl Type {
    /// Blood glucose.
    pub const GLUCOSE: Self = Self(0x0);
    /// Haematocrit.
    pub const HAEMATOCRIT: Self = Self(0x6);
    /// Ketone.
    pub const KETONE: Self = Self(0x7);
}

impl Stored {
    /// A result without a mark.
    #[must_use]
    pub fn glucose(at: DeviceTime, mg_per_dl: u16) -> Self {
        Self { at: Some(at), value: mg_per_dl, what: Type::GLUCOSE, mark: 0x00 }
    }

    /// The data of the answer to `25`.
    pub(super) fn time(&self) -> [u8; 4] {
        self.at.as_ref().map_or([0; 4], time)
    }

    /// The data of the answer to `26`.
    pub(super) fn value(&self) -> [u8; 4] {
        let [low, high] = self.value.to_le_bytes();
        [low, high, 0, self.mark | (self.what.0 << 2)]
    }
}

/// Date as u16 (year from 2000 in bits 15-9, month in 8-5, day in 4-0), minute, hour.
pub(super) fn time(at: &DeviceTime) -> [u8; 4] {
    let year = at.year.saturating_sub(2000) & 0x7F;
    let date = (year << 9) | (u16::from(at.month) << 5) | u16::from(at.day);
    let [low, high] = date.to_le_bytes();
    [low, high, at.minute, at.hour]
}
