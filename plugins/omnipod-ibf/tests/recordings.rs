//! Every recording gives what its name says. All are written from the description of the format.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

use std::path::{Path, PathBuf};

use meterport_sdk::testing::{self, Outcome};
use meterport_sdk::wit::{BolusEnd, Entry, Level, Payload, Validity};
use omnipod_ibf::OmnipodIbf;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

fn recorded(name: &str) -> Outcome {
    testing::recorded(&OmnipodIbf, &folder().join(name).with_extension("rec"))
}

/// Number, time and content of an entry, in words.
fn words(entry: &Entry) -> String {
    let number = entry.origin.sequence.map(|number| number.to_string()).unwrap_or_default();
    let at = entry.at.local.map(|at| format!("{:02}:{:02}:{:02}", at.hour, at.minute, at.second));
    let what = match &entry.payload {
        Payload::Smbg(smbg) => match &smbg.level {
            Level::Value(milli) => format!("glucose {milli}"),
            Level::BelowRange(_) => "LO".to_owned(),
            Level::AboveRange(_) => "HI".to_owned(),
            Level::NoValue(state) => state.clone(),
        },
        Payload::Bolus(bolus) => {
            let half = |half: &Option<meterport_sdk::wit::Delivery>| {
                half.as_ref().map(|it| (it.programmed, it.delivered, it.delivered_seconds))
            };
            let (at_once, extended) = (half(&bolus.immediate), half(&bolus.extended));
            let early = if bolus.end == BolusEnd::EndedEarly { " early" } else { "" };
            let wizard = bolus.wizard.as_ref().and_then(|it| it.sequence);
            format!("bolus {at_once:?} {extended:?}{early} by {wizard:?}")
        }
        Payload::Basal(basal) => {
            let times = (basal.programmed_seconds, basal.delivered_seconds);
            format!("basal {:?} {:?} {times:?}", basal.rate, basal.percent)
        }
        Payload::Wizard(wizard) => {
            format!(
                "calculation {:?} {:?} {:?}",
                wizard.carbs, wizard.carb_ratio, wizard.correction_factor
            )
        }
        Payload::Carbs(carbs) => format!("food {}", carbs.amount.unwrap()),
        Payload::Event(event) => event.code.clone(),
        Payload::Alarm(alarm) => alarm.code.clone(),
        Payload::Settings(settings) => format!("settings {}", settings.schedules.len()),
        Payload::TimeChange(change) => {
            let text = |at: meterport_sdk::wit::DeviceTime| {
                format!("{}-{:02}-{:02} {:02}h", at.year, at.month, at.day, at.hour)
            };
            format!(
                "{} {:?} to {:?}",
                change.cause,
                change.before.map(text),
                change.after.map(text)
            )
        }
        Payload::Other(other) => other.code.clone(),
        _ => panic!("nothing that a PDM has"),
    };
    let validity = match entry.validity {
        Validity::Valid => "",
        Validity::Questionable => " questionable",
        Validity::Invalid => " invalid",
        Validity::Superseded => " superseded",
    };
    format!("{number} {} {what}{validity}", at.unwrap_or_default())
}

fn all(outcome: &Outcome) -> Vec<String> {
    assert!(outcome.is_complete(), "{outcome:?}");
    outcome.entries.iter().map(words).collect()
}

#[test]
fn a_recording_with_an_error_beside_it_ends_in_that_error_and_every_other_is_complete() {
    let (count, breaches) = testing::recordings(&OmnipodIbf, &folder());
    assert_eq!(breaches, Vec::<String>::new());
    assert_eq!(count, 10);
}

#[test]
fn no_result_leaves_before_all_of_the_file_is_known_to_be_whole() {
    for name in ["half-written", "record-missing", "damaged-always", "unplug", "other-version"] {
        let outcome = recorded(name);
        assert!(outcome.entries.is_empty() && outcome.info.is_none(), "{name}");
        assert_eq!(outcome.last_step(), "connect");
    }
}

#[test]
fn the_worked_example_and_the_one_that_was_busy_once_give_the_same() {
    let expected = [
        " 07:16:00 settings 6",
        "1042 07:15:30 bolus Some((None, Some(2350), Some(94))) None by Some(1039)",
        "1041 07:15:10 food 30000",
        "1040 06:00:00 basal Some(850) None (None, None)",
        "1039 05:59:50 calculation Some(30000) Some(10000) Some(50000)",
        "1038 05:59:00 glucose 142000",
    ];
    assert_eq!(all(&recorded("worked-example")), expected);
    assert!(recorded("busy-once").entries == recorded("worked-example").entries);
}

#[test]
fn the_dash_has_one_entry_for_what_belongs_together_and_one_for_everything_else() {
    let expected = [
        " 07:15:00 settings 6",
        "529 07:15:00 exported",
        "528 07:00:00 glucose 95000 superseded",
        "527 06:50:00 LO",
        "526 06:40:00 HI",
        "525 06:30:00 glucose 120000 invalid",
        "524 06:00:00 pod-activated",
        "523 05:50:00 pod-deactivated",
        "523 05:50:00 basal None None (None, None)",
        "522 05:40:00 occlusion",
        "522 05:40:00 basal None None (None, None)",
        "520 02:40:00 basal Some(430) Some(-50) (Some(3600), Some(1200))",
        "517 00:00:00 basal Some(850) None (None, None)",
        "515 23:28:00 bolus Some((None, Some(2000), Some(80))) \
         Some((Some(3000), Some(2250), Some(5400))) early by Some(514)",
        "514 23:27:40 calculation Some(45000) Some(10000) Some(50000)",
        "513 20:00:00 basal None None (None, None)",
        "512 19:00:00 vendor-record",
        "77 05:40:00 occlusion",
        " 05:00:00 vendor-record",
    ];
    assert_eq!(all(&recorded("dash")), expected);
}

#[test]
fn a_clock_set_late_and_a_reset_before_it_are_changes_of_the_clock() {
    let outcome = recorded("clock-set-and-reset");
    let expected = [
        " 09:22:31 settings 6",
        "58 08:15:00 glucose 105000",
        "57 09:00:00 person Some(\"2026-10-26 09h\") to Some(\"2026-10-26 08h\")",
        "56 08:30:00 glucose 100000",
        "55 07:30:00 glucose 118000",
        "53 00:03:00 reset Some(\"2007-01-01 00h\") to Some(\"2026-09-30 07h\")",
        "52 00:01:00 food 20000",
        "51 00:00:05 clock-reset",
        "51 00:00:05 reset None to None",
        "50 21:00:00 glucose 131000",
    ];
    assert_eq!(all(&outcome), expected);
    let unset: Vec<_> = outcome.entries.iter().filter(|entry| !entry.at.reliable).collect();
    assert_eq!(unset.len(), 4);
}

#[test]
fn an_empty_memory_has_settings_only() {
    let outcome = recorded("empty");
    assert_eq!(all(&outcome), [" 07:16:00 settings 6"]);
    assert_eq!(outcome.info.unwrap().model, "OmniPod 2 Verio");
}
