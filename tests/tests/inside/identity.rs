//! The same memory plus one new record, the oldest one dropped, keeps every other record's id.

use std::collections::BTreeSet;

use meterport_model::device::Readout;
use meterport_model::identity::RecordId;
use meterport_model::{Circumstances, DriverRef, normalise};
use meterport_runtime::Driver;
use meterport_sdk::time::from_seconds;
use meterport_sdk::wit::DeviceTime;
use meterport_simulator::Simulator;
use proptest::prelude::*;

use crate::support::{driver, read};

/// Minutes between neighbours, and a value: a memory, whatever the family.
fn memory() -> impl Strategy<Value = Vec<(u32, u16)>> {
    prop::collection::vec((1_u32..900, 15_u16..620), 2..40)
}

/// Newest first, as the meters give them.
fn stored<T>(memory: &[(u32, u16)], make: impl Fn(DeviceTime, u16) -> T) -> Vec<T> {
    let mut seconds = 1_735_689_600_i64;
    let mut records = Vec::new();
    for (minutes, value) in memory {
        seconds += i64::from(*minutes) * 60;
        records.push(make(from_seconds(seconds).unwrap(), *value));
    }
    records.reverse();
    records
}

fn ids(driver: &Driver, readout: &Readout) -> Vec<RecordId> {
    let manifest = driver.manifest();
    let document = normalise(
        readout,
        &Circumstances {
            driver: DriverRef {
                id: manifest.id.to_string(),
                version: manifest.version.to_string(),
                sha256: None,
            },
            manifest,
            zone: None,
            now: None,
            nonce: [0; 32],
        },
    );
    document.results.iter().map(|reading| reading.id.unwrap()).collect()
}

/// Reads a memory, then the same one with the oldest record gone and a new one at its end.
fn keeps_its_ids<S: Simulator + 'static>(
    driver: &Driver,
    memory: &[(u32, u16)],
    new: (u32, u16),
    meter: impl Fn(&[(u32, u16)]) -> S,
) {
    let before = ids(driver, &read(driver, meter(memory)).unwrap());
    // What the first gap was matters for the times of the rest.
    let mut later = memory.to_vec();
    later.push(new);
    let whole = ids(driver, &read(driver, meter(&later)).unwrap());
    let distinct: BTreeSet<_> = before.iter().collect();
    assert_eq!(distinct.len(), before.len(), "two records of one memory share an id");
    assert_eq!(whole.len(), before.len() + 1);
    assert_eq!(whole[..before.len()], before[..], "a new record changed an id");
    let dropped = ids(driver, &read(driver, meter_without_oldest(&later, &meter)).unwrap());
    assert_eq!(dropped, whole[1..], "a dropped record changed an id");
}

/// The same times without the first record: its gap goes to the second.
fn meter_without_oldest<S>(memory: &[(u32, u16)], meter: &impl Fn(&[(u32, u16)]) -> S) -> S {
    let mut rest = memory.to_vec();
    let (first_gap, _) = rest.remove(0);
    if let Some(second) = rest.first_mut() {
        second.0 += first_gap;
    }
    meter(&rest)
}

fn now() -> DeviceTime {
    from_seconds(1_773_126_960).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn onetouch_ultra2_keeps_its_ids(memory in memory(), new in (1_u32..900, 15_u16..620)) {
        use onetouch_ultra2::simulator::{Meter, Stored};
        keeps_its_ids(&driver("onetouch-ultra2"), &memory, new, |memory| {
            Meter::with_memory(now(), stored(memory, Stored::plain))
        });
    }

    #[test]
    fn onetouch_ultraeasy_keeps_its_ids(memory in memory(), new in (1_u32..900, 15_u16..620)) {
        use onetouch_ultraeasy::simulator::{Meter, Reading, Stored};
        keeps_its_ids(&driver("onetouch-ultraeasy"), &memory, new, |memory| {
            let make = |at, value| Stored { at, reading: Reading::MgPerDl(u32::from(value)) };
            Meter::with_memory(now(), stored(memory, make))
        });
    }

    #[test]
    fn freestyle_serial_keeps_its_ids(memory in memory(), new in (1_u32..900, 15_u16..620)) {
        use freestyle_serial::simulator::{Meter, Stored};
        keeps_its_ids(&driver("freestyle-serial"), &memory, new, |memory| {
            Meter::with_memory(now(), stored(memory, Stored::glucose))
        });
    }
}
