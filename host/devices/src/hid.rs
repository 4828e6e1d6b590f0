//! A live HID interface over `hidapi`.
//!
//! The system keeps only a few input reports of an open device (Linux: 64), so a thread takes them
//! all the while and puts them into a queue. Output and feature reports go through a second handle
//! on another thread: the system sends them while the caller waits, for up to five seconds where a
//! device takes nothing, and a session does not wait that long.

pub(crate) mod descriptor;
mod os;
mod queue;

use std::ffi::CString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use hidapi::{HidApi, HidDevice};

use crate::worker::Worker;
use crate::{HidLink, LinkError, OpenError, Timeline, Unwatched, Watch};
use descriptor::ReportDescriptor;
use queue::Queue;

/// The longest one output or feature report is waited for.
const SEND_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the taking thread waits at once, in milliseconds: so late it notices the end.
const TAKE_SLICE_MS: i32 = 50;
/// The longest report that Linux hands over (`HID_MAX_BUFFER_SIZE`), and an id.
const LONGEST_REPORT: usize = 16_385;
/// The longest report that is written or asked for; the contract's limit.
const LONGEST_SENT: usize = 4096;
/// The longest descriptor that `hidapi` gives.
const LONGEST_DESCRIPTOR: usize = 4096;

/// What is done with one open handle. Reports as `hidapi` has them: the id first when they go out
/// and in features; when they come in, only where reports are numbered.
trait RawHid: Send + 'static {
    /// One input report; empty if none came in time.
    fn take(&mut self, timeout_ms: i32) -> Result<Vec<u8>, LinkError>;
    fn send(&mut self, report: &[u8]) -> Result<(), LinkError>;
    fn get_feature(&mut self, id: u8, max: usize) -> Result<Vec<u8>, LinkError>;
    fn set_feature(&mut self, report: &[u8]) -> Result<(), LinkError>;
}

/// An open HID interface, closed when dropped.
pub struct HidPort {
    queue: Arc<Queue>,
    stop: Arc<AtomicBool>,
    taker: Option<JoinHandle<()>>,
    sender: Worker<Box<dyn RawHid>>,
    descriptor: Vec<u8>,
    timeline: Timeline,
}

impl HidPort {
    /// Opens a device node (Linux) or what else the system calls a HID interface. No report is
    /// sent.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let failed = |error| OpenError::of_io(path, os::open_error(error));
        let not_hid = || OpenError::Kind { path: path.to_owned(), wanted: "a HID device" };
        #[cfg(unix)]
        check_node(path, not_hid)?;
        let name = path.to_str().and_then(|name| CString::new(name).ok()).ok_or_else(not_hid)?;
        let api = HidApi::new().map_err(failed)?;
        // Two handles on one device: macOS allows them only where the first does not insist.
        #[cfg(target_os = "macos")]
        api.set_open_exclusive(false);
        let open = || match api.open_path(&name).map_err(os::open_error) {
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => Err(not_hid()),
            opened => opened.map_err(|error| OpenError::of_io(path, error)),
        };
        let (taking, sending) = (open()?, open()?);
        let mut descriptor = vec![0; LONGEST_DESCRIPTOR];
        let length = sending.get_report_descriptor(&mut descriptor).map_err(failed)?;
        descriptor.truncate(length);
        Self::over(Box::new(taking), Box::new(sending), descriptor)
            .map_err(|error| OpenError::of_io(path, error))
    }

    fn over(
        mut taking: Box<dyn RawHid>,
        sending: Box<dyn RawHid>,
        descriptor: Vec<u8>,
    ) -> std::io::Result<Self> {
        let numbered = ReportDescriptor::parse(&descriptor).numbered;
        let (queue, stop) = (Arc::new(Queue::default()), Arc::new(AtomicBool::new(false)));
        let sender = Worker::new("hid-send", sending)?;
        let (to, end) = (Arc::clone(&queue), Arc::clone(&stop));
        let taker = std::thread::Builder::new().name("hid-take".to_owned()).spawn(move || {
            while !end.load(Ordering::Relaxed) {
                match taking.take(TAKE_SLICE_MS) {
                    Ok(report) if report.is_empty() => {}
                    Ok(report) if numbered => to.push(report),
                    Ok(mut report) => {
                        report.insert(0, 0);
                        to.push(report);
                    }
                    // A signal came, or another slice passed.
                    Err(LinkError::Timeout) => {}
                    Err(error) => return to.end(error),
                }
            }
        })?;
        let timeline = Timeline::live();
        Ok(Self { queue, stop, taker: Some(taker), sender, descriptor, timeline })
    }

    fn send<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Box<dyn RawHid>) -> Result<R, LinkError> + Send + 'static,
    ) -> Result<R, LinkError> {
        let sent = self.sender.call(SEND_TIMEOUT, &Unwatched, work).and_then(|sent| sent);
        // The thread that takes reports sees an unplug in any case; a write sees it in many ways.
        match (&sent, self.queue.ended()) {
            (Err(LinkError::Other { .. } | LinkError::Stall), Some(why)) => Err(why),
            _ => sent,
        }
    }
}

impl Drop for HidPort {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(taker) = self.taker.take() {
            let _ = taker.join();
        }
    }
}

impl HidLink for HidPort {
    fn read(&mut self, timeout: Duration, watch: &dyn Watch) -> Result<Vec<u8>, LinkError> {
        self.queue.take(timeout, watch)
    }

    fn write(&mut self, report: &[u8]) -> Result<(), LinkError> {
        let report = checked(report)?;
        self.send(move |device| device.send(&report))
    }

    fn get_feature(&mut self, id: u8, max: usize) -> Result<Vec<u8>, LinkError> {
        if !(1..=LONGEST_SENT).contains(&max) {
            return Err(LinkError::Denied(format!("a feature report of {max} bytes")));
        }
        self.send(move |device| device.get_feature(id, max))
    }

    fn set_feature(&mut self, report: &[u8]) -> Result<(), LinkError> {
        let report = checked(report)?;
        self.send(move |device| device.set_feature(&report))
    }

    fn report_descriptor(&mut self) -> Result<Vec<u8>, LinkError> {
        Ok(self.descriptor.clone())
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}

impl std::fmt::Debug for HidPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HidPort").finish_non_exhaustive()
    }
}

fn checked(report: &[u8]) -> Result<Vec<u8>, LinkError> {
    if (1..=LONGEST_SENT).contains(&report.len()) {
        Ok(report.to_vec())
    } else {
        Err(LinkError::Denied(format!("a report of {} bytes", report.len())))
    }
}

/// Opening a pipe would wait for somebody; anything but a device node is no HID device.
#[cfg(unix)]
fn check_node(path: &Path, not_hid: impl Fn() -> OpenError) -> Result<(), OpenError> {
    use std::os::unix::fs::FileTypeExt;
    let node = cfg!(target_os = "linux");
    match std::fs::metadata(path) {
        Ok(found) if !node || found.file_type().is_char_device() => Ok(()),
        Ok(_) => Err(not_hid()),
        // Elsewhere a HID interface has a name that is no file.
        Err(_) if !node => Ok(()),
        Err(error) => Err(OpenError::of_io(path, error)),
    }
}

impl RawHid for HidDevice {
    fn take(&mut self, timeout_ms: i32) -> Result<Vec<u8>, LinkError> {
        let mut report = vec![0; LONGEST_REPORT];
        let length = self.read_timeout(&mut report, timeout_ms).map_err(os::link_error)?;
        report.truncate(length);
        report.shrink_to_fit();
        Ok(report)
    }

    fn send(&mut self, report: &[u8]) -> Result<(), LinkError> {
        // How many bytes went out differs between systems: Windows pads to the longest report.
        match HidDevice::write(self, report).map_err(os::link_error)? {
            sent if sent < report.len() => {
                let text = format!("{sent} of {} bytes of a report were sent", report.len());
                Err(LinkError::Other { code: "hid", text })
            }
            _ => Ok(()),
        }
    }

    fn get_feature(&mut self, id: u8, max: usize) -> Result<Vec<u8>, LinkError> {
        let mut report = vec![0; max];
        if let Some(first) = report.first_mut() {
            *first = id;
        }
        let length = self.get_feature_report(&mut report).map_err(os::link_error)?;
        report.truncate(length);
        Ok(report)
    }

    fn set_feature(&mut self, report: &[u8]) -> Result<(), LinkError> {
        self.send_feature_report(report).map_err(os::link_error)
    }
}

#[cfg(test)]
mod tests;
