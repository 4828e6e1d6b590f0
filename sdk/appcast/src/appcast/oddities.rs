//! What the linter refuses although it can be read.

use roxmltree::Node;

use super::children::{Child, Children};
use super::date::read_date;
use super::fault::Oddity;
use super::names::{Names, Space, language};
use super::raw::RawItem;
use super::read::{OURS, READ, quoted};

/// What the linter refuses although it can be read.
pub(crate) fn of_item(children: &Children<'_, '_, '_>, item: &RawItem) -> Vec<Oddity> {
    let mut oddities = Vec::new();
    if item.date.as_deref().is_some_and(|date| read_date(date).is_none_or(|read| !read.is_usual)) {
        oddities.push(Oddity::Date);
    }
    if item.withdrawn.as_ref().is_some_and(|raw| raw.known_kind().is_none()) {
        oddities.push(Oddity::WithdrawnKind);
    }
    for Child { space, name, node } in children.all() {
        let owned = || quoted(name);
        match space {
            Some(Space::Sparkle) if !READ.contains(name) => {
                oddities.push(Oddity::NotOurs { name: format!("sparkle:{}", owned()) });
            }
            Some(Space::Mp) if !OURS.contains(name) => {
                oddities.push(Oddity::UnknownMp { name: owned() });
            }
            // A name that RSS has as well would be taken for it; these RSS does not have.
            Some(Space::Rss) if READ.contains(name) || OURS.contains(name) => {
                oddities.push(Oddity::NoNamespace { name: owned() });
            }
            Some(Space::Rss) if *name == "enclosure" => {
                at_enclosure(children.names, *node, &mut oddities);
            }
            _ => {}
        }
    }
    repeated(children, &mut oddities);
    oddities
}

/// What stands there more than once in one language; packages may.
fn repeated(children: &Children<'_, '_, '_>, oddities: &mut Vec<Oddity>) {
    let mut keys: Vec<_> = children
        .all()
        .iter()
        .filter(|child| child.space.is_some() && child.name != "enclosure")
        .map(|child| (child.space, child.name, language(child.node)))
        .collect();
    keys.sort_unstable();
    let again = keys.windows(2).filter_map(|two| match two {
        [a, b] if a == b => Some(quoted(a.1)),
        _ => None,
    });
    oddities.extend(again.map(|name| Oddity::Repeated { name }));
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
