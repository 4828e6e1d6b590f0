//! The server's folder: the database, and beside it `keys/master.key`, the one thing to guard.
//!
//! ```text
//! DATA-DIR/            0700
//!   meterport.db       0600, sealed
//!   keys/master.key    0600, 64 hex digits; keep a copy elsewhere
//! ```

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::ServerError;
use crate::seal::SealKey;

/// The folder of one server.
#[derive(Clone, Debug)]
pub(crate) struct DataDir {
    root: PathBuf,
}

impl DataDir {
    /// Makes the folder if it is missing.
    pub(crate) fn create(root: &Path) -> Result<Self, ServerError> {
        let data = Self { root: root.to_owned() };
        private_folder(root).map_err(|source| refuse(root, source))?;
        data.close_to_others()?;
        let keys = data.keys();
        private_folder(&keys).map_err(|source| refuse(&keys, source))?;
        Ok(data)
    }

    /// Takes a folder in which a server has been set up.
    pub(crate) fn existing(root: &Path) -> Result<Self, ServerError> {
        if !Self::is_set_up(root) {
            return Err(ServerError::NotSetUp { path: root.to_owned() });
        }
        let data = Self { root: root.to_owned() };
        data.close_to_others()?;
        Ok(data)
    }

    /// Whether there is a server in this folder.
    pub(crate) fn is_set_up(root: &Path) -> bool {
        Self { root: root.to_owned() }.database().is_file()
    }

    /// An empty folder that others may enter is closed to them. One with something in it may not be
    /// ours alone, so it is left as it is, and refused.
    fn close_to_others(&self) -> Result<(), ServerError> {
        let closed = (|| {
            if !exposed(&self.root)? {
                return Ok(true);
            }
            let empty = fs::read_dir(&self.root)?.next().is_none();
            if empty {
                tighten(&self.root, 0o700)?;
            }
            Ok(empty)
        })();
        match closed.map_err(|source| refuse(&self.root, source))? {
            true => Ok(()),
            false => Err(ServerError::FolderExposed { path: self.root.clone() }),
        }
    }

    /// Makes the database's file, if it is missing, before SQLite would make it with the mode of the
    /// day. The files that SQLite puts beside it get the mode of this one.
    pub(crate) fn private_database(&self) -> Result<(), ServerError> {
        let path = self.database();
        let made = match private_file().open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => tighten(&path, 0o600),
            other => other.map(drop),
        };
        made.map_err(|source| refuse(&path, source))
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("meterport.db")
    }

    pub(crate) fn master_key(&self) -> PathBuf {
        self.keys().join("master.key")
    }

    fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// Whether the key's file holds nothing, or only the zeros that a file system may put in place of
    /// what was not yet written when the power failed. False if there is no file.
    pub(crate) fn key_is_blank(&self) -> Result<bool, ServerError> {
        let found = self.read_key_file()?;
        Ok(found.is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0)))
    }

    fn read_key_file(&self) -> Result<Option<Zeroizing<Vec<u8>>>, ServerError> {
        let path = self.master_key();
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(refuse(&path, source)),
        }
    }

    /// Reads the master key; none if there is no file.
    pub(crate) fn read_key(&self) -> Result<Option<SealKey>, ServerError> {
        let path = self.master_key();
        let Some(text) = self.read_key_file()? else {
            return Ok(None);
        };
        if exposed(&path).map_err(|source| refuse(&path, source))? {
            return Err(ServerError::KeyExposed { path });
        }
        let mut bytes = Zeroizing::new([0; 32]);
        match hex::decode_to_slice(text.trim_ascii_end(), &mut *bytes) {
            Ok(()) => Ok(SealKey::from_slice(&*bytes)),
            Err(_) => Err(ServerError::KeyMalformed { path }),
        }
    }

    /// Makes a new master key on disk, safely there before it is used. It gets its name only when it
    /// is whole, and never takes the place of another key. One process at a time: the caller holds
    /// the database.
    pub(crate) fn make_key(&self) -> Result<SealKey, ServerError> {
        let path = self.master_key();
        let key = SealKey::generate()?;
        let text = Zeroizing::new(format!("{}\n", hex::encode(key.as_bytes())));
        let written = (|| {
            let begun = self.keys().join("master.key.new");
            remove(&begun)?; // left behind by a power cut, and never used
            let mut file = private_file().open(&begun)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            drop(file);
            if self.key_is_blank().unwrap_or(false) {
                remove(&path)?;
            }
            give_name(&begun, &path)?;
            sync_folder(&self.keys())?;
            sync_folder(&self.root)
        })();
        written.map_err(|source| refuse(&path, source))?;
        Ok(key)
    }
}

/// Names a finished file, if there is none of that name.
fn give_name(file: &Path, name: &Path) -> io::Result<()> {
    match fs::hard_link(file, name) {
        Ok(()) => remove(file),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // a file system without links
        Err(error) if name.try_exists()? => Err(error),
        Err(_) => fs::rename(file, name),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn refuse(path: &Path, source: io::Error) -> ServerError {
    ServerError::DataDir { path: path.to_owned(), source }
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn exposed(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Elsewhere the folder's access list decides, which a new folder inherits from its owner's.
#[cfg(not(unix))]
fn exposed(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Takes from others what they may do with it.
#[cfg(unix)]
fn tighten(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if !exposed(path)? {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn tighten(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    fs::File::open(path)?.sync_all()
}

/// A folder cannot be opened for this elsewhere; the file itself is flushed.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_put_in_the_place_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::create(folder.path()).unwrap();
        let first = data.make_key().unwrap();
        assert!(matches!(data.make_key(), Err(ServerError::DataDir { .. })));
        assert_eq!(data.read_key().unwrap().unwrap().as_bytes(), first.as_bytes());
    }

    #[test]
    fn what_a_power_cut_left_of_a_key_does_not_stand_in_the_way_of_a_new_one() {
        for left in ["", "\0\0\0\0"] {
            let folder = tempfile::tempdir().unwrap();
            let data = DataDir::create(folder.path()).unwrap();
            for name in ["master.key", "master.key.new"] {
                fs::write(data.keys().join(name), left).unwrap();
            }
            assert!(data.key_is_blank().unwrap());
            let made = data.make_key().unwrap();
            assert_eq!(data.read_key().unwrap().unwrap().as_bytes(), made.as_bytes());
            assert_eq!(fs::read_dir(data.keys()).unwrap().count(), 1);
        }
    }
}
