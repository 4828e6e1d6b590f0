//! How a serial line is set, and whether two ends understand each other.

/// Settings of a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// Bits per second.
    pub speed: u32,
    /// 5 to 8.
    pub data_bits: u8,
    /// `N`, `O`, `E`, `M` or `S`.
    pub parity: char,
    /// In halves: 2, 3 or 4.
    pub half_stop_bits: u8,
}

impl Line {
    /// 9600 8N1, which is what chips have at first.
    pub fn usual() -> Self {
        Self { speed: 9600, data_bits: 8, parity: 'N', half_stop_bits: 2 }
    }

    /// Reads a text such as `9600 8N1`.
    pub fn parse(text: &str) -> Option<Self> {
        let (speed, rest) = text.split_once(' ')?;
        let [data_bits @ b'5'..=b'8', parity, stop_bits @ (b'1' | b'2')] = *rest.as_bytes() else {
            return None;
        };
        let parity = char::from(parity);
        "NOEMS".contains(parity).then_some(Self {
            speed: speed.parse().ok()?,
            data_bits: data_bits - b'0',
            parity,
            half_stop_bits: (stop_bits - b'0') * 2,
        })
    }

    /// Reads the seven bytes of a line coding: speed low byte first, stop bits, parity, data bits.
    ///
    /// Source: USB CDC PSTN 1.2, 6.3.11, table 17; the PL2303 uses the same.
    pub fn from_coding(coding: &[u8]) -> Option<Self> {
        let &[s0, s1, s2, s3, stop, parity, data_bits] = coding else { return None };
        Some(Self {
            speed: u32::from_le_bytes([s0, s1, s2, s3]),
            data_bits,
            parity: parity_of(parity)?,
            half_stop_bits: half_stop_bits_of(stop)?,
        })
    }

    /// Whether bytes arrive as they were sent: everything equal, the speed within three percent,
    /// which is about what a receiver of ten bits bears.
    pub fn is_met_by(&self, other: &Self) -> bool {
        let difference = u64::from(self.speed.abs_diff(other.speed));
        difference * 100 <= u64::from(self.speed) * 3
            && self.data_bits == other.data_bits
            && self.parity == other.parity
            && self.half_stop_bits == other.half_stop_bits
    }
}

/// Parity as all four chips number it.
pub fn parity_of(number: u8) -> Option<char> {
    "NOEMS".chars().nth(usize::from(number))
}

/// Stop bits as all four chips number them: 1, 1.5, 2.
pub fn half_stop_bits_of(number: u8) -> Option<u8> {
    (number < 3).then_some(number + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_no_line_is_refused() {
        for text in ["9600", "9600 9N1", "9600 8X1", "fast 8N1", "9600 8N1 ", ""] {
            assert_eq!(Line::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_with_other_parity_or_speed_is_not_understood() {
        let spoken = Line::usual();

        assert!(!spoken.is_met_by(&Line { parity: 'E', ..Line::usual() }));
        assert!(!spoken.is_met_by(&Line { data_bits: 7, ..Line::usual() }));
        assert!(!spoken.is_met_by(&Line { speed: 19_200, ..Line::usual() }));
        assert!(spoken.is_met_by(&Line { speed: 9615, ..Line::usual() }));
    }

    #[test]
    fn a_line_coding_is_read_low_byte_first() {
        let line = Line::from_coding(&[0x00, 0x96, 0, 0, 2, 2, 7]);

        assert_eq!(line, Line::parse("38400 7E2"));
    }
}
