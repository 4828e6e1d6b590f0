//! What was set, and changes of the clock.
//!
//! Alerts are mg/dL and snoozes minutes. The unit of rise and fall is not known, so they have
//! none. What a record of revision 6 holds behind the language is in its bytes only.

use meterport_sdk::wit::Validity;
use meterport_sdk::wit::{Entry, Origin, Payload, Setting as Value, SettingValue, Settings, Stamp};

use super::{Circumstances, Parts, marker, stamp};
use crate::offsets;
use crate::record::setting::{Setting, Transmitter};
use crate::time::set;

/// The log of changes of the clock, which is their numbering too: the index of the setting record
/// that shows the change.
pub const TIME_CHANGES: &str = "time-changes";

pub(super) fn parts(setting: &Setting, with: &Circumstances) -> Parts {
    let [high, high_snooze, low, low_snooze, rise, fall, range_snooze, language] = setting.numbers;
    let mut values = vec![
        number("display-offset", setting.display_offset, Some("s")),
        number("system-offset", setting.system_offset, Some("s")),
        number("high-alert", high, Some("mg/dL")),
        number("high-alert-snooze", high_snooze, Some("min")),
        number("low-alert", low, Some("mg/dL")),
        number("low-alert-snooze", low_snooze, Some("min")),
        number("rise-alert", rise, None),
        number("fall-alert", fall, None),
        number("out-of-range-snooze", range_snooze, Some("min")),
        number("language", language, None),
    ];
    if let Some((profile, state)) = setting.profile_and_state {
        values.push(number("alarm-profile", profile, None));
        values.push(number("setup-state", state, None));
    }
    values.extend(FLAGS.iter().map(|(bit, key)| flag(key, setting.flags & bit != 0)));
    let mut extra = transmitter(&setting.transmitter);
    let others = FLAGS.iter().fold(setting.flags, |left, (bit, _)| left & !bit);
    if others != 0 {
        extra.push(marker(format!("flags-{others:08x}")));
    }
    let payload = Payload::Settings(Settings { values, schedules: Vec::new() });
    Parts { at: stamp(setting.times, with), extra, ..Parts::new(payload) }
}

/// The change of the clock that the newer of two neighbouring setting records shows, if there is
/// one. It is in a log of its own, so that ticks alone say which records lie behind it, the setting
/// record itself among them.
#[must_use]
pub fn time_change(
    older: &Setting,
    newer: &Setting,
    sequence: u64,
    with: &Circumstances,
) -> Option<Entry> {
    let change = offsets::change(older, newer)?;
    Some(Entry {
        origin: Origin {
            log: TIME_CHANGES.to_owned(),
            numbers: TIME_CHANGES.to_owned(),
            sequence: Some(sequence),
            part: 0,
        },
        at: Stamp {
            local: change.after,
            reliable: set(newer.times.system).is_some(),
            tick: with.offsets.tick_now(newer.times.system),
        },
        validity: Validity::Valid,
        payload: Payload::TimeChange(change),
        marks: Vec::new(),
        extra: Vec::new(),
        // The bytes stand with the setting record.
        raw: Vec::new(),
    })
}

/// What stands for the transmitter. It names the person's own device, so it is not a setting.
fn transmitter(transmitter: &Transmitter) -> Vec<(String, String)> {
    let text = match transmitter {
        Transmitter::Number(number) => number.to_string(),
        Transmitter::Text(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            let text = text.trim_matches(|it: char| it == '\0' || it == ' ');
            if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                return vec![marker("transmitter-not-text".to_owned())];
            }
            text.to_owned()
        }
    };
    if text.is_empty() { Vec::new() } else { vec![("transmitter-id".to_owned(), text)] }
}

fn number(key: &str, value: impl Into<i64>, unit: Option<&str>) -> Value {
    let value = SettingValue::Number(value.into() * 1000);
    Value { key: key.to_owned(), value, unit: unit.map(str::to_owned) }
}

fn flag(key: &str, on: bool) -> Value {
    Value { key: key.to_owned(), value: SettingValue::Flag(on), unit: None }
}

const FLAGS: [(u32, &str); 8] = [
    (0x001, "blinded"),
    (0x002, "clock-24-h"),
    (0x010, "low-alert-on"),
    (0x020, "high-alert-on"),
    (0x040, "rise-alert-on"),
    (0x080, "fall-alert-on"),
    (0x100, "out-of-range-alert-on"),
    (0x200, "time-loss-alert-on"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offsets::Offsets;
    use crate::record::{self, Kind, Record};

    /// A record of this revision: two times, offsets of 0 and -18000 s, the transmitter, flags,
    /// eight numbers, and a tail of counted bytes.
    fn decoded(revision: u8, transmitter: &[u8], flags: u32, length: usize) -> Setting {
        let mut bytes = [542_376_900_u32.to_le_bytes(), 542_358_900_u32.to_le_bytes()].concat();
        bytes.extend([0_i32.to_le_bytes(), (-18_000_i32).to_le_bytes()].concat());
        bytes.extend(transmitter);
        bytes.extend(flags.to_le_bytes());
        bytes.extend([200_u16, 60, 70, 30, 3, 2, 20, 1033].map(u16::to_le_bytes).concat());
        bytes.extend((1..=u8::MAX).take(length - bytes.len()));
        match record::decode(Kind::Setting, revision, &bytes) {
            Record::Setting(setting) => setting,
            _ => panic!("not a setting"),
        }
    }

    fn parts_of(setting: &Setting) -> Parts {
        let offsets = Offsets::new(std::iter::once(setting), -18_000);
        parts(setting, &Circumstances { offsets, predicts: true })
    }

    fn value(parts: &Parts, key: &str) -> Option<SettingValue> {
        let Payload::Settings(settings) = &parts.payload else { panic!("not settings") };
        settings.values.iter().find(|it| it.key == key).map(|it| it.value.clone())
    }

    #[test]
    fn flags_nobody_described_stand_beside_the_settings() {
        let parts = parts_of(&decoded(5, b"80ABCD", 0x8000_0404 | 0x10, 50));
        assert!(parts.extra.contains(&marker("flags-80000404".to_owned())));
        assert!(value(&parts, "low-alert-on") == Some(SettingValue::Flag(true)));
        assert!(value(&parts, "high-alert-on") == Some(SettingValue::Flag(false)));
    }

    #[test]
    fn a_transmitter_that_is_no_text_is_said_to_be_none() {
        for name in [b"80\xFFBCD", b"80\0BCD", b"80 BCD"] {
            let parts = parts_of(&decoded(5, name, 0, 50));
            assert_eq!(parts.extra, [marker("transmitter-not-text".to_owned())]);
        }
        assert!(parts_of(&decoded(5, &[0; 6], 0, 50)).extra.is_empty());
    }

    #[test]
    fn every_revision_has_its_alerts_and_only_the_older_ones_a_profile() {
        let number = |number: i64| Some(SettingValue::Number(number * 1000));
        for (revision, transmitter, length) in
            [(4, &[1, 0, 0, 0][..], 48), (5, b"80ABCD", 50), (6, b"80ABCD", 60)]
        {
            let parts = parts_of(&decoded(revision, transmitter, 0x132, length));
            assert!(value(&parts, "high-alert") == number(200));
            assert!(value(&parts, "low-alert-snooze") == number(30));
            assert!(value(&parts, "language") == number(1033));
            assert!(value(&parts, "display-offset") == number(-18_000));
            let profile = if revision < 6 { number(1) } else { None };
            assert!(value(&parts, "alarm-profile") == profile);
            let id = if revision < 5 { "1" } else { "80ABCD" };
            assert_eq!(parts.extra, [("transmitter-id".to_owned(), id.to_owned())]);
            assert_eq!(parts.at.tick, Some(542_376_900));
        }
    }
}
