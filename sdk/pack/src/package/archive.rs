//! The archive of an app package: written the same for the same folder, and checked by the rules
//! that a client unpacks by.
//!
//! A tar archive in zstd; plain headers only, so no longer names, links, sparse files or other
//! extensions. Read entry by entry, never unpacked.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};

use meterport_appcast::AppManifest;
use meterport_appcast::{MAX_APP_BYTES, MAX_UNPACKED};
use tar::{Archive, Builder, EntryType, Header};
use zstd::stream::{Decoder, Encoder};

use super::error::PackageFault;
use super::name;

/// The first bytes of a zstd frame (RFC 8878, 3.1.1).
pub(super) const MAGIC: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// Most entries.
const MAX_ENTRIES: usize = 4096;

/// Largest `app.toml` in bytes.
const MAX_APP_TOML: u64 = 64 * 1024;

/// Largest window of the compression, as a power of two: 128 MiB.
const WINDOW_LOG: u32 = 27;

/// What the program is called; it has mode 0755.
pub(super) const PROGRAMS: [&str; 2] = ["meterport", "meterport.exe"];

/// How much the packing tries: the highest level with a small window.
const LEVEL: i32 = 19;

/// One file of the archive that is being written.
pub(super) struct Entry {
    /// The checked name.
    pub name: String,
    /// True for a program: mode 0755 instead of 0644.
    pub runs: bool,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Packs the entries in the order they come in.
pub(super) fn write(entries: impl Iterator<Item = io::Result<Entry>>) -> io::Result<Vec<u8>> {
    let mut encoder = Encoder::new(Vec::new(), LEVEL)?;
    encoder.include_checksum(true)?;
    let mut builder = Builder::new(encoder);
    for entry in entries {
        let entry = entry?;
        let mut header = Header::new_ustar();
        header.set_path(&entry.name)?;
        header.set_entry_type(EntryType::Regular);
        header.set_mode(if entry.runs { 0o755 } else { 0o644 });
        // Nothing of the machine or the day: the same folder gives the same package.
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(u64::try_from(entry.bytes.len()).map_err(io::Error::other)?);
        header.set_cksum();
        builder.append(&header, entry.bytes.as_slice())?;
    }
    let mut encoder = builder.into_inner()?;
    encoder.flush()?;
    encoder.finish()
}

/// Checks a whole archive, and says what its `app.toml` says.
///
/// # Errors
///
/// The first rule that it breaks.
pub(super) fn check(bytes: &[u8]) -> Result<AppManifest, PackageFault> {
    if u64::try_from(bytes.len()).map_or(true, |length| length > MAX_APP_BYTES) {
        return Err(PackageFault::TooLarge { allowed: MAX_APP_BYTES });
    }
    let mut compressed = bytes;
    let mut decoder = Decoder::with_buffer(&mut compressed).map_err(damaged)?.single_frame();
    decoder.window_log_max(WINDOW_LOG).map_err(damaged)?;
    // One byte more than allowed can be read: it is what tells "all" from "too much".
    let mut archive = Archive::new(decoder.take(MAX_UNPACKED.saturating_add(1)));
    let mut manifest = None;
    let mut names = BTreeSet::new();
    let mut has_program = false;
    let mut unpacked = 0_u64;
    for (index, entry) in archive.entries().map_err(damaged)?.raw(true).enumerate() {
        if index >= MAX_ENTRIES {
            return Err(PackageFault::TooManyEntries { allowed: MAX_ENTRIES });
        }
        let mut entry = entry.map_err(damaged)?;
        unpacked = unpacked.saturating_add(entry.size());
        if unpacked > MAX_UNPACKED {
            return Err(PackageFault::Unpacked { allowed: MAX_UNPACKED });
        }
        let name = plain_name(&entry)?;
        if !names.insert(name.to_ascii_lowercase()) {
            return Err(PackageFault::TwiceNamed { name });
        }
        has_program |=
            PROGRAMS.contains(&name.as_str()) && entry.header().mode().ok() == Some(0o755);
        if index > 0 {
            continue;
        }
        if name != "app.toml" {
            return Err(PackageFault::NotFirst);
        }
        if entry.size() > MAX_APP_TOML {
            return Err(PackageFault::TooLarge { allowed: MAX_APP_TOML });
        }
        let mut text = Vec::new();
        entry.read_to_end(&mut text).map_err(damaged)?;
        manifest = Some(AppManifest::parse(&text)?);
    }
    check_end(archive.into_inner())?;
    if !compressed.is_empty() {
        return Err(PackageFault::Trailing);
    }
    check_folders(&names)?;
    if !has_program {
        return Err(PackageFault::NoProgram);
    }
    manifest.ok_or(PackageFault::NotFirst)
}

/// The name of a regular file with a plain mode; nothing else may be in the archive.
fn plain_name(entry: &tar::Entry<'_, impl Read>) -> Result<String, PackageFault> {
    let bytes = entry.path_bytes();
    let name = String::from_utf8_lossy(&bytes).into_owned();
    if entry.header().entry_type() != EntryType::Regular {
        return Err(PackageFault::NotRegular { name: name.escape_default().to_string() });
    }
    name::check(&name)
        .map_err(|fault| PackageFault::Name { name: name.escape_default().to_string(), fault })?;
    match entry.header().mode() {
        Ok(0o644 | 0o755) => Ok(name),
        _ => Err(PackageFault::Mode { name }),
    }
}

/// After the archive's end stands nothing but the zeros that fill its last record.
fn check_end(mut rest: impl Read) -> Result<(), PackageFault> {
    let mut buffer = [0; 4096];
    loop {
        let read = rest.read(&mut buffer).map_err(damaged)?;
        let read_bytes = buffer.get(..read).unwrap_or_default();
        if read == 0 {
            return Ok(());
        }
        if read_bytes.iter().any(|byte| *byte != 0) {
            return Err(PackageFault::Trailing);
        }
    }
}

/// No name is the folder of another.
fn check_folders(names: &BTreeSet<String>) -> Result<(), PackageFault> {
    for name in names {
        let mut folder = name.as_str();
        while let Some((parent, _)) = folder.rsplit_once('/') {
            if names.contains(parent) {
                return Err(PackageFault::TwiceNamed { name: parent.to_owned() });
            }
            folder = parent;
        }
    }
    Ok(())
}

fn damaged(source: io::Error) -> PackageFault {
    PackageFault::Damaged { source }
}
