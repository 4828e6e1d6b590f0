//! The encoding of all fields: MDER, which is big-endian integers and lists that say their length.
//!
//! Spec: IEEE 11073-20601 (MDER). Pure; nothing is read past its end, and nothing is left over
//! unnoticed.

use crate::error::FormatError;

/// Takes fields from the front of some bytes.
#[derive(Clone)]
pub struct Reader<'a> {
    field: &'static str,
    rest: &'a [u8],
}

/// Attributes as they stand: id and value. A record of bytes, so it has no `Debug`.
pub type Attributes<'a> = Vec<(u16, &'a [u8])>;

impl<'a> Reader<'a> {
    /// `field` is what errors call these bytes.
    #[must_use]
    pub fn new(field: &'static str, bytes: &'a [u8]) -> Self {
        Self { field, rest: bytes }
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    ///
    /// There are fewer.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(self.short())?;
        self.rest = rest;
        Ok(*head)
    }

    /// The next two bytes as a number.
    ///
    /// # Errors
    ///
    /// There are fewer.
    pub fn u16(&mut self) -> Result<u16, FormatError> {
        self.array().map(u16::from_be_bytes)
    }

    /// The next four bytes as a number.
    ///
    /// # Errors
    ///
    /// There are fewer.
    pub fn u32(&mut self) -> Result<u32, FormatError> {
        self.array().map(u32::from_be_bytes)
    }

    /// Bytes that are preceded by their length, two bytes.
    ///
    /// # Errors
    ///
    /// There are fewer than the length says.
    pub fn octets(&mut self) -> Result<&'a [u8], FormatError> {
        let length = usize::from(self.u16()?);
        let (head, rest) = self.rest.split_at_checked(length).ok_or(self.short())?;
        self.rest = rest;
        Ok(head)
    }

    /// A list: how many items, and the bytes that hold them.
    ///
    /// # Errors
    ///
    /// There are fewer bytes than the list says.
    pub fn list(&mut self) -> Result<(u16, Reader<'a>), FormatError> {
        let count = self.u16()?;
        Ok((count, Reader::new(self.field, self.octets()?)))
    }

    /// A list of attributes.
    ///
    /// # Errors
    ///
    /// Count and lengths do not agree.
    pub fn attributes(&mut self) -> Result<Attributes<'a>, FormatError> {
        let (count, mut items) = self.list()?;
        let attributes =
            (0..count).map(|_| Ok((items.u16()?, items.octets()?))).collect::<Result<_, _>>()?;
        items.end()?;
        Ok(attributes)
    }

    /// A code that can have only one value.
    ///
    /// # Errors
    ///
    /// It has another.
    pub fn expect(&mut self, expected: u16) -> Result<(), FormatError> {
        let found = self.u16()?;
        let field = self.field;
        if found == expected { Ok(()) } else { Err(FormatError::Code { field, found, expected }) }
    }

    /// Everything that is left.
    #[must_use]
    pub fn rest(self) -> &'a [u8] {
        self.rest
    }

    /// Nothing may be left.
    ///
    /// # Errors
    ///
    /// Something is.
    pub fn end(self) -> Result<(), FormatError> {
        if self.rest.is_empty() { Ok(()) } else { Err(FormatError::Long { field: self.field }) }
    }

    fn short(&self) -> FormatError {
        FormatError::Short { field: self.field }
    }
}

/// The first attribute with this id.
#[must_use]
pub fn find<'a>(attributes: &Attributes<'a>, id: u16) -> Option<&'a [u8]> {
    attributes.iter().find(|(known, _)| *known == id).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_says_more_items_or_fewer_than_it_holds_is_refused() {
        let list = |count| [0, count, 0, 12, 0, 1, 0, 2, 7, 7, 0, 2, 0, 2, 8, 8];
        let read = |count| Reader::new("list", &list(count)).attributes().map(|found| found.len());
        assert_eq!(read(1), Err(FormatError::Long { field: "list" }));
        assert_eq!(read(2), Ok(2));
        assert_eq!(read(3), Err(FormatError::Short { field: "list" }));
    }

    #[test]
    fn bytes_that_say_they_are_longer_than_what_is_there_are_refused() {
        let mut reader = Reader::new("octets", &[0, 3, 1, 2]);
        assert_eq!(reader.octets(), Err(FormatError::Short { field: "octets" }));
    }

    #[test]
    fn numbers_have_their_high_byte_first() {
        let mut reader = Reader::new("numbers", &[0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC]);
        assert_eq!((reader.u16(), reader.u32()), (Ok(0x1234), Ok(0x5678_9ABC)));
        assert_eq!(reader.clone().u16(), Err(FormatError::Short { field: "numbers" }));
        assert_eq!(reader.end(), Ok(()));
    }
}
