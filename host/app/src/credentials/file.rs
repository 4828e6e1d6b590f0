//! The file of servers.

use std::io;

use cap_std::fs::Dir;
use meterport_model::codes::Code;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Known;
use crate::fault::Fault;
use crate::state_file::StateFile;

/// Its place in the data folder.
pub(super) const NAME: &str = "state/credentials";

const FILE: StateFile = StateFile(NAME);

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
    let Some(text) = FILE.read(dir).map_err(|error| unusable(&error))? else {
        return Ok(Vec::new());
    };
    let contents: Contents = serde_json::from_slice(&text).map_err(|_| damaged())?;
    Ok(contents.servers)
}

/// Changes the list, one program at a time.
pub(super) fn change(dir: &Dir, change: impl FnOnce(&mut Vec<Known>)) -> Result<(), Fault> {
    let _lock = FILE.lock(dir).map_err(|error| unusable(&error))?;
    let mut servers = read(dir)?;
    change(&mut servers);
    let mut text = Zeroizing::new(Vec::with_capacity(4096 * (servers.len() + 1)));
    let contents = Contents { schema: Schema::V1, servers };
    serde_json::to_writer_pretty(&mut *text, &contents)
        .map_err(|error| Fault::of(Code::Internal, &error))?;
    FILE.replace(dir, &text).map_err(|error| unusable(&error))
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
