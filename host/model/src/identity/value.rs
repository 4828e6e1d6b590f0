//! What a record stores, as bytes for its identity.
//!
//! Only what the device wrote once and does not change: a bolus in progress gains delivered units
//! between two readings and must keep its id. So what was delivered counts only where the device
//! keeps no programmed amount, and a stretch of basal counts by its rate, not by how long it has
//! lasted.
//!
//! | kind | value | unit |
//! |---|---|---|
//! | concentrations | the level | its unit |
//! | `bolus` | immediate, extended: each the programmed amount, else the delivered one | `U` |
//! | `insulin-dose` | amount, action, occasion | `U` |
//! | `basal` | mode, rate, percent | `U/h` |
//! | `wizard` | glucose level, carbohydrate | the unit of its concentrations |
//! | `carbs` | amount, category | `g` |
//! | `exercise` | intensity, seconds | |
//! | `event`, `note` | code, text; text | |
//! | `alarm` | code, the device's own number | |
//! | `settings` | every value, every schedule | |
//! | `time-change` | before, after | |
//! | `other` | code, level, text; for `vendor-record` also the raw bytes | its unit |
//!
//! A level is its case and a number: `value 97000`, `below-range` or `above-range` and the stored
//! number (empty if none; never a limit), `no-value` and the state. Numbers are thousandths in
//! decimal. Each part is its bytes after a four-byte length, one part after the other; a part that
//! may be absent is the single byte 0, or 1 and then the part; a list begins with its count.

use zeroize::Zeroizing;

use crate::concentration::{Bound, Level};
use crate::diary::{Schedule, Setting, SettingValue};
use crate::entry::{Entry, Payload};
use crate::insulin::{BasalMode, Delivery, InsulinAction};
use crate::quantity::Milli;

/// The stored value and its unit.
pub(super) fn stored(entry: &Entry) -> (Zeroizing<Vec<u8>>, &str) {
    let mut value = Value::default();
    let unit = match &entry.payload {
        Payload::Smbg(smbg) => {
            value.level(&smbg.level);
            smbg.unit.as_str()
        }
        Payload::Ketone(ketone) => {
            value.level(&ketone.level);
            ketone.unit.as_str()
        }
        Payload::Cgm(cgm) => {
            value.level(&cgm.level);
            cgm.unit.as_str()
        }
        Payload::Calibration(calibration) => {
            value.level(&calibration.level);
            calibration.unit.as_str()
        }
        Payload::Bolus(bolus) => {
            value.amount(bolus.immediate.as_ref().and_then(lasting_amount));
            value.amount(bolus.extended.as_ref().and_then(lasting_amount));
            "U"
        }
        Payload::InsulinDose(dose) => {
            value.amount(dose.amount);
            value.text(action(dose.action));
            value.option(dose.occasion.as_deref());
            "U"
        }
        Payload::Basal(basal) => {
            value.text(mode(basal.mode));
            value.amount(basal.rate);
            value.number(basal.percent);
            "U/h"
        }
        Payload::Wizard(wizard) => {
            value.optional_level(wizard.glucose.as_ref());
            value.amount(wizard.carbs);
            wizard.unit.as_str()
        }
        Payload::Carbs(carbs) => {
            value.amount(carbs.amount);
            value.option(carbs.category.as_deref());
            "g"
        }
        Payload::Exercise(exercise) => {
            value.option(exercise.intensity.as_deref());
            value.number(exercise.seconds);
            ""
        }
        Payload::Event(event) => {
            value.text(&event.code);
            value.option(event.text.as_deref());
            ""
        }
        Payload::Note(note) => {
            value.text(&note.text);
            ""
        }
        Payload::Alarm(alarm) => {
            value.text(&alarm.code);
            value.number(alarm.stored_code);
            ""
        }
        Payload::Settings(settings) => {
            value.count(settings.values.len());
            settings.values.iter().for_each(|setting| value.setting(setting));
            value.count(settings.schedules.len());
            settings.schedules.iter().for_each(|schedule| value.schedule(schedule));
            ""
        }
        Payload::TimeChange(change) => {
            value.option(change.before.map(|time| time.text()).as_deref());
            value.option(change.after.map(|time| time.text()).as_deref());
            ""
        }
        Payload::Other(other) => {
            value.text(&other.code);
            value.optional_level(other.level.as_ref());
            value.option(other.text.as_deref());
            if other.code == "vendor-record" {
                value.bytes(&entry.raw);
            }
            other.unit.as_deref().unwrap_or_default()
        }
    };
    (value.0, unit)
}

/// The amount that does not change any more once the record stands.
fn lasting_amount(delivery: &Delivery) -> Option<Milli> {
    delivery.programmed.or(delivery.delivered)
}

fn action(action: InsulinAction) -> &'static str {
    match action {
        InsulinAction::Unknown => "unknown",
        InsulinAction::Rapid => "rapid",
        InsulinAction::Short => "short",
        InsulinAction::Intermediate => "intermediate",
        InsulinAction::Long => "long",
        InsulinAction::Premix => "premix",
    }
}

fn mode(mode: BasalMode) -> &'static str {
    match mode {
        BasalMode::Scheduled => "scheduled",
        BasalMode::Temporary => "temporary",
        BasalMode::Suspended => "suspended",
    }
}

#[derive(Default)]
struct Value(Zeroizing<Vec<u8>>);

impl Value {
    fn bytes(&mut self, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn option(&mut self, text: Option<&str>) {
        match text {
            None => self.0.push(0),
            Some(text) => {
                self.0.push(1);
                self.text(text);
            }
        }
    }

    fn count(&mut self, count: usize) {
        self.text(&count.to_string());
    }

    fn number(&mut self, number: Option<impl ToString>) {
        self.option(number.map(|number| number.to_string()).as_deref());
    }

    fn amount(&mut self, amount: Option<Milli>) {
        self.number(amount.map(|Milli(thousandths)| thousandths));
    }

    fn level(&mut self, level: &Level) {
        match level {
            Level::Value(Milli(thousandths)) => {
                self.text("value");
                self.text(&thousandths.to_string());
            }
            Level::BelowRange(bound) => self.beyond("below-range", bound),
            Level::AboveRange(bound) => self.beyond("above-range", bound),
            Level::NoValue(state) => {
                self.text("no-value");
                self.text(state);
            }
        }
    }

    fn beyond(&mut self, case: &str, bound: &Bound) {
        self.text(case);
        self.text(&bound.stored.map(|Milli(stored)| stored.to_string()).unwrap_or_default());
    }

    fn optional_level(&mut self, level: Option<&Level>) {
        match level {
            None => self.0.push(0),
            Some(level) => {
                self.0.push(1);
                self.level(level);
            }
        }
    }

    fn setting(&mut self, setting: &Setting) {
        self.text(&setting.key);
        match &setting.value {
            SettingValue::Number(number) => self.text(&number.0.to_string()),
            SettingValue::Text(text) => self.text(text),
            SettingValue::Flag(flag) => self.text(if *flag { "true" } else { "false" }),
        }
        self.option(setting.unit.as_deref());
    }

    fn schedule(&mut self, schedule: &Schedule) {
        self.text(&schedule.kind);
        self.option(schedule.name.as_deref());
        self.number(schedule.index);
        self.text(if schedule.active { "true" } else { "false" });
        self.text(&schedule.unit);
        self.count(schedule.segments.len());
        for segment in &schedule.segments {
            self.text(&segment.start_seconds.to_string());
            self.text(&segment.value.0.to_string());
            self.amount(segment.value_high);
        }
    }
}
