//! Which generation counts: the newest one that is valid.

use crate::disk::Disk;
use crate::entry::PluginEntry;
use crate::error::StoreError;
use crate::generation::{self, Generation, Invalid};

/// What is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// The number of the generation; 0 where nothing was ever installed.
    pub number: u64,
    /// The installed drivers, in the order of their first installation.
    pub plugins: Vec<PluginEntry>,
    /// Newer generations that do not count, newest first: worth telling somebody.
    pub skipped: Vec<Skipped>,
}

/// A generation that does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skipped {
    /// Torn or damaged: it fails its own check.
    Damaged {
        /// The number in its name.
        number: u64,
    },
    /// Whole, and written by a later program in words that this one does not know.
    Unreadable {
        /// The number in its name.
        number: u64,
    },
}

/// All generations of the store, newest first.
pub(crate) struct History {
    pub all: Vec<(u64, Result<Generation, Invalid>)>,
}

pub(crate) const FOLDER: &str = "generations";

impl History {
    /// Reads all files of generations. One that cannot be read at all is an error: to go on with
    /// an older one would undo a change because of a passing failure.
    pub fn read(disk: &dyn Disk) -> Result<Self, StoreError> {
        let names = disk.list(FOLDER).map_err(StoreError::io(FOLDER))?;
        let mut numbers: Vec<u64> =
            names.iter().filter_map(|name| generation::number_of(name)).collect();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        let mut all = Vec::new();
        for number in numbers {
            let path = format!("{FOLDER}/{}", generation::file_name(number));
            let most = generation::MAX_BYTES + 1;
            let bytes = disk.read(&path, most).map_err(StoreError::io(path))?;
            // Without a lock file there is no lock, and a name may go while names are read.
            let Some(bytes) = bytes else { continue };
            let parsed = match bytes.len() < most {
                true => Generation::parse(number, &bytes),
                false => Err(Invalid::Damaged),
            };
            all.push((number, parsed));
        }
        Ok(Self { all })
    }

    /// The valid generations, newest first.
    pub fn valid(&self) -> impl Iterator<Item = &Generation> {
        self.all.iter().filter_map(|(_, parsed)| parsed.as_ref().ok())
    }

    /// The newest valid generation, or one in which nothing is installed.
    pub fn newest(&self) -> Generation {
        self.valid().next().cloned().unwrap_or_default()
    }

    /// The number of the next generation: above all that are whole, understood or not.
    pub fn next_number(&self) -> Result<u64, StoreError> {
        let whole = |entry: &&(u64, Result<_, Invalid>)| entry.1 != Err(Invalid::Damaged);
        let newest = self.all.iter().find(whole).map_or(0, |(number, _)| *number);
        newest.checked_add(1).ok_or(StoreError::NumbersUsedUp)
    }

    pub fn current(&self) -> Current {
        let newest = self.newest();
        let skipped = self.all.iter().map_while(|(number, parsed)| match parsed {
            Ok(_) => None,
            Err(Invalid::Damaged) => Some(Skipped::Damaged { number: *number }),
            Err(Invalid::Unreadable) => Some(Skipped::Unreadable { number: *number }),
        });
        let skipped = skipped.collect();
        Current { number: newest.number, plugins: newest.plugins, skipped }
    }
}
