//! What the sandbox costs, always beside something it can be compared with in the same run.
#![allow(
    missing_docs,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark that meets something else has to end"
)]

mod cost;
mod meters;
mod native;
#[path = "../../tests/inside/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use meterport_devices::{Link, SerialLink, Timeline, Unwatched};
use meterport_manifest::{Candidate, Found, Manifest, Seen, choose, matches};
use meterport_runtime::{Driver, inspect};
use meterport_tests::hostile_driver;

use support::line::{Endless, Line};
use support::{package, request, runtime};

const DRIVERS: [&str; 3] = ["freestyle-serial", "onetouch-ultra2", "onetouch-ultraeasy"];
const TRANSFERS: usize = 2_000;

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
        bencher.iter(|| runtime().load(black_box(&package)).unwrap());
    });
    let hostile = hostile();
    group.bench_function("start a session: thread, instance, three results", |bencher| {
        bencher.iter(|| session(&hostile, "exact"));
    });
    group.finish();
}

fn hostile() -> Driver {
    runtime().load(&std::fs::read(hostile_driver().unwrap()).unwrap()).unwrap()
}

/// A line that says one word, and then as many bytes as anybody wants.
fn endless() -> Line<Endless> {
    Line::new(Endless, Timeline::replayed(None, None))
}

fn session(driver: &Driver, word: &str) -> usize {
    let link: Link = endless().saying(&format!("{word}\n")).link();
    let session = driver.start(link, request(driver), |_| {}).unwrap();
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
            let mut link = endless();
            for _ in 0..TRANSFERS {
                let bytes = link.read_exact(64, Duration::ZERO, &Unwatched).unwrap();
                black_box(bytes);
            }
        });
    });
    group.finish();
}

criterion_group!(
    benches,
    cost::cost,
    choosing,
    loading,
    transfers,
    meters::reading,
    meters::together
);
criterion_main!(benches);
