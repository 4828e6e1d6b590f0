//! From the meter's clock to UTC.
//!
//! `time` = the device time read in the zone. **The measured offset is reported and never added.**
//! What cannot be known is null with a warning, never a guess without a mark.
//!
//! | case | `time` | `time_rule` | warning |
//! |---|---|---|---|
//! | offset ≤ 15 min either way | device time in the zone | `zone` | |
//! | 15 min to 26 h | the same value | `zone-clock-off` | `clock.offset` |
//! | more than 26 h; clock lost; `stamp.reliable = false` | null | `unknown` | `clock.wrong`, `clock.lost` |
//! | no clock, or one that was stored, not read | device time in the zone | `zone` | `clock.unchecked` |
//! | hour that occurs twice | the choice that keeps device order, else the earlier | `zone-fold` | |
//! | hour that does not exist | moved forward by the gap | `zone-gap` | |
//! | device with a time-change log | per segment between changes, by `tick` or device order | `segment` | |
//! | the host has no time or no zone (a recording without them) | null | `unknown` | `clock.unchecked` |
//! | the record has no readable time | null | `unknown` | |
//!
//! Where two rows fit, the lower of `zone-fold`, `zone-gap` and `segment` names the rule, and the
//! clock's warning stands beside the document all the same: `zone-clock-off` in the hour that
//! occurs twice is `zone-fold` with `clock.offset`.
//!
//! The tests beside this module go through the table row by row. The rules for clock changes are
//! in `segments`.

mod clock;
#[cfg(test)]
mod segment_tests;
mod segments;
#[cfg(test)]
mod tests;
mod zone;

use jiff::Timestamp;

use crate::codes::Code;
use crate::device::{ClockObservation, Readout};
use crate::document::{ClockBody, TimeRule, Warning};
use crate::entry::Entry;
use crate::order::Strand;
use crate::utc_time::UtcTime;

pub use zone::{Zone, ZoneError};

use clock::Verdict;
use segments::Segments;

/// The time of one entry and the rule that made it.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) time: Option<UtcTime>,
    pub(crate) rule: TimeRule,
}

/// What this module says about a readout.
pub(crate) struct Times {
    /// For each place in [`Readout::entries`].
    pub(crate) moments: Vec<Moment>,
    pub(crate) clock: ClockBody,
    pub(crate) warnings: Vec<Warning>,
}

/// Applies the table. `now` is the host's time where the device's clock was not read.
pub(crate) fn resolve(
    readout: &Readout,
    strands: &[Strand],
    zone: Option<&Zone>,
    now: Option<Timestamp>,
) -> Times {
    let observation = readout.clock.as_ref();
    let host = observation.and_then(|observation| observation.host_at).or(now);
    let offset_seconds = offset(observation, zone);
    let clock = ClockBody {
        device: observation.and_then(|observation| observation.local),
        host: host.map(UtcTime::from_timestamp),
        offset_seconds,
        zone: zone.map(|zone| zone.name().to_owned()),
    };
    let verdict = clock::judge(observation, offset_seconds);
    let mut moments = vec![UNKNOWN; readout.entries.len()];
    let mut warnings = Vec::new();
    let (Some(zone), Some(host)) = (zone, host) else {
        warnings.push(clock::not_known_here(zone.is_some()));
        return Times { moments, clock, warnings };
    };
    warnings.extend(verdict.warning());
    let unreliable = readout.entries.iter().filter(|entry| !entry.at.reliable).count();
    if unreliable > 0 && verdict != Verdict::Lost {
        warnings.push(clock::marked_as_lost(unreliable));
    }
    if let Some(rule) = verdict.rule() {
        let segments = Segments::find(readout, strands, zone, verdict, host);
        for strand in strands {
            one_strand(&readout.entries, strand, zone, segments.as_ref(), rule, &mut moments);
        }
        // Before a change whose size is not known, the clock is as unchecked as one never read.
        let broken = segments.is_some_and(|segments| segments.has_unknown());
        if broken && !warnings.iter().any(|warning| warning.code == Code::ClockUnchecked) {
            warnings.push(clock::reset_in_the_log());
        }
    }
    Times { moments, clock, warnings }
}

fn one_strand(
    entries: &[Entry],
    strand: &Strand,
    zone: &Zone,
    segments: Option<&Segments>,
    rule: TimeRule,
    moments: &mut [Moment],
) {
    let mut previous = None;
    for &place in strand {
        let (Some(entry), Some(moment)) = (entries.get(place), moments.get_mut(place)) else {
            continue;
        };
        let Some(local) = entry.at.local.filter(|_| entry.at.reliable) else { continue };
        let by_segment = segments.and_then(|segments| segments.utc(place, local));
        let read = match by_segment {
            Some(utc) => Some((utc, TimeRule::Segment)),
            None => zone.read(local, previous, rule),
        };
        if let Some((time, rule)) = read {
            *moment = Moment { time: Some(UtcTime::from_timestamp(time)), rule };
            previous = Some(time);
        }
    }
}

/// Device clock minus the host's civil time in the zone, at the same moment.
fn offset(observation: Option<&ClockObservation>, zone: Option<&Zone>) -> Option<i64> {
    let ClockObservation { local, host_at, .. } = observation?;
    let host = zone?.civil(UtcTime::from_timestamp((*host_at)?).timestamp());
    Some((*local)?.civil().duration_since(host).as_secs())
}

const UNKNOWN: Moment = Moment { time: None, rule: TimeRule::Unknown };
