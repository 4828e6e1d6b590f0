//! A whole manifest, and ways to change one thing about it.

use meterport_manifest::{Manifest, ManifestError};

/// The complete example of `README.md`.
pub const COMPLETE: &str = include_str!("../data/complete.toml");

/// The example with one text replaced, which must stand there.
pub fn edited(from: &str, to: &str) -> String {
    assert!(COMPLETE.contains(from), "the example has no {from:?}");
    COMPLETE.replacen(from, to, 1)
}

/// The example without everything from `from` to `to`, and with `new` there.
pub fn cut(from: &str, to: &str, new: &str) -> String {
    let (before, rest) = COMPLETE.split_once(from).expect("the example has the beginning");
    let (_, after) = rest.split_once(to).expect("the example has the end");
    format!("{before}{new}{to}{after}")
}

/// Parses a text that must be a manifest.
pub fn accepted(text: &str) -> Manifest {
    match Manifest::parse(text.as_bytes()) {
        Ok(manifest) => manifest,
        Err(error) => panic!("{error}\n{text}"),
    }
}

/// Parses a text that must be none.
pub fn refused(text: &str) -> ManifestError {
    match Manifest::parse(text.as_bytes()) {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(error) => error,
    }
}

/// Replaces one text after the other in the example, each alone, and compares the errors.
pub fn refuses(from: &str, table: &[(&str, &str)]) {
    for (to, message) in table {
        assert_eq!(refused(&edited(from, to)).to_string(), *message, "{to}");
    }
}
