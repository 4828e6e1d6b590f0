//! Which generation counts: the newest one that is valid.

use crate::Sha256Hex;
use crate::disk::Disk;
use crate::entry::PluginEntry;
use crate::error::StoreError;
use crate::generation::{FILES, Generation};
use crate::numbered::{All, Invalid, valid};

/// What is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Current {
    /// The number of the generation; 0 where nothing was ever installed.
    pub number: u64,
    /// The package of the program; `None` where the store holds drivers alone.
    pub app: Option<Sha256Hex>,
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
    pub all: All<Generation>,
}

impl History {
    /// Reads all files of generations.
    pub fn read(disk: &dyn Disk) -> Result<Self, StoreError> {
        Ok(Self { all: FILES.read(disk, Generation::parse)? })
    }

    /// The valid generations, newest first.
    pub fn valid(&self) -> impl Iterator<Item = &Generation> {
        valid(&self.all)
    }

    /// The newest valid generation, or one in which nothing is installed.
    pub fn newest(&self) -> Generation {
        self.valid().next().cloned().unwrap_or_default()
    }

    /// Newer generations than the newest valid one.
    pub fn skipped(&self) -> Vec<Skipped> {
        let skipped = self.all.iter().map_while(|(number, parsed)| match parsed {
            Ok(_) => None,
            Err(Invalid::Damaged) => Some(Skipped::Damaged { number: *number }),
            Err(Invalid::Unreadable) => Some(Skipped::Unreadable { number: *number }),
        });
        skipped.collect()
    }

    pub fn current(&self) -> Current {
        let Generation { number, app, plugins, .. } = self.newest();
        Current { number, app, plugins, skipped: self.skipped() }
    }
}
