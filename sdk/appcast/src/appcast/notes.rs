//! Notes about a release, as text that can be shown.

/// `sparkle:format` of the notes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotesFormat {
    /// Also where nothing, or something unknown, is said.
    #[default]
    Html,
    /// `plain-text`
    PlainText,
    /// `markdown`: readable as it is.
    Markdown,
}

impl NotesFormat {
    /// Reads the attribute.
    pub(crate) fn read(text: Option<&str>) -> Self {
        match text {
            Some("plain-text") => Self::PlainText,
            Some("markdown") => Self::Markdown,
            _ => Self::Html,
        }
    }
}

/// At most so many characters, with `…` as the last one where something was cut.
pub(crate) fn cut_to_chars(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// At most so many bytes, with `…` as the last character where something was cut.
pub(crate) fn cut_to_bytes(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most.saturating_sub('…'.len_utf8()));
    let mut cut = text.get(..end).unwrap_or("").to_owned();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::{cut_to_bytes, cut_to_chars};

    #[test]
    fn what_is_cut_is_marked_and_no_longer_than_allowed() {
        assert_eq!(cut_to_chars("äöüß", 3), "äö…");
        assert_eq!(cut_to_bytes("äöüß", 7), "äö…");
        assert_eq!(cut_to_bytes("äöüß", 6), "ä…");
    }

    #[test]
    fn what_fits_is_not_cut() {
        assert_eq!(cut_to_chars("äöü", 3), "äöü");
        assert_eq!(cut_to_bytes("äöü", 6), "äöü");
        assert_eq!(cut_to_bytes("", 0), "");
    }
}
