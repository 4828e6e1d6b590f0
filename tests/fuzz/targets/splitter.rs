//! Splitting loses and invents nothing: what splits joins to the same bytes, and what a comment says
//! prints as it was.

#![no_main]

use libfuzzer_sys::fuzz_target;
use meterport_appcast::{Comment, PublicKey, Signature, join, split};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(envelope) = split(bytes) {
        assert!(bytes.starts_with(envelope.signed));
        assert_eq!(join(envelope.signed, &envelope.signatures).as_deref(), Ok(bytes));
    }
    if let Ok(signatures) = Signature::file(bytes) {
        let text: String = signatures.iter().map(ToString::to_string).collect();
        assert!(
            Signature::file(text.as_bytes()).is_ok_and(|again| again.len() == signatures.len())
        );
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for line in text.lines() {
        let comment = line.strip_prefix("trusted comment: ").unwrap_or(line);
        if let Some(read) = Comment::parse(comment) {
            assert_eq!(read.to_string(), comment);
        }
        if let Ok(key) = PublicKey::parse(line) {
            assert_eq!(key.to_string(), line);
        }
    }
});
