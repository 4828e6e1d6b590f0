//! `plugin verify`: who signed a file, and what the stored feed says of it. Nothing is installed.

use std::path::Path;

use super::by_hand::File;
use super::document::PluginDocument;
use crate::commands::{print, print_json};
use crate::consent::describe;
use crate::drivers::{Available, Source};
use crate::fault::Fault;
use crate::world::World;

pub(super) fn run(path: &Path, json: bool, world: &World<'_>) -> Result<u8, Fault> {
    let file = File::read(path, world)?;
    let signed = file.signed()?;
    if let Some(installed) = &signed.older_than {
        world.voice.warn(&format!("it is older than the installed version {installed}"));
    }
    let signed_by = Some(signed.signed_by);
    let driver = Available { signed_by, source: Source::File, ..file.driver };
    if json {
        print_json(&PluginDocument::of(&driver))?;
    } else {
        print(&describe(&driver))?;
    }
    Ok(0)
}
