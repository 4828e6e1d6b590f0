//! The meters that show themselves as a small disk: two of its blocks are registers. A request is
//! one block written to a register, the answer is one block read from it.
//!
//! An ordinary memory stick has blocks 3 and 4 as well, and a write would damage what is on it. So
//! nothing is written before the disk has said that it is a meter.
//!
//! Spec: `README.md`, sources 1 and 2.

use meterport_sdk::{Block, Clock, DriverError, IoError, log};

use crate::frame::{LONGEST, STX, encode, parse};
use crate::link::{Failure, Link, Register};

/// How long one read or write may take.
pub const BLOCK_MS: u32 = 1000;
/// How often a register is read that has no answer yet, and the pause between two such reads.
pub const MOST_READS: u32 = 100;
/// See [`MOST_READS`].
pub const POLL_MS: u32 = 10;

/// Bytes in one block, which holds the longest packet.
const BLOCK: usize = LONGEST;

/// An open disk that has said it is a meter.
pub struct Registers {
    medium: Box<dyn Block>,
    clock: Clock,
}

impl Registers {
    /// Takes the disk if one of its two identities is a meter's: the vendor of INQUIRY, or label
    /// and type of its volume (bytes 43 to 58 of block 0). Nothing is written.
    ///
    /// # Errors
    ///
    /// `UnsupportedDevice` where it is another disk.
    pub fn open(mut medium: Box<dyn Block>, clock: Clock) -> Result<Self, DriverError> {
        if usize::try_from(medium.block_size()).ok() != Some(BLOCK) {
            return Err(other_disk("its blocks do not have 512 bytes"));
        }
        let is_named = medium.identity().vendor.trim_end_matches([' ', '\0']) == VENDOR;
        // Read in any case, so that a recording holds it too.
        let is_labelled = match medium.read(BOOT_BLOCK, 1, BLOCK_MS) {
            Ok(block) => block.get(LABEL_AT..).is_some_and(|label| label.starts_with(LABEL)),
            Err(error @ (IoError::Disconnected | IoError::Cancelled)) => return Err(error.into()),
            Err(_) => false,
        };
        if !is_named && !is_labelled {
            return Err(other_disk("neither its name nor its volume is a meter's"));
        }
        if !(is_named && is_labelled) {
            log::info("one of the disk's two identities is not a meter's");
        }
        Ok(Self { medium, clock })
    }
}

impl Link for Registers {
    /// A copy of the request is what a cache holds, and a block without a packet is a meter that
    /// has not answered yet: both are read again.
    fn exchange(&mut self, register: Register, request: &[u8]) -> Result<Vec<u8>, Failure> {
        let address = address(register);
        let packet = encode(request).map_err(|error| Failure::Frame(error, Vec::new()))?;
        let mut block = packet.clone();
        block.resize(BLOCK, 0);
        self.medium.write(address, &block, BLOCK_MS)?;
        for _ in 0..MOST_READS {
            let block = self.medium.read(address, 1, BLOCK_MS)?;
            if block.first() == Some(&STX) && !block.starts_with(&packet) {
                let message = parse(&block).map(<[u8]>::to_vec);
                return message.map_err(|error| Failure::Frame(error, block));
            }
            self.clock.sleep_ms(POLL_MS);
        }
        Err(IoError::Timeout.into())
    }

    /// Each write replaces what stood in the register.
    fn settle(&mut self) -> Result<(), IoError> {
        Ok(())
    }
}

fn address(register: Register) -> u64 {
    match register {
        Register::General => 3,
        Register::Parameters => 4,
    }
}

fn other_disk(why: &str) -> DriverError {
    DriverError::UnsupportedDevice(format!("{why}; nothing was written to the disk"))
}

const VENDOR: &str = "LifeScan";
const BOOT_BLOCK: u64 = 0;
const LABEL_AT: usize = 43;
const LABEL: &[u8] = b"LIFESCAN   FAT16";
