//! **Attacker:** another user of the same computer, or a program of theirs.
//! **Aim:** a file in the store that is run or believed.
//! **What must hold:** nothing is started from a store that others can write to; packages and feeds
//! are hashed as they are loaded, keyrings and feeds verified; a link is no file.

use std::fs;

use meterport_tests_updates::{AppPackage, Clinic, Driver, Feed, Item, Ring, UNTIL};
use meterport_update::{Sha256Hex, StartKind, StoreError};

#[cfg(unix)]
#[test]
fn a_store_others_can_write_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let app = AppPackage::new("2.0.0");
    clinic.put_package(&app.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::app(&app)));
    clinic.install("app").unwrap();
    let store = clinic.path().canonicalize().unwrap();
    let launcher = store.join("launcher");
    fs::write(&launcher, "").unwrap();
    let mode = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(&launcher, 0o755);
    for above in [&store, store.parent().unwrap(), store.parent().unwrap().parent().unwrap()] {
        mode(above, 0o755);
    }
    let check = || meterport_update::check_store(&store, &launcher);
    check().unwrap();

    let above = store.parent().unwrap().to_owned();
    let program = store.join(clinic.store.begin(StartKind::Desk).unwrap().program);
    meterport_update::check_program(&store, &program).unwrap();
    for (path, good) in [
        (store.clone(), 0o755),
        (above, 0o755),
        (launcher.clone(), 0o755),
        (store.join("versions"), 0o700),
        (store.join("generations"), 0o700),
    ] {
        for open in [0o775, 0o757, 0o777] {
            mode(&path, open);
            assert!(check().is_err(), "{} {open:o}", path.display());
        }
        mode(&path, good);
        check().unwrap();
    }
    for path in [program.clone(), program.parent().unwrap().to_owned()] {
        let before = fs::metadata(&path).unwrap().permissions();
        mode(&path, 0o777);
        assert!(meterport_update::check_program(&store, &program).is_err(), "{}", path.display());
        fs::set_permissions(&path, before).unwrap();
    }
}

#[test]
fn a_package_is_hashed_as_it_is_loaded() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
    clinic.install("meter-a").unwrap();
    let sha256 = Sha256Hex::of(&driver.package());

    clinic.damage_object(&sha256);

    let error = clinic.store.read_object(&sha256).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_package_is_not_followed() {
    let clinic = Clinic::of(&Ring::first("main"));
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(&outside, "evil").unwrap();
    let sha256 = Sha256Hex::of(b"evil");
    fs::create_dir_all(clinic.path().join("objects")).unwrap();
    let place = clinic.path().join(format!("objects/{sha256}"));
    std::os::unix::fs::symlink(outside.path(), place).unwrap();

    assert!(clinic.store.read_object(&sha256).is_err());
}

#[test]
fn a_planted_keyring_is_believed_no_more_than_one_from_the_network() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL));
    clinic.refresh();
    let mut evil = ring.next();
    evil.release.1 = Ring::first("evil").release.1;
    let folder = clinic.path().join(format!("keyrings/{}", clinic.fingerprint()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("2.keyring"), evil.signed_by(&[&ring.root.1[0]])).unwrap();
    fs::write(folder.join("000002.keyring"), evil.signed_by(&[&ring.root.1[0]])).unwrap();

    let again = clinic.reopened();

    assert_eq!((again.trusted().keyring.version, again.seq()), (1, Some(1)));
    // And it does not stand in the way of the true one.
    clinic.publish_ring(&ring.next());
    again.refresh();
    assert_eq!(again.trusted().keyring.version, 2);
}

#[test]
fn a_planted_program_does_not_pass_its_trial() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let app = AppPackage::new("2.0.0");
    clinic.put_package(&app.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::app(&app)));
    clinic.install("app").unwrap();
    let program = clinic.store.begin(StartKind::Command).unwrap().program;
    let path = clinic.path().join(program);
    let evil = vec![b'x'; fs::read(&path).unwrap().len()];
    fs::remove_file(&path).unwrap();
    fs::write(&path, evil).unwrap();

    assert!(clinic.store.begin(StartKind::Desk).is_err(), "another program of the same length");
}
