//! The driver on disks: meters, and one that is none.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests

mod support;

use std::cell::RefCell;
use std::rc::Rc;

use meterport_sdk::testing::{VirtualTime, run};
use meterport_sdk::wit::Identity;
use meterport_sdk::{Block, Device, DriverError, IoError};
use meterport_simulator::{Simulator, memory};
use onetouch_verio::Verio;
use onetouch_verio::registers::{MOST_READS, POLL_MS};
use onetouch_verio::session::REPEATS;
use onetouch_verio::simulator::{Meter, Model, Stored};
use support::{code, error, filled, now, read, smbg, with};

const FLEX: Model = Model::VerioFlex;

#[test]
fn a_memory_stick_is_never_written() {
    let meter = with(FLEX, 5, &[("stick", "on")]);
    let outcome = read(&meter); // a write is a violation, which `read` looks for
    let DriverError::UnsupportedDevice(text) = error(&outcome) else { panic!("{outcome:?}") };
    assert!(text.ends_with("nothing was written to the disk"));
    assert_eq!(outcome.last_step(), "connect");
}

#[test]
fn either_identity_makes_a_disk_a_meter() {
    // The volume has been formatted anew: the disk's own name is left.
    assert!(read(&with(FLEX, 5, &[("blank", "on")])).is_complete());
    // The disk's own name cannot be read: the volume's is left. As in every recording.
    let (outcome, _) = read_watched(Identity::none(), 512, &filled(FLEX, 5));
    assert!(outcome.is_complete());
    let (outcome, calls) = read_watched(Identity::none(), 512, &with(FLEX, 5, &[("blank", "on")]));
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
    assert_eq!(calls, [("read", 0)]);
}

#[test]
fn a_disk_with_other_blocks_is_neither_read_nor_written() {
    let (outcome, calls) = read_watched(Identity::named("LifeScan"), 4096, &filled(FLEX, 5));
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
    assert!(calls.is_empty());
}

#[test]
fn nothing_but_the_listed_blocks_is_read_or_written() {
    let (outcome, calls) = read_watched(Identity::named("LifeScan"), 512, &filled(FLEX, 5));
    assert!(outcome.is_complete());
    assert!(
        calls
            .iter()
            .all(|(what, at)| matches!((*what, at), ("read", 0 | 3 | 4) | ("write", 3 | 4)))
    );
    // Only the displayed unit is a parameter.
    assert_eq!(calls.iter().filter(|(_, at)| *at == 4).count(), 2);
}

#[test]
fn a_cache_that_never_lets_go_of_the_request_is_a_timeout_never_an_answer() {
    let outcome = read(&with(FLEX, 5, &[("stale", "1000000")]));
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
    assert_eq!(outcome.last_step(), "connect");
    let most = u64::from(REPEATS + 1) * u64::from(MOST_READS * POLL_MS);
    assert_eq!(outcome.elapsed_ms, most);
}

#[test]
fn a_stale_or_empty_block_is_read_again() {
    let good = read(&filled(FLEX, 5));
    for (stale, not_ready) in [("1", "0"), ("0", "1"), ("3", "4"), ("99", "0")] {
        let outcome = read(&with(FLEX, 5, &[("stale", stale), ("not-ready", not_ready)]));
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{outcome:?}");
    }
}

#[test]
fn a_transfer_that_stalls_once_is_made_again() {
    let good = read(&filled(FLEX, 2));
    for call in 1..=11 {
        let outcome = read(&with(FLEX, 2, &[("stall-at", &call.to_string())]));
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{call}: {outcome:?}");
    }
}

#[test]
fn a_meter_that_does_not_tell_its_model_is_not_supported() {
    let outcome = read(&with(FLEX, 5, &[("refuse", "model")]));
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
    assert_eq!(outcome.last_step(), "identify");
}

#[test]
fn two_records_with_one_lasting_number_are_an_error() {
    let memory = [1043, 1042, 1043].map(|lifetime| Stored::new(now(), 104, lifetime)).to_vec();
    let outcome = read(&memory::share(Meter::with_memory(now(), memory)));
    assert_eq!(code(&outcome), "repeated-record");
    assert_eq!(outcome.entries.len(), 2);
}

#[test]
fn the_lifetime_counter_is_the_number_of_a_result() {
    let outcome = read(&filled(FLEX, 3));
    let numbers: Vec<_> = outcome.entries.iter().map(|entry| entry.origin.sequence).collect();
    assert_eq!(numbers, [Some(1002), Some(1001), Some(1000)]);
    assert!(outcome.entries.iter().all(|entry| entry.origin.part == 0));
}

#[test]
fn comment_flags_are_kept_though_nobody_has_described_them() {
    let outcome = read(&with(FLEX, 2, &[("comment", "1")]));
    assert!(outcome.entries[0].extra.is_empty());
    assert_eq!(outcome.entries[1].extra, [("vendor-marker".to_owned(), "comment-16".to_owned())]);
    assert!(smbg(&outcome.entries[1]).level == smbg(&read(&filled(FLEX, 2)).entries[1]).level);
}

#[test]
fn the_simulated_meter_sees_whatever_must_never_be_sent() {
    let forbidden: [(u64, &[u8]); 7] = [
        (3, &[0x02, 0x08, 0x00, 0x03, 0x1A, 0x03, 0xF6, 0x02]),
        (3, &[0x02, 0x0D, 0x00, 0x03, 0x20, 0x01, 0x74, 0x81, 0x42, 0x31, 0x03, 0xA2, 0x55]),
        // A good request at the wrong place.
        (4, &[0x02, 0x09, 0x00, 0x03, 0x27, 0x00, 0x03, 0x26, 0x71]),
        (5, &[0x02, 0x09, 0x00, 0x03, 0x27, 0x00, 0x03, 0x26, 0x71]),
        (0, &[0x02, 0x09, 0x00, 0x03, 0x27, 0x00, 0x03, 0x26, 0x71]),
        (2047, &[]),
        // A request of the VerioIQ.
        (3, &[0x02, 0x09, 0x00, 0x03, 0x0D, 0x01, 0x03, 0x10, 0x03]),
    ];
    for (address, packet) in forbidden {
        let mut meter = Meter::new(now());
        let mut block = packet.to_vec();
        block.resize(512, 0);
        meter.write_block(address, &block).unwrap();
        assert!(meter.violation().is_some(), "{address} {packet:02X?}");
    }
}

trait Named {
    fn none() -> Self;
    fn named(vendor: &str) -> Self;
}

impl Named for Identity {
    fn none() -> Self {
        Self::named("")
    }
    fn named(vendor: &str) -> Self {
        Self { vendor: vendor.to_owned(), product: String::new(), revision: String::new() }
    }
}

type Calls = Rc<RefCell<Vec<(&'static str, u64)>>>;

/// A disk that says another thing about itself, and keeps what it was asked.
struct Watched {
    inner: Box<dyn Block>,
    identity: Identity,
    block_size: u32,
    calls: Calls,
}

impl Block for Watched {
    fn identity(&mut self) -> Identity {
        self.identity.clone()
    }
    fn block_size(&mut self) -> u32 {
        self.block_size
    }
    fn read(&mut self, address: u64, count: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        self.calls.borrow_mut().push(("read", address));
        self.inner.read(address, count, timeout_ms)
    }
    fn write(&mut self, address: u64, data: &[u8], timeout_ms: u32) -> Result<(), IoError> {
        self.calls.borrow_mut().push(("write", address));
        self.inner.write(address, data, timeout_ms)
    }
}

fn read_watched(
    identity: Identity,
    block_size: u32,
    meter: &memory::Shared<Meter>,
) -> (meterport_sdk::testing::Outcome, Vec<(&'static str, u64)>) {
    let time = VirtualTime::default();
    let Device::Block(inner) = memory::block(meter, &time) else { panic!("not a disk") };
    let calls = Calls::default();
    let watched = Watched { inner, identity, block_size, calls: Rc::clone(&calls) };
    let outcome = run(&Verio, Device::Block(Box::new(watched)), &time);
    let calls = calls.borrow().clone();
    (outcome, calls)
}
