//! Acts that hand over one entry that breaks one rule, between two good ones, or one bad text.

use meterport_sdk::wit::{
    DeviceTime, Entry, Event, Note, Payload, Schedule, Segment, Settings, Summary,
};
use meterport_sdk::{DriverError, Sink};

use crate::entries::entries;
use crate::lie;
use crate::stage::{Stage, all_is_well};

type Outcome = Result<Summary, DriverError>;

/// 30 February.
pub fn bad_date(stage: &mut Stage<'_>, _: Option<u32>) -> Outcome {
    broken(stage, |entry| {
        let at = DeviceTime { year: 2026, month: 2, day: 30, hour: 24, minute: 0, second: 0 };
        entry.at.local = Some(at);
    })
}

/// A text of 4 KiB and one byte.
pub fn long_text(stage: &mut Stage<'_>, _: Option<u32>) -> Outcome {
    broken(stage, |entry| {
        let text = Some("x".repeat(4 * 1024 + 1));
        entry.payload = Payload::Event(Event { code: "illness".to_owned(), text });
    })
}

/// 33 marks.
pub fn many_marks(stage: &mut Stage<'_>, _: Option<u32>) -> Outcome {
    broken(stage, |entry| entry.marks = vec!["sport".to_owned(); 33])
}

/// 33 pairs in `extra`.
pub fn many_extra(stage: &mut Stage<'_>, _: Option<u32>) -> Outcome {
    broken(stage, |entry| {
        entry.extra = vec![("vendor-marker".to_owned(), "1".to_owned()); 33];
    })
}

/// A note of 16 KiB and one byte.
pub fn long_note(stage: &mut Stage<'_>, _: Option<u32>) -> Outcome {
    broken(stage, |entry| {
        entry.payload = Payload::Note(Note { text: "x".repeat(16 * 1024 + 1) });
    })
}

/// A schedule of 289 segments.
pub fn many_segments(stage: &mut Stage<'_>, _: Option<u32>) -> Outcome {
    broken(stage, |entry| {
        let segment =
            |index: u32| Segment { start_seconds: index * 298, value: 1000, value_high: None };
        let schedule = Schedule {
            kind: "basal".to_owned(),
            name: None,
            index: None,
            active: true,
            unit: "[iU]/h".to_owned(),
            segments: (0..289).map(segment).collect(),
        };
        let settings = Settings { values: Vec::new(), schedules: vec![schedule] };
        entry.payload = Payload::Settings(settings);
    })
}

/// 4097 raw bytes.
pub fn long_raw(stage: &mut Stage<'_>, _: Option<u32>) -> Outcome {
    broken(stage, |entry| entry.raw = vec![0; 4097])
}

/// A log with control characters in its name, among them one that turns the writing round.
pub fn unregistered_log_name(stage: &mut Stage<'_>, _: Option<u32>) -> Outcome {
    broken(stage, |entry| {
        entry.origin.log = LOUD.to_owned();
        entry.origin.numbers = LOUD.to_owned();
    })
}

/// A step with a long name that would command a terminal, then a good reading.
pub fn loud_step(stage: &mut Stage<'_>, _: Option<u32>) -> Outcome {
    Sink::step(stage.sink, &LOUD.repeat(1000));
    lie::exact(stage, None)
}

/// An error with a code and a text that would command a terminal.
pub fn loud_error(_: &mut Stage<'_>, _: Option<u32>) -> Outcome {
    Err(DriverError::Other { code: LOUD.to_owned(), text: LOUD.repeat(1000) })
}

/// Three entries in one call, the second of them broken.
fn broken(stage: &mut Stage<'_>, break_it: impl Fn(&mut Entry)) -> Outcome {
    stage.identify();
    let mut batch = entries(3);
    batch.get_mut(1).into_iter().for_each(break_it);
    stage.emit_raw(&batch);
    Ok(all_is_well(batch.len()))
}

const LOUD: &str = "\u{1b}]0;hostile\u{7}\u{1b}[31mred\n\u{202e}";
