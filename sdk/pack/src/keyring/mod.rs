//! Keyrings as the publisher makes them: the first one, the next one, and their signatures.
//!
//! A keyring that has too few signatures stands beside its place, as `2.keyring.draft`: a client that
//! met it would take its base for a liar.

mod chain;
mod change;
mod publish;

pub(crate) use chain::read;
pub use chain::{Chain, Link, draft_path, keyring_path};
pub use change::{Changes, RoleChange, TextFault, first, next};
pub use publish::{Placed, begin, rotate, sign};
