//! The `transport` line of a header, and the line settings of a serial port as text.
//!
//! This is the recording's own vocabulary on purpose: the crate stands alone, so that a driver's
//! tests can use it without the host. Hardware flow control is absent, the format has no word for it.

use std::fmt;
use std::str::FromStr;

/// How the meter was connected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Transport {
    /// A serial port, opened with these settings.
    Serial(LineSettings),
    /// A HID interface.
    Hid {
        /// USB vendor id.
        vid: u16,
        /// USB product id.
        pid: u16,
    },
    /// A raw USB interface.
    Usb {
        /// USB vendor id.
        vid: u16,
        /// USB product id.
        pid: u16,
        /// Number of the interface.
        interface: u8,
    },
    /// A small disk whose blocks are registers.
    Block,
    /// A mounted volume.
    Volume,
}

impl Transport {
    /// The first word of the header line: `serial`, `hid`, `usb`, `block` or `volume`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Serial(_) => "serial",
            Self::Hid { .. } => "hid",
            Self::Usb { .. } => "usb",
            Self::Block => "block",
            Self::Volume => "volume",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, TransportError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["serial", baud, frame] => format!("{baud} {frame}")
                .parse()
                .map(Self::Serial)
                .map_err(TransportError::LineSettings),
            ["hid", ids] => {
                let (vid, pid) = usb_ids(ids).ok_or(TransportError::Malformed)?;
                Ok(Self::Hid { vid, pid })
            }
            ["usb", ids, interface] => {
                let (vid, pid) = usb_ids(ids).ok_or(TransportError::Malformed)?;
                let interface = decimal(interface).ok_or(TransportError::Malformed)?;
                let interface = u8::try_from(interface).map_err(|_| TransportError::Malformed)?;
                Ok(Self::Usb { vid, pid, interface })
            }
            ["block"] => Ok(Self::Block),
            ["volume"] => Ok(Self::Volume),
            _ => Err(TransportError::Malformed),
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial(line) => write!(f, "serial {line}"),
            Self::Hid { vid, pid } => write!(f, "hid {vid:04X}:{pid:04X}"),
            Self::Usb { vid, pid, interface } => write!(f, "usb {vid:04X}:{pid:04X} {interface}"),
            Self::Block => f.write_str("block"),
            Self::Volume => f.write_str("volume"),
        }
    }
}

pub(crate) enum TransportError {
    Malformed,
    LineSettings(LineSettingsError),
}

/// What a serial port is opened with. As text: `9600 8N1`.
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
}

/// Data bits of one character.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DataBits {
    /// Seven.
    Seven,
    /// Eight.
    Eight,
}

/// Parity of one character.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Parity {
    /// No parity bit.
    None,
    /// Odd.
    Odd,
    /// Even.
    Even,
}

/// Stop bits of one character.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StopBits {
    /// One.
    One,
    /// Two.
    Two,
}

/// Why a text names no line settings.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LineSettingsError {
    /// Not a rate and a frame such as `9600 8N1`.
    #[error("line settings are not of the form `9600 8N1`")]
    Malformed,
    /// A rate that no port is opened with.
    #[error("rate {baud} is outside 300 to 3000000")]
    Baud {
        /// Bits per second.
        baud: u64,
    },
}

impl FromStr for LineSettings {
    type Err = LineSettingsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (baud, frame) = text.split_once(' ').ok_or(LineSettingsError::Malformed)?;
        let baud = decimal(baud).ok_or(LineSettingsError::Malformed)?;
        let baud = u32::try_from(baud)
            .ok()
            .filter(|baud| (300..=3_000_000).contains(baud))
            .ok_or(LineSettingsError::Baud { baud })?;
        let &[data, parity, stop] = frame.as_bytes() else {
            return Err(LineSettingsError::Malformed);
        };
        let data = match data {
            b'7' => DataBits::Seven,
            b'8' => DataBits::Eight,
            _ => return Err(LineSettingsError::Malformed),
        };
        let parity = match parity {
            b'N' => Parity::None,
            b'O' => Parity::Odd,
            b'E' => Parity::Even,
            _ => return Err(LineSettingsError::Malformed),
        };
        let stop = match stop {
            b'1' => StopBits::One,
            b'2' => StopBits::Two,
            _ => return Err(LineSettingsError::Malformed),
        };
        Ok(Self { baud, data, parity, stop })
    }
}

impl fmt::Display for LineSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = match self.data {
            DataBits::Seven => '7',
            DataBits::Eight => '8',
        };
        let parity = match self.parity {
            Parity::None => 'N',
            Parity::Odd => 'O',
            Parity::Even => 'E',
        };
        let stop = match self.stop {
            StopBits::One => '1',
            StopBits::Two => '2',
        };
        write!(f, "{} {data}{parity}{stop}", self.baud)
    }
}

/// Digits and nothing else: `parse` alone would take a sign.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn usb_ids(text: &str) -> Option<(u16, u16)> {
    let (vid, pid) = text.split_once(':')?;
    Some((four_hex_digits(vid)?, four_hex_digits(pid)?))
}

fn four_hex_digits(text: &str) -> Option<u16> {
    let plain = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| u16::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_settings_that_no_port_has_are_refused() {
        for text in ["", "9600", "9600 8N", "9600 9N1", "9600 8X1", "9600 8N3", "+9600 8N1"] {
            assert_eq!(text.parse::<LineSettings>(), Err(LineSettingsError::Malformed), "{text}");
        }
        for baud in [0, 299, 3_000_001, 99_999_999_999] {
            let refused = format!("{baud} 8N1").parse::<LineSettings>();
            assert_eq!(refused, Err(LineSettingsError::Baud { baud }));
        }
    }

    #[test]
    fn every_transport_is_read_back_as_it_was_written() {
        for text in [
            "serial 9600 8N1",
            "serial 300 7E2",
            "serial 3000000 8O1",
            "hid 1A79:7410",
            "usb 173A:21D5 1",
            "block",
            "volume",
        ] {
            let transport = Transport::parse(text).ok().map(|t| t.to_string());
            assert_eq!(transport.as_deref(), Some(text));
        }
    }

    #[test]
    fn a_transport_that_is_not_whole_is_refused() {
        for text in
            ["", "serial", "hid 1A79", "hid 1A79:+410", "usb 173A:21D5", "usb 1:2 3", "blocks"]
        {
            assert!(Transport::parse(text).is_err(), "{text}");
        }
    }
}
