//! The child elements of an element, looked at once and asked many times.

use roxmltree::Node;

use super::names::{Names, Space, language};

/// The child elements of an element, in order.
pub(crate) struct Children<'n, 'a, 'i> {
    pub names: &'n Names<'a>,
    all: Vec<Child<'a, 'i>>,
}

/// One of them.
pub(crate) struct Child<'a, 'i> {
    /// The family of its name, if it is one that is known.
    pub space: Option<Space>,
    pub name: &'a str,
    pub node: Node<'a, 'i>,
}

impl<'n, 'a, 'i> Children<'n, 'a, 'i> {
    pub fn of(names: &'n Names<'a>, node: Node<'a, 'i>) -> Self {
        let child = |node: Node<'a, 'i>| Child {
            space: names.of_element(node),
            name: node.tag_name().name(),
            node,
        };
        Self { names, all: node.children().filter(Node::is_element).map(child).collect() }
    }

    pub fn all(&self) -> &[Child<'a, 'i>] {
        &self.all
    }

    /// Those of that name.
    pub fn named(&self, space: Space, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
        let is_it = move |child: &&Child<'_, '_>| child.space == Some(space) && child.name == name;
        self.all.iter().filter(is_it).map(|child| child.node)
    }

    /// Of those of that name the one for English, else the first.
    pub fn chosen(&self, space: Space, name: &str) -> Option<Node<'a, 'i>> {
        let first = self.named(space, name).next()?;
        Some(self.named(space, name).find(|node| is_english(*node)).unwrap_or(first))
    }

    /// The text of that one, trimmed.
    pub fn text(&self, space: Space, name: &str) -> Option<String> {
        self.chosen(space, name).map(|found| all_text(found).trim().to_owned())
    }
}

/// The text of an element and of all within it.
pub(crate) fn all_text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

fn is_english(node: Node<'_, '_>) -> bool {
    let language = language(node).split('-').next();
    language.is_some_and(|language| language.eq_ignore_ascii_case("en"))
}
