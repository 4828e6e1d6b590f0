use super::*;
use crate::usb::bulk::{Bulk, Endpoints};
use crate::{Knob, KnobError, Reply, UsbFunction, UsbShape};

/// Answers a question after the pause that the question says, refuses `!`.
#[derive(Default)]
struct Meter {
    controls: Vec<[u8; 8]>,
}

impl Simulator for Meter {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let pause_ms = bytes.first().copied().map_or(0, u32::from);
        vec![Reply { pause_ms, bytes: bytes.to_vec() }]
    }
    fn control_in(&mut self, setup: [u8; 8]) -> Result<Vec<u8>, Stalled> {
        self.controls.push(setup);
        if setup[1] == 0x42 { Ok(b"vendor".to_vec()) } else { Err(Stalled) }
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

struct Bench {
    engine: Engine,
    meter: Meter,
    now: Duration,
    sequence: u32,
}

impl Bench {
    fn new() -> Self {
        let shape = UsbShape {
            vid: 1,
            pid: 2,
            manufacturer: "Maker",
            product: "Meter",
            serial: None,
            function: UsbFunction::Cdc,
        };
        let at = Endpoints { output: 0x02, input: 0x81, interrupt: Some(0x83), max_packet: 64 };
        Self {
            engine: Engine::new(Box::new(Bulk::new(&shape, [0x0F, 0, 0], &at))),
            meter: Meter::default(),
            now: Duration::ZERO,
            sequence: 0,
        }
    }

    fn submit(&mut self, endpoint: u8, length: usize, setup: [u8; 8], data: &[u8]) -> Vec<Return> {
        self.sequence += 1;
        let setup = Setup::parse(setup);
        let submit = Submit { sequence: self.sequence, endpoint, length, setup };
        self.engine.handle(Request::Submit(submit), data, self.now, &mut self.meter)
    }

    fn control(&mut self, setup: [u8; 8]) -> Vec<Return> {
        let length = usize::from(setup[6]);
        self.submit(setup[0] & IN, length, setup, &[])
    }
}

fn done(sequence: u32, data: &[u8]) -> Return {
    Return::Submit { sequence, status: Status::Done, length: data.len(), data: data.to_vec() }
}

fn stalled(sequence: u32) -> Return {
    Return::Submit { sequence, status: Status::Stalled, length: 0, data: vec![] }
}

#[test]
fn a_request_that_is_taken_back_returns_nothing_of_its_own() {
    let mut bench = Bench::new();
    assert!(bench.submit(0x81, 64, [0; 8], &[]).is_empty());

    let request = Request::Unlink { sequence: 9, target: 1 };
    let returns = bench.engine.handle(request, &[], bench.now, &mut bench.meter);

    assert_eq!(returns, [Return::Unlink { sequence: 9, status: Status::Unlinked }]);
}

#[test]
fn an_unlink_that_comes_too_late_says_so() {
    let mut bench = Bench::new();
    let request = Request::Unlink { sequence: 9, target: 1 };

    let returns = bench.engine.handle(request, &[], bench.now, &mut bench.meter);

    assert_eq!(returns, [Return::Unlink { sequence: 9, status: Status::Done }]);
}

#[test]
fn an_endpoint_that_is_not_there_refuses() {
    let mut bench = Bench::new();

    assert_eq!(bench.submit(0x85, 64, [0; 8], &[]), [stalled(1)]);
    assert_eq!(bench.submit(0x05, 1, [0; 8], &[7]), [stalled(2)]);
}

#[test]
fn a_halt_that_the_host_sets_lasts_until_it_clears_it() {
    let mut bench = Bench::new();
    bench.control([0x02, 3, 0, 0, 0x81, 0, 0, 0]);

    assert_eq!(bench.submit(0x81, 64, [0; 8], &[]), [stalled(2)]);
    assert_eq!(bench.control([0x82, 0, 0, 0, 0x81, 0, 2, 0]), [done(3, &[1, 0])]);
    bench.control([0x02, 1, 0, 0, 0x81, 0, 0, 0]);
    assert!(bench.submit(0x81, 64, [0; 8], &[]).is_empty());
}

#[test]
fn a_standard_request_that_is_unknown_is_refused_without_asking_the_meter() {
    let mut bench = Bench::new();

    assert_eq!(bench.control([0x00, 7, 0, 1, 0, 0, 0, 0]), [stalled(1)]);
    assert_eq!(bench.control([0x80, 6, 0, 6, 0, 0, 10, 0]), [stalled(2)]);
    assert!(bench.meter.controls.is_empty());
}

#[test]
fn a_paused_answer_does_not_hold_up_other_requests() {
    let mut bench = Bench::new();
    bench.submit(0x81, 64, [0; 8], &[]);
    bench.submit(0x02, 1, [0; 8], &[30]);

    assert_eq!(bench.control([0xC0, 0x42, 0, 0, 0, 0, 3, 0]), [done(3, b"ven")]);
    assert!(bench.engine.due(Duration::from_millis(29)).is_empty());
    assert_eq!(bench.engine.next_due(), Some(Duration::from_millis(30)));
    assert_eq!(bench.engine.due(Duration::from_millis(30)), [done(1, &[30])]);
}

#[test]
fn of_two_open_requests_the_older_is_answered_first() {
    let mut bench = Bench::new();
    bench.submit(0x81, 64, [0; 8], &[]);
    bench.submit(0x81, 64, [0; 8], &[]);

    let first = bench.submit(0x02, 2, [0; 8], &[0, 1]);
    let second = bench.submit(0x02, 2, [0; 8], &[0, 2]);

    assert!(first.contains(&done(1, &[0, 1])), "{first:?}");
    assert!(second.contains(&done(2, &[0, 2])), "{second:?}");
}

#[test]
fn a_device_describes_itself_as_far_as_the_host_has_room() {
    let mut bench = Bench::new();

    assert_eq!(bench.control([0x80, 6, 0, 1, 0, 0, 8, 0]), [done(1, &[18, 1, 0, 2, 0, 0, 0, 64])]);
    assert_eq!(bench.control([0x80, 6, 0, 3, 0, 0, 255, 0]), [done(2, &[4, 3, 9, 4])]);
}
