//! From the words of lines to a keyring that is valid as a whole.

use std::collections::BTreeSet;

use super::error::{KeyringError, LineFault};
use super::parse::Line;
use super::{Keyring, base, lines};
use crate::key::PublicKey;
use crate::limits::{MAX_DISKS, MAX_MIRRORS, MAX_VENDORS};

/// What has been read so far.
#[derive(Default)]
struct Draft {
    feed: Option<crate::FeedId>,
    version: Option<u32>,
    expires: Option<jiff::Timestamp>,
    root: Option<super::Role>,
    release: Option<super::Role>,
    fresh: Option<super::Role>,
    vendors: Vec<super::Vendor>,
    disks: Vec<super::DiskLine>,
    mirrors: Vec<String>,
    /// Every key of every line.
    keys: BTreeSet<PublicKey>,
}

pub(super) fn keyring(all: Vec<Line<'_>>) -> Result<Keyring, KeyringError> {
    let mut draft = Draft::default();
    for line in all {
        let number = line.number;
        draft.take(line).map_err(|source| KeyringError::Line { line: number, source })?;
    }
    let missing = |word| move || KeyringError::Missing { word };
    Ok(Keyring {
        feed: draft.feed.ok_or_else(missing("feed"))?,
        version: draft.version.ok_or_else(missing("version"))?,
        expires: draft.expires.ok_or_else(missing("expires"))?,
        root: draft.root.ok_or_else(missing("root"))?,
        release: draft.release.ok_or_else(missing("release"))?,
        fresh: draft.fresh.ok_or_else(missing("fresh"))?,
        vendors: draft.vendors,
        disks: draft.disks,
        mirrors: draft.mirrors,
    })
}

impl Draft {
    fn take(&mut self, line: Line<'_>) -> Result<(), LineFault> {
        let words = line.words.as_slice();
        match line.kind {
            "feed" => once(&mut self.feed, lines::feed(words)?),
            "version" => once(&mut self.version, lines::version(words)?),
            "expires" => once(&mut self.expires, lines::expires(words)?),
            "root" => once(&mut self.root, lines::role(words, &mut self.keys)?),
            "release" => once(&mut self.release, lines::role(words, &mut self.keys)?),
            "fresh" => once(&mut self.fresh, lines::role(words, &mut self.keys)?),
            "vendor" => {
                let vendor = lines::vendor(words, &mut self.keys)?;
                for other in &self.vendors {
                    lines::stand_apart(&vendor, other)?;
                }
                push(&mut self.vendors, vendor, MAX_VENDORS)
            }
            "block" => push(&mut self.disks, lines::disk(words)?, MAX_DISKS),
            "mirror" => match base::mirror(words)? {
                mirror if self.mirrors.contains(&mirror) => Err(LineFault::Mirror),
                mirror => push(&mut self.mirrors, mirror, MAX_MIRRORS),
            },
            // A kind of a later year. It may only permit something, so who ignores it is stricter.
            _ => Ok(()),
        }
    }
}

fn once<T>(place: &mut Option<T>, value: T) -> Result<(), LineFault> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(LineFault::Repeated),
    }
}

fn push<T>(list: &mut Vec<T>, value: T, most: usize) -> Result<(), LineFault> {
    if list.len() >= most {
        return Err(LineFault::TooMany { most });
    }
    list.push(value);
    Ok(())
}
