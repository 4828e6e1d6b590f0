//! The same memory plus one new record, the oldest one dropped, keeps every other record's id.
//!
//! Not here are a Dexcom receiver, which drops a whole page at once, and an Accu-Chek, which is raw USB:
//! their own property tests say the same without the sandbox.

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

/// One record of a memory, whatever the family.
#[derive(Clone, Copy, Debug)]
struct Kept {
    at: DeviceTime,
    /// mg/dL.
    value: u16,
    /// Where the meter counts its records for good: this one's number.
    number: u16,
}

/// Records at least a minute apart, the oldest first.
fn memory() -> impl Strategy<Value = Vec<Kept>> {
    let records = prop::collection::vec((1_u32..900, 15_u16..620), 3..41);
    (records, 1_u16..900).prop_map(|(records, first)| {
        let mut seconds = 1_735_689_600_i64;
        let keep = |((minutes, value), number)| {
            seconds += i64::from(minutes) * 60;
            Kept { at: from_seconds(seconds).unwrap(), value, number }
        };
        records.into_iter().zip(first..).map(keep).collect()
    })
}

/// Newest first, as most meters give them.
fn newest_first<T>(memory: &[Kept], make: impl Fn(&Kept) -> T) -> Vec<T> {
    memory.iter().rev().map(make).collect()
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

/// Reads a memory without its newest record, then whole, then without its oldest.
fn keeps_its_ids<S: Simulator + 'static>(id: &str, memory: &[Kept], meter: impl Fn(&[Kept]) -> S) {
    let driver = driver(id);
    let ids = |memory: &[Kept]| ids(&driver, &read(&driver, meter(memory)).unwrap());
    let whole = ids(memory);
    let distinct: BTreeSet<_> = whole.iter().collect();
    assert_eq!(whole.len(), memory.len());
    assert_eq!(distinct.len(), whole.len(), "two records of one memory share an id");
    let (_, older) = memory.split_last().unwrap();
    assert_eq!(ids(older), whole[..older.len()], "a new record changed an id");
    let (_, newer) = memory.split_first().unwrap();
    assert_eq!(ids(newer), whole[1..], "a dropped record changed an id");
}

fn now() -> DeviceTime {
    from_seconds(1_773_126_960).unwrap()
}

/// As the text protocol of the FreeStyle meters has it.
fn month_to_minute(at: &DeviceTime) -> String {
    format!("{},{},{},{},{}", at.month, at.day, at.year % 100, at.hour, at.minute)
}

proptest! {
    // Any family that breaks the rule breaks it for nearly every memory.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn ascensia_contour_keeps_its_ids(memory in memory()) {
        use ascensia_contour::simulator::{Meter, Sample, Stored};
        keeps_its_ids("ascensia-contour", &memory, |memory| {
            let make = |kept: &Kept| {
                // Beyond its range it stores the limit and a side.
                let (mg_per_dl, side) = match kept.value {
                    ..20 => (20, Some('<')),
                    601.. => (600, Some('>')),
                    value => (value, None),
                };
                let (sample, marks) = (Sample::Blood, String::new());
                Stored { at: kept.at, mg_per_dl, side, sample, marks }
            };
            Meter::with_memory(now(), newest_first(memory, make))
        });
    }

    #[test]
    fn freestyle_hid_keeps_its_ids(memory in memory()) {
        use freestyle_hid::simulator::{Kind, Meter, Place};
        keeps_its_ids("freestyle-hid", &memory, |memory| {
            memory.iter().fold(Meter::new(now()), |meter, kept| {
                let (id, at) = (kept.number, month_to_minute(&kept.at));
                let shown = match kept.value {
                    ..20 => "LO".to_owned(),
                    501.. => "HI".to_owned(),
                    value => value.to_string(),
                };
                meter.with(Place::Results, format!("7,{id},{at},1,{shown},0,1,0,0,0,0,0,0,0,0"))
            })
        });
        keeps_its_ids("freestyle-hid", &memory, |memory| {
            memory.iter().fold(Meter::of_kind(Kind::Libre, now()), |meter, kept| {
                let (id, at) = (kept.number, month_to_minute(&kept.at));
                let value = kept.value;
                meter.with(Place::History, format!("{id},12,{at},30,1,0,0,0,0,{value},15,0"))
            })
        });
    }

    #[test]
    fn freestyle_serial_keeps_its_ids(memory in memory()) {
        use freestyle_serial::simulator::{Meter, Stored};
        keeps_its_ids("freestyle-serial", &memory, |memory| {
            let make = |kept: &Kept| Stored::glucose(kept.at, kept.value);
            Meter::with_memory(now(), newest_first(memory, make))
        });
    }

    #[test]
    fn onetouch_ultra2_keeps_its_ids(memory in memory()) {
        use onetouch_ultra2::simulator::{Meter, Stored};
        keeps_its_ids("onetouch-ultra2", &memory, |memory| {
            let make = |kept: &Kept| Stored::plain(kept.at, kept.value);
            Meter::with_memory(now(), newest_first(memory, make))
        });
    }

    #[test]
    fn onetouch_ultraeasy_keeps_its_ids(memory in memory()) {
        use onetouch_ultraeasy::simulator::{Meter, Reading, Stored};
        keeps_its_ids("onetouch-ultraeasy", &memory, |memory| {
            let make = |kept: &Kept| {
                Stored { at: kept.at, reading: Reading::MgPerDl(u32::from(kept.value)) }
            };
            Meter::with_memory(now(), newest_first(memory, make))
        });
    }

    #[test]
    fn onetouch_verio_keeps_its_ids(memory in memory()) {
        use onetouch_verio::simulator::{Meter, Model, Stored};
        for model in [Model::VerioIq, Model::VerioFlex] {
            keeps_its_ids("onetouch-verio", &memory, |memory| {
                let make = |kept: &Kept| Stored::new(kept.at, kept.value, kept.number);
                Meter::with_memory(now(), newest_first(memory, make)).of(model)
            });
        }
    }
}
