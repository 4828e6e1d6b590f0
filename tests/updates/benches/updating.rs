//! What a feed costs: verifying it, reading it, deciding. Each beside the whole, which is what a
//! program does at every start with the feed that it stored. Processor time of the thread, so that
//! what else the machine does counts less.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark that meets something else has to end"
)]

use std::hint::black_box;

use cpu_time::ThreadTime;
use criterion::{Bencher, Criterion, Throughput, criterion_group, criterion_main};
use meterport_appcast::{Appcast, Keyring, MAX_FEED_BYTES, MAX_ITEMS, verify_feed};
use meterport_tests_updates::{Clinic, Enclosure, Feed, Item, NOW, Ring, UNTIL};
use meterport_update::{Sha256Hex, decide};

/// How many versions a driver has, or the program.
const VERSIONS: usize = 20;
/// Systems of the program.
const SYSTEMS: [&str; 5] =
    ["windows-x64", "windows-arm64", "macos-arm64", "linux-x64", "linux-arm64"];

/// A feed of so many items: the program once in forty, else drivers; a few withdrawn, phased,
/// critical or in another channel.
fn feed(items: usize) -> Feed {
    let mut feed = Feed::new("main", 42, UNTIL);
    for number in 0..items {
        let (product, version) = (number / VERSIONS, format!("1.{}.0", number % VERSIONS));
        feed = feed.item(item(product, &version).with(match number % 17 {
            0 => "<mp:withdrawn kind=\"defect\">reads the wrong year</mp:withdrawn>",
            1 => "<sparkle:phasedRolloutInterval>86400</sparkle:phasedRolloutInterval>",
            2 => "<sparkle:criticalUpdate sparkle:version=\"1.5.0\"/>",
            3 => "<sparkle:channel>beta</sparkle:channel>",
            _ => "<description sparkle:format=\"plain-text\">reads one more model</description>",
        }));
    }
    feed
}

fn item(product: usize, version: &str) -> Item {
    let is_app = product % 40 == 3;
    let id = if is_app { "app".to_owned() } else { format!("meter-{product}") };
    // Every program here is the same product, so that its versions go on and on.
    let version =
        if is_app { version.replacen('1', &format!("1{product}"), 1) } else { version.into() };
    let enclosure = |os: &str| {
        let mut enclosure = Enclosure::of(format!("{id} {version} {os}").as_bytes());
        os.clone_into(&mut enclosure.os);
        enclosure
    };
    Item {
        title: format!("{id} {version}"),
        date: "Sat, 21 Nov 2026 09:00:00 +0000".to_owned(),
        api: if is_app { "0.1.9 0.2.0" } else { "0.1" }.to_owned(),
        enclosures: if is_app {
            SYSTEMS.iter().map(|os| enclosure(os)).collect()
        } else {
            vec![enclosure("")]
        },
        withdrawn: None,
        extra: String::new(),
        id,
        version,
    }
}

fn updating(criterion: &mut Criterion) {
    let ring = Ring::first("main");
    for items in [1_000, MAX_ITEMS] {
        let file = feed(items).file(&ring);
        assert!(file.len() <= MAX_FEED_BYTES, "{} bytes", file.len());
        let keyring = Keyring::first(&ring.file()).unwrap();
        let clock = NOW.parse().unwrap();
        let verified = verify_feed(&file, &keyring, clock).unwrap();
        let accepted = Appcast::parse(verified.body).unwrap().accept(&|_| true);
        assert_eq!(accepted.dropped, []);

        let clinic = Clinic::of(&ring);
        clinic.put_feed(file.clone());
        clinic.refresh();
        let (trusted, installed) = (clinic.all_trusted(), clinic.installed());
        let decision = clinic.decide();
        // The newest of all drivers that are not here, and the program.
        assert!(decision.available.len() > items / VERSIONS / 2 && decision.updates.len() == 1);

        let kib = file.len() / 1024;
        let mut group = criterion.benchmark_group(format!("a feed of {items} items, {kib} KiB"));
        group.throughput(Throughput::Bytes(u64::try_from(file.len()).unwrap()));
        group.sample_size(30);
        group.bench_function("hash it once, to compare with", |bencher| {
            spent(bencher, || Sha256Hex::of(black_box(&file)));
        });
        group.bench_function("verify: split, three signatures", |bencher| {
            spent(bencher, || verify_feed(black_box(&file), &keyring, clock).unwrap().seq);
        });
        group.bench_function("read: XML to checked items", |bencher| {
            spent(bencher, || Appcast::parse(black_box(verified.body)).unwrap().accept(&|_| true));
        });
        group.bench_function("decide", |bencher| {
            let rules = &clinic.rules;
            spent(bencher, || decide(black_box(&trusted), &installed, rules, clock));
        });
        group.bench_function("all of it, from the store", |bencher| {
            spent(bencher, || black_box(&clinic).decide());
        });
        group.finish();
    }
}

/// Processor time, and not that of the clock.
fn spent<T>(bencher: &mut Bencher<'_>, mut work: impl FnMut() -> T) {
    bencher.iter_custom(|times| {
        let before = ThreadTime::now();
        for _ in 0..times {
            black_box(work());
        }
        before.elapsed()
    });
}

criterion_group!(benches, updating);
criterion_main!(benches);
