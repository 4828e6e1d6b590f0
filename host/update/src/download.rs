//! One package: from its listed places, with the length and hash of the signed feed, and the
//! vendor's signature where the id is a vendor's.
//!
//! Its own address is asked first, if it lies on a base or mirror; then `p/<sha256>` of each of
//! them. No other address is ever opened. Nothing is installed here.

use std::sync::Arc;

use meterport_appcast::{
    Item, ItemId, MAX_APP_BYTES, MAX_DRIVER_BYTES, OsWord, PackageFault, Sha256Hex, Signer, signer,
};
use semver::Version;
use url::Url;

use crate::base::Origins;
use crate::error::StoreError;
use crate::fetch::{Fetch, FetchError};
use crate::pull::{PullError, Sink, pull};
use crate::refresh::Refreshed;
use crate::source::Source;
use crate::staging::Staged;
use crate::store::Store;
use crate::transport::Transport;
use crate::trust::NotNow;
use crate::withdrawn::withdrawn;

/// Everything a download needs.
#[derive(Clone, Copy)]
pub struct Download<'a> {
    /// Where a package may already be, and where one of the program gathers.
    pub store: &'a Store,
    /// The network.
    pub transport: &'a dyn Transport,
    /// The feed.
    pub source: &'a Source,
    /// What a refresh found. Without one there is no download.
    pub refreshed: &'a Refreshed,
    /// Days that the policy adds to the feed's promise.
    pub max_stale_days: u32,
    /// Told how many bytes of how many are there.
    pub progress: &'a dyn Fn(u64, u64),
    /// Asked again and again whether the person still wants it.
    pub cancelled: &'a dyn Fn() -> bool,
}

/// A package that is what the feed says it is. What is inside was not looked at yet.
#[derive(Debug)]
#[non_exhaustive]
pub enum Package {
    /// A driver.
    Driver(DriverPackage),
    /// The program.
    App(AppPackage),
}

/// The package of a driver.
#[derive(Clone, Debug)]
pub struct DriverPackage {
    pub(crate) item: Item,
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) signer: Signer,
    pub(crate) source: Sha256Hex,
}

/// The package of the program, in the store's staging.
#[derive(Debug)]
pub struct AppPackage {
    pub(crate) item: Item,
    pub(crate) staged: Staged,
}

/// Why there is no package. Nothing was installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// Nothing may be installed from this feed now.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// The item does not stand in the feed that was refreshed.
    #[error("`{id}` {version} does not stand in the feed; nothing was fetched")]
    NotListed {
        /// The id.
        id: ItemId,
        /// The version.
        version: Version,
    },
    /// The feed itself withdraws or refuses it.
    #[error("`{id}` {version} is withdrawn by its publisher; nothing was fetched")]
    Barred {
        /// The id.
        id: ItemId,
        /// The version.
        version: Version,
    },
    /// Longer than any package may be.
    #[error("package of `{id}` has {length} bytes, allowed are {most}; nothing was fetched")]
    TooLarge {
        /// The id.
        id: ItemId,
        /// How long it says it is.
        length: u64,
        /// How long it may be.
        most: u64,
    },
    /// No place had it.
    #[error("package of `{id}` {version} was not to be had; nothing was installed")]
    Nowhere {
        /// The id.
        id: ItemId,
        /// The version.
        version: Version,
        /// What each address gave, in the order in which they were asked.
        causes: Vec<Attempt>,
    },
    /// The signature is missing or wrong.
    #[error(transparent)]
    Signature(#[from] PackageFault),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The person does not want it any more.
    #[error("cancelled; nothing was installed")]
    Cancelled,
}

/// What one address gave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Attempt {
    /// Not all of it.
    #[error(transparent)]
    Fetch(FetchError),
    /// A file of the right length with another hash.
    #[error("`{host}` has another file under the name of this package; it was thrown away")]
    OtherFile {
        /// The host.
        host: String,
    },
}

impl Attempt {
    /// The code word of the error object.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fetch(error) => error.code(),
            Self::OtherFile { .. } => "package.signature",
        }
    }
}

impl DownloadError {
    /// The code word of the error object; of the store's errors their caller knows it.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotNow(error) => error.code(),
            Self::NotListed { .. } | Self::TooLarge { .. } => "update.feed",
            Self::Barred { .. } => "package.blocked",
            // A wrong file is worse news than a missing one.
            Self::Nowhere { causes, .. } => causes
                .iter()
                .find(|cause| matches!(cause, Attempt::OtherFile { .. }))
                .or(causes.first())
                .map_or("network.http", Attempt::code),
            Self::Signature(_) => "package.signature",
            Self::Store(_) => return None,
            Self::Cancelled => "cancelled",
        })
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotNow(error) => Some(error.hint()),
            Self::Nowhere { .. } => {
                Some("try again later; if a mirror is used, copy the packages to it again")
            }
            Self::Signature(_) => Some("tell the publisher"),
            Self::Store(error) => error.hint(),
            _ => None,
        }
    }
}

impl Download<'_> {
    /// Fetches the package of an item, or takes it from the store where it is whole.
    pub fn package(&self, item: &Item) -> Result<Package, DownloadError> {
        self.may_be_fetched(item)?;
        match item.id {
            ItemId::Driver(_) => self.driver(item).map(Package::Driver),
            ItemId::App => self.app(item).map(Package::App),
        }
    }

    fn may_be_fetched(&self, item: &Item) -> Result<(), DownloadError> {
        let trusted = &self.refreshed.trusted;
        trusted.may_install(self.max_stale_days)?;
        let (id, version) = (item.id.clone(), item.version.clone());
        let stands_there = |listed: &Item| {
            (&listed.id, &listed.version, &listed.os, &listed.sha256, listed.length)
                == (&item.id, &item.version, &item.os, &item.sha256, item.length)
        };
        if !trusted.feed.as_ref().is_some_and(|feed| feed.items.iter().any(stands_there)) {
            return Err(DownloadError::NotListed { id, version });
        }
        let own = std::slice::from_ref(trusted);
        if withdrawn(own, &id, &version, Some(&item.sha256)).is_some() {
            return Err(DownloadError::Barred { id, version });
        }
        let most = match item.id {
            ItemId::Driver(_) => MAX_DRIVER_BYTES,
            ItemId::App => MAX_APP_BYTES,
        };
        match item.length > most {
            true => Err(DownloadError::TooLarge { id, length: item.length, most }),
            false => Ok(()),
        }
    }

    fn driver(&self, item: &Item) -> Result<DriverPackage, DownloadError> {
        let bytes = match self.store.read_object(&item.sha256) {
            Ok(bytes) if bytes.len() as u64 == item.length => bytes,
            _ => {
                let mut bytes = Vec::new();
                self.gather(item, &mut bytes, &|bytes: &mut Vec<u8>| Ok(Sha256Hex::of(bytes)))?;
                bytes
            }
        };
        let signer = self.signer(item, &bytes)?;
        let source = self.refreshed.trusted.source;
        Ok(DriverPackage { item: item.clone(), bytes: bytes.into(), signer, source })
    }

    /// Who answers for the bytes: the vendor for its ids; for ours, the release keys by the feed,
    /// which names the hash.
    fn signer(&self, item: &Item, bytes: &[u8]) -> Result<Signer, PackageFault> {
        match &item.id {
            ItemId::Driver(id) if !id.is_ours() => {
                let signatures = item.vendor_signature.as_deref().unwrap_or_default();
                let os = item.os.clone().unwrap_or_else(OsWord::any);
                let keyring = &self.refreshed.trusted.keyring;
                signer(bytes, signatures, keyring, &item.id, &item.version, &os)
            }
            _ => Ok(Signer::Release),
        }
    }

    fn app(&self, item: &Item) -> Result<AppPackage, DownloadError> {
        let mut staged = self.store.stage(&item.sha256)?;
        let is_there = staged.length()? == item.length && staged.sha256()? == item.sha256;
        if !is_there {
            self.gather(item, &mut staged, &Staged::sha256)?;
        }
        Ok(AppPackage { item: item.clone(), staged })
    }

    /// Asks one address after the other until the bytes have the hash of the item.
    fn gather<S: Sink>(
        &self,
        item: &Item,
        sink: &mut S,
        hash: &dyn Fn(&mut S) -> Result<Sha256Hex, StoreError>,
    ) -> Result<(), DownloadError> {
        let origins = Origins::new(&self.source.bases, &self.refreshed.trusted.keyring.mirrors);
        let fetch =
            Fetch { transport: self.transport, origins: &origins, cancelled: self.cancelled };
        let progress = |count| (self.progress)(count, item.length);
        let mut causes = Vec::new();
        for url in addresses(&origins, item) {
            // What another place or an earlier time left may be of another file; once more, then.
            let mut has_rest = sink.length()? > 0;
            loop {
                match pull(&fetch, &url, item.length, sink, &progress) {
                    Ok(()) if hash(sink)? == item.sha256 => return Ok(()),
                    Ok(()) => {
                        sink.restart()?;
                        if std::mem::take(&mut has_rest) {
                            continue;
                        }
                        let host = crate::fetch::host_of(&url);
                        causes.push(Attempt::OtherFile { host });
                    }
                    Err(PullError::Fetch(FetchError::Cancelled)) => {
                        return Err(DownloadError::Cancelled);
                    }
                    Err(PullError::Fetch(why)) => causes.push(Attempt::Fetch(why)),
                    Err(PullError::Store(why)) => return Err(why.into()),
                }
                break;
            }
        }
        let (id, version) = (item.id.clone(), item.version.clone());
        Err(DownloadError::Nowhere { id, version, causes })
    }
}

impl DriverPackage {
    /// The bytes, for whoever reads the manifest in them.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The item of the feed.
    pub fn item(&self) -> &Item {
        &self.item
    }

    /// Who answers for it.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }
}

impl AppPackage {
    /// The item of the feed.
    pub fn item(&self) -> &Item {
        &self.item
    }
}

/// Where a package is asked for, each address once. One that lies nowhere is left out here: it is
/// never opened.
fn addresses(origins: &Origins, item: &Item) -> Vec<Url> {
    let own = match Url::parse(&item.url) {
        Ok(url) => vec![url],
        // Relative to the feed, and the feed lies at every base.
        Err(_) => origins.all().iter().filter_map(|base| base.file(&item.url).ok()).collect(),
    };
    let by_hash = |base: &crate::base::Base| base.file(&format!("p/{}", item.sha256)).ok();
    let mut all: Vec<Url> = Vec::new();
    for mut url in own.into_iter().chain(origins.all().iter().filter_map(by_hash)) {
        url.set_fragment(None);
        if origins.hold(&url) && !all.contains(&url) {
            all.push(url);
        }
    }
    all
}
