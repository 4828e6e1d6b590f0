//! Packages: where they are fetched from, what they must be, and what must stand inside.

use std::cell::Cell;
use std::time::Duration;

use meterport_appcast::{ItemId, Sha256Hex, Signer, UsbScope};
use meterport_manifest::Manifest;

use super::net::Reply;
use super::publisher::{Entry, Key, driver};
use super::{BASE, FEED, NOW, UNTIL, World, clock};
use crate::{
    ApplyError, Attempt, Download, DownloadError, DriverPackage, FetchError, Origin, Package,
    Refreshed, Scope, StoreError, TransportError, disabled, install, refresh,
};

const MIRROR: &str = "https://mirror.example/m/";

/// A feed with one item, refreshed.
struct Shop {
    world: World,
    package: Vec<u8>,
    refreshed: Refreshed,
}

impl Shop {
    fn of(world: World, package: Vec<u8>, xml: &str) -> Self {
        world.net.file(FEED, &world.keys.feed(7, UNTIL, xml));
        let refreshed = world.refresh();
        world.net.questions();
        Self { world, package, refreshed }
    }

    fn new(bases: &[&str]) -> Self {
        let package = driver("test", "1.0.0", 0x1209);
        let xml = Entry::new("test", "1.0.0", &package).xml();
        Self::of(World::new(bases), package, &xml)
    }

    fn url(&self) -> String {
        format!("{BASE}p/{}", Sha256Hex::of(&self.package))
    }

    fn download(&self) -> Result<DriverPackage, DownloadError> {
        let download = Download {
            store: &self.world.store,
            transport: &self.world.net,
            source: &self.world.source,
            refreshed: &self.refreshed,
            max_stale_days: 0,
            progress: &|_, _| {},
            cancelled: &|| false,
        };
        match download.package(&self.refreshed.trusted.feed.as_ref().unwrap().items[0])? {
            Package::Driver(package) => Ok(package),
            Package::App(_) => panic!("not the program"),
        }
    }

    fn causes(&self) -> Vec<Attempt> {
        match self.download().unwrap_err() {
            DownloadError::Nowhere { causes, .. } => causes,
            other => panic!("{other}"),
        }
    }

    fn check(&self) -> Result<crate::CheckedDriver, ApplyError> {
        self.download().unwrap().check(&self.refreshed.trusted, &read)
    }
}

fn read(bytes: &[u8]) -> Result<Manifest, Box<dyn std::error::Error + Send + Sync>> {
    Ok(Manifest::parse(bytes)?)
}

#[test]
fn a_package_that_is_missing_changes_nothing() {
    let shop = Shop::new(&[BASE, MIRROR]);

    let error = shop.download().unwrap_err();

    assert_eq!(error.code(), Some("network.http"));
    assert!(error.hint().is_some());
    let name = Sha256Hex::of(&shop.package);
    assert_eq!(shop.world.net.asked(), [format!("{BASE}p/{name}"), format!("{MIRROR}p/{name}")]);
    assert_eq!(shop.world.store.plugins().unwrap().number, 0);
}

#[test]
fn a_swapped_package_is_thrown_away() {
    let shop = Shop::new(&[BASE]);
    let mut other = shop.package.clone();
    *other.last_mut().unwrap() ^= 1;
    shop.world.net.file(&shop.url(), &other);

    assert!(matches!(shop.causes()[..], [Attempt::OtherFile { .. }]));
    assert_eq!(shop.download().unwrap_err().code(), Some("package.signature"));
}

#[test]
fn a_package_of_another_length_is_cut_off() {
    let shop = Shop::new(&[BASE]);
    let longer = [shop.package.as_slice(), b"x"].concat();
    shop.world.net.file(&shop.url(), &longer);
    assert!(matches!(shop.causes()[..], [Attempt::Fetch(FetchError::TooLong { .. })]));

    shop.world.net.put(&shop.url(), Reply { endless: true, ..Reply::of(b"") });
    assert!(matches!(shop.causes()[..], [Attempt::Fetch(FetchError::TooLong { .. })]));

    let shorter = &shop.package[1..];
    shop.world.net.file(&shop.url(), shorter);
    assert!(matches!(shop.causes()[..], [Attempt::Fetch(FetchError::TooShort { .. })]));
}

#[test]
fn a_package_that_drips_is_given_up_and_one_that_is_slow_is_not() {
    use crate::Transport as _;
    let shop = Shop::new(&[BASE]);
    shop.world.net.put(&shop.url(), Reply::of(&shop.package).dripping());
    let before = shop.world.net.now();
    assert!(matches!(shop.causes()[..], [Attempt::Fetch(FetchError::TooSlow { .. })]));
    assert!(shop.world.net.now() - before <= Duration::from_secs(70));

    let large = vec![b' '; 1024 * 1024];
    let xml = Entry::new("test", "1.0.0", &large).xml();
    let shop = Shop::of(World::new(&[BASE]), large, &xml);
    let slow = Reply {
        chunk: 25 * 1024,
        pauses: (Duration::ZERO, Duration::from_secs(10)),
        ..Reply::of(&shop.package)
    };
    shop.world.net.put(&shop.url(), slow);
    assert_eq!(shop.download().unwrap().bytes(), shop.package);
}

#[test]
fn a_connection_that_is_lost_is_made_again_for_the_rest() {
    let shop = Shop::new(&[BASE]);
    let reply = Reply { cut_after: Some(100), ..Reply::of(&shop.package) };
    shop.world.net.put(&shop.url(), reply.clone().etag("\"a\""));

    assert_eq!(shop.download().unwrap().bytes(), shop.package);
    let parts: Vec<_> = shop.world.net.questions().into_iter().map(|(_, from)| from).collect();
    assert_eq!(parts[..3], [None, Some(100), Some(200)]);

    let nothing = Reply { cut_after: Some(0), ..reply };
    let shop = Shop::new(&[BASE]);
    shop.world.net.put(&shop.url(), nothing);
    assert!(matches!(
        shop.causes()[..],
        [Attempt::Fetch(FetchError::Transport(TransportError::Cut { .. }))]
    ));
    assert_eq!(shop.world.net.questions().len(), 1);
}

#[test]
fn a_file_that_changed_meanwhile_is_fetched_from_its_first_byte() {
    let shop = Shop::new(&[BASE]);
    let (url, package) = (shop.url(), shop.package.clone());
    let net = std::sync::Arc::new(super::net::Net::new());
    let other = vec![b'x'; package.len()];
    net.put(&url, Reply { cut_after: Some(100), ..Reply::of(&other) }.etag("\"a\""));
    let (again, first) = (std::sync::Arc::downgrade(&net), Cell::new(true));
    *net.hook.lock().unwrap() = Some(Box::new(move |url| {
        if !first.replace(false) {
            again.upgrade().unwrap().put(url, Reply::of(&package).etag("\"b\""));
        }
    }));
    let download = Download {
        store: &shop.world.store,
        transport: net.as_ref(),
        source: &shop.world.source,
        refreshed: &shop.refreshed,
        max_stale_days: 0,
        progress: &|_, _| {},
        cancelled: &|| false,
    };

    let item = &shop.refreshed.trusted.feed.as_ref().unwrap().items[0];
    let Package::Driver(package) = download.package(item).unwrap() else { panic!("a driver") };

    assert_eq!(package.bytes(), shop.package);
}

#[test]
fn only_listed_places_are_asked_whatever_the_item_says() {
    let mut taken = 0;
    for url in [
        "https://evil.example/x.wasm",
        "http://updates.example/x.wasm",
        "https://updates.example@evil.example/x",
        "//evil.example/x",
        "https:evil",
        "../../x",
        "/\\evil.example/x",
    ] {
        let package = driver("test", "1.0.0", 0x1209);
        let entry = Entry { url: Some(url.to_owned()), ..Entry::new("test", "1.0.0", &package) };
        let shop = Shop::of(World::new(&["https://updates.example/m/"]), package.clone(), "");
        let feed = shop.world.keys.feed(8, UNTIL, &entry.xml());
        shop.world.net.file("https://updates.example/m/appcast.xml", &feed);
        let refreshed = shop.world.refresh();
        let shop = Shop { refreshed, ..shop };
        if shop.refreshed.trusted.feed.as_ref().unwrap().items.is_empty() {
            continue; // The item itself was not taken.
        }
        taken += 1;
        shop.world
            .net
            .file(&format!("https://updates.example/m/p/{}", Sha256Hex::of(&package)), &package);
        shop.world.net.asked();

        assert_eq!(shop.download().unwrap().bytes(), package, "{url}");
        let asked = shop.world.net.asked();
        assert!(
            asked.iter().all(|asked| asked.starts_with("https://updates.example/m/")),
            "{asked:?}"
        );
    }
    assert_eq!(taken, 6);
}

#[test]
fn its_own_address_is_asked_first_and_the_name_by_hash_next() {
    let package = driver("test", "1.0.0", 0x1209);
    let url = Some("drivers/test 1.wasm".to_owned());
    let xml = Entry { url, ..Entry::new("test", "1.0.0", &package) }.xml();
    let shop = Shop::of(World::new(&[BASE]), package, &xml);
    shop.world.net.file(&shop.url(), &shop.package);

    assert!(shop.download().is_ok());
    assert_eq!(shop.world.net.asked(), [format!("{BASE}drivers/test%201.wasm"), shop.url()]);
}

#[test]
fn nothing_is_fetched_from_a_stale_feed_or_of_a_withdrawn_version() {
    let shop = Shop::new(&[BASE]);
    shop.world.net.file(&shop.url(), &shop.package);
    let late = shop.world.refresh_at("2026-12-31T00:00:00Z");
    shop.world.net.questions();
    let shop = Shop { refreshed: late, ..shop };
    assert!(matches!(shop.download(), Err(DownloadError::NotNow(_))));
    assert_eq!(shop.world.net.asked(), [""; 0]);

    let package = driver("test", "1.0.0", 0x1209);
    let entry = Entry { withdrawn: Some("defect"), ..Entry::new("test", "1.0.0", &package) };
    let shop = Shop::of(World::new(&[BASE]), package.clone(), &entry.xml());
    assert!(matches!(shop.download(), Err(DownloadError::Barred { .. })));
    assert_eq!(shop.world.net.asked(), [""; 0]);
}

#[test]
fn an_item_that_the_feed_does_not_have_is_not_fetched() {
    let (shop, other) = (Shop::new(&[BASE]), driver("test", "9.0.0", 0x1209));
    let xml = Entry::new("test", "9.0.0", &other).xml();
    let other = Shop::of(World::new(&[BASE]), other, &xml);
    let mixed = Shop { refreshed: shop.refreshed.clone(), ..other };
    let download = Download {
        store: &mixed.world.store,
        transport: &mixed.world.net,
        source: &mixed.world.source,
        refreshed: &mixed.refreshed,
        max_stale_days: 0,
        progress: &|_, _| {},
        cancelled: &|| false,
    };
    let item = mixed.world.trusted().feed.unwrap().items.remove(0);
    assert!(matches!(download.package(&item), Err(DownloadError::NotListed { .. })));
}

#[test]
fn a_vendors_driver_without_the_vendors_signature_is_refused() {
    let package = driver("acme.one", "1.0.0", 0x1209);
    let stranger = Key::new();
    let entry =
        Entry { vendor: Some(&stranger), ..Entry::new("acme.one", "1.0.0", &package) }.xml();
    let shop = Shop::of(World::new(&[BASE]), package, &entry);
    shop.world.net.file(&shop.url(), &shop.package);

    let error = shop.download().unwrap_err();

    assert_eq!(error.code(), Some("package.signature"));
    assert!(error.to_string().contains("Acme Meters"), "{error}");
}

#[test]
fn a_vendors_driver_matches_only_the_vendors_devices() {
    for (vid, is_allowed) in [(0x1A79, false), (0x1209, true)] {
        let package = driver("acme.one", "1.0.0", vid);
        let world = World::new(&[BASE]);
        let entry =
            Entry { vendor: Some(&world.keys.vendor), ..Entry::new("acme.one", "1.0.0", &package) };
        let xml = entry.xml();
        let shop = Shop::of(world, package, &xml);
        shop.world.net.file(&shop.url(), &shop.package);

        match shop.check() {
            Ok(checked) => {
                assert!(is_allowed);
                assert!(
                    matches!(checked.signer(), Signer::Vendor { name, .. } if name == "Acme Meters")
                );
            }
            Err(error) => {
                assert!(!is_allowed, "{error}");
                assert_eq!(error.code(), Some("package.blocked"));
            }
        }
    }
}

/// Their own keyring gives the vendor 1209.
#[test]
fn a_feed_of_others_matches_only_what_the_administrator_allowed() {
    let scope = |vid| UsbScope { vid, pid: None };
    for (usb, is_allowed) in [
        (vec![], false),
        (vec![scope(0x1A79)], false),
        (vec![UsbScope { vid: 0x1209, pid: Some(0xFFFF) }], false),
        (vec![scope(0x1A79), scope(0x1209)], true),
    ] {
        let package = driver("acme.one", "1.0.0", 0x1209);
        let world = World::new(&[BASE]);
        let scope = Scope::ThirdParty { prefix: "acme.".to_owned(), usb: usb.clone() };
        let world = World { source: crate::Source { scope, ..world.source }, ..world };
        let entry =
            Entry { vendor: Some(&world.keys.vendor), ..Entry::new("acme.one", "1.0.0", &package) };
        let xml = entry.xml();
        let shop = Shop::of(world, package, &xml);
        shop.world.net.file(&shop.url(), &shop.package);

        let code = shop.check().map_err(|error| error.code());
        match is_allowed {
            true => assert!(code.is_ok(), "{usb:?}"),
            false => assert_eq!(code.err(), Some(Some("package.blocked")), "{usb:?}"),
        }
    }
}

#[test]
fn a_package_that_says_something_else_than_its_item_is_refused() {
    let inside = driver("test", "1.0.0", 0x1209);
    for (id, version, api) in [
        ("other", "1.0.0", "0.1"),
        ("test", "1.0.1", "0.1"),
        ("test", "1.0.0", "0.2"),
        ("test", "1.0.0", "0.1 0.1.3"),
    ] {
        let xml = Entry { api, ..Entry::new(id, version, &inside) }.xml();
        let shop = Shop::of(World::new(&[BASE]), inside.clone(), &xml);
        shop.world.net.file(&shop.url(), &shop.package);

        let error = shop.check().unwrap_err();

        assert_eq!(error.code(), Some("package.signature"), "{id} {version} {api}: {error}");
    }
    let broken = b"no manifest".to_vec();
    let xml = Entry::new("test", "1.0.0", &broken).xml();
    let shop = Shop::of(World::new(&[BASE]), broken, &xml);
    shop.world.net.file(&shop.url(), &shop.package);
    assert_eq!(shop.check().unwrap_err().code(), Some("manifest.invalid"));
}

#[test]
fn what_was_decided_upon_an_older_generation_is_decided_again() {
    let shop = Shop::new(&[BASE]);
    shop.world.net.file(&shop.url(), &shop.package);
    let (first, second) = (shop.check().unwrap(), shop.check().unwrap());

    assert_eq!(install(&shop.world.store, 0, None, vec![first]).unwrap(), 1);
    let error = install(&shop.world.store, 0, None, vec![second]).unwrap_err();
    assert!(
        matches!(error, ApplyError::Store(StoreError::Changed { since: 0, now: 1 })),
        "{error}"
    );

    let installed = shop.world.store.plugins().unwrap().plugins;
    assert_eq!(installed[0].version.to_string(), "1.0.0");
    assert!(installed[0].origin.is_signed());
    assert_eq!(shop.world.store.read_object(&installed[0].sha256).unwrap(), shop.package);
}

#[test]
fn an_installed_driver_stays_with_the_feed_it_came_from() {
    let shop = Shop::new(&[BASE]);
    shop.world.net.file(&shop.url(), &shop.package);
    let (id, version) = ("test".parse().unwrap(), "0.9.0".parse().unwrap());
    let from = |feed: &str| Origin::Feed { feed: feed.to_owned(), key: "release".to_owned() };
    let old = driver("test", "0.9.0", 0x1209);
    shop.world.store.install(&old, &id, &version, from("another")).unwrap();

    let error = install(&shop.world.store, 1, None, vec![shop.check().unwrap()]).unwrap_err();
    assert_eq!(error.code(), Some("package.blocked"), "{error}");

    shop.world.store.remove(&id).unwrap();
    shop.world.store.install(&old, &id, &version, Origin::Unsigned).unwrap();
    assert_eq!(install(&shop.world.store, 3, None, vec![shop.check().unwrap()]).unwrap(), 4);
}

#[test]
fn what_the_store_has_is_not_fetched_again() {
    let shop = Shop::new(&[BASE]);
    shop.world.net.file(&shop.url(), &shop.package);
    install(&shop.world.store, 0, None, vec![shop.check().unwrap()]).unwrap();
    shop.world.net.gone(&shop.url());
    shop.world.net.asked();

    assert_eq!(shop.download().unwrap().bytes(), shop.package);
    assert_eq!(shop.world.net.asked(), [""; 0]);
}

#[test]
fn the_program_goes_on_downloading_where_an_earlier_try_ended() {
    let package = vec![7; 100_000];
    let world = World::new(&[BASE]);
    let entry = Entry { api: "0.1.4", ..Entry::new("app", "2.0.0", &package) };
    let xml = entry.xml();
    let shop = Shop::of(world, package, &xml);
    let lost = Reply { chunk: 1000, ..Reply::of(&shop.package) };
    let stop = Cell::new(40);
    let get = |cancelled: &dyn Fn() -> bool| {
        let download = Download {
            store: &shop.world.store,
            transport: &shop.world.net,
            source: &shop.world.source,
            refreshed: &shop.refreshed,
            max_stale_days: 0,
            progress: &|_, _| stop.set(stop.get() - 1),
            cancelled,
        };
        download.package(&shop.refreshed.trusted.feed.as_ref().unwrap().items[0])
    };
    shop.world.net.put(&shop.url(), lost);
    assert!(matches!(get(&|| stop.get() <= 0), Err(DownloadError::Cancelled)));
    shop.world.net.questions();

    let Package::App(app) = get(&|| false).unwrap() else { panic!("the program") };
    assert_eq!(app.item().id, ItemId::App);
    assert_eq!(shop.world.net.questions(), [(shop.url(), Some(40_000))]);
    // What is no archive is never unpacked.
    let error = app.check(&shop.world.store).unwrap_err();
    assert!(matches!(error, ApplyError::Unpack(_)), "{error}");
}

#[test]
fn what_an_earlier_try_left_of_another_file_does_no_harm() {
    let package = vec![7; 100_000];
    let entry = Entry { api: "0.1.4", ..Entry::new("app", "2.0.0", &package) };
    let xml = entry.xml();
    let shop = Shop::of(World::new(&[BASE]), package, &xml);
    let mut staged = shop.world.store.stage(&Sha256Hex::of(&shop.package)).unwrap();
    staged.append(&[9; 60_000]).unwrap();
    drop(staged);
    shop.world.net.file(&shop.url(), &shop.package);
    let download = Download {
        store: &shop.world.store,
        transport: &shop.world.net,
        source: &shop.world.source,
        refreshed: &shop.refreshed,
        max_stale_days: 0,
        progress: &|_, _| {},
        cancelled: &|| false,
    };

    let item = &shop.refreshed.trusted.feed.as_ref().unwrap().items[0];
    assert!(matches!(download.package(item), Ok(Package::App(_))));
    assert_eq!(shop.world.net.questions(), [(shop.url(), Some(60_000)), (shop.url(), None)]);
}

#[test]
fn a_place_that_always_has_another_file_is_asked_twice_and_given_up() {
    let package = vec![7; 100_000];
    let entry = Entry { api: "0.1.4", ..Entry::new("app", "2.0.0", &package) };
    let xml = entry.xml();
    let shop = Shop::of(World::new(&[BASE]), package, &xml);
    let mut staged = shop.world.store.stage(&Sha256Hex::of(&shop.package)).unwrap();
    staged.append(&[9; 60_000]).unwrap();
    drop(staged);
    shop.world.net.file(&shop.url(), &[8; 100_000]);
    let asked = Cell::new(0);
    let download = Download {
        store: &shop.world.store,
        transport: &shop.world.net,
        source: &shop.world.source,
        refreshed: &shop.refreshed,
        max_stale_days: 0,
        progress: &|_, _| asked.set(asked.get() + 1),
        // Whoever asks for ever is stopped, and fails.
        cancelled: &|| asked.get() > 1_000,
    };

    let item = &shop.refreshed.trusted.feed.as_ref().unwrap().items[0];
    let error = download.package(item).unwrap_err();
    assert_eq!(error.code(), Some("package.signature"), "{error}");
    assert_eq!(shop.world.net.questions(), [(shop.url(), Some(60_000)), (shop.url(), None)]);
}

#[test]
fn a_feed_withdraws_only_inside_its_scope() {
    let (ours, theirs) = (World::new(&[BASE]), World::new(&[BASE]));
    let theirs = World {
        source: crate::Source {
            scope: Scope::ThirdParty { prefix: "acme.".to_owned(), usb: Vec::new() },
            ..theirs.source
        },
        ..theirs
    };
    let recall = |id: &str, version: &str| {
        let package = driver(id, version, 0x1209);
        let key = Key::new();
        let entry = Entry::new(id, version, &package);
        let vendor = id.contains('.').then_some(&key);
        Entry { vendor, withdrawn: Some("recall"), ..entry }.xml()
    };
    let items = [recall("test", "1.0.0"), recall("acme.one", "1.0.0"), recall("other.x", "1.0.0")];
    let trusted: Vec<_> = [&ours, &theirs]
        .map(|world| {
            world.net.file(FEED, &world.keys.feed(7, UNTIL, &items.concat()));
            refresh(&world.store, &world.source, &world.net, clock(NOW), &|| false).unwrap().trusted
        })
        .into();

    let is_disabled = |trusted: &[crate::Trusted], id: &str| {
        disabled(trusted, &id.parse().unwrap(), &"1.0.0".parse().unwrap(), None).is_some()
    };
    assert!(is_disabled(&trusted, "test"), "by ours");
    assert!(is_disabled(&trusted, "acme.one"), "by theirs");
    assert!(is_disabled(&trusted[..1], "other.x"), "by ours, although its vendor's line went");
    assert!(!is_disabled(&trusted[1..], "test"), "theirs says nothing of our drivers");
    assert!(!is_disabled(&trusted[1..], "other.x"));
}
