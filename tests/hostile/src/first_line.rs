//! The first line, from whatever device there is.

use meterport_sdk::{Device, DriverError, Serial};

use crate::disk::WORD_BLOCK;
use crate::files::WORD_FILE;
use crate::stage::first_in;

/// Up to the first line feed or zero byte.
pub fn of(device: &mut Device) -> Result<String, DriverError> {
    let bytes = match device {
        Device::Serial(port) => of_port(port.as_mut())?,
        // Behind the report's id.
        Device::Hid(hid) => hid.read(LINE_MS)?.into_iter().skip(1).collect(),
        Device::Usb(usb) => {
            let endpoint = first_in(usb.as_mut());
            usb.transfer_in(endpoint, 64, LINE_MS)?
        }
        Device::Block(disk) => disk.read(WORD_BLOCK, 1, LINE_MS)?,
        Device::Volume(root) => root.open(WORD_FILE)?.read_at(0, 4096)?,
        _ => return Err(DriverError::UnsupportedDevice("a device of a new kind".to_owned())),
    };
    let line = bytes.split(|byte| matches!(byte, b'\n' | 0)).next().unwrap_or_default();
    Ok(String::from_utf8_lossy(line).into_owned())
}

/// Byte by byte, so that what stands behind the line stays in the port.
fn of_port(port: &mut dyn Serial) -> Result<Vec<u8>, DriverError> {
    let mut line = Vec::new();
    for _ in 0..LONGEST_LINE {
        match port.read_exact(1, LINE_MS)?.first() {
            Some(b'\n') | None => break,
            Some(byte) => line.push(*byte),
        }
    }
    Ok(line)
}

const LONGEST_LINE: usize = 64;
const LINE_MS: u32 = 5000;
