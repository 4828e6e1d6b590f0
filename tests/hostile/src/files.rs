//! Acts on a volume. A refusal is not believed.

use meterport_sdk::DriverError;
use meterport_sdk::wit::Summary;

use crate::lie;
use crate::stage::Stage;

/// The file that holds the word.
pub const WORD_FILE: &str = "act.hst";

/// Opens the file of this name and reads its first byte.
pub fn open(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let name = stage.text.clone();
    if let Ok(mut file) = stage.volume()?.open(&name) {
        let _ = file.read_at(0, 1);
    }
    lie::exact(stage, None)
}

/// Lists the folder of this name.
pub fn list(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let name = stage.text.clone();
    let _ = stage.volume()?.list(&name);
    lie::exact(stage, None)
}

/// Behaves: lists the root, which must show exactly these names, with blanks between them.
pub fn shows(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let names: Vec<String> =
        stage.volume()?.list("")?.into_iter().map(|entry| entry.name).collect();
    if names.join(" ") != stage.text {
        return Err(DriverError::UnsupportedDevice("the root shows other names".to_owned()));
    }
    lie::exact(stage, None)
}

/// One read of so many bytes.
pub fn length(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let _ = stage.volume()?.open(WORD_FILE)?.read_at(0, number.unwrap_or_default());
    lie::exact(stage, None)
}

/// Reads so many bytes of `much.hst`, in pieces as large as allowed. It believes the refusal of the
/// file, not that of a read.
pub fn much(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let mut file = stage.volume()?.open("much.hst")?;
    let wanted = number.unwrap_or_default();
    let mut done = 0;
    while done < wanted {
        let piece = (wanted - done).min(64 * 1024);
        let _ = file.read_at(done.into(), piece);
        done += piece;
    }
    lie::exact(stage, None)
}

/// Reads behind the end of its file for ever, once a second.
pub fn end(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let mut file = stage.volume()?.open(WORD_FILE)?;
    let size = file.size();
    loop {
        file.read_at(size, 1)?;
        stage.clock.sleep_ms(1000);
    }
}

/// Opens its file again and again, and closes none.
pub fn flood(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let root = stage.volume()?;
    let mut files = Vec::new();
    loop {
        files.push(root.open(WORD_FILE)?);
    }
}
