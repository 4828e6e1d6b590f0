//! From an element `item` to its texts.

use std::collections::HashSet;

use roxmltree::Node;

use super::date::read_date;
use super::fault::Oddity;
use super::names::{Names, Space, language};
use super::notes::NotesFormat;
use super::raw::{RawCritical, RawEnclosure, RawItem, RawNotes, RawWithdrawn};

/// What Sparkle has at an item and we read.
const READ: &[&str] = &[
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
const OURS: &[&str] = &["id", "api", "withdrawn", "match"];

/// Reads one item, whatever is wrong with it.
pub(crate) fn item(names: &Names<'_>, place: usize, node: Node<'_, '_>) -> RawItem {
    let sparkle = |name| text(names, node, Space::Sparkle, name);
    let mp = |name| text(names, node, Space::Mp, name);
    let mut item = RawItem {
        place,
        title: child_text(names, node, "title"),
        notes: chosen(names, node, Space::Rss, "description").map(|notes| RawNotes {
            format: NotesFormat::read(names.attribute(notes, Space::Sparkle, "format")),
            text: all_text(notes),
        }),
        date: child_text(names, node, "pubDate"),
        link: child_text(names, node, "link"),
        notes_link: sparkle("releaseNotesLink").or_else(|| sparkle("fullReleaseNotesLink")),
        version: sparkle("version"),
        short_version: sparkle("shortVersionString"),
        channel: sparkle("channel"),
        minimum_system: sparkle("minimumSystemVersion"),
        minimum_update: sparkle("minimumUpdateVersion"),
        critical: critical(names, node),
        phased_interval: sparkle("phasedRolloutInterval"),
        id: mp("id"),
        api: mp("api"),
        withdrawn: withdrawn(names, node),
        matches: mp("match"),
        enclosures: enclosures(names, node),
        deltas: children(names, node, Space::Sparkle, "deltas")
            .flat_map(|deltas| enclosures(names, deltas))
            .collect(),
        repeated: Vec::new(),
        oddities: Vec::new(),
    };
    item.repeated = OURS
        .iter()
        .filter(|name| children(names, node, Space::Mp, name).nth(1).is_some())
        .map(|name| format!("mp:{name}"))
        .collect();
    item.oddities = oddities(names, node, &item);
    item
}

/// The text of a child of RSS itself.
pub(crate) fn child_text(names: &Names<'_>, node: Node<'_, '_>, name: &str) -> Option<String> {
    text(names, node, Space::Rss, name)
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

fn text(names: &Names<'_>, node: Node<'_, '_>, space: Space, name: &str) -> Option<String> {
    chosen(names, node, space, name).map(|found| all_text(found).trim().to_owned())
}

fn children<'a, 'i>(
    names: &Names<'_>,
    node: Node<'a, 'i>,
    space: Space,
    name: &str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| names.is(*child, space, name))
}

/// Of repeated children that for English, else the first.
fn chosen<'a, 'i>(
    names: &Names<'_>,
    node: Node<'a, 'i>,
    space: Space,
    name: &str,
) -> Option<Node<'a, 'i>> {
    let is_english = |child: &Node<'_, '_>| {
        let language = language(*child);
        language.split('-').next().is_some_and(|word| word.eq_ignore_ascii_case("en"))
    };
    children(names, node, space, name)
        .find(is_english)
        .or_else(|| children(names, node, space, name).next())
}

/// The text of an element and of all within it.
fn all_text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

fn enclosures(names: &Names<'_>, node: Node<'_, '_>) -> Vec<RawEnclosure> {
    children(names, node, Space::Rss, "enclosure").map(|found| enclosure(names, found)).collect()
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

fn critical(names: &Names<'_>, node: Node<'_, '_>) -> Option<RawCritical> {
    let tags = children(names, node, Space::Sparkle, "tags")
        .flat_map(|tags| children(names, tags, Space::Sparkle, "criticalUpdate"));
    let found = children(names, node, Space::Sparkle, "criticalUpdate").chain(tags).next()?;
    let version = names.attribute(found, Space::Sparkle, "version").map(str::to_owned);
    Some(RawCritical { version })
}

fn withdrawn(names: &Names<'_>, node: Node<'_, '_>) -> Option<RawWithdrawn> {
    let mut all = children(names, node, Space::Mp, "withdrawn");
    let first = all.next()?;
    // Said twice is malformed, and what is malformed counts as a recall: no kind is kept.
    let kind = names.attribute(first, Space::Rss, "kind").filter(|_| all.next().is_none());
    Some(RawWithdrawn { kind: kind.map(str::to_owned), reason: all_text(first).trim().to_owned() })
}

/// What the linter refuses although it can be read.
fn oddities(names: &Names<'_>, node: Node<'_, '_>, item: &RawItem) -> Vec<Oddity> {
    let mut oddities = Vec::new();
    if item.date.as_deref().is_some_and(|date| read_date(date).is_none_or(|read| !read.is_usual)) {
        oddities.push(Oddity::Date);
    }
    if item.withdrawn.as_ref().is_some_and(|raw| raw.known_kind().is_none()) {
        oddities.push(Oddity::WithdrawnKind);
    }
    let mut seen = HashSet::new();
    for child in node.children().filter(Node::is_element) {
        let name = child.tag_name().name();
        let owned = || quoted(name);
        match names.of_element(child) {
            Some(Space::Sparkle) if !READ.contains(&name) => {
                oddities.push(Oddity::NotOurs { name: format!("sparkle:{}", owned()) });
            }
            Some(Space::Mp) if !OURS.contains(&name) => {
                oddities.push(Oddity::UnknownMp { name: owned() });
            }
            // A name that RSS has as well would be taken for it; these RSS does not have.
            Some(Space::Rss) if READ.contains(&name) || OURS.contains(&name) => {
                oddities.push(Oddity::NoNamespace { name: owned() });
            }
            Some(Space::Rss) if name == "enclosure" => at_enclosure(names, child, &mut oddities),
            _ => {}
        }
        let is_one_of_many = name == "enclosure" || names.of_element(child).is_none();
        if !seen.insert((names.of_element(child), name, language(child))) && !is_one_of_many {
            oddities.push(Oddity::Repeated { name: owned() });
        }
    }
    oddities
}

fn at_enclosure(names: &Names<'_>, node: Node<'_, '_>, oddities: &mut Vec<Oddity>) {
    for attribute in node.attributes() {
        let name = attribute.name();
        let prefixed = || format!("sparkle:{}", quoted(name));
        match (names.of_attribute(&attribute), name) {
            (Some(Space::Sparkle), "os") => {}
            (Some(Space::Sparkle), name) if name.ends_with("ignature") => {
                oddities.push(Oddity::ForeignSignature { name: prefixed() });
            }
            (Some(Space::Sparkle), name) if READ.contains(&name) => {
                oddities.push(Oddity::AtEnclosure { name: prefixed() });
            }
            (Some(Space::Sparkle), _) => oddities.push(Oddity::NotOurs { name: prefixed() }),
            (Some(Space::Mp), "sha256" | "vendorsig") => {}
            (Some(Space::Mp), _) => oddities.push(Oddity::UnknownMp { name: quoted(name) }),
            (Some(Space::Rss), "url" | "length" | "type") | (None, _) => {}
            (Some(Space::Rss), _) => {
                oddities.push(Oddity::NoNamespace { name: quoted(name) });
            }
        }
    }
    if names.attribute(node, Space::Rss, "url").is_some_and(|url| url.contains(' ')) {
        oddities.push(Oddity::BlankInUrl);
    }
}
