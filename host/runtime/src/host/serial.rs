//! `serial`: hands a driver's calls on to its link, and refuses what the contract does not allow.

use std::time::Duration;

use meterport_devices::{
    DataBits, Flow, LineSettings, LinkError, Parity, Purge, SerialLink, StopBits,
};
use wasmtime::component::Resource;

use super::{Io, State};
use crate::bindings::serial;
use crate::limits;

/// The one port of a session.
pub struct Port(pub(crate) Box<dyn SerialLink>);

impl State {
    fn port<T>(
        &mut self,
        handle: &Resource<Port>,
        call: impl FnOnce(&mut dyn SerialLink, &crate::watch::Watcher) -> Result<T, LinkError>,
    ) -> Io<T> {
        self.enter()?;
        let watcher = std::sync::Arc::clone(&self.watcher);
        let port = self.table.get_mut(handle)?;
        let result = call(port.0.as_mut(), watcher.as_ref());
        Ok(result.map_err(|error| self.failed(error)))
    }

    fn received(
        &mut self,
        handle: &Resource<Port>,
        len: u32,
        read: Read,
        timeout_ms: u32,
    ) -> Io<Vec<u8>> {
        if len == 0 || len > limits::READ_BYTES {
            return Ok(Err(self.denied("a read of no bytes, or of more than 65536")));
        }
        let len = usize::try_from(len)?;
        let result = self.port(handle, |port, watcher| match read {
            Read::Some => port.read(len, timeout(timeout_ms), watcher),
            Read::Exact => port.read_exact(len, timeout(timeout_ms), watcher),
        })?;
        Ok(self.advanced(result))
    }
}

#[derive(Clone, Copy)]
enum Read {
    Some,
    Exact,
}

/// Of calls that wait in slices.
pub(crate) fn timeout(ms: u32) -> Duration {
    Duration::from_millis(u64::from(ms)).min(limits::TIMEOUT)
}

/// Of calls that nothing interrupts.
pub(crate) fn short_timeout(ms: u32) -> Duration {
    Duration::from_millis(u64::from(ms)).min(limits::SHORT_TIMEOUT)
}

impl serial::Host for State {}

impl serial::HostPort for State {
    fn read(&mut self, port: Resource<Port>, max: u32, timeout_ms: u32) -> Io<Vec<u8>> {
        self.received(&port, max, Read::Some, timeout_ms)
    }

    fn read_exact(&mut self, port: Resource<Port>, len: u32, timeout_ms: u32) -> Io<Vec<u8>> {
        self.received(&port, len, Read::Exact, timeout_ms)
    }

    fn write(&mut self, port: Resource<Port>, data: Vec<u8>, timeout_ms: u32) -> Io<()> {
        self.port(&port, |port, watcher| port.write(&data, timeout(timeout_ms), watcher))
    }

    fn flush(&mut self, port: Resource<Port>) -> Io<()> {
        self.port(&port, |port, watcher| port.flush(limits::TIMEOUT, watcher))
    }

    fn purge(&mut self, port: Resource<Port>, what: serial::Purge) -> Io<()> {
        let what = match what {
            serial::Purge::Input => Purge::Input,
            serial::Purge::Output => Purge::Output,
            serial::Purge::Both => Purge::Both,
        };
        self.port(&port, |port, _| port.purge(what))
    }

    fn set_line(&mut self, port: Resource<Port>, line: serial::Line) -> Io<()> {
        let settings = LineSettings {
            baud: line.baud,
            data: match line.data {
                serial::DataBits::Seven => DataBits::Seven,
                serial::DataBits::Eight => DataBits::Eight,
            },
            parity: match line.parity {
                serial::Parity::None => Parity::None,
                serial::Parity::Odd => Parity::Odd,
                serial::Parity::Even => Parity::Even,
            },
            stop: match line.stop {
                serial::StopBits::One => StopBits::One,
                serial::StopBits::Two => StopBits::Two,
            },
            flow: match line.flow {
                serial::Flow::None => Flow::None,
                serial::Flow::RtsCts => Flow::RtsCts,
                serial::Flow::XonXoff => Flow::XonXoff,
            },
        };
        self.port(&port, |port, _| port.set_line(settings))
    }

    fn set_control(&mut self, port: Resource<Port>, dtr: bool, rts: bool) -> Io<()> {
        self.port(&port, |port, _| port.set_control(dtr, rts))
    }

    fn drop(&mut self, port: Resource<Port>) -> wasmtime::Result<()> {
        self.table.delete(port)?;
        Ok(())
    }
}
