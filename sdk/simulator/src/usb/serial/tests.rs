use super::*;
use crate::usb::queues::Answer;
use crate::{Knob, KnobError, Reply, UsbFunction};

/// Says back what it hears.
struct Echo;

impl Simulator for Echo {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        vec![Reply::now(bytes)]
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

fn shape() -> UsbShape {
    UsbShape {
        vid: 1,
        pid: 2,
        manufacturer: "Maker",
        product: "Cable",
        serial: None,
        function: UsbFunction::Ftdi,
    }
}

fn port<C: Chip>(chip: C, pace: Option<u32>) -> Port<C> {
    Port::new(chip, &shape(), "9600 8N1", pace).unwrap()
}

fn said<C: Chip>(port: &mut Port<C>, bytes: &[u8]) -> Option<Answer> {
    let mut queues = Queues::default();
    port.output(0x02, bytes, &mut Echo, &mut queues).unwrap();
    queues.answer(C::INPUT, 512, 64)
}

#[test]
fn a_line_that_cannot_be_understood_is_an_error() {
    let port = Port::new(Cdc::new(), &shape(), "fast", None);

    assert!(matches!(port, Err(UsbError::Line { .. })));
}

#[test]
fn a_meter_does_not_hear_a_host_that_speaks_at_another_speed() {
    let mut port = port(Cdc::new(), None);
    let faster = Setup::parse([0x21, 0x20, 0, 0, 0, 0, 7, 0]);
    port.chip.write(faster, &[0x00, 0x4B, 0, 0, 0, 0, 8]).unwrap();

    assert_eq!(said(&mut port, b"DM?"), None);
}

#[test]
fn every_packet_of_an_ftdi_begins_with_its_status() {
    let answer = said(&mut port(Ftdi::new(), None), &[7; 62 + 5]);

    let Some(Answer::Data(data)) = answer else { panic!("{answer:?}") };
    assert_eq!(data.len(), 64 + 2 + 5);
    assert_eq!((&data[..2], &data[64..66]), (Ftdi::STATUS, Ftdi::STATUS));
}

#[test]
fn bytes_that_fill_a_packet_are_followed_by_an_empty_one() {
    let answer = said(&mut port(Pl2303::new(), None), &[7; 64]);

    assert_eq!(answer, Some(Answer::Data(vec![7; 64])));
}

#[test]
fn at_a_pace_each_byte_takes_its_time() {
    let mut port = port(Cp210x::new(), Some(1000));
    let mut queues = Queues::default();
    port.output(0x01, &[7; 20], &mut Echo, &mut queues).unwrap();

    assert_eq!(queues.answer(Cp210x::INPUT, 256, 64), None);
    queues.set_now(Duration::from_millis(160));
    assert_eq!(queues.answer(Cp210x::INPUT, 256, 64), Some(Answer::Data(vec![7; 8])));
    assert_eq!(queues.answer(Cp210x::INPUT, 256, 64), Some(Answer::Data(vec![7; 8])));
    assert_eq!(queues.answer(Cp210x::INPUT, 256, 64), None);
}
