//! Lines of text over a serial port, which several families speak.

use crate::wit::Purge;
use crate::{Clock, DriverError, IoError, Serial};

/// Reads what ends with LF. Bytes that came after a line wait for the next one.
pub struct LineReader {
    waiting: Vec<u8>,
    clock: Clock,
    longest: usize,
}

impl LineReader {
    /// `longest` bounds a line: a meter that never ends one is not believed.
    #[must_use]
    pub fn new(clock: Clock, longest: usize) -> Self {
        Self { waiting: Vec::new(), clock, longest }
    }

    /// The next line with its line end, or `Timeout` when nothing arrives for `idle_ms`. Bytes of
    /// an unfinished line are kept.
    ///
    /// # Errors
    ///
    /// The port's own, or `line-too-long`.
    pub fn line(&mut self, port: &mut dyn Serial, idle_ms: u32) -> Result<Vec<u8>, DriverError> {
        self.line_within(port, idle_ms, u32::MAX)
    }

    /// As [`LineReader::line`], and also `Timeout` when the line has not ended after `whole_ms`,
    /// counted from now, however busily it goes on. A line that waits already is given at once.
    ///
    /// # Errors
    ///
    /// The port's own, or `line-too-long`.
    pub fn line_within(
        &mut self,
        port: &mut dyn Serial,
        idle_ms: u32,
        whole_ms: u32,
    ) -> Result<Vec<u8>, DriverError> {
        let started = self.clock.now_ms();
        let mut searched = 0;
        loop {
            let end = self.waiting.iter().skip(searched).position(|byte| *byte == b'\n');
            if let Some(end) = end {
                let rest = self.waiting.split_off(searched + end + 1);
                return Ok(std::mem::replace(&mut self.waiting, rest));
            }
            if self.waiting.len() > self.longest {
                return Err(DriverError::protocol("line-too-long", "a line has no end"));
            }
            searched = self.waiting.len();
            let passed = self.clock.now_ms().saturating_sub(started);
            let left = u64::from(whole_ms).saturating_sub(passed);
            if left == 0 {
                return Err(IoError::Timeout.into());
            }
            let more = port.read(READ, idle_ms.min(u32::try_from(left).unwrap_or(u32::MAX)))?;
            self.waiting.extend_from_slice(&more);
        }
    }

    /// Throws away what waits and what has arrived, without waiting for anything.
    ///
    /// # Errors
    ///
    /// The port's own.
    pub fn purge(&mut self, port: &mut dyn Serial) -> Result<(), DriverError> {
        self.waiting.clear();
        Ok(port.purge(Purge::Input)?)
    }

    /// Throws away what waits and what arrives until the line is silent for `quiet_ms`, at most
    /// `longest_ms` in all.
    ///
    /// # Errors
    ///
    /// The port's own, but not `Timeout`: that is the silence.
    pub fn drain(
        &mut self,
        port: &mut dyn Serial,
        quiet_ms: u32,
        longest_ms: u32,
    ) -> Result<(), DriverError> {
        self.waiting.clear();
        let started = self.clock.now_ms();
        while self.clock.now_ms().saturating_sub(started) < u64::from(longest_ms) {
            match port.read(READ, quiet_ms) {
                Ok(_) => {}
                Err(IoError::Timeout) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Bytes that have been read and belong to no line yet given: an unfinished one, or more.
    #[must_use]
    pub fn unfinished(&self) -> &[u8] {
        &self.waiting
    }
}

const READ: u32 = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ReplayPort, VirtualTime};

    fn port(body: &str) -> (ReplayPort, LineReader) {
        let text = format!(
            "# meterport-recording 1\n# source: written from the spec\n\
             # transport: serial 9600 8N1\n{body}"
        );
        let time = VirtualTime::default();
        let recording = crate::recording::Recording::parse(&text).unwrap();
        (ReplayPort::new(recording, &time), LineReader::new(Clock::new(time), 8))
    }

    #[test]
    fn a_line_without_an_end_is_not_believed() {
        let (mut port, mut lines) = port("< 41 41 41 41 41 41 41 41 41\n");
        let error = lines.line(&mut port, 10).unwrap_err();
        assert_eq!(error, DriverError::protocol("line-too-long", "a line has no end"));
    }

    #[test]
    fn a_silent_port_is_a_timeout_and_nothing_that_came_is_lost() {
        let (mut port, mut lines) = port("< 41 42\n! timeout\n< 0A\n");
        assert_eq!(lines.line(&mut port, 10).unwrap_err(), IoError::Timeout.into());
        assert_eq!(lines.unfinished(), b"AB");
        assert_eq!(lines.line(&mut port, 10).unwrap(), b"AB\n");
    }

    #[test]
    fn what_came_after_a_line_waits_for_the_next_one() {
        let (mut port, mut lines) = port("< 41 0A 42 0A 43\n");
        assert_eq!(lines.line(&mut port, 10).unwrap(), b"A\n");
        assert_eq!(lines.line_within(&mut port, 10, 0).unwrap(), b"B\n");
        assert_eq!(lines.unfinished(), b"C");
    }
}
