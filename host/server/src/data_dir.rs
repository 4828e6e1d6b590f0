//! The server's folder: the database, and beside it `keys/master.key`, the one thing to guard.
//!
//! ```text
//! DATA-DIR/            0700
//!   meterport.db       sealed
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
        for folder in [root.to_owned(), data.keys()] {
            private_folder(&folder).map_err(|source| refuse(&folder, source))?;
        }
        Ok(data)
    }

    /// Takes a folder in which a server has been set up.
    pub(crate) fn existing(root: &Path) -> Result<Self, ServerError> {
        let data = Self { root: root.to_owned() };
        if data.database().is_file() {
            Ok(data)
        } else {
            Err(ServerError::NotSetUp { path: root.to_owned() })
        }
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

    /// Reads the master key; none if there is no file.
    pub(crate) fn read_key(&self) -> Result<Option<SealKey>, ServerError> {
        let path = self.master_key();
        let text = match fs::read_to_string(&path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(refuse(&path, source)),
        };
        if exposed(&path).map_err(|source| refuse(&path, source))? {
            return Err(ServerError::KeyExposed { path });
        }
        let mut bytes = Zeroizing::new([0; 32]);
        match hex::decode_to_slice(text.trim_end(), &mut *bytes) {
            Ok(()) => Ok(SealKey::from_slice(&*bytes)),
            Err(_) => Err(ServerError::KeyMalformed { path }),
        }
    }

    /// Makes a new master key on disk, safely there before it is used.
    pub(crate) fn make_key(&self) -> Result<SealKey, ServerError> {
        let path = self.master_key();
        let key = SealKey::generate()?;
        let text = Zeroizing::new(format!("{}\n", hex::encode(key.as_bytes())));
        let written = (|| {
            let mut file = private_file().open(&path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })();
        written.map_err(|source| refuse(&path, source))?;
        sync_folder(&self.keys()).map_err(|source| refuse(&path, source))?;
        Ok(key)
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

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    fs::File::open(path)?.sync_all()
}

/// A folder cannot be opened for this elsewhere; the file itself is flushed.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}
