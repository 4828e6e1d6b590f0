//! The store of drivers: packages by their hash, and generations that say which of them are
//! installed.
//!
//! ```text
//! lock                     taken for every write and for collecting
//! objects/<sha256>         packages: immutable, hashed at every load
//! generations/000042.gen   what is installed, as of change 42; the newest valid one counts
//! ```
//!
//! Every change adds a generation and rewrites nothing, so a crash at any moment leaves the old
//! state or the new one, and going back means writing a new generation. There is no pointer to
//! tear. Names that come from outside (ids, versions) stand inside files and never become paths:
//! every name in the store is a hash or a number.
//!
//! Deliberately not here: the network, the feed, signatures, versions of the program itself, and
//! reading a package. The caller knows what is in a package and who vouches for it. The folder is
//! handed over open; this crate finds no folder by itself.

mod collect;
mod current;
mod disk;
mod entry;
mod error;
mod generation;
mod hash;
mod lock;
mod publish;
mod store;

#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod store_tests;

pub use current::{Current, Skipped};
pub use entry::{Origin, PluginEntry};
pub use error::StoreError;
pub use hash::{HashError, Sha256Hex};
pub use store::{InstallOutcome, MAX_PACKAGE_BYTES, Store};
