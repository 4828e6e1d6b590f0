//! A memory stick with one FAT volume, made from the meter's files when it is plugged in.
//!
//! It has no table of partitions, and is write-protected: nothing a host does reaches the meter.

use std::io::{self, Cursor, Write};

use crate::usb::UsbError;
use crate::{Simulator, Stalled};

use super::scsi::padded;
use super::{BLOCK, Disk};

/// The disk.
pub struct Volume {
    image: Vec<u8>,
}

impl Volume {
    /// Makes the volume.
    ///
    /// # Errors
    ///
    /// A label of more than 11 characters, or files that a FAT volume cannot hold.
    pub fn new(label: &str, files: &[(String, Vec<u8>)]) -> Result<Self, UsbError> {
        let label = padded(label, 11)?;
        let label = label.first_chunk().copied().unwrap_or([b' '; 11]);
        let image = image(label, files).map_err(UsbError::Files)?;
        Ok(Self { image })
    }
}

fn image(label: [u8; 11], files: &[(String, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let content: usize = files.iter().map(|(_, bytes)| bytes.len() + CLUSTER).sum();
    let blocks = (SMALLEST + content + content / 8).div_ceil(BLOCK);
    let mut image = Cursor::new(vec![0; blocks * BLOCK]);
    let options = fatfs::FormatVolumeOptions::new().volume_label(label);
    fatfs::format_volume(&mut image, options)?;
    let volume = fatfs::FileSystem::new(&mut image, fatfs::FsOptions::new())?;
    for (name, bytes) in files {
        let mut file = volume.root_dir().create_file(name)?;
        file.write_all(bytes)?;
        file.flush()?;
    }
    volume.unmount()?;
    Ok(image.into_inner())
}

impl Disk for Volume {
    fn blocks(&self) -> u32 {
        u32::try_from(self.image.len() / BLOCK).unwrap_or(u32::MAX)
    }

    fn is_writable(&self) -> bool {
        false
    }

    fn read(&mut self, address: u32, _: &mut dyn Simulator) -> Result<Vec<u8>, Stalled> {
        let (blocks, _) = self.image.as_chunks::<BLOCK>();
        let index = usize::try_from(address).map_err(|_| Stalled)?;
        blocks.get(index).map(|block| block.to_vec()).ok_or(Stalled)
    }

    fn write(&mut self, _: u32, _: &[u8], _: &mut dyn Simulator) -> Result<(), Stalled> {
        Err(Stalled)
    }
}

/// Bytes of the smallest volume: those of a floppy disk.
const SMALLEST: usize = 1440 * 1024;
/// More than a small file's last cluster leaves unused.
const CLUSTER: usize = 4096;
