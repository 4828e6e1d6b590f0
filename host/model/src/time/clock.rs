//! How far a device's clock can be trusted, and what to say about it.

use crate::codes::Code;
use crate::device::ClockObservation;
use crate::document::{TimeRule, Warning};

/// Up to this, a clock counts as right.
const RIGHT_WITHIN_SECONDS: u64 = 15 * 60;
/// Beyond this, a clock says nothing. 26 hours: every zone of the world is nearer to another.
const WRONG_BEYOND_SECONDS: u64 = 26 * 60 * 60;

/// How far a device's clock can be trusted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    /// Within 15 minutes.
    Right,
    /// 15 minutes to 26 hours off: device clock minus host clock.
    Off(i64),
    /// More than 26 hours off.
    Wrong(i64),
    /// The device says that its clock is lost.
    Lost,
    /// There is no clock to read.
    Absent,
    /// It was stored some time ago, not read now.
    Stored,
}

/// Judges a clock by its offset from the host's.
pub(super) fn judge(observation: Option<&ClockObservation>, offset: Option<i64>) -> Verdict {
    let Some(observation) = observation else { return Verdict::Absent };
    if observation.local.is_none() {
        return Verdict::Lost;
    }
    let Some(offset) = offset else { return Verdict::Stored };
    let seconds = offset.unsigned_abs();
    if seconds <= RIGHT_WITHIN_SECONDS {
        Verdict::Right
    } else if seconds <= WRONG_BEYOND_SECONDS {
        Verdict::Off(offset)
    } else {
        Verdict::Wrong(offset)
    }
}

impl Verdict {
    /// The rule for an ordinary time; none where there is no time at all.
    pub(super) fn rule(self) -> Option<TimeRule> {
        match self {
            Self::Right | Self::Absent | Self::Stored => Some(TimeRule::Zone),
            Self::Off(_) => Some(TimeRule::ZoneClockOff),
            Self::Wrong(_) | Self::Lost => None,
        }
    }

    pub(super) fn warning(self) -> Option<Warning> {
        Some(match self {
            Self::Right => return None,
            Self::Off(offset) => warn(
                Code::ClockOffset,
                format!(
                    "the meter's clock is {}; times are as the meter shows them",
                    difference(offset)
                ),
            ),
            Self::Wrong(offset) => warn(
                Code::ClockWrong,
                format!("the meter's clock is {}, so no time in UTC is given", difference(offset)),
            ),
            Self::Lost => warn(
                Code::ClockLost,
                "the meter marks its clock as lost, so no time in UTC is given".to_owned(),
            ),
            Self::Absent => warn(
                Code::ClockUnchecked,
                "the meter's clock cannot be read, so nobody knows whether it is right".to_owned(),
            ),
            Self::Stored => warn(
                Code::ClockUnchecked,
                "the clock was stored, not read, so nobody knows whether it is right".to_owned(),
            ),
        })
    }
}

/// Some records carry a time that the meter itself marks as lost.
pub(super) fn marked_as_lost(count: usize) -> Warning {
    let results = if count == 1 { "1 result" } else { &format!("{count} results") };
    warn(Code::ClockLost, format!("the meter marks the time of {results} as lost"))
}

/// The host lacks its own time, or the zone.
pub(super) fn not_known_here(zone_is_known: bool) -> Warning {
    let what = if zone_is_known { "the time of the reading" } else { "the time zone" };
    warn(Code::ClockUnchecked, format!("{what} is not known, so no time in UTC is given"))
}

/// The list of clock changes has one whose size is not known.
pub(super) fn reset_in_the_log() -> Warning {
    warn(
        Code::ClockUnchecked,
        "the meter's clock was reset, so nobody knows whether it was right before".to_owned(),
    )
}

fn warn(code: Code, message: String) -> Warning {
    Warning { code, message }
}

/// `1 h 7 min behind this computer's`
fn difference(offset: i64) -> String {
    let minutes = offset.unsigned_abs() / 60;
    let (days, hours, minutes) = (minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "min")];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number} {unit}"))
        .collect();
    let side = if offset < 0 { "behind" } else { "ahead of" };
    format!("{} {side} this computer's", parts.join(" "))
}
