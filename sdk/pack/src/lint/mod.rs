//! What a client would refuse in a publishing folder, and what only looks like trouble.
//!
//! Every rule that a client has is asked of the client's own code. What stands here beside it is what
//! a client cannot see: files that are missing, promises that last too long, and what changed since
//! the feed that is published.

mod body;
mod finding;
mod keyrings;
mod packages;
mod since;
mod url;

pub use finding::{Finding, Severity};

use jiff::Timestamp;
use meterport_appcast::{Accepted, Appcast, RawItem, verify_feed};

use crate::feed::{FEED_FILE, FeedFolder, is_in_scope};
use crate::publish_error::PublishError;
use crate::signed::Signed;

/// Hours before `until` from which on a feed is said to be due.
const DUE_HOURS: i64 = 3 * 24;

/// Looks at the whole folder: keyrings, the published feed, and the draft of the next one.
///
/// # Errors
///
/// Files that cannot be read. What is wrong in them is a finding.
pub fn lint(folder: &FeedFolder, now: Timestamp) -> Result<Vec<Finding>, PublishError> {
    let mut findings = keyrings::lint(folder.keyring(), now);
    if folder.published()?.is_none() && folder.draft()?.is_none() {
        let message = "is missing: there is no feed, and no draft of one";
        findings.push(Finding::error(FEED_FILE, message.to_owned()));
    }
    if let Some(bytes) = folder.published()? {
        findings.extend(published(folder, &bytes, now));
        findings.extend(one(folder, FEED_FILE, &bytes, None, now));
    }
    if let Some(bytes) = folder.draft()? {
        let name = format!("{FEED_FILE}.draft");
        let published = folder.published()?;
        findings.extend(one(folder, &name, &bytes, published.as_deref(), now));
    }
    Ok(findings)
}

/// Looks at one body that is about to be signed.
///
/// # Errors
///
/// As [`lint`].
pub(crate) fn lint_body(
    folder: &FeedFolder,
    body: &[u8],
    now: Timestamp,
) -> Result<Vec<Finding>, PublishError> {
    let mut findings = keyrings::lint(folder.keyring(), now);
    let published = folder.published()?;
    let name = format!("{FEED_FILE}.draft");
    findings.extend(one(folder, &name, body, published.as_deref(), now));
    Ok(findings)
}

/// What the signatures of the published feed say.
fn published(folder: &FeedFolder, bytes: &[u8], now: Timestamp) -> Vec<Finding> {
    match verify_feed(bytes, folder.keyring(), now) {
        Err(error) => vec![Finding::error(FEED_FILE, error.to_string())],
        Ok(verified) if verified.until <= now => {
            let message = format!("is true until {:.0} only: nothing is installed", verified.until);
            vec![Finding::error(FEED_FILE, message)]
        }
        Ok(verified) => {
            let left = verified.until.duration_since(now).as_hours();
            let is_due = left < DUE_HOURS;
            let message = format!("is true until {:.0} only: sign it anew", verified.until);
            is_due.then(|| Finding::warning(FEED_FILE, message)).into_iter().collect()
        }
    }
}

fn one(
    folder: &FeedFolder,
    name: &str,
    bytes: &[u8],
    before: Option<&[u8]>,
    now: Timestamp,
) -> Vec<Finding> {
    let (appcast, accepted) = match read(folder, bytes) {
        Ok(read) => read,
        Err(message) => return vec![Finding::error(name, message)],
    };
    let mut findings = body::lint(name, &appcast, &accepted, now);
    for item in &accepted.items {
        findings.extend(url::lint(name, item, folder));
        findings.extend(packages::lint(name, item, folder));
    }
    if let Some((_, before)) = before.and_then(|bytes| read(folder, bytes).ok()) {
        findings.extend(since::lint(name, &before, &accepted));
    }
    findings
}

/// What a client reads and takes of a feed; or why it reads nothing.
fn read(folder: &FeedFolder, bytes: &[u8]) -> Result<(Appcast, Accepted), String> {
    let signed = Signed::parse(bytes).map_err(|error| error.to_string())?;
    let appcast = Appcast::parse(&signed.body).map_err(|error| error.to_string())?;
    let mut accepted = appcast.accept(&|id| is_in_scope(folder.keyring(), id));
    // What is installed can be withdrawn also when its vendor is in the keyring no more.
    accepted.withdrawals = appcast.items.iter().filter_map(RawItem::withdrawal).collect();
    Ok((appcast, accepted))
}
