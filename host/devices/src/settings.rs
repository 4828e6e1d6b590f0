//! Line settings of a serial port, and their words in manifests, recordings and `serialport`.

pub use meterport_recording::{DataBits, Parity, StopBits};

use crate::LinkError;

/// What a serial port is opened with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LineSettings {
    /// Bits per second, 300..=3000000.
    pub baud: u32,
    /// Data bits.
    pub data: DataBits,
    /// Parity bit.
    pub parity: Parity,
    /// Stop bits.
    pub stop: StopBits,
    /// Flow control.
    pub flow: Flow,
}

/// Flow control of a serial port.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Flow {
    /// None.
    None,
    /// By the modem lines RTS and CTS.
    RtsCts,
    /// By the characters XON and XOFF.
    XonXoff,
}

impl LineSettings {
    /// Refuses a rate outside the contract's range.
    pub(crate) fn checked(self) -> Result<Self, LinkError> {
        if (300..=3_000_000).contains(&self.baud) {
            Ok(self)
        } else {
            Err(LinkError::Denied(format!("rate {} is outside 300 to 3000000", self.baud)))
        }
    }

    /// As a recording's header says it; flow control is not part of that.
    pub fn recorded(self) -> meterport_recording::LineSettings {
        let Self { baud, data, parity, stop, flow: _ } = self;
        meterport_recording::LineSettings { baud, data, parity, stop }
    }
}

/// Without flow control: a recording's header has no word for it.
impl From<meterport_recording::LineSettings> for LineSettings {
    fn from(line: meterport_recording::LineSettings) -> Self {
        let meterport_recording::LineSettings { baud, data, parity, stop } = line;
        Self { baud, data, parity, stop, flow: Flow::None }
    }
}

/// A manifest says nothing about flow control either.
impl From<meterport_manifest::Line> for LineSettings {
    fn from(line: meterport_manifest::Line) -> Self {
        Self {
            baud: line.baud,
            data: match line.data_bits {
                meterport_manifest::DataBits::Seven => DataBits::Seven,
                meterport_manifest::DataBits::Eight => DataBits::Eight,
            },
            parity: match line.parity {
                meterport_manifest::Parity::None => Parity::None,
                meterport_manifest::Parity::Odd => Parity::Odd,
                meterport_manifest::Parity::Even => Parity::Even,
            },
            stop: match line.stop_bits {
                meterport_manifest::StopBits::One => StopBits::One,
                meterport_manifest::StopBits::Two => StopBits::Two,
            },
            flow: Flow::None,
        }
    }
}

pub(crate) fn data_bits(data: DataBits) -> serialport::DataBits {
    match data {
        DataBits::Seven => serialport::DataBits::Seven,
        DataBits::Eight => serialport::DataBits::Eight,
    }
}

pub(crate) fn parity(parity: Parity) -> serialport::Parity {
    match parity {
        Parity::None => serialport::Parity::None,
        Parity::Odd => serialport::Parity::Odd,
        Parity::Even => serialport::Parity::Even,
    }
}

pub(crate) fn stop_bits(stop: StopBits) -> serialport::StopBits {
    match stop {
        StopBits::One => serialport::StopBits::One,
        StopBits::Two => serialport::StopBits::Two,
    }
}

pub(crate) fn flow_control(flow: Flow) -> serialport::FlowControl {
    match flow {
        Flow::None => serialport::FlowControl::None,
        Flow::RtsCts => serialport::FlowControl::Hardware,
        Flow::XonXoff => serialport::FlowControl::Software,
    }
}
