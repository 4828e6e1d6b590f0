//! The computer's side of a Silicon Labs CP2110: a UART behind HID reports. Knows no meter.
//!
//! | report   | way         | content                                                     |
//! |----------|-------------|-------------------------------------------------------------|
//! | 01 to 3F | out, in     | that many bytes of the UART; what stands behind is padding  |
//! | 41       | feature set | UART on (01)                                                |
//! | 50       | feature set | rate (u32, most significant byte first), parity, flow, data bits, stop bits |
//!
//! Source: Silicon Labs AN434, "CP2110/4 Interface Specification", section 4.
//!
//! Absent on purpose: GPIO, breaks, and everything that programs the chip for good.

use meterport_sdk::wit::{DataBits, Flow, Line, Parity, StopBits};
use meterport_sdk::{Hid, IoError, log};

/// A UART that has been switched on.
pub struct Cp2110 {
    link: Box<dyn Hid>,
}

impl Cp2110 {
    /// Sets the line, then switches the UART on: no byte is ever carried at another rate.
    ///
    /// # Errors
    ///
    /// What the link says, or `Denied` for a line that the chip does not have.
    pub fn open(mut link: Box<dyn Hid>, line: &Line) -> Result<Self, IoError> {
        set(link.as_mut(), &config(line)?)?;
        set(link.as_mut(), &[UART_ENABLE, 0x01])?;
        Ok(Self { link })
    }

    /// The bytes of the next report. None where it was not one of the UART's: the reports that this
    /// chip sends all are, so something was lost.
    ///
    /// # Errors
    ///
    /// `Timeout` where no report came, and what the link says.
    pub fn read(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let report = self.link.read(timeout_ms)?;
        if let Some(bytes) = payload(&report) {
            return Ok(bytes.to_vec());
        }
        log::warn("a report is none of the bridge's, it is skipped");
        Ok(Vec::new())
    }

    /// Sends bytes, in as many reports as they need.
    ///
    /// # Errors
    ///
    /// What the link says. After `Timeout` a part may have left.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), IoError> {
        for piece in bytes.chunks(usize::from(MOST_BYTES)) {
            // A piece is 1 to 63 bytes long.
            let length = u8::try_from(piece.len()).unwrap_or(MOST_BYTES);
            let report: Vec<u8> = std::iter::once(length).chain(piece.iter().copied()).collect();
            self.link.write(&report)?;
        }
        Ok(())
    }
}

/// What a report carries: as many bytes as its id says.
fn payload(report: &[u8]) -> Option<&[u8]> {
    match report.split_first() {
        Some((&length @ 1..=MOST_BYTES, data)) => data.get(..usize::from(length)),
        _ => None,
    }
}

/// Sets a feature report. To set it twice does no harm.
fn set(link: &mut dyn Hid, report: &[u8]) -> Result<(), IoError> {
    for _ in 1..MOST_TRIES {
        match link.set_feature(report) {
            Err(IoError::Timeout) => {}
            other => return other,
        }
    }
    link.set_feature(report)
}

fn config(line: &Line) -> Result<[u8; 9], IoError> {
    let [r0, r1, r2, r3] = line.baud.to_be_bytes();
    let parity = match line.parity {
        Parity::None => 0,
        Parity::Odd => 1,
        Parity::Even => 2,
    };
    let flow = match line.flow {
        Flow::None => 0,
        Flow::RtsCts => 1,
        Flow::XonXoff => return Err(IoError::Denied("a CP2110 has no XON/XOFF".to_owned())),
    };
    let data = match line.data {
        DataBits::Seven => 2,
        DataBits::Eight => 3,
    };
    let stop = match line.stop {
        StopBits::One => 0,
        StopBits::Two => 1,
    };
    Ok([UART_CONFIG, r0, r1, r2, r3, parity, flow, data, stop])
}

const UART_ENABLE: u8 = 0x41;
const UART_CONFIG: u8 = 0x50;
/// UART bytes in one report.
const MOST_BYTES: u8 = 0x3F;
/// How often a feature report is set that the link did not take in time.
const MOST_TRIES: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: Line = Line {
        baud: 19_200,
        data: DataBits::Eight,
        parity: Parity::None,
        stop: StopBits::One,
        flow: Flow::None,
    };

    #[test]
    fn a_line_that_the_chip_does_not_have_is_refused() {
        let line = Line { flow: Flow::XonXoff, ..LINE };
        assert!(matches!(config(&line), Err(IoError::Denied(_))));
    }

    #[test]
    fn a_report_that_is_none_of_the_uarts_carries_nothing() {
        for report in [&[][..], &[0, 1], &[0x40, 1], &[2, 0x51], &[1]] {
            assert_eq!(payload(report), None, "{report:02X?}");
        }
    }

    #[test]
    fn a_report_says_itself_how_many_bytes_it_carries() {
        assert_eq!(payload(&[2, 0x51, 0x24, 0x51, 0x54]), Some(&[0x51, 0x24][..]));
        let mut full = [7_u8; 64];
        full[0] = 63;
        assert_eq!(payload(&full).map(<[u8]>::len), Some(63));
    }

    #[test]
    fn a_zero_is_a_byte_like_any_other() {
        assert_eq!(payload(&[1, 0]), Some(&[0][..]));
        assert_eq!(payload(&[1, 0, 0x51, 0x54]), Some(&[0][..]));
    }

    #[test]
    fn the_worked_configurations_agree() {
        assert_eq!(config(&LINE).unwrap(), [0x50, 0x00, 0x00, 0x4B, 0x00, 0, 0, 3, 0]);
        let slow = Line { baud: 9600, ..LINE };
        assert_eq!(config(&slow).unwrap(), [0x50, 0x00, 0x00, 0x25, 0x80, 0, 0, 3, 0]);
        let other =
            Line { data: DataBits::Seven, parity: Parity::Even, stop: StopBits::Two, ..LINE };
        assert_eq!(config(&other).unwrap()[5..], [2, 0, 2, 1]);
    }
}
