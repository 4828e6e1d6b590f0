//! From an element `item` to its texts.

use roxmltree::Node;

use super::children::{Children, all_text};
use super::names::{Names, Space};
use super::notes::NotesFormat;
use super::oddities;
use super::raw::{RawCritical, RawEnclosure, RawItem, RawNotes, RawWithdrawn};

/// What Sparkle has at an item and we read.
pub(crate) const READ: &[&str] = &[
    "version",
    "shortVersionString",
    "channel",
    "minimumSystemVersion",
    "minimumUpdateVersion",
    "criticalUpdate",
    "tags",
    "phasedRolloutInterval",
    "deltas",
    "releaseNotesLink",
    "fullReleaseNotesLink",
];

/// What we have at an item, each once.
pub(crate) const OURS: &[&str] = &["id", "api", "withdrawn", "match"];

/// Reads one item, whatever is wrong with it.
pub(crate) fn item<'a>(names: &Names<'a>, place: usize, node: Node<'a, '_>) -> RawItem {
    let children = Children::of(names, node);
    let rss = |name| children.text(Space::Rss, name);
    let sparkle = |name| children.text(Space::Sparkle, name);
    let mp = |name| children.text(Space::Mp, name);
    let mut item = RawItem {
        place,
        title: rss("title"),
        notes: children.chosen(Space::Rss, "description").map(|notes| RawNotes {
            format: NotesFormat::read(names.attribute(notes, Space::Sparkle, "format")),
            text: all_text(notes),
        }),
        date: rss("pubDate"),
        link: rss("link"),
        notes_link: sparkle("releaseNotesLink").or_else(|| sparkle("fullReleaseNotesLink")),
        version: sparkle("version"),
        short_version: sparkle("shortVersionString"),
        channel: sparkle("channel"),
        minimum_system: sparkle("minimumSystemVersion"),
        minimum_update: sparkle("minimumUpdateVersion"),
        critical: critical(&children),
        phased_interval: sparkle("phasedRolloutInterval"),
        id: mp("id"),
        api: mp("api"),
        withdrawn: withdrawn(&children),
        matches: mp("match"),
        enclosures: enclosures(&children),
        deltas: children
            .named(Space::Sparkle, "deltas")
            .flat_map(|deltas| enclosures(&Children::of(names, deltas)))
            .collect(),
        repeated: Vec::new(),
        oddities: Vec::new(),
    };
    item.repeated = OURS
        .iter()
        .filter(|name| children.named(Space::Mp, name).nth(1).is_some())
        .map(|name| format!("mp:{name}"))
        .collect();
    item.oddities = oddities::of_item(&children, &item);
    item
}

fn enclosures(children: &Children<'_, '_, '_>) -> Vec<RawEnclosure> {
    let enclosure = |node| enclosure(children.names, node);
    children.named(Space::Rss, "enclosure").map(enclosure).collect()
}

fn enclosure(names: &Names<'_>, node: Node<'_, '_>) -> RawEnclosure {
    let get = |space, name| names.attribute(node, space, name).map(str::to_owned);
    RawEnclosure {
        url: get(Space::Rss, "url"),
        length: get(Space::Rss, "length"),
        media_type: get(Space::Rss, "type"),
        os: get(Space::Sparkle, "os"),
        version: get(Space::Sparkle, "version"),
        short_version: get(Space::Sparkle, "shortVersionString"),
        sha256: get(Space::Mp, "sha256"),
        vendor_signature: get(Space::Mp, "vendorsig"),
        ed_signature: get(Space::Sparkle, "edSignature"),
        dsa_signature: get(Space::Sparkle, "dsaSignature"),
        channel: get(Space::Sparkle, "channel"),
        delta_from: get(Space::Sparkle, "deltaFrom"),
    }
}

fn critical(children: &Children<'_, '_, '_>) -> Option<RawCritical> {
    let name = "criticalUpdate";
    let found = children.named(Space::Sparkle, name).next().or_else(|| {
        let mut tags = children.named(Space::Sparkle, "tags");
        tags.find_map(|tags| Children::of(children.names, tags).named(Space::Sparkle, name).next())
    })?;
    let version = children.names.attribute(found, Space::Sparkle, "version").map(str::to_owned);
    Some(RawCritical { version })
}

fn withdrawn(children: &Children<'_, '_, '_>) -> Option<RawWithdrawn> {
    let mut all = children.named(Space::Mp, "withdrawn");
    let first = all.next()?;
    // Said twice is malformed, and what is malformed counts as a recall: no kind is kept.
    let kind = children.names.attribute(first, Space::Rss, "kind").filter(|_| all.next().is_none());
    Some(RawWithdrawn { kind: kind.map(str::to_owned), reason: all_text(first).trim().to_owned() })
}

/// Text from outside for an error message: one short line of it.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 100;
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    let mut shown: String = text.chars().take(LONGEST).map(printable).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
