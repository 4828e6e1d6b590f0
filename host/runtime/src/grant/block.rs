//! Which blocks of a disk a driver may read and write.

use super::Grant;
use crate::limits;

/// Whether every one of these blocks may be read.
pub(crate) fn read(grant: &Grant, address: u64, count: u32) -> Result<(), &'static str> {
    if count == 0 || count > limits::BLOCKS {
        return Err("a read of no blocks, or of more than 128");
    }
    let blocks = (0..u64::from(count)).map(|offset| address.checked_add(offset));
    let mut blocks = blocks.map(|block| block.is_some_and(|b| grant.block_read.contains(&b)));
    if blocks.all(|listed| listed) { Ok(()) } else { Err("a block the manifest does not list") }
}

/// Whether this may be written there: one whole block, nothing less and nothing more.
pub(crate) fn write(
    grant: &Grant,
    address: u64,
    bytes: usize,
    block_size: u32,
) -> Result<(), &'static str> {
    if !grant.block_write.contains(&address) {
        Err("a block the manifest does not list for writing")
    } else if u32::try_from(bytes) != Ok(block_size) {
        Err("a write of something else than one whole block")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::manifest;
    use super::*;

    fn grant() -> Grant {
        Grant::named(&manifest(), 3).unwrap()
    }

    #[test]
    fn a_block_that_is_not_listed_is_neither_read_nor_written() {
        for address in [0, 2, 5, u64::MAX] {
            assert!(read(&grant(), address, 1).is_err(), "{address}");
            assert!(write(&grant(), address, 512, 512).is_err(), "{address}");
        }
        assert!(write(&grant(), 4, 512, 512).is_err(), "4 may be read only");
        assert!(read(&grant(), 3, 2).is_ok());
        assert!(write(&grant(), 3, 512, 512).is_ok());
    }

    #[test]
    fn a_read_that_runs_over_the_listed_blocks_is_denied_as_a_whole() {
        for (address, count) in [(3, 3), (2, 2), (3, 0), (3, 129), (u64::MAX, 2)] {
            assert!(read(&grant(), address, count).is_err(), "{address} {count}");
        }
    }

    #[test]
    fn a_write_is_exactly_one_block() {
        for bytes in [0, 511, 513, 1024] {
            assert!(write(&grant(), 3, bytes, 512).is_err(), "{bytes}");
        }
    }
}
