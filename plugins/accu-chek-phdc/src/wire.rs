//! APDUs over a bulk endpoint each way: a request is one transfer, an answer one or more.
//!
//! A transfer ends with a short packet, with an empty one, or when its deadline has come, and
//! nothing tells these apart. So an APDU is whole when it has the length it says, whatever the
//! transfers were, and empty transfers between two APDUs are what ends one of n × 64 bytes.
//!
//! Every request is shorter than a packet, so none needs an empty one behind it.
//!
//! Spec: USB 2.0, 5.8.3 (where a bulk transfer ends), `README.md`, source 2 (endpoints, lengths).
//! What the APDUs mean is not known here.

use meterport_sdk::wit::{Kind, Recipient, Setup};
use meterport_sdk::{Clock, DriverError, IoError, ProtocolError, Usb, log};

use crate::apdu::{self, Apdu};

/// How long one APDU may take.
pub const ANSWER_MS: u32 = 5000;

/// How long one call waits: the contract cuts longer ones to this.
const CALL_MS: u32 = 2000;
/// What a meter of the family fills at most with one transfer.
const TRANSFER: u32 = 1024;
const INPUT: u8 = 0x81;
const OUTPUT: u8 = 0x01;
const GET_STATUS: u8 = 0;
/// Most empty transfers within or before one APDU.
const MOST_EMPTY: u32 = 16;

/// The meter's end points.
pub struct Wire {
    usb: Box<dyn Usb>,
    clock: Clock,
}

impl Wire {
    /// Takes over the interface; nothing is sent.
    #[must_use]
    pub fn new(usb: Box<dyn Usb>, clock: Clock) -> Self {
        Self { usb, clock }
    }

    /// Asks for the state of the device, which wakes it; once more where that was refused. What it
    /// answers does not matter, nor whether it does: what follows will show.
    ///
    /// # Errors
    ///
    /// The link's, if the session is over.
    pub fn wake(&mut self) -> Result<(), IoError> {
        let setup = Setup {
            kind: Kind::Standard,
            recipient: Recipient::Device,
            request: GET_STATUS,
            value: 0,
            index: 0,
        };
        for _ in 0..2 {
            match self.usb.control_in(setup, 2, CALL_MS) {
                Err(IoError::Timeout | IoError::Stall) => {
                    log::warn("the meter does not tell its state");
                }
                other => return other.map(drop),
            }
        }
        Ok(())
    }

    /// Sends one APDU, once more after a stall.
    ///
    /// # Errors
    ///
    /// The link's; `Timeout` where only a part of it was taken.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), IoError> {
        let taken = match self.usb.transfer_out(OUTPUT, bytes, CALL_MS) {
            Err(IoError::Stall) => {
                // Shorter than a packet: refused means that nothing of it was taken.
                log::warn("the meter stalled, its endpoint is cleared");
                self.usb.clear_halt(OUTPUT)?;
                self.usb.transfer_out(OUTPUT, bytes, CALL_MS)
            }
            other => other,
        }?;
        if usize::try_from(taken).is_ok_and(|taken| taken == bytes.len()) {
            Ok(())
        } else {
            Err(IoError::Timeout)
        }
    }

    /// The next APDU.
    ///
    /// # Errors
    ///
    /// `Timeout` where nothing came; `truncated` where not all of it did; `trailing-bytes` where
    /// more did; the link's own.
    pub fn receive(&mut self) -> Result<Apdu, DriverError> {
        let bytes = self.whole()?;
        Apdu::parse(&bytes).map_err(|error| error.about(&bytes))
    }

    fn whole(&mut self) -> Result<Vec<u8>, DriverError> {
        let deadline = self.clock.now_ms().saturating_add(u64::from(ANSWER_MS));
        let (mut bytes, mut empty, mut stalled) = (Vec::new(), 0, false);
        loop {
            match apdu::length(&bytes) {
                Some(length) if bytes.len() == length => return Ok(bytes),
                Some(length) if bytes.len() > length => {
                    return Err(damaged("trailing-bytes", "bytes follow an answer", &bytes));
                }
                _ => {}
            }
            let left = u32::try_from(deadline.saturating_sub(self.clock.now_ms()));
            let left = left.unwrap_or(CALL_MS).min(CALL_MS);
            if left == 0 && bytes.is_empty() {
                return Err(IoError::Timeout.into());
            }
            if left == 0 {
                return Err(damaged("truncated", "an answer ends too early", &bytes));
            }
            match self.usb.transfer_in(INPUT, TRANSFER, left) {
                Ok(more) if more.is_empty() && empty == MOST_EMPTY => {
                    return Err(damaged("truncated", "only empty transfers come", &bytes));
                }
                Ok(more) if more.is_empty() => empty += 1,
                Ok(more) => bytes.extend(more),
                Err(IoError::Timeout) => {}
                Err(IoError::Stall) if !stalled => {
                    log::warn("the meter stalled, its endpoint is cleared");
                    stalled = true;
                    self.usb.clear_halt(INPUT)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Milliseconds on the session's clock.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    /// Waits.
    pub fn sleep_ms(&self, ms: u32) {
        self.clock.sleep_ms(ms);
    }
}

fn damaged(code: &str, detail: &str, bytes: &[u8]) -> DriverError {
    ProtocolError::new(code, detail).with_bytes(bytes).into()
}
