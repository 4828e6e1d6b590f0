//! The files of a meter in a folder.

use std::fs;

use meterport_simulator::Simulator;
use meterport_simulator::folder::{FolderError, put};

use crate::gauge::{Gauge, Kind};

#[test]
fn a_file_that_is_there_already_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gauge.bin");
    fs::write(&file, b"real").unwrap();
    let refused = put(&Gauge::with(Kind::Volume, &[7]).files(), folder.path());
    assert!(matches!(refused, Err(FolderError::Exists { name }) if name == "gauge.bin"));
    assert_eq!(fs::read(&file).unwrap(), b"real");
}

#[test]
fn a_name_that_leads_out_of_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    for name in ["../out", "a/b", "/out", "", "."] {
        let refused = put(&[(name.to_owned(), vec![1])], &inner);
        assert!(matches!(refused, Err(FolderError::Name { .. })), "{name}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_meter_that_is_no_volume_has_nothing_to_put_there() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    assert!(matches!(put(&Gauge::new(Kind::Hid).files(), &missing), Err(FolderError::NoFiles)));
    assert!(!missing.exists());
}

#[test]
fn the_files_are_in_the_folder_which_is_made_if_it_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("a").join("b");
    assert!(matches!(put(&Gauge::with(Kind::Volume, &[7, 8]).files(), &missing), Ok(1)));
    assert_eq!(fs::read(missing.join("gauge.bin")).unwrap(), [7, 8, 16]);
}
