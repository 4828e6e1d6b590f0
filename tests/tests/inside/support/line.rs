//! A serial port in this process. What is at its other end says what it sends, and nothing else.

use std::collections::VecDeque;
use std::time::Duration;

use meterport_devices::{LineSettings, Link, LinkError, Purge, SerialLink, Timeline, Watch};
use meterport_simulator::Simulator;

use super::pause::{Pause, nothing_came};

/// What is at the other end of a line.
pub trait FarEnd: Send + 'static {
    /// What it sends back.
    fn answer(&mut self, data: &[u8]) -> Vec<u8> {
        let _ = data;
        Vec::new()
    }

    /// What it sends unasked to somebody who waits for so many bytes: all of them, or none.
    fn unasked(&mut self, wanted: usize) -> Vec<u8> {
        let _ = wanted;
        Vec::new()
    }
}

/// Nobody.
pub struct Silent;

impl FarEnd for Silent {}

/// As many bytes as anybody wants.
pub struct Endless;

impl FarEnd for Endless {
    fn unasked(&mut self, wanted: usize) -> Vec<u8> {
        vec![0x55; wanted]
    }
}

/// A simulated meter. A command that it must never get ends the test.
pub(super) struct Meter<S>(pub(super) S);

impl<S: Simulator + 'static> FarEnd for Meter<S> {
    fn answer(&mut self, data: &[u8]) -> Vec<u8> {
        let replies = self.0.receive(data);
        assert_eq!(self.0.violation(), None);
        replies.into_iter().flat_map(|reply| reply.bytes).collect()
    }
}

/// An open port.
pub struct Line<F> {
    far_end: F,
    waiting: VecDeque<u8>,
    pause: Pause,
    timeline: Timeline,
}

impl<F: FarEnd> Line<F> {
    pub fn new(far_end: F, timeline: Timeline) -> Self {
        let pause = Pause::before_each(Duration::ZERO);
        Self { far_end, waiting: VecDeque::new(), pause, timeline }
    }

    /// So long, in real time, before each answer.
    pub fn thinking(mut self, time: Duration) -> Self {
        self.pause = Pause::before_each(time);
        self
    }

    /// With this on its way before anybody asks.
    pub fn saying(mut self, text: &str) -> Self {
        self.waiting.extend(text.as_bytes());
        self.pause.begin();
        self
    }

    pub fn link(self) -> Link {
        Link::Serial(Box::new(self))
    }

    /// What is there, oldest first: at most so many bytes, and no fewer than `least`.
    fn take(
        &mut self,
        (least, most): (usize, usize),
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        if watch.stopped() {
            return Err(LinkError::Cancelled);
        }
        self.pause.wait(watch)?;
        if self.waiting.is_empty() {
            let bytes = self.far_end.unasked(most);
            if !bytes.is_empty() {
                return Ok(bytes);
            }
        }
        if self.waiting.len() < least {
            return nothing_came(&self.timeline, timeout, watch);
        }
        Ok(self.waiting.drain(..most.min(self.waiting.len())).collect())
    }
}

impl<F: FarEnd> SerialLink for Line<F> {
    fn read(
        &mut self,
        max: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        self.take((1, max), timeout, watch)
    }

    fn read_exact(
        &mut self,
        len: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        self.take((len, len), timeout, watch)
    }

    fn write(&mut self, data: &[u8], _: Duration, _: &dyn Watch) -> Result<(), LinkError> {
        let answer = self.far_end.answer(data);
        if !answer.is_empty() {
            self.waiting.extend(answer);
            self.pause.begin();
        }
        Ok(())
    }

    fn flush(&mut self, _: Duration, _: &dyn Watch) -> Result<(), LinkError> {
        Ok(())
    }

    fn purge(&mut self, what: Purge) -> Result<(), LinkError> {
        if what != Purge::Output {
            self.waiting.clear();
        }
        Ok(())
    }

    fn set_line(&mut self, _: LineSettings) -> Result<(), LinkError> {
        Ok(())
    }

    fn set_control(&mut self, _: bool, _: bool) -> Result<(), LinkError> {
        Ok(())
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}
