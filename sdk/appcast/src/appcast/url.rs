//! Addresses of packages, as an enclosure says them.
//!
//! Which of them the client opens is decided where bases are known.

/// Why a text is no address of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlFault {
    /// Nothing stands there.
    #[error("is empty")]
    Empty,
    /// Longer than any server takes.
    #[error("is longer than {MAX_URL_BYTES} bytes")]
    TooLong,
    /// Something that no address holds.
    #[error("holds a character that is no part of an address")]
    Character,
    /// `file:`, `ftp:`, `data:` …
    #[error("is neither relative nor `http:` nor `https:`")]
    Scheme,
}

/// Longest address in bytes.
const MAX_URL_BYTES: usize = 2048;

/// Checks an address that is relative to the feed, or `http:`, or `https:`. A blank becomes `%20`.
pub(crate) fn checked(text: &str) -> Result<String, UrlFault> {
    if text.is_empty() {
        return Err(UrlFault::Empty);
    }
    if text.len() > MAX_URL_BYTES {
        return Err(UrlFault::TooLong);
    }
    // RFC 3986, 2: what is outside is percent-encoded. Backslashes are slashes to some readers.
    let is_outside = |b: u8| {
        !(b.is_ascii_graphic() || b == b' ')
            || matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
    };
    if text.bytes().any(is_outside) {
        return Err(UrlFault::Character);
    }
    match scheme(text) {
        Some(scheme)
            if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") =>
        {
            Err(UrlFault::Scheme)
        }
        _ => Ok(text.replace(' ', "%20")),
    }
}

/// RFC 3986, 4.2: a colon before the first slash ends a scheme.
fn scheme(text: &str) -> Option<&str> {
    let before = text.split(['/', '?', '#']).next().unwrap_or(text);
    before.split_once(':').map(|(scheme, _)| scheme)
}

#[cfg(test)]
mod tests {
    use super::{UrlFault, checked};

    #[test]
    fn what_is_neither_relative_nor_http_is_refused() {
        for text in [
            "file:///etc/passwd",
            "FILE:/etc/passwd",
            "ftp://a.example/x",
            "data:application/wasm;base64,AAAA",
            "javascript:alert(1)",
            "c:/windows/x",
            ":x",
        ] {
            assert_eq!(checked(text), Err(UrlFault::Scheme), "{text}");
        }
    }

    #[test]
    fn what_stands_in_no_address_is_refused() {
        for text in ["p\\x", "p/\u{202E}x", "p/ä", "p/\tx", "p/\nx", "p/<x>", "https://a\0b/"] {
            assert_eq!(checked(text), Err(UrlFault::Character), "{text:?}");
        }
        assert_eq!(checked(""), Err(UrlFault::Empty));
        assert_eq!(checked(&"p".repeat(2049)), Err(UrlFault::TooLong));
    }

    #[test]
    fn a_blank_becomes_a_code_and_nothing_else_is_changed() {
        for (text, url) in [
            ("p/9f86", "p/9f86"),
            ("../a/b%20c d.wasm?x=1:2#y", "../a/b%20c%20d.wasm?x=1:2#y"),
            ("//cdn.example/x", "//cdn.example/x"),
            (
                "https://updates.example/My App 1.0.zip",
                "https://updates.example/My%20App%201.0.zip",
            ),
            ("HTTP://updates.example/x", "HTTP://updates.example/x"),
        ] {
            assert_eq!(checked(text).as_deref(), Ok(url));
        }
    }
}
