//! A small file of the data folder: read whole, replaced whole, for its owner alone, changed by one
//! program at a time.

use std::io::{self, Read as _, Write as _};
use std::time::{Duration, Instant};

use cap_std::fs::{Dir, DirBuilder, OpenOptions};
use zeroize::Zeroizing;

const FOLDER: &str = "state";
const LONGEST: u64 = 1024 * 1024;
const WAIT: Duration = Duration::from_secs(5);

/// One such file, by its path in the data folder.
pub(crate) struct StateFile(pub(crate) &'static str);

impl StateFile {
    /// The whole file; none where there is none. What is beyond 1 MiB is not read.
    pub(crate) fn read(&self, dir: &Dir) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let file = match dir.open(self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let length = usize::try_from(file.metadata()?.len().min(LONGEST)).unwrap_or(0);
        // Room enough from the start: a buffer that grows leaves copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(length + 1));
        file.take(LONGEST).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Keeps other programs from changing it until the answer is dropped.
    pub(crate) fn lock(&self, dir: &Dir) -> io::Result<std::fs::File> {
        make_folder(dir)?;
        let options = &mut OpenOptions::new();
        let name = format!("{}.lock", self.0);
        let file = dir.open_with(name, private(options.write(true).create(true)))?.into_std();
        let begin = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(std::fs::TryLockError::Error(error)) => return Err(error),
                Err(std::fs::TryLockError::WouldBlock) if begin.elapsed() > WAIT => {
                    return Err(io::Error::other("another program holds it"));
                }
                Err(std::fs::TryLockError::WouldBlock) => {
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
        }
    }

    /// The old file or the new one, never half of either. To be called under the lock.
    pub(crate) fn replace(&self, dir: &Dir, text: &[u8]) -> io::Result<()> {
        let new = format!("{}.new", self.0);
        // What a killed program left behind is none of use.
        match dir.remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let options = &mut OpenOptions::new();
        let mut file = dir.open_with(&new, private(options.write(true).create_new(true)))?;
        file.write_all(text)?;
        file.sync_all()?;
        drop(file);
        dir.rename(&new, dir, self.0)?;
        #[cfg(unix)]
        dir.open(FOLDER)?.sync_all()?;
        Ok(())
    }
}

fn make_folder(dir: &Dir) -> io::Result<()> {
    let builder = &mut DirBuilder::new();
    #[cfg(unix)]
    cap_std::fs::DirBuilderExt::mode(builder, 0o700);
    match dir.create_dir_with(FOLDER, builder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn private(options: &mut OpenOptions) -> &OpenOptions {
    #[cfg(unix)]
    cap_std::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
