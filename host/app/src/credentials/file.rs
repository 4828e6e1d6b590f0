//! The file of servers: read whole, replaced whole, for its owner alone.

use std::io::{self, Read as _, Write as _};
use std::time::{Duration, Instant};

use cap_std::fs::{Dir, DirBuilder, OpenOptions};
use meterport_model::codes::Code;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Known;
use crate::fault::Fault;

/// Its place in the data folder.
pub(super) const NAME: &str = "state/credentials";

const FOLDER: &str = "state";
const LOCK: &str = "state/credentials.lock";
const NEW: &str = "state/credentials.new";
const LONGEST: u64 = 1024 * 1024;
const WAIT: Duration = Duration::from_secs(5);

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    schema: Schema,
    servers: Vec<Known>,
}

#[derive(Deserialize, Serialize)]
enum Schema {
    #[serde(rename = "meterport.credentials/1")]
    V1,
}

/// Every server; none where there is no file.
pub(super) fn read(dir: &Dir) -> Result<Vec<Known>, Fault> {
    let file = match dir.open(NAME) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unusable(&error)),
    };
    let length = file.metadata().map_err(|error| unusable(&error))?.len();
    let mut text =
        Zeroizing::new(Vec::with_capacity(usize::try_from(length.min(LONGEST)).unwrap_or(0) + 1));
    file.take(LONGEST).read_to_end(&mut text).map_err(|error| unusable(&error))?;
    let contents: Contents = serde_json::from_slice(&text).map_err(|_| damaged())?;
    Ok(contents.servers)
}

/// Changes the list, one program at a time.
pub(super) fn change(dir: &Dir, change: impl FnOnce(&mut Vec<Known>)) -> Result<(), Fault> {
    make_folder(dir).map_err(|error| unusable(&error))?;
    let _lock = lock(dir).map_err(|error| unusable(&error))?;
    let mut servers = read(dir)?;
    change(&mut servers);
    let mut text = Zeroizing::new(Vec::with_capacity(4096 * (servers.len() + 1)));
    let contents = Contents { schema: Schema::V1, servers };
    serde_json::to_writer_pretty(&mut *text, &contents)
        .map_err(|error| Fault::of(Code::Internal, &error))?;
    replace(dir, &text).map_err(|error| unusable(&error))
}

/// The old file or the new one, never half of either.
fn replace(dir: &Dir, text: &[u8]) -> io::Result<()> {
    // What a killed program left behind is none of use.
    match dir.remove_file(NEW) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = dir.open_with(NEW, private(OpenOptions::new().write(true).create_new(true)))?;
    file.write_all(text)?;
    file.sync_all()?;
    drop(file);
    dir.rename(NEW, dir, NAME)?;
    #[cfg(unix)]
    dir.open(FOLDER)?.sync_all()?;
    Ok(())
}

fn make_folder(dir: &Dir) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    cap_std::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match dir.create_dir_with(FOLDER, &builder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn lock(dir: &Dir) -> io::Result<std::fs::File> {
    let options = &mut OpenOptions::new();
    let file = dir.open_with(LOCK, private(options.write(true).create(true)))?.into_std();
    let begin = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(std::fs::TryLockError::Error(error)) => return Err(error),
            Err(std::fs::TryLockError::WouldBlock) if begin.elapsed() > WAIT => {
                return Err(io::Error::other("another program holds it"));
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

fn private(options: &mut OpenOptions) -> &OpenOptions {
    #[cfg(unix)]
    cap_std::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn unusable(error: &io::Error) -> Fault {
    Fault::file(&format!("`{NAME}` in the data folder cannot be used"), error)
        .hint("check who may read and write there; `meterport config path` shows the folder")
}

/// The file is not one of ours.
pub(super) fn damaged() -> Fault {
    Fault::new(Code::FileIo, format!("`{NAME}` in the data folder is damaged"))
        .hint("remove it and sign in again; `meterport config path` shows the folder")
}
