//! The worst package that the checks before compilation let through: how long it takes to compile,
//! and how much memory. Not a statistic but a search: a few shapes, each as large as allowed.
#![allow(
    missing_docs,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark that meets something else has to end"
)]

use std::fmt::Write as _;
use std::time::Instant;

use meterport_runtime::{LoadError, Runtime};

/// Makes the text of a module's functions.
type Shape = fn() -> String;

fn main() {
    // `cargo test --benches` only wants to know that it starts.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let runtime = Runtime::new().unwrap();
    let usual = std::fs::read(
        meterport_tests::programs().unwrap().drivers_dir.join("onetouch-ultra2.wasm"),
    )
    .unwrap();
    let started = Instant::now();
    runtime.load(&usual).unwrap();
    let usual_time = started.elapsed();
    println!("a driver of this project: {} KiB, ratio 1.0", usual.len() / 1024);

    let shapes: [(&str, Shape); 5] = [
        ("20 000 small functions", many_small),
        ("large functions of arithmetic", straight),
        ("large functions with many locals alive", many_locals),
        ("large functions of branches", branches),
        ("large functions of jump tables", tables),
    ];
    for (name, shape) in shapes {
        let package = package(&shape());
        let before = peak_kib();
        let started = Instant::now();
        let error = runtime.load(&package).err();
        let took = started.elapsed();
        // It is compiled, and only then found to export nothing that can be called.
        let compiled = matches!(error, Some(LoadError::Link { .. }));
        println!(
            "{name}: {} KiB, compiled {compiled}, {:.1} s, ratio {:.0}, peak memory {} MiB (before: {} MiB){}",
            package.len() / 1024,
            took.as_secs_f64(),
            took.as_secs_f64() / usual_time.as_secs_f64(),
            peak_kib() / 1024,
            before / 1024,
            if compiled { String::new() } else { format!(": {error:?}") },
        );
    }
}

/// As many large bodies as the file may hold; a little under each cap.
const BODIES: usize = 15;
const BODY: usize = 250 * 1024;

fn functions(count: usize, body: impl Fn(&mut String)) -> String {
    let mut text = String::new();
    for _ in 0..count {
        body(&mut text);
    }
    text
}

fn many_small() -> String {
    functions(19_900, |text| {
        text.push_str("(func (param i32) (result i32) ");
        for _ in 0..24 {
            text.push_str("local.get 0 i32.const 77 i32.mul local.set 0 ");
        }
        text.push_str("local.get 0)");
    })
}

fn straight() -> String {
    functions(BODIES, |text| {
        text.push_str("(func (param i32) (result i32) local.get 0 ");
        for _ in 0..BODY / 4 {
            text.push_str("local.get 0 i32.rotl i32.eqz ");
        }
        text.push(')');
    })
}

fn many_locals() -> String {
    functions(BODIES, |text| {
        text.push_str("(func (param i32) (result i32) (local");
        for _ in 0..2_000 {
            text.push_str(" i32");
        }
        text.push_str(") ");
        for index in 0..BODY / 11 {
            let (left, right) = (index * 7 % 2_000 + 1, index * 13 % 2_000 + 1);
            let _ = write!(
                text,
                "local.get {left} local.get {right} i32.add local.set {} ",
                (index * 31 + left) % 2_000 + 1
            );
        }
        text.push_str("local.get 5)");
    })
}

fn branches() -> String {
    functions(BODIES, |text| {
        text.push_str("(func (param i32) (result i32) (local i32 i32 i32) ");
        for index in 0..BODY / 14 {
            let _ = write!(
                text,
                "local.get {} if local.get 1 local.get 2 i32.add local.set {} end ",
                index % 4,
                index % 3 + 1
            );
        }
        text.push_str("local.get 1)");
    })
}

fn tables() -> String {
    functions(BODIES, |text| {
        text.push_str("(func (param i32) (result i32) ");
        for _ in 0..BODY / 600 {
            text.push_str("block block block block local.get 0 br_table ");
            for target in 0..500 {
                let _ = write!(text, "{} ", target % 4);
            }
            text.push_str("end end end end ");
        }
        text.push_str("local.get 0)");
    })
}

fn package(functions: &str) -> Vec<u8> {
    let text = format!(
        "(component (core module {functions}) (instance $guest) \
         (export \"meterport:driver/guest@0.1.0\" (instance $guest)))"
    );
    let mut component = wat::parse_str(text).unwrap();
    let manifest =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/hostile/driver.toml")).unwrap();
    meterport_pack::append_manifest(&mut component, &manifest);
    component
}

/// The most this program ever held. Linux only; elsewhere 0.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
