//! The history of the display offset: when the person set the clock, and from what to what.
//!
//! A setting record is written whenever something is set, with the display offset that holds from
//! then on. Where two neighbours differ, the clock was changed at the later one, and both of its
//! times are known exactly.
//!
//! The tick of the contract says on which side of a change a record lies. It is only right where
//! the record's own offset, display minus system, is the one the history gives: elsewhere a change
//! is missing from the history, and the record is better without a tick.
//!
//! Spec: `README.md`, sources 1 and 2, "Pages". Pure.

use meterport_sdk::wit::{DeviceTime, TimeChange};

use crate::record::setting::Setting;
use crate::time::{Times, at, set};

/// What is known about the display offset over time.
pub struct Offsets {
    /// System seconds and the offset from then on, in device order, oldest first.
    points: Vec<(u32, i64)>,
    /// False where it does not lead to the offset of today, or time runs backwards in it.
    sound: bool,
}

impl Offsets {
    /// From the setting records, oldest first, and the offset of today.
    #[must_use]
    pub fn new<'a>(settings: impl Iterator<Item = &'a Setting>, today: i32) -> Self {
        let points: Vec<_> = settings
            .map(|setting| (setting.times.system, i64::from(setting.display_offset)))
            .collect();
        let all_set = points.iter().all(|(system, _)| set(*system).is_some());
        let sound = all_set
            && points.is_sorted_by_key(|(system, _)| *system)
            && points.last().is_none_or(|(_, offset)| *offset == i64::from(today));
        Self { points, sound }
    }

    /// The tick of a record, where it is of use.
    #[must_use]
    pub fn tick(&self, times: Times) -> Option<u64> {
        let known = self.at(times.system);
        let agrees = known.is_none() || known == times.offset();
        set(times.system).filter(|_| self.sound && agrees).map(u64::from)
    }

    /// The tick of the clock itself, when it was read.
    #[must_use]
    pub fn tick_now(&self, system: u32) -> Option<u64> {
        set(system).filter(|_| self.sound).map(u64::from)
    }

    /// The offset at a moment. Before the first record it is taken to be that of the first record.
    fn at(&self, system: u32) -> Option<i64> {
        let behind = self.points.partition_point(|(since, _)| *since <= system);
        self.points.get(behind.saturating_sub(1)).map(|(_, offset)| *offset)
    }
}

/// The change of the clock between two neighbouring setting records, or `None` where the offset
/// stayed.
#[must_use]
pub fn change(older: &Setting, newer: &Setting) -> Option<TimeChange> {
    if older.display_offset == newer.display_offset {
        return None;
    }
    let system = set(newer.times.system);
    let shown = |offset: i32| -> Option<DeviceTime> { at(i64::from(system?) + i64::from(offset)) };
    Some(TimeChange {
        before: shown(older.display_offset),
        after: shown(newer.display_offset),
        // The record does not say whether a person or a program did it.
        cause: "unknown".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::setting::Transmitter;
    use meterport_sdk::time::checked;

    fn set_at(system: u32, display_offset: i32) -> Setting {
        Setting {
            times: Times { system, display: system.wrapping_add_signed(display_offset) },
            system_offset: 0,
            display_offset,
            transmitter: Transmitter::Number(0),
            flags: 0,
            numbers: [0; 8],
            profile_and_state: None,
        }
    }

    fn offsets(settings: &[(u32, i32)], today: i32) -> Offsets {
        let settings: Vec<_> = settings.iter().map(|(at, offset)| set_at(*at, *offset)).collect();
        Offsets::new(settings.iter(), today)
    }

    fn tick(offsets: &Offsets, system: u32, offset: i32) -> Option<u64> {
        offsets.tick(Times { system, display: system.wrapping_add_signed(offset) })
    }

    #[test]
    fn settings_that_do_not_lead_to_today_or_run_backwards_give_no_tick() {
        for unsound in [
            offsets(&[(100, 0), (200, 3_600)], 0),
            offsets(&[(200, 0), (100, 3_600)], 3_600),
            offsets(&[(100, 0), (u32::MAX, 3_600)], 3_600),
        ] {
            assert_eq!(tick(&unsound, 150, 0), None);
            assert_eq!(unsound.tick_now(300), None);
        }
    }

    #[test]
    fn a_record_that_contradicts_the_settings_has_no_tick() {
        let offsets = offsets(&[(100, 0), (200, 3_600)], 3_600);
        for (system, offset) in [(50, 3_600), (199, 3_600), (200, 0), (300, 0)] {
            assert_eq!(tick(&offsets, system, offset), None, "{system}");
        }
        assert_eq!(offsets.tick(Times { system: u32::MAX, display: 5 }), None);
        assert_eq!(offsets.tick(Times { system: 150, display: u32::MAX }), None);
    }

    #[test]
    fn a_record_that_agrees_has_the_system_second_as_its_tick() {
        let offsets = offsets(&[(100, 0), (200, 3_600)], 3_600);
        for (system, offset) in [(50, 0), (199, 0), (200, 3_600), (300, 3_600)] {
            assert_eq!(tick(&offsets, system, offset), Some(u64::from(system)));
        }
        assert_eq!(offsets.tick_now(400), Some(400));
    }

    #[test]
    fn a_change_says_what_the_screen_showed_before_and_after() {
        assert!(change(&set_at(100, 0), &set_at(200, 0)).is_none());
        let change = change(&set_at(100, -18_000), &set_at(542_376_900, -14_400)).unwrap();
        assert_eq!(change.before, checked(2026, 3, 10, 7, 15, 0));
        assert_eq!(change.after, checked(2026, 3, 10, 8, 15, 0));
        assert_eq!(change.cause, "unknown");
    }
}
