//! Phased releases: seven groups of sites, one after the other.

use jiff::{SignedDuration, Timestamp};
use meterport_appcast::{ItemId, Phased};
use semver::Version;
use sha2::{Digest as _, Sha256};

/// How many groups there are.
const GROUPS: u8 = 7;

/// When it is the turn of a site. `None` beyond the end of the calendar.
pub(super) fn turn(
    phased: Phased,
    site: Option<&str>,
    id: &ItemId,
    version: &Version,
) -> Option<Timestamp> {
    let group = i64::from(group(site, id, version));
    let seconds = group.checked_mul(i64::from(phased.seconds))?;
    phased.from.checked_add(SignedDuration::from_secs(seconds)).ok()
}

/// From 0 to 6, drawn anew for each version, and the same for all desks of a site. A computer whose
/// policy names no site is of the last group: its neighbours would be of another.
fn group(site: Option<&str>, id: &ItemId, version: &Version) -> u8 {
    let last = GROUPS.saturating_sub(1);
    let Some(site) = site else { return last };
    let sum = Sha256::digest(format!("{site}\n{id}\n{version}"));
    let number = sum.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    u8::try_from(number % u64::from(GROUPS)).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use meterport_appcast::{ItemId, Phased};
    use semver::Version;

    use super::{GROUPS, group, turn};

    fn version(patch: u64) -> Version {
        Version::new(1, 0, patch)
    }

    #[test]
    fn an_interval_beyond_the_calendar_is_never_anybodys_turn() {
        let phased = Phased { from: jiff::Timestamp::MAX, seconds: u32::MAX };
        assert_eq!(turn(phased, None, &ItemId::App, &version(0)), None);
    }

    #[test]
    fn without_a_site_it_is_the_last_group() {
        let from = "2026-11-21T09:00:00Z".parse().unwrap();
        let turn = turn(Phased { from, seconds: 86_400 }, None, &ItemId::App, &version(0));
        assert_eq!(turn, "2026-11-27T09:00:00Z".parse().ok());
    }

    #[test]
    fn every_group_is_drawn_and_drawn_anew_for_each_version() {
        let mut sites = [0_u32; 7];
        for site in 0..700 {
            let group = group(Some(&format!("site {site}")), &ItemId::App, &version(0));
            sites[usize::from(group)] += 1;
        }
        assert!(sites.iter().all(|count| (50..200).contains(count)), "{sites:?}");

        let of_versions: Vec<u8> =
            (0..50).map(|patch| group(Some("site"), &ItemId::App, &version(patch))).collect();
        assert!((0..GROUPS).all(|group| of_versions.contains(&group)), "{of_versions:?}");
    }

    /// Worked out by hand: the first eight bytes of the sum of `Praxis Nord`, `app` and `1.0.0`,
    /// each on a line of its own, the last without an end, divided by seven.
    #[test]
    fn a_group_is_the_same_tomorrow() {
        assert_eq!(group(Some("Praxis Nord"), &ItemId::App, &version(0)), 4);
    }
}
