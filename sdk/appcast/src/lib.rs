//! The signed feed.
