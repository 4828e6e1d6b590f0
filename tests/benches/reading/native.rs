//! A driver's own code, native, on the very link that the sandbox has: the rest of the difference is
//! the sandbox.

use std::time::Duration;

use meterport_devices::{HidLink, Link, LinkError, SerialLink, Unwatched};
use meterport_sdk::testing::{VirtualTime, run};
use meterport_sdk::wit::{Line, Purge};
use meterport_sdk::{Device, Driver, Hid, IoError, Serial};

/// Reads a whole meter and says how many results it gave.
pub fn read(driver: &impl Driver, link: Link) -> usize {
    let time = VirtualTime::default();
    let device = match link {
        Link::Serial(link) => Device::Serial(Box::new(Port(link, time.clone()))),
        Link::Hid(link) => Device::Hid(Box::new(Interface(link, time.clone()))),
        _ => panic!("no benchmark needs another link"),
    };
    let outcome = run(driver, device, &time);
    assert!(outcome.is_complete(), "{outcome:?}");
    outcome.entries.len()
}

struct Port(Box<dyn SerialLink>, VirtualTime);
struct Interface(Box<dyn HidLink>, VirtualTime);

/// A timeout passes on the driver's clock too.
fn said<T>(
    result: Result<T, LinkError>,
    timeout_ms: u32,
    time: &VirtualTime,
) -> Result<T, IoError> {
    result.map_err(|error| match error {
        LinkError::Timeout => {
            time.advance(u64::from(timeout_ms));
            IoError::Timeout
        }
        error => IoError::Other(error.to_string()),
    })
}

fn duration(ms: u32) -> Duration {
    Duration::from_millis(u64::from(ms))
}

impl Serial for Port {
    fn read(&mut self, max: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let max = usize::try_from(max).unwrap();
        said(self.0.read(max, duration(timeout_ms), &Unwatched), timeout_ms, &self.1)
    }
    fn read_exact(&mut self, length: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let length = usize::try_from(length).unwrap();
        said(self.0.read_exact(length, duration(timeout_ms), &Unwatched), timeout_ms, &self.1)
    }
    fn write(&mut self, data: &[u8], timeout_ms: u32) -> Result<(), IoError> {
        said(self.0.write(data, duration(timeout_ms), &Unwatched), timeout_ms, &self.1)
    }
    fn flush(&mut self) -> Result<(), IoError> {
        Ok(())
    }
    fn purge(&mut self, what: Purge) -> Result<(), IoError> {
        let what = match what {
            Purge::Input => meterport_devices::Purge::Input,
            Purge::Output => meterport_devices::Purge::Output,
            Purge::Both => meterport_devices::Purge::Both,
        };
        said(self.0.purge(what), 0, &self.1)
    }
    fn set_line(&mut self, _: Line) -> Result<(), IoError> {
        Ok(())
    }
    fn set_control(&mut self, _: bool, _: bool) -> Result<(), IoError> {
        Ok(())
    }
}

impl Hid for Interface {
    fn read(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        said(self.0.read(duration(timeout_ms), &Unwatched), timeout_ms, &self.1)
    }
    fn write(&mut self, report: &[u8]) -> Result<(), IoError> {
        said(self.0.write(report), 0, &self.1)
    }
    fn get_feature(&mut self, id: u8, max: u32) -> Result<Vec<u8>, IoError> {
        said(self.0.get_feature(id, usize::try_from(max).unwrap()), 0, &self.1)
    }
    fn set_feature(&mut self, report: &[u8]) -> Result<(), IoError> {
        said(self.0.set_feature(report), 0, &self.1)
    }
    fn report_descriptor(&mut self) -> Result<Vec<u8>, IoError> {
        said(self.0.report_descriptor(), 0, &self.1)
    }
}
