//! The few operations the store needs of a disk, as a trait, so that a test can record and repeat
//! them, and their one real form: a folder that was handed over open.
//!
//! There is deliberately no operation that rewrites or renames a file that counts.

use std::io::{self, Read, Write as _};

use cap_std::fs::{Dir, DirBuilder, OpenOptions};

/// What the store needs of a disk. Paths are relative to the store. Outside `versions/` they are
/// made of hashes, numbers and constants only; inside, the names of an archive were checked before.
pub(crate) trait Disk: Send + Sync {
    /// Makes a folder for this user alone, unless it is there.
    fn create_folder(&self, folder: &str) -> io::Result<()>;
    /// The names in a folder; none where there is no folder.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;
    /// What a name stands for, or `None` where there is no such name. Links are not followed.
    fn kind(&self, path: &str) -> io::Result<Option<Kind>>;
    /// The first `most` bytes of a regular file, or `None` where there is no such name.
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = self.open(path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(most as u64).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
    /// A regular file for reading, or `None` where there is no such name.
    fn open(&self, path: &str) -> io::Result<Option<Box<dyn Read>>>;
    /// Writes a new file for this user alone and syncs it. Fails if the name is taken.
    fn write_new(&self, path: &str, content: &mut dyn Read, runs: Runs) -> io::Result<()>;
    /// Gives a file a further name. Fails if that name is taken.
    fn link(&self, from: &str, to: &str) -> io::Result<()>;
    /// Makes the names of a folder last, on systems where that is a step of its own.
    fn sync_folder(&self, folder: &str) -> io::Result<()>;
    /// Removes the name of a file.
    fn remove(&self, path: &str) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_folder(&self, folder: &str) -> io::Result<()>;
    /// Opens a file that is there only to be locked, or that nobody trusts. Where it is not to be
    /// created it may be missing.
    fn open_lock(&self, path: &str, create: bool) -> io::Result<Option<std::fs::File>>;
    /// How many bytes may still be written; `None` where the system does not say.
    fn free_bytes(&self) -> io::Result<Option<u64>>;
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A regular file of so many bytes.
    File(u64),
    /// A folder.
    Folder,
    /// A link or a device: never ours.
    Other,
}

/// Whether the system may run a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runs {
    Yes,
    No,
}

/// The store's own folder, for [`Disk::sync_folder`].
pub(crate) const ROOT: &str = ".";

/// A real folder.
pub(crate) struct FolderDisk(pub Dir);

impl Disk for FolderDisk {
    fn create_folder(&self, folder: &str) -> io::Result<()> {
        let builder = &mut DirBuilder::new();
        #[cfg(unix)]
        {
            use cap_std::fs::DirBuilderExt as _;
            builder.mode(0o700);
        }
        match self.0.create_dir_with(folder, builder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let Some(entries) = found(self.0.read_dir(folder))? else { return Ok(Vec::new()) };
        // A name that is no text is none of ours.
        entries
            .filter_map(|entry| entry.map(|e| e.file_name().into_string().ok()).transpose())
            .collect()
    }

    fn kind(&self, path: &str) -> io::Result<Option<Kind>> {
        let about = found(self.0.symlink_metadata(path))?;
        Ok(about.map(|about| match (about.is_file(), about.is_dir()) {
            (true, _) => Kind::File(about.len()),
            (_, true) => Kind::Folder,
            _ => Kind::Other,
        }))
    }

    fn open(&self, path: &str) -> io::Result<Option<Box<dyn Read>>> {
        match self.kind(path)? {
            None => Ok(None),
            Some(Kind::File(_)) => {
                let file = found(self.0.open(path))?;
                Ok(file.map(|file| Box::new(file) as Box<dyn Read>))
            }
            Some(_) => Err(io::Error::other("not a regular file")),
        }
    }

    fn write_new(&self, path: &str, content: &mut dyn Read, runs: Runs) -> io::Result<()> {
        let mut options = OpenOptions::new();
        let mut file =
            self.0.open_with(path, private(options.write(true).create_new(true), runs))?;
        io::copy(content, &mut file)?;
        file.flush()?;
        file.sync_all()
    }

    fn link(&self, from: &str, to: &str) -> io::Result<()> {
        self.0.hard_link(from, &self.0, to)
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        #[cfg(unix)]
        self.0.open(folder)?.sync_all()?;
        #[cfg(not(unix))]
        let _ = folder;
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.0.remove_file(path)
    }

    fn remove_folder(&self, folder: &str) -> io::Result<()> {
        self.0.remove_dir(folder)
    }

    fn open_lock(&self, path: &str, create: bool) -> io::Result<Option<std::fs::File>> {
        let mut options = OpenOptions::new();
        let file = if create {
            options.read(true).write(true).create(true);
            self.0.open_with(path, private(&mut options, Runs::No))
        } else {
            self.0.open(path)
        };
        Ok(found(file)?.map(cap_std::fs::File::into_std))
    }

    fn free_bytes(&self) -> io::Result<Option<u64>> {
        #[cfg(unix)]
        {
            let about = rustix::fs::fstatvfs(&self.0)?;
            Ok(Some(about.f_bavail.saturating_mul(about.f_frsize)))
        }
        #[cfg(not(unix))]
        Ok(None)
    }
}

fn private(options: &mut OpenOptions, runs: Runs) -> &OpenOptions {
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt as _;
        options.mode(if runs == Runs::Yes { 0o700 } else { 0o600 });
    }
    #[cfg(not(unix))]
    let _ = runs;
    options
}

fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
