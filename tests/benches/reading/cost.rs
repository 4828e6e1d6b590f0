//! Not times: what one reading adds to the program's resident memory, and what it spends of the
//! processor time that a session has.

use std::sync::mpsc::channel;
use std::time::Duration;

use cpu_time::ThreadTime;
use criterion::Criterion;
use meterport_simulator::Simulator;

use crate::meters::{contour, dexcom, ultra2};
use crate::support::{driver, link, request_for};

/// Before everything else in this process, while nothing lies about that was used and given back.
pub fn cost(_: &mut Criterion) {
    of("onetouch-ultra2", ultra2);
    of("ascensia-contour", || contour(1_000));
    of("dexcom-receiver", dexcom);
}

fn of<S: Simulator + 'static>(id: &str, meter: impl Fn() -> S) {
    let driver = driver(id);
    let full = meter();
    // The first reading by this driver: after it, memory that was given back lies about, and would
    // hide what a second one takes.
    let before = resident_kib();
    let (entries, during) = watched(&driver, full, resident_kib);
    let during = during.into_iter().max().unwrap();
    println!(
        "{id}, {entries} results: {before} KiB resident before, {} KiB more while reading, \
         ratio {:.3}",
        during.saturating_sub(before),
        f64::from(during) / f64::from(before.max(1))
    );
    // A session has a thread of its own. The simulated meter runs on it too.
    let (_, spent) = watched(&driver, meter(), || ThreadTime::now().as_duration());
    let spent = spent.into_iter().max().unwrap();
    let budget = Duration::from_secs(u64::from(driver.manifest().limits.effective().cpu_s));
    println!(
        "{id}, {entries} results: {:.1} ms of processor time, {:.4} of the budget",
        spent.as_secs_f64() * 1_000.0,
        spent.as_secs_f64() / budget.as_secs_f64()
    );
}

/// Reads a meter, and looks at something, on the session's thread, whenever there is progress: the
/// last time with the last result.
fn watched<S: Simulator + 'static, T: Send + 'static>(
    driver: &meterport_runtime::Driver,
    meter: S,
    look: impl Fn() -> T + Send + 'static,
) -> (usize, Vec<T>) {
    let (sender, receiver) = channel();
    let request = request_for(driver, &meter);
    let session = driver
        .start(link(meter), request, move |_| {
            let _ = sender.send(look());
        })
        .unwrap();
    let finished = session.wait().map(|finished| finished.readout.entries.len()).unwrap();
    (finished, receiver.into_iter().collect())
}

/// Linux only; elsewhere 0.
fn resident_kib() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
