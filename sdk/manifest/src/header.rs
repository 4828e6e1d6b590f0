//! What is checked before the TOML parser sees a byte: size, encoding, the first key, and the
//! constructs of TOML 1.1, which the parser would take.
//!
//! The first key decides which grammar the rest is read by. So a file of a later grammar gets the
//! answer "needs a newer Meterport" whatever else is in it.

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

use crate::error::ManifestError;

/// Largest manifest in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// The grammar that this crate reads: `manifest = 1`.
pub const MANIFEST_NUMBER: u32 = 1;

/// The text of the file, of which the first key is known to be `manifest = 1`.
pub(crate) fn checked(bytes: &[u8]) -> Result<&str, ManifestError> {
    if bytes.len() > MAX_BYTES {
        return Err(ManifestError::TooLarge { bytes: bytes.len() });
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(ManifestError::ByteOrderMark);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or(bytes);
        ManifestError::NotUtf8 { line: lines(good) }
    })?;
    check_first_key(text)?;
    check_toml_1_0(text)?;
    Ok(text)
}

/// The line, from 1, of the byte at `offset`.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    lines(text.as_bytes().get(..offset).unwrap_or(text.as_bytes()))
}

fn lines(before: &[u8]) -> usize {
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

fn raw<'t>(text: &'t str, token: &Token) -> &'t str {
    text.get(token.span().start()..token.span().end()).unwrap_or("")
}

fn check_first_key(text: &str) -> Result<(), ManifestError> {
    let mut tokens = Source::new(text).lex().filter(|token| token.kind() != TokenKind::Whitespace);
    let mut next = || tokens.next().map(|token| (token.kind(), raw(text, &token), token.span()));

    let mut key = next();
    while matches!(key, Some((TokenKind::Comment | TokenKind::Newline, ..))) {
        key = next();
    }
    let line = key.map_or(1, |(_, _, span)| line_of(text, span.start()));
    let first_key = ManifestError::FirstKey { line };

    let Some((TokenKind::Atom, "manifest", _)) = key else { return Err(first_key) };
    let Some((TokenKind::Equals, ..)) = next() else { return Err(first_key) };
    let Some((TokenKind::Atom, number, _)) = next() else { return Err(first_key) };
    let Some((TokenKind::Comment | TokenKind::Newline | TokenKind::Eof, ..)) = next() else {
        return Err(first_key);
    };
    let is_number = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
    match number {
        "1" => Ok(()),
        _ if is_number => Err(ManifestError::Newer { number: number.chars().take(20).collect() }),
        _ => Err(first_key),
    }
}

/// TOML 1.1 allows line ends and a last comma in inline tables, and the escapes `\e` and `\x`.
/// The manifest is TOML 1.0, so that every parser of it reads the same.
fn check_toml_1_0(text: &str) -> Result<(), ManifestError> {
    let refused = |token: &Token, detail: String| {
        Err(ManifestError::Syntax { line: line_of(text, token.span().start()), detail })
    };
    let mut open = Vec::new();
    let mut after_comma = false;
    for token in Source::new(text).lex() {
        let in_inline_table = open.last() == Some(&TokenKind::LeftCurlyBracket);
        match token.kind() {
            kind @ (TokenKind::LeftCurlyBracket | TokenKind::LeftSquareBracket) => open.push(kind),
            TokenKind::RightCurlyBracket if after_comma && in_inline_table => {
                return refused(&token, "an inline table cannot end with a comma".to_owned());
            }
            TokenKind::RightCurlyBracket | TokenKind::RightSquareBracket => {
                open.pop();
            }
            TokenKind::Newline if in_inline_table => {
                return refused(&token, "an inline table must be on one line".to_owned());
            }
            TokenKind::BasicString | TokenKind::MlBasicString => {
                if let Some(escape) = later_escape(raw(text, &token)) {
                    return refused(&token, format!("TOML 1.0 has no escape `\\{escape}`"));
                }
            }
            _ => {}
        }
        if token.kind() != TokenKind::Whitespace {
            after_comma = token.kind() == TokenKind::Comma;
        }
    }
    Ok(())
}

/// The escape of TOML 1.1 in a string as it stands in the file.
fn later_escape(string: &str) -> Option<char> {
    let mut chars = string.chars();
    while let Some(c) = chars.next() {
        if c == '\\'
            && let Some(escape @ ('e' | 'x')) = chars.next()
        {
            return Some(escape);
        }
    }
    None
}
