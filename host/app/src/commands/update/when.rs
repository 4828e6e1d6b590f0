//! When an update is to be installed, as the command line says it.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use meterport_appcast::ItemId;
use meterport_manifest::parse_version;
use semver::Version;

use crate::fault::Fault;

/// The next time that a clock here shows `HH:MM`.
pub(super) fn tonight(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Fault> {
    let wrong = || Fault::usage("the time is no `HH:MM` from 00:00 to 23:59");
    let time = (text.len() == 5).then(|| Time::strptime("%H:%M", text).ok()).flatten();
    let time = time.ok_or_else(wrong)?;
    let here = now.to_zoned(zone.clone());
    let mut date = here.date();
    if here.time() >= time {
        date = date.tomorrow().map_err(|_| wrong())?;
    }
    let at = date.to_datetime(time).to_zoned(zone.clone()).map_err(|_| wrong())?;
    Ok(at.timestamp())
}

/// The same time of day, so many days later.
pub(super) fn in_days(days: u16, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Fault> {
    let here = now.to_zoned(zone.clone());
    let later = here.checked_add(i64::from(days).days());
    later.map(|later| later.timestamp()).map_err(|_| Fault::usage("that is too many days"))
}

/// `ID` or `ID@VERSION`.
pub(super) fn skipped(text: &str) -> Result<(ItemId, Option<Version>), Fault> {
    let wrong = || {
        Fault::usage("what is to be skipped is written `ID` or `ID@VERSION`")
            .hint("`app` stands for the program; `meterport update check` shows ids and versions")
    };
    let (id, version) = match text.split_once('@') {
        None => (text, None),
        Some((id, version)) => (id, Some(parse_version(version).map_err(|_| wrong())?)),
    };
    Ok((id.parse().map_err(|_| wrong())?, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_of_day_that_is_none_is_refused() {
        for text in ["", "7:00", "24:00", "19.00", "19:60", "19:00:00", "evening"] {
            assert!(tonight(text, at("2026-11-22T12:00:00Z"), &zone()).is_err(), "{text}");
        }
    }

    #[test]
    fn tonight_is_the_next_time_the_clock_shows_it() {
        for (now, time, then) in [
            ("2026-11-22T12:00:00Z", "19:00", "2026-11-22T18:00:00Z"),
            ("2026-11-22T18:00:00Z", "19:00", "2026-11-23T18:00:00Z"),
            // The night in which the clock is put forward has no 02:30.
            ("2026-03-28T20:00:00Z", "02:30", "2026-03-29T01:30:00Z"),
        ] {
            assert_eq!(tonight(time, at(now), &zone()).unwrap(), at(then), "{now} {time}");
        }
    }

    #[test]
    fn days_keep_the_time_of_day_over_a_change_of_the_clock() {
        let then = in_days(2, at("2026-10-24T10:00:00Z"), &zone()).unwrap();
        assert_eq!(then, at("2026-10-26T11:00:00Z"));
    }

    #[test]
    fn what_is_skipped_is_an_id_with_or_without_a_version() {
        for text in ["", "@1.0.0", "app@", "app@one", "App", "app@1.0.0@2"] {
            assert!(skipped(text).is_err(), "{text}");
        }
        assert_eq!(skipped("app").unwrap(), (ItemId::App, None));
        let (id, version) = skipped("onetouch-ultra2@1.2.0").unwrap();
        assert_eq!(
            (id.to_string().as_str(), version),
            ("onetouch-ultra2", Some(Version::new(1, 2, 0)))
        );
    }
}
