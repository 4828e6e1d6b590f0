//! Who may write to what the launcher starts.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{OwnerError, check_program, check_store};

/// A store with a launcher and a version, in a folder of its own below `/tmp`, which is sticky.
fn store() -> (TempDir, PathBuf) {
    let temporary = TempDir::new().unwrap();
    let store = temporary.path().canonicalize().unwrap().join("above/store");
    fs::create_dir_all(store.join("versions/aa")).unwrap();
    fs::create_dir_all(store.join("generations")).unwrap();
    for file in ["launcher", "versions/aa/meterport"] {
        fs::write(store.join(file), b"").unwrap();
        set_mode(&store.join(file), 0o755);
    }
    (temporary, store)
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn both(store: &Path) -> Result<(), OwnerError> {
    check_store(store, &store.join("launcher"))?;
    check_program(store, &store.join("versions/aa/meterport"))
}

#[test]
fn a_store_others_can_write_is_refused() {
    for path in
        ["..", "", "versions", "generations", "launcher", "versions/aa", "versions/aa/meterport"]
    {
        for mode in [0o775, 0o757, 0o777] {
            let (_temporary, store) = store();
            both(&store).unwrap();
            let place =
                if path == ".." { store.parent().unwrap().into() } else { store.join(path) };
            set_mode(&place, mode);
            let error = both(&store).unwrap_err();
            assert!(matches!(error, OwnerError::Mode { .. }), "{path}: {error}");
            assert!(error.hint().is_some());
        }
    }
}

#[test]
fn a_sticky_folder_is_taken_above_and_never_inside() {
    let (_temporary, store) = store();
    set_mode(store.parent().unwrap(), 0o1777);
    both(&store).unwrap();
    set_mode(&store.join("versions"), 0o1777);
    assert!(matches!(both(&store).unwrap_err(), OwnerError::Mode { mode: 0o1777, .. }));
}

#[test]
fn a_store_of_another_user_is_refused() {
    if !rustix::process::geteuid().is_root() {
        return; // Only the administrator can give a file away.
    }
    for path in ["versions", "launcher", "versions/aa/meterport"] {
        let (_temporary, store) = store();
        std::os::unix::fs::chown(store.join(path), Some(12345), None).unwrap();
        assert!(matches!(both(&store).unwrap_err(), OwnerError::Owner { .. }), "{path}");
    }
}

#[test]
fn a_link_in_the_place_of_a_folder_is_refused() {
    let (_temporary, store) = store();
    fs::rename(store.join("versions"), store.join("../elsewhere")).unwrap();
    symlink("../elsewhere", store.join("versions")).unwrap();
    assert!(matches!(both(&store).unwrap_err(), OwnerError::Kind { .. }));
}
