//! The feed as its publisher makes it: items, withdrawals, signatures.
//!
//! A folder holds what is published, as any static host serves it. What is not yet signed stands
//! beside the feed as `appcast.xml.draft`, so that the feed itself always verifies:
//!
//! ```text
//! appcast.xml             the feed; replaced in one step
//! appcast.xml.draft       the next one, until it has all its signatures
//! 1.keyring 2.keyring     the chain
//! p/SHA256                packages, and beside each SHA256.minisig
//! ```

mod add;
mod edit;
mod folder;
mod item;
mod sign;
mod withdraw;

pub use add::{Added, Adding, add};
pub(crate) use add::{is_in_scope, read_minisig, read_package};
pub use edit::EditFault;
pub use folder::{FEED_FILE, FeedFolder};
pub(crate) use item::place;
pub use item::{Critical, Said};
pub use sign::{MAX_DAYS, SignedFeed, refresh, sign};
pub use withdraw::{refuse, remove, withdraw};
