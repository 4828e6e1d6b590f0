//! Numbers and texts one after the other: big-endian where the container counts, little-endian where
//! the PDM stored. Pure.

/// What is left of some bytes. Every answer is `None` where they end too early.
#[derive(Clone, Copy)]
pub struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    /// All of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes of `bytes` from this place on.
    #[must_use]
    pub fn at(bytes: &'a [u8], place: usize) -> Option<Self> {
        bytes.get(place..).map(Self)
    }

    /// The next so many bytes.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// One byte.
    pub fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// Two bytes, low byte first.
    pub fn le16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    /// Four bytes, low byte first.
    pub fn le32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// Two bytes, high byte first.
    pub fn be16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes with a sign, high byte first.
    pub fn be_signed(&mut self) -> Option<i32> {
        self.array().map(i32::from_be_bytes)
    }

    /// A text in a field of this size; see [`text`].
    pub fn text(&mut self, size: usize) -> Option<String> {
        self.take(size).map(text)
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }
}

/// The text up to the first NUL, without blanks around it. What cannot be printed is U+FFFD: the
/// bytes stand in `raw`.
#[must_use]
pub fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    let text = String::from_utf8_lossy(field.get(..end).unwrap_or_default());
    let printable = |it: char| it == ' ' || it.is_ascii_graphic() || it.is_alphanumeric();
    let kept = |it: char| if printable(it) { it } else { char::REPLACEMENT_CHARACTER };
    text.trim().chars().map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_too_early_is_none_and_takes_nothing() {
        let mut bytes = Bytes::new(&[1, 2, 3]);
        assert_eq!(bytes.le32(), None);
        assert_eq!(bytes.be16(), Some(0x0102));
        assert_eq!(bytes.le16(), None);
        assert_eq!((bytes.byte(), bytes.byte()), (Some(3), None));
        assert!(Bytes::at(&[1], 2).is_none());
    }

    #[test]
    fn a_text_ends_at_its_nul_and_holds_nothing_that_cannot_be_printed() {
        assert_eq!(text(b"Insulet\0"), "Insulet");
        assert_eq!(text(b" weekend \0rest"), "weekend");
        assert_eq!(text(b"a\x1Bb\xFF"), "a\u{FFFD}b\u{FFFD}");
        assert_eq!(text("f\u{202E}r\u{FC}h".as_bytes()), "f\u{FFFD}r\u{FC}h");
        assert_eq!(text(b""), "");
    }
}
