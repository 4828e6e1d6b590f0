//! Taking back what was published: a withdrawal in an item, a refusal of a file.

use std::path::PathBuf;

use meterport_appcast::{Appcast, ItemId, Kind, Sha256Hex};
use semver::Version;

use super::edit::{self, EditFault};
use super::folder::FeedFolder;
use crate::publish_error::PublishError;

/// Withdraws a version: all its packages, for every system. Says where the draft stands.
///
/// # Errors
///
/// A version that is not in the feed, and a reason that no client would show.
pub fn withdraw(
    folder: &FeedFolder,
    id: &ItemId,
    version: &Version,
    kind: Kind,
    reason: &str,
) -> Result<PathBuf, PublishError> {
    let body = edit::withdraw(&present(folder)?, id, version, kind, reason)?;
    let appcast = parse(folder, &body)?;
    let withdrawals = appcast.items.iter().filter_map(|item| item.withdrawal());
    let mut mine =
        withdrawals.filter(|found| found.id == *id && found.version.as_ref() == Some(version));
    if !mine.any(|found| found.kind == kind && found.reason == reason.trim()) {
        let reason = "the withdrawal is not read as it was written".to_owned();
        return Err(EditFault::Refused { reason }.into());
    }
    folder.write_body(body)
}

/// Refuses files, whoever signed them and however they came. Says where the draft stands.
///
/// # Errors
///
/// A folder without a feed.
pub fn refuse(folder: &FeedFolder, files: &[Sha256Hex]) -> Result<PathBuf, PublishError> {
    let mut body = present(folder)?;
    for sha256 in files {
        body = edit::refuse(&body, sha256)?;
        if !parse(folder, &body)?.refused.contains(sha256) {
            let reason = "the refusal is not read as it was written".to_owned();
            return Err(EditFault::Refused { reason }.into());
        }
    }
    folder.write_body(body)
}

/// Removes a version from the feed: all its packages. The files stay in the folder. Says where the
/// draft stands.
///
/// # Errors
///
/// A version that is not in the feed, and one that is withdrawn: without its item nobody would hear
/// of that.
pub fn remove(
    folder: &FeedFolder,
    id: &ItemId,
    version: &Version,
) -> Result<PathBuf, PublishError> {
    folder.write_body(edit::remove(&present(folder)?, id, version, None)?)
}

fn present(folder: &FeedFolder) -> Result<String, PublishError> {
    let none = || PublishError::NoFeed { folder: folder.path().to_path_buf() };
    folder.present_body()?.ok_or_else(none)
}

fn parse(folder: &FeedFolder, body: &str) -> Result<Appcast, PublishError> {
    Appcast::parse(body.as_bytes())
        .map_err(|source| PublishError::Appcast { path: folder.draft_path(), source })
}
