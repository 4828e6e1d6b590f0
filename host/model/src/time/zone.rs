//! A time zone, and reading a civil time in it.

use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, civil};

use crate::device_time::DeviceTime;
use crate::document::TimeRule;

/// A time zone with the name it goes by in documents.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// A name that the IANA database does not have.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{name}` is not the name of a time zone")]
pub struct ZoneError {
    /// The name.
    pub name: String,
}

impl ZoneError {
    /// What the person can do about it.
    pub fn hint(&self) -> &'static str {
        "use a name of the IANA database, such as Europe/Berlin"
    }
}

impl Zone {
    /// A zone by its IANA name, from the database that is built in.
    pub fn named(name: &str) -> Result<Self, ZoneError> {
        let rules = TimeZoneDatabase::bundled()
            .get(name)
            .map_err(|_| ZoneError { name: name.to_owned() })?;
        let name = rules.iana_name().unwrap_or(name).to_owned();
        Ok(Self { name, rules })
    }

    /// A zone that somebody else looked up, such as the system's.
    pub fn new(name: impl Into<String>, rules: TimeZone) -> Self {
        Self { name: name.into(), rules }
    }

    /// The name it goes by.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn civil(&self, moment: Timestamp) -> civil::DateTime {
        self.rules.to_datetime(moment)
    }

    pub(super) fn offset_seconds(&self, moment: Timestamp) -> i64 {
        i64::from(self.rules.to_offset(moment).seconds())
    }

    /// The offset in force at a device time; `later` decides in the hour that occurs twice.
    pub(super) fn offset_at(&self, local: DeviceTime, later: bool) -> i64 {
        let offset = match self.rules.to_ambiguous_timestamp(local.civil()).offset() {
            AmbiguousOffset::Fold { after, .. } if later => after,
            AmbiguousOffset::Unambiguous { offset: in_force }
            | AmbiguousOffset::Gap { before: in_force, .. }
            | AmbiguousOffset::Fold { before: in_force, .. } => in_force,
        };
        i64::from(offset.seconds())
    }

    /// Reads a device time. `previous` is the time of the record before it in device order, which
    /// decides in the hour that occurs twice; `rule` names the ordinary case.
    pub(super) fn read(
        &self,
        local: DeviceTime,
        previous: Option<Timestamp>,
        rule: TimeRule,
    ) -> Option<(Timestamp, TimeRule)> {
        let local = local.civil();
        let moment = |offset: Offset| offset.to_timestamp(local).ok();
        match self.rules.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => Some((moment(offset)?, rule)),
            // The offset before the gap moves the time forward by the gap.
            AmbiguousOffset::Gap { before, .. } => Some((moment(before)?, TimeRule::ZoneGap)),
            AmbiguousOffset::Fold { before, after } => {
                let (earlier, later) = (moment(before)?, moment(after)?);
                let only_later = previous.is_some_and(|at| earlier < at && at <= later);
                Some((if only_later { later } else { earlier }, TimeRule::ZoneFold))
            }
        }
    }
}
