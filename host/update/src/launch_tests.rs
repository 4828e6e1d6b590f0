//! Trials, steps back, rollbacks: what is started, and what is never started again.

use std::fs;
use std::io::Cursor;
use std::sync::Barrier;
use std::thread;

use crate::testing::{
    anything, app_sum, crash, empty, id, install_app, names, open, plugin, run_well, start,
};
use crate::{
    BadReason, Change, Origin, PluginEntry, Remark, StartKind, Store, StoreError, UnpackError,
    app_of,
};

fn installed(store: &Store) -> Vec<String> {
    let name = |plugin: &PluginEntry| format!("{} {}", plugin.id, plugin.version.major);
    store.plugins().unwrap().plugins.iter().map(name).collect()
}

fn put(store: &Store, name: &str, version: u64) {
    let plugin = plugin(name, version);
    store.install(&plugin.package, &plugin.id, &plugin.version, Origin::Unsigned).unwrap();
}

/// A store with a good version and a new one.
fn updated() -> (tempfile::TempDir, Store) {
    let (folder, store) = empty();
    install_app(&store, "1.0.0");
    run_well(&store);
    install_app(&store, "2.0.0");
    (folder, store)
}

#[test]
fn an_empty_store_starts_nothing() {
    let (_folder, store) = empty();
    put(&store, "a", 1);
    for kind in [StartKind::Desk, StartKind::Command] {
        assert!(matches!(store.begin(kind).unwrap_err(), StoreError::NoProgram));
    }
}

#[test]
fn two_failed_starts_lead_back_and_the_version_is_bad_for_ever() {
    let (_folder, store) = updated();
    assert_eq!(crash(&store), app_sum("2.0.0"));
    assert_eq!(crash(&store), app_sum("2.0.0"));

    let started = store.begin(StartKind::Desk).unwrap();
    assert_eq!((started.app, started.trial, started.generation), (app_sum("1.0.0"), None, 3));
    assert!(matches!(
        started.remarks[..],
        [Remark::SteppedBack { from, to }] if from == app_sum("2.0.0") && to == app_sum("1.0.0")
    ));
    drop(started);
    assert_eq!(store.bad().unwrap()[0].reason, Some(BadReason::Failed));
    assert_eq!(run_well(&store), app_sum("1.0.0"));
    assert!(matches!(store.rollback(&anything).unwrap_err(), StoreError::NothingToRollBack));
}

#[test]
fn where_a_step_back_cannot_be_written_the_good_version_is_started_all_the_same() {
    let (folder, store) = updated();
    crash(&store);
    crash(&store);
    // What is in the way of every write, as a full disk would be.
    let blocked = folder.path().join("generations/new");
    fs::create_dir(&blocked).unwrap();
    for _ in 0..2 {
        let started = store.begin(StartKind::Desk).unwrap();
        assert_eq!((started.app, started.trial, started.generation), (app_sum("1.0.0"), None, 1));
        assert!(matches!(
            started.remarks[..],
            [Remark::SteppedBack { .. }, Remark::NotCounted { cause: StoreError::Io { .. } }]
        ));
    }
    fs::remove_dir(&blocked).unwrap();
    assert_eq!(store.begin(StartKind::Desk).unwrap().generation, 3);
}

#[test]
fn a_single_failed_start_is_forgiven() {
    let (_folder, store) = updated();
    crash(&store);
    assert_eq!(run_well(&store), app_sum("2.0.0"));
    for _ in 0..3 {
        assert_eq!(crash(&store), app_sum("2.0.0"), "after the trial nothing is counted");
    }
    assert!(store.bad().unwrap().is_empty());
}

#[test]
fn short_runs_condemn_nothing() {
    let (_folder, store) = updated();
    for trial in 1..10 {
        let (started, running) = start(&store);
        assert_eq!((started.app, started.trial), (app_sum("2.0.0"), Some(trial)));
        running.clean().unwrap();
    }
    for _ in 0..5 {
        let started = store.begin(StartKind::Command).unwrap();
        assert_eq!((started.app, started.trial), (app_sum("2.0.0"), None));
        drop(store.running(&started.app, None).unwrap());
    }
    assert!(store.bad().unwrap().is_empty());
}

#[test]
fn a_second_user_neither_counts_nor_is_counted() {
    let (folder, store) = updated();
    let (first, running) = start(&store);
    assert_eq!(first.trial, Some(1));
    for _ in 0..3 {
        let second = open(&folder).begin(StartKind::Desk).unwrap();
        assert_eq!((second.app, second.trial), (app_sum("2.0.0"), None));
    }
    // The launcher is gone, and the program still runs.
    drop(first);
    assert_eq!(store.begin(StartKind::Desk).unwrap().trial, None);
    drop(running);
    assert_eq!(store.begin(StartKind::Desk).unwrap().trial, Some(2), "the first one failed");
}

#[test]
fn a_self_test_that_fails_is_a_failed_start() {
    let (_folder, store) = updated();
    for _ in 0..2 {
        let (_started, running) = start(&store);
        drop(running); // It ends by itself, and says nothing.
    }
    assert_eq!(start(&store).0.app, app_sum("1.0.0"));
}

#[test]
fn with_no_good_version_left_the_newest_is_started() {
    let (_folder, store) = empty();
    install_app(&store, "1.0.0");
    crash(&store);
    crash(&store);
    for trial in 3..6 {
        let (started, _running) = start(&store);
        assert_eq!((started.app, started.trial), (app_sum("1.0.0"), Some(trial)));
        assert!(matches!(started.remarks[..], [Remark::NothingToStepBackTo { .. }]));
    }
    assert!(store.bad().unwrap().is_empty());
    assert_eq!(run_well(&store), app_sum("1.0.0"));
    assert!(start(&store).0.remarks.is_empty());
}

#[test]
fn a_withdrawn_version_runs_on_and_is_not_gone_back_to() {
    let (_folder, store) = updated();
    run_well(&store);
    install_app(&store, "3.0.0");
    store.mark_bad(&app_sum("2.0.0"), BadReason::Withdrawn).unwrap();
    crash(&store);
    crash(&store);
    assert_eq!(start(&store).0.app, app_sum("1.0.0"));

    store.mark_bad(&app_sum("1.0.0"), BadReason::Withdrawn).unwrap();
    assert_eq!(start(&store).0.app, app_sum("1.0.0"), "a clinic is not left without a program");
}

#[test]
fn new_drivers_are_no_trial_and_keep_the_way_back_open() {
    let (_folder, store) = updated();
    (1..8).for_each(|version| put(&store, "a", version));
    let (started, _) = start(&store);
    assert_eq!(started.trial, Some(1));
    drop(started);
    crash(&store);
    assert_eq!(start(&store).0.app, app_sum("1.0.0"), "three newer generations hide it not");

    put(&store, "b", 1);
    assert_eq!(start(&store).0.trial, None, "a driver on a good version");
}

#[test]
fn a_step_back_brings_the_drivers_of_that_generation() {
    let (_folder, store) = empty();
    install_app(&store, "1.0.0");
    run_well(&store);
    put(&store, "a", 1);
    let since = store.plugins().unwrap().number;
    let package = crate::testing::app("2.0.0");
    let unpacked = store.unpack(&mut Cursor::new(package), &app_sum("2.0.0")).unwrap();
    let put = vec![plugin("a", 2), plugin("b", 1)];
    store.apply(Change { since, app: Some(unpacked), put, remove: vec![] }).unwrap();
    assert_eq!(installed(&store), ["a 2", "b 1"]);
    crash(&store);
    crash(&store);
    assert_eq!(start(&store).0.app, app_sum("1.0.0"));
    assert_eq!(installed(&store), ["a 1"]);
}

#[test]
fn a_step_back_revives_nothing_withdrawn() {
    let (_folder, store) = empty();
    put(&store, "a", 1);
    put(&store, "b", 1);
    put(&store, "b", 2);
    store.remove(&id("b")).unwrap();
    put(&store, "a", 2);
    let withdrawn = |plugin: &PluginEntry| plugin.id != id("b") && plugin.version.major != 1;

    for name in ["a", "b"] {
        let error = store.revert(&id(name), &withdrawn).unwrap_err();
        assert!(matches!(error, StoreError::NothingToRevert { .. }), "{error}");
    }
    assert!(matches!(store.rollback(&withdrawn).unwrap_err(), StoreError::NothingToRollBack));
    assert_eq!(installed(&store), ["a 2"]);

    let only_b = |plugin: &PluginEntry| plugin.id == id("b");
    let back = store.rollback(&only_b).unwrap();
    assert_eq!(installed(&store), ["a 2", "b 2"], "what may not come back leaves what is there");
    assert_eq!(back.not_revived[0].version.major, 1);
}

#[test]
fn a_step_back_puts_nothing_unsigned_in_the_place_of_something_signed() {
    let (_folder, store) = empty();
    put(&store, "a", 1);
    let signed = Origin::Feed { feed: "9f86".to_owned(), key: "RWQ".to_owned() };
    let newer = plugin("a", 2);
    store.install(&newer.package, &newer.id, &newer.version, signed).unwrap();
    let error = store.revert(&id("a"), &anything).unwrap_err();
    assert!(matches!(error, StoreError::UnsignedOverSigned { .. }), "{error}");
    let error = store.rollback(&anything).unwrap_err();
    assert!(matches!(error, StoreError::NothingToRollBack), "{error}");
    assert_eq!(installed(&store), ["a 2"]);
}

#[test]
fn a_rollback_brings_program_and_drivers_and_the_way_back_too() {
    let (_folder, store) = updated();
    run_well(&store);
    let back = store.rollback(&anything).unwrap();
    assert_eq!((back.generation, back.app), (3, Some(app_sum("1.0.0"))));
    assert_eq!(start(&store).0.app, app_sum("1.0.0"));
    store.rollback(&anything).unwrap();
    assert_eq!(start(&store).0.app, app_sum("2.0.0"));
}

#[test]
fn a_version_that_never_passed_its_trial_is_not_gone_back_to() {
    let (_folder, store) = empty();
    install_app(&store, "1.0.0");
    install_app(&store, "2.0.0");
    assert!(matches!(store.rollback(&anything).unwrap_err(), StoreError::NothingToRollBack));
    crash(&store);
    crash(&store);
    assert_eq!(start(&store).0.app, app_sum("2.0.0"));
}

#[test]
fn a_generation_that_names_no_whole_version_is_passed_over_and_named() {
    let (folder, store) = updated();
    let version = folder.path().join("versions").join(app_sum("2.0.0").to_string());
    fs::write(version.join(crate::versions::PROGRAM), b"half").unwrap();
    for kind in [StartKind::Desk, StartKind::Command] {
        let started = store.begin(kind).unwrap();
        assert_eq!((started.app, started.generation), (app_sum("1.0.0"), 1));
        assert!(matches!(started.remarks[..], [Remark::NotWhole { generation: 2, .. }]));
    }
}

#[test]
fn a_generation_whose_program_is_no_hash_is_refused() {
    let (folder, store) = updated();
    for app in ["../../other", "/bin/sh", "9f86", "-x"] {
        let text = format!("number 3\nprevious 2\napp {app}\n");
        let sum = crate::Sha256Hex::of(text.as_bytes());
        let path = folder.path().join("generations/000003.gen");
        fs::write(&path, format!("{text}checksum {sum}\n")).unwrap();
        let started = store.begin(StartKind::Command).unwrap();
        assert_eq!(started.generation, 2);
        assert!(matches!(started.remarks[..], [Remark::Skipped(_)]));
    }
}

#[test]
fn a_store_that_is_in_use_all_the_time_starts_its_newest_version_uncounted() {
    let (folder, store) = updated();
    let lock = fs::File::open(folder.path().join("lock")).unwrap();
    lock.lock().unwrap();
    let store = store.wait_at_most(std::time::Duration::from_millis(50));
    let started = store.begin(StartKind::Desk).unwrap();
    assert_eq!((started.app, started.trial), (app_sum("2.0.0"), None));
    assert!(matches!(
        started.remarks[..],
        [Remark::NotCounted { cause: StoreError::Locked { .. } }]
    ));
}

#[test]
fn a_trial_that_nobody_began_is_no_trial() {
    let (_folder, store) = updated();
    let error = store.running(&app_sum("2.0.0"), Some(1)).unwrap_err();
    assert!(matches!(error, StoreError::NoTrial { trial: 1 }), "{error}");
    assert!(store.running(&app_sum("9.0.0"), None).is_err());
}

#[test]
fn a_version_that_runs_is_not_collected() {
    let (folder, store) = updated();
    let started = store.begin(StartKind::Command).unwrap();
    for version in ["3.0.0", "4.0.0", "5.0.0", "6.0.0", "7.0.0"] {
        install_app(&store, version);
    }
    assert_eq!(names(&folder, "versions").len(), 5, "three, the good one, the running one");
    drop(started);
    install_app(&store, "8.0.0");
    let mut expected: Vec<_> =
        ["1.0.0", "6.0.0", "7.0.0", "8.0.0"].map(|v| app_sum(v).to_string()).into();
    expected.sort();
    assert_eq!(names(&folder, "versions"), expected);
}

#[test]
fn a_program_knows_its_version_by_its_folder() {
    let sum = app_sum("1.0.0");
    let path = |text: String| app_of(std::path::Path::new(&text));
    assert_eq!(path(format!("/x/versions/{sum}/meterport")), Some(sum));
    for text in ["/usr/bin/meterport".to_owned(), format!("/x/{sum}/meterport"), "m".to_owned()] {
        assert_eq!(path(text), None);
    }
}

#[test]
fn two_windows_opened_at_once_are_one_trial() {
    let (folder, store) = updated();
    let (begun, go) = (Barrier::new(4), Barrier::new(4));
    let trials: Vec<Option<u32>> = thread::scope(|scope| {
        let window = || {
            let store = open(&folder);
            go.wait();
            let started = store.begin(StartKind::Desk).unwrap();
            begun.wait();
            started.trial
        };
        let windows: Vec<_> = (0..4).map(|_| scope.spawn(window)).collect();
        windows.into_iter().map(|window| window.join().unwrap()).collect()
    });
    assert_eq!(trials.iter().flatten().collect::<Vec<_>>(), [&1]);
    assert_eq!(crash(&store), app_sum("2.0.0"), "one failed start, not four");
}

#[test]
fn two_programs_that_update_at_once_install_it_once() {
    let (folder, store) = updated();
    let since = store.plugins().unwrap().number;
    let go = Barrier::new(2);
    let done: Vec<bool> = thread::scope(|scope| {
        let update = || {
            let store = open(&folder);
            let package = crate::testing::app("3.0.0");
            go.wait();
            let unpacked = match store.unpack(&mut Cursor::new(package), &app_sum("3.0.0")) {
                Err(UnpackError::InUse) => return false,
                other => other.unwrap(),
            };
            match store.apply(Change { since, app: Some(unpacked), ..Change::default() }) {
                Err(StoreError::Changed { .. }) => false,
                other => other.unwrap() == since + 1,
            }
        };
        let updates: Vec<_> = (0..2).map(|_| scope.spawn(update)).collect();
        updates.into_iter().map(|update| update.join().unwrap()).collect()
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
    assert_eq!(run_well(&store), app_sum("3.0.0"));
    assert_eq!(store.plugins().unwrap().number, since + 1);
}
