//! Which copy of a driver is used, where there are several. Pure.
//!
//! 1. One that was withdrawn or refused is not, whoever brought it here.
//! 2. INVARIANT: one that nobody signed never takes the place of one that somebody did, those that
//!    came with the program included; not even where that one may not be used either.
//! 3. Of the others the higher version; of equal ones the installed copy.

use super::{Available, Source};

const UNSIGNED: &str = "nobody signed it, and a signed driver has the same id";

/// Those that are used, one for each id and sorted by it; and those that are not although nothing
/// newer stands in their place, each with its reason.
pub(super) fn rank(mut all: Vec<Available>) -> (Vec<Available>, Vec<Available>) {
    let signed: Vec<_> = all
        .iter()
        .filter(|driver| driver.is_signed())
        .map(|driver| driver.manifest.id.clone())
        .collect();
    for driver in &mut all {
        if !driver.is_signed() && signed.contains(&driver.manifest.id) && driver.reason.is_none() {
            driver.reason = Some(UNSIGNED.to_owned());
        }
    }
    let (mut usable, mut disabled): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|driver| driver.reason.is_none());
    for list in [&mut usable, &mut disabled] {
        list.sort_by(|left: &Available, right| {
            let is_shipped = |driver: &Available| driver.source == Source::Shipped;
            left.id()
                .cmp(right.id())
                .then_with(|| right.manifest.version.cmp(&left.manifest.version))
                .then_with(|| is_shipped(left).cmp(&is_shipped(right)))
        });
    }
    usable.dedup_by(|later, first| later.id() == first.id());
    (usable, disabled)
}

#[cfg(test)]
mod tests {
    use meterport_update::Origin;

    use super::*;
    use crate::drivers::made_up::driver;

    fn unsigned(version: &str) -> Available {
        driver("one", version, 1, Source::Installed)
    }

    fn signed(version: &str) -> Available {
        let origin = Origin::Feed { feed: "feed".to_owned(), key: "key".to_owned() };
        Available { origin: Some(origin), ..unsigned(version) }
    }

    fn shipped(version: &str) -> Available {
        driver("one", version, 1, Source::Shipped)
    }

    fn withdrawn(driver: Available) -> Available {
        Available { reason: Some("withdrawn".to_owned()), ..driver }
    }

    fn used(all: Vec<Available>) -> Option<(String, &'static str)> {
        let (usable, _) = rank(all);
        usable.first().map(|one| (one.manifest.version.to_string(), one.source.as_str()))
    }

    #[test]
    fn an_unsigned_driver_never_takes_the_place_of_one_that_came_with_the_program() {
        let all = vec![unsigned("9.0.0"), shipped("1.0.0")];
        assert_eq!(used(all.clone()), Some(("1.0.0".to_owned(), "shipped")));
        let (_, disabled) = rank(all);
        assert_eq!(disabled.len(), 1);
        assert!(disabled.iter().all(|one| one.reason.as_deref() == Some(UNSIGNED)));
    }

    #[test]
    fn a_withdrawal_opens_no_place_for_an_unsigned_driver() {
        assert_eq!(used(vec![unsigned("9.0.0"), withdrawn(shipped("1.0.0"))]), None);
    }

    #[test]
    fn a_withdrawn_copy_leaves_its_place_to_another_one_of_lower_version() {
        let all = vec![withdrawn(signed("2.0.0")), shipped("1.0.0")];
        assert_eq!(used(all), Some(("1.0.0".to_owned(), "shipped")));
    }

    #[test]
    fn of_signed_copies_the_higher_version_is_used_and_of_equal_ones_the_installed() {
        let used_of = |installed, came_with| used(vec![shipped(came_with), signed(installed)]);
        assert_eq!(used_of("1.0.0", "1.1.0"), Some(("1.1.0".to_owned(), "shipped")));
        assert_eq!(used_of("1.2.0", "1.1.0"), Some(("1.2.0".to_owned(), "installed")));
        assert_eq!(used_of("1.1.0", "1.1.0"), Some(("1.1.0".to_owned(), "installed")));
        assert_eq!(used(vec![unsigned("0.1.0")]), Some(("0.1.0".to_owned(), "installed")));
    }
}
