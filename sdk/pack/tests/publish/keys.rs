//! Keys and signatures of single files.

use std::fs;

use crate::kit::Publisher;

#[test]
fn a_secret_key_is_never_replaced_unasked() {
    let publisher = Publisher::with_keys(&["root"]);
    let before = (publisher.read("keys/root.key"), publisher.read("keys/root.pub"));

    publisher.go("keygen keys/root --no-password --json").refused(7, "output.exists");
    fs::remove_file(publisher.path("keys/root.key")).unwrap();
    publisher.go("keygen keys/root --no-password --json").refused(7, "output.exists");
    assert!(!publisher.exists("keys/root.key"));
    assert_eq!(publisher.read("keys/root.pub"), before.1);

    publisher.go("keygen keys/root --no-password --force").well();
    assert_ne!(publisher.read("keys/root.key"), before.0);
}

#[cfg(unix)]
#[test]
fn a_secret_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let publisher = Publisher::with_keys(&["root"]);
    publisher.go("keygen keys/root --no-password --force").well();

    let mode = fs::metadata(publisher.path("keys/root.key")).unwrap().permissions().mode();

    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(crate::kit::listing(&publisher.path("keys")), ["root.key", "root.pub"]);
}

#[test]
fn a_password_is_asked_for_and_never_shown() {
    let publisher = Publisher::with_keys(&[]);
    publisher.driver("driver", "onetouch-ultra2", "1.0.0");
    publisher.fed("keygen empty --password-stdin --json", "\n").refused(7, "key.invalid");
    publisher.fed("keygen none --password-stdin --json", "").refused(7, "key.invalid");
    publisher.fed("keygen release --password-stdin", "a secret phrase\n").well();

    let sign = "package sign driver.wasm --key release.key --password-stdin --json";
    let wrong = publisher.fed(sign, "another phrase\n");
    assert!(!wrong.err.contains("phrase"), "{}", wrong.err);
    wrong.refused(7, "key.invalid");
    publisher.fed(sign, "").refused(7, "key.invalid");
    assert!(!publisher.exists("driver.wasm.minisig"));

    publisher.fed(sign, "a secret phrase\r\n").well();
    publisher.go("verify driver.wasm --public-key release.pub").well();
}

#[test]
fn two_keys_take_two_lines() {
    let publisher = Publisher::with_keys(&[]);
    publisher.driver("driver", "onetouch-ultra2", "1.0.0");
    publisher.fed("keygen one --password-stdin", "first\n").well();
    publisher.fed("keygen two --password-stdin", "second\n").well();

    let sign = "package sign driver.wasm --key one.key --key two.key --password-stdin --json";
    let said = publisher.fed(sign, "first\nsecond\n").well();

    assert_eq!(said.json()["packages"][0]["signatures"], 2);
}

#[test]
fn a_file_that_is_no_key_signs_nothing() {
    let publisher = Publisher::with_keys(&["release"]);
    publisher.driver("driver", "onetouch-ultra2", "1.0.0");
    for key in ["keys/release.pub", "driver.wasm"] {
        publisher
            .go(&format!("package sign driver.wasm --key {key} --json"))
            .refused(7, "key.invalid");
    }
    publisher.go("package sign driver.wasm --key none.key --json").refused(5, "file.io");
}

#[test]
fn what_does_not_verify_ends_with_seven() {
    let publisher = Publisher::with_keys(&["release", "other"]);
    publisher.driver("driver", "onetouch-ultra2", "1.0.0");
    publisher.go("package sign driver.wasm --key keys/release.key").well();
    let verify = "verify driver.wasm --signature driver.wasm.minisig --json --public-key";
    let signature = publisher.read("driver.wasm.minisig");

    publisher.go(&format!("{verify} keys/other.pub")).refused(7, "package.signature");
    publisher.write("driver.wasm.minisig", &signature.replace("1.0.0", "1.0.1"));
    publisher.go(&format!("{verify} keys/release.pub")).refused(7, "package.signature");
    publisher.write("driver.wasm.minisig", &format!("{signature}more\n"));
    publisher.go(&format!("{verify} keys/release.pub")).refused(7, "package.signature");
    publisher.write("driver.wasm.minisig", &signature);
    publisher.go(&format!("{verify} keys/release.key")).refused(7, "key.invalid");

    let said = publisher.go(&format!("{verify} keys/release.pub")).well();
    assert_eq!(said.json()["comment"], "mp1 package onetouch-ultra2 1.0.0 any");
    let key = publisher.read("keys/release.pub");
    let text = key.lines().nth(1).unwrap();
    publisher.go(&format!("{verify} {text}")).well();
    publisher.driver("driver", "onetouch-ultra2", "1.0.1");
    publisher.go(&format!("{verify} {text}")).refused(7, "package.signature");
}

#[test]
fn signing_again_adds_nothing() {
    let publisher = Publisher::with_keys(&["one", "two"]);
    publisher.driver("driver", "onetouch-ultra2", "1.0.0");
    publisher.go("package sign driver.wasm --key keys/one.key").well();
    let once = publisher.read("driver.wasm.minisig");

    publisher.go("package sign driver.wasm --key keys/one.key").well();
    assert_eq!(publisher.read("driver.wasm.minisig"), once);
    publisher.go("package sign driver.wasm --key keys/one.key --key keys/two.key").well();
    assert!(publisher.read("driver.wasm.minisig").starts_with(&once));
}

#[test]
fn every_command_shows_two_examples() {
    let publisher = Publisher::with_keys(&[]);
    for command in [
        "keygen",
        "keyring",
        "package",
        "feed",
        "keyring init",
        "keyring rotate",
        "keyring sign",
        "package sign",
        "package app",
        "feed add",
        "feed withdraw",
        "feed remove",
        "feed refuse",
        "feed lint",
        "feed sign",
        "feed refresh",
        "feed show",
        "mirror",
        "verify",
    ] {
        let help = publisher.go(&format!("{command} --help")).well().out;
        let (_, examples) = help.split_once("Examples:\n").unwrap();
        let lines = examples.lines().filter(|line| line.starts_with("  meterport-pack "));
        assert!(lines.clone().count() >= 2, "{command}: {help}");
        assert!(lines.into_iter().all(|line| line.contains(command)), "{command}: {help}");
    }
}
