use super::*;
use crate::usb::bulk::{Bulk, Endpoints};
use crate::{Knob, KnobError, Noisy, Reply, Simulator, UsbFunction, UsbShape};

/// Says back what it hears, after as many milliseconds as the first byte says.
#[derive(Default)]
struct Pausing {
    controls: Vec<[u8; 8]>,
}

impl Simulator for Pausing {
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
    meter: Noisy<Pausing>,
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
        let mut meter = Noisy::new(Pausing::default());
        meter.carry_packets();
        let at = Endpoints { output: 0x02, input: 0x81, interrupt: Some(0x83), max_packet: 64 };
        Self {
            engine: Engine::new(Box::new(Bulk::new(&shape, [0x0F, 0, 0], &at)), None),
            meter,
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
fn a_transfer_stalls_when_its_turn_comes_and_gives_what_it_had_when_cleared() {
    let mut bench = Bench::new();
    bench.meter.turn("stall-at", "1").unwrap();
    bench.submit(0x02, 2, [0; 8], &[0, 1]);

    assert_eq!(bench.submit(0x81, 64, [0; 8], &[]), [stalled(2)]);
    assert_eq!(bench.submit(0x81, 64, [0; 8], &[]), [stalled(3)]);
    bench.control([0x02, 1, 0, 0, 0x81, 0, 0, 0]);
    assert_eq!(bench.submit(0x81, 64, [0; 8], &[]), [done(5, &[0, 1])]);
}

#[test]
fn a_meter_that_has_fallen_silent_leaves_its_control_requests_open() {
    let mut bench = Bench::new();
    bench.meter.turn("silent-after", "0").unwrap();

    assert!(bench.control([0xC0, 0x42, 0, 0, 0, 0, 3, 0]).is_empty());
    assert_eq!(bench.control([0x80, 0, 0, 0, 0, 0, 2, 0]), [done(2, &[0, 0])]);
}

#[test]
fn a_request_that_the_meter_does_not_have_is_refused() {
    assert_eq!(Bench::new().control([0xC0, 0x43, 0, 0, 0, 0, 3, 0]), [stalled(1)]);
}

#[test]
fn a_standard_request_that_is_unknown_is_refused_without_asking_the_meter() {
    let mut bench = Bench::new();

    assert_eq!(bench.control([0x00, 7, 0, 1, 0, 0, 0, 0]), [stalled(1)]);
    assert_eq!(bench.control([0x80, 6, 0, 6, 0, 0, 10, 0]), [stalled(2)]);
    assert!(bench.meter.inner().controls.is_empty());
}

#[test]
fn a_paused_answer_does_not_hold_up_other_requests() {
    let mut bench = Bench::new();
    bench.submit(0x81, 64, [0; 8], &[]);
    bench.submit(0x02, 1, [0; 8], &[30]);

    assert_eq!(bench.control([0xC0, 0x42, 0, 0, 0, 0, 3, 0]), [done(3, b"ven")]);
    assert!(bench.engine.due(Duration::from_millis(29), &mut bench.meter).is_empty());
    assert_eq!(bench.engine.next_due(), Some(Duration::from_millis(30)));
    assert_eq!(bench.engine.due(Duration::from_millis(30), &mut bench.meter), [done(1, &[30])]);
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
