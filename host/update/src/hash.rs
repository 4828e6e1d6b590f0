//! SHA-256 sums, which are the names of packages, and sums of what is too large to hold.

use std::io::{self, Read};

pub use meterport_appcast::{HashError, Sha256Hex};
use sha2::{Digest, Sha256};

/// Counts and sums what is read through it.
pub(crate) struct Summed<R> {
    inner: R,
    sum: Sha256,
    length: u64,
}

impl<R: Read> Summed<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, sum: Sha256::new(), length: 0 }
    }

    /// How many bytes were read.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The sum of all that was read; `None` cannot happen, and is no reason to end a program.
    pub fn sum(self) -> Option<Sha256Hex> {
        hex::encode(self.sum.finalize()).parse().ok()
    }
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.sum.update(buffer.get(..count).unwrap_or_default());
        self.length += count as u64;
        Ok(count)
    }
}

/// The sum of all that is left in `reader`.
pub(crate) fn sum_of(reader: impl Read) -> io::Result<Option<Sha256Hex>> {
    let mut summed = Summed::new(reader);
    // Larger pieces than `io::copy` takes: programs are summed while somebody waits.
    let mut buffer = vec![0; 256 * 1024];
    while summed.read(&mut buffer)? > 0 {}
    Ok(summed.sum())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{Sha256Hex, Summed, sum_of};

    #[test]
    fn a_sum_of_pieces_is_the_sum_of_the_whole() {
        let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut summed = Summed::new(&bytes[..]);
        while summed.read(&mut [0; 77]).unwrap() > 0 {}

        assert_eq!(summed.length(), bytes.len() as u64);
        assert_eq!(summed.sum(), Some(Sha256Hex::of(&bytes)));
        assert_eq!(sum_of(&bytes[..]).unwrap(), Some(Sha256Hex::of(&bytes)));
    }
}
