//! The client against a network in memory: refresh, download, apply, by hand.

mod by_hand;
mod crashing;
mod downloading;
mod net;
mod publisher;
mod refreshing;
mod rotating;
mod standing;
mod walking;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::{Clock, Refreshed, Source, Store, Trusted, refresh, trusted};
use net::Net;
use publisher::{Entry, Keys, driver, source};

const BASE: &str = "https://updates.example/";
const FEED: &str = "https://updates.example/appcast.xml";
const NOW: &str = "2026-11-22T09:00:00Z";
const UNTIL: &str = "2026-12-06T09:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn clock(now: &str) -> Clock {
    Clock { now: at(now), build: at("2026-11-01T00:00:00Z") }
}

/// A clinic: a store, a network, one publisher.
struct World {
    keys: Keys,
    source: Source,
    store: Store,
    net: Net,
    _folder: TempDir,
}

impl World {
    fn new(bases: &[&str]) -> Self {
        Self::with(Keys::new(), bases)
    }

    fn with(keys: Keys, bases: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let dir = Dir::open_ambient_dir(&folder, ambient_authority()).unwrap();
        Self {
            source: source(&keys, bases),
            keys,
            store: Store::open(dir).unwrap(),
            net: Net::new(),
            _folder: folder,
        }
    }

    fn refresh_at(&self, now: &str) -> Refreshed {
        refresh(&self.store, &self.source, &self.net, clock(now), &|| false).unwrap()
    }

    fn refresh(&self) -> Refreshed {
        self.refresh_at(NOW)
    }

    fn trusted_at(&self, now: &str) -> Trusted {
        trusted(&self.store, &self.source, clock(now)).unwrap()
    }

    fn trusted(&self) -> Trusted {
        self.trusted_at(NOW)
    }

    /// Publishes a feed with one driver.
    fn publish(&self, seq: u64, until: &str, version: &str) -> Vec<u8> {
        let package = driver("test", version, 0x1209);
        let feed = self.keys.feed(seq, until, &Entry::new("test", version, &package).xml());
        self.net.file(FEED, &feed);
        feed
    }
}

fn seq(trusted: &Trusted) -> Option<u64> {
    trusted.feed.as_ref()?.seq
}
