//! Keyrings, right or wrong.

use crate::block::Block;
use crate::feed::signed;
use crate::key::Key;

/// What a keyring says. Every field is free, so that a wrong one can be written too.
#[derive(Clone)]
pub struct Ring {
    /// The feed's name.
    pub feed: String,
    /// The number of this keyring.
    pub version: u32,
    /// As in `2027-11-01T00:00:00Z`.
    pub expires: String,
    /// Threshold and keys.
    pub root: (usize, Vec<Key>),
    /// Threshold and keys.
    pub release: (usize, Vec<Key>),
    /// Threshold and keys.
    pub fresh: (usize, Vec<Key>),
    /// Further lines, such as those of vendors.
    pub lines: Vec<String>,
}

impl Ring {
    /// The first keyring of a feed: root 2 of 3, release 2 of 2, fresh 1 of 1, as ours has them.
    /// Keys are named after the feed: `main-root-1`.
    pub fn first(feed: &str) -> Self {
        let key = |role: &str| Key::named(&format!("{feed}-{role}"));
        Self {
            feed: feed.to_owned(),
            version: 1,
            expires: "2027-11-01T00:00:00Z".into(),
            root: (2, vec![key("root-1"), key("root-2"), key("root-3")]),
            release: (2, vec![key("release-1"), key("release-2")]),
            fresh: (1, vec![key("fresh-1")]),
            lines: Vec::new(),
        }
    }

    /// The same with the next number.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    /// With one more line.
    #[must_use]
    pub fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// With a vendor: its name, key, prefix and USB ids (empty: none).
    #[must_use]
    pub fn vendor(self, name: &str, key: &Key, usb: &str) -> Self {
        let usb = if usb.is_empty() { String::new() } else { format!(" usb={usb}") };
        self.line(format!("vendor {name} {} {name}.{usb}", key.public()))
    }

    /// The text that is signed.
    pub fn body(&self) -> Vec<u8> {
        let mut text = format!("mp-keyring 1\nfeed {}\nversion {}\n", self.feed, self.version);
        text += &format!("expires {}\n", self.expires);
        for (word, (threshold, keys)) in
            [("root", &self.root), ("release", &self.release), ("fresh", &self.fresh)]
        {
            text += &format!("{word} {threshold}");
            keys.iter().for_each(|key| text += &format!(" {}", key.public()));
            text += "\n";
        }
        self.lines.iter().for_each(|line| text += &format!("{line}\n"));
        text.into_bytes()
    }

    /// The trusted comment of a root signature.
    pub fn comment(&self) -> String {
        format!("mp1 keyring {} version={}", self.feed, self.version)
    }

    /// Signatures of these keys, whoever they are.
    pub fn blocks(&self, keys: &[&Key]) -> Vec<Block> {
        keys.iter().map(|key| key.sign(&self.body(), &self.comment())).collect()
    }

    /// The file, signed by these keys.
    pub fn signed_by(&self, keys: &[&Key]) -> Vec<u8> {
        signed(&self.body(), &self.blocks(keys))
    }

    /// The file, signed by as many of its own root keys as it asks for.
    pub fn file(&self) -> Vec<u8> {
        let keys: Vec<&Key> = self.root.1.iter().take(self.root.0).collect();
        self.signed_by(&keys)
    }
}
