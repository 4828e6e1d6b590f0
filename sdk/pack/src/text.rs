//! Text from outside, made safe to print. The rule is that of the host's `printable`, which this
//! tool cannot know.

/// The text without what steers a terminal; line ends and tabs become a space.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .filter_map(|character| match character {
            '\n' | '\r' | '\t' => Some(' '),
            other => (!steers(other)).then_some(other),
        })
        .collect()
}

/// True for C0, delete, C1, Unicode's Bidi_Control and the two separators that some terminals take
/// for a line end.
pub(crate) fn steers(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn nothing_that_steers_a_terminal_is_printed() {
        assert_eq!(printable("\u{1b}[2Jgone\u{202e}\r\nline\u{7f}"), "[2Jgone  line");
    }
}
