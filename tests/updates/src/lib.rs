//! A publisher for tests, honest or not, and a client of the signed feed in a temporary folder.
//!
//! The publisher shares no code with the client: it writes comments, keyrings, envelopes and items
//! by itself, and signs with the `minisign` crate. So a mistake that both sides would make alike is
//! found. Every trick that an attacker needs is here under its name. The tests are the folders
//! `tests/conformance` and `tests/attacks`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a kit for tests: what fails here fails the test that asked for it"
)]

mod answer;
mod app_package;
mod block;
mod clinic;
mod driver;
mod failure;
mod feed;
mod folder;
mod item;
mod key;
mod mirror;
mod ring;

pub use answer::{Answer, Part};
pub use app_package::{AppPackage, Entry, archive, compressed, header};
pub use block::Block;
pub use clinic::{BASE, BUILD, Clinic, NOW, OTHER_BASE, UNTIL};
pub use driver::{Driver, hid};
pub use failure::Failure;
pub use feed::{Feed, comment_feed, comment_fresh, signed};
pub use folder::{is_plain_name, snapshot};
pub use item::{Enclosure, Item};
pub use key::Key;
pub use mirror::{Asked, Mirror};
pub use ring::Ring;
