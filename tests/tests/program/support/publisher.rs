//! A publisher of drivers in a folder, and the program as a build that asks it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use meterport_tests::programs;
use meterport_tests_updates::{Enclosure, Feed, Item, Key, Ring};
use tempfile::TempDir;

use super::{Run, path};

/// A publisher with a vendor `acme`, whose devices are those of USB vendor 1209.
pub struct Publisher {
    folder: TempDir,
    ring: Ring,
    vendor: Key,
    items: Vec<Item>,
    refused: Vec<String>,
    seq: u64,
}

/// A driver's package, and what stands about it in a feed.
#[derive(Clone)]
pub struct Package {
    pub id: String,
    pub version: String,
    pub bytes: Vec<u8>,
    /// The text of `mp:match`.
    pub matches: &'static str,
}

impl Package {
    /// The code of one of our drivers as somebody else's, for a meter of its own.
    pub fn of_ultra2(id: &str, version: &str, kind: &str, usb: (u16, u16)) -> Self {
        let (vid, pid) = usb;
        let manifest = format!(
            "manifest = 1\nid = \"{id}\"\nversion = \"{version}\"\ncontract = \"0.1\"\n\
             title = \"Meter X\"\nfamily = \"onetouch-ultra2\"\n[[model]]\n\
             name = \"OneTouch Ultra 2\"\ntested = false\n[[match]]\nkind = \"{kind}\"\n\
             transport = \"serial\"\nline = \"9600 8N1\"\nvid = 0x{vid:04X}\npid = 0x{pid:04X}\n\
             [permissions]\nset-clock = false\nusb-vendor-requests = []\nblock-write = []\n"
        );
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/onetouch-ultra2");
        let own = fs::read(root.join("driver.toml")).unwrap();
        let mut bytes =
            fs::read(programs().unwrap().drivers_dir.join("onetouch-ultra2.wasm")).unwrap();
        let mut section = Vec::new();
        meterport_pack::append_manifest(&mut section, &own);
        let code = bytes.strip_suffix(section.as_slice()).unwrap().len();
        bytes.truncate(code);
        meterport_pack::append_manifest(&mut bytes, manifest.as_bytes());
        let matches = match (kind, pid) {
            ("cable", _) => "serial 0403:6001 cable",
            (_, 0x000A) => "serial 1209:000a",
            _ => "serial 1209:000c",
        };
        Self { id: id.to_owned(), version: version.to_owned(), bytes, matches }
    }

    /// The vendor's driver for the meter 1209:000A.
    pub fn meter_x(version: &str) -> Self {
        Self::of_ultra2("acme.meter-x", version, "device", (0x1209, 0x000A))
    }
}

impl Publisher {
    pub fn new() -> Self {
        let vendor = Key::named("acme");
        let mut ring = Ring::first("main").vendor("acme", &vendor, "1209");
        ring.expires = in_days(300);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("feed/p")).unwrap();
        fs::create_dir_all(folder.path().join("built-in")).unwrap();
        fs::write(folder.path().join("feed/1.keyring"), ring.file()).unwrap();
        fs::write(folder.path().join("built-in/1.keyring"), ring.file()).unwrap();
        let base = format!("file://{}/\n", folder.path().join("feed").display());
        fs::write(folder.path().join("built-in/bases"), base).unwrap();
        let mut publisher =
            Self { folder, ring, vendor, items: Vec::new(), refused: Vec::new(), seq: 0 };
        publisher.publish();
        publisher
    }

    /// Lists a vendor's driver, signed by it, and publishes the feed.
    pub fn add(&mut self, package: &Package) {
        let item = self.item(package);
        self.items.push(item);
        self.publish();
    }

    /// Withdraws what was listed last.
    pub fn withdraw_last(&mut self, kind: &str) {
        let item = self.items.pop().unwrap();
        self.items.push(item.withdrawn(kind));
        self.publish();
    }

    /// Refuses a file.
    pub fn refuse(&mut self, package: &Package) {
        self.refused.push(meterport_update::Sha256Hex::of(&package.bytes).to_string());
        self.publish();
    }

    fn item(&self, package: &Package) -> Item {
        let enclosure = Enclosure::of(&package.bytes);
        fs::write(self.folder.path().join("feed").join(&enclosure.url), &package.bytes).unwrap();
        Item {
            id: package.id.clone(),
            version: package.version.clone(),
            title: format!("{} {}", package.id, package.version),
            date: "Sat, 21 Nov 2026 09:00:00 +0000".into(),
            api: "0.1".into(),
            enclosures: vec![enclosure],
            withdrawn: None,
            extra: format!("<mp:match>{}</mp:match>", package.matches),
        }
        .vendor_signed(&self.vendor.sign(&package.bytes, &comment(package)))
    }

    fn publish(&mut self) {
        self.seq += 1;
        let mut feed = Feed::new("main", self.seq, &in_days(10));
        feed.items.clone_from(&self.items);
        feed.refused.clone_from(&self.refused);
        let file = feed.file(&self.ring);
        fs::write(self.folder.path().join("feed/appcast.xml"), file).unwrap();
    }

    /// A package as a file with its signature beside it, by the vendor or by somebody else.
    pub fn by_hand(&self, package: &Package, folder: &Path, key: Option<&Key>) -> String {
        let file = folder.join(format!("{}-{}.wasm", package.id, package.version));
        fs::write(&file, &package.bytes).unwrap();
        let key = key.unwrap_or(&self.vendor);
        let signature = key.sign(&package.bytes, &comment(package)).to_string();
        fs::write(
            folder.join(format!("{}-{}.wasm.minisig", package.id, package.version)),
            signature,
        )
        .unwrap();
        path(&file)
    }

    /// The program as a build that asks this publisher, with these ports attached (a file of
    /// `tests/examples/built/devices.rs`). No driver comes with it.
    pub fn command(&self, folder: &Path, ports: &str) -> Command {
        let program = self.program();
        let devices = folder.join("devices");
        fs::write(&devices, ports).unwrap();
        let mut command = Command::new(program);
        command.arg("--data-dir").arg(folder.join("data"));
        command.arg("--config").arg(folder.join("meterport.toml"));
        command.env("METERPORT_TEST_PUBLISHER", self.folder.path().join("built-in"));
        command.env("METERPORT_TEST_POLICY", folder.join("policy.toml"));
        command.env("METERPORT_TEST_DEVICES", devices);
        command.env_remove("METERPORT_STORE").env_remove("NO_COLOR");
        command.stdin(std::process::Stdio::null());
        command
    }

    /// One run of it.
    pub fn run(&self, folder: &Path, arguments: &[&str]) -> Run {
        self.run_with(folder, "", arguments)
    }

    /// One run of it with ports attached.
    pub fn run_with(&self, folder: &Path, ports: &str, arguments: &[&str]) -> Run {
        Run::of(&self.command(folder, ports).args(arguments).output().unwrap())
    }

    /// A copy of the program in a folder without drivers.
    fn program(&self) -> PathBuf {
        let built = programs().unwrap().bin_dir.join("examples/meterport-next");
        let copy = self.folder.path().join("meterport");
        if !copy.exists() && fs::hard_link(&built, &copy).is_err() {
            fs::copy(&built, &copy).unwrap();
        }
        copy
    }
}

fn comment(package: &Package) -> String {
    format!("mp1 package {} {} any", package.id, package.version)
}

fn in_days(days: i64) -> String {
    let then = Timestamp::now() + SignedDuration::from_hours(24 * days);
    then.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
