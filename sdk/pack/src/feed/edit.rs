//! Changes to the text of a feed. What is there stays there, byte for byte: an item is put before
//! the first one, a withdrawal into its item, a refusal into the channel.
//!
//! Pure: text in, text out. Who edits checks the result with the client's own reading.

use std::io;

use jiff::Timestamp;
use meterport_appcast::{ItemId, Kind, MP_NAMESPACE, OsWord, SPARKLE_NAMESPACE, Sha256Hex};
use roxmltree::{Document, Node};
use semver::Version;

use super::item::{self, Said};
use crate::package::Package;

/// Why a feed is not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EditFault {
    /// Not XML, or no feed.
    #[error("the feed is no XML with a `channel`: {detail}")]
    Xml {
        /// What the parser says.
        detail: String,
    },
    /// The prefixes that new elements use mean something else there.
    #[error("the feed does not bind the prefixes `sparkle` and `mp` as this tool does")]
    Prefixes,
    /// The same version for the same system is there.
    #[error("`{id}` {version} for `{os}` is in the feed already")]
    Twice {
        /// The id.
        id: ItemId,
        /// The version.
        version: Version,
        /// The system.
        os: OsWord,
    },
    /// Its item is what says so.
    #[error("`{id}` {version} is withdrawn, which its item has to go on saying")]
    Withdrawn {
        /// The id.
        id: ItemId,
        /// The version.
        version: Version,
    },
    /// There is no such item.
    #[error("`{id}` {version} is not in the feed")]
    NoItem {
        /// The id.
        id: ItemId,
        /// The version.
        version: Version,
    },
    /// A text with a character that XML or a terminal does not bear.
    #[error("the {what} holds a control character")]
    Control {
        /// Which text.
        what: &'static str,
    },
    /// An item that the client would drop.
    #[error("a client would not take the new item: {reason}")]
    Refused {
        /// Why.
        reason: String,
    },
    /// The text did not come out. Our own bug.
    #[error("the feed does not become XML")]
    Write(#[from] io::Error),
}

/// An empty feed with this title.
pub fn empty(title: &str, link: Option<&str>) -> Result<String, EditFault> {
    plain("title", title)?;
    Ok(item::write_empty(title, link)?)
}

/// The feed with one item more, before all others.
pub fn add(
    feed: &str,
    package: &Package,
    said: &Said,
    vendor_signature: Option<&str>,
    date: Timestamp,
) -> Result<String, EditFault> {
    plain("title", said.title.as_deref().unwrap_or_default())?;
    plain("notes", said.notes.as_deref().unwrap_or_default())?;
    let document = parse(feed)?;
    let channel = channel(&document)?;
    let new = item::write(package, said, vendor_signature, date)?;
    let place = line_start(feed, first_item(channel));
    Ok(spliced(feed, place, place, &new))
}

/// The feed with every package of that version withdrawn. A withdrawal that is there is replaced.
pub fn withdraw(
    feed: &str,
    id: &ItemId,
    version: &Version,
    kind: Kind,
    reason: &str,
) -> Result<String, EditFault> {
    plain("reason", reason)?;
    let document = parse(feed)?;
    let items = items_of(&document, id, version)?;
    let new = item::write_withdrawn(kind.as_str(), reason)?;
    let mut text = feed.to_owned();
    // From the last to the first, so that places before it stay what they are.
    for found in items.iter().rev() {
        let present = found.children().find(|node| node.has_tag_name((MP_NAMESPACE, "withdrawn")));
        text = match present {
            Some(present) => spliced(&text, present.range().start, present.range().end, &new),
            None => {
                let place = line_start(feed, end_tag(feed, *found));
                spliced(&text, place, place, &format!("      {new}\n"))
            }
        };
    }
    Ok(text)
}

/// The feed without that version; or without its items of one package.
pub fn remove(
    feed: &str,
    id: &ItemId,
    version: &Version,
    sha256: Option<&str>,
) -> Result<String, EditFault> {
    let document = parse(feed)?;
    let mut text = feed.to_owned();
    let has_package = |item: &Node<'_, '_>| {
        let sums = item.children().filter_map(|node| node.attribute((MP_NAMESPACE, "sha256")));
        sha256.is_none_or(|sha256| sums.into_iter().any(|sum| sum == sha256))
    };
    for found in items_of(&document, id, version)?.iter().rev().filter(|item| has_package(item)) {
        if found.children().any(|node| node.has_tag_name((MP_NAMESPACE, "withdrawn"))) {
            return Err(EditFault::Withdrawn { id: id.clone(), version: version.clone() });
        }
        let range = found.range();
        let start = line_start(feed, range.start);
        let is_line = feed.get(range.end..).is_some_and(|rest| rest.starts_with('\n'));
        let end = if is_line { range.end.saturating_add(1) } else { range.end };
        text = spliced(&text, start, end, "");
    }
    Ok(text)
}

/// The feed with a file more that is refused even when it is installed by hand.
pub fn refuse(feed: &str, sha256: &Sha256Hex) -> Result<String, EditFault> {
    let document = parse(feed)?;
    let channel = channel(&document)?;
    let name = sha256.to_string();
    let is_there = |node: Node<'_, '_>| {
        node.has_tag_name((MP_NAMESPACE, "refuse")) && node.attribute("sha256") == Some(&name)
    };
    if channel.children().any(is_there) {
        return Ok(feed.to_owned());
    }
    let place = line_start(feed, first_item(channel));
    Ok(spliced(feed, place, place, &format!("    <mp:refuse sha256=\"{name}\"/>\n")))
}

fn parse(feed: &str) -> Result<Document<'_>, EditFault> {
    let document =
        Document::parse(feed).map_err(|error| EditFault::Xml { detail: error.to_string() })?;
    let root = document.root_element();
    let binds = |prefix, uri| root.lookup_namespace_uri(Some(prefix)) == Some(uri);
    match binds("sparkle", SPARKLE_NAMESPACE) && binds("mp", MP_NAMESPACE) {
        true => Ok(document),
        false => Err(EditFault::Prefixes),
    }
}

fn channel<'a, 'input>(document: &'a Document<'input>) -> Result<Node<'a, 'input>, EditFault> {
    let root = document.root_element();
    let channel = root.children().find(|node| node.has_tag_name("channel"));
    channel.ok_or_else(|| EditFault::Xml { detail: "there is no `channel`".to_owned() })
}

/// Every item of a version, one at least, in the order of the feed.
fn items_of<'a, 'input>(
    document: &'a Document<'input>,
    id: &ItemId,
    version: &Version,
) -> Result<Vec<Node<'a, 'input>>, EditFault> {
    let items: Vec<Node<'_, '_>> = channel(document)?
        .children()
        .filter(|node| node.has_tag_name("item") && is_version(*node, id, version))
        .collect();
    if items.is_empty() {
        return Err(EditFault::NoItem { id: id.clone(), version: version.clone() });
    }
    Ok(items)
}

/// Where the first item begins; without one, where the channel's end tag does.
fn first_item(channel: Node<'_, '_>) -> usize {
    let item = channel.children().find(|node| node.has_tag_name("item"));
    match item {
        Some(item) => item.range().start,
        None => end_tag(channel.document().input_text(), channel),
    }
}

/// Where the end tag of an element begins. One without a content of its own has none, and then it
/// is behind the element: what is put there is not read, and the check afterwards says so.
fn end_tag(text: &str, element: Node<'_, '_>) -> usize {
    let range = element.range();
    let inside = text.get(range.clone()).and_then(|element| element.rfind("</"));
    inside.map_or(range.end, |place| range.start.saturating_add(place))
}

/// The start of the line, where nothing but blanks stands before the place.
fn line_start(text: &str, place: usize) -> usize {
    let before = text.get(..place).unwrap_or_default();
    let trimmed = before.trim_end_matches([' ', '\t']);
    if trimmed.is_empty() || trimmed.ends_with('\n') { trimmed.len() } else { place }
}

fn spliced(text: &str, from: usize, to: usize, new: &str) -> String {
    let before = text.get(..from).unwrap_or_default();
    let after = text.get(to..).unwrap_or_default();
    [before, new, after].concat()
}

fn is_version(item: Node<'_, '_>, id: &ItemId, version: &Version) -> bool {
    let text = |name: (&str, &str)| {
        let child = item.children().find(|node| node.has_tag_name(name));
        child.and_then(|node| node.text()).map(str::trim)
    };
    text((MP_NAMESPACE, "id")) == Some(id.to_string().as_str())
        && text((SPARKLE_NAMESPACE, "version")) == Some(version.to_string().as_str())
}

/// Text that XML bears and that steers no terminal: line ends and tabs, but no other controls and
/// nothing that changes the direction of text.
fn plain(what: &'static str, text: &str) -> Result<(), EditFault> {
    let is_odd =
        |character: char| !matches!(character, '\n' | '\t') && crate::text::steers(character);
    if text.chars().any(is_odd) { Err(EditFault::Control { what }) } else { Ok(()) }
}
