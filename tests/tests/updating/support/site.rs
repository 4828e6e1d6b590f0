//! A publisher with a vendor `acme`, whose devices are those of USB vendor 1209.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use meterport_tests::programs;
use meterport_tests_updates::{AppPackage, Enclosure, Entry, Feed, Item, Key, Ring};
use tempfile::TempDir;

use super::Server;

/// A publisher and its server.
pub struct Site {
    folder: TempDir,
    pub server: Server,
    ring: Ring,
    vendor: Key,
    feed: Feed,
}

/// A version of the program, packed.
pub struct Release {
    pub package: Vec<u8>,
    item: Item,
}

impl Release {
    /// A good version.
    pub fn good(version: &str) -> Self {
        Self::of(version, "meterport-next")
    }

    /// A version whose window does not open.
    pub fn broken(version: &str) -> Self {
        Self::of(version, "meterport-broken")
    }

    fn of(version: &str, example: &str) -> Self {
        let programs = programs().unwrap();
        let program = fs::read(programs.bin_dir.join("examples").join(example)).unwrap();
        // One driver comes with it, so that there is one to be tested with.
        let shipped = fs::read(programs.drivers_dir.join("onetouch-ultraeasy.wasm")).unwrap();
        let mut app = AppPackage::new(version);
        app.entries = vec![
            Entry::program("meterport", &program),
            Entry::file("drivers/onetouch-ultraeasy.wasm", &shipped),
        ];
        let package = app.package();
        let mut enclosure = Enclosure::of(&package);
        enclosure.os.clone_from(&app.os);
        let item = Item { enclosures: vec![enclosure], ..Item::app(&small(&app)) };
        Self { package, item }
    }
}

/// The same without its files: what an item says, without packing everything again.
fn small(app: &AppPackage) -> AppPackage {
    AppPackage { entries: Vec::new(), ..app.clone() }
}

/// The vendor's driver: the code of one of ours for a meter of its own.
pub fn meter_x(version: &str) -> Vec<u8> {
    let manifest = format!(
        "manifest = 1\nid = \"acme.meter-x\"\nversion = \"{version}\"\ncontract = \"0.1\"\n\
         title = \"Meter X\"\nfamily = \"onetouch-ultra2\"\n[[model]]\n\
         name = \"OneTouch Ultra 2\"\ntested = false\n[[match]]\nkind = \"device\"\n\
         transport = \"serial\"\nline = \"9600 8N1\"\nvid = 0x1209\npid = 0x000A\n\
         [permissions]\nset-clock = false\nusb-vendor-requests = []\nblock-write = []\n"
    );
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/onetouch-ultra2");
    let own = fs::read(plugin.join("driver.toml")).unwrap();
    let built = programs().unwrap().drivers_dir.join("onetouch-ultra2.wasm");
    let mut package = fs::read(built).unwrap();
    let mut section = Vec::new();
    meterport_pack::append_manifest(&mut section, &own);
    let code = package.strip_suffix(section.as_slice()).unwrap().len();
    package.truncate(code);
    meterport_pack::append_manifest(&mut package, manifest.as_bytes());
    package
}

impl Site {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let feed_folder = folder.path().join("feed");
        fs::create_dir_all(feed_folder.join("p")).unwrap();
        fs::create_dir_all(folder.path().join("built-in")).unwrap();
        let server = Server::start(&feed_folder);
        let vendor = Key::named("acme");
        let mut ring = Ring::first("main").vendor("acme", &vendor, "1209");
        ring.expires = in_days(300);
        let keyring = ring.file();
        fs::write(feed_folder.join("1.keyring"), &keyring).unwrap();
        fs::write(folder.path().join("built-in/1.keyring"), keyring).unwrap();
        fs::write(folder.path().join("built-in/bases"), format!("{}\n", server.base())).unwrap();
        let feed = Feed::new("main", 0, &in_days(10));
        let mut site = Self { folder, server, ring, vendor, feed };
        site.publish();
        site
    }

    /// What a build holds of this publisher.
    pub fn built_in(&self) -> PathBuf {
        self.folder.path().join("built-in")
    }

    /// Lists a version of the program.
    pub fn add(&mut self, release: &Release) {
        self.put(&release.item, &release.package);
        self.feed.items.push(release.item.clone());
        self.publish();
    }

    /// Refuses a version of the program, wherever it is.
    pub fn refuse(&mut self, release: &Release) {
        let sum = release.item.enclosures[0].sha256.clone();
        self.feed.refused.push(sum);
        self.publish();
    }

    /// Lists the vendor's driver.
    pub fn add_meter_x(&mut self, version: &str) {
        let package = meter_x(version);
        let signature =
            self.vendor.sign(&package, &format!("mp1 package acme.meter-x {version} any"));
        let item = Item {
            id: "acme.meter-x".into(),
            version: version.into(),
            title: "Meter X".into(),
            date: "Sat, 21 Nov 2026 09:00:00 +0000".into(),
            api: "0.1".into(),
            enclosures: vec![Enclosure::of(&package)],
            withdrawn: None,
            extra: "<mp:match>serial 1209:000a</mp:match>".into(),
        };
        self.put(&item, &package);
        self.feed.items.push(item.vendor_signed(&signature));
        self.publish();
    }

    /// Where a package lies on the server.
    pub fn path_of(package: &[u8]) -> String {
        format!("/{}", Enclosure::of(package).url)
    }

    /// What is served.
    pub fn feed_folder(&self) -> PathBuf {
        self.folder.path().join("feed")
    }

    /// A file that is served beside the feed.
    pub fn put_file(&self, name: &str, bytes: &[u8]) {
        fs::write(self.feed_folder().join(name), bytes).unwrap();
    }

    /// The feed as it is served.
    pub fn feed_file(&self) -> Vec<u8> {
        fs::read(self.feed_folder().join("appcast.xml")).unwrap()
    }

    fn put(&self, item: &Item, package: &[u8]) {
        self.put_file(&item.enclosures[0].url, package);
    }

    fn publish(&mut self) {
        self.feed.seq += 1;
        self.put_file("appcast.xml", &self.feed.file(&self.ring));
    }
}

fn in_days(days: i64) -> String {
    let then = Timestamp::now() + SignedDuration::from_hours(24 * days);
    then.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
