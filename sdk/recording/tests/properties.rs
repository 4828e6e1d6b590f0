//! What holds for every text and every conversation.

// Clippy knows test functions, not the helpers between them.
#![allow(clippy::unwrap_used)]

use meterport_recording::{Fault, Header, Item, Recorder, Recording, Replay, Transport};
use proptest::prelude::*;

const TRANSPORTS: [&str; 5] =
    ["serial 9600 8N1", "hid 1A79:7410", "usb 173A:21D5 1", "block", "volume"];

/// Text that is nearly a recording: whole lines of the format among scraps of it.
fn nearly() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "(@[0-9]{0,11} ?)?([<>!V@#]|[FCB][<>]|[0-9A-F]{1,2}[<>])( [0-9A-Fa-f]{2}){0,10}( ?#.{0,8})?",
        "# (source|transport|at|zone): ?.{0,20}",
        "! (timeout|unplug|stall|x)",
        ".{0,24}",
    ];
    let transport = prop::sample::select(TRANSPORTS.to_vec());
    (transport, prop::collection::vec(line, 0..12)).prop_map(|(transport, lines)| {
        let body = lines.join("\n");
        format!("# meterport-recording 1\n# source: x\n# transport: {transport}\n{body}")
    })
}

#[derive(Clone, Debug)]
enum Step {
    Sent(Vec<u8>),
    Received(Vec<u8>),
    Silent,
    Fault(Fault),
    Comment(String),
}

fn step() -> impl Strategy<Value = Step> {
    let bytes = || prop::collection::vec(any::<u8>(), 1..80);
    prop_oneof![
        4 => bytes().prop_map(Step::Sent),
        4 => bytes().prop_map(Step::Received),
        1 => Just(Step::Silent),
        1 => prop::sample::select(vec![Fault::Timeout, Fault::Stall]).prop_map(Step::Fault),
        1 => any::<String>().prop_map(Step::Comment),
    ]
}

fn recorded(steps: &[(u16, Step)]) -> Recording {
    let transport = Transport::Serial("9600 8N1".parse().unwrap());
    let mut recorder = Recorder::new(Header::new("written for this test", transport));
    let mut now = 0;
    for (after, step) in steps {
        now += u64::from(*after);
        match step {
            Step::Sent(bytes) => recorder.sent(now, bytes),
            Step::Received(bytes) => recorder.received(now, bytes),
            Step::Silent => recorder.silent(now),
            Step::Fault(fault) => recorder.fault(now, *fault),
            Step::Comment(text) => recorder.comment(text),
        }
    }
    recorder.finish().unwrap()
}

proptest! {
    #[test]
    fn any_text_is_a_recording_or_an_error_and_never_a_panic(text in any::<String>()) {
        let _ = Recording::parse(&text);
    }

    #[test]
    fn a_text_that_is_accepted_comes_back_equal(text in nearly()) {
        if let Ok(recording) = Recording::parse(&text) {
            let again = Recording::parse(&recording.to_text());
            prop_assert_eq!(again, Ok(recording));
        }
    }

    #[test]
    fn what_was_recorded_comes_back_from_its_text(
        steps in prop::collection::vec((any::<u16>(), step()), 0..20),
    ) {
        let recording = recorded(&steps);
        prop_assert_eq!(Recording::parse(&recording.to_text()), Ok(recording));
    }

    #[test]
    fn a_host_that_does_the_same_again_gets_the_same_bytes(
        steps in prop::collection::vec((any::<u16>(), step()), 0..20),
        max in 1_usize..40,
    ) {
        let recording = recorded(&steps);
        let sum = |want_sent: bool| -> Vec<u8> {
            let bytes = recording.lines().iter().filter_map(|line| match &line.item {
                Item::Out(data) if want_sent => Some(data.clone()),
                Item::In(data) if !want_sent => Some(data.clone()),
                _ => None,
            });
            bytes.flatten().collect()
        };
        let mut replay = Replay::new(recording.clone());
        let mut read = Vec::new();
        for byte in sum(true) {
            while let Ok(bytes) = replay.read(max, 0) {
                read.extend(bytes);
            }
            while replay.write(&[byte], 0).is_err() {}
        }
        // A timeout in the recording ends a run of reads, so it takes a few.
        for _ in 0..=recording.lines().len() {
            while let Ok(bytes) = replay.read(max, 0) {
                read.extend(bytes);
            }
        }
        prop_assert_eq!(read, sum(false));
        prop_assert!(replay.at_end());
    }
}
