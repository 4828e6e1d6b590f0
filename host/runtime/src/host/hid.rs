//! `hid`: hands a driver's reports on to its link.

use meterport_devices::{HidLink, LinkError};
use wasmtime::component::Resource;

use super::serial::timeout;
use super::{Io, State};
use crate::bindings::hid;
use crate::limits;

/// The one HID interface of a session.
pub struct Device(pub(crate) Box<dyn HidLink>);

impl State {
    /// A session that is to end sends nothing more: a link is not asked to look at the watcher
    /// before it sends.
    fn hid<T>(
        &mut self,
        handle: &Resource<Device>,
        call: impl FnOnce(&mut dyn HidLink, &crate::watch::Watcher) -> Result<T, LinkError>,
    ) -> Io<T> {
        self.enter()?;
        let watcher = std::sync::Arc::clone(&self.watcher);
        let device = self.table.get_mut(handle)?;
        if watcher.reason().is_some() {
            return Ok(Err(self.failed(LinkError::Cancelled)));
        }
        let result = call(device.0.as_mut(), watcher.as_ref());
        Ok(result.map_err(|error| self.failed(error)))
    }

    fn output(
        &mut self,
        handle: &Resource<Device>,
        report: &[u8],
        send: impl FnOnce(&mut dyn HidLink) -> Result<(), LinkError>,
    ) -> Io<()> {
        if report.is_empty() || report.len() > limits::REPORT_BYTES {
            return Ok(Err(self.denied("a report of no bytes, or of more than 4096")));
        }
        self.hid(handle, |device, _| send(device))
    }
}

impl hid::Host for State {}

impl hid::HostDevice for State {
    fn read(&mut self, device: Resource<Device>, timeout_ms: u32) -> Io<Vec<u8>> {
        let result =
            self.hid(&device, |device, watcher| device.read(timeout(timeout_ms), watcher))?;
        Ok(self.advanced(result))
    }

    fn write(&mut self, device: Resource<Device>, report: Vec<u8>) -> Io<()> {
        self.output(&device, &report, |device| device.write(&report))
    }

    fn get_feature(&mut self, device: Resource<Device>, id: u8, max: u32) -> Io<Vec<u8>> {
        let max = usize::try_from(max)?;
        if max == 0 || max > limits::REPORT_BYTES {
            return Ok(Err(self.denied("a report of no bytes, or of more than 4096")));
        }
        let result = self.hid(&device, |device, _| device.get_feature(id, max))?;
        Ok(self.advanced(result))
    }

    fn set_feature(&mut self, device: Resource<Device>, report: Vec<u8>) -> Io<()> {
        self.output(&device, &report, |device| device.set_feature(&report))
    }

    fn report_descriptor(&mut self, device: Resource<Device>) -> Io<Vec<u8>> {
        self.hid(&device, |device, _| device.report_descriptor())
    }

    fn drop(&mut self, device: Resource<Device>) -> wasmtime::Result<()> {
        self.table.delete(device)?;
        Ok(())
    }
}
