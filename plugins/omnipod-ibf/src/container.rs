//! A file is records back to back.
//!
//! | bytes    | meaning                                                    |
//! |----------|------------------------------------------------------------|
//! | 0, 1     | size, high byte first: the payload and the checksum        |
//! | 2 …      | payload                                                    |
//! | last two | 16-bit sum of the payload's bytes, high byte first         |
//!
//! A record that ends behind the end of the file is the tail of a file that was still being written.
//! It is an error here: the size is under no checksum, so the tail may as well be a damaged record,
//! and what is missing behind it nobody knows.
//!
//! Spec: `README.md`, source 1. Pure.

use meterport_sdk::check::sum16;
use thiserror::Error;

/// Why a file is no row of records. The numbers count records from 0.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum ContainerError {
    /// No record is so short.
    #[error("record {record} has a size of {size}")]
    Size {
        /// Which one.
        record: usize,
        /// What stands there.
        size: u16,
    },
    /// It ends in the middle of a record.
    #[error("file ends in the middle of record {record}")]
    Truncated {
        /// Which one.
        record: usize,
    },
    /// A checksum does not agree.
    #[error("checksum of record {record} is 0x{received:04x}, expected 0x{computed:04x}")]
    Checksum {
        /// Which one.
        record: usize,
        /// What stands there.
        received: u16,
        /// What its bytes give.
        computed: u16,
    },
}

/// The payloads of all records, in the order of the file.
///
/// # Errors
///
/// A file of which any byte is wrong or missing.
pub fn payloads(file: &[u8]) -> Result<Vec<&[u8]>, ContainerError> {
    let mut payloads = Vec::new();
    let mut rest = file;
    while !rest.is_empty() {
        let record = payloads.len();
        let truncated = ContainerError::Truncated { record };
        let (size, behind) = rest.split_first_chunk().ok_or(truncated)?;
        let size = u16::from_be_bytes(*size);
        if size < CHECKSUM {
            return Err(ContainerError::Size { record, size });
        }
        let (whole, behind) = behind.split_at_checked(usize::from(size)).ok_or(truncated)?;
        let (payload, checksum) = whole.split_last_chunk().ok_or(truncated)?;
        let (received, computed) = (u16::from_be_bytes(*checksum), sum16(payload));
        if received != computed {
            return Err(ContainerError::Checksum { record, received, computed });
        }
        payloads.push(payload);
        rest = behind;
    }
    Ok(payloads)
}

/// Bytes of a checksum.
const CHECKSUM: u16 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked version records.
    const WORKED: &[u8] =
        b"\x00\x1E\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00Insulet\0OmniPod\0\x05\x9C\
        \x00\x08\x00\x02\x00\x03\x00\x00\x00\x05";

    #[test]
    fn any_bit_turned_over_is_an_error() {
        for bit in 0..WORKED.len() * 8 {
            let mut file = WORKED.to_vec();
            file[bit / 8] ^= 1 << (bit % 8);
            assert!(payloads(&file).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_file_that_ends_in_the_middle_of_a_record_is_an_error() {
        for end in (1..WORKED.len()).filter(|end| *end != 32) {
            let record = usize::from(end > 32);
            assert_eq!(payloads(&WORKED[..end]), Err(ContainerError::Truncated { record }));
        }
    }

    #[test]
    fn a_record_of_size_zero_or_one_is_an_error_and_never_the_end() {
        for size in [0_u16, 1] {
            let file = [WORKED, &size.to_be_bytes(), &[0; 8]].concat();
            assert_eq!(payloads(&file), Err(ContainerError::Size { record: 2, size }));
        }
    }

    #[test]
    fn the_worked_records_agree() {
        let payloads = payloads(WORKED).unwrap();
        assert_eq!(payloads.iter().map(|payload| payload.len()).collect::<Vec<_>>(), [28, 6]);
    }

    #[test]
    fn a_record_without_payload_and_an_empty_file_are_whole() {
        assert_eq!(payloads(&[0, 2, 0, 0]), Ok(vec![&[][..]]));
        assert_eq!(payloads(&[]), Ok(Vec::new()));
    }
}
