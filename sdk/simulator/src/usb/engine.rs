//! The device as a whole: requests in, returns out.
//!
//! Standard requests are answered here (USB 2.0, 9.4 "Standard Device Requests"), all others by the
//! [`Function`]. IN requests stay open until there is something to send.
//!
//! This module is pure: `now` is given, and nothing is read or written.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::Stalled;

use super::descriptors::{CONFIGURATION, DEVICE, STRING};
use super::function::Function;
use super::meter::Meter;
use super::queues::{Answer, Queues};
use super::setup::Setup;
use super::wire::{IN, Request, Return, Status, Submit};

/// One device.
pub struct Engine {
    function: Box<dyn Function>,
    queues: Queues,
    /// IN requests without an answer, oldest first.
    open: Vec<Submit>,
    max_packets: BTreeMap<u8, usize>,
    configuration: u8,
}

impl Engine {
    /// A device that nobody has asked anything yet.
    pub fn new(function: Box<dyn Function>, pace: Option<u32>) -> Self {
        let endpoints = function.descriptors().endpoints.iter();
        let max_packets = endpoints
            .map(|endpoint| (endpoint.address, usize::from(endpoint.max_packet)))
            .collect();
        Self {
            function,
            queues: Queues::new(pace),
            open: Vec::new(),
            max_packets,
            configuration: 0,
        }
    }

    /// Handles one request; `data` is what the host sends with it.
    pub fn handle(
        &mut self,
        request: Request,
        data: &[u8],
        now: Duration,
        meter: &mut dyn Meter,
    ) -> Vec<Return> {
        self.queues.set_now(now);
        let mut returns = match request {
            Request::Unlink { sequence, target } => vec![self.unlink(sequence, target)],
            Request::Submit(submit) if submit.endpoint & !IN == 0 => {
                let returned = self.control(&submit, data, meter);
                if returned.is_none() {
                    self.open.push(submit);
                }
                returned.into_iter().collect()
            }
            Request::Submit(submit) if !self.max_packets.contains_key(&submit.endpoint) => {
                vec![refused(&submit)]
            }
            Request::Submit(submit) if submit.is_in() => {
                self.open.push(submit);
                Vec::new()
            }
            Request::Submit(submit) => vec![self.output(&submit, data, meter)],
        };
        returns.extend(self.due(now, meter));
        returns
    }

    /// Ends the open requests for which something is there by now.
    pub fn due(&mut self, now: Duration, meter: &mut dyn Meter) -> Vec<Return> {
        self.queues.set_now(now);
        let mut returns = Vec::new();
        let mut held = Vec::new();
        self.open.retain(|submit| {
            // Of one endpoint the oldest request comes first; the others wait behind it.
            if held.contains(&submit.endpoint) {
                return true;
            }
            let (endpoint, length) = (submit.endpoint, submit.length);
            let max_packet = self.max_packets.get(&endpoint).copied().unwrap_or(1);
            let is_counted = self.function.is_raw() && !self.queues.is_halted(endpoint);
            let is_ready = self.queues.ready(endpoint, length, max_packet).is_some();
            if is_counted && is_ready && meter.stall_due() {
                self.queues.halt(endpoint);
            }
            let Some(answer) = self.queues.answer(endpoint, length, max_packet) else {
                held.push(endpoint);
                return true;
            };
            let (status, data) = match answer {
                Answer::Data(data) => (Status::Done, data),
                Answer::Stalled => (Status::Stalled, Vec::new()),
                Answer::Overflow => (Status::Overflow, Vec::new()),
            };
            let sequence = submit.sequence;
            returns.push(Return::Submit { sequence, status, length: data.len(), data });
            false
        });
        returns
    }

    /// When [`Engine::due`] will have something, unless a request comes first.
    pub fn next_due(&self) -> Option<Duration> {
        self.queues.next_due()
    }

    /// True where nothing waits to be fetched.
    pub fn is_silent(&self) -> bool {
        self.queues.is_empty()
    }

    /// Source: `usbip_protocol.rst`, "USBIP_RET_UNLINK": ECONNRESET where the transfer was open,
    /// 0 where it had ended; one that is taken back returns nothing else.
    fn unlink(&mut self, sequence: u32, target: u32) -> Return {
        let before = self.open.len();
        self.open.retain(|submit| submit.sequence != target);
        let status = if self.open.len() < before { Status::Unlinked } else { Status::Done };
        Return::Unlink { sequence, status }
    }

    fn output(&mut self, submit: &Submit, data: &[u8], meter: &mut dyn Meter) -> Return {
        if self.queues.is_halted(submit.endpoint) {
            return refused(submit);
        }
        match self.function.output(submit.endpoint, data, meter, &mut self.queues) {
            Ok(()) => sent(submit, data.len()),
            Err(Stalled) => {
                self.queues.halt(submit.endpoint);
                refused(submit)
            }
        }
    }

    /// `None` where a meter that has fallen silent leaves the request open.
    fn control(&mut self, submit: &Submit, data: &[u8], meter: &mut dyn Meter) -> Option<Return> {
        let setup = submit.setup;
        let answer = if setup.kind & IN == 0 {
            self.control_out(setup, data, meter).map(|()| sent(submit, data.len()))
        } else {
            self.control_in(setup, meter).map(|mut data| {
                data.truncate(submit.length.min(usize::from(setup.length)));
                let sequence = submit.sequence;
                Return::Submit { sequence, status: Status::Done, length: data.len(), data }
            })
        };
        match answer {
            Ok(returned) => Some(returned),
            Err(Stalled) if setup.kind & TYPE != STANDARD && meter.silent() => None,
            Err(Stalled) => Some(refused(submit)),
        }
    }

    fn control_in(&mut self, setup: Setup, meter: &mut dyn Meter) -> Result<Vec<u8>, Stalled> {
        let descriptors = self.function.descriptors();
        match (setup.kind, setup.request) {
            (0x80, GET_DESCRIPTOR) => match setup.value_high() {
                DEVICE => Ok(descriptors.device.clone()),
                CONFIGURATION if setup.value_low() == 0 => Ok(descriptors.configuration.clone()),
                STRING => descriptors.string(setup.value_low()).ok_or(Stalled),
                _ => Err(Stalled),
            },
            (0x80, GET_STATUS) => {
                self.function.woken(meter, &mut self.queues);
                Ok(vec![0, 0])
            }
            (0x81, GET_STATUS) => Ok(vec![0, 0]),
            (0x82, GET_STATUS) => Ok(vec![u8::from(self.queues.is_halted(setup.index_low())), 0]),
            (0x80, GET_CONFIGURATION) => Ok(vec![self.configuration]),
            (0x81, GET_INTERFACE) => Ok(vec![0]),
            _ => self.function.control_in(setup, meter),
        }
    }

    fn control_out(
        &mut self,
        setup: Setup,
        data: &[u8],
        meter: &mut dyn Meter,
    ) -> Result<(), Stalled> {
        match (setup.kind, setup.request, setup.value) {
            (0x00, SET_CONFIGURATION, 0 | 1) => self.configuration = setup.value_low(),
            (0x01, SET_INTERFACE, 0) => {}
            (0x02, CLEAR_FEATURE, ENDPOINT_HALT) => self.queues.resume(setup.index_low()),
            (0x02, SET_FEATURE, ENDPOINT_HALT) => self.queues.halt(setup.index_low()),
            (0x00..=0x02, ..) => return Err(Stalled),
            _ => return self.function.control_out(setup, data, meter, &mut self.queues),
        }
        Ok(())
    }
}

fn refused(submit: &Submit) -> Return {
    let sequence = submit.sequence;
    Return::Submit { sequence, status: Status::Stalled, length: 0, data: Vec::new() }
}

fn sent(submit: &Submit, length: usize) -> Return {
    Return::Submit { sequence: submit.sequence, status: Status::Done, length, data: Vec::new() }
}

/// The bits of `bmRequestType` that say whether a request is standard, class or vendor.
const TYPE: u8 = 0x60;
const STANDARD: u8 = 0;
const GET_STATUS: u8 = 0;
const CLEAR_FEATURE: u8 = 1;
const SET_FEATURE: u8 = 3;
const GET_DESCRIPTOR: u8 = 6;
const GET_CONFIGURATION: u8 = 8;
const SET_CONFIGURATION: u8 = 9;
const GET_INTERFACE: u8 = 10;
const SET_INTERFACE: u8 = 11;
const ENDPOINT_HALT: u16 = 0;

#[cfg(test)]
mod tests;
