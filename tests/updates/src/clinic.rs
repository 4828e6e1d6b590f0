//! A clinic: a store in a temporary folder, the feeds that it knows, and one desk that does what
//! the program does: *refresh, decide, fetch, check, install*.

use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use jiff::Timestamp;
use meterport_appcast::{ItemId, OsWord, UsbScope};
use meterport_manifest::Manifest;
use meterport_update::{
    AppPackage, CheckedApp, CheckedDriver, Clock, Decision, Download, DriverPackage, Installed,
    InstalledDriver, Offer, Package, Question, RefreshError, Refreshed, Rules, Scope, Sha256Hex,
    Source, Store, Trusted, UnpackError, Unpacked, compare, decide, install, refresh, signer_name,
    trusted,
};
use semver::Version;
use tempfile::TempDir;

use crate::driver::Driver;
use crate::failure::Failure;
use crate::feed::Feed;
use crate::mirror::Mirror;
use crate::ring::Ring;

/// Where our feed lies.
pub const BASE: &str = "https://updates.example/meterport/";
/// A second place for it.
pub const OTHER_BASE: &str = "https://lan.example/";
/// The time at which stories begin.
pub const NOW: &str = "2026-11-22T09:00:00Z";
/// When the program was built.
pub const BUILD: &str = "2026-11-01T00:00:00Z";
/// What feeds are usually promised for.
pub const UNTIL: &str = "2026-12-05T09:00:00Z";

/// A clinic with one desk.
pub struct Clinic {
    pub(crate) folder: Arc<TempDir>,
    /// The store, in the folder.
    pub store: Store,
    /// The network.
    pub mirror: Mirror,
    /// The feeds: ours, then those of the administrator.
    pub sources: Vec<Source>,
    /// The policy.
    pub rules: Rules,
    now: Timestamp,
}

impl Clinic {
    /// A clinic that was built with this keyring.
    pub fn of(ring: &Ring) -> Self {
        Self::trusting(ring.file())
    }

    /// A clinic that was built with these bytes for a keyring.
    pub fn trusting(first_keyring: Vec<u8>) -> Self {
        let source = Source {
            name: "Meterport".into(),
            bases: vec![BASE.parse().unwrap()],
            first_keyring,
            carried: Default::default(),
            scope: Scope::Ours,
        };
        Self::at(Arc::new(new_folder()), Mirror::default(), vec![source])
    }

    fn at(folder: Arc<TempDir>, mirror: Mirror, sources: Vec<Source>) -> Self {
        let store = open(&folder);
        let rules = Rules { manual: true, ..Rules::default() };
        Self { folder, store, mirror, sources, rules, now: NOW.parse().unwrap() }
    }

    /// The same desk after a restart: nothing but the folder is left.
    pub fn reopened(&self) -> Self {
        let mut again = Self::at(self.folder.clone(), self.mirror.clone(), self.sources.clone());
        (again.rules, again.now) = (self.rules.clone(), self.now);
        again
    }

    /// The same clinic with an empty folder.
    pub fn forgotten(&self) -> Self {
        Self::at(Arc::new(new_folder()), self.mirror.clone(), self.sources.clone())
    }

    /// Sets the clock of the computer.
    pub fn set_now(&mut self, now: &str) {
        self.now = now.parse().unwrap();
    }

    /// Our feed is fetched from here too.
    pub fn add_base(&mut self, base: &str) {
        self.sources[0].bases.push(base.parse().unwrap());
    }

    /// The administrator adds another feed, with a scope.
    pub fn add_source(&mut self, name: &str, prefix: &str, usb: &str, ring: &Ring, base: &str) {
        let usb = usb.split(',').map(usb_scope).collect();
        self.sources.push(Source {
            name: name.into(),
            bases: vec![base.parse().unwrap()],
            first_keyring: ring.file(),
            carried: Default::default(),
            scope: Scope::ThirdParty { prefix: prefix.into(), usb },
        });
    }

    /// Puts a keyring in its place.
    pub fn publish_ring(&self, ring: &Ring) {
        self.mirror.put(format!("{BASE}{}.keyring", ring.version), ring.file());
    }

    /// Shows the client these bytes as the next keyring, once, and takes them away again: a base
    /// with a wrong keyring is asked for no feed.
    pub fn try_ring(&self, version: u32, file: Vec<u8>) {
        let url = format!("{BASE}{version}.keyring");
        self.mirror.put(&url, file);
        self.try_refresh().ok();
        self.mirror.remove(&url);
    }

    /// Puts a feed in its place.
    pub fn put_feed(&self, file: Vec<u8>) {
        self.mirror.put(format!("{BASE}appcast.xml"), file);
    }

    /// Puts a feed in its place, signed as that keyring asks.
    pub fn publish(&self, ring: &Ring, feed: &Feed) {
        self.put_feed(feed.file(ring));
    }

    /// Puts a package in its place.
    pub fn put_package(&self, package: &[u8]) {
        self.mirror.put(format!("{BASE}p/{}", Sha256Hex::of(package)), package.to_vec());
    }

    /// Puts the packages of drivers in their places.
    pub fn put_drivers<'a>(&self, drivers: impl IntoIterator<Item = &'a Driver>) {
        drivers.into_iter().for_each(|driver| self.put_package(&driver.package()));
    }

    /// The name of our feed here.
    pub fn fingerprint(&self) -> Sha256Hex {
        self.sources[0].fingerprint()
    }

    fn clock(&self) -> Clock {
        Clock { now: self.now, build: BUILD.parse().unwrap() }
    }

    /// Refreshes every feed; what comes of ours.
    pub fn try_refresh(&self) -> Result<Refreshed, RefreshError> {
        self.refresh_all().map(|mut all| all.remove(0))
    }

    /// The same, where it must come to something.
    pub fn refresh(&self) -> Refreshed {
        self.try_refresh().unwrap()
    }

    fn refresh_all(&self) -> Result<Vec<Refreshed>, RefreshError> {
        let refresh = |source| refresh(&self.store, source, &self.mirror, self.clock(), &|| false);
        self.sources.iter().map(refresh).collect()
    }

    /// What is believed of every feed, from the folder alone.
    pub fn all_trusted(&self) -> Vec<Trusted> {
        let trusted = |source| trusted(&self.store, source, self.clock()).unwrap();
        self.sources.iter().map(trusted).collect()
    }

    /// What is believed of ours.
    pub fn trusted(&self) -> Trusted {
        self.all_trusted().remove(0)
    }

    /// The number of our feed, as long as it counts.
    pub fn seq(&self) -> Option<u64> {
        self.trusted().feed.and_then(|feed| feed.seq)
    }

    /// What is here now.
    pub fn installed(&self) -> Installed {
        let current = self.store.plugins().unwrap();
        let driver = |entry: &meterport_update::PluginEntry| InstalledDriver {
            entry: entry.clone(),
            manifest: self
                .store
                .read_object(&entry.sha256)
                .ok()
                .and_then(|package| Driver::read(&package).ok()),
        };
        Installed {
            app: Some(Version::new(1, 0, 0)),
            app_sha256: current.app,
            os: OsWord::host(),
            system: None,
            host_contracts: vec![Version::new(0, 1, 9)],
            drivers: current.plugins.iter().map(driver).collect(),
            shipped: Vec::new(),
            bad: self.store.bad().unwrap().into_iter().map(|bad| bad.sha256).collect(),
        }
    }

    /// What the stored feeds mean for this desk.
    pub fn decide(&self) -> Decision {
        let trusted = self.all_trusted();
        decide(&trusted, &self.installed(), &self.rules, trusted[0].clock)
    }

    /// Id and version of everything that could be installed now.
    pub fn offers(&self) -> Vec<(String, String)> {
        let decision = self.decide();
        let both = decision.updates.iter().chain(&decision.available);
        both.map(|offer| (offer.item.id.to_string(), offer.item.version.to_string())).collect()
    }

    /// The ids of drivers that must not be used although they are here.
    pub fn disabled(&self) -> Vec<String> {
        self.decide().disabled.iter().map(|disabled| disabled.id.to_string()).collect()
    }

    /// A person wants this id, and says yes to every question.
    pub fn install(&self, id: &str) -> Result<u64, Failure> {
        let refreshed = self.refresh_all()?;
        let (since, package) = self.fetch(&refreshed, id)?;
        let (app, drivers) = match package {
            Package::Driver(package) => (None, vec![self.check(&refreshed, package)?]),
            Package::App(package) => (Some(self.check_app(package)?), Vec::new()),
            _ => panic!("a package of a new kind"),
        };
        Ok(install(&self.store, since, app, drivers)?)
    }

    /// Fetches the package of a driver and installs nothing.
    pub fn download(&self, id: &str) -> Result<DriverPackage, Failure> {
        let refreshed = self.refresh_all()?;
        match self.fetch(&refreshed, id)?.1 {
            Package::Driver(package) => Ok(package),
            _ => panic!("`{id}` is no driver"),
        }
    }

    /// What a person is asked before a driver is installed.
    pub fn questions(&self, id: &str) -> Vec<Question> {
        let refreshed = self.refresh_all().unwrap();
        let (_, package) = self.fetch(&refreshed, id).unwrap();
        let Package::Driver(package) = package else { panic!("`{id}` is no driver") };
        let checked = self.check(&refreshed, package).unwrap();
        compare(checked.manifest(), &self.installed())
    }

    /// Whose name is shown for a package of our feed.
    pub fn signer_name(&self, package: &DriverPackage) -> String {
        signer_name(&self.trusted(), package.signer()).to_owned()
    }

    /// Unpacks a package of the program, and names it in no generation.
    pub fn unpack(&self, package: &[u8]) -> Result<Unpacked, UnpackError> {
        self.store.unpack(&mut std::io::Cursor::new(package), &Sha256Hex::of(package))
    }

    fn fetch(&self, refreshed: &[Refreshed], id: &str) -> Result<(u64, Package), Failure> {
        let since = self.store.plugins().unwrap().number;
        let offer = self.offer(refreshed, id)?;
        let of = refreshed.iter().position(|one| one.trusted.source == offer.source).unwrap();
        let download = Download {
            store: &self.store,
            transport: &self.mirror,
            source: &self.sources[of],
            refreshed: &refreshed[of],
            max_stale_days: self.rules.max_stale_days,
            progress: &|_, _| {},
            cancelled: &|| false,
        };
        Ok((since, download.package(&offer.item)?))
    }

    fn offer(&self, refreshed: &[Refreshed], id: &str) -> Result<Offer, Failure> {
        let trusted: Vec<Trusted> = refreshed.iter().map(|one| one.trusted.clone()).collect();
        let id = id.parse::<ItemId>().unwrap();
        let decision = decide(&trusted, &self.installed(), &self.rules, trusted[0].clock);
        let both = decision.updates.iter().chain(&decision.available);
        if let Some(offer) = both.into_iter().find(|offer| offer.item.id == id) {
            return Ok(offer.clone());
        }
        meterport_update::owner(&trusted, &id)
            .map_or(Ok(()), |feed| feed.may_install(self.rules.max_stale_days))?;
        Err(Failure::new("not-offered", format!("{:?}", decision.hidden)))
    }

    fn check(
        &self,
        refreshed: &[Refreshed],
        package: DriverPackage,
    ) -> Result<CheckedDriver, Failure> {
        let ours = |one: &&Refreshed| package.clone().check(&one.trusted, &read).is_ok();
        let of = refreshed.iter().find(ours).unwrap_or(&refreshed[0]);
        Ok(package.check(&of.trusted, &read)?)
    }

    fn check_app(&self, package: AppPackage) -> Result<CheckedApp, Failure> {
        Ok(package.check(&self.store)?)
    }
}

fn read(package: &[u8]) -> Result<Manifest, Box<dyn std::error::Error + Send + Sync>> {
    Ok(Driver::read(package)?)
}

/// The store lies three folders deep, so that what climbs out of it is found beside it.
pub(crate) const STORE: &str = "some/where/store";

fn new_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir_all(folder.path().join(STORE)).unwrap();
    folder
}

fn open(folder: &TempDir) -> Store {
    let path = folder.path().join(STORE);
    Store::open(Dir::open_ambient_dir(path, ambient_authority()).unwrap()).unwrap()
}

fn usb_scope(text: &str) -> UsbScope {
    let number = |text| u16::from_str_radix(text, 16).unwrap();
    match text.split_once(':') {
        Some((vid, pid)) => UsbScope { vid: number(vid), pid: Some(number(pid)) },
        None => UsbScope { vid: number(text), pid: None },
    }
}
