//! What lies on the server's disk, and what opens it.

use std::fs;
use std::path::Path;

use crate::support::practice::{Practice, SERIAL, USER, options, outbox, readings};
use meterport_server::{Server, ServerError};

const PATIENT: &str = "canary-patient-Müller-4711";

/// Files below `folder`, but not the keys, that hold one of `canaries` in some form.
fn found(folder: &Path, canaries: &[String]) -> Vec<String> {
    let mut hits = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().unwrap() != "keys" {
                hits.extend(found(&path, canaries));
            }
            continue;
        }
        let text = latin(&fs::read(&path).unwrap());
        for canary in canaries {
            let utf16: Vec<u8> = canary.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let reversed: Vec<u8> = canary.bytes().rev().collect();
            for form in [canary.clone().into(), utf16, hex::encode(canary).into(), reversed] {
                if text.contains(&latin(&form)) {
                    hits.push(format!("{} in {}", canary, path.display()));
                }
            }
        }
    }
    hits
}

/// Every byte as one character, so that the search for text can search bytes.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn canaries() -> Vec<String> {
    let mut canaries: Vec<String> =
        [PATIENT, SERIAL, USER, "Test meter", "mg/dL", "smbg", "device_time", "\"value\""]
            .map(str::to_owned)
            .into();
    for reading in readings(0..60) {
        let value = serde_json::to_value(&reading).unwrap();
        canaries.push(value["device_time"].as_str().unwrap().to_owned());
    }
    canaries
}

#[tokio::test]
async fn the_database_opened_raw_holds_no_reading_and_no_name() {
    let practice = Practice::open().await;
    let (client, session) = practice.sign_in(USER).await;
    client.send(&session, &mut outbox(PATIENT, 0..40), |_| {}).await.unwrap();
    client.send(&session, &mut outbox(PATIENT, 0..60), |_| {}).await.unwrap();
    let conflict = client.send(&session, &mut outbox("another-canary", 0..3), |_| {}).await;
    assert!(conflict.is_err());

    let running = found(practice.folder.path(), &canaries());
    practice.server.stop().await.unwrap();
    let stopped = found(practice.folder.path(), &canaries());

    assert_eq!((running, stopped), (Vec::new(), Vec::new()));
    // The search itself works: what stands open is found.
    fs::write(practice.folder.path().join("leak"), hex::encode(SERIAL)).unwrap();
    assert_eq!(found(practice.folder.path(), &canaries()).len(), 1);
}

#[tokio::test]
async fn a_server_without_its_key_or_with_another_one_does_not_start() {
    let practice = Practice::open().await;
    practice.server.stop().await.unwrap();
    let key = practice.folder.path().join("keys/master.key");
    let right = fs::read_to_string(&key).unwrap();

    fs::write(&key, format!("{}\n", "00".repeat(32))).unwrap();
    let wrong = Server::start(&options(&practice.folder)).await.err().unwrap();
    assert!(matches!(wrong, ServerError::KeyWrong { .. }), "{wrong}");

    fs::write(&key, "no key\n").unwrap();
    let damaged = Server::start(&options(&practice.folder)).await.err().unwrap();
    assert!(matches!(damaged, ServerError::KeyMalformed { .. }), "{damaged}");

    fs::remove_file(&key).unwrap();
    let missing = Server::start(&options(&practice.folder)).await.err().unwrap();
    assert!(matches!(missing, ServerError::KeyMissing { .. }), "{missing}");
    assert!(!key.exists());

    fs::write(&key, right).unwrap();
    private(&key);
    Server::start(&options(&practice.folder)).await.unwrap().stop().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_is_for_the_servers_account_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let practice = Practice::open().await;
    practice.server.stop().await.unwrap();
    let key = practice.folder.path().join("keys/master.key");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);

    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let exposed = Server::start(&options(&practice.folder)).await.err().unwrap();
    assert!(matches!(exposed, ServerError::KeyExposed { .. }), "{exposed}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_database_is_for_the_servers_account_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let practice = Practice::open().await;
    practice.sign_in(USER).await;
    for name in ["meterport.db", "meterport.db-wal", "meterport.db-shm"] {
        let mode = fs::metadata(practice.folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    practice.server.stop().await.unwrap();

    fs::set_permissions(practice.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let exposed = Server::start(&options(&practice.folder)).await.err().unwrap();
    assert!(matches!(exposed, ServerError::FolderExposed { .. }), "{exposed}");
}

#[cfg(unix)]
#[tokio::test]
async fn an_empty_folder_is_closed_to_others_before_it_is_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    Server::start(&options(&folder)).await.unwrap().stop().await.unwrap();
    assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn a_key_lost_to_a_power_cut_is_made_again_only_if_nothing_was_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let practice = Server::start(&options(&folder)).await.unwrap(); // makes the folders
    practice.stop().await.unwrap();
    for name in ["meterport.db", "keys/master.key"] {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    let key = keys.join("master.key");
    fs::write(&key, "").unwrap();
    Server::start(&options(&folder)).await.unwrap().stop().await.unwrap();

    fs::write(&key, "").unwrap();
    let lost = Server::start(&options(&folder)).await.err().unwrap();
    assert!(matches!(lost, ServerError::KeyMalformed { .. }), "{lost}");
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_path: &Path) {}
