//! Who may write what the launcher starts. A generation has a checksum and no signature: whoever
//! can write the launcher, its store or a folder above them chooses what runs. So they must belong
//! to this user or to the administrator, and no group and nobody else may write to them. A folder
//! above may be open to all where only owners may take names away (the sticky bit, as of `/tmp`).
//!
//! On Unix, owner and mode are looked at; access lists beyond the mode are not. On Windows nothing
//! is looked at yet: there a store lies in the user's own profile, which other users cannot write
//! to unless an administrator lets them.

use std::io;
use std::path::{Path, PathBuf};

/// Why nothing is started from a place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OwnerError {
    /// The operating system refused to say.
    #[error("who may write to `{path}` cannot be found out; nothing was started", path = path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// It belongs to another user.
    #[error("`{path}` belongs to another user; nothing was started", path = path.display())]
    Owner {
        /// Which file or folder.
        path: PathBuf,
    },
    /// Others may write to it.
    #[error("others may write to `{path}` (mode {mode:o}); nothing was started", path = path.display())]
    Mode {
        /// Which file or folder.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A link or a device in the place of a file or a folder.
    #[error("`{path}` is no plain file or folder; nothing was started", path = path.display())]
    Kind {
        /// Which.
        path: PathBuf,
    },
}

impl OwnerError {
    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Io { .. } => return None,
            Self::Owner { .. } => "install the program again, as the user who runs it",
            Self::Mode { .. } => "take the right to write from group and others (`chmod go-w`)",
            Self::Kind { .. } => "install the program again into a folder of its own",
        })
    }
}

/// The folders of a store whose content chooses what runs.
#[cfg(unix)]
const INSIDE: [&str; 5] = ["versions", "generations", "bad", "state", "keyrings"];

/// Refuses a store, a launcher in it, or a folder above them that others can write to. Both paths
/// are absolute and without links, as `canonicalize` gives them.
#[cfg(unix)]
pub fn check_store(store: &Path, launcher: &Path) -> Result<(), OwnerError> {
    for above in store.ancestors().skip(1) {
        check(above, Kind::Above)?;
    }
    check(store, Kind::Folder)?;
    for folder in INSIDE.map(|folder| store.join(folder)) {
        if std::fs::symlink_metadata(&folder).is_ok() {
            check(&folder, Kind::Folder)?;
        }
    }
    check(launcher, Kind::File)
}

/// Refuses a program in the store, or a folder between both, that others can write to.
#[cfg(unix)]
pub fn check_program(store: &Path, program: &Path) -> Result<(), OwnerError> {
    check(program, Kind::File)?;
    let between = program.ancestors().skip(1).take_while(|folder| *folder != store);
    for folder in between.filter(|folder| !folder.as_os_str().is_empty()) {
        check(folder, Kind::Folder)?;
    }
    Ok(())
}

/// Not looked at on this system.
#[cfg(not(unix))]
pub fn check_store(_store: &Path, _launcher: &Path) -> Result<(), OwnerError> {
    Ok(())
}

/// Not looked at on this system.
#[cfg(not(unix))]
pub fn check_program(_store: &Path, _program: &Path) -> Result<(), OwnerError> {
    Ok(())
}

#[cfg(unix)]
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Above,
    Folder,
    File,
}

#[cfg(unix)]
fn check(path: &Path, kind: Kind) -> Result<(), OwnerError> {
    use std::os::unix::fs::MetadataExt as _;
    const STICKY: u32 = 0o1000;
    const OTHERS_WRITE: u32 = 0o022;

    let place = || path.to_owned();
    let about = std::fs::symlink_metadata(path)
        .map_err(|source| OwnerError::Io { path: place(), source })?;
    let is_right = if kind == Kind::File { about.is_file() } else { about.is_dir() };
    if !is_right {
        return Err(OwnerError::Kind { path: place() });
    }
    // 0 is the administrator.
    if about.uid() != 0 && about.uid() != rustix::process::geteuid().as_raw() {
        return Err(OwnerError::Owner { path: place() });
    }
    let is_open = about.mode() & OTHERS_WRITE != 0;
    let is_sticky = kind == Kind::Above && about.mode() & STICKY != 0;
    if is_open && !is_sticky {
        return Err(OwnerError::Mode { path: place(), mode: about.mode() & 0o7777 });
    }
    Ok(())
}
