//! Keeps the directions between rooms, as `ARCHITECTURE.md` draws them.
//!
//! The truth is what cargo says about the workspace, not what the sources look like. A new crate, a
//! new edge or one that is gone is a change of the table here, and of that document.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Every room, and the rooms it knows: all of them, and no other.
const ROOMS: [(&str, &[&str]); 15] = [
    ("host/model", &["sdk/manifest"]),
    ("host/devices", &["sdk/manifest", "sdk/recording"]),
    ("host/runtime", &["host/devices", "host/model", "sdk/manifest"]),
    ("host/upload", &["host/model"]),
    ("host/update", &["sdk/appcast", "sdk/manifest"]),
    ("host/launcher", &["host/update"]),
    (
        "host/app",
        &[
            "host/devices",
            "host/model",
            "host/runtime",
            "host/update",
            "host/upload",
            "sdk/appcast",
            "sdk/manifest",
            "sdk/recording",
        ],
    ),
    ("host/server", &["host/model"]),
    ("sdk/manifest", &[]),
    ("sdk/recording", &[]),
    ("sdk/appcast", &["sdk/manifest"]),
    ("sdk/macros", &["sdk/manifest"]),
    ("sdk/driver", &["sdk/macros", "sdk/recording"]),
    ("sdk/simulator", &["sdk/driver"]),
    ("sdk/pack", &["sdk/appcast", "sdk/manifest"]),
];

/// What every driver knows. The simulator's crate is there natively only.
const DRIVER: &[&str] = &["sdk/driver"];
const DRIVER_NATIVELY: &[&str] = &["sdk/simulator"];
const NATIVE_ONLY: &str = "cfg(not(target_arch = \"wasm32\"))";

/// Rooms that may know everything.
const KNOW_ALL: [&str; 2] = ["tests", "tests/updates"];

/// Crates of others that belong to the rooms named here, and to no other.
const RESERVED: [(&str, &[&str]); 8] = [
    ("wasmtime", &["host/runtime"]),
    ("wasmtime-wasi", &[]),
    ("serialport", &["host/devices"]),
    ("sqlx", &["host/server"]),
    ("axum", &["host/server", "tests"]),
    ("reqwest", &["host/app", "host/upload", "sdk/pack", "tests", "tests/updates"]),
    ("tokio", &["host/app", "host/server", "host/upload", "sdk/pack", "tests", "tests/updates"]),
    ("minisign-verify", &["sdk/appcast"]),
];

#[test]
fn no_room_knows_another_than_the_table_says() {
    let workspace = Workspace::read();
    let table: BTreeMap<&str, BTreeSet<&str>> =
        ROOMS.iter().map(|(room, known)| (*room, known.iter().copied().collect())).collect();
    for room in workspace.rooms.values().filter(|room| !KNOW_ALL.contains(&room.place.as_str())) {
        let allowed = match table.get(room.place.as_str()) {
            Some(known) => known.clone(),
            None if room.is_driver() => DRIVER.iter().copied().collect(),
            None => panic!("`{}` is not in the table", room.place),
        };
        let known: BTreeSet<&str> = room
            .own(&workspace, |edge| edge.kind != Kind::Dev && edge.target != NATIVE_ONLY)
            .collect();
        assert_eq!(known, allowed, "what `{}` knows", room.place);
    }
    for place in table.keys() {
        assert!(workspace.rooms.values().any(|room| room.place == *place), "no `{place}`");
    }
}

#[test]
fn a_drivers_native_half_and_every_rooms_tests_know_no_more() {
    let workspace = Workspace::read();
    for room in workspace.rooms.values().filter(|room| !KNOW_ALL.contains(&room.place.as_str())) {
        let mut allowed: BTreeSet<&str> = ROOMS
            .iter()
            .filter(|(place, _)| *place == room.place)
            .flat_map(|(_, known)| known.iter().copied())
            .collect();
        if room.is_driver() {
            allowed.extend(DRIVER.iter().chain(DRIVER_NATIVELY));
        }
        for known in room.own(&workspace, |_| true) {
            assert!(allowed.contains(known), "`{}` knows `{known}`", room.place);
        }
    }
}

#[test]
fn the_engine_the_network_and_the_database_stay_in_their_rooms() {
    let workspace = Workspace::read();
    for (name, places) in RESERVED {
        for room in workspace.rooms.values() {
            let uses = room.edges.iter().any(|edge| edge.name == name);
            assert!(!uses || places.contains(&room.place.as_str()), "`{}` uses {name}", room.place);
        }
    }
}

#[test]
fn who_can_sign_is_the_publisher_and_everybody_else_only_verifies() {
    let workspace = Workspace::read();
    for room in workspace.rooms.values().filter(|room| !KNOW_ALL.contains(&room.place.as_str())) {
        let signs = |edge: &Edge| edge.name == "minisign" && edge.kind != Kind::Dev;
        assert_eq!(room.edges.iter().any(signs), room.place == "sdk/pack", "`{}`", room.place);
    }
}

#[test]
fn ring_is_linked_by_nothing() {
    // `Cargo.lock` cannot be asked: it names ring for optional features that nobody turns on.
    // `deny.toml` bans it for every platform; this is the one at hand.
    let output = cargo()
        .args(["tree", "--workspace", "--edges", "normal,build,dev", "--prefix", "none"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.lines().any(|line| line.starts_with("aws-lc-rs v")), "the tree is not read");
    assert!(!tree.lines().any(|line| line.starts_with("ring v")));
}

#[test]
fn no_source_of_host_or_sdk_names_the_crate_of_a_driver() {
    let workspace = Workspace::read();
    let crates: Vec<String> = workspace
        .rooms
        .values()
        .filter(|room| room.is_driver())
        .map(|room| room.name.replace('-', "_"))
        .collect();
    assert!(crates.len() > 1);
    let mut sources = Vec::new();
    for folder in ["host", "sdk"] {
        collect(&root().join(folder), &mut sources);
    }
    assert!(sources.len() > 100);
    for path in sources {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().zip(1..);
        for (line, number) in lines.filter(|(line, _)| !line.trim_start().starts_with("//")) {
            for name in &crates {
                let named = line.contains(&format!("{name}::"))
                    || line.contains(&format!("use {name}"))
                    || line.contains(&format!("extern crate {name}"));
                assert!(!named, "{}:{number} names `{name}`", path.display());
            }
        }
    }
}

#[test]
fn every_folder_of_rooms_holds_crates_and_nothing_else() {
    let workspace = Workspace::read();
    let members: BTreeSet<&str> =
        workspace.rooms.values().map(|room| room.place.as_str()).collect();
    for parent in ["host", "plugins", "sdk"] {
        for entry in fs::read_dir(root().join(parent)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let place = format!("{parent}/{name}");
            assert!(members.contains(place.as_str()), "`{place}` is no crate of the workspace");
        }
    }
}

#[test]
fn every_crate_has_the_workspaces_licence_and_lints() {
    let workspace = Workspace::read();
    for room in workspace.rooms.values() {
        assert_eq!(room.licence, "MIT OR Apache-2.0", "licence of `{}`", room.place);
        let manifest = fs::read_to_string(root().join(&room.place).join("Cargo.toml")).unwrap();
        let lints = manifest.replace("\r\n", "\n").contains("[lints]\nworkspace = true\n");
        assert!(lints, "`{}` does not take the workspace's lints", room.place);
    }
    for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert!(root().join(file).is_file(), "no {file}");
    }
}

struct Workspace {
    /// By the name of the crate.
    rooms: BTreeMap<String, Room>,
}

struct Room {
    name: String,
    /// The folder below the root, such as `host/model`.
    place: String,
    licence: String,
    edges: Vec<Edge>,
}

struct Edge {
    name: String,
    kind: Kind,
    /// The `cfg` it stands under; empty for all targets.
    target: String,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    Normal,
    Build,
    Dev,
}

impl Workspace {
    fn read() -> Self {
        let output =
            cargo().args(["metadata", "--no-deps", "--format-version", "1"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let rooms = packages.iter().map(Room::of).map(|room| (room.name.clone(), room)).collect();
        Self { rooms }
    }
}

impl Room {
    fn of(package: &Value) -> Self {
        let manifest = PathBuf::from(text(package, "manifest_path"));
        // Both ends resolved: one may come through a link.
        let folder = manifest.parent().unwrap().canonicalize().unwrap();
        let place = folder.strip_prefix(root().canonicalize().unwrap()).unwrap();
        Self {
            name: text(package, "name"),
            place: place.to_str().unwrap().replace('\\', "/"),
            licence: text(package, "license"),
            edges: package["dependencies"].as_array().unwrap().iter().map(Edge::of).collect(),
        }
    }

    /// A driver of ours, or the hostile one.
    fn is_driver(&self) -> bool {
        self.place.starts_with("plugins/") || self.place == "tests/hostile"
    }

    /// The places of our own crates behind some of its edges.
    fn own<'a>(
        &'a self,
        workspace: &'a Workspace,
        wanted: impl Fn(&Edge) -> bool + 'a,
    ) -> impl Iterator<Item = &'a str> {
        self.edges
            .iter()
            .filter(move |edge| wanted(edge))
            .filter_map(|edge| workspace.rooms.get(&edge.name))
            .map(|room| room.place.as_str())
    }
}

impl Edge {
    fn of(dependency: &Value) -> Self {
        Self {
            name: text(dependency, "name"),
            kind: match dependency["kind"].as_str() {
                None => Kind::Normal,
                Some("build") => Kind::Build,
                Some(_) => Kind::Dev,
            },
            target: dependency["target"].as_str().unwrap_or_default().to_owned(),
        }
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("no `{key}`")).to_owned()
}

fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
}
