//! Texts in which `*` stands for anything.

use std::fmt;

/// A text to compare with, in which `*` stands for any number of characters, none included.
/// There are no other wildcards, no escapes, and upper and lower case differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern as text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// True if the whole of `text` is what the pattern says.
    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(first) = parts.next() else { return text.is_empty() };
        let Some(mut rest) = text.strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        // The leftmost place of each part leaves the most room for those after it.
        for part in parts {
            let Some((_, after)) = rest.split_once(part) else { return false };
            rest = after;
        }
        rest.ends_with(last)
    }
}

impl AsRef<str> for Pattern {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_text_that_only_begins_or_ends_like_the_pattern_does_not_match() {
        for (pattern, text) in [
            ("GlucoLink", "GlucoLink One"),
            ("GlucoLink*", "My GlucoLink"),
            ("*.glk", "a.glk.bak"),
            ("a*a", "a"),
            ("a*b*b", "ab"),
            ("a*bc*c", "abc"),
            ("GLUCO", "gluco"),
            ("", "x"),
            ("?", "x"),
        ] {
            assert!(!Pattern::new(pattern).matches(text), "{pattern} on {text}");
        }
    }

    #[test]
    fn a_star_stands_for_anything_and_nothing() {
        for (pattern, text) in [
            ("GlucoLink", "GlucoLink"),
            ("GlucoLink*", "GlucoLink"),
            ("*.glk", ".glk"),
            ("*.glk", "a.glk.glk"),
            ("a*a", "aa"),
            ("a*b*b", "a-b-b"),
            ("*", ""),
            ("**", "anything"),
            ("", ""),
            ("*ß*", "Maß 1"),
        ] {
            assert!(Pattern::new(pattern).matches(text), "{pattern} on {text}");
        }
    }

    #[test]
    fn many_stars_take_no_longer_than_the_text_is_long() {
        let pattern = Pattern::new("*a".repeat(128));
        assert!(!pattern.matches(&"a".repeat(100)));
        assert!(pattern.matches(&"a".repeat(128)));
    }
}
