//! What the sandbox costs, always beside something it can be compared with in the same run.
#![allow(
    missing_docs,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark that meets something else has to end"
)]

#[path = "../../tests/inside/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use meterport_devices::{
    LineSettings, Link, LinkError, Purge, SerialLink, Timeline, Unwatched, Watch,
};
use meterport_manifest::{Candidate, Found, Manifest, Seen, choose, matches};
use meterport_runtime::{Driver, inspect};
use meterport_sdk::testing::{VirtualTime, run};
use meterport_sdk::time::from_seconds;
use meterport_simulator::{Simulator, memory};
use meterport_tests::{hostile_driver, programs};
use onetouch_ultra2::Ultra2;
use onetouch_ultra2::simulator::Meter;

const DRIVERS: [&str; 3] = ["freestyle-serial", "onetouch-ultra2", "onetouch-ultraeasy"];
const TRANSFERS: usize = 2_000;

fn package(id: &str) -> Vec<u8> {
    std::fs::read(programs().unwrap().drivers_dir.join(format!("{id}.wasm"))).unwrap()
}

fn full_meter() -> Meter {
    let mut meter = Meter::new(from_seconds(1_773_126_960).unwrap());
    meter.fill(500);
    meter
}

/// A line that says one word, and then as many bytes as anybody wants.
struct Endless(Vec<u8>, Timeline);

impl Endless {
    fn new(word: &str) -> Self {
        Self(format!("{word}\n").into_bytes(), Timeline::replayed(None, None))
    }
}

impl SerialLink for Endless {
    fn read(&mut self, max: usize, _: Duration, _: &dyn Watch) -> Result<Vec<u8>, LinkError> {
        if self.0.is_empty() {
            return Ok(vec![0x55; max]);
        }
        Ok(self.0.drain(..max.min(self.0.len())).collect())
    }
    fn read_exact(
        &mut self,
        len: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        self.read(len, timeout, watch)
    }
    fn write(&mut self, _: &[u8], _: Duration, _: &dyn Watch) -> Result<(), LinkError> {
        Ok(())
    }
    fn flush(&mut self, _: Duration, _: &dyn Watch) -> Result<(), LinkError> {
        Ok(())
    }
    fn purge(&mut self, _: Purge) -> Result<(), LinkError> {
        Ok(())
    }
    fn set_line(&mut self, _: LineSettings) -> Result<(), LinkError> {
        Ok(())
    }
    fn set_control(&mut self, _: bool, _: bool) -> Result<(), LinkError> {
        Ok(())
    }
    fn timeline(&self) -> Timeline {
        self.1.clone()
    }
}

fn choosing(criterion: &mut Criterion) {
    let manifests: Vec<Manifest> =
        DRIVERS.iter().map(|id| inspect(&package(id)).unwrap().manifest).collect();
    let found = Found { vid: Some(0x1A61), pid: Some(0x3410), product: None, seen: Seen::Serial };
    criterion.bench_function("match one device against three manifests", |bencher| {
        bencher.iter(|| {
            let candidates = manifests.iter().filter_map(|manifest| {
                let hit = matches(manifest, &found)?;
                Some(Candidate { id: manifest.id.clone(), installed: None, hit })
            });
            choose(black_box(candidates.collect()))
        });
    });
}

fn loading(criterion: &mut Criterion) {
    let package = package("onetouch-ultra2");
    let mut group = criterion.benchmark_group("load");
    group.bench_function("look into a package, no code run", |bencher| {
        bencher.iter(|| inspect(black_box(&package)).unwrap());
    });
    group.sample_size(20);
    group.bench_function("compile a driver, cold", |bencher| {
        bencher.iter(|| support::runtime().load(black_box(&package)).unwrap());
    });
    let hostile = hostile();
    group.bench_function("start a session: thread, instance, three results", |bencher| {
        bencher.iter(|| session(&hostile, "exact"));
    });
    group.finish();
}

fn hostile() -> Driver {
    support::runtime().load(&std::fs::read(hostile_driver().unwrap()).unwrap()).unwrap()
}

fn session(driver: &Driver, word: &str) -> usize {
    let link = Link::Serial(Box::new(Endless::new(word)));
    let session = driver.start(link, support::request(&driver), |_| {}).unwrap();
    session.wait().map(|finished| finished.readout.entries.len()).unwrap()
}

fn transfers(criterion: &mut Criterion) {
    let hostile = hostile();
    let word = format!("steps {TRANSFERS}");
    let mut group = criterion.benchmark_group("2000 transfers of 64 bytes");
    group.bench_function("through the sandbox", |bencher| {
        bencher.iter(|| session(&hostile, &word));
    });
    group.bench_function("on the link itself", |bencher| {
        bencher.iter(|| {
            let mut link = Endless(Vec::new(), Timeline::replayed(None, None));
            for _ in 0..TRANSFERS {
                let bytes = link.read_exact(64, Duration::ZERO, &Unwatched).unwrap();
                black_box(bytes);
            }
        });
    });
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let driver = support::driver("onetouch-ultra2");
    let mut group = criterion.benchmark_group("500 records at no delay");
    group.sample_size(30);
    group.bench_function("in the sandbox", |bencher| {
        bencher.iter(|| support::read(&driver, full_meter()).unwrap().entries.len());
    });
    group.bench_function("the same code, native", |bencher| {
        bencher.iter(|| {
            let time = VirtualTime::default();
            let meter = memory::share(full_meter());
            run(&Ultra2, memory::device(&meter, &time), &time).entries.len()
        });
    });
    group.finish();
}

/// Not a time: what one reading adds to the program's resident memory.
fn resident(_: &mut Criterion) {
    let driver = support::driver("onetouch-ultra2");
    let before = resident_kib();
    let link = support::MeterLink::open(full_meter());
    let (sender, receiver) = std::sync::mpsc::channel();
    let session = driver
        .start(link, support::request(&driver), move |progress| {
            if progress.results == 500 {
                let _ = sender.send(resident_kib());
            }
        })
        .unwrap();
    let outcome = session.wait();
    let during = receiver.try_iter().max().unwrap_or(before);
    let entries = outcome.map(|finished| finished.readout.entries.len()).unwrap_or_default();
    println!(
        "resident memory: {before} KiB before, {during} KiB with {entries} results, ratio {:.3}",
        f64::from(during) / f64::from(before.max(1))
    );
}

/// Linux only; elsewhere 0.
fn resident_kib() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

criterion_group!(benches, choosing, loading, transfers, reading, resident);
criterion_main!(benches);
