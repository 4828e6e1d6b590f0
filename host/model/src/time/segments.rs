//! Devices that keep a list of their clock changes: between two changes the clock runs evenly.
//!
//! A *segment* is what lies between two changes. In it, device time and UTC differ by one fixed
//! number of seconds, and a change from `before` to `after` says by how much the numbers of the
//! two segments beside it differ. So one number gives all, and the time of a result follows even
//! where the person set the clock late, twice or to another country:
//!
//! ```text
//! UTC = device time - difference(segment)
//! difference(segment before a change) = difference(segment after it) - (after - before)
//! ```
//!
//! The number of the last segment, the *anchor*, is always an offset of the zone, never the
//! measured offset of the clock:
//!
//! | clock | anchor |
//! |---|---|
//! | right within 15 min | the zone's offset at the moment of reading: the clock is right now |
//! | 15 min to 26 h off, or not compared | the zone's offset at the last change: somebody set it then; without that time, the zone's offset at the moment of reading |
//! | more than 26 h off, or lost | none; no time at all |
//!
//! Where a result belongs:
//!
//! | result | segment |
//! |---|---|
//! | in the same strand as the changes | by device order |
//! | in another strand, with a `tick` as the changes have | by `tick` |
//! | else | none: read in the zone like that of any other device |
//!
//! A tick that steps back in device order means that the counter started again; then ticks of
//! different strands are not compared. A change whose size is not known (a reset, or one of its
//! times is missing) ends the chain: what lies before it is read in the zone, and the readout
//! warns `clock.unchecked`. Changes that the device marks as anything but valid do not count. The
//! list is taken to reach back as far as the results do: what lies before its first change is the
//! first segment.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::clock::Verdict;
use super::zone::Zone;
use crate::device::Readout;
use crate::device_time::DeviceTime;
use crate::diary::TimeChange;
use crate::entry::{Entry, Payload, Validity};
use crate::order::Strand;

/// The segments of one readout.
pub(super) struct Segments {
    /// Seconds of device time minus UTC, oldest segment first; none where it is not known.
    differences: Vec<Option<i64>>,
    /// For each place in the readout, its segment.
    segment_of: Vec<Option<usize>>,
}

/// One change, and where it stands.
struct Change<'a> {
    strand: usize,
    position: usize,
    tick: Option<u64>,
    change: &'a TimeChange,
}

impl Segments {
    /// The segments of a readout; none where it has no usable list of changes.
    pub(super) fn find(
        readout: &Readout,
        strands: &[Strand],
        zone: &Zone,
        verdict: Verdict,
        host: Timestamp,
    ) -> Option<Self> {
        let entries = &readout.entries;
        let mut changes = changes(entries, strands);
        let newest_tick = readout.clock.and_then(|clock| clock.tick);
        let ticks_compare = ticks_compare(entries, strands, newest_tick)
            && changes.iter().all(|change| change.tick.is_some());
        let home = changes.first()?.strand;
        let one_strand = changes.iter().all(|change| change.strand == home);
        if !one_strand {
            if !ticks_compare {
                return None;
            }
            changes.sort_by_key(|change| change.tick);
        }

        let differences = differences(&changes, anchor(&changes, zone, verdict, host));
        let mut segment_of = vec![None; entries.len()];
        for (number, strand) in strands.iter().enumerate() {
            for (position, &place) in strand.iter().enumerate() {
                let (Some(entry), Some(slot)) = (entries.get(place), segment_of.get_mut(place))
                else {
                    continue;
                };
                let changes_before = if one_strand && number == home {
                    Some(changes.partition_point(|change| change.position <= position))
                } else {
                    let tick = entry.at.tick.filter(|_| ticks_compare);
                    tick.map(|tick| changes.partition_point(|change| change.tick <= Some(tick)))
                };
                *slot = changes_before
                    .map(|count| count.saturating_sub(usize::from(shows_before(entry))));
            }
        }
        Some(Self { differences, segment_of })
    }

    /// The time of the entry at this place; none where its segment or the difference is not known.
    pub(super) fn utc(&self, place: usize, local: DeviceTime) -> Option<Timestamp> {
        let segment = (*self.segment_of.get(place)?)?;
        let difference = (*self.differences.get(segment)?)?;
        Timestamp::from_second(seconds(local)?.checked_sub(difference)?).ok()
    }

    /// Whether results lie in a segment whose difference is not known.
    pub(super) fn has_unknown(&self) -> bool {
        self.segment_of
            .iter()
            .flatten()
            .any(|&segment| self.differences.get(segment).is_none_or(Option::is_none))
    }
}

/// Every valid change, in device order strand by strand.
fn changes<'a>(entries: &'a [Entry], strands: &[Strand]) -> Vec<Change<'a>> {
    let mut found = Vec::new();
    for (number, strand) in strands.iter().enumerate() {
        for (position, &place) in strand.iter().enumerate() {
            let Some(entry) = entries.get(place) else { continue };
            if let (Payload::TimeChange(change), Validity::Valid) = (&entry.payload, entry.validity)
            {
                found.push(Change { strand: number, position, tick: entry.at.tick, change });
            }
        }
    }
    found
}

/// Whether ticks of different strands can be compared: nowhere does the counter step back.
fn ticks_compare(entries: &[Entry], strands: &[Strand], newest: Option<u64>) -> bool {
    strands.iter().all(|strand| {
        let ticks = strand.iter().filter_map(|&place| entries.get(place)?.at.tick);
        ticks.chain(newest).is_sorted()
    })
}

/// Whether this is a change that carries the time before it as its own. It counts itself among
/// the changes before it, so there is one to take off.
fn shows_before(entry: &Entry) -> bool {
    match &entry.payload {
        Payload::TimeChange(change) if entry.validity == Validity::Valid => {
            change.before.is_some()
                && change.before == entry.at.local
                && change.before != change.after
        }
        _ => false,
    }
}

/// Device time minus UTC in the last segment. Offsets of the zone only.
fn anchor(changes: &[Change<'_>], zone: &Zone, verdict: Verdict, host: Timestamp) -> Option<i64> {
    let at_the_reading = zone.offset_seconds(host);
    let at_the_last_change = || {
        let change = changes.last()?.change;
        // A clock that was turned back into the hour that occurs twice shows its second half.
        Some(zone.offset_at(change.after?, change.after < change.before))
    };
    match verdict {
        Verdict::Right => Some(at_the_reading),
        Verdict::Off(_) | Verdict::Absent | Verdict::Stored => {
            Some(at_the_last_change().unwrap_or(at_the_reading))
        }
        Verdict::Wrong(_) | Verdict::Lost => None,
    }
}

/// The difference of every segment, from the last one back.
fn differences(changes: &[Change<'_>], anchor: Option<i64>) -> Vec<Option<i64>> {
    let mut differences = vec![anchor];
    let mut after = anchor;
    for Change { change, .. } in changes.iter().rev() {
        let before = after.zip(size(change)).and_then(|(after, size)| after.checked_sub(size));
        differences.push(before);
        after = before;
    }
    differences.reverse();
    differences
}

/// By how many seconds a change moved the clock. A reset says nothing: the clock stood still.
fn size(change: &TimeChange) -> Option<i64> {
    if change.cause == "reset" {
        return None;
    }
    seconds(change.after?)?.checked_sub(seconds(change.before?)?)
}

/// A device time counted as if it were UTC.
fn seconds(local: DeviceTime) -> Option<i64> {
    TimeZone::UTC.to_timestamp(local.civil()).ok().map(Timestamp::as_second)
}
