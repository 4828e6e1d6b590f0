//! The names of an appcast's elements and attributes.

use roxmltree::{Attribute, Node};

/// Sparkle's namespace, compared as text. It is `http`, and never anything else.
pub const SPARKLE_NAMESPACE: &str = "http://www.andymatuschak.org/xml-namespaces/sparkle";

/// Our own namespace.
pub const MP_NAMESPACE: &str = "https://meterport.dev/ns/appcast/1";

/// What Sparkle's prefix is bound to where the feed binds it to nothing, so that its names can be
/// told from those of RSS.
pub(crate) const UNBOUND: &str = "sparkle:";

/// The namespace of `xml:lang`.
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// One family of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Space {
    /// No namespace: RSS itself.
    Rss,
    /// Sparkle's.
    Sparkle,
    /// Ours.
    Mp,
}

/// Which namespace is which in one feed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    /// Where the feed does not bind Sparkle's namespace, Sparkle accepts the literal name
    /// `sparkle:x`. So whatever the prefix is bound to there is read as Sparkle's too.
    literal: Option<&'a str>,
}

impl<'a> Names<'a> {
    pub fn of(root: Node<'a, '_>) -> Self {
        let is_bound = root.namespaces().any(|bound| bound.uri() == SPARKLE_NAMESPACE);
        let literal = root.lookup_namespace_uri(Some("sparkle")).filter(|_| !is_bound);
        Self { literal }
    }

    /// True if only the literal prefix says that names are Sparkle's.
    pub fn is_literal(&self) -> bool {
        self.literal.is_some()
    }

    fn space(&self, namespace: Option<&str>) -> Option<Space> {
        match namespace {
            None | Some("") => Some(Space::Rss),
            Some(SPARKLE_NAMESPACE) => Some(Space::Sparkle),
            Some(MP_NAMESPACE) => Some(Space::Mp),
            other => (other == self.literal).then_some(Space::Sparkle),
        }
    }

    /// Which family an element is of.
    pub fn of_element(&self, node: Node<'_, '_>) -> Option<Space> {
        node.is_element().then(|| self.space(node.tag_name().namespace())).flatten()
    }

    /// Which family an attribute is of.
    pub fn of_attribute(&self, attribute: &Attribute<'_, '_>) -> Option<Space> {
        self.space(attribute.namespace())
    }

    /// True if `node` is the element `name` of `space`.
    pub fn is(&self, node: Node<'_, '_>, space: Space, name: &str) -> bool {
        self.of_element(node) == Some(space) && node.tag_name().name() == name
    }

    /// The attribute `name` of `space`, trimmed.
    pub fn attribute<'n>(&self, node: Node<'n, '_>, space: Space, name: &str) -> Option<&'n str> {
        node.attributes()
            .find(|attribute| {
                attribute.name() == name && self.of_attribute(attribute) == Some(space)
            })
            .map(|attribute| attribute.value().trim())
    }
}

/// The language of an element: `en` where nothing is said.
pub(crate) fn language<'n>(node: Node<'n, '_>) -> &'n str {
    node.attribute((XML_NAMESPACE, "lang")).map_or("en", str::trim)
}
