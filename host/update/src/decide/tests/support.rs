//! A computer, its feeds, and what was decided.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use meterport_appcast::{Appcast, Keyring, MP_NAMESPACE, Role, SPARKLE_NAMESPACE, Sha256Hex};
use meterport_manifest::{Manifest, parse_version};
use semver::Version;

use crate::decide::{Decision, Installed, InstalledDriver, Offer, Reason, ShippedDriver, decide};
use crate::entry::{Origin, PluginEntry};
use crate::rules::Rules;
use crate::source::Scope;
use crate::trust::{Standing, Trusted, TrustedFeed};

pub const NOW: &str = "2026-11-22T09:00:00Z";

/// A `.minisig` that nobody verifies here, in base64.
const SIGNATURE: &str = concat!(
    "dW50cnVzdGVkIGNvbW1lbnQ6IGEKQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU",
    "FBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBPQp0cnVzdGVkIGNvbW1l",
    "bnQ6IGIKQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU",
    "FBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE9PQo=",
);

pub fn version(text: &str) -> Version {
    parse_version(text).unwrap()
}

pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// The package of that name: any text stands for one.
pub fn package(name: &str) -> Sha256Hex {
    Sha256Hex::of(name.as_bytes())
}

/// An item of a feed, as text.
pub struct ItemText {
    id: String,
    version: String,
    api: String,
    children: String,
    systems: Vec<String>,
}

/// A driver of the contract 0.1, or the program for `linux-x64` that loads 0.1.4.
pub fn item(id: &str, version: &str) -> ItemText {
    let is_app = id == "app";
    ItemText {
        id: id.to_owned(),
        version: version.to_owned(),
        api: if is_app { "0.1.4" } else { "0.1" }.to_owned(),
        children: String::new(),
        systems: if is_app { vec!["linux-x64".to_owned()] } else { Vec::new() },
    }
}

impl ItemText {
    pub fn api(mut self, api: &str) -> Self {
        api.clone_into(&mut self.api);
        self
    }

    pub fn with(mut self, child: &str) -> Self {
        self.children.push_str(child);
        self
    }

    pub fn on(mut self, systems: &[&str]) -> Self {
        self.systems = systems.iter().map(|system| (*system).to_owned()).collect();
        self
    }

    pub fn critical(self) -> Self {
        self.with("<sparkle:criticalUpdate/>")
    }

    pub fn withdrawn(self, kind: &str) -> Self {
        self.with(&format!("<mp:withdrawn kind=\"{kind}\">because</mp:withdrawn>"))
    }

    /// Published a day ago, for one group a day.
    pub fn phased(self) -> Self {
        self.with("<sparkle:phasedRolloutInterval>86400</sparkle:phasedRolloutInterval>")
    }

    fn text(&self) -> String {
        let Self { id, version, api, children, systems } = self;
        let mut text = format!(
            "<item><mp:id>{id}</mp:id><sparkle:version>{version}</sparkle:version>\
             <pubDate>Sat, 21 Nov 2026 09:00:00 +0000</pubDate><mp:api>{api}</mp:api>{children}"
        );
        let signature =
            if id.contains('.') { format!(" mp:vendorsig=\"{SIGNATURE}\"") } else { String::new() };
        let mut enclosure = |system: &str| {
            let sha256 = package(&format!("{id} {version}{system}"));
            write!(text, "<enclosure url=\"p/{sha256}\" length=\"1\" mp:sha256=\"{sha256}\"{signature}{system}/>")
                .unwrap();
        };
        if systems.is_empty() {
            enclosure("");
        }
        for system in systems {
            enclosure(&format!(" sparkle:os=\"{system}\""));
        }
        text + "</item>"
    }
}

/// A feed of ours that is fresh.
pub fn ours(items: &[ItemText]) -> Trusted {
    trusted("ours", Scope::Ours, items, "")
}

/// An administrator's feed for a prefix.
pub fn theirs(prefix: &str, items: &[ItemText]) -> Trusted {
    let scope = Scope::ThirdParty { prefix: prefix.to_owned(), usb: Vec::new() };
    trusted(&format!("feed of {prefix}"), scope, items, "")
}

/// A feed of ours that refuses these packages.
pub fn refusing(items: &[ItemText], packages: &[&str]) -> Trusted {
    let refuse = |name: &&str| format!("<mp:refuse sha256=\"{}\"/>", package(name));
    trusted("ours", Scope::Ours, items, &packages.iter().map(refuse).collect::<String>())
}

fn trusted(name: &str, scope: Scope, items: &[ItemText], more: &str) -> Trusted {
    let items: String = items.iter().map(ItemText::text).collect();
    let body = format!(
        "<rss xmlns:sparkle=\"{SPARKLE_NAMESPACE}\" xmlns:mp=\"{MP_NAMESPACE}\"><channel>{more}{items}\
         </channel></rss>"
    );
    let accepted = Appcast::parse(body.as_bytes()).unwrap().accept(&|id| scope.holds(id));
    assert_eq!(accepted.dropped, []);
    let role = || Role { threshold: 1, keys: Vec::new() };
    let until = now() + SignedDuration::from_hours(24);
    Trusted {
        source: Sha256Hex::of(name.as_bytes()),
        name: name.to_owned(),
        scope,
        keyring: Keyring {
            feed: "main".parse().unwrap(),
            version: 1,
            expires: until,
            root: role(),
            release: role(),
            fresh: role(),
            vendors: Vec::new(),
            disks: Vec::new(),
            mirrors: Vec::new(),
        },
        feed: Some(TrustedFeed {
            seq: Some(1),
            until: Some(until),
            body_sha256: Sha256Hex::of(body.as_bytes()),
            items: accepted.items,
            dropped: accepted.dropped,
            withdrawals: accepted.withdrawals,
            refused: accepted.refused,
        }),
        last_verified: None,
        standing: Standing::Fresh,
        clock: now(),
    }
}

/// A computer on `linux-x64` with that version of the program, which loads contract 0.1.4.
pub fn computer(app: &str) -> Installed {
    Installed {
        app: Some(version(app)),
        app_sha256: Some(package(&format!("app {app} sparkle:os=\"linux-x64\""))),
        os: "linux-x64".parse().unwrap(),
        system: None,
        host_contracts: vec![version("0.1.4")],
        drivers: Vec::new(),
        shipped: Vec::new(),
        bad: Vec::new(),
    }
}

/// A manifest of that driver, with one serial device of its own and `more` lines.
pub fn manifest(id: &str, driver_version: &str, vid: u16, more: &str) -> Manifest {
    let text = format!(
        "manifest = 1\nid = \"{id}\"\nversion = \"{driver_version}\"\ncontract = \"0.1\"\n\
         title = \"A\"\nfamily = \"a\"\n[[model]]\nname = \"A\"\ntested = false\n[[match]]\n\
         transport = \"serial\"\nkind = \"device\"\nvid = {vid}\npid = 1\nline = \"9600 8N1\"\n{more}\n\
         [permissions]\nset-clock = false\nusb-vendor-requests = []\nblock-write = []\n"
    );
    Manifest::parse(text.as_bytes()).unwrap()
}

impl Installed {
    /// With a driver that came from the feed of that name.
    pub(super) fn driver(self, id: &str, driver_version: &str, feed: &str) -> Self {
        let feed = Sha256Hex::of(feed.as_bytes()).to_string();
        self.driver_from(id, driver_version, Origin::Feed { feed, key: "key".to_owned() })
    }

    pub(super) fn driver_from(mut self, id: &str, driver_version: &str, origin: Origin) -> Self {
        let manifest = manifest(id, driver_version, vid_of(id), "");
        let sha256 = package(&format!("{id} {driver_version}"));
        let entry = PluginEntry::new(manifest.id.clone(), manifest.version.clone(), sha256, origin);
        self.drivers.push(InstalledDriver { entry, manifest: Some(manifest) });
        self
    }

    /// With a driver beside the program.
    pub(super) fn shipping(mut self, id: &str, driver_version: &str) -> Self {
        let manifest = manifest(id, driver_version, vid_of(id), "");
        let sha256 = package(&format!("{id} {driver_version}"));
        self.shipped.push(ShippedDriver { manifest, sha256 });
        self
    }
}

/// Devices of a driver's own.
pub fn vid_of(id: &str) -> u16 {
    let sum = id.bytes().fold(1_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 60_000);
    u16::try_from(sum).unwrap()
}

pub fn decided(feeds: &[Trusted], installed: &Installed) -> Decision {
    ruled(feeds, installed, &Rules::default())
}

pub fn ruled(feeds: &[Trusted], installed: &Installed, rules: &Rules) -> Decision {
    decide(feeds, installed, rules, now())
}

/// `id version`, in order.
pub fn names(offers: &[Offer]) -> Vec<String> {
    offers.iter().map(|offer| format!("{} {}", offer.item.id, offer.item.version)).collect()
}

/// Why that version is not offered.
pub fn reason(decision: &Decision, id: &str, of: &str) -> Reason {
    let is_it = |hidden: &&crate::decide::Hidden| {
        hidden.id.to_string() == id && hidden.version == version(of)
    };
    match decision.hidden.iter().filter(is_it).collect::<Vec<_>>().as_slice() {
        [hidden] => hidden.reason.clone(),
        other => panic!("{id} {of}: {other:?} of {:?}", decision.hidden),
    }
}
