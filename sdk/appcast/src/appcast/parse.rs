//! From text to the items of a feed.

use roxmltree::{Document, Error, Node, ParsingOptions};

use super::children::Children;
use super::fault::{AppcastError, Oddity};
use super::names::{Names, SPARKLE_NAMESPACE, Space, UNBOUND};
use super::raw::Appcast;
use super::{read, shape};
use crate::limits::{MAX_FEED_BYTES, MAX_ITEMS};

/// More than a feed of the largest allowed size can have: what bounds the work is its size, its
/// depth and its attributes. This bounds the memory, should one of them be raised.
const MAX_NODES: u32 = 1_048_576;

impl Appcast {
    /// Reads any appcast. `body` is UTF-8, and where it was signed, exactly the bytes that were
    /// verified.
    pub fn parse(body: &[u8]) -> Result<Self, AppcastError> {
        if body.len() > MAX_FEED_BYTES {
            return Err(AppcastError::TooLarge { bytes: body.len() });
        }
        let text = std::str::from_utf8(body).map_err(|_| AppcastError::NotUtf8)?;
        let shape = shape::check(text)?;
        match document(text) {
            Ok(document) => feed(&document),
            // A prefix without a declaration is an error to every parser of namespaces, and Sparkle
            // reads it: then the root gets a declaration, and nothing else is changed.
            Err(Error::UnknownNamespace(prefix, _)) if prefix == "sparkle" => {
                let at = shape.root_name_end.unwrap_or(0);
                let (before, after) = text.split_at_checked(at).unwrap_or(("", text));
                let text = format!("{before} xmlns:sparkle=\"{UNBOUND}\"{after}");
                feed(&document(&text).map_err(|error| unreadable(&error))?)
            }
            Err(error) => Err(unreadable(&error)),
        }
    }
}

fn document(text: &str) -> Result<Document<'_>, Error> {
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, entity_resolver: None };
    Document::parse_with_options(text, options)
}

fn unreadable(error: &Error) -> AppcastError {
    match error {
        Error::DtdDetected => AppcastError::Doctype,
        // The parser's words may quote the feed: one line of it, and not a long one.
        error => AppcastError::Xml { detail: read::quoted(&error.to_string()) },
    }
}

fn feed(document: &Document<'_>) -> Result<Appcast, AppcastError> {
    let root = document.root_element();
    let names = Names::of(root);
    let channels = || root.children().filter(|node| names.is(*node, Space::Rss, "channel"));
    if !names.is(root, Space::Rss, "rss") || channels().next().is_none() {
        return Err(AppcastError::NoChannel);
    }
    // Sparkle reads `/rss/channel/item`, of every channel.
    let items =
        || channels().flat_map(|channel| channel.children()).filter(|n| is_item(&names, *n));
    let found = items().count();
    if found > MAX_ITEMS {
        return Err(AppcastError::TooManyItems { found });
    }
    let mut appcast = Appcast {
        title: channels()
            .find_map(|channel| Children::of(&names, channel).text(Space::Rss, "title")),
        items: (1..).zip(items()).map(|(place, item)| read::item(&names, place, item)).collect(),
        faults: oddities(document, &names, found),
        ..Appcast::default()
    };
    if channels().count() > 1 {
        appcast.faults.push(Oddity::Channels);
    }
    for channel in channels() {
        refusals(&names, channel, &mut appcast);
    }
    Ok(appcast)
}

fn is_item(names: &Names<'_>, node: Node<'_, '_>) -> bool {
    names.is(node, Space::Rss, "item")
}

/// `mp:refuse`, one for each package, and what else of ours stands in the channel.
fn refusals(names: &Names<'_>, channel: Node<'_, '_>, appcast: &mut Appcast) {
    for node in channel.children().filter(|node| names.of_element(*node) == Some(Space::Mp)) {
        match node.tag_name().name() {
            "refuse" => {
                let sha256 = names.attribute(node, Space::Rss, "sha256").map(str::parse);
                match sha256 {
                    Some(Ok(sha256)) => appcast.refused.push(sha256),
                    _ => appcast.faults.push(Oddity::Refuse),
                }
            }
            name => appcast.faults.push(Oddity::UnknownMp { name: read::quoted(name) }),
        }
    }
}

fn oddities(document: &Document<'_>, names: &Names<'_>, items: usize) -> Vec<Oddity> {
    let mut oddities = Vec::new();
    if names.is_literal() {
        oddities.push(Oddity::UnboundSparkle);
    }
    if document.input_text().contains("\r\n") {
        oddities.push(Oddity::CrLf);
    }
    if document.descendants().filter(|node| is_item(names, *node)).count() > items {
        oddities.push(Oddity::ItemElsewhere);
    }
    let mut comments = document.root().children().skip_while(|node| !node.is_element());
    if document.root().children().next().is_some_and(|first| first.is_comment()) {
        oddities.push(Oddity::CommentBefore);
    }
    let is_trailer = |node: Node<'_, '_>| {
        node.is_comment() && node.text().is_some_and(|t| t.trim().starts_with("sparkle-signatures"))
    };
    if comments.any(is_trailer) {
        oddities.push(Oddity::SparkleTrailer);
    }
    let is_odd_prefix = |node: Node<'_, '_>| {
        node.namespaces()
            .any(|bound| bound.uri() == SPARKLE_NAMESPACE && bound.name() != Some("sparkle"))
    };
    if is_odd_prefix(document.root_element()) {
        oddities.push(Oddity::Prefix);
    }
    oddities
}
