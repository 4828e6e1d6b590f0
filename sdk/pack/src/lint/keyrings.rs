//! How long the newest keyring lives.

use jiff::{SignedDuration, Timestamp};
use meterport_appcast::Keyring;

use super::Finding;

/// Whoever hides a later keyring at every base is stopped by nothing but this.
const MOST_DAYS: i64 = 400;

/// From when on the next keyring is due.
const DUE_DAYS: i64 = 60;

pub(super) fn lint(keyring: &Keyring, now: Timestamp) -> Vec<Finding> {
    let file = format!("{}.keyring", keyring.version);
    let after = |days: i64| {
        now.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
    };
    let expires = format!("{:.0}", keyring.expires);
    let finding = if keyring.is_expired(now) {
        Some(Finding::error(&file, format!("expired on {expires}: nothing is installed")))
    } else if keyring.expires > after(MOST_DAYS) {
        let message = format!("expires on {expires}, in more than {MOST_DAYS} days");
        Some(Finding::error(&file, message))
    } else if keyring.expires < after(DUE_DAYS) {
        let message = format!("expires on {expires}, in less than {DUE_DAYS} days: rotate it");
        Some(Finding::warning(&file, message))
    } else {
        None
    };
    finding.into_iter().collect()
}
