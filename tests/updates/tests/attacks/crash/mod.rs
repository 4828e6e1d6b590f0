//! **Attacker:** nobody; power fails.
//! **What goes wrong:** the program ends between two writes, or in the middle of one.
//! **What must hold:** whatever lies in the folder then, the next start finds the old or the new
//! state, never neither, and can go on from there.
//!
//! A crash at every single operation of the disk is told in `host/update/src/crash_tests.rs`, where
//! the disk can be replaced. Here the whole client runs on a real folder, and the power fails at
//! every moment at which it waits for the network, with each new file whole, cut in half, empty, or
//! missing.

use std::sync::{Arc, Mutex};

use meterport_tests_updates::{AppPackage, Clinic, Driver, Feed, Item, Ring, UNTIL, snapshot};

type Files = Vec<(String, Vec<u8>)>;

/// What lay in the folder at each moment at which somebody waited, without repetitions.
fn moments(clinic: &Clinic, story: impl FnOnce(&Clinic)) -> Vec<Files> {
    let seen = Arc::new(Mutex::new(vec![clinic.snapshot()]));
    let (all, path) = (seen.clone(), clinic.path());
    let look = move || {
        let now = snapshot(&path);
        let mut all = all.lock().unwrap();
        if all.last() != Some(&now) {
            all.push(now);
        }
    };
    clinic.mirror.watch(look.clone());
    story(clinic);
    look();
    clinic.mirror.watch(|| {});
    seen.lock().unwrap().clone()
}

/// The same files after a crash: as they are, and with each that is new since before damaged. What
/// is written after it is then missing: packages, versions and keyrings come before what names them.
fn crashes(before: &Files, after: &Files) -> Vec<Files> {
    let mut all = vec![after.clone()];
    for (place, (name, content)) in after.iter().enumerate() {
        if before.contains(&after[place]) || name == "lock" || name == "busy" {
            continue;
        }
        for length in [0, content.len() / 2, content.len().saturating_sub(1)] {
            let mut files = after.clone();
            files[place].1.truncate(length);
            all.push(without_what_follows(name, before, files));
        }
        let mut files = after.clone();
        files.remove(place);
        all.push(without_what_follows(name, before, files));
    }
    all
}

fn without_what_follows(name: &str, before: &Files, mut files: Files) -> Files {
    let names = |path: &str| path.starts_with("state/") || path.starts_with("generations/");
    if !names(name) {
        files.retain(|file| !names(&file.0) || before.contains(file));
    }
    files
}

#[test]
fn an_update_that_is_cut_off_anywhere_leaves_old_or_new_and_goes_on() {
    let ring = Ring::first("main");
    let second = ring.next();
    let clinic = Clinic::of(&ring);
    let (old, new) = (Driver::new("meter-a", "1.0.0"), Driver::new("meter-a", "1.1.0"));
    let app = AppPackage::new("2.0.0");
    clinic.put_drivers([&old, &new]);
    clinic.put_package(&app.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&old)));
    clinic.install("meter-a").unwrap();

    clinic.publish_ring(&second);
    let feed = Feed::new("main", 2, UNTIL).item(Item::driver(&new)).item(Item::app(&app));
    clinic.publish(&second, &feed);
    let moments = moments(&clinic, |clinic| {
        clinic.install("meter-a").unwrap();
        clinic.install("app").unwrap();
    });
    assert!(moments.len() > 4, "{}", moments.len());

    let mut count = 0;
    for pair in moments.windows(2) {
        for files in crashes(&pair[0], &pair[1]) {
            let after = clinic.with_files(&files);
            let plugins = after.plugins();
            assert!(
                plugins == [("meter-a".into(), "1.0.0".into())]
                    || plugins == [("meter-a".into(), "1.1.0".into())],
                "{plugins:?}"
            );
            assert!(after.app().is_none_or(|sha256| sha256 == app.sha256()));
            // What is believed is old, new or nothing yet, and never another thing.
            assert!(matches!(after.seq(), None | Some(1 | 2)));

            after.install("app").ok();
            after.install("meter-a").ok();
            assert_eq!(after.seq(), Some(2));
            assert_eq!(after.plugins(), [("meter-a".into(), "1.1.0".into())]);
            assert_eq!(after.app(), Some(app.sha256()));
            let sha256 = meterport_update::Sha256Hex::of(&new.package());
            assert_eq!(after.store.read_object(&sha256).unwrap(), new.package());
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn an_older_program_reads_newer_state() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", 5, UNTIL));
    clinic.refresh();
    // A later program has added fields everywhere it may.
    let folder = clinic.path().join("state");
    let newest = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).max().unwrap();
    let text = std::fs::read_to_string(&newest).unwrap();
    let (_, rest) = text.split_once("\"state\":").unwrap();
    let body = rest.strip_suffix("}\n").unwrap();
    let number: u64 = newest.file_stem().unwrap().to_str().unwrap().parse().unwrap();
    let later = body
        .replacen(&format!("\"number\":{number}"), &format!("\"number\":{}", number + 1), 1)
        .replacen("{", "{\"of_a_later_year\":{\"a\":[1]},", 1)
        .replacen("\"keyring\":", "\"quorum\":7,\"keyring\":", 1);
    let sum = meterport_update::Sha256Hex::of(later.as_bytes());
    let text = format!("{{\"checksum\":\"{sum}\",\n\"state\":{later}}}\n");
    std::fs::write(folder.join(format!("{:06}.json", number + 1)), text).unwrap();

    let older = clinic.reopened();
    assert_eq!(older.seq(), Some(5));
    // It goes on from there, and keeps what it does not know.
    clinic.publish(&ring, &Feed::new("main", 6, UNTIL));
    older.refresh();
    assert_eq!(older.seq(), Some(6));
    let newest = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).max().unwrap();
    let text = std::fs::read_to_string(newest).unwrap();
    assert!(text.contains("of_a_later_year") && text.contains("\"quorum\":7"), "{text}");
}
