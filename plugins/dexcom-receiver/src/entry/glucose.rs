//! Values of the sensor.
//!
//! | stored       | means                                                                     |
//! |--------------|---------------------------------------------------------------------------|
//! | 0 to 19      | a state; numbers without a name are `not-available`, and stand beside it  |
//! | 20 to 39     | LOW                                                                       |
//! | 40 to 400    | mg/dL                                                                     |
//! | more         | HIGH                                                                      |
//!
//! The limits 40 and 400 are the manual's; the receiver sends none, so the bounds have no threshold.
//!
//! A backfilled record was stored, and shows the screen's clock, when the gap was filled. What the
//! screen would have shown when the sensor measured is earlier by the system seconds between the
//! two. Device time and tick both belong to the moment of filling then, so a clock change in
//! between moves neither away from the other.

use meterport_sdk::wit::{
    Bound, Cgm, CgmSource, ConcentrationUnit, DeviceTime, Level, Payload, Stamp, Trend, Validity,
};

use super::{Circumstances, Parts, marker, stamp, transmitter_time};
use crate::record::Kind;
use crate::record::glucose::{Details, Glucose, NUMBER, URGENT_LOW_SOON};
use crate::time::{Times, at, set, shown};

pub(super) fn parts(glucose: &Glucose, kind: Kind, with: &Circumstances) -> Parts {
    let backfilled = kind == Kind::Backfill || glucose.is_backfilled();
    let predicted = glucose.details.and_then(|details| details.predicted).filter(|_| with.predicts);
    let mut marks = Vec::new();
    if glucose.is_display_only() {
        marks.push("display-only".to_owned());
    }
    if predicted.is_some_and(|stored| stored & URGENT_LOW_SOON != 0) {
        marks.push("urgent-low-soon".to_owned());
    }
    let mut extra = unknowns(glucose);
    if backfilled {
        let display = shown(glucose.times.display);
        extra.extend(display.map(|time| ("display-time".to_owned(), text(&time))));
    }
    if let Some(details) = glucose.details {
        extra.push(("rate-stored".to_owned(), details.rate.to_string()));
        extra.push(("sensor-state".to_owned(), details.state.to_string()));
        extra.extend(transmitter_time(details.transmitter));
    }
    let stored = stamp(glucose.times, with);
    Parts {
        at: if backfilled { measured(glucose.times, glucose.details, stored) } else { stored },
        validity: if glucose.is_display_only() { Validity::Superseded } else { Validity::Valid },
        marks,
        extra,
        ..Parts::new(Payload::Cgm(Cgm {
            level: level(glucose.number()),
            unit: ConcentrationUnit::MgPerDl,
            source: if backfilled { CgmSource::Backfilled } else { CgmSource::Automatic },
            trend: trend(glucose.trend),
            predicted: predicted.map(|stored| level_predicted(stored & NUMBER)),
            noise: noise(glucose.trend).map(str::to_owned),
            sensor_age_seconds: None,
        }))
    }
}

/// When the sensor measured what was filled in; not readable where the two times contradict.
fn measured(times: Times, details: Option<Details>, stored: Stamp) -> Stamp {
    let local = || {
        let delay = set(times.system)?.checked_sub(set(details?.measured)?)?;
        let display = i64::from(set(times.display)?);
        (delay <= LONGEST_GAP).then(|| at(display - i64::from(delay)))?
    };
    let local = local();
    Stamp { local, reliable: local.is_some(), tick: stored.tick.filter(|_| local.is_some()) }
}

fn level(number: u16) -> Level {
    let milli = u32::from(number) * 1000;
    let bound = Bound { threshold: None, stored: Some(milli) };
    match number {
        0..20 => Level::NoValue(state(number).unwrap_or(NOT_AVAILABLE).to_owned()),
        20..40 => Level::BelowRange(bound),
        40..=400 => Level::Value(milli),
        _ => Level::AboveRange(bound),
    }
}

/// The states of the sensor are none of a prediction.
fn level_predicted(number: u16) -> Level {
    match number {
        0..20 => Level::NoValue(NOT_AVAILABLE.to_owned()),
        number => level(number),
    }
}

fn state(number: u16) -> Option<&'static str> {
    Some(match number {
        1 => "sensor-not-active",
        2 => "sensor-minimal-deviation",
        3 => "sensor-no-antenna",
        5 => "sensor-not-calibrated",
        6 => "sensor-counts-deviation",
        9 => "sensor-absolute-deviation",
        10 => "sensor-power-deviation",
        12 => "sensor-bad-rf",
        _ => return None,
    })
}

fn trend(stored: u8) -> Trend {
    match stored & ARROW {
        1 => Trend::RisingVeryFast,
        2 => Trend::RisingFast,
        3 => Trend::Rising,
        4 => Trend::Steady,
        5 => Trend::Falling,
        6 => Trend::FallingFast,
        7 => Trend::FallingVeryFast,
        8 => Trend::NotComputable,
        9 => Trend::RateOutOfRange,
        _ => Trend::Unknown,
    }
}

fn noise(stored: u8) -> Option<&'static str> {
    Some(match stored >> 4 & NOISE {
        1 => "clean",
        2 => "light",
        3 => "medium",
        4 => "heavy",
        5 => "not-computed",
        6 => "maximum",
        _ => return None,
    })
}

/// Everything in a record that nobody described, so that nothing is lost.
fn unknowns(glucose: &Glucose) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let number = glucose.number();
    if number < 20 && state(number).is_none() {
        found.push(marker(format!("state-{number}")));
    }
    if glucose.other_flags() != 0 {
        found.push(marker(format!("flags-{:04x}", glucose.other_flags())));
    }
    if glucose.trend & ARROW > 9 {
        found.push(marker(format!("trend-{}", glucose.trend & ARROW)));
    }
    if glucose.trend >> 4 > 6 {
        found.push(marker(format!("noise-{}", glucose.trend >> 4)));
    }
    found
}

fn text(time: &DeviceTime) -> String {
    let DeviceTime { year, month, day, hour, minute, second } = time;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

const NOT_AVAILABLE: &str = "not-available";
const ARROW: u8 = 0x0F;
const NOISE: u8 = 0x07;
/// 90 days in seconds: a gap longer than the memory is none.
const LONGEST_GAP: u32 = 90 * 86_400;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offsets::Offsets;
    use meterport_sdk::time::checked;

    const TIMES: Times = Times { system: 542_376_900, display: 542_358_900 };

    fn parts_of(glucose: Glucose) -> Parts {
        let offsets = Offsets::new(std::iter::empty(), -18_000);
        parts(&glucose, Kind::Glucose, &Circumstances { offsets, predicts: true })
    }

    fn plain(stored: u16, trend: u8) -> Glucose {
        Glucose { times: TIMES, stored, trend, details: None }
    }

    fn filled(measured: u32) -> Glucose {
        let details =
            Details { measured, transmitter: u32::MAX, rate: 2, state: 6, predicted: Some(131) };
        Glucose { details: Some(details), ..plain(0x208E, 0x24) }
    }

    fn cgm(parts: &Parts) -> &Cgm {
        let Payload::Cgm(cgm) = &parts.payload else { panic!("not a value of the sensor") };
        cgm
    }

    #[test]
    fn what_was_filled_in_from_the_future_or_long_ago_has_no_time() {
        for measured in [TIMES.system + 1, TIMES.system - LONGEST_GAP - 1, 0, u32::MAX] {
            let parts = parts_of(filled(measured));
            assert!(parts.at.local.is_none() && !parts.at.reliable && parts.at.tick.is_none());
            let display = ("display-time".to_owned(), "2026-03-10T07:15:00".to_owned());
            assert!(parts.extra.contains(&display));
        }
    }

    #[test]
    fn a_time_that_is_not_set_is_not_reliable() {
        let times = Times { display: u32::MAX, ..TIMES };
        let parts = parts_of(Glucose { times, ..plain(142, 0x14) });
        assert!(parts.at.local.is_none() && !parts.at.reliable);
    }

    #[test]
    fn a_state_is_no_number_and_one_without_a_name_keeps_its_number() {
        let known = [(1, "sensor-not-active"), (5, "sensor-not-calibrated"), (12, "sensor-bad-rf")];
        for (number, name) in known {
            assert!(cgm(&parts_of(plain(number, 0x14))).level == Level::NoValue(name.to_owned()));
        }
        for number in [0, 4, 7, 8, 11, 13, 19] {
            let parts = parts_of(plain(number, 0x14));
            assert!(cgm(&parts).level == Level::NoValue("not-available".to_owned()));
            assert_eq!(parts.extra, [("vendor-marker".to_owned(), format!("state-{number}"))]);
        }
    }

    #[test]
    fn low_and_high_are_no_numbers_and_have_no_limit_of_the_manual() {
        for number in [20, 39] {
            let stored = Some(u32::from(number) * 1000);
            let low = Level::BelowRange(Bound { threshold: None, stored });
            assert!(cgm(&parts_of(plain(number, 0x14))).level == low);
        }
        for number in [401, 1023] {
            let stored = Some(u32::from(number) * 1000);
            let high = Level::AboveRange(Bound { threshold: None, stored });
            assert!(cgm(&parts_of(plain(number, 0x14))).level == high);
        }
        for number in [40, 400] {
            let value = Level::Value(u32::from(number) * 1000);
            assert!(cgm(&parts_of(plain(number, 0x14))).level == value);
        }
    }

    #[test]
    fn a_copy_that_was_only_shown_is_superseded() {
        let parts = parts_of(plain(0x8091, 0x04));
        assert_eq!(parts.validity, Validity::Superseded);
        assert_eq!(parts.marks, ["display-only"]);
        assert!(cgm(&parts).level == Level::Value(145_000));
    }

    #[test]
    fn what_nobody_described_is_unknown_and_stands_beside_it() {
        let parts = parts_of(plain(0x0400 | 142, 0xFA));
        let text = |text: &str| marker(text.to_owned());
        assert_eq!(parts.extra, [text("flags-0400"), text("trend-10"), text("noise-15")]);
        assert!(cgm(&parts).trend == Trend::Unknown && cgm(&parts).noise.is_none());
    }

    #[test]
    fn a_prediction_of_the_software_that_makes_none_is_left_out_with_its_mark() {
        let mut glucose = filled(TIMES.system);
        if let Some(details) = &mut glucose.details {
            details.predicted = Some(0x8000 | 61);
        }
        let offsets = Offsets::new(std::iter::empty(), -18_000);
        let without = parts(&glucose, Kind::Glucose, &Circumstances { offsets, predicts: false });
        assert!(cgm(&without).predicted.is_none() && without.marks.is_empty());
        let with = parts_of(glucose);
        assert!(cgm(&with).predicted == Some(Level::Value(61_000)));
        assert_eq!(with.marks, ["urgent-low-soon"]);
    }

    #[test]
    fn a_prediction_that_is_unavailable_is_no_number() {
        let mut glucose = filled(TIMES.system);
        if let Some(details) = &mut glucose.details {
            details.predicted = Some(13);
        }
        let unavailable = Level::NoValue("not-available".to_owned());
        assert!(cgm(&parts_of(glucose)).predicted == Some(unavailable));
    }

    #[test]
    fn what_was_filled_in_has_the_time_when_it_was_measured() {
        let parts = parts_of(filled(0x2054_0040));
        assert_eq!(parts.at.local, checked(2026, 3, 10, 7, 0, 0));
        assert_eq!(parts.at.tick, Some(542_376_900));
        assert!(parts.at.reliable && cgm(&parts).source == CgmSource::Backfilled);
        assert!(cgm(&parts).predicted == Some(Level::Value(131_000)));
        assert_eq!(cgm(&parts).noise.as_deref(), Some("light"));
    }
}
