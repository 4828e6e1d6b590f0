//! The publishing folder: reads and writes, each file whole.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use meterport_appcast::{Comment, Keyring, Sha256Hex};

use super::{edit, item};
use crate::keyring::Chain;
use crate::publish_error::PublishError;
use crate::signed::Signed;
use crate::whole_file;

/// The name of the feed in its folder.
pub const FEED_FILE: &str = "appcast.xml";

/// A publishing folder whose keyrings were verified.
#[derive(Clone, Debug)]
pub struct FeedFolder {
    path: PathBuf,
    chain: Chain,
    bases: Vec<String>,
}

impl FeedFolder {
    /// Opens a folder.
    ///
    /// # Errors
    ///
    /// A folder without a chain of keyrings that a client takes.
    pub fn open(path: &Path) -> Result<Self, PublishError> {
        Ok(Self { path: path.to_path_buf(), chain: Chain::read(path)?, bases: Vec::new() })
    }

    /// The places where the feed is served, beside the mirrors of the keyring: packages may lie there
    /// by their whole address.
    #[must_use]
    pub fn with_bases(self, bases: Vec<String>) -> Self {
        Self { bases, ..self }
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every place where the feed is served, as far as is known here.
    pub(crate) fn places(&self) -> impl Iterator<Item = &str> {
        self.keyring().mirrors.iter().chain(&self.bases).map(String::as_str)
    }

    /// All keyrings.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The newest keyring: the one that says what counts.
    pub fn keyring(&self) -> &Keyring {
        self.chain.newest()
    }

    /// Where the feed stands.
    pub fn feed_path(&self) -> PathBuf {
        self.path.join(FEED_FILE)
    }

    /// Where the next one stands until it is signed.
    pub fn draft_path(&self) -> PathBuf {
        self.path.join(format!("{FEED_FILE}.draft"))
    }

    /// Where a package stands.
    pub fn package_path(&self, sha256: &Sha256Hex) -> PathBuf {
        self.path.join(item::place(sha256))
    }

    /// The published feed, if there is one.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn published(&self) -> Result<Option<Vec<u8>>, PublishError> {
        self.read(&self.feed_path())
    }

    /// The next one, if there is one.
    ///
    /// # Errors
    ///
    /// As [`FeedFolder::published`].
    pub fn draft(&self) -> Result<Option<Vec<u8>>, PublishError> {
        self.read(&self.draft_path())
    }

    /// The body to be changed: that of the draft, else that of the feed, else an empty one.
    pub(super) fn body(&self, title: &str, link: Option<&str>) -> Result<String, PublishError> {
        match self.present_body()? {
            Some(body) => Ok(body),
            None => {
                let mirror = self.keyring().mirrors.first().map(String::as_str);
                Ok(edit::empty(title, link.or(mirror))?)
            }
        }
    }

    /// The body to be changed, if there is a draft or a feed.
    pub(super) fn present_body(&self) -> Result<Option<String>, PublishError> {
        let (path, bytes) = match (self.draft()?, self.published()?) {
            (Some(bytes), _) => (self.draft_path(), bytes),
            (None, Some(bytes)) => (self.feed_path(), bytes),
            (None, None) => return Ok(None),
        };
        let signed = self.split(&path, &bytes)?;
        let body = String::from_utf8(signed.body).map_err(|_| PublishError::Appcast {
            path,
            source: meterport_appcast::AppcastError::NotUtf8,
        })?;
        Ok(Some(body))
    }

    pub(super) fn split(&self, path: &Path, bytes: &[u8]) -> Result<Signed, PublishError> {
        Signed::parse(bytes)
            .map_err(|source| PublishError::Signatures { path: path.to_path_buf(), source })
    }

    /// A changed body: the draft from now on, without signatures.
    pub(super) fn write_body(&self, body: String) -> Result<PathBuf, PublishError> {
        self.write_draft(&Signed::unsigned(body.into_bytes()))
    }

    pub(super) fn write_draft(&self, signed: &Signed) -> Result<PathBuf, PublishError> {
        let path = self.draft_path();
        self.write(&path, &self.bytes(signed)?)?;
        Ok(path)
    }

    pub(super) fn bytes(&self, signed: &Signed) -> Result<Vec<u8>, PublishError> {
        signed
            .to_bytes()
            .map_err(|source| PublishError::Signatures { path: self.draft_path(), source })
    }

    /// Replaces the feed in one step.
    pub(super) fn publish(&self, bytes: &[u8]) -> Result<PathBuf, PublishError> {
        let path = self.feed_path();
        self.write(&path, bytes)?;
        Ok(path)
    }

    /// Removes the draft, which was published.
    pub(super) fn remove_draft(&self) -> Result<(), PublishError> {
        let draft = self.draft_path();
        match fs::remove_file(&draft) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                Err(PublishError::Write { path: draft, source })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
        whole_file::write(path, bytes)
            .map_err(|source| PublishError::Write { path: path.to_path_buf(), source })
    }

    /// The highest number that any key of any keyring of this folder ever put under the feed or its
    /// draft. So a number is never given twice, also right after the release keys were replaced.
    pub(super) fn last_seq(&self) -> Result<u64, PublishError> {
        let mut last = 0;
        for (path, bytes) in
            [(self.feed_path(), self.published()?), (self.draft_path(), self.draft()?)]
        {
            let Some(bytes) = bytes else { continue };
            let signed = self.split(&path, &bytes)?;
            for link in self.chain.links() {
                let keys = link.keyring.release.keys.iter().chain(&link.keyring.fresh.keys);
                for (key, block) in
                    keys.flat_map(|key| signed.signatures.iter().map(move |block| (key, block)))
                {
                    if let Some(Comment::Feed { seq, .. } | Comment::Fresh { seq, .. }) =
                        block.comment(key, &signed.body)
                    {
                        last = last.max(seq);
                    }
                }
            }
        }
        Ok(last)
    }

    fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, PublishError> {
        crate::keyring::read(path)
    }
}
