//! A plausible memory: a value every five minutes up to now, and what goes with it.

use meterport_sdk::time::from_seconds;
use meterport_simulator::plausible;

use super::Meter;
use super::memory::{Stored, What};

/// So many records in all. Of every ten thousand some hundred and ten are no sensor values:
/// settings, calibrations, events, insertions.
pub(super) fn fill(meter: &mut Meter, records: u32) {
    let records = records.min(MOST);
    for kind in [4, 7, 10, 11, 12, 18] {
        meter.memory.clear(kind);
    }
    let settings = u32::from(records >= 10);
    let calibrations = records / 144;
    let events = records / 288;
    let insertions = records / 2_016;
    let values = records - settings - calibrations - events - insertions;
    let now = meter.system;
    let begin = now.saturating_sub((values + 1) * 300);
    if settings > 0 {
        let what = What::Setting { flags: 0x132, high: 200, low: 70 };
        meter.memory.add(Stored { system: begin, what });
    }
    // Invented, and the same every time; the newest first.
    let anchor = from_seconds(1_773_126_960);
    let invented = anchor.map(|at| plausible::results(values, &at)).unwrap_or_default();
    for (place, value) in (0..values).zip(invented.iter().rev()) {
        let system = begin + (place + 1) * 300;
        let trend = 0x10 | u8::try_from(place % 7 + 1).unwrap_or(4);
        let what = What::Glucose { stored: value.mg_per_dl, trend, measured: system - 2 };
        meter.memory.add(Stored { system, what });
    }
    let spread = |count: u32, place: u32| begin + (values * 300) / (count + 1) * (place + 1) + 7;
    for place in 0..insertions {
        let system = spread(insertions, place);
        let what = What::Insertion { inserted: system, state: 7 };
        meter.memory.add(Stored { system, what });
    }
    for place in 0..calibrations {
        let mg_per_dl = 90 + u16::try_from(place % 90).unwrap_or_default();
        let what = What::Meter { mg_per_dl };
        meter.memory.add(Stored { system: spread(calibrations, place), what });
    }
    for place in 0..events {
        let (kind, value) = match place % 4 {
            0 => ((1, 0), 45),
            1 => ((2, 0), 350),
            2 => ((3, 1 + u8::try_from(place / 4 % 6).unwrap_or_default()), 0),
            _ => ((4, 2), 30),
        };
        let what = What::Event { kind, value, ago: 600 };
        meter.memory.add(Stored { system: spread(events, place), what });
    }
}

/// More than any receiver holds.
const MOST: u32 = 100_000;
