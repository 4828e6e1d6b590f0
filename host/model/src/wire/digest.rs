//! The header `Content-Digest` of a chunk.
//!
//! Spec: RFC 9530, section 2; the value is a dictionary of byte sequences (RFC 8941). Only
//! `sha-256` is written and required; other members are passed over.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest as _;

use super::{Digest, WireError};

/// The header's value for this body.
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(sha2::Sha256::digest(body)))
}

/// The SHA-256 that a header's value names.
pub fn parse_content_digest(header: &str) -> Result<Digest, WireError> {
    header
        .split(',')
        .find_map(|member| member.trim().strip_prefix("sha-256=:")?.strip_suffix(':'))
        .and_then(|text| STANDARD.decode(text).ok())
        .and_then(|bytes| bytes.try_into().ok())
        .map(Digest::from_bytes)
        .ok_or(WireError::Digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_without_sha_256_is_refused() {
        for header in ["", "sha-512=:AAAA:", "sha-256=AAAA", "sha-256=:AAAA:", "sha-256=:*:"] {
            assert_eq!(parse_content_digest(header), Err(WireError::Digest), "{header}");
        }
    }

    #[test]
    fn the_example_of_the_rfc_is_read() {
        let body = b"{\"hello\": \"world\"}\n";
        let header = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
        assert_eq!(content_digest(body), header);
        let both = format!("sha-512=:AAAA:, {header}");
        let read = parse_content_digest(&both).unwrap();
        assert_eq!(read, Digest::of(body));
    }
}
