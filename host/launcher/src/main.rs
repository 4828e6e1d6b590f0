//! Starts the newest good version.
fn main() {}
