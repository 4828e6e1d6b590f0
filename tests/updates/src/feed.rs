//! Feeds: the body, the comments, the block at the end.

use crate::block::Block;
use crate::item::Item;
use crate::key::Key;
use crate::ring::Ring;

/// What a feed lists, and the signatures that it gets.
#[derive(Clone)]
pub struct Feed {
    /// The name in the comments.
    pub name: String,
    /// The number that the release keys sign.
    pub seq: u64,
    /// What the fresh keys promise, as in `2026-12-05T09:00:00Z`.
    pub until: String,
    /// The items, in order.
    pub items: Vec<Item>,
    /// Sums of files that are refused.
    pub refused: Vec<String>,
    /// XML between title and items.
    pub extra: String,
}

impl Feed {
    /// A feed without items.
    pub fn new(name: &str, seq: u64, until: &str) -> Self {
        Self {
            name: name.to_owned(),
            seq,
            until: until.to_owned(),
            items: Vec::new(),
            refused: Vec::new(),
            extra: String::new(),
        }
    }

    /// With one more item.
    #[must_use]
    pub fn item(mut self, item: Item) -> Self {
        self.items.push(item);
        self
    }

    /// The XML that is signed.
    pub fn body(&self) -> Vec<u8> {
        let mut text = String::from(HEAD);
        text += &self.extra;
        for sum in &self.refused {
            text += &format!("<mp:refuse sha256=\"{sum}\"/>\n");
        }
        self.items.iter().for_each(|item| text += &item.xml());
        text += "</channel></rss>\n";
        text.into_bytes()
    }

    /// The release signatures of these keys over `body`.
    pub fn release_blocks(&self, body: &[u8], keys: &[&Key]) -> Vec<Block> {
        let comment = comment_feed(&self.name, self.seq);
        keys.iter().map(|key| key.sign(body, &comment)).collect()
    }

    /// The fresh signatures of these keys over `body`.
    pub fn fresh_blocks(&self, body: &[u8], keys: &[&Key]) -> Vec<Block> {
        let comment = comment_fresh(&self.name, self.seq, &self.until);
        keys.iter().map(|key| key.sign(body, &comment)).collect()
    }

    /// The file, signed by these keys.
    pub fn signed_by(&self, release: &[&Key], fresh: &[&Key]) -> Vec<u8> {
        let body = self.body();
        let blocks =
            [self.release_blocks(&body, release), self.fresh_blocks(&body, fresh)].concat();
        signed(&body, &blocks)
    }

    /// The file, signed by as many keys of each role as the keyring asks for.
    pub fn file(&self, ring: &Ring) -> Vec<u8> {
        let enough =
            |role: &(usize, Vec<Key>)| role.1.iter().take(role.0).cloned().collect::<Vec<_>>();
        let (release, fresh) = (enough(&ring.release), enough(&ring.fresh));
        self.signed_by(&release.iter().collect::<Vec<_>>(), &fresh.iter().collect::<Vec<_>>())
    }
}

/// The comment of a release signature.
pub fn comment_feed(name: &str, seq: u64) -> String {
    format!("mp1 feed {name} seq={seq}")
}

/// The comment of a fresh signature.
pub fn comment_fresh(name: &str, seq: u64, until: &str) -> String {
    format!("mp1 fresh {name} seq={seq} until={until}")
}

/// A body with its trailing block. Without any signature, the body alone.
pub fn signed(body: &[u8], blocks: &[Block]) -> Vec<u8> {
    let mut file = body.to_vec();
    if blocks.is_empty() {
        return file;
    }
    file.extend(b"<!-- minisign\n");
    blocks.iter().for_each(|block| file.extend(block.to_string().into_bytes()));
    file.extend(b"-->\n");
    file
}

const HEAD: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:sparkle="http://www.andymatuschak.org/xml-namespaces/sparkle"
 xmlns:mp="https://meterport.dev/ns/appcast/1"><channel><title>Test</title>
"#;
