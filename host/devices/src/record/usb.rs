//! A recorded USB interface: one line for each transfer.

use std::time::Duration;

use meterport_recording::{Fault, Item};

use super::Tape;
use crate::{Endpoint, LinkError, Setup, Timeline, UsbLink};

pub(super) struct RecordedUsb {
    link: Box<dyn UsbLink>,
    tape: Tape,
    /// The endpoint whose transfer is the last line, and whether it was silent since.
    last: Option<(u8, bool)>,
}

impl RecordedUsb {
    pub(super) fn new(link: Box<dyn UsbLink>, tape: Tape) -> Self {
        Self { link, tape, last: None }
    }

    /// A request without data that stands in a recording as what it is on the wire.
    fn request(&mut self, answer: &Result<(), LinkError>, setup: Setup) {
        self.last = None;
        let setup = setup.bytes(0);
        self.tape.answered(answer, |()| Item::ControlOut { setup, data: Vec::new() });
    }

    /// How many bytes were taken, if not all: the line holds all that the driver gave.
    fn partly<T: PartialEq + Copy>(&self, answer: &Result<T, LinkError>, all: T) {
        if answer.as_ref().is_ok_and(|taken| *taken != all) {
            self.tape.comment("of the next line the device took only a part");
        }
    }
}

/// A length that no setup packet holds was denied by the link and is not recorded.
fn setup_bytes(setup: Setup, len: usize) -> Option<[u8; 8]> {
    u16::try_from(len).ok().map(|length| setup.bytes(length))
}

impl UsbLink for RecordedUsb {
    fn endpoints(&self) -> Vec<Endpoint> {
        self.link.endpoints()
    }

    fn control_in(
        &mut self,
        setup: Setup,
        len: usize,
        timeout: Duration,
    ) -> Result<Vec<u8>, LinkError> {
        let answer = self.link.control_in(setup, len, timeout);
        self.last = None;
        if let Some(setup) = setup_bytes(setup, len) {
            self.tape.answered(&answer, |data| Item::ControlIn { setup, data: data.clone() });
        }
        answer
    }

    fn control_out(
        &mut self,
        setup: Setup,
        data: &[u8],
        timeout: Duration,
    ) -> Result<usize, LinkError> {
        let answer = self.link.control_out(setup, data, timeout);
        self.last = None;
        self.partly(&answer, data.len());
        if let Some(setup) = setup_bytes(setup, data.len()) {
            self.tape.answered(&answer, |_| Item::ControlOut { setup, data: data.to_vec() });
        }
        answer
    }

    fn transfer_in(
        &mut self,
        endpoint: u8,
        len: usize,
        timeout: Duration,
    ) -> Result<Vec<u8>, LinkError> {
        let answer = self.link.transfer_in(endpoint, len, timeout);
        match (&answer, self.last) {
            // Silence before the host acts needs no line; between two replies it may be waited for.
            (Err(LinkError::Timeout), Some((last, _))) if last == endpoint => {
                self.last = Some((last, true));
            }
            (Err(LinkError::Timeout), _) => {}
            (Ok(_), Some((last, true))) if last == endpoint => {
                self.tape.item(Item::Fault(Fault::Timeout));
                self.tape.answered(&answer, |data| in_line(endpoint, data));
                self.last = Some((endpoint, false));
            }
            _ => {
                self.tape.answered(&answer, |data| in_line(endpoint, data));
                self.last = answer.is_ok().then_some((endpoint, false));
            }
        }
        answer
    }

    fn transfer_out(
        &mut self,
        endpoint: u8,
        data: &[u8],
        timeout: Duration,
    ) -> Result<usize, LinkError> {
        let answer = self.link.transfer_out(endpoint, data, timeout);
        self.last = None;
        self.partly(&answer, data.len());
        self.tape.answered(&answer, |_| Item::TransferOut { endpoint, data: data.to_vec() });
        answer
    }

    fn clear_halt(&mut self, endpoint: u8) -> Result<(), LinkError> {
        let answer = self.link.clear_halt(endpoint);
        let index = u16::from(endpoint);
        // CLEAR_FEATURE(ENDPOINT_HALT), USB 2.0, 9.4.1.
        self.request(&answer, Setup { request_type: 0x02, request: 0x01, value: 0, index });
        answer
    }

    fn set_alt(&mut self, alt: u8) -> Result<(), LinkError> {
        let answer = self.link.set_alt(alt);
        let (value, index) = (u16::from(alt), u16::from(self.link.interface()));
        // SET_INTERFACE, USB 2.0, 9.4.10.
        self.request(&answer, Setup { request_type: 0x01, request: 0x0B, value, index });
        answer
    }

    fn interface(&self) -> u8 {
        self.link.interface()
    }

    fn timeline(&self) -> Timeline {
        self.link.timeline()
    }
}

fn in_line(endpoint: u8, data: &[u8]) -> Item {
    Item::TransferIn { endpoint, data: data.to_vec() }
}
