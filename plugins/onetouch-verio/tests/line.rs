//! The driver on the serial line of a VerioIQ, and on things that are none.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests

mod support;

use meterport_sdk::testing::{Outcome, VirtualTime, run};
use meterport_sdk::wit::{Line, Purge};
use meterport_sdk::{Device, DriverError, IoError, Serial};
use meterport_simulator::{Knob, KnobError, Reply, Simulator, memory};
use onetouch_verio::Verio;
use onetouch_verio::simulator::Model;
use support::{code, error, filled, read, with};

const IQ: Model = Model::VerioIq;

/// Something that answers every write with the same bytes.
struct Constant(Vec<u8>);

impl Simulator for Constant {
    fn receive(&mut self, _: &[u8]) -> Vec<Reply> {
        vec![Reply::now(self.0.clone())]
    }
    fn knobs(&self) -> Vec<Knob> {
        Vec::new()
    }
    fn turn(&mut self, _: &str, _: &str) -> Result<(), KnobError> {
        Ok(())
    }
    fn fill(&mut self, _: u32) {}
    fn violation(&self) -> Option<&str> {
        None
    }
}

fn read_from(answer: &[u8]) -> Outcome {
    let time = VirtualTime::default();
    let other = memory::share(Constant(answer.to_vec()));
    run(&Verio, memory::serial(&other, &time), &time)
}

#[test]
fn something_that_answers_and_is_no_such_meter_is_a_protocol_error() {
    let other: [(&[u8], &str); 6] = [
        (&[0x02, 0x06, 0x06, 0x07, 0x03, 0xFC, 0x72], "bad-frame"),
        (&[0x02; 300], "bad-frame"),
        (&[0x02, 0x09, 0x00, 0x03], "truncated"),
        // A good packet with an answer to another request.
        (&[0x02, 0x0C, 0x00, 0x03, 0x06, 0xB0, 0x81, 0x42, 0x31, 0x03, 0x78, 0x2F], "bad-text"),
        // Our own request, as a cable might echo it.
        (&[0x02, 0x0A, 0x00, 0x03, 0x0B, 0x01, 0x02, 0x03, 0x2A, 0xDC], "refused"),
        (&[0x02, 0x0A, 0x00, 0x03, 0x0B, 0x01, 0x02, 0x03, 0x2A, 0xDD], "bad-checksum"),
    ];
    for (answer, expected) in other {
        let outcome = read_from(answer);
        match error(&outcome) {
            DriverError::Protocol(error) => assert_eq!(error.code, expected),
            DriverError::UnsupportedDevice(_) => assert_eq!(expected, "refused"),
            other => panic!("{expected}: {other}"),
        }
        assert!(outcome.entries.is_empty() && outcome.info.is_none());
        assert_eq!(outcome.last_step(), "connect");
    }
}

#[test]
fn bytes_that_never_begin_a_packet_are_no_answer() {
    for noise in [&b"\r\nCCCP03101-10000\r\n"[..], &[0x00], &[0xFF; 40]] {
        assert_eq!(*error(&read_from(noise)), DriverError::Io(IoError::Timeout));
    }
}

#[test]
fn an_answer_that_comes_too_late_is_not_taken_for_the_next_one() {
    let good = read(&filled(IQ, 5));
    let mut complete = 0;
    for late_ms in (1000..3200).step_by(37) {
        for answer_ms in [0, 30, 150, 400, 900] {
            for at in ["0", "2", "4"] {
                let knobs = [
                    ("late-at", at),
                    ("late-ms", &late_ms.to_string()),
                    ("answer-ms", &answer_ms.to_string()),
                    ("pace", "9600"),
                ];
                let outcome = read(&with(IQ, 5, &knobs));
                // Too late three times is a timeout; a result too many or too few is never complete.
                assert!(outcome.result.is_err() || outcome.entries == good.entries, "{knobs:?}");
                complete += u32::from(outcome.is_complete());
            }
        }
    }
    assert!(complete * 10 > 60 * 5 * 3 * 9, "{complete} of 900 were complete");
}

#[test]
fn what_the_line_held_before_the_first_request_is_thrown_away() {
    let time = VirtualTime::default();
    let meter = filled(IQ, 5);
    let Device::Serial(mut port) = memory::serial(&meter, &time) else { panic!("not a port") };
    port.write(&[0x02, 0x09, 0x00, 0x03, 0x27, 0x00, 0x03, 0x26, 0x71], 1000).unwrap();
    let outcome = run(&Verio, Device::Serial(port), &time);
    assert!(outcome.is_complete() && outcome.entries == read(&filled(IQ, 5)).entries);
    assert_eq!(outcome.elapsed_ms, 12 * 20); // nothing was asked twice
}

#[test]
fn noise_before_the_first_answer_is_skipped() {
    let good = read(&filled(IQ, 3));
    for noise in ["00", "ff00", "0203", "02ff00", "020a00030b", "020900032002", "02020202"] {
        let outcome = read(&with(IQ, 3, &[("noise", noise)]));
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{noise}: {outcome:?}");
    }
}

#[test]
fn bytes_that_arrive_one_by_one_or_all_at_once_make_no_difference() {
    let good = read(&filled(IQ, 3));
    for pace in ["300", "9600", "38400"] {
        let outcome = read(&with(IQ, 3, &[("pace", pace)]));
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{pace}: {outcome:?}");
    }
}

#[test]
fn a_meter_that_does_not_tell_its_model_is_the_one_that_its_ids_say() {
    let outcome = read(&with(IQ, 1, &[("refuse", "model")]));
    assert!(outcome.is_complete());
    assert_eq!(outcome.info.unwrap().model, "VerioIQ");
}

#[test]
fn a_place_in_the_memory_is_no_number_of_a_result() {
    let outcome = read(&filled(IQ, 20));
    assert!(outcome.entries.iter().all(|entry| entry.origin.sequence.is_none()));
}

#[test]
fn an_error_of_the_port_is_passed_on_at_once() {
    for cause in [IoError::Cancelled, IoError::Disconnected, IoError::Other("5: broken".into())] {
        let time = VirtualTime::default();
        let port = Device::Serial(Box::new(Broken(cause.clone())));
        assert_eq!(run(&Verio, port, &time).result, Err(DriverError::Io(cause)));
    }
}

#[test]
fn a_line_that_is_bad_all_the_time_is_given_up() {
    // Every other record needs a second attempt: the twenty-first is too many.
    let time = VirtualTime::default();
    let meter = filled(IQ, 60);
    let Device::Serial(port) = memory::serial(&meter, &time) else { panic!("not a port") };
    let port = Device::Serial(Box::new(Lossy { port, writes: 0 }));
    let outcome = run(&Verio, port, &time);
    assert_eq!(code(&outcome), "truncated");
    assert!(!outcome.entries.is_empty() && outcome.entries.len() < 60);
}

/// A port on which every read ends with whatever error it was made for.
struct Broken(IoError);

impl Serial for Broken {
    fn read(&mut self, _: u32, _: u32) -> Result<Vec<u8>, IoError> {
        Err(self.0.clone())
    }
    fn read_exact(&mut self, _: u32, _: u32) -> Result<Vec<u8>, IoError> {
        Err(self.0.clone())
    }
    fn write(&mut self, _: &[u8], _: u32) -> Result<(), IoError> {
        Ok(())
    }
    fn flush(&mut self) -> Result<(), IoError> {
        Ok(())
    }
    fn purge(&mut self, _: Purge) -> Result<(), IoError> {
        Ok(())
    }
    fn set_line(&mut self, _: Line) -> Result<(), IoError> {
        Ok(())
    }
    fn set_control(&mut self, _: bool, _: bool) -> Result<(), IoError> {
        Ok(())
    }
}

/// A port that loses the end of every third answer.
struct Lossy {
    port: Box<dyn Serial>,
    writes: u32,
}

impl Serial for Lossy {
    fn read(&mut self, max: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let mut bytes = self.port.read(max, timeout_ms)?;
        if self.writes.is_multiple_of(3) {
            bytes.truncate(5);
        }
        Ok(bytes)
    }
    fn read_exact(&mut self, length: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        self.port.read_exact(length, timeout_ms)
    }
    fn write(&mut self, data: &[u8], timeout_ms: u32) -> Result<(), IoError> {
        self.writes += 1;
        self.port.write(data, timeout_ms)
    }
    fn flush(&mut self) -> Result<(), IoError> {
        self.port.flush()
    }
    fn purge(&mut self, what: Purge) -> Result<(), IoError> {
        self.port.purge(what)
    }
    fn set_line(&mut self, line: Line) -> Result<(), IoError> {
        self.port.set_line(line)
    }
    fn set_control(&mut self, dtr: bool, rts: bool) -> Result<(), IoError> {
        self.port.set_control(dtr, rts)
    }
}
