//! What tests of the store share: folders, drivers, packages of the program.

use std::fs;
use std::io::{Cursor, Write as _};
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use meterport_appcast::OsWord;
use meterport_manifest::DriverId;
use tempfile::TempDir;

use crate::versions::PROGRAM;
use crate::{
    Change, NewPlugin, Origin, PluginEntry, Running, Sha256Hex, StartKind, Started, Store,
};

pub(crate) fn open(folder: &TempDir) -> Store {
    Store::open(Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap()).unwrap()
}

pub(crate) fn empty() -> (TempDir, Store) {
    let folder = TempDir::new().unwrap();
    let store = open(&folder);
    (folder, store)
}

pub(crate) fn names(folder: &TempDir, sub: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.path().join(sub)) else { return Vec::new() };
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

pub(crate) fn id(text: &str) -> DriverId {
    text.parse().unwrap()
}

/// All that an earlier generation says may come back.
pub(crate) fn anything(_: &PluginEntry) -> bool {
    true
}

/// A driver, unsigned.
pub(crate) fn plugin(name: &str, version: u64) -> NewPlugin {
    NewPlugin {
        id: id(name),
        version: semver::Version::new(version, 0, 0),
        package: Arc::from(format!("package of {name} {version}").into_bytes()),
        origin: Origin::Unsigned,
    }
}

/// One entry of an archive.
#[derive(Clone)]
pub(crate) struct Entry {
    pub header: tar::Header,
    pub content: Vec<u8>,
}

impl Entry {
    pub fn new(name: &str, mode: u32, content: &[u8]) -> Self {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(mode);
        header.set_size(content.len() as u64);
        let mut entry = Self { header, content: content.to_vec() };
        entry.name(name.as_bytes());
        entry
    }

    /// Any name, as it is.
    pub fn name(&mut self, name: &[u8]) {
        let field = &mut self.header.as_old_mut().name;
        field.fill(0);
        field[..name.len()].copy_from_slice(name);
    }
}

pub(crate) fn app_toml(version: &str, os: &str) -> Entry {
    let text =
        format!("id = \"app\"\nversion = \"{version}\"\nos = \"{os}\"\ncontracts = [\"0.1.4\"]\n");
    Entry::new("app.toml", 0o644, text.as_bytes())
}

/// The entries of a right package.
pub(crate) fn entries(version: &str) -> Vec<Entry> {
    vec![
        app_toml(version, OsWord::host().as_str()),
        Entry::new(PROGRAM, 0o755, format!("program {version}").as_bytes()),
        Entry::new("drivers/a.wasm", 0o644, format!("driver {version}").as_bytes()),
    ]
}

/// The archive, uncompressed and without its end.
pub(crate) fn blocks(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        let mut header = entry.header.clone();
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(&entry.content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes
}

pub(crate) fn tar(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = blocks(entries);
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

pub(crate) fn zst(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A right package of the program.
pub(crate) fn app(version: &str) -> Vec<u8> {
    zst(&tar(&entries(version)))
}

pub(crate) fn app_sum(version: &str) -> Sha256Hex {
    Sha256Hex::of(&app(version))
}

/// Unpacks a version and makes it the present one.
pub(crate) fn install_app(store: &Store, version: &str) {
    let package = app(version);
    let unpacked = store.unpack(&mut Cursor::new(&package), &Sha256Hex::of(&package)).unwrap();
    let since = store.plugins().unwrap().number;
    store.apply(Change { since, app: Some(unpacked), ..Change::default() }).unwrap();
}

/// A start of the window, the program side of it included.
pub(crate) fn start(store: &Store) -> (Started, Running) {
    let started = store.begin(StartKind::Desk).unwrap();
    let running = store.running(&started.app, started.trial).unwrap();
    (started, running)
}

/// A start that ends by a crash. Returns the version.
pub(crate) fn crash(store: &Store) -> Sha256Hex {
    start(store).0.app
}

/// A start that goes well.
pub(crate) fn run_well(store: &Store) -> Sha256Hex {
    let (started, running) = start(store);
    running.good().unwrap();
    running.clean().unwrap();
    started.app
}
