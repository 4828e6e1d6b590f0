//! A driver that misbehaves on HID and USB in real time: endless waits, and what still reaches the
//! device after somebody has ended the session. And devices that a grant is not for.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use meterport_devices::{
    Endpoint, HidLink, Link, LinkError, Setup, Timeline, Transfer, USB_TIMEOUT, UsbLink, Watch,
    replay,
};
use meterport_manifest::DEFAULT_LIMITS;
use meterport_runtime::{Budgets, Driver, Grant, Request};
use meterport_sdk::recording::Recording;
use meterport_tests::hostile_driver;

use crate::support::runtime;

/// The rules of the hostile driver's manifest, in their order.
const TRANSPORTS: [&str; 5] =
    ["serial 9600 8N1", "hid 1209:0002", "usb 1209:0003 1", "block", "volume"];
const SERIAL: usize = 0;
const HID: usize = 1;
const USB: usize = 2;

fn hostile() -> &'static Driver {
    static DRIVER: OnceLock<Driver> = OnceLock::new();
    DRIVER
        .get_or_init(|| runtime().load(&std::fs::read(hostile_driver().unwrap()).unwrap()).unwrap())
}

fn request(rule: usize) -> Request {
    Request {
        grant: Grant::named(hostile().manifest(), rule).unwrap(),
        not_before: None,
        options: Vec::new(),
        now: "2026-03-10T07:16:00Z".parse().unwrap(),
    }
}

/// A device that says one word and then nothing.
struct Device {
    word: Option<Vec<u8>>,
    /// A transfer takes this long, or as long as the driver would wait.
    slow: Option<Duration>,
    calls: Calls,
    timeline: Timeline,
}

/// Calls that reached the device, since somebody began to count.
#[derive(Clone, Default)]
struct Calls {
    counts: Arc<AtomicBool>,
    made: Arc<AtomicUsize>,
}

impl Calls {
    fn made(&self) {
        if self.counts.load(Ordering::SeqCst) {
            self.made.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Device {
    fn saying(word: &str) -> Self {
        let word = Some(word.as_bytes().to_vec());
        Self { word, slow: None, calls: Calls::default(), timeline: Timeline::live() }
    }

    fn over(self, rule: usize) -> Link {
        if rule == HID { Link::Hid(Box::new(self)) } else { Link::Usb(Box::new(self)) }
    }

    /// As a transfer in the kernel: nothing ends it early.
    fn takes(&mut self, timeout: Duration) -> Result<Vec<u8>, LinkError> {
        self.calls.made();
        match self.word.take() {
            Some(word) => Ok(word),
            None => {
                std::thread::sleep(self.slow.unwrap_or(timeout).min(USB_TIMEOUT));
                Err(LinkError::Timeout)
            }
        }
    }
}

impl HidLink for Device {
    fn read(&mut self, timeout: Duration, watch: &dyn Watch) -> Result<Vec<u8>, LinkError> {
        if let Some(word) = self.word.take() {
            return Ok([&[0], word.as_slice()].concat());
        }
        self.timeline.sleep(u64::try_from(timeout.as_millis()).unwrap(), watch)?;
        Err(LinkError::Timeout)
    }
    fn write(&mut self, _: &[u8]) -> Result<(), LinkError> {
        self.takes(Duration::from_millis(5)).map(drop)
    }
    fn get_feature(&mut self, _: u8, _: usize) -> Result<Vec<u8>, LinkError> {
        Err(LinkError::Stall)
    }
    fn set_feature(&mut self, _: &[u8]) -> Result<(), LinkError> {
        Err(LinkError::Stall)
    }
    fn report_descriptor(&mut self) -> Result<Vec<u8>, LinkError> {
        Err(LinkError::Stall)
    }
    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}

impl UsbLink for Device {
    fn endpoints(&self) -> Vec<Endpoint> {
        vec![Endpoint { address: 0x81, transfer: Transfer::Bulk, max_packet: 64 }]
    }
    fn control_in(&mut self, _: Setup, _: usize, _: Duration) -> Result<Vec<u8>, LinkError> {
        Err(LinkError::Stall)
    }
    fn control_out(&mut self, _: Setup, _: &[u8], _: Duration) -> Result<usize, LinkError> {
        Err(LinkError::Stall)
    }
    fn transfer_in(&mut self, _: u8, _: usize, time: Duration) -> Result<Vec<u8>, LinkError> {
        self.takes(time)
    }
    fn transfer_out(&mut self, _: u8, _: &[u8], _: Duration) -> Result<usize, LinkError> {
        Err(LinkError::Stall)
    }
    fn clear_halt(&mut self, _: u8) -> Result<(), LinkError> {
        Err(LinkError::Stall)
    }
    fn set_alt(&mut self, _: u8) -> Result<(), LinkError> {
        Err(LinkError::Stall)
    }
    fn interface(&self) -> u8 {
        1
    }
    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}

#[test]
fn an_endless_wait_for_a_report_or_a_transfer_ends_with_the_idle_budget() {
    let budgets = Budgets { idle: Duration::from_millis(300), ..Budgets::from(DEFAULT_LIMITS) };
    for rule in [HID, USB] {
        for word in ["wait", "ignore-cancel"] {
            let link = Device::saying(word).over(rule);
            let session = hostile().start_within(budgets, link, request(rule), |_| {}).unwrap();
            let failure = session.wait().err().unwrap();
            assert_eq!(failure.error.code(), "driver.budget", "{word}, rule {rule}: {failure:?}");
        }
    }
}

#[test]
fn after_a_cancel_nothing_reaches_the_device_whether_the_driver_listens_or_not() {
    for (rule, word) in
        [(HID, "wait"), (HID, "hid-write-for-ever"), (USB, "wait"), (USB, "ignore-cancel")]
    {
        let device = Device::saying(word);
        let calls = device.calls.clone();
        let session = hostile().start(device.over(rule), request(rule), |_| {}).unwrap();
        std::thread::sleep(Duration::from_millis(150));
        session.cancel().cancel();
        // A call that was on its way is let through.
        std::thread::sleep(Duration::from_millis(100));
        calls.counts.store(true, Ordering::SeqCst);
        let failure = session.wait().err().unwrap();
        assert_eq!(failure.error.code(), "cancelled", "{word}, rule {rule}: {failure:?}");
        assert_eq!(calls.made.load(Ordering::SeqCst), 0, "{word}, rule {rule}");
    }
}

#[test]
fn a_transfer_of_two_seconds_is_no_reason_for_more_time_after_a_cancel() {
    let device = Device { slow: Some(USB_TIMEOUT), ..Device::saying("ignore-cancel") };
    let session = hostile().start(device.over(USB), request(USB), |_| {}).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    session.cancel().cancel();
    let failure = session.wait().err().unwrap();
    assert_eq!(failure.error.code(), "cancelled", "{failure:?}");
    // The rest of the transfer, and not another one and a half seconds.
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
}

#[test]
fn a_device_of_another_kind_than_the_grant_is_for_is_never_handed_over() {
    for (given, transport) in TRANSPORTS.iter().enumerate() {
        for rule in SERIAL..TRANSPORTS.len() {
            let text = format!("# meterport-recording 1\n# source: x\n# transport: {transport}\n");
            let (link, _) = replay(Recording::parse(&text).unwrap()).unwrap();
            let session = hostile().start(link, request(rule), |_| {}).unwrap();
            let error = session.wait().err().unwrap().error;
            let is_refused = error.code() == "driver.denied"
                && error.to_string().contains("the driver wants a device of kind");
            assert_eq!(is_refused, given != rule, "{transport} by rule {rule}: {error}");
        }
    }
}
