//! The one file on the volume, read until it is whole.
//!
//! The PDM writes it when it is plugged in, so it may be found half written: what is not whole is read
//! again after a pause. Spec: `README.md`, source 2.

use meterport_sdk::wit::EntryKind;
use meterport_sdk::{Clock, DriverError, IoError, Volume};

/// Reads the file until `check` takes it for whole.
///
/// # Errors
///
/// The volume's own, or what `check` said at last; `UserAction` where there is no file yet,
/// `leave-one-file` where nobody knows which is meant.
pub fn whole(
    volume: &mut dyn Volume,
    clock: &Clock,
    check: impl Fn(&[u8]) -> Result<(), DriverError>,
) -> Result<Vec<u8>, DriverError> {
    let mut attempt = 1;
    loop {
        let read = once(volume).and_then(|file| check(&file).map(|()| file));
        match read {
            Err(error) if attempt < ATTEMPTS && is_worth_another(&error) => {
                clock.sleep_ms(PAUSE_MS);
                attempt += 1;
            }
            read => return read,
        }
    }
}

fn is_worth_another(error: &DriverError) -> bool {
    matches!(
        error,
        DriverError::Protocol(_) | DriverError::Io(IoError::Timeout | IoError::Other(_))
    )
}

fn once(volume: &mut dyn Volume) -> Result<Vec<u8>, DriverError> {
    let listed = volume.list("")?;
    let is_export = |name: &str| {
        // A name with a dot before it is what macOS leaves beside a copy.
        !name.starts_with('.') && name.to_ascii_lowercase().ends_with(".ibf")
    };
    let mut names = listed
        .into_iter()
        .filter(|entry| matches!(entry.kind, EntryKind::File) && is_export(&entry.name))
        .map(|entry| entry.name);
    let name =
        names.next().ok_or_else(|| DriverError::UserAction("export-on-device".to_owned()))?;
    if names.next().is_some() {
        return Err(DriverError::UserAction("leave-one-file".to_owned()));
    }
    let mut file = volume.open(&name)?;
    let size = file.size();
    if size > LARGEST {
        return Err(DriverError::UnsupportedDevice(
            "the file is larger than any export".to_owned(),
        ));
    }
    let mut bytes = Vec::new();
    loop {
        let offset = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let left = size.saturating_sub(offset);
        if left == 0 {
            return Ok(bytes);
        }
        let read = file.read_at(offset, u32::try_from(left).unwrap_or(MOST).min(MOST))?;
        if read.is_empty() {
            let detail = "file became shorter while it was read";
            return Err(DriverError::protocol("truncated", detail));
        }
        bytes.extend(read);
    }
}

/// How often the file is read.
const ATTEMPTS: u32 = 4;
/// Between two readings: an export takes the PDM some seconds.
const PAUSE_MS: u32 = 2_000;
/// Bytes; some ninety days are a tenth of it.
const LARGEST: u64 = 8 << 20;
/// Bytes of one read, as the contract has it.
const MOST: u32 = 65_536;
