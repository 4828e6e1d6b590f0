//! The meters that are read, and the drivers that read them.

use std::hint::black_box;
use std::time::Duration;

use ascensia_contour::Contour;
use cpu_time::ProcessTime;
use criterion::{Criterion, SamplingMode};
use dexcom_receiver::DexcomReceiver;
use meterport_runtime::{Driver, Session};
use meterport_sdk::time::from_seconds;
use meterport_sdk::wit::DeviceTime;
use meterport_simulator::Simulator;
use onetouch_ultra2::Ultra2;

use crate::native;
use crate::support::{driver, link, read, request_for, slow_link};

fn now() -> DeviceTime {
    from_seconds(1_773_126_960).unwrap()
}

/// 500 results of an Ultra 2: what its memory holds.
pub fn ultra2() -> onetouch_ultra2::simulator::Meter {
    filled(onetouch_ultra2::simulator::Meter::new(now()), 500)
}

/// A Contour Next One, which is a HID device.
pub fn contour(results: u32) -> ascensia_contour::simulator::Meter {
    filled(ascensia_contour::simulator::Meter::new(now()), results)
}

/// A Dexcom receiver with 26 000 values of the sensor, which is 90 days, and with the 287
/// calibrations, events, insertions and settings that its simulator puts beside so many.
pub fn dexcom() -> dexcom_receiver::simulator::Meter {
    filled(dexcom_receiver::simulator::Meter::new(now()), DEXCOM)
}

pub const DEXCOM: u32 = 26_287;

fn filled<S: Simulator>(mut meter: S, records: u32) -> S {
    meter.fill(records);
    meter
}

pub fn reading(criterion: &mut Criterion) {
    compare(criterion, "500 records at no delay", "onetouch-ultra2", &Ultra2, ultra2);
    let meter = || contour(1_000);
    compare(criterion, "1000 results over HID", "ascensia-contour", &Contour, meter);
    let name = "26000 values of a sensor";
    compare(criterion, name, "dexcom-receiver", &DexcomReceiver, dexcom);
}

/// The same meter on the same link, in the sandbox and without.
fn compare<S: Simulator + 'static>(
    criterion: &mut Criterion,
    name: &str,
    id: &str,
    native: &impl meterport_sdk::Driver,
    meter: impl Fn() -> S,
) {
    let driver = driver(id);
    let entries = |meter| read(&driver, meter).unwrap().entries.len();
    assert_eq!(entries(meter()), native::read(native, link(meter())), "{id}");
    let mut group = criterion.benchmark_group(name);
    group.sample_size(20);
    group.bench_function("in the sandbox", |bencher| {
        bencher.iter_custom(|times| processor_time(times, &meter, entries));
    });
    group.bench_function("the same code, native", |bencher| {
        let read = |meter| native::read(native, link(meter));
        bencher.iter_custom(|times| processor_time(times, &meter, read));
    });
    group.finish();
}

/// What reading so many meters costs the whole process, and making them does not: the time of the
/// clock would say more about what else the machine does.
fn processor_time<S>(times: u64, meter: impl Fn() -> S, read: impl Fn(S) -> usize) -> Duration {
    let mut spent = Duration::ZERO;
    for _ in 0..times {
        let meter = meter();
        let began = ProcessTime::now();
        black_box(read(meter));
        spent += began.elapsed();
    }
    spent
}

/// Meters that take 5 ms of real time for each answer, some 200 ms in all.
pub fn together(criterion: &mut Criterion) {
    let driver = driver("ascensia-contour");
    let mut group = criterion.benchmark_group("meters that take their time");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for (name, meters) in [("one", 1), ("eight at once", 8)] {
        group.bench_function(name, |bencher| bencher.iter(|| at_once(&driver, meters)));
    }
    group.finish();
}

fn at_once(driver: &Driver, meters: usize) {
    let start = |_| {
        let meter = contour(36);
        let request = request_for(driver, &meter);
        driver.start(slow_link(meter, Duration::from_millis(5)), request, |_| {}).unwrap()
    };
    let sessions: Vec<Session> = (0..meters).map(start).collect();
    for session in sessions {
        assert_eq!(session.wait().map(|finished| finished.readout.entries.len()).unwrap(), 36);
    }
}
