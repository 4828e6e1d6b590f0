//! What is counted before the XML parser sees the text.
//!
//! The parser compares all attributes of an element with each other and copies the namespaces of
//! every parent, so a small file can cost it minutes and gigabytes. No feed has any of that.
//!
//! INVARIANT: as long as the text is well-formed, this sees the same tags as the parser; where it
//! is not, the parser stops at the same place.

use super::fault::AppcastError;

/// Deepest nesting that is read. `rss`, `channel`, `item`, `sparkle:deltas`, `enclosure` are five;
/// notes may hold XHTML.
pub(crate) const MAX_DEPTH: usize = 64;
/// Most attributes of one element, declarations of namespaces included.
pub(crate) const MAX_ATTRIBUTES: usize = 64;
/// Most declarations of namespaces in all.
pub(crate) const MAX_NAMESPACES: usize = 1024;

/// What was seen on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Where the name of the root element ends, in bytes: a place for one more attribute.
    pub root_name_end: Option<usize>,
}

/// Refuses what would cost too much, and document types.
pub(crate) fn check(text: &str) -> Result<Shape, AppcastError> {
    let mut shape = Shape::default();
    let mut depth: usize = 0;
    let mut namespaces: usize = 0;
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        rest = if let Some(comment) = after.strip_prefix("!--") {
            past(comment, "-->")
        } else if let Some(data) = after.strip_prefix("![CDATA[") {
            past(data, "]]>")
        } else if let Some(instruction) = after.strip_prefix('?') {
            past(instruction, "?>")
        } else if after.starts_with('!') {
            return Err(AppcastError::Doctype);
        } else if let Some(end) = after.strip_prefix('/') {
            depth = depth.saturating_sub(1);
            past(end, ">")
        } else {
            let tag = Tag::read(after)?;
            namespaces = namespaces.saturating_add(tag.namespaces);
            if namespaces > MAX_NAMESPACES {
                let (what, limit) = ("declarations of namespaces", MAX_NAMESPACES);
                return Err(AppcastError::TooMany { what, limit });
            }
            if shape.root_name_end.is_none() {
                shape.root_name_end = text.len().checked_sub(tag.behind_name.len());
            }
            if !tag.is_empty {
                depth = depth.saturating_add(1);
                if depth > MAX_DEPTH {
                    return Err(AppcastError::TooDeep { limit: MAX_DEPTH });
                }
            }
            tag.rest
        };
    }
    Ok(shape)
}

/// What follows the first `end`; nothing if there is none.
fn past<'t>(text: &'t str, end: &str) -> &'t str {
    text.split_once(end).map_or("", |(_, after)| after)
}

/// One start tag.
struct Tag<'t> {
    is_empty: bool,
    namespaces: usize,
    behind_name: &'t str,
    rest: &'t str,
}

impl<'t> Tag<'t> {
    /// Reads on from behind the `<`.
    fn read(text: &'t str) -> Result<Self, AppcastError> {
        let name_ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
        let behind_name = text.find(name_ends).and_then(|at| text.get(at..)).unwrap_or("");
        let mut tag = Self { is_empty: false, namespaces: 0, behind_name, rest: "" };
        let mut attributes: usize = 0;
        let mut rest = behind_name;
        // Quoted values may hold `>`; an unquoted `=` is one attribute.
        while let Some(at) = rest.find(['=', '>', '"', '\'']) {
            let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
            let mut characters = from.chars();
            let found = characters.next();
            rest = characters.as_str();
            match found {
                Some('>') => {
                    tag.is_empty = before.ends_with('/');
                    tag.rest = rest;
                    return Ok(tag);
                }
                Some('=') => {
                    attributes = attributes.saturating_add(1);
                    if before.trim_start().starts_with("xmlns") {
                        tag.namespaces = tag.namespaces.saturating_add(1);
                    }
                }
                Some(quote) => {
                    let Some((_, after)) = rest.split_once(quote) else { break };
                    rest = after;
                }
                None => break,
            }
            if attributes > MAX_ATTRIBUTES {
                let (what, limit) = ("attributes at one element", MAX_ATTRIBUTES);
                return Err(AppcastError::TooMany { what, limit });
            }
        }
        Ok(tag)
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_NAMESPACES, check};
    use crate::appcast::AppcastError;

    #[test]
    fn a_document_type_is_refused_wherever_it_stands() {
        for text in [
            "<!DOCTYPE rss><rss/>",
            "<?xml version='1.0'?>\n<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>",
        ] {
            assert_eq!(check(text), Err(AppcastError::Doctype), "{text}");
        }
    }

    #[test]
    fn one_level_too_many_is_too_deep() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));

        assert_eq!(check(&nested(MAX_DEPTH + 1)), Err(AppcastError::TooDeep { limit: MAX_DEPTH }));
        assert!(check(&nested(MAX_DEPTH)).is_ok());
        assert!(check(&format!("<r>{}</r>", nested(2).repeat(1000))).is_ok());
    }

    #[test]
    fn what_no_parser_takes_for_a_tag_does_not_count() {
        let many = "<a>".repeat(MAX_DEPTH + 1);
        for text in [
            format!("<r><!-- {many} --></r>"),
            format!("<r><![CDATA[{many}]]></r>"),
            format!("<r><?x {many}?></r>"),
            format!("<r>{}</r>", "<a b='/>'></a><c d=\"'>\" />".repeat(MAX_DEPTH + 1)),
        ] {
            assert!(check(&text).is_ok(), "{text}");
            assert!(roxmltree::Document::parse(&text).is_ok_and(|_| true) || text.contains("<a>"));
        }
    }

    #[test]
    fn one_attribute_too_many_is_refused() {
        let element = |count: usize| {
            let attributes: String = (0..count).map(|n| format!(" a{n} = '='")).collect();
            format!("<r{attributes}/>")
        };

        assert!(check(&element(MAX_ATTRIBUTES + 1)).is_err());
        assert!(check(&element(MAX_ATTRIBUTES)).is_ok());
    }

    #[test]
    fn one_declaration_too_many_is_refused() {
        let element = |count: usize| {
            format!(
                "<r>{}</r>",
                (0..count).map(|n| format!("<a xmlns:n{n}='u'/>")).collect::<String>()
            )
        };

        assert!(check(&element(MAX_NAMESPACES + 1)).is_err());
        assert!(check(&element(MAX_NAMESPACES)).is_ok());
    }

    #[test]
    fn another_attribute_fits_behind_the_name_of_the_root() {
        for text in ["<?xml?><!-- <a> --><rss/>", "<rss version='2.0'></rss>", "<rss>"] {
            let at = check(text).unwrap().root_name_end.unwrap();
            assert!(text[..at].ends_with("<rss"), "{text}");
        }
    }
}
