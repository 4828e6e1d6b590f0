//! The files of a meter that is a volume, in a folder: `meterport read --volume DIR` reads it anywhere.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path};

use thiserror::Error;

/// Why the files are not, or not all, in the folder.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The meter is no volume.
    #[error("this meter has no files; leave out --folder")]
    NoFiles,
    /// The folder holds a file of the name, which may be a real one.
    #[error("`{name}` is in the folder already; name an empty one")]
    Exists {
        /// Name of the file.
        name: String,
    },
    /// A file in the root of a volume has no such name.
    #[error("`{name}` is no name of a file in a folder")]
    Name {
        /// What the simulator calls it.
        name: String,
    },
    /// The system's own.
    #[error("the folder cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Puts files into a folder, which is made if it is missing; says how many. Replaces none.
///
/// # Errors
///
/// See [`FolderError`]; files before the one in question are there then.
pub fn put(files: &[(String, Vec<u8>)], folder: &Path) -> Result<usize, FolderError> {
    if files.is_empty() {
        return Err(FolderError::NoFiles);
    }
    fs::create_dir_all(folder)?;
    for (name, content) in files {
        let mut parts = Path::new(name).components();
        if !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) {
            return Err(FolderError::Name { name: name.clone() });
        }
        match File::create_new(folder.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(FolderError::Exists { name: name.clone() });
            }
            file => file?.write_all(content)?,
        }
    }
    Ok(files.len())
}
