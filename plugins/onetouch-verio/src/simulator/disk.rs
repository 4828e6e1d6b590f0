//! The disk: the first block of a small volume, and three registers.

use meterport_simulator::Stalled;

/// Bytes in one block.
pub(super) const BLOCK: usize = 512;
/// Blocks on the medium; no source says how many.
pub(super) const BLOCKS: u32 = 2048;

/// Whether a write to this block is a request. Nothing is known of the last one.
pub(super) fn is_register(address: u64) -> bool {
    matches!(address, 3..=5)
}

/// What stands in the registers.
#[derive(Default)]
pub(super) struct Disk {
    registers: [Register; 3],
}

#[derive(Default)]
struct Register {
    request: Vec<u8>,
    reply: Option<Vec<u8>>,
    /// Reads that still show the request, and then those that show nothing.
    stale: u32,
    not_ready: u32,
}

impl Disk {
    /// A request was written, and this is the answer to it.
    pub(super) fn write(
        &mut self,
        address: u64,
        request: &[u8],
        reply: Option<Vec<u8>>,
        stale: u32,
        not_ready: u32,
    ) {
        if let Some(register) = self.register(address) {
            *register = Register { request: request.to_vec(), reply, stale, not_ready };
        }
    }

    /// One block. `is_plain`: the volume is not the meter's.
    pub(super) fn read(&mut self, address: u64, is_plain: bool) -> Result<Vec<u8>, Stalled> {
        if address >= u64::from(BLOCKS) {
            return Err(Stalled);
        }
        if address == 0 {
            return Ok(boot_sector(is_plain));
        }
        let mut block = match self.register(address) {
            Some(register) if register.stale > 0 => {
                register.stale -= 1;
                register.request.clone()
            }
            Some(register) if register.not_ready > 0 => {
                register.not_ready -= 1;
                Vec::new()
            }
            Some(register) => register.reply.clone().unwrap_or_default(),
            None => Vec::new(),
        };
        block.resize(BLOCK, 0);
        Ok(block)
    }

    fn register(&mut self, address: u64) -> Option<&mut Register> {
        let index = usize::try_from(address.checked_sub(3)?).ok()?;
        self.registers.get_mut(index)
    }
}

/// Bytes 43 to 58 are label and type of the volume. The rest is what any FAT volume of this size
/// has: 512 bytes a block, one a cluster, two tables of eight blocks, 512 names in the root.
fn boot_sector(is_plain: bool) -> Vec<u8> {
    let label = if is_plain { b"NO NAME    " } else { b"LIFESCAN   " };
    let head: [&[u8]; 7] = [
        &[0xEB, 0x3C, 0x90],
        b"MSDOS5.0",
        &[0x00, 0x02, 0x01, 0x08, 0x00, 0x02, 0x00, 0x02, 0x00, 0x08, 0xF8, 0x08, 0x00],
        &[0x3F, 0x00, 0xFF, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x00, 0x29],
        &[0x12, 0x34, 0x56, 0x78],
        label,
        b"FAT16   ",
    ];
    let mut block = head.concat();
    block.resize(BLOCK - 2, 0);
    block.extend([0x55, 0xAA]);
    block
}
