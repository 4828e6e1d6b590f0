//! A live serial port.
//!
//! `serialport` waits for a byte with a timeout; the wait is cut into slices here, so that a session
//! can be ended while it waits. An unplug is seen at once: the operating system wakes the wait.
//!
//! How a port behaves where it matters was measured on pseudo-terminals and is tested on them
//! (`tests/pty.rs`): what comes back when the other side is gone, and that a write to a line that
//! takes nothing ends at its deadline.

pub(crate) mod os;

use std::io;
use std::path::Path;
use std::time::Duration;

use serialport::ClearBuffer;

use crate::timeline::{Deadline, SLICE};
use crate::{
    Flow, LineSettings, LinkError, OpenError, Purge, SerialLink, Timeline, Watch, settings,
};

/// Bytes handed to the operating system at once. A port that says it takes bytes takes at least so
/// many without waiting: Linux says so only while fewer than 256 wait to be sent, of a page.
const WRITE_CHUNK: usize = 256;
/// Bytes taken from the operating system at once: what it keeps for a port, not what was asked for.
const READ_CHUNK: usize = 4096;
/// How often to look whether everything was sent.
const FLUSH_STEP: Duration = Duration::from_millis(2);
/// A rate this far off, in percent, is another rate: a character of ten bits would not survive it.
const BAUD_TOLERANCE: u64 = 4;

/// An open serial port. It belongs to this program alone and closes when dropped.
pub struct SerialPort {
    port: Box<dyn serialport::SerialPort>,
    /// Received for a `read_exact` that timed out; the next read begins with it.
    kept: Vec<u8>,
    flow: Flow,
    timeline: Timeline,
}

impl SerialPort {
    /// Opens a port for this program alone. No byte is sent.
    pub fn open(path: &Path, settings: LineSettings) -> Result<Self, OpenError> {
        let unsupported = || OpenError::Settings { path: path.to_owned(), baud: settings.baud };
        let settings = settings.checked().map_err(|_| unsupported())?;
        OpenError::check_name(path)?;
        let name = path.to_str().ok_or_else(|| OpenError::NotAPort { path: path.to_owned() })?;
        let port = serialport::new(name, settings.baud)
            .data_bits(settings::data_bits(settings.data))
            .parity(settings::parity(settings.parity))
            .stop_bits(settings::stop_bits(settings.stop))
            .flow_control(settings::flow_control(settings.flow))
            .timeout(SLICE)
            .open()
            .map_err(|error| match error.kind() {
                serialport::ErrorKind::InvalidInput => unsupported(),
                _ if os::is_invalid(&error.description) => unsupported(),
                _ => OpenError::of(path, error, || os::is_listed(name)),
            })?;
        if !has_rate(&*port, settings.baud) {
            return Err(unsupported());
        }
        let timeline = Timeline::live();
        Ok(Self { port, kept: Vec::new(), flow: settings.flow, timeline })
    }

    /// Waits for bytes and appends up to `max` of them.
    fn receive(
        &mut self,
        into: &mut Vec<u8>,
        max: usize,
        deadline: Deadline,
        watch: &dyn Watch,
    ) -> Result<(), LinkError> {
        let mut buffer = vec![0; max.min(READ_CHUNK)];
        let mut last = false;
        loop {
            if watch.stopped() {
                return Err(LinkError::Cancelled);
            }
            // What is there already is taken even when there is no time left.
            let slice = deadline.slice().unwrap_or_else(|| {
                last = true;
                Duration::ZERO
            });
            self.port.set_timeout(slice).map_err(os::port_error)?;
            match io::Read::read(&mut self.port, &mut buffer) {
                // The other side hung up.
                Ok(0) => return Err(LinkError::Disconnected),
                Ok(count) => {
                    into.extend(buffer.iter().take(count));
                    return Ok(());
                }
                Err(error) => match os::io_error(&error) {
                    LinkError::Timeout if last => return Err(LinkError::Timeout),
                    LinkError::Timeout => {}
                    error => return Err(error),
                },
            }
        }
    }
}

impl Drop for SerialPort {
    /// What was not sent would keep the system's close waiting for it.
    fn drop(&mut self) {
        let _ = self.port.clear(serialport::ClearBuffer::Output);
    }
}

impl SerialLink for SerialPort {
    fn read(
        &mut self,
        max: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        if max == 0 {
            return Err(LinkError::Denied("a read of no bytes".to_owned()));
        }
        if !self.kept.is_empty() {
            let rest = self.kept.split_off(max.min(self.kept.len()));
            return Ok(std::mem::replace(&mut self.kept, rest));
        }
        let mut read = Vec::new();
        self.receive(&mut read, max, Deadline::after(timeout), watch)?;
        Ok(read)
    }

    fn read_exact(
        &mut self,
        len: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        let deadline = Deadline::after(timeout);
        let mut read = std::mem::take(&mut self.kept);
        while read.len() < len {
            let missing = len.saturating_sub(read.len());
            if let Err(error) = self.receive(&mut read, missing, deadline, watch) {
                self.kept = read;
                return Err(error);
            }
        }
        self.kept = read.split_off(len);
        Ok(read)
    }

    fn write(
        &mut self,
        data: &[u8],
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<(), LinkError> {
        let deadline = Deadline::after(timeout);
        let mut rest = data;
        while !rest.is_empty() {
            if watch.stopped() {
                return Err(LinkError::Cancelled);
            }
            let slice = deadline.slice().ok_or(LinkError::Timeout)?;
            self.port.set_timeout(slice).map_err(os::port_error)?;
            let chunk = rest.get(..WRITE_CHUNK).unwrap_or(rest);
            match io::Write::write(&mut self.port, chunk) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) => match os::io_error(&error) {
                    LinkError::Timeout => {}
                    error => return Err(error),
                },
            }
        }
        Ok(())
    }

    fn flush(&mut self, timeout: Duration, watch: &dyn Watch) -> Result<(), LinkError> {
        let deadline = Deadline::after(timeout);
        while self.port.bytes_to_write().map_err(os::port_error)? > 0 {
            if watch.stopped() {
                return Err(LinkError::Cancelled);
            }
            let slice = deadline.slice().ok_or(LinkError::Timeout)?;
            std::thread::sleep(slice.min(FLUSH_STEP));
        }
        // The system's own call waits for the last bits too, but without a deadline: with flow
        // control the other side could hold it up for ever.
        match self.flow {
            Flow::None => io::Write::flush(&mut self.port).map_err(|error| os::io_error(&error)),
            Flow::RtsCts | Flow::XonXoff => Ok(()),
        }
    }

    fn purge(&mut self, what: Purge) -> Result<(), LinkError> {
        if what.input() {
            self.kept.clear();
        }
        let buffer = match what {
            Purge::Input => ClearBuffer::Input,
            Purge::Output => ClearBuffer::Output,
            Purge::Both => ClearBuffer::All,
        };
        self.port.clear(buffer).map_err(os::port_error)
    }

    fn set_line(&mut self, settings: LineSettings) -> Result<(), LinkError> {
        let settings = settings.checked()?;
        let port = &mut self.port;
        port.set_baud_rate(settings.baud)
            .and_then(|()| port.set_data_bits(settings::data_bits(settings.data)))
            .and_then(|()| port.set_parity(settings::parity(settings.parity)))
            .and_then(|()| port.set_stop_bits(settings::stop_bits(settings.stop)))
            .and_then(|()| port.set_flow_control(settings::flow_control(settings.flow)))
            .map_err(os::port_error)?;
        self.flow = settings.flow;
        if has_rate(&**port, settings.baud) {
            Ok(())
        } else {
            let text = format!("the port does not support {} baud", settings.baud);
            Err(LinkError::Other { code: "line-settings", text })
        }
    }

    fn set_control(&mut self, dtr: bool, rts: bool) -> Result<(), LinkError> {
        let set = self
            .port
            .write_data_terminal_ready(dtr)
            .and_then(|()| self.port.write_request_to_send(rts));
        set.map_err(|error| match os::port_error(error) {
            LinkError::Other { text, .. } => LinkError::Other { code: "modem-lines", text },
            error => error,
        })
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}

impl std::fmt::Debug for SerialPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SerialPort").finish_non_exhaustive()
    }
}

/// Whether the port took the rate. Some chips round silently; one that cannot say is believed.
fn has_rate(port: &dyn serialport::SerialPort, wanted: u32) -> bool {
    let Ok(actual) = port.baud_rate() else { return true };
    let off = u64::from(actual.abs_diff(wanted)).saturating_mul(100);
    off <= u64::from(wanted).saturating_mul(BAUD_TOLERANCE)
}
