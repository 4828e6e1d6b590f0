//! A HID interface over fakes. Real hidraw nodes are read in the QEMU guest.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Instant;

use super::*;

/// Gives what a test sends, keeps what is sent, and hangs if it is told to.
struct Fake {
    input: Receiver<Result<Vec<u8>, LinkError>>,
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
    hang: Option<Receiver<()>>,
    dropped: Arc<AtomicBool>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::SeqCst);
    }
}

impl RawHid for Fake {
    fn take(&mut self, timeout_ms: i32) -> Result<Vec<u8>, LinkError> {
        let wait = Duration::from_millis(u64::try_from(timeout_ms).unwrap());
        match self.input.recv_timeout(wait) {
            Ok(report) => report,
            Err(RecvTimeoutError::Timeout) => Ok(Vec::new()),
            Err(RecvTimeoutError::Disconnected) => Err(LinkError::Disconnected),
        }
    }

    fn send(&mut self, report: &[u8]) -> Result<(), LinkError> {
        if let Some(hang) = &self.hang {
            let _ = hang.recv();
        }
        self.sent.lock().unwrap().push(report.to_vec());
        Ok(())
    }

    fn get_feature(&mut self, id: u8, max: usize) -> Result<Vec<u8>, LinkError> {
        Ok([&[id][..], &vec![7; max - 1]].concat())
    }

    fn set_feature(&mut self, _: &[u8]) -> Result<(), LinkError> {
        Err(LinkError::Stall)
    }
}

struct Meter {
    input: Option<Sender<Result<Vec<u8>, LinkError>>>,
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
    go: Sender<()>,
    closed: [Arc<AtomicBool>; 2],
}

const NUMBERED: &[u8] = &[0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x85, 0x03, 0xC0];
const PLAIN: &[u8] = &[0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0xC0];
const SHORT: Duration = Duration::from_millis(80);
const LONG: Duration = Duration::from_secs(20);

fn port(descriptor: &[u8], hangs: bool) -> (Meter, HidPort) {
    let (input, take) = channel();
    let (go, hang) = channel();
    let sent = Arc::new(Mutex::new(Vec::new()));
    let closed = [Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false))];
    let [first, second] = closed.clone();
    let taking = Fake { input: take, sent: Arc::default(), hang: None, dropped: first };
    let sending = Fake {
        input: channel().1,
        sent: Arc::clone(&sent),
        hang: hangs.then_some(hang),
        dropped: second,
    };
    let port = HidPort::over(Box::new(taking), Box::new(sending), descriptor.to_vec()).unwrap();
    (Meter { input: Some(input), sent, go, closed }, port)
}

impl Meter {
    fn says(&self, report: &[u8]) {
        self.input.as_ref().unwrap().send(Ok(report.to_vec())).unwrap();
    }
}

#[test]
fn an_unplug_is_seen_by_a_waiting_read() {
    let (mut meter, mut port) = port(PLAIN, false);
    meter.input = None;
    assert_eq!(port.read(LONG, &Unwatched), Err(LinkError::Disconnected));
}

#[test]
fn a_device_that_takes_no_report_lets_a_write_time_out() {
    let (meter, mut port) = port(PLAIN, true);
    assert_eq!(port.write(&[0, 1]), Err(LinkError::Timeout));
    assert_eq!(port.write(&[0, 2]), Err(LinkError::Timeout), "the first still hangs");
    meter.go.send(()).unwrap();
    meter.go.send(()).unwrap();
    assert_eq!(port.write(&[0, 3]), Ok(()));
    assert_eq!(*meter.sent.lock().unwrap(), [[0, 1], [0, 3]], "the second was never begun");
}

#[test]
fn reports_that_no_device_has_are_denied() {
    let (_meter, mut port) = port(PLAIN, false);
    for report in [vec![], vec![0; 4097]] {
        assert!(matches!(port.write(&report), Err(LinkError::Denied(_))));
        assert!(matches!(port.set_feature(&report), Err(LinkError::Denied(_))));
    }
    assert!(matches!(port.get_feature(1, 0), Err(LinkError::Denied(_))));
    assert_eq!(port.set_feature(&[1, 2]), Err(LinkError::Stall));
}

#[test]
fn a_flood_between_two_reads_is_an_overflow() {
    let (meter, mut port) = port(PLAIN, false);
    (0..5000).for_each(|_| meter.says(&[1]));
    let late = Instant::now();
    while late.elapsed() < LONG && port.read(Duration::ZERO, &Unwatched) != Err(LinkError::Overflow)
    {
        std::thread::sleep(Duration::from_millis(200));
        (0..5000).for_each(|_| meter.says(&[1]));
    }
    assert!(late.elapsed() < LONG, "no overflow was told");
}

#[test]
fn a_report_begins_with_its_id_or_with_zero() {
    let (meter, mut port) = port(PLAIN, false);
    meter.says(&[3, 1]);
    assert_eq!(port.read(LONG, &Unwatched).unwrap(), [0, 3, 1]);
    assert_eq!(port.read(SHORT, &Unwatched), Err(LinkError::Timeout));
    let (meter, mut port) = self::port(NUMBERED, false);
    meter.says(&[3, 1]);
    assert_eq!(port.read(LONG, &Unwatched).unwrap(), [3, 1]);
    assert_eq!(port.get_feature(5, 3).unwrap(), [5, 7, 7]);
    assert_eq!(port.report_descriptor().unwrap(), NUMBERED);
}

#[test]
fn both_handles_are_closed_when_the_link_is_dropped() {
    let (meter, port) = port(PLAIN, false);
    drop(port);
    assert!(meter.closed.iter().all(|closed| closed.load(Ordering::SeqCst)));
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_hid_device_is_told_apart_from_what_is_not_there() {
    let open = |path: &str| HidPort::open(Path::new(path)).unwrap_err();
    assert!(matches!(open("/dev/hidraw-none"), OpenError::Gone { .. }));
    assert!(matches!(open("/dev/null"), OpenError::Kind { .. }));
    assert!(matches!(open("/proc/self/status"), OpenError::Kind { .. }));
}
