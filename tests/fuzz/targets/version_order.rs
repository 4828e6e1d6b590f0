//! Of any versions that are taken, exactly one order holds, and each prints as it was written.

#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use meterport_appcast::OsWord;
use meterport_manifest::{ContractVersion, parse_version};
use std::str::FromStr;

fuzz_target!(|text: &str| {
    let mut versions = Vec::new();
    for line in text.lines().take(8) {
        if let Ok(version) = parse_version(line) {
            assert_eq!(version.to_string(), line);
            assert!(line.len() <= 64 && !line.contains("--"));
            versions.push(version);
        }
        if let Ok(contract) = ContractVersion::from_str(line) {
            assert_eq!(contract.to_string(), line);
        }
        if let Ok(os) = OsWord::from_str(line) {
            assert!(os.fits(&os).is_some());
        }
    }
    for a in &versions {
        for b in &versions {
            let order = a.cmp(b);
            assert_eq!(order.reverse(), b.cmp(a));
            assert_eq!(order == Ordering::Equal, a == b);
            // What is released comes after what leads to it.
            let same = (a.major, a.minor, a.patch) == (b.major, b.minor, b.patch);
            if same && !a.pre.is_empty() && b.pre.is_empty() {
                assert_eq!(order, Ordering::Less);
            }
            for c in &versions {
                assert!(!(a <= b && b <= c) || a <= c);
            }
        }
    }
});
