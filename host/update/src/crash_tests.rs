//! A crash at every write: the operations of a change are recorded and repeated up to each of
//! them, with the last write torn, and with any of the names lost that were not yet made to last.
//! A store that is opened afterwards must hold the old state or the new one, and be able to go on.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use meterport_manifest::DriverId;
use tempfile::TempDir;

use crate::disk::{Disk, FolderDisk, ROOT};
use crate::{Origin, PluginEntry, Sha256Hex, Store};

#[derive(Clone, Debug, PartialEq)]
enum Op {
    CreateFolder(String),
    Write(String, Vec<u8>),
    SyncFile,
    Link(String, String),
    SyncFolder(String),
    Remove(String),
}

/// A real folder that writes down what is done to it.
struct Recorder(FolderDisk, Arc<Mutex<Vec<Op>>>);

impl Recorder {
    fn note(&self, done: io::Result<()>, ops: impl IntoIterator<Item = Op>) -> io::Result<()> {
        if done.is_ok() {
            self.1.lock().unwrap().extend(ops);
        }
        done
    }
}

impl Disk for Recorder {
    fn create_folder(&self, folder: &str) -> io::Result<()> {
        self.note(self.0.create_folder(folder), [Op::CreateFolder(folder.into())])
    }
    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.0.list(folder)
    }
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        self.0.read(path, most)
    }
    fn write_new(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let ops = [Op::Write(path.into(), bytes.into()), Op::SyncFile];
        self.note(self.0.write_new(path, bytes), ops)
    }
    fn link(&self, from: &str, to: &str) -> io::Result<()> {
        self.note(self.0.link(from, to), [Op::Link(from.into(), to.into())])
    }
    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        self.note(self.0.sync_folder(folder), [Op::SyncFolder(folder.into())])
    }
    fn remove(&self, path: &str) -> io::Result<()> {
        self.note(self.0.remove(path), [Op::Remove(path.into())])
    }
    fn open_lock(&self, create: bool) -> io::Result<Option<std::fs::File>> {
        self.0.open_lock(create)
    }
}

type Files = BTreeMap<String, Vec<u8>>;

fn dir(folder: &TempDir) -> Dir {
    Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap()
}

fn files(folder: &TempDir) -> Files {
    let mut files = Files::new();
    for sub in ["objects", "generations"] {
        let Ok(entries) = std::fs::read_dir(folder.path().join(sub)) else { continue };
        for entry in entries {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let bytes = std::fs::read(folder.path().join(sub).join(&name)).unwrap();
            files.insert(format!("{sub}/{name}"), bytes);
        }
    }
    files
}

fn folder_of(path: &str) -> &str {
    path.split_once('/').map_or(ROOT, |(folder, _)| folder)
}

/// What lies on the disk after `ops`, without the names changed by the operations in `lost`.
fn after_crash(before: &Files, ops: &[Op], lost: &BTreeSet<usize>) -> Files {
    let mut files = before.clone();
    let mut contents = before.clone();
    for (index, op) in ops.iter().enumerate() {
        let kept = !lost.contains(&index);
        match op {
            Op::Write(path, bytes) => {
                contents.insert(path.clone(), bytes.clone());
                if kept {
                    files.insert(path.clone(), bytes.clone());
                }
            }
            Op::Link(from, to) => {
                let bytes = contents[from].clone();
                contents.insert(to.clone(), bytes.clone());
                if kept {
                    files.insert(to.clone(), bytes);
                }
            }
            Op::Remove(path) => {
                contents.remove(path);
                if kept {
                    files.remove(path);
                }
            }
            // One that was there before cannot be lost.
            Op::CreateFolder(folder) if !kept && !before.keys().any(|p| folder_of(p) == folder) => {
                files.retain(|path, _| folder_of(path) != folder);
            }
            Op::CreateFolder(_) | Op::SyncFile | Op::SyncFolder(_) => {}
        }
    }
    files
}

/// The operations on names that no later sync of their folder made to last.
fn not_lasting(ops: &[Op]) -> Vec<usize> {
    let lasts = |folder: &str, from: usize| {
        ops[from..].iter().any(|op| matches!(op, Op::SyncFolder(synced) if synced == folder))
    };
    let is_loose = |(index, op): (usize, &Op)| {
        let folder = match op {
            Op::CreateFolder(_) => ROOT,
            Op::Write(path, _) | Op::Remove(path) | Op::Link(_, path) => folder_of(path),
            Op::SyncFile | Op::SyncFolder(_) => return None,
        };
        (!lasts(folder, index)).then_some(index)
    };
    ops.iter().enumerate().filter_map(is_loose).collect()
}

/// All ways in which a machine may come back that crashed after the last of `ops`.
fn aftermaths(before: &Files, ops: &[Op]) -> BTreeSet<Files> {
    let mut torn = vec![ops.to_vec()];
    if let Some(Op::Write(path, bytes)) = ops.last() {
        for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            let mut ops = ops.to_vec();
            *ops.last_mut().unwrap() = Op::Write(path.clone(), bytes[..length].to_vec());
            torn.push(ops);
        }
    }
    let mut all = BTreeSet::new();
    for ops in torn {
        let loose = not_lasting(&ops);
        assert!(loose.len() <= 10, "too many names at once to try all: {ops:?}");
        for chosen in 0..1_u32 << loose.len() {
            let lost = |(bit, index): (usize, &usize)| (chosen >> bit & 1 == 1).then_some(*index);
            let lost = loose.iter().enumerate().filter_map(lost).collect();
            all.insert(after_crash(before, &ops, &lost));
        }
    }
    all
}

fn restored(files: &Files) -> (TempDir, Store) {
    let folder = TempDir::new().unwrap();
    for (path, bytes) in files {
        std::fs::create_dir_all(folder.path().join(folder_of(path))).unwrap();
        std::fs::write(folder.path().join(path), bytes).unwrap();
    }
    let store = Store::open(dir(&folder)).unwrap();
    (folder, store)
}

fn id(text: &str) -> DriverId {
    text.parse().unwrap()
}

fn install(store: &Store, name: &str, version: u64) {
    let package = format!("package of {name} {version}").into_bytes();
    let version = semver::Version::new(version, 0, 0);
    store.install(&package, &id(name), &version, Origin::Unsigned).unwrap();
}

/// Records `change` on what `prepare` leaves, and crashes it in every way.
fn crash_everywhere(prepare: impl Fn(&Store, &TempDir), change: impl Fn(&Store)) {
    let folder = TempDir::new().unwrap();
    prepare(&Store::open(dir(&folder)).unwrap(), &folder);
    let before = files(&folder);
    let log = Arc::new(Mutex::new(Vec::new()));
    let store = Store::on(Box::new(Recorder(FolderDisk(dir(&folder)), Arc::clone(&log))));
    let old = store.plugins().unwrap().plugins;
    change(&store);
    let new = store.plugins().unwrap().plugins;
    assert_ne!(old, new);
    let ops = log.lock().unwrap().clone();
    assert_eq!(after_crash(&before, &ops, &BTreeSet::new()), files(&folder), "the record is whole");

    let (mut seen_old, mut seen_new) = (0, 0);
    for length in 0..=ops.len() {
        for aftermath in aftermaths(&before, &ops[..length]) {
            let (_folder, store) = restored(&aftermath);
            let current = store.plugins().unwrap().plugins;
            assert!(current == old || current == new, "neither, after {:?}", &ops[..length]);
            assert!(length < ops.len() || current == new, "done, and yet not kept");
            if current == old {
                seen_old += 1
            } else {
                seen_new += 1
            }
            all_loadable(&store, &current);

            install(&store, "next", 1);
            let then = store.plugins().unwrap().plugins;
            assert_eq!(then.last().map(|plugin| plugin.id.as_str()), Some("next"));
            assert_eq!(then[..then.len() - 1], current);
            all_loadable(&store, &then);
        }
    }
    assert!(seen_old > 1 && seen_new > 1);
}

fn all_loadable(store: &Store, plugins: &[PluginEntry]) {
    for plugin in plugins {
        let package = store.read_object(&plugin.sha256).unwrap();
        assert_eq!(Sha256Hex::of(&package), plugin.sha256);
    }
}

#[test]
fn a_crash_in_the_first_install_leaves_nothing_or_the_driver() {
    crash_everywhere(|_, _| {}, |store| install(store, "a", 1));
}

#[test]
fn a_crash_in_an_install_leaves_the_old_or_the_new_drivers() {
    crash_everywhere(|store, _| install(store, "a", 1), |store| install(store, "b", 1));
}

#[test]
fn a_crash_in_an_update_that_collects_leaves_the_old_or_the_new_version() {
    let prepare = |store: &Store, _: &TempDir| (1..6).for_each(|v| install(store, "a", v));
    crash_everywhere(prepare, |store| install(store, "a", 6));
}

#[test]
fn a_crash_in_a_removal_leaves_the_driver_or_none() {
    let prepare = |store: &Store, _: &TempDir| (1..4).for_each(|v| install(store, "a", v));
    crash_everywhere(prepare, |store| {
        store.remove(&id("a")).unwrap();
    });
}

#[test]
fn a_crash_on_the_way_back_leaves_the_version_before_or_after() {
    let prepare = |store: &Store, _: &TempDir| (1..5).for_each(|v| install(store, "a", v));
    crash_everywhere(prepare, |store| drop(store.revert(&id("a")).unwrap()));
}

#[test]
fn a_crash_while_damage_is_replaced_leaves_the_old_or_the_new_drivers() {
    let prepare = |store: &Store, folder: &TempDir| {
        (1..3).for_each(|v| install(store, "a", v));
        let damage = |path: &str, bytes: &[u8]| {
            std::fs::write(folder.path().join(path), bytes).unwrap();
        };
        damage("generations/000003.gen", b"number 3\nprev");
        damage("generations/new", b"number");
        damage("objects/new", b"half a pack");
        damage(&format!("objects/{}", Sha256Hex::of(b"package of b 1")), b"half a pack");
    };
    crash_everywhere(prepare, |store| install(store, "b", 1));
}
