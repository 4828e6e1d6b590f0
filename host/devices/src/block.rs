//! A live disk whose blocks are registers, past the system's caches and for this program alone.
//!
//! Only on Linux. The disk is opened with `O_DIRECT`, so that every read reaches the meter, and
//! with `O_EXCL`, which fails while a volume of it is mounted: a file system and a meter's
//! registers do not go together. Reading and writing wait in the kernel without a deadline (30 s
//! and more where a disk hangs), so they run on a thread of their own.
//!
//! What cannot be tested without a kernel's disk is tested in the QEMU guest.

#[cfg(target_os = "linux")]
mod linux;
mod window;

#[cfg(target_os = "linux")]
pub(crate) use linux::{identity, open};

use std::io;
use std::time::Duration;

use crate::serial::os::io_error;
use crate::timeline::Deadline;
use crate::worker::Worker;
use crate::{BlockIdentity, BlockLink, LinkError, Timeline, Watch};
use window::Window;

/// The longest one call takes (`wit/block.wit`).
pub(crate) const BLOCK_TIMEOUT: Duration = Duration::from_secs(2);
/// The most blocks of one read (`wit/block.wit`).
const MOST_BLOCKS: u32 = 128;
/// Enough for every disk: no block device asks for more than a page.
const ALIGNMENT: usize = 4096;
/// What a disk says that is pulled, and one that cannot read a block: `is_gone` decides.
const EIO: i32 = 5;
const ENOSPC: i32 = 28;
/// Between two looks at a reply that is not there yet.
const STALE_PAUSE: Duration = Duration::from_millis(10);

/// What a disk can do, with offsets in bytes and memory that is aligned.
pub(crate) trait Medium: Send + 'static {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize>;
    fn write_at(&mut self, offset: u64, from: &[u8]) -> io::Result<usize>;
    /// Whether the disk was pulled; asked after a failure that leaves it open.
    fn is_gone(&mut self) -> bool;
}

/// What is known of a disk before it is opened.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) identity: BlockIdentity,
    pub(crate) block_size: u32,
    pub(crate) blocks: u64,
}

/// An open disk, closed when dropped.
pub struct BlockPort {
    shape: Shape,
    disk: Worker<Box<dyn Medium>>,
    written: Option<Vec<u8>>,
    timeline: Timeline,
}

impl BlockPort {
    #[cfg(any(target_os = "linux", test))]
    pub(crate) fn over(medium: Box<dyn Medium>, shape: Shape) -> io::Result<Self> {
        let disk = Worker::new("block", medium)?;
        Ok(Self { shape, disk, written: None, timeline: Timeline::live() })
    }

    /// The offset in bytes of `count` blocks that are on the medium.
    fn offset(&self, address: u64, count: u32) -> Result<u64, LinkError> {
        let end = address.checked_add(u64::from(count)).filter(|end| *end <= self.shape.blocks);
        end.and_then(|_| address.checked_mul(u64::from(self.shape.block_size)))
            .ok_or_else(|| LinkError::Denied(format!("block {address} is not on the medium")))
    }

    /// What one block of this disk holds.
    fn block_len(&self) -> Result<usize, LinkError> {
        usize::try_from(self.shape.block_size).map_err(|_| no_memory())
    }
}

impl BlockLink for BlockPort {
    fn identity(&self) -> BlockIdentity {
        self.shape.identity.clone()
    }

    fn block_size(&self) -> u32 {
        self.shape.block_size
    }

    fn blocks(&self) -> u64 {
        self.shape.blocks
    }

    fn read(
        &mut self,
        address: u64,
        count: u32,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        if !(1..=MOST_BLOCKS).contains(&count) {
            return Err(LinkError::Denied(format!("a read of {count} blocks")));
        }
        let offset = self.offset(address, count)?;
        let block = self.block_len()?;
        let blocks = usize::try_from(count).map_err(|_| no_memory())?;
        let length = block.checked_mul(blocks).ok_or_else(no_memory)?;
        let deadline = Deadline::after(timeout.min(BLOCK_TIMEOUT));
        let mut late = LinkError::Timeout;
        loop {
            let left = deadline.left().ok_or_else(|| late.clone())?;
            let work = move |disk: &mut Box<dyn Medium>| read(disk.as_mut(), offset, length);
            let reply = match self.disk.call(left, watch, work) {
                Err(LinkError::Timeout) => return Err(late),
                reply => reply??,
            };
            if !is_stale(&reply, block, self.written.as_deref()) {
                return Ok(reply);
            }
            if watch.stopped() {
                return Err(LinkError::Cancelled);
            }
            late = LinkError::Stale;
            let slice = deadline.slice().ok_or_else(|| late.clone())?;
            std::thread::sleep(slice.min(STALE_PAUSE));
        }
    }

    fn write(
        &mut self,
        address: u64,
        data: &[u8],
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<(), LinkError> {
        let offset = self.offset(address, 1)?;
        if data.len() != self.block_len()? {
            return Err(LinkError::Denied(format!("a block of {} bytes", data.len())));
        }
        // Even a write that fails may have reached the meter.
        self.written = Some(data.to_vec());
        let data = data.to_vec();
        let work = move |disk: &mut Box<dyn Medium>| write(disk.as_mut(), offset, &data);
        self.disk.call(timeout.min(BLOCK_TIMEOUT), watch, work)?
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}

impl std::fmt::Debug for BlockPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlockPort").field("shape", &self.shape).finish_non_exhaustive()
    }
}

/// A reply that is the request just written, at whatever address: the meter has not answered yet.
pub(crate) fn is_stale(reply: &[u8], block: usize, written: Option<&[u8]>) -> bool {
    written.is_some() && reply.get(..block) == written
}

fn read(disk: &mut dyn Medium, offset: u64, length: usize) -> Result<Vec<u8>, LinkError> {
    let mut window = Window::new(length, ALIGNMENT).ok_or_else(no_memory)?;
    let count = disk.read_at(offset, window.bytes_mut());
    whole(count, length, disk)?;
    Ok(window.bytes().to_vec())
}

fn write(disk: &mut dyn Medium, offset: u64, data: &[u8]) -> Result<(), LinkError> {
    let mut window = Window::new(data.len(), ALIGNMENT).ok_or_else(no_memory)?;
    window.bytes_mut().copy_from_slice(data);
    let count = disk.write_at(offset, window.bytes());
    whole(count, data.len(), disk)
}

/// A part of a block is none, and an I/O error is an unplug only if the disk is not there any more.
fn whole(done: io::Result<usize>, wanted: usize, disk: &mut dyn Medium) -> Result<(), LinkError> {
    match done {
        Ok(count) if count == wanted => Ok(()),
        Ok(count) if count > 0 || !disk.is_gone() => {
            let text = format!("{count} of {wanted} bytes");
            Err(LinkError::Other { code: "block-short", text })
        }
        Ok(_) => Err(LinkError::Disconnected),
        // A disk that has gone is one of no blocks at first, and a write to it finds no room.
        Err(error) if matches!(error.raw_os_error(), Some(EIO | ENOSPC)) => {
            if disk.is_gone() {
                return Err(LinkError::Disconnected);
            }
            Err(LinkError::Other { code: "block-io", text: error.to_string() })
        }
        Err(error) => Err(io_error(&error)),
    }
}

fn no_memory() -> LinkError {
    LinkError::Other { code: "block-memory", text: "no memory for these blocks".to_owned() }
}

#[cfg(test)]
mod tests;
