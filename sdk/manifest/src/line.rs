//! Serial line settings, written as `9600 8N1`.
//!
//! What can be said here is what `wit/serial.wit` can say: 7 or 8 data bits, parity none, odd or
//! even, 1 or 2 stop bits, 300 to 3000000 baud. Flow control is not part of it: a port is opened
//! without any.

use std::fmt;
use std::str::FromStr;

/// What a serial port is opened with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// Bits per second, 300 to 3000000.
    pub baud: u32,
    /// Bits of one character.
    pub data_bits: DataBits,
    /// The check bit.
    pub parity: Parity,
    /// Bits between two characters.
    pub stop_bits: StopBits,
}

/// Bits of one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataBits {
    /// 7
    Seven,
    /// 8
    Eight,
}

/// The check bit of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parity {
    /// `N`
    None,
    /// `O`
    Odd,
    /// `E`
    Even,
}

/// Bits between two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StopBits {
    /// 1
    One,
    /// 2
    Two,
}

/// The text is no line setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no line setting such as `9600 8N1` (300 to 3000000 baud, 7 or 8, N, O or E, 1 or 2)")]
pub struct LineError;

impl FromStr for Line {
    type Err = LineError;

    fn from_str(text: &str) -> Result<Self, LineError> {
        let (baud, frame) = text.split_once(' ').ok_or(LineError)?;
        if baud.starts_with(['0', '+']) {
            return Err(LineError);
        }
        let baud: u32 = baud.parse().map_err(|_| LineError)?;
        if !(300..=3_000_000).contains(&baud) {
            return Err(LineError);
        }
        let &[data, parity, stop] = frame.as_bytes() else { return Err(LineError) };
        let data_bits = match data {
            b'7' => DataBits::Seven,
            b'8' => DataBits::Eight,
            _ => return Err(LineError),
        };
        let parity = match parity {
            b'N' => Parity::None,
            b'O' => Parity::Odd,
            b'E' => Parity::Even,
            _ => return Err(LineError),
        };
        let stop_bits = match stop {
            b'1' => StopBits::One,
            b'2' => StopBits::Two,
            _ => return Err(LineError),
        };
        Ok(Self { baud, data_bits, parity, stop_bits })
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = match self.data_bits {
            DataBits::Seven => '7',
            DataBits::Eight => '8',
        };
        let parity = match self.parity {
            Parity::None => 'N',
            Parity::Odd => 'O',
            Parity::Even => 'E',
        };
        let stop = match self.stop_bits {
            StopBits::One => '1',
            StopBits::Two => '2',
        };
        write!(f, "{} {data}{parity}{stop}", self.baud)
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, LineError};

    #[test]
    fn what_is_no_line_setting_is_refused() {
        for text in [
            "",
            "9600",
            "9600 ",
            "9600  8N1",
            " 9600 8N1",
            "9600 8N1 ",
            "9600 8n1",
            "9600 5N1",
            "9600 8M1",
            "9600 8N3",
            "9600 8N",
            "09600 8N1",
            "+9600 8N1",
            "-9600 8N1",
            "299 8N1",
            "3000001 8N1",
            "9.6k 8N1",
        ] {
            assert_eq!(text.parse::<Line>(), Err(LineError), "{text:?}");
        }
    }

    #[test]
    fn every_line_setting_prints_as_it_was_written() {
        for text in ["9600 8N1", "19200 8N2", "300 7E1", "3000000 7O2"] {
            assert_eq!(text.parse::<Line>().map(|line| line.to_string()), Ok(text.to_owned()));
        }
    }
}
