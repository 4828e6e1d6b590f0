//! Every attack on updates that we know, one folder each. The first lines of a folder say who
//! attacks, with what aim, and what must hold.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test"
)]

#[path = "arbitrary-software/mod.rs"]
mod arbitrary_software;
#[path = "archive-tricks/mod.rs"]
mod archive_tricks;
#[path = "bad-release/mod.rs"]
mod bad_release;
#[path = "borrowed-name/mod.rs"]
mod borrowed_name;
#[path = "by-hand/mod.rs"]
mod by_hand;
#[path = "captive-portal/mod.rs"]
mod captive_portal;
mod clock;
mod crash;
#[path = "elsewhere-url/mod.rs"]
mod elsewhere_url;
#[path = "endless-data/mod.rs"]
mod endless_data;
#[path = "entity-bomb/mod.rs"]
mod entity_bomb;
#[path = "extraneous-dependencies/mod.rs"]
mod extraneous_dependencies;
#[path = "fast-forward/mod.rs"]
mod fast_forward;
#[path = "feed-scope/mod.rs"]
mod feed_scope;
mod freeze;
#[path = "key-compromise/mod.rs"]
mod key_compromise;
#[path = "malicious-mirror/mod.rs"]
mod malicious_mirror;
#[path = "mix-and-match/mod.rs"]
mod mix_and_match;
#[path = "odd-feeds/mod.rs"]
mod odd_feeds;
#[path = "odd-paths/mod.rs"]
mod odd_paths;
#[path = "planted-files/mod.rs"]
mod planted_files;
#[path = "relabelled-signature/mod.rs"]
mod relabelled_signature;
mod rollback;
#[path = "slow-retrieval/mod.rs"]
mod slow_retrieval;
#[path = "two-feeds/mod.rs"]
mod two_feeds;
#[path = "two-writers/mod.rs"]
mod two_writers;
#[path = "unsigned-parsing/mod.rs"]
mod unsigned_parsing;
#[path = "vendor-reach/mod.rs"]
mod vendor_reach;
#[path = "wrong-software/mod.rs"]
mod wrong_software;
