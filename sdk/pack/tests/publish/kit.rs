//! A publisher at work: a folder with keys, and the tool itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The tool's answer.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn well(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }

    /// The error object, of which the code and the exit code are checked.
    #[track_caller]
    pub fn refused(self, exit: i32, code: &str) -> Value {
        assert_eq!(self.code, exit, "{}{}", self.out, self.err);
        let object: Value = serde_json::from_str(&self.err).unwrap();
        assert_eq!(object["error"]["code"], code, "{}", self.err);
        assert!(meterport_pack::CODES.contains(&code), "{code}");
        object["error"].clone()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// A publisher with keys in `keys/` and a publishing folder `feed/`.
pub struct Publisher {
    folder: TempDir,
}

impl Publisher {
    /// With a key of each name in `keys/`, without passwords, and no keyring yet.
    pub fn with_keys(names: &[&str]) -> Self {
        let publisher = Self { folder: tempfile::tempdir().unwrap() };
        for name in names {
            publisher.key(name);
        }
        publisher
    }

    /// With a keyring of one root, one release and one fresh key, and a vendor `acme`.
    pub fn simple() -> Self {
        let publisher = Self::with_keys(&["root", "release", "fresh", "acme"]);
        let keyring = "keyring init --dir feed --feed main --root keys/root.pub --release \
                       keys/release.pub --fresh keys/fresh.pub --key keys/root.key --mirror \
                       https://updates.example/ --vendor";
        let mut words: Vec<&str> = keyring.split_whitespace().collect();
        words.push("acme keys/acme.pub acme. usb=1209");
        publisher.run(&words).well();
        publisher
    }

    /// A simple one that has published a driver of ours and one of a vendor.
    pub fn published() -> Self {
        let publisher = Self::simple();
        publisher.add("onetouch-ultra2", "1.0.0", "release");
        publisher.add("acme.glucolink", "1.2.0", "acme");
        publisher.publish();
        publisher
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn key(&self, name: &str) {
        self.go(&format!("keygen keys/{name} --no-password")).well();
    }

    /// A driver's package in `name.wasm`.
    pub fn driver(&self, name: &str, id: &str, version: &str) -> PathBuf {
        let path = self.path(&format!("{name}.wasm"));
        fs::write(&path, driver(id, version)).unwrap();
        path
    }

    /// A signed driver in the draft of the feed.
    pub fn add(&self, id: &str, version: &str, key: &str) {
        let name = format!("{id}-{version}");
        self.driver(&name, id, version);
        self.go(&format!("package sign {name}.wasm --key keys/{key}.key")).well();
        self.go(&format!("feed add {name}.wasm --dir feed")).well();
    }

    /// Signs the draft and publishes it.
    pub fn publish(&self) {
        self.go("feed sign --dir feed --key keys/release.key").well();
        let said = self.go("feed refresh --dir feed --key keys/fresh.key --json").well();
        assert_eq!(said.json()["waits"], Value::Null);
    }

    /// The tool with these words, in the publisher's folder.
    pub fn go(&self, words: &str) -> Said {
        self.run(&words.split_whitespace().collect::<Vec<_>>())
    }

    pub fn run(&self, words: &[&str]) -> Said {
        Said::of(self.command(words).stdin(Stdio::null()).output().unwrap())
    }

    /// The same with something to read.
    pub fn fed(&self, words: &str, input: &str) -> Said {
        use std::io::Write;
        let words: Vec<&str> = words.split_whitespace().collect();
        let mut command = self.command(&words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that ends without reading closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Said::of(child.wait_with_output().unwrap())
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meterport-pack"));
        command.args(words).current_dir(self.folder.path());
        command
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn exists(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// The body of the published feed becomes the draft, changed.
    pub fn draft_of(&self, change: impl Fn(&str) -> String) {
        let feed = self.read("feed/appcast.xml");
        let (body, _) = feed.split_once("<!-- minisign\n").unwrap();
        let changed = change(body);
        assert_ne!(changed, body, "the draft is to be another one");
        self.write("feed/appcast.xml.draft", &changed);
    }
}

/// Everything in a folder, by name.
pub fn listing(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for found in fs::read_dir(folder).unwrap() {
        let found = found.unwrap();
        let name = found.file_name().into_string().unwrap();
        if found.path().is_dir() {
            names.extend(listing(&found.path()).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

/// A component with this manifest and nothing that could run.
pub fn driver(id: &str, version: &str) -> Vec<u8> {
    driver_for(id, version, "0x1209")
}

/// The same for another maker's devices.
pub fn driver_for(id: &str, version: &str, vid: &str) -> Vec<u8> {
    let manifest = format!(
        r#"manifest = 1
id = "{id}"
version = "{version}"
contract = "0.1"
contract-min = "0.1.2"
title = "Driver {id}"
family = "a-family"

[[model]]
name = "One"
tested = false

[[match]]
transport = "serial"
kind = "device"
vid = {vid}
pid = 0x0001
line = "38400 8N1"

[permissions]
set-clock = false
usb-vendor-requests = []
block-write = []
"#
    );
    let guest = r#"(instance $guest) (export "meterport:driver/guest@0.1.0" (instance $guest))"#;
    let section = format!("(@custom \"meterport:manifest\" {manifest:?})");
    wat::parse_str(format!("(component {guest} {section})")).unwrap()
}
