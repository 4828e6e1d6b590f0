//! A line that is not perfect, seen by bytes and by packets.

use meterport_simulator::{Noisy, Reply, Simulator, Stalled};

use crate::gauge::{Gauge, Kind};

fn noisy(kind: Kind, knob: &str, value: &str) -> Noisy<Gauge> {
    let mut meter = Noisy::new(Gauge::with(kind, &[10, 20]));
    meter.turn(knob, value).unwrap();
    meter
}

fn asked(meter: &mut Noisy<Gauge>) -> Vec<Vec<u8>> {
    let two = [meter.receive(&[0xA5, 0]), meter.receive(&[0xA5, 1])].concat();
    two.into_iter().map(|reply| reply.bytes).collect()
}

#[test]
fn a_knob_that_cannot_take_a_value_says_so() {
    let mut meter = Noisy::new(Gauge::new(Kind::Usb));
    assert!(meter.turn("stall-at", "often").is_err());
    assert!(meter.turn("noise", "0").is_err());
    assert!(meter.turn("no-such-knob", "1").is_err());
}

#[test]
fn silence_in_the_middle_of_a_packet_loses_all_of_it_and_of_bytes_the_rest() {
    let mut packets = noisy(Kind::Usb, "silent-after", "6");
    assert_eq!(asked(&mut packets), [[0x5A, 0, 10, 0x65]]);
    assert!(packets.silent() && !packets.unplugged());
    let mut bytes = noisy(Kind::Serial, "silent-after", "6");
    assert_eq!(asked(&mut bytes), [&[0x5A, 0, 10, 0x65][..], &[0x5A, 1]]);
}

#[test]
fn an_empty_packet_is_lost_in_silence_only() {
    let mut meter = noisy(Kind::Usb, "empty-packets", "on");
    meter.turn("silent-after", "8").unwrap();
    let lengths: Vec<usize> = asked(&mut meter).iter().map(Vec::len).collect();
    assert_eq!(lengths, [4, 0, 4]);
}

#[test]
fn the_byte_that_is_damaged_is_counted_across_packets_and_damaged_once() {
    let mut meter = noisy(Kind::Usb, "damage-byte", "7");
    assert_eq!(asked(&mut meter), [[0x5A, 0, 10, 0x65], [0x5A, 1, 20 ^ 0x04, 0x70]]);
    assert_eq!(meter.receive(&[0xA5, 1]), [Reply::now([0x5A, 1, 20, 0x70])]);
}

#[test]
fn noise_is_a_packet_of_its_own_or_bytes_before_the_others() {
    let mut packets = noisy(Kind::Usb, "noise", "ff");
    assert_eq!(asked(&mut packets).first(), Some(&vec![0xFF]));
    let mut bytes = noisy(Kind::Serial, "noise", "ff");
    assert_eq!(asked(&mut bytes).first(), Some(&vec![0xFF, 0x5A, 0, 10, 0x65]));
}

#[test]
fn the_carrier_says_what_the_meter_does_not() {
    let mut meter = noisy(Kind::Serial, "silent-after", "6");
    meter.carry_packets();
    assert_eq!(asked(&mut meter), [[0x5A, 0, 10, 0x65]]);
}

#[test]
fn features_control_requests_and_blocks_have_a_line_too() {
    let mut meter = noisy(Kind::Hid, "damage-byte", "2");
    assert_eq!(meter.feature(7), Ok(vec![7, 1 ^ 0x04, 2]));
    assert_eq!(meter.feature(8), Err(Stalled));
    let mut meter = noisy(Kind::Usb, "unplug-after", "2");
    assert_eq!(meter.control_in([0xC0, 0x42, 0, 0, 0, 0, 4, 0]), Err(Stalled));
    assert!(meter.unplugged());
    assert_eq!(meter.control_out([0x40, 0x42, 0, 0, 0, 0, 0, 0], &[]), Err(Stalled));
    let mut meter = noisy(Kind::Block, "stall-at", "2");
    let stalls = [3, 3, 3].map(|address| meter.read_block(address).is_err());
    assert_eq!(stalls, [false, true, false]);
}
