//! The store on real folders: what it refuses, what it keeps, who waits for whom.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::testing::{anything, empty, id, names, open};
use crate::{
    InstallOutcome, MAX_PACKAGE_BYTES, Origin, PluginEntry, Sha256Hex, Skipped, Store, StoreError,
};

fn package(name: &str, version: u64) -> Vec<u8> {
    format!("package of {name} {version}").into_bytes()
}

fn sha256(name: &str, version: u64) -> Sha256Hex {
    Sha256Hex::of(&package(name, version))
}

fn put(
    store: &Store,
    name: &str,
    version: u64,
    origin: Origin,
) -> Result<InstallOutcome, StoreError> {
    let semver = semver::Version::new(version, 0, 0);
    store.install(&package(name, version), &id(name), &semver, origin)
}

fn install(store: &Store, name: &str, version: u64) -> InstallOutcome {
    put(store, name, version, Origin::Unsigned).unwrap()
}

fn signed() -> Origin {
    Origin::Feed { feed: "9f86d081".to_owned(), key: "RWQabc+/=".to_owned() }
}

/// Ids and major versions of what is installed.
fn installed(store: &Store) -> Vec<String> {
    let name = |plugin: &PluginEntry| format!("{} {}", plugin.id, plugin.version.major);
    store.plugins().unwrap().plugins.iter().map(name).collect()
}

#[test]
fn a_package_that_is_not_what_was_installed_is_never_returned() {
    let (folder, store) = empty();
    install(&store, "a", 1);
    let path = folder.path().join("objects").join(sha256("a", 1).to_string());
    let whole = fs::read(&path).unwrap();
    let mut flipped = whole.clone();
    flipped[3] ^= 1;
    for bytes in [&flipped[..], &whole[1..], &[], &vec![0; MAX_PACKAGE_BYTES + 2]] {
        fs::write(&path, bytes).unwrap();
        let error = store.read_object(&sha256("a", 1)).unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        assert_eq!(error.hint(), Some("install the driver again"));
    }
    assert!(matches!(install(&store, "a", 1), InstallOutcome::Replaced { .. }), "which repairs it");
    assert_eq!(store.read_object(&sha256("a", 1)).unwrap(), whole);
}

#[test]
fn a_package_that_is_missing_or_no_file_is_an_error() {
    let (folder, store) = empty();
    install(&store, "a", 1);
    let path = folder.path().join("objects").join(sha256("a", 1).to_string());
    fs::remove_file(&path).unwrap();
    let missing = store.read_object(&sha256("a", 1)).unwrap_err();
    assert!(matches!(missing, StoreError::Missing { .. }));
    fs::create_dir(&path).unwrap();
    assert!(matches!(store.read_object(&sha256("a", 1)).unwrap_err(), StoreError::Io { .. }));
}

#[cfg(unix)]
#[test]
fn a_link_planted_in_the_store_leads_nowhere() {
    let (folder, store) = empty();
    install(&store, "a", 1);
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("file"), package("a", 1)).unwrap();
    let path = folder.path().join("objects").join(sha256("a", 1).to_string());
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(outside.path().join("file"), &path).unwrap();
    assert!(matches!(store.read_object(&sha256("a", 1)).unwrap_err(), StoreError::Io { .. }));
}

#[test]
fn a_package_above_the_cap_is_refused_and_one_of_the_cap_is_not() {
    let (_folder, store) = empty();
    let version = semver::Version::new(1, 0, 0);
    let mut package = vec![0; MAX_PACKAGE_BYTES + 1];
    let error = store.install(&package, &id("a"), &version, Origin::Unsigned).unwrap_err();
    assert_eq!(error.to_string(), "package is larger than 4194304 bytes; nothing was changed");
    assert!(installed(&store).is_empty());
    package.pop();
    store.install(&package, &id("a"), &version, Origin::Unsigned).unwrap();
    assert_eq!(store.read_object(&Sha256Hex::of(&package)).unwrap(), package);
}

#[test]
fn unsigned_never_replaces_signed() {
    let (_folder, store) = empty();
    install(&store, "a", 1);
    put(&store, "a", 2, signed()).unwrap();
    let error = put(&store, "a", 3, Origin::Unsigned).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`a` is installed from a signed package, which an unsigned one never replaces; nothing \
         was changed"
    );
    assert_eq!(error.hint(), Some("remove the installed driver first"));
    let same_bytes = put(&store, "a", 2, Origin::Unsigned).unwrap_err();
    assert!(matches!(same_bytes, StoreError::UnsignedOverSigned { .. }));
    let back = store.revert(&id("a"), &anything).unwrap_err();
    assert!(matches!(back, StoreError::UnsignedOverSigned { .. }), "nor by going back");
    assert_eq!(installed(&store), ["a 2"]);

    store.remove(&id("a")).unwrap();
    install(&store, "a", 3);
    assert_eq!(installed(&store), ["a 3"]);
}

#[test]
fn an_origin_that_is_no_word_is_refused() {
    let (_folder, store) = empty();
    for (feed, key) in [("a b", "k"), ("a\nplugin x", "k"), ("", "k"), ("f", ""), ("unsigned", "k")]
    {
        let origin = Origin::Feed { feed: feed.to_owned(), key: key.to_owned() };
        assert!(matches!(put(&store, "a", 1, origin).unwrap_err(), StoreError::Origin { .. }));
    }
}

#[test]
fn what_is_not_installed_can_be_neither_removed_nor_reverted() {
    let (_folder, store) = empty();
    install(&store, "a", 1);
    let error = store.remove(&id("b")).unwrap_err();
    assert_eq!(error.to_string(), "`b` is not installed; nothing was changed");
    for name in ["a", "b"] {
        let error = store.revert(&id(name), &anything).unwrap_err().to_string();
        assert_eq!(error, format!("no other version of `{name}` is kept; nothing was changed"));
    }
    assert_eq!(store.plugins().unwrap().number, 1);
}

#[test]
fn going_back_to_a_damaged_package_changes_nothing() {
    let (folder, store) = empty();
    install(&store, "a", 1);
    install(&store, "a", 2);
    let path = folder.path().join("objects").join(sha256("a", 1).to_string());
    fs::write(path, b"damaged").unwrap();
    assert!(matches!(store.revert(&id("a"), &anything).unwrap_err(), StoreError::Damaged { .. }));
    assert_eq!(installed(&store), ["a 2"]);
}

#[test]
fn a_damaged_generation_is_skipped_reported_and_then_replaced() {
    let (folder, store) = empty();
    install(&store, "a", 1);
    install(&store, "b", 1);
    fs::write(folder.path().join("generations/000002.gen"), b"number 2\n").unwrap();
    fs::write(folder.path().join("generations/000009.gen"), vec![b'x'; 2 * 1024 * 1024]).unwrap();

    let current = store.plugins().unwrap();
    assert_eq!(current.number, 1);
    assert_eq!(current.skipped, [Skipped::Damaged { number: 9 }, Skipped::Damaged { number: 2 }]);
    assert_eq!(installed(&store), ["a 1"]);

    install(&store, "c", 1);
    let current = store.plugins().unwrap();
    assert_eq!((current.number, current.skipped.len()), (2, 0));
    assert_eq!(installed(&store), ["a 1", "c 1"]);
    assert_eq!(names(&folder, "generations"), ["000001.gen", "000002.gen"]);
}

/// A generation that is whole: the text with its checksum line.
fn whole(text: &str) -> String {
    format!("{text}checksum {}\n", Sha256Hex::of(text.as_bytes()))
}

#[test]
fn a_generation_of_a_later_program_is_reported_and_never_removed() {
    let (folder, store) = empty();
    install(&store, "a", 1);
    let path = folder.path().join("generations/000007.gen");
    fs::write(&path, whole("generation of quite another kind\n")).unwrap();
    assert_eq!(store.plugins().unwrap().skipped, [Skipped::Unreadable { number: 7 }]);

    (1..6).for_each(|version| drop(install(&store, "b", version)));
    assert_eq!(store.plugins().unwrap().number, 12);
    assert!(path.exists());
    assert!(store.read_object(&sha256("b", 1)).is_ok(), "it might need any package");
}

#[test]
fn a_largest_number_ends_the_numbers_and_nothing_else() {
    let (folder, store) = empty();
    install(&store, "a", 1);
    let text = whole(&format!("number {}\nprevious 1\napp -\n", u64::MAX));
    fs::write(folder.path().join(format!("generations/{}.gen", u64::MAX)), text).unwrap();
    assert!(matches!(put(&store, "a", 2, signed()).unwrap_err(), StoreError::NumbersUsedUp));
    assert_eq!(store.plugins().unwrap().number, u64::MAX);
}

#[test]
fn fields_of_a_later_program_survive_a_change_by_this_one() {
    let (folder, store) = empty();
    install(&store, "a", 1);
    let line = format!("plugin v.x 1.0.0 {} RWQ 9f86 until=2030\n", sha256("a", 1));
    let app = format!("app {} 1.0.0", sha256("app", 1));
    let text = whole(&format!("number 2\nprevious 1\n{app}\n{line}feed main 17\n"));
    fs::write(folder.path().join("generations/000002.gen"), text).unwrap();

    install(&store, "b", 1);
    let text = fs::read_to_string(folder.path().join("generations/000003.gen")).unwrap();
    assert!(text.starts_with(&format!("number 3\nprevious 2\n{app}\n")), "{text}");
    assert!(text.contains(&line) && text.contains("\nfeed main 17\n"), "{text}");
}

#[test]
fn waiting_for_another_program_ends_with_a_message() {
    let (folder, store) = empty();
    install(&store, "a", 1);
    let store = store.wait_at_most(Duration::from_millis(100));
    let lock = fs::File::open(folder.path().join("lock")).unwrap();

    lock.lock_shared().unwrap();
    assert!(store.read_object(&sha256("a", 1)).is_ok(), "readers do not wait for readers");
    assert!(matches!(put(&store, "a", 2, signed()).unwrap_err(), StoreError::Locked { .. }));
    lock.unlock().unwrap();

    lock.lock().unwrap();
    let begin = Instant::now();
    let error = store.read_object(&sha256("a", 1)).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    assert!(begin.elapsed() >= Duration::from_millis(100));
    assert!(error.hint().is_some());
    assert!(matches!(store.plugins().unwrap_err(), StoreError::Locked { .. }));
    lock.unlock().unwrap();
    assert_eq!(installed(&store), ["a 1"]);
}

#[test]
fn two_writers_lose_nothing_of_each_other() {
    let (folder, _) = empty();
    thread::scope(|scope| {
        for writer in ["x", "y"] {
            let store = open(&folder);
            scope.spawn(move || {
                for number in 0..20 {
                    install(&store, &format!("{writer}{number}"), 1);
                    let current = store.plugins().unwrap();
                    assert!(current.skipped.is_empty());
                    for plugin in &current.plugins {
                        store.read_object(&plugin.sha256).unwrap();
                    }
                }
            });
        }
    });
    let store = open(&folder);
    assert_eq!(store.plugins().unwrap().number, 40);
    assert_eq!(installed(&store).len(), 40);
}

#[test]
fn reading_a_folder_nobody_used_writes_nothing() {
    let (folder, store) = empty();
    assert_eq!(store.plugins().unwrap().number, 0);
    assert!(matches!(store.read_object(&sha256("a", 1)).unwrap_err(), StoreError::Missing { .. }));
    assert!(names(&folder, ".").is_empty());
}

#[test]
fn every_name_in_the_store_is_a_hash_or_a_number() {
    let (folder, store) = empty();
    install(&store, "acme.glucolink", 1);
    assert_eq!(names(&folder, "."), ["generations", "lock", "objects"]);
    assert_eq!(names(&folder, "objects"), [sha256("acme.glucolink", 1).to_string()]);
    assert_eq!(names(&folder, "generations"), ["000001.gen"]);
    let text = fs::read_to_string(folder.path().join("generations/000001.gen")).unwrap();
    let sum = sha256("acme.glucolink", 1);
    let line = format!("plugin acme.glucolink 1.0.0 {sum} - unsigned\n");
    assert_eq!(text, whole(&format!("number 1\nprevious -\napp -\n{line}")));
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_or_write_the_store() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, store) = empty();
    install(&store, "a", 1);
    let object = format!("objects/{}", sha256("a", 1));
    for (path, mode) in [
        ("objects", 0o700),
        ("generations", 0o700),
        ("lock", 0o600),
        ("generations/000001.gen", 0o600),
        (object.as_str(), 0o600),
    ] {
        let about = fs::metadata(folder.path().join(path)).unwrap();
        assert_eq!(about.permissions().mode() & 0o777, mode, "{path}");
    }
}

#[test]
fn installing_the_same_again_changes_nothing() {
    let (_folder, store) = empty();
    assert_eq!(install(&store, "a", 1), InstallOutcome::Installed { generation: 1 });
    assert_eq!(install(&store, "a", 1), InstallOutcome::Unchanged);
    assert_eq!(store.plugins().unwrap().number, 1);
}

#[test]
fn an_update_keeps_the_place_in_the_order_of_installation() {
    let (_folder, store) = empty();
    install(&store, "b", 1);
    install(&store, "a", 1);
    let outcome = install(&store, "b", 2);
    let InstallOutcome::Replaced { generation: 3, before } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((before.version.major, before.sha256), (1, sha256("b", 1)));
    assert_eq!(installed(&store), ["b 2", "a 1"]);
    assert_eq!(installed(&open(&TempDir::new().unwrap())), [""; 0]);
}

#[test]
fn going_back_brings_the_version_before_and_the_way_back_too() {
    let (_folder, store) = empty();
    install(&store, "a", 1);
    install(&store, "b", 1);
    install(&store, "a", 2);
    assert_eq!(store.revert(&id("a"), &anything).unwrap().version.major, 1);
    assert_eq!(installed(&store), ["a 1", "b 1"]);
    assert_eq!(store.plugins().unwrap().number, 4);
    assert_eq!(store.revert(&id("a"), &anything).unwrap().version.major, 2);
    store.remove(&id("b")).unwrap();
    store.revert(&id("b"), &anything).unwrap();
    assert_eq!(installed(&store), ["a 2", "b 1"]);
}

#[test]
fn three_generations_are_kept_with_the_packages_they_name() {
    let (folder, store) = empty();
    (1..=5).for_each(|version| drop(install(&store, "a", version)));
    let others = folder.path().join("objects/README");
    fs::write(&others, b"not ours").unwrap();
    fs::write(folder.path().join("objects/new"), b"left by a crash").unwrap();
    install(&store, "a", 6);
    assert_eq!(names(&folder, "generations"), ["000004.gen", "000005.gen", "000006.gen"]);
    let mut expected: Vec<_> = (4..=6).map(|version| sha256("a", version).to_string()).collect();
    expected.push("README".to_owned());
    expected.sort();
    assert_eq!(names(&folder, "objects"), expected);
}

#[test]
fn packages_that_a_later_program_may_need_are_not_collected() {
    let (folder, store) = empty();
    fs::create_dir(folder.path().join("state")).unwrap();
    for body in [r#"{"number":17,"of a later program":1}"#, r#"{"unreadable":1}"#] {
        let sum = Sha256Hex::of(body.as_bytes());
        let text = format!("{{\"checksum\":\"{sum}\",\n\"state\":{body}}}\n");
        fs::write(folder.path().join("state/000017.json"), text).unwrap();
        (1..=5).for_each(|version| drop(install(&store, "a", version)));
        assert_eq!(names(&folder, "objects").len(), 5);
        assert_eq!(names(&folder, "generations").len(), 3);
    }
}
