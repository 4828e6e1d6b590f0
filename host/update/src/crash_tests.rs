//! A crash at every write. A store that is opened afterwards must hold the old state or the new
//! one, never neither, and be able to go on.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::crash_disk::{MemoryDisk, Recorder, after_crash, aftermaths, files};
use crate::current::History;
use crate::disk::FolderDisk;
use crate::testing::{anything, app_sum, crash, id, install_app, open, plugin, run_well, start};
use crate::versions;
use crate::{BadReason, Origin, PluginEntry, Sha256Hex, StartKind, Store};

/// Records `change` on what `prepare` leaves, and crashes it in every way. What is to be seen is
/// said by `seen`; afterwards the store must `go_on`.
fn crash_everywhere<T: PartialEq + Debug>(
    prepare: impl Fn(&Store, &TempDir),
    change: impl Fn(&Store),
    seen: impl Fn(&Store) -> T,
    go_on: impl Fn(&Store, &T),
) {
    let folder = TempDir::new().unwrap();
    prepare(&open(&folder), &folder);
    let before = files(folder.path());
    let old = seen(&open(&folder));
    let log = Arc::new(Mutex::new(Vec::new()));
    let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
    let store = Store::on(Arc::new(Recorder(FolderDisk(dir), Arc::clone(&log))));
    change(&store);
    let ops = log.lock().unwrap().clone();
    let new = seen(&store);
    assert_ne!(old, new);
    let whole = after_crash(&before, &ops, &BTreeSet::new());
    assert_eq!(whole, files(folder.path()), "the record is whole");

    let (mut seen_old, mut seen_new) = (0, 0);
    for length in 0..=ops.len() {
        for aftermath in aftermaths(&before, &ops[..length]) {
            let store = Store::on(Arc::new(MemoryDisk(Mutex::new(aftermath))));
            let now = seen(&store);
            assert!(now == old || now == new, "neither, after {:?}: {now:?}", &ops[..length]);
            assert!(length < ops.len() || now == new, "done, and yet not kept");
            if now == old {
                seen_old += 1
            } else {
                seen_new += 1
            }
            go_on(&store, &now);
        }
    }
    assert!(seen_old > 1 && seen_new > 1);
}

fn install(store: &Store, name: &str, version: u64) {
    let plugin = plugin(name, version);
    store.install(&plugin.package, &plugin.id, &plugin.version, Origin::Unsigned).unwrap();
}

/// Whatever generation there is, all that it names is there too: it may be gone back to.
fn drivers(store: &Store) -> Vec<PluginEntry> {
    for generation in History::read(store.disk()).unwrap().valid() {
        for plugin in &generation.plugins {
            let package = store.read_object(&plugin.sha256).unwrap();
            assert_eq!(Sha256Hex::of(&package), plugin.sha256);
        }
        if let Some(app) = &generation.app {
            assert!(versions::complete(store.disk(), app).unwrap().is_some());
        }
    }
    store.plugins().unwrap().plugins
}

/// One more driver can be installed, and nothing else changes.
fn one_more(store: &Store, before: &Vec<PluginEntry>) {
    install(store, "next", 1);
    let then = drivers(store);
    assert_eq!(then.last().map(|plugin| plugin.id.as_str()), Some("next"));
    assert_eq!(then[..then.len() - 1], *before);
}

#[test]
fn a_crash_in_the_first_install_leaves_nothing_or_the_driver() {
    crash_everywhere(|_, _| {}, |store| install(store, "a", 1), drivers, one_more);
}

#[test]
fn a_crash_in_an_install_leaves_the_old_or_the_new_drivers() {
    let prepare = |store: &Store, _: &TempDir| install(store, "a", 1);
    crash_everywhere(prepare, |store| install(store, "b", 1), drivers, one_more);
}

#[test]
fn a_crash_in_an_update_that_collects_leaves_the_old_or_the_new_version() {
    let prepare = |store: &Store, _: &TempDir| (1..6).for_each(|v| install(store, "a", v));
    crash_everywhere(prepare, |store| install(store, "a", 6), drivers, one_more);
}

#[test]
fn a_crash_in_a_removal_leaves_the_driver_or_none() {
    let prepare = |store: &Store, _: &TempDir| (1..4).for_each(|v| install(store, "a", v));
    let remove = |store: &Store| {
        store.remove(&id("a")).unwrap();
    };
    crash_everywhere(prepare, remove, drivers, one_more);
}

#[test]
fn a_crash_on_the_way_back_leaves_the_version_before_or_after() {
    let prepare = |store: &Store, _: &TempDir| (1..5).for_each(|v| install(store, "a", v));
    let revert = |store: &Store| drop(store.revert(&id("a"), &anything).unwrap());
    crash_everywhere(prepare, revert, drivers, one_more);
    let rollback = |store: &Store| drop(store.rollback(&anything).unwrap());
    crash_everywhere(prepare, rollback, drivers, one_more);
}

#[test]
fn a_crash_while_damage_is_replaced_leaves_the_old_or_the_new_drivers() {
    let prepare = |store: &Store, folder: &TempDir| {
        (1..3).for_each(|v| install(store, "a", v));
        let damage = |path: &str, bytes: &[u8]| {
            std::fs::write(folder.path().join(path), bytes).unwrap();
        };
        damage("generations/000003.gen", b"number 3\nprev");
        damage("generations/new", b"number");
        damage("objects/new", b"half a pack");
        damage(&format!("objects/{}", Sha256Hex::of(b"package of b 1")), b"half a pack");
    };
    crash_everywhere(prepare, |store| install(store, "b", 1), drivers, one_more);
}

const FEED: &[u8] = b"a feed";

fn feed() -> Sha256Hex {
    Sha256Hex::of(b"first keyring")
}

/// A check that found this content.
fn check(store: &Store, content: &[u8]) {
    let written = store.change_state(&[content], |state| {
        let feed = state.feeds.entry(feed()).or_default();
        feed.feed = Some(Sha256Hex::of(content));
        feed.last_check = Some(Timestamp::UNIX_EPOCH);
        true
    });
    assert!(written.unwrap());
}

fn trust(store: &Store) -> Option<Vec<u8>> {
    let state = store.state().unwrap();
    let feed = state.feeds.get(&feed())?.feed?;
    Some(store.read_object(&feed).unwrap())
}

fn check_again(store: &Store, _: &Option<Vec<u8>>) {
    check(store, b"the next feed");
    assert_eq!(trust(store).as_deref(), Some(&b"the next feed"[..]));
}

#[test]
fn a_crash_while_a_feed_is_kept_leaves_the_old_or_the_new_one() {
    crash_everywhere(|_, _| {}, |store| check(store, FEED), trust, check_again);
    let prepare = |store: &Store, folder: &TempDir| {
        (1..6).for_each(|number| check(store, format!("feed {number}").as_bytes()));
        std::fs::write(folder.path().join("state/000006.json"), b"{\"checksum\":\"").unwrap();
        std::fs::write(folder.path().join("state/new"), b"{").unwrap();
    };
    crash_everywhere(prepare, |store| check(store, FEED), trust, check_again);
}

#[test]
fn a_crash_while_a_keyring_is_kept_leaves_the_chain_before_or_after() {
    let add = |store: &Store, version: u32| {
        let bytes = format!("keyring {version}");
        store.add_keyring(&feed(), version, bytes.as_bytes(), &|there| there == bytes.as_bytes())
    };
    let chain = |store: &Store| {
        let keyrings = store.keyrings(&feed()).unwrap();
        for (version, bytes) in &keyrings {
            assert_eq!(bytes, format!("keyring {version}").as_bytes());
        }
        keyrings.len()
    };
    let go_on = |store: &Store, _: &usize| {
        (2..5).for_each(|version| add(store, version).unwrap());
        assert_eq!(chain(store), 3);
    };
    crash_everywhere(|_, _| {}, |store| add(store, 2).unwrap(), chain, go_on);
    let prepare = |store: &Store, _: &TempDir| add(store, 2).unwrap();
    crash_everywhere(prepare, |store| add(store, 3).unwrap(), chain, go_on);
}

#[test]
fn a_crash_while_a_version_is_marked_leaves_the_mark_or_none() {
    let mark = |store: &Store| store.mark_bad(&app_sum("1.0.0"), BadReason::Withdrawn).unwrap();
    let go_on = |store: &Store, _: &Vec<crate::Bad>| {
        mark(store);
        let bad = store.bad().unwrap();
        assert_eq!(bad[0].reason, Some(BadReason::Withdrawn));
    };
    crash_everywhere(|_, _| {}, mark, |store| store.bad().unwrap(), go_on);
}

/// The version that a command would start: always a whole one.
fn program(store: &Store) -> Option<Sha256Hex> {
    let started = store.begin(StartKind::Command).ok()?;
    assert!(versions::complete(store.disk(), &started.app).unwrap().is_some());
    Some(started.app)
}

fn update_again(store: &Store, _: &Option<Sha256Hex>) {
    install_app(store, "9.0.0");
    assert_eq!(run_well(store), app_sum("9.0.0"));
}

#[test]
fn a_crash_in_the_first_installation_leaves_nothing_or_the_program() {
    let change = |store: &Store| install_app(store, "1.0.0");
    let go_on = |store: &Store, _: &Option<Sha256Hex>| {
        install_app(store, "1.0.0");
        assert_eq!(run_well(store), app_sum("1.0.0"));
    };
    crash_everywhere(|_, _| {}, change, program, go_on);
}

#[test]
fn a_crash_in_an_update_of_the_program_leaves_the_old_or_the_new_version() {
    let prepare = |store: &Store, _: &TempDir| {
        install_app(store, "1.0.0");
        run_well(store);
    };
    crash_everywhere(prepare, |store| install_app(store, "2.0.0"), program, update_again);
}

#[test]
fn a_crash_while_old_versions_are_collected_leaves_the_new_version() {
    let prepare = |store: &Store, _: &TempDir| {
        for version in ["1.0.0", "2.0.0", "3.0.0", "4.0.0"] {
            install_app(store, version);
            run_well(store);
        }
    };
    let seen = |store: &Store| {
        assert_eq!(program(store), Some(app_sum("4.0.0")));
        drivers(store)
    };
    let change = |store: &Store| install(store, "a", 1);
    crash_everywhere(prepare, change, seen, |store, _| update_again(store, &None));
}

#[test]
fn a_crash_while_a_trial_begins_leaves_it_begun_or_not() {
    let prepare = |store: &Store, _: &TempDir| install_app(store, "1.0.0");
    let begin = |store: &Store| drop(store.begin(StartKind::Desk).unwrap());
    let seen = |store: &Store| store.running(&app_sum("1.0.0"), Some(1)).is_ok();
    let go_on = |store: &Store, begun: &bool| {
        let (started, running) = start(store);
        assert_eq!(started.trial, Some(if *begun { 2 } else { 1 }));
        running.clean().unwrap();
    };
    crash_everywhere(prepare, begin, seen, go_on);
}

#[test]
fn a_crash_while_a_version_is_found_good_leaves_it_good_or_in_trial() {
    let prepare = |store: &Store, _: &TempDir| {
        install_app(store, "1.0.0");
        crash(store);
    };
    let good = |store: &Store| store.running(&app_sum("1.0.0"), Some(1)).unwrap().good().unwrap();
    let seen = |store: &Store| versions::is_good(store.disk(), &app_sum("1.0.0")).unwrap();
    let go_on = |store: &Store, is_good: &bool| {
        assert_eq!(store.begin(StartKind::Desk).unwrap().trial.is_none(), *is_good);
    };
    crash_everywhere(prepare, good, seen, go_on);
}

#[test]
fn a_crash_in_a_step_back_leaves_the_old_or_the_new_generation_and_leads_to_the_good_version() {
    let prepare = |store: &Store, _: &TempDir| {
        install_app(store, "1.0.0");
        run_well(store);
        install(store, "a", 1);
        install_app(store, "2.0.0");
        crash(store);
        crash(store);
    };
    let step_back = |store: &Store| drop(store.begin(StartKind::Desk).unwrap());
    let go_on = |store: &Store, _: &Option<Sha256Hex>| {
        let (started, _running) = start(store);
        assert_eq!((started.app, started.trial), (app_sum("1.0.0"), None));
        let bad = store.bad().unwrap();
        assert_eq!((bad.len(), bad[0].sha256), (1, app_sum("2.0.0")));
        assert_eq!(drivers(store).len(), 1);
    };
    crash_everywhere(prepare, step_back, program, go_on);
}
