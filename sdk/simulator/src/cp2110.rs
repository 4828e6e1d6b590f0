//! Silicon Labs' CP2110: a HID interface with a UART behind it.
//!
//! | report | way | content |
//! |---|---|---|
//! | 01 to 3F | out, in | that many bytes of the UART |
//! | 40 | feature set | reset |
//! | 41 | feature | UART on (01) or off (00); off after a reset |
//! | 42 | feature got | bytes waiting to be sent and read (u16 each), errors, break |
//! | 43 | feature set | purge: 01 what is to be sent, 02 what is to be read, 03 both |
//! | 46 | feature got | part 0A, version |
//! | 50 | feature | rate (u32, most significant byte first), parity, flow, data bits, stop bits |
//!
//! Source: Silicon Labs AN434, "CP2110/4 Interface Specification", section 4.
//!
//! Deliberately absent: GPIO, breaks, and everything that programs the chip for good (47, 60 to 66).
//! A UART that is off, or set to another line than the meter's, carries nothing.

use crate::{Knob, KnobError, Reply, Simulator, Stalled, UsbFunction, UsbShape};

/// The chip alone: what stands between reports and bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bridge {
    enabled: bool,
    /// Report 50 without its id.
    uart: [u8; 8],
}

impl Default for Bridge {
    /// After a reset: off, 115200 8N1.
    fn default() -> Self {
        Self { enabled: false, uart: [0x00, 0x01, 0xC2, 0x00, 0, 0, 3, 0] }
    }
}

impl Bridge {
    /// An output report, its id first; what the meter answers, as input reports. A report that has
    /// fewer bytes than its id says is not carried, nor one that has none.
    pub fn output(&self, report: &[u8], meter: &mut (impl Simulator + ?Sized)) -> Vec<Reply> {
        let bytes = match report.split_first() {
            Some((&length @ 0x01..=0x3F, data)) => data.get(..usize::from(length)),
            _ => None,
        };
        match bytes {
            Some(bytes) if self.carries(meter.line()) => reports(meter.receive(bytes)),
            _ => Vec::new(),
        }
    }

    /// A feature report, its id first.
    ///
    /// # Errors
    ///
    /// The chip has no such report, or it can only be set.
    pub fn feature(&self, id: u8) -> Result<Vec<u8>, Stalled> {
        match id {
            UART_ENABLE => Ok(vec![id, u8::from(self.enabled)]),
            UART_STATUS => Ok(vec![id, 0, 0, 0, 0, 0, 0]),
            VERSION => Ok(vec![id, 0x0A, 0x02]),
            UART_CONFIG => Ok(std::iter::once(id).chain(self.uart).collect()),
            _ => Err(Stalled),
        }
    }

    /// Sets a feature report, its id first. Bytes behind its end are padding.
    ///
    /// # Errors
    ///
    /// The chip has no such report, or it cannot be set to this.
    pub fn set_feature(&mut self, report: &[u8]) -> Result<(), Stalled> {
        match report {
            [RESET, ..] => *self = Self::default(),
            [UART_ENABLE, on @ (0 | 1), ..] => self.enabled = *on == 1,
            [PURGE, 1..=3, ..] => {}
            [UART_CONFIG, rest @ ..] => {
                let uart = *rest.first_chunk().ok_or(Stalled)?;
                line(uart).ok_or(Stalled)?;
                self.uart = uart;
            }
            _ => return Err(Stalled),
        }
        Ok(())
    }

    /// Whether bytes reach a meter that speaks on this line; an empty text is any line.
    fn carries(&self, wanted: &str) -> bool {
        self.enabled && (wanted.is_empty() || line(self.uart).is_some_and(|line| line == wanted))
    }
}

/// The line of report 50, such as `9600 8N1`.
fn line([r0, r1, r2, r3, parity, flow, data, stop]: [u8; 8]) -> Option<String> {
    let baud = u32::from_be_bytes([r0, r1, r2, r3]);
    let parity = *[b'N', b'O', b'E', b'M', b'S'].get(usize::from(parity))?;
    let (flow, data, stop) = (flow <= 1, data.checked_add(5)?, stop.checked_add(1)?);
    let possible = flow && data <= 8 && stop <= 2 && (300..=1_000_000).contains(&baud);
    possible.then(|| format!("{baud} {data}{}{stop}", char::from(parity)))
}

/// Bytes of the UART as input reports, 63 at most in each; a pause stands before the first.
fn reports(replies: Vec<Reply>) -> Vec<Reply> {
    let mut reports = Vec::new();
    for reply in replies {
        let mut pause_ms = reply.pause_ms;
        for bytes in reply.bytes.chunks(MOST_BYTES) {
            let length = u8::try_from(bytes.len()).unwrap_or_default();
            let bytes = std::iter::once(length).chain(bytes.iter().copied()).collect();
            reports.push(Reply { pause_ms: std::mem::take(&mut pause_ms), bytes });
        }
    }
    reports
}

/// The report descriptor: one report for each number of bytes, and the features above.
#[must_use]
pub fn report_descriptor() -> Vec<u8> {
    // Usage page FF00, usage 1, collection; fields of 8 bits, 0 to 255.
    let mut descriptor = vec![0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01];
    descriptor.extend([0x09, 0x01, 0x75, 0x08, 0x26, 0xFF, 0x00, 0x15, 0x00]);
    for id in 1..=0x3F {
        // Report id, report count, an input and an output of that many bytes.
        descriptor.extend([0x85, id, 0x95, id, 0x09, 0x01, 0x81, 0x02, 0x09, 0x01, 0x91, 0x02]);
    }
    let features = [
        (RESET, 1),
        (UART_ENABLE, 1),
        (UART_STATUS, 6),
        (PURGE, 1),
        (VERSION, 2),
        (UART_CONFIG, 8),
    ];
    for (id, bytes) in features {
        descriptor.extend([0x85, id, 0x95, bytes, 0x09, 0x01, 0xB1, 0x02]);
    }
    descriptor.push(0xC0);
    descriptor
}

const RESET: u8 = 0x40;
const UART_ENABLE: u8 = 0x41;
const UART_STATUS: u8 = 0x42;
const PURGE: u8 = 0x43;
const VERSION: u8 = 0x46;
const UART_CONFIG: u8 = 0x50;

/// UART bytes in one report.
const MOST_BYTES: usize = 0x3F;

/// A meter that speaks bytes, behind a CP2110: to the computer it is a HID device.
pub struct Cp2110<S> {
    bridge: Bridge,
    meter: S,
}

impl<S: Simulator> Cp2110<S> {
    /// Puts a meter behind a chip that was just reset.
    pub fn new(meter: S) -> Self {
        Self { bridge: Bridge::default(), meter }
    }

    /// The meter behind the chip.
    pub fn inner(&self) -> &S {
        &self.meter
    }
}

impl<S: Simulator> Simulator for Cp2110<S> {
    fn receive(&mut self, report: &[u8]) -> Vec<Reply> {
        self.bridge.output(report, &mut self.meter)
    }
    fn set_feature(&mut self, report: &[u8]) -> Result<(), Stalled> {
        self.bridge.set_feature(report)
    }
    fn feature(&mut self, id: u8) -> Result<Vec<u8>, Stalled> {
        self.bridge.feature(id)
    }
    fn usb(&self) -> Option<UsbShape> {
        let descriptor = report_descriptor();
        let function = UsbFunction::Hid { descriptor, report_bytes: 64 };
        self.meter.usb().map(|shape| UsbShape { function, ..shape })
    }
    fn knobs(&self) -> Vec<Knob> {
        self.meter.knobs()
    }
    fn turn(&mut self, knob: &str, value: &str) -> Result<(), KnobError> {
        self.meter.turn(knob, value)
    }
    fn fill(&mut self, records: u32) {
        self.meter.fill(records);
    }
    fn line(&self) -> &'static str {
        self.meter.line()
    }
    fn violation(&self) -> Option<&str> {
        self.meter.violation()
    }
}
