//! What the last verified feeds say, as they lie on this disk: who signed a driver, which drivers may
//! not be used any more, which disks are meters. Nothing is asked of the network, and every byte is
//! verified again.
//!
//! Whatever is wrong with a feed is a warning here: no clinic is kept from reading a meter by it.

use meterport_appcast::{ItemId, Kind, Sha256Hex};
use meterport_manifest::DriverId;
use meterport_model::text::printable;
use meterport_runtime::Disks;
use meterport_update::{Barred, Origin, Scope, Store, Trusted, disabled, trusted, withdrawn};

use crate::policy::{self, Updates};
use crate::world::World;

/// What is believed of each feed that is asked here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Feeds {
    pub(crate) trusted: Vec<Trusted>,
}

impl Feeds {
    /// Reads them from the store.
    pub(crate) fn load(store: &Store, world: &World<'_>) -> Self {
        // INVARIANT: a mistake in a file revives no driver that was recalled.
        let sources = match Updates::of(world) {
            Ok(updates) => updates.sources,
            Err(fault) => {
                let known = policy::known_sources(world);
                let message = &fault.object().message;
                let left = if known.is_empty() {
                    "nothing is known of withdrawn drivers"
                } else {
                    "nothing is updated; what is known of withdrawn drivers still holds"
                };
                world.voice.warn(&format!("{left}: {message}"));
                known
            }
        };
        let mut feeds = Self::default();
        for source in &sources {
            match trusted(store, source, policy::clock(world)) {
                Ok(trusted) => feeds.trusted.push(trusted),
                Err(error) => world.voice.warn(&error.to_string()),
            }
        }
        feeds
    }

    /// The feed with this fingerprint.
    fn named(&self, fingerprint: &str) -> Option<&Trusted> {
        self.trusted.iter().find(|feed| feed.source.to_string() == fingerprint)
    }

    /// Who vouches for an installed driver, by the name that our keyring or the administrator gave
    /// them. A key that is registered no more is shown as it is: it is nobody's name.
    pub(crate) fn signer(&self, origin: &Origin) -> Option<String> {
        let Origin::Feed { feed, key } = origin else { return None };
        let name = self.named(feed).and_then(|feed| registered(feed, key));
        Some(name.unwrap_or_else(|| format!("key {key}")))
    }

    /// Why a copy of a driver may not be used, whoever brought it here.
    pub(crate) fn disabled(
        &self,
        id: &DriverId,
        version: &semver::Version,
        sha256: &Sha256Hex,
    ) -> Option<String> {
        let id = ItemId::Driver(id.clone());
        disabled(&self.trusted, &id, version, Some(sha256)).map(|barred| words(&barred))
    }

    /// Whether a copy may be brought back.
    pub(crate) fn is_barred(
        &self,
        id: &DriverId,
        version: &semver::Version,
        sha256: &Sha256Hex,
    ) -> bool {
        let id = ItemId::Driver(id.clone());
        withdrawn(&self.trusted, &id, version, Some(sha256)).is_some()
    }

    /// What staff should know of a copy that is used all the same: a defect.
    pub(crate) fn defect(
        &self,
        id: &DriverId,
        version: &semver::Version,
        sha256: &Sha256Hex,
    ) -> Option<String> {
        let id = ItemId::Driver(id.clone());
        match withdrawn(&self.trusted, &id, version, Some(sha256))? {
            Barred::Withdrawn(withdrawal) if withdrawal.kind == Kind::Defect => {
                Some(words(&Barred::Withdrawn(withdrawal)))
            }
            _ => None,
        }
    }

    /// The disks that our own keyring says are meters. In the keyrings of others the lines mean
    /// nothing.
    pub(crate) fn disks(&self) -> Disks {
        let ours = self.trusted.iter().filter(|feed| feed.scope == Scope::Ours);
        ours.flat_map(|feed| &feed.keyring.disks).fold(Disks::default(), |disks, line| {
            disks.and(line.vid, line.pid, &line.vendor, &line.model)
        })
    }
}

/// Whose key it is. Names in the keyring of somebody else's feed are not ours to repeat: there the
/// administrator's name for the feed stands for all of it.
fn registered(feed: &Trusted, key: &str) -> Option<String> {
    let is_it = |known: &meterport_appcast::PublicKey| known.to_string() == key;
    let vendor = feed.keyring.vendors.iter().find(|vendor| is_it(&vendor.key));
    // The word of the release keys, of which there may be several.
    if key == "release" {
        return Some(feed.name.clone());
    }
    match (&feed.scope, vendor) {
        (Scope::ThirdParty { .. }, _) => Some(feed.name.clone()),
        (Scope::Ours, Some(vendor)) => Some(vendor.name.clone()),
        (Scope::Ours, None) => None,
    }
}

fn words(barred: &Barred<'_>) -> String {
    match barred {
        Barred::Withdrawn(withdrawal) => {
            let what = match withdrawal.kind {
                Kind::Recall => "it was recalled",
                Kind::Defect => "it has a defect",
            };
            match printable(&withdrawal.reason).trim() {
                "" => what.to_owned(),
                reason => format!("{what}: {reason}"),
            }
        }
        Barred::Refused => "the feed refuses this file".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test")]

    use jiff::Timestamp;
    use meterport_appcast::Keyring;
    use meterport_update::Standing;

    use super::*;

    /// A feed whose keyring lists one disk. Three keys of nobody stand in it.
    fn with_disk(scope: Scope) -> Feeds {
        let text = "mp-keyring 1\nfeed main\nversion 1\nexpires 2027-11-01T00:00:00Z\n\
            root 1 RWQBAQEBAQEBASw3Qk1YY255hI+apbC7xtHc5/ICDRgjLjlET1plcHuG\n\
            release 1 RWQCAgICAgICAlFcZ3J9iJOeqbS/ytXg6/YGERwnMj1IU15pdH+KlaCr\n\
            fresh 1 RWQDAwMDAwMDA3aBjJeirbjDztnk7/oKFSArNkFMV2JteIOOmaSvusXQ\n\
            block 1209:000b Acme_Inc Meter_X\n";
        let trusted = Trusted {
            source: Sha256Hex::of(b""),
            name: "Meterport".to_owned(),
            scope,
            keyring: Keyring::parse(text.as_bytes()).unwrap(),
            feed: None,
            last_verified: None,
            standing: Standing::NoFeed,
            clock: Timestamp::UNIX_EPOCH,
        };
        Feeds { trusted: vec![trusted] }
    }

    #[test]
    fn a_disk_in_the_keyring_of_somebody_elses_feed_is_no_meter() {
        let scope = Scope::ThirdParty { prefix: "acme.".to_owned(), usb: Vec::new() };
        assert_eq!(with_disk(scope).disks(), Disks::default());
    }

    #[test]
    fn a_disk_in_our_keyring_is_a_meter_beside_those_of_the_build() {
        let expected = Disks::default().and(0x1209, 0x000B, "Acme Inc", "Meter X");
        assert_eq!(with_disk(Scope::Ours).disks(), expected);
    }
}
