//! What is installed, and how it changes: the store of drivers and versions of the program, and the
//! client of the signed feeds.
//!
//! ```text
//! lock                          taken for every write and for collecting
//! objects/<sha256>              drivers and verified feeds: immutable, hashed at every load
//! versions/<sha256>/…           versions of the program, by the hash of their package
//! generations/000042.gen        what is installed, as of change 42; the newest valid one counts
//! bad/<sha256>                  versions that failed here or were withdrawn
//! keyrings/<sha256>/7.keyring   the keyrings of a feed, as they were accepted
//! state/000017.json             what is remembered of feeds; the newest valid one counts
//! staging/<sha256>              packages on their way in, trusted for nothing
//! busy                          locked while a meter is read
//! ```
//!
//! Every change adds a name and rewrites nothing, so a crash at any moment leaves the old state or
//! the new one, and going back means writing a new generation. There is no pointer to tear. Names
//! that come from outside (ids, versions) stand inside files and never become paths: every name in
//! the store is a hash or a number, save those of the files inside a version, which are checked.
//!
//! An update is this line. Only its first step knows a network, and only its last one changes what
//! is installed:
//!
//! ```text
//! refresh --Trusted--> decide --Offer--> Download --Package--> check --Checked…--> install
//!  fetch, verify        decide            fetch, verify         verify               install
//! ```
//!
//! [`refresh`] believes a feed only after all checks and writes it down only then; [`trusted`] reads
//! that back and verifies it again. [`decide`] is pure. A [`Download`] needs a [`Refreshed`], so
//! nothing is fetched before a refresh. What is inside a package must be what its item says before
//! [`install`] can name it. What a feed forbids ([`disabled`]) holds at every load, however old the
//! feed is.
//!
//! Deliberately not here: the network itself, the formats of feeds and keyrings, and reading a
//! driver's package. The folder is handed over open; this crate finds no folder by itself.

mod apply;
mod as_text;
mod ask;
mod bad;
mod base;
mod by_hand;
mod chain;
mod change;
mod clock;
mod collect;
mod current;
mod decide;
mod disk;
mod download;
mod entry;
mod error;
mod fetch;
mod first;
mod generation;
mod hash;
mod hours;
mod launch;
mod lease;
mod load;
mod lock;
mod notice;
mod numbered;
mod owner;
mod publish;
mod pull;
mod read;
mod refresh;
mod rules;
mod source;
mod staging;
mod state;
mod step_back;
mod store;
mod transport;
mod trial;
mod trust;
mod versions;
mod walk;
mod withdrawn;

#[cfg(test)]
mod client_tests;
#[cfg(test)]
mod crash_disk;
#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod launch_tests;
#[cfg(test)]
mod owner_tests;
#[cfg(test)]
mod state_tests;
#[cfg(test)]
mod store_tests;
#[cfg(test)]
mod testing;

pub use apply::{ApplyError, CheckedApp, CheckedDriver, ReadManifest, install};
pub use bad::{Bad, BadReason};
pub use base::{Base, BaseError, Origins};
pub use by_hand::{ByHand, Refusal, check_file, check_unsigned, signer_name};
pub use change::{Change, InstallOutcome, NewPlugin};
pub use clock::Clock;
pub use current::{Current, Skipped};
pub use decide::{
    Decision, Disabled, DisabledWhy, Hidden, Installed, InstalledDriver, Offer, Question, Reason,
    ShippedDriver, compare, decide,
};
pub use download::{AppPackage, Attempt, Download, DownloadError, DriverPackage, Package};
pub use entry::{Origin, PluginEntry};
pub use error::StoreError;
pub use fetch::FetchError;
pub use hash::{HashError, Sha256Hex};
pub use hours::{Hours, HoursError};
pub use launch::{Remark, StartKind, Started};
pub use lease::{Idle, Lease};
pub use notice::{Asked, FeedNotice, Outcome};
pub use owner::{OwnerError, check_program, check_store};
pub use refresh::{RefreshError, Refreshed, refresh};
pub use rules::{Mode, ModeError, Rules};
pub use source::{Carried, Scope, Source};
pub use staging::Staged;
pub use state::{Choice, FeedState, Notice, State};
pub use step_back::RolledBack;
pub use store::{MAX_PACKAGE_BYTES, Store};
pub use transport::{
    Body, CONNECT_MOST, IDLE_MOST, Request, Response, Resume, Transport, TransportError,
};
pub use trial::Running;
pub use trust::{MAX_STALE_DAYS, NotNow, Standing, TrustError, Trusted, TrustedFeed, trusted};
pub use versions::{EntryFault, UnpackError, Unpacked, app_of};
pub use withdrawn::{Barred, disabled, owner, withdrawn};
