//! A serial port with a simulated meter behind it.

use std::collections::VecDeque;
use std::rc::Rc;

use meterport_sdk::testing::VirtualTime;
use meterport_sdk::wit::{Line, Purge};
use meterport_sdk::{IoError, Serial};

use super::Shared;
use crate::Simulator;

/// A port with a simulated meter behind it. Paused bytes arrive when their time has come.
pub struct Port<S> {
    meter: Shared<S>,
    time: VirtualTime,
    coming: VecDeque<(u64, u8)>,
}

impl<S: Simulator> Port<S> {
    pub(super) fn new(meter: &Shared<S>, time: &VirtualTime) -> Self {
        Self { meter: Rc::clone(meter), time: time.clone(), coming: VecDeque::new() }
    }

    fn arrived(&self) -> usize {
        self.coming.iter().take_while(|(at, _)| *at <= self.time.now_ms()).count()
    }

    /// Waits until `wanted` bytes are there; true where they are.
    fn wait(&mut self, wanted: usize, timeout_ms: u32) -> Result<bool, IoError> {
        let deadline = self.time.now_ms().saturating_add(u64::from(timeout_ms));
        let ready = wanted.checked_sub(1).and_then(|last| self.coming.get(last)).map(|(at, _)| *at);
        match ready {
            Some(at) if at <= deadline => {
                self.time.advance(at.saturating_sub(self.time.now_ms()));
                Ok(true)
            }
            _ if self.meter.borrow().unplugged() => Err(IoError::Disconnected),
            _ => {
                self.time.advance(u64::from(timeout_ms));
                Ok(false)
            }
        }
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        self.coming.drain(..count.min(self.coming.len())).map(|(_, byte)| byte).collect()
    }
}

impl<S: Simulator> Serial for Port<S> {
    fn read(&mut self, max: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        if !self.wait(1, timeout_ms)? {
            return Err(IoError::Timeout);
        }
        let count = self.arrived().min(usize::try_from(max).unwrap_or(usize::MAX));
        Ok(self.take(count))
    }

    fn read_exact(&mut self, length: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if self.wait(length, timeout_ms)? { Ok(self.take(length)) } else { Err(IoError::Timeout) }
    }

    fn write(&mut self, data: &[u8], _: u32) -> Result<(), IoError> {
        let mut meter = self.meter.borrow_mut();
        if meter.unplugged() && self.coming.is_empty() {
            return Err(IoError::Disconnected);
        }
        let mut at = self.time.now_ms().max(self.coming.back().map_or(0, |(at, _)| *at));
        let mut spent = 0_u64;
        for reply in meter.receive(data) {
            at = at.saturating_add(u64::from(reply.pause_ms));
            for byte in reply.bytes {
                spent += 1;
                // Ten bits on the line for a byte of eight.
                let sending = meter.pace().map_or(0, |pace| spent * 10_000 / u64::from(pace));
                self.coming.push_back((at.saturating_add(sending), byte));
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), IoError> {
        Ok(())
    }

    fn purge(&mut self, what: Purge) -> Result<(), IoError> {
        if what != Purge::Output {
            let arrived = self.arrived();
            self.take(arrived);
        }
        Ok(())
    }

    fn set_line(&mut self, _: Line) -> Result<(), IoError> {
        Ok(())
    }

    fn set_control(&mut self, _: bool, _: bool) -> Result<(), IoError> {
        Ok(())
    }
}
