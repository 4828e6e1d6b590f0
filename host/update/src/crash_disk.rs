//! What a disk may look like after a crash: operations are recorded on a real folder, and repeated
//! in memory up to each of them, with the last write torn, and with any of the names lost that were
//! not yet made to last.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::disk::{Disk, FolderDisk, Kind, ROOT, Runs};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Op {
    CreateFolder(String),
    Write(String, Vec<u8>),
    SyncFile,
    Link(String, String),
    SyncFolder(String),
    Remove(String),
    RemoveFolder(String),
}

/// A real folder that writes down what is done to it.
pub(crate) struct Recorder(pub FolderDisk, pub Arc<Mutex<Vec<Op>>>);

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
    fn kind(&self, path: &str) -> io::Result<Option<Kind>> {
        self.0.kind(path)
    }
    fn open(&self, path: &str) -> io::Result<Option<Box<dyn Read>>> {
        self.0.open(path)
    }
    fn write_new(&self, path: &str, content: &mut dyn Read, runs: Runs) -> io::Result<()> {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        let ops = [Op::Write(path.into(), bytes.clone()), Op::SyncFile];
        self.note(self.0.write_new(path, &mut &bytes[..], runs), ops)
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
    fn remove_folder(&self, folder: &str) -> io::Result<()> {
        self.note(self.0.remove_folder(folder), [Op::RemoveFolder(folder.into())])
    }
    fn open_lock(&self, path: &str, create: bool) -> io::Result<Option<File>> {
        self.0.open_lock(path, create)
    }
    fn free_bytes(&self) -> io::Result<Option<u64>> {
        self.0.free_bytes()
    }
}

/// Files with their content, and folders with none.
pub(crate) type Files = BTreeMap<String, Option<Vec<u8>>>;

/// What lies in a folder. Files that are only locked have no content to lose and are left out.
pub(crate) fn files(root: &Path) -> Files {
    let mut files = Files::new();
    collect_files(root, "", &mut files);
    files
}

fn collect_files(root: &Path, below: &str, files: &mut Files) {
    for entry in std::fs::read_dir(root.join(below)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if entry.file_type().unwrap().is_dir() {
            files.insert(path.clone(), None);
            collect_files(root, &path, files);
        } else if !["lock", "busy", ".run"].contains(&name.as_str()) {
            files.insert(path.clone(), Some(std::fs::read(root.join(&path)).unwrap()));
        }
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(ROOT, |(folder, _)| folder)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What lies on the disk after `ops`, without the names changed by the operations in `lost`.
pub(crate) fn after_crash(before: &Files, ops: &[Op], lost: &BTreeSet<usize>) -> Files {
    let mut files = before.clone();
    let mut contents = before.clone();
    let mut lost_folders: Vec<&str> = Vec::new();
    for (index, op) in ops.iter().enumerate() {
        let kept = !lost.contains(&index);
        match op {
            Op::Write(path, bytes) => {
                contents.insert(path.clone(), Some(bytes.clone()));
                if kept {
                    files.insert(path.clone(), Some(bytes.clone()));
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
            Op::RemoveFolder(folder) => {
                if kept {
                    files.retain(|path, _| !is_below(path, folder));
                }
            }
            // One that was there before cannot be lost.
            Op::CreateFolder(folder) if !kept && !before.contains_key(folder) => {
                lost_folders.push(folder);
            }
            Op::CreateFolder(folder) => {
                files.entry(folder.clone()).or_insert(None);
            }
            Op::SyncFile | Op::SyncFolder(_) => {}
        }
    }
    files.retain(|path, _| !lost_folders.iter().any(|folder| is_below(path, folder)));
    files
}

/// The operations on names that no later sync of their folder made to last.
fn not_lasting(ops: &[Op]) -> Vec<usize> {
    let lasts = |folder: &str, from: usize| {
        ops[from..].iter().any(|op| matches!(op, Op::SyncFolder(synced) if synced == folder))
    };
    let is_loose = |(index, op): (usize, &Op)| {
        let (Op::CreateFolder(path)
        | Op::Write(path, _)
        | Op::Remove(path)
        | Op::RemoveFolder(path)
        | Op::Link(_, path)) = op
        else {
            return None;
        };
        (!lasts(folder_of(path), index)).then_some(index)
    };
    ops.iter().enumerate().filter_map(is_loose).collect()
}

/// The sets of names that are tried as lost: all of them where they are few, else none, all, each
/// by itself, all but each, and all up to and from each.
fn losses(loose: &[usize]) -> Vec<BTreeSet<usize>> {
    const FEW: usize = 8;
    if loose.len() <= FEW {
        let chosen = |bits: u32| {
            let lost = loose.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
            lost.map(|(_, index)| *index).collect()
        };
        return (0..1_u32 << loose.len()).map(chosen).collect();
    }
    let all: BTreeSet<usize> = loose.iter().copied().collect();
    let mut losses = vec![BTreeSet::new(), all.clone()];
    for at in loose {
        losses.push([*at].into());
        losses.push(all.iter().copied().filter(|index| index != at).collect());
        losses.push(all.range(..=at).copied().collect());
        losses.push(all.range(at..).copied().collect());
    }
    losses
}

/// All ways in which a machine may come back that crashed after the last of `ops`.
pub(crate) fn aftermaths(before: &Files, ops: &[Op]) -> BTreeSet<Files> {
    let mut torn = vec![ops.to_vec()];
    if let Some(Op::Write(path, bytes)) = ops.last() {
        let lengths = [0, 1, bytes.len() / 2, bytes.len().saturating_sub(1)];
        for length in lengths.into_iter().filter(|length| *length < bytes.len()) {
            let mut ops = ops.to_vec();
            *ops.last_mut().unwrap() = Op::Write(path.clone(), bytes[..length].to_vec());
            torn.push(ops);
        }
    }
    let mut all = BTreeSet::new();
    for ops in torn {
        for lost in losses(&not_lasting(&ops)) {
            all.insert(after_crash(before, &ops, &lost));
        }
    }
    all
}

/// A disk in memory, for one program: nothing on it is ever locked by another.
#[derive(Default)]
pub(crate) struct MemoryDisk(pub Mutex<Files>);

impl MemoryDisk {
    fn change<T>(&self, act: impl FnOnce(&mut Files) -> io::Result<T>) -> io::Result<T> {
        act(&mut self.0.lock().unwrap())
    }

    fn add(&self, path: &str, node: Option<Vec<u8>>) -> io::Result<()> {
        self.change(|files| {
            let outer = folder_of(path);
            if outer != ROOT && files.get(outer) != Some(&None) {
                return Err(io::ErrorKind::NotFound.into());
            }
            if files.contains_key(path) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            files.insert(path.to_owned(), node);
            Ok(())
        })
    }
}

impl Disk for MemoryDisk {
    fn create_folder(&self, folder: &str) -> io::Result<()> {
        match self.add(folder, None) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    }
    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let name = |path: &String| {
            let name = path.strip_prefix(folder)?.strip_prefix('/')?;
            (!name.contains('/')).then(|| name.to_owned())
        };
        self.change(|files| Ok(files.keys().filter_map(name).collect()))
    }
    fn kind(&self, path: &str) -> io::Result<Option<Kind>> {
        self.change(|files| {
            Ok(files.get(path).map(|node| match node {
                Some(bytes) => Kind::File(bytes.len() as u64),
                None => Kind::Folder,
            }))
        })
    }
    fn open(&self, path: &str) -> io::Result<Option<Box<dyn Read>>> {
        self.change(|files| match files.get(path) {
            None => Ok(None),
            Some(None) => Err(io::Error::other("not a regular file")),
            Some(Some(bytes)) => {
                Ok(Some(Box::new(io::Cursor::new(bytes.clone())) as Box<dyn Read>))
            }
        })
    }
    fn write_new(&self, path: &str, content: &mut dyn Read, _: Runs) -> io::Result<()> {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        self.add(path, Some(bytes))
    }
    fn link(&self, from: &str, to: &str) -> io::Result<()> {
        let bytes = self.change(|files| {
            files.get(from).cloned().flatten().ok_or(io::ErrorKind::NotFound.into())
        })?;
        self.add(to, Some(bytes))
    }
    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        self.change(|files| match folder == ROOT || files.get(folder) == Some(&None) {
            true => Ok(()),
            false => Err(io::ErrorKind::NotFound.into()),
        })
    }
    fn remove(&self, path: &str) -> io::Result<()> {
        self.change(|files| match files.get(path) {
            None => Err(io::ErrorKind::NotFound.into()),
            Some(None) => Err(io::ErrorKind::IsADirectory.into()),
            Some(Some(_)) => {
                files.remove(path);
                Ok(())
            }
        })
    }
    fn remove_folder(&self, folder: &str) -> io::Result<()> {
        self.change(|files| {
            if files.keys().any(|path| path != folder && is_below(path, folder)) {
                return Err(io::ErrorKind::DirectoryNotEmpty.into());
            }
            files.remove(folder).map(|_| ()).ok_or(io::ErrorKind::NotFound.into())
        })
    }
    fn open_lock(&self, _: &str, _: bool) -> io::Result<Option<File>> {
        Ok(None)
    }
    fn free_bytes(&self) -> io::Result<Option<u64>> {
        Ok(None)
    }
}
