//! A raw USB interface with a simulated meter behind it.

use std::collections::BTreeSet;
use std::rc::Rc;

use meterport_sdk::testing::VirtualTime;
use meterport_sdk::testing::usb::{USB_MS, setup_bytes};
use meterport_sdk::wit::{Endpoint, Setup, Transfer};
use meterport_sdk::{IoError, Usb};

use super::Shared;
use super::coming::{Coming, nothing};
use crate::{Simulator, Stalled, UsbFunction};

pub(super) struct Interface<S> {
    meter: Shared<S>,
    time: VirtualTime,
    coming: Coming,
    halted: BTreeSet<u8>,
}

/// The bulk endpoints of a shape, and an interrupt endpoint on which nothing is sent.
struct Endpoints {
    output: u8,
    input: u8,
    interrupt: Option<u8>,
    max_packet: u16,
}

impl<S: Simulator> Interface<S> {
    pub(super) fn new(meter: &Shared<S>, time: &VirtualTime) -> Self {
        let (meter, coming) = (Rc::clone(meter), Coming::new(time));
        Self { meter, time: time.clone(), coming, halted: BTreeSet::new() }
    }

    fn shape(&self) -> Result<Endpoints, IoError> {
        match self.meter.borrow().usb().map(|shape| shape.function) {
            Some(UsbFunction::Bulk { output, input, interrupt, max_packet, .. }) => {
                Ok(Endpoints { output, input, interrupt, max_packet })
            }
            _ => Err(IoError::Other("the simulated meter has no bulk endpoints".to_owned())),
        }
    }

    fn still_there(&self) -> Result<(), IoError> {
        if self.meter.borrow().unplugged() && self.coming.is_empty() {
            Err(IoError::Disconnected)
        } else {
            Ok(())
        }
    }

    /// A stall, unless the reason is that the meter has fallen silent or is gone.
    fn refused(&self, timeout_ms: u32) -> IoError {
        let meter = self.meter.borrow();
        if meter.unplugged() || meter.silent() {
            nothing(meter.unplugged(), &self.time, timeout_ms.min(USB_MS))
        } else {
            IoError::Stall
        }
    }

    fn queue(&mut self, replies: Vec<crate::Reply>) {
        let pace = self.meter.borrow().pace();
        self.coming.push(replies, pace);
    }
}

impl<S: Simulator> Usb for Interface<S> {
    fn endpoints(&mut self) -> Vec<Endpoint> {
        let Ok(Endpoints { output, input, interrupt, max_packet }) = self.shape() else {
            return Vec::new();
        };
        let bulk = |address| Endpoint { address, transfer: Transfer::Bulk, max_packet };
        let asking = |address| Endpoint { address, transfer: Transfer::Interrupt, max_packet };
        [bulk(input), bulk(output)].into_iter().chain(interrupt.map(asking)).collect()
    }

    fn control_in(
        &mut self,
        setup: Setup,
        length: u16,
        timeout_ms: u32,
    ) -> Result<Vec<u8>, IoError> {
        self.still_there()?;
        let setup = setup_bytes(setup, true, length);
        let answer = match setup {
            // GET_STATUS of device, interface or endpoint: nothing to report (USB 2.0, 9.4.5).
            [kind @ 0x80..=0x82, 0x00, ..] => {
                if kind == 0x80 {
                    let replies = self.meter.borrow_mut().woken();
                    self.queue(replies);
                }
                Ok(vec![0, 0])
            }
            _ => self.meter.borrow_mut().control_in(setup),
        };
        let mut answer = answer.map_err(|Stalled| self.refused(timeout_ms))?;
        // A device sends no more than it was asked for.
        answer.truncate(usize::from(length));
        Ok(answer)
    }

    fn control_out(&mut self, setup: Setup, data: &[u8], timeout_ms: u32) -> Result<u32, IoError> {
        self.still_there()?;
        let length = u16::try_from(data.len())
            .map_err(|_| IoError::Denied("more than 65535 bytes of control".to_owned()))?;
        let setup = setup_bytes(setup, false, length);
        let taken = self.meter.borrow_mut().control_out(setup, data);
        taken.map_err(|Stalled| self.refused(timeout_ms))?;
        Ok(u32::from(length))
    }

    fn transfer_in(
        &mut self,
        endpoint: u8,
        length: u32,
        timeout_ms: u32,
    ) -> Result<Vec<u8>, IoError> {
        let timeout_ms = timeout_ms.min(USB_MS);
        let Endpoints { input, interrupt, .. } = self.shape()?;
        if interrupt == Some(endpoint) {
            self.still_there()?;
            return Err(nothing(false, &self.time, timeout_ms));
        }
        if endpoint != input {
            return Err(IoError::Denied(format!("endpoint {endpoint:02x} is no IN endpoint")));
        }
        if self.halted.contains(&endpoint) {
            return Err(IoError::Stall);
        }
        let unplugged = self.meter.borrow().unplugged();
        self.coming.wait(timeout_ms, unplugged)?;
        if self.meter.borrow_mut().stall_due() {
            self.halted.insert(endpoint);
            return Err(IoError::Stall);
        }
        let transfer = self.coming.take();
        if u32::try_from(transfer.len()).is_ok_and(|sent| sent <= length) {
            Ok(transfer)
        } else {
            Err(IoError::Overflow)
        }
    }

    fn transfer_out(&mut self, endpoint: u8, data: &[u8], _: u32) -> Result<u32, IoError> {
        if self.shape()?.output != endpoint {
            return Err(IoError::Denied(format!("endpoint {endpoint:02x} is no OUT endpoint")));
        }
        self.still_there()?;
        let length = u32::try_from(data.len())
            .map_err(|_| IoError::Denied("a transfer of more than 4 GiB".to_owned()))?;
        let replies = self.meter.borrow_mut().receive(data);
        self.queue(replies);
        Ok(length)
    }

    fn clear_halt(&mut self, endpoint: u8) -> Result<(), IoError> {
        self.still_there()?;
        self.halted.remove(&endpoint);
        Ok(())
    }

    fn set_alt(&mut self, alt: u8) -> Result<(), IoError> {
        self.still_there()?;
        // No simulated interface has another setting than its first.
        if alt == 0 { Ok(()) } else { Err(IoError::Stall) }
    }
}
