//! Why an item of a feed is not offered.

use jiff::Timestamp;
use semver::Version;

use crate::trust::NotNow;

/// Why a version is not offered. The item itself is sound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// Nothing is installed from its feed.
    #[error(transparent)]
    Feed(#[from] NotNow),
    /// Its id belongs to another feed: the one of the administrator.
    #[error("its id belongs to the feed `{name}`")]
    OtherFeed {
        /// What people call that feed.
        name: String,
    },
    /// What is installed came from elsewhere, and stays there until somebody removes it.
    #[error("the installed one came from elsewhere; remove that first")]
    OtherOrigin,
    /// It is not newer than what is here.
    #[error("it is not newer than the installed version {installed}")]
    NotNewer {
        /// What is here.
        installed: Version,
    },
    /// A newer one is offered.
    #[error("version {by} is newer")]
    Superseded {
        /// The one that is offered.
        by: Version,
    },
    /// It is of a channel that is not followed.
    #[error("it is of the channel `{channel}`")]
    Channel {
        /// The channel.
        channel: String,
    },
    /// It is for another system.
    #[error("it is for another system")]
    System,
    /// The system is older than it needs, or its version is unknown.
    #[error("it needs a newer version of the system")]
    SystemVersion,
    /// The program does not load its contract.
    #[error("it needs another version of the program")]
    Contract,
    /// What is installed is too old to be updated to it.
    #[error("it can only follow version {least} or later")]
    MinimumUpdate {
        /// The oldest that it can follow.
        least: Version,
    },
    /// The policy allows no such version of the program.
    #[error("the policy allows no such version")]
    Pinned,
    /// Somebody does not want it.
    #[error("it was skipped here")]
    Skipped,
    /// Other sites get it first.
    #[error("other sites get it first, this one {}", .from.map_or_else(|| "never".to_owned(), |at| format!("at {at}")))]
    Phased {
        /// When it is the turn of this site; absent beyond the end of the calendar.
        from: Option<Timestamp>,
    },
    /// It is withdrawn.
    #[error("it is withdrawn")]
    Withdrawn,
    /// Its package is refused.
    #[error("its package is refused")]
    Refused,
    /// Its package failed on this computer.
    #[error("it failed on this computer")]
    Bad,
}
