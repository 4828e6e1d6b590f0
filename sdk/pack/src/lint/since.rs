//! What may not change from the published feed to the next one.

use meterport_appcast::{Accepted, Item};

use super::Finding;
use super::finding::name;

pub(super) fn lint(file: &str, before: &Accepted, after: &Accepted) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &after.items {
        let same = before.items.iter().find(|old| is_same(old, item));
        match same {
            Some(old) if old.sha256 != item.sha256 => {
                let message = "is published with another package: give it a new version";
                findings.push(Finding::error(file, message).of(name(item)));
            }
            Some(_) => {}
            None => findings.extend(lower(file, before, after, item)),
        }
    }
    for withdrawal in &before.withdrawals {
        let is_there = after.withdrawals.iter().any(|new| {
            (&new.id, &new.version) == (&withdrawal.id, &withdrawal.version)
                && withdrawal.sha256.iter().all(|sha256| new.sha256.contains(sha256))
        });
        if !is_there {
            let version = withdrawal.version.as_ref().map(|v| format!(" {v}")).unwrap_or_default();
            let message = "is withdrawn in the published feed, and no longer in this one";
            findings.push(Finding::error(file, message).of(format!("{}{version}", withdrawal.id)));
        }
    }
    for sha256 in before.refused.iter().filter(|sha256| !after.refused.contains(sha256)) {
        let message =
            format!("`{sha256}` is refused in the published feed, and no longer in this one");
        findings.push(Finding::error(file, message));
    }
    findings
}

fn is_same(one: &Item, other: &Item) -> bool {
    (&one.id, &one.os) == (&other.id, &other.os) && one.version == other.version
}

/// A new item below one that everybody of its channel has. A withdrawn one does not count, which is
/// how a version that was far too high is cured.
fn lower(file: &str, before: &Accepted, after: &Accepted, item: &Item) -> Option<Finding> {
    let is_withdrawn = |old: &Item| {
        after.withdrawals.iter().any(|new| new.covers(&old.id, &old.version, Some(&old.sha256)))
    };
    let highest = before
        .items
        .iter()
        .filter(|old| (&old.id, &old.os, &old.channel) == (&item.id, &item.os, &item.channel))
        .filter(|old| !is_withdrawn(old))
        .map(|old| &old.version)
        .max()?;
    (item.version < *highest).then(|| {
        let message = format!("is lower than {highest}, which is published: nobody gets it");
        Finding::error(file, message).of(name(item))
    })
}
