//! Text from outside, made safe to print.
//!
//! Model names, notes, driver logs and feed titles come from devices and networks. On a terminal a
//! control character can move the cursor, hide text or change its direction. JSON escapes them and
//! needs nothing from here.

use std::borrow::Cow;

/// The text without C0 and C1 controls and without characters that change the direction of text.
/// Line ends and tabs become a space, so that words do not grow together.
pub fn printable(text: &str) -> Cow<'_, str> {
    if is_printable(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .filter_map(|character| match character {
                '\n' | '\r' | '\t' => Some(' '),
                other => (!is_control(other)).then_some(other),
            })
            .collect(),
    )
}

/// Whether [`printable`] would leave the text as it is.
pub fn is_printable(text: &str) -> bool {
    !text.chars().any(is_control)
}

fn is_control(character: char) -> bool {
    // `char::is_control` is Unicode's Cc: C0, delete and C1. The rest is Unicode's Bidi_Control
    // and the two separators that some terminals take for a line end.
    character.is_control()
        || matches!(
            character,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_printed() {
        for (text, safe) in [
            ("\u{1b}[2Jgone", "[2Jgone"),
            ("\u{9b}31mred", "31mred"),
            ("a\u{202e}b\u{2066}c\u{2069}\u{200f}\u{061c}", "abc"),
            ("line\r\nline\ttab", "line  line tab"),
            ("bell\u{7}\u{7f}\u{0}", "bell"),
        ] {
            assert!(!is_printable(text));
            assert_eq!(printable(text), safe);
        }
    }

    #[test]
    fn ordinary_text_of_any_script_stays() {
        for text in
            ["OneTouch Ultra 2", "Blutzuckermessgerät", "血糖 120", "سكر", "🍎 after lunch", ""]
        {
            assert!(matches!(printable(text), Cow::Borrowed(same) if same == text));
        }
    }
}
