//! The few operations the store needs of a disk, as a trait, so that a test can record and repeat
//! them, and their one real form: a folder that was handed over open.
//!
//! There is deliberately no operation that rewrites or renames a file.

use std::io::{self, Read as _, Write as _};

use cap_std::fs::{Dir, DirBuilder, OpenOptions};

/// What the store needs of a disk. Paths are relative to the store, and made of hashes, numbers
/// and constants only.
pub(crate) trait Disk: Send + Sync {
    /// Makes a folder for this user alone, unless it is there.
    fn create_folder(&self, folder: &str) -> io::Result<()>;
    /// The names in a folder; none where there is no folder.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;
    /// The first `most` bytes of a regular file, or `None` where there is no such name.
    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>>;
    /// Writes a new file for this user alone and syncs it. Fails if the name is taken.
    fn write_new(&self, path: &str, bytes: &[u8]) -> io::Result<()>;
    /// Gives a file a further name. Fails if that name is taken.
    fn link(&self, from: &str, to: &str) -> io::Result<()>;
    /// Makes the names of a folder last, on systems where that is a step of its own.
    fn sync_folder(&self, folder: &str) -> io::Result<()>;
    /// Removes a name.
    fn remove(&self, path: &str) -> io::Result<()>;
    /// Opens the file that is locked; for reading alone it may be missing.
    fn open_lock(&self, create: bool) -> io::Result<Option<std::fs::File>>;
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

    fn read(&self, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
        let Some(about) = found(self.0.symlink_metadata(path))? else { return Ok(None) };
        if !about.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        let Some(file) = found(self.0.open(path))? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(most as u64).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn write_new(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file =
            self.0.open_with(path, private(OpenOptions::new().write(true).create_new(true)))?;
        file.write_all(bytes)?;
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

    fn open_lock(&self, create: bool) -> io::Result<Option<std::fs::File>> {
        const NAME: &str = "lock";
        let file = if create {
            self.0.open_with(NAME, private(OpenOptions::new().read(true).write(true).create(true)))
        } else {
            self.0.open(NAME)
        };
        Ok(found(file)?.map(cap_std::fs::File::into_std))
    }
}

fn private(options: &mut OpenOptions) -> &OpenOptions {
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
