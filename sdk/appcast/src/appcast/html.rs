//! HTML as plain text: tags are taken out, entities read, and lines kept apart.
//!
//! This is for reading, not for safety: nothing here is ever rendered, and what is shown goes
//! through the app's filter like all other text from outside. A `<` that begins no tag stays.

/// Longest tag, in bytes: what is longer is text.
const MAX_TAG_BYTES: usize = 4096;
/// Longest entity, in bytes, without `&` and `;`.
const MAX_ENTITY_BYTES: usize = 10;

/// The text of `html`; stops once it has more than `most` bytes.
pub(crate) fn plain(html: &str, most: usize) -> String {
    let mut text = Text::default();
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        if text.out.len() > most {
            break;
        }
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        rest = match c {
            '<' => tag(after, &mut text).unwrap_or_else(|| text.and('<', after)),
            '&' => match entity(after) {
                Some((decoded, after)) => text.and(decoded, after),
                None => text.and('&', after),
            },
            c => text.and(c, after),
        };
    }
    text.out.trim().to_owned()
}

/// What was written so far. Blanks are held back until something follows them.
#[derive(Default)]
struct Text {
    out: String,
    is_blank_due: bool,
}

impl Text {
    /// Writes one character, and hands `rest` on.
    fn and<'t>(&mut self, c: char, rest: &'t str) -> &'t str {
        // HTML's own blanks collapse; U+00A0 does not.
        if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}') {
            self.is_blank_due = true;
            return rest;
        }
        if self.is_blank_due && !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push(' ');
        }
        self.is_blank_due = false;
        self.out.push(c);
        rest
    }

    /// Begins a new line, with at most one empty line before it.
    fn line(&mut self, is_paragraph: bool) {
        self.is_blank_due = false;
        let ends = if is_paragraph { "\n\n" } else { "\n" };
        while !self.out.is_empty() && !self.out.ends_with(ends) {
            self.out.push('\n');
        }
    }
}

/// Takes a tag or comment out, from behind its `<`. `None` if there is none.
fn tag<'t>(text: &'t str, out: &mut Text) -> Option<&'t str> {
    if let Some(comment) = text.strip_prefix("!--") {
        return Some(comment.split_once("-->").map_or("", |(_, after)| after));
    }
    let is_end = text.starts_with('/');
    let named = text.strip_prefix('/').unwrap_or(text);
    if !named.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
        return None;
    }
    let end = tag_end(named)?;
    let name: String = named
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .take(10)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let after = named.get(end..)?;
    match name.as_str() {
        "script" | "style" if !is_end => return Some(past_end_tag(after, &name)),
        "br" | "tr" | "div" | "dt" | "dd" => out.line(false),
        "li" if !is_end => {
            out.line(false);
            out.out.push_str("- ");
        }
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "table" | "pre" | "hr"
        | "blockquote" => out.line(true),
        _ => {}
    }
    Some(after)
}

/// Where the tag is over: behind the first `>` outside of quotes, else behind the first of all.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    let mut first = None;
    for (at, byte) in tag.bytes().enumerate().take(MAX_TAG_BYTES) {
        let end = at.checked_add(1)?;
        match (byte, quote) {
            (b'>', None) => return Some(end),
            (b'>', Some(_)) => first = first.or(Some(end)),
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    first
}

/// What follows the end tag `name`: neither scripts nor styles are text.
fn past_end_tag<'t>(text: &'t str, name: &str) -> &'t str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        let is_name = after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if is_name {
            return after.split_once('>').map_or("", |(_, after)| after);
        }
        rest = after;
    }
    ""
}

/// One entity, from behind its `&`, and what follows it.
fn entity(text: &str) -> Option<(char, &str)> {
    let end = text.bytes().take(MAX_ENTITY_BYTES).position(|byte| byte == b';')?;
    let (name, after) = text.split_at_checked(end)?;
    let after = after.strip_prefix(';')?;
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok();
    let decoded = match name.strip_prefix('#') {
        Some(number_text) => {
            let code = match number_text.strip_prefix(['x', 'X']) {
                Some(digits) => number(digits, 16),
                None => number(number_text, 10),
            };
            char::from_u32(code?).filter(|c| *c != '\0')?
        }
        None => ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, c)| *c)?,
    };
    Some((decoded, after))
}

/// Those that stand in notes; any other stays as it is written.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{A0}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("bull", '•'),
    ("middot", '·'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("times", '×'),
    ("deg", '°'),
    ("micro", 'µ'),
    ("szlig", 'ß'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("eacute", 'é'),
    ("egrave", 'è'),
];

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_is_broken_stays_readable() {
        for (html, text) in [
            ("a < b & c > d", "a < b & c > d"),
            ("a <b", "a <b"),
            (
                "&unknown; &#xD800; &#0; &#99999999; &amp",
                "&unknown; &#xD800; &#0; &#99999999; &amp",
            ),
            ("<p title='it's'>text</p>", "text"),
            ("<p title=\"never closed>text</p>", "text"),
            ("<!-- never closed", ""),
            ("<script>never closed", ""),
            ("</p></p>x", "x"),
        ] {
            assert_eq!(plain(html, 1000), text, "{html}");
        }
    }

    #[test]
    fn scripts_and_styles_are_no_text() {
        let html = "<style>p { color: red }</style>a<SCRIPT>if (a</b) x</ script</script >b";
        assert_eq!(plain(html, 1000), "ab");
    }

    #[test]
    fn lists_and_paragraphs_keep_their_lines() {
        let html = "<h2>New in 1.4</h2>\n<ul>\n  <li>reads <b>90 days</b></li>\r\n  <li>M&auml;use &amp; \
                    M&#228;use</li>\n</ul><p>a<br/>b</p>\n\n\n<p>c</p>";
        assert_eq!(
            plain(html, 1000),
            "New in 1.4\n\n- reads 90 days\n- Mäuse & Mäuse\n\na\nb\n\nc"
        );
    }

    #[test]
    fn text_that_is_decoded_is_not_decoded_again() {
        assert_eq!(plain("&amp;lt;b&amp;gt; &lt;b&gt;", 1000), "&lt;b&gt; <b>");
    }

    #[test]
    fn huge_notes_are_not_read_to_their_end() {
        for html in ["<a<a".repeat(200_000), "word ".repeat(200_000), "<b>".repeat(300_000)] {
            assert!(plain(&html, 1000).len() <= 1008);
        }
    }
}
