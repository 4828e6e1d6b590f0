use super::*;
use crate::diary::{Event, Note, Segment, Settings};
use crate::quantity::Milli;
use crate::testing::{at, entry, every_kind, glucose, readout, smbg};

fn changed(change: impl FnOnce(&mut Entry)) -> Result<(), EntryError> {
    let mut entry = smbg(at("2026-10-01T09:48:00"), 97);
    change(&mut entry);
    check(&entry)
}

fn with(payload: Payload) -> Result<(), EntryError> {
    check(&entry(at("2026-10-01T09:48:00"), payload))
}

fn schedule(starts: impl IntoIterator<Item = u32>) -> Result<(), EntryError> {
    let segments = starts.into_iter().map(|start_seconds| Segment {
        start_seconds,
        value: Milli(0),
        value_high: None,
    });
    with(Payload::Settings(Settings {
        values: Vec::new(),
        schedules: vec![Schedule {
            kind: "basal".into(),
            name: None,
            index: None,
            active: true,
            unit: "U/h".into(),
            segments: segments.collect(),
        }],
    }))
}

#[test]
fn a_text_over_its_limit_is_refused() {
    let event = |length| {
        with(Payload::Event(Event { code: "illness".into(), text: Some("x".repeat(length)) }))
    };
    assert_eq!(
        event(TEXT_MAX + 1),
        Err(EntryError::TooLong { field: "text", length: 4097, max: 4096 })
    );
    assert_eq!(event(TEXT_MAX), Ok(()));
    let note = |length| with(Payload::Note(Note { text: "x".repeat(length) }));
    assert!(note(NOTE_MAX + 1).is_err() && note(NOTE_MAX).is_ok());
}

#[test]
fn more_marks_or_extra_than_32_are_refused() {
    for count in [32, 33] {
        let marks = changed(|entry| entry.marks = vec!["sport".into(); count]);
        let extra = changed(|entry| entry.extra = vec![("k".into(), "v".into()); count]);
        assert_eq!((marks.is_ok(), extra.is_ok()), (count == 32, count == 32));
    }
}

#[test]
fn a_code_of_other_characters_is_refused() {
    for code in ["", "Sport", "sport ", "sp_ort", "größe", "a\u{0}b", &"x".repeat(65)] {
        assert!(changed(|entry| entry.marks = vec![code.into()]).is_err(), "{code:?}");
        let key = changed(|entry| entry.extra = vec![(code.into(), String::new())]);
        assert!(key.is_err(), "{code:?}");
        let state = with(Payload::Smbg(glucose(Level::NoValue(code.into()))));
        assert!(state.is_err(), "{code:?}");
    }
}

#[test]
fn a_name_that_is_empty_long_or_not_printable_is_refused() {
    for name in ["", "re\u{1b}sults", "\u{202e}stluser", &"x".repeat(65)] {
        assert!(changed(|entry| entry.origin.log = name.into()).is_err(), "{name:?}");
        assert!(changed(|entry| entry.origin.numbers = name.into()).is_err(), "{name:?}");
    }
}

#[test]
fn raw_bytes_over_the_limit_or_on_a_later_part_are_refused() {
    assert!(changed(|entry| entry.raw = vec![0; RAW_MAX + 1].into()).is_err());
    assert!(changed(|entry| entry.raw = vec![0; RAW_MAX].into()).is_ok());
    let on_part = changed(|entry| {
        entry.origin.part = 1;
        entry.raw = vec![0].into();
    });
    assert_eq!(on_part, Err(EntryError::RawOnPart { part: 1 }));
}

#[test]
fn segments_that_do_not_rise_or_are_too_many_are_refused() {
    assert_eq!(schedule([0, 0]), Err(EntryError::Segments));
    assert_eq!(schedule([3600, 0]), Err(EntryError::Segments));
    assert_eq!(schedule([86_400]), Err(EntryError::Segments));
    assert!(matches!(schedule(0..289), Err(EntryError::TooMany { count: 289, .. })));
    assert_eq!(schedule(0..288), Ok(()));
}

#[test]
fn a_device_that_does_not_describe_itself_printably_is_refused() {
    let mut info = readout([]).info;
    assert_eq!(check_device(&info), Ok(()));
    info.time_resolution_seconds = 0;
    assert_eq!(check_device(&info), Err(EntryError::TimeResolution { seconds: 0 }));
    info.time_resolution_seconds = 60;
    info.serial_number = Some(String::new().into());
    info.firmware = Some(String::new());
    assert_eq!(check_device(&info), Ok(()));
    info.serial_number = Some(String::from("A\u{7}").into());
    assert_eq!(check_device(&info), Err(EntryError::NotPrintable { field: "serial-number" }));
    info.serial_number = None;
    info.model = String::new();
    assert_eq!(check_device(&info), Err(EntryError::NotPrintable { field: "model" }));
}

#[test]
fn an_error_names_the_field_and_nothing_it_held() {
    let error = changed(|entry| entry.marks = vec!["Müller".into()]).unwrap_err();
    assert_eq!(error.to_string(), "`marks` is not a code of a-z, 0-9 and `-`");
}

#[test]
fn every_kind_of_entry_passes() {
    for entry in every_kind() {
        assert_eq!(check(&entry), Ok(()), "{}", entry.payload.kind().as_str());
    }
}
