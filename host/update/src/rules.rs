//! What policy and people decided about updates.

use meterport_appcast::ItemId;
use semver::{Version, VersionReq};

use crate::hours::Hours;

/// What policy and people decided about updates. Who reads the policy sees to it that the machine's
/// beats the user's.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// What happens by itself.
    pub mode: Mode,
    /// The channel that is followed beside the one everybody sees.
    pub channel: Option<String>,
    /// Versions of the program that may be installed, such as `<=1.4`. It holds for critical ones
    /// too, and not for drivers.
    pub pin: Option<VersionReq>,
    /// When something may be installed by itself; absent: at any time.
    pub hours: Option<Hours>,
    /// Days after which a critical update no longer waits for a person; absent: it always does.
    pub deadline_days: Option<u32>,
    /// Days after a feed's promise in which this clinic still installs: 0 to 90.
    pub max_stale_days: u32,
    /// The name of the site, of which all desks get a phased release at once.
    pub site: Option<String>,
    /// Whether files that nobody signed may be installed.
    pub unsigned: bool,
    /// Versions that somebody does not want. It does not hold for critical ones.
    pub skipped: Vec<(ItemId, Version)>,
    /// Somebody asked for it just now: phases do not count.
    pub manual: bool,
}

/// What happens by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Updates are installed where no person has to decide.
    Auto,
    /// Updates are offered.
    #[default]
    Ask,
    /// Updates are named, and installed only by command.
    Notify,
    /// Nothing is asked of a server, not even by command.
    Off,
    /// The system's package manager installs the program; drivers are offered.
    Managed,
}

/// The text is no mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is none of `auto`, `ask`, `notify`, `off` and `managed`")]
pub struct ModeError;

impl Mode {
    const ALL: [Self; 5] = [Self::Auto, Self::Ask, Self::Notify, Self::Off, Self::Managed];

    /// The word of the policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Ask => "ask",
            Self::Notify => "notify",
            Self::Off => "off",
            Self::Managed => "managed",
        }
    }
}

impl std::str::FromStr for Mode {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, ModeError> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or(ModeError)
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Rules {
    /// True if somebody does not want that version.
    pub(crate) fn is_skipped(&self, id: &ItemId, version: &Version) -> bool {
        let is_it =
            |(skipped, of): &(ItemId, Version)| skipped == id && of.cmp_precedence(version).is_eq();
        self.skipped.iter().any(is_it)
    }

    /// True if something may be installed by itself at that time of this computer's clock.
    pub fn is_open(&self, at: jiff::civil::DateTime) -> bool {
        self.hours.as_ref().is_none_or(|hours| hours.is_open(at))
    }

    /// True if a critical update that is known since then no longer waits for a person or for the
    /// hours.
    pub fn is_overdue(&self, known_since: jiff::Timestamp, now: jiff::Timestamp) -> bool {
        let deadline = self.deadline_days.and_then(|days| {
            let hours = i64::from(days).checked_mul(24)?;
            known_since.checked_add(jiff::SignedDuration::from_hours(hours)).ok()
        });
        deadline.is_some_and(|deadline| deadline <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::{Mode, Rules};

    #[test]
    fn a_word_that_is_no_mode_is_refused() {
        for text in ["", "Auto", "never", "auto "] {
            assert!(text.parse::<Mode>().is_err(), "{text}");
        }
        for mode in Mode::ALL {
            assert_eq!(mode.to_string().parse(), Ok(mode));
        }
    }

    #[test]
    fn without_a_deadline_nothing_is_ever_overdue() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
        let (since, later) = (at("2026-11-01T09:00:00Z"), at("2026-11-08T09:00:00Z"));
        let rules = |deadline_days| Rules { deadline_days, ..Rules::default() };

        assert!(!rules(None).is_overdue(since, at("2030-01-01T00:00:00Z")));
        assert!(!rules(Some(8)).is_overdue(since, later));
        assert!(!rules(Some(u32::MAX)).is_overdue(since, later));
        assert!(rules(Some(7)).is_overdue(since, later));
        assert!(rules(Some(0)).is_overdue(since, since));
    }
}
