//! New items: packages go into the folder, and the draft of the feed names them.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use meterport_appcast::{
    Appcast, DroppedWhy, ItemId, Keyring, MAX_APP_BYTES, OsWord, RawItem, Sha256Hex, Signature,
    Signer, may_match,
};
use semver::Version;

use super::edit::{self, EditFault};
use super::folder::FeedFolder;
use super::item::Said;
use crate::package::{Content, Package, minisig_path, signer_of};
use crate::publish_error::PublishError;

/// One item that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// What it is a version of.
    pub id: ItemId,
    /// The version.
    pub version: Version,
    /// The system.
    pub os: OsWord,
    /// Its name in the folder.
    pub sha256: Sha256Hex,
    /// Bytes of the package.
    pub length: u64,
}

/// A package that may be published: everything a client checks about it has been checked.
struct Checked {
    package: Package,
    bytes: Vec<u8>,
    minisig: String,
    vendor_signature: Option<String>,
}

/// How items are added.
#[derive(Clone, Debug, Default)]
pub struct Adding {
    /// What the publisher says about the packages.
    pub said: Said,
    /// The title of the feed, if this begins it; absent: its name in the keyring.
    pub title: Option<String>,
    /// Where people read more, if this begins the feed; absent: its first mirror.
    pub link: Option<String>,
    /// Write the item of the same package anew, where it is there.
    pub replace: bool,
}

/// Puts packages into the folder and items into the draft.
///
/// # Errors
///
/// A package or an item that a client would refuse. Then nothing was changed.
pub fn add(
    folder: &FeedFolder,
    files: &[PathBuf],
    adding: &Adding,
    now: Timestamp,
) -> Result<Vec<Added>, PublishError> {
    let title = adding.title.as_deref().unwrap_or(folder.keyring().feed.as_str());
    let mut body = folder.body(title, adding.link.as_deref())?;
    let mut all = Vec::new();
    for file in files {
        let checked = check(folder, file)?;
        let signature = checked.vendor_signature.as_deref();
        if adding.replace {
            body = without_item(folder, &body, &checked.package)?;
        }
        body = edit::add(&body, &checked.package, &adding.said, signature, now)?;
        is_taken(folder, &body, &checked.package)?;
        all.push(checked);
    }
    // The draft comes last: what it names is there.
    for checked in &all {
        let place = folder.package_path(&checked.package.sha256);
        folder.write(&place, &checked.bytes)?;
        folder.write(&minisig_path(&place), checked.minisig.as_bytes())?;
    }
    folder.write_body(body)?;
    let added = all.into_iter().map(|Checked { package, .. }| Added {
        id: package.id,
        version: package.version,
        os: package.os,
        sha256: package.sha256,
        length: package.length,
    });
    Ok(added.collect())
}

fn check(folder: &FeedFolder, file: &Path) -> Result<Checked, PublishError> {
    let bytes = read_package(file)?;
    let package = Package::look(&bytes)
        .map_err(|source| PublishError::Package { path: file.to_path_buf(), source })?;
    let signatures = read_minisig(&minisig_path(file))?;
    let signer = signer_of(&bytes, &package, &signatures, folder.keyring());
    let signer = signer
        .map_err(|source| PublishError::PackageSignature { path: file.to_path_buf(), source })?;
    let minisig: String = signatures.iter().map(ToString::to_string).collect();
    let is_vendors = matches!(signer, Signer::Vendor { .. });
    if let (Content::Driver(manifest), Some(vendor)) =
        (&package.content, folder.keyring().vendor_for(&package.id))
    {
        may_match(&vendor.usb, manifest)
            .map_err(|fault| EditFault::Refused { reason: fault.to_string() })?;
    }
    let vendor_signature = is_vendors.then(|| STANDARD.encode(&minisig));
    Ok(Checked { package, bytes, minisig, vendor_signature })
}

/// A package, read only if it is not larger than any may be.
pub(crate) fn read_package(file: &Path) -> Result<Vec<u8>, PublishError> {
    let read_error = |source| PublishError::Read { path: file.to_path_buf(), source };
    if fs::metadata(file).map_err(read_error)?.len() > MAX_APP_BYTES {
        return Err(PublishError::Package {
            path: file.to_path_buf(),
            source: crate::package::PackageFault::TooLarge { allowed: MAX_APP_BYTES },
        });
    }
    fs::read(file).map_err(read_error)
}

/// The signatures of a package; none if there is no such file.
pub(crate) fn read_minisig(path: &Path) -> Result<Vec<Signature>, PublishError> {
    let Some(bytes) = crate::keyring::read(path)? else { return Ok(Vec::new()) };
    Signature::file(&bytes)
        .map_err(|source| PublishError::Minisig { path: path.to_path_buf(), source })
}

/// The ids that a feed of this keyring may speak of: ours, and those of its vendors.
pub(crate) fn is_in_scope(keyring: &Keyring, id: &ItemId) -> bool {
    match id {
        ItemId::App => true,
        ItemId::Driver(driver) => driver.is_ours() || keyring.vendor_for(id).is_some(),
    }
}

fn parse(folder: &FeedFolder, body: &str) -> Result<Appcast, PublishError> {
    Appcast::parse(body.as_bytes())
        .map_err(|source| PublishError::Appcast { path: folder.draft_path(), source })
}

/// The feed without the item of this very package, of which nothing else hangs.
fn without_item(
    folder: &FeedFolder,
    body: &str,
    package: &Package,
) -> Result<String, PublishError> {
    let appcast = parse(folder, body)?;
    let sha256 = package.sha256.to_string();
    let is_same = |item: &&RawItem| match item.enclosures.as_slice() {
        [only] => only.sha256.as_ref() == Some(&sha256),
        _ => false,
    };
    match appcast.items.iter().filter(is_same).count() {
        0 => Ok(body.to_owned()),
        _ => Ok(edit::remove(body, &package.id, &package.version, Some(&sha256))?),
    }
}

/// The new item stands first, and a client takes it as it was meant.
fn is_taken(folder: &FeedFolder, body: &str, package: &Package) -> Result<(), PublishError> {
    let appcast = parse(folder, body)?;
    let refused = |reason: String| PublishError::from(EditFault::Refused { reason });
    let first = appcast.items.first().ok_or_else(|| refused("it is not read".to_owned()))?;
    if let Some(oddity) = first.oddities.first() {
        return Err(refused(oddity.to_string()));
    }
    let accepted = appcast.accept(&|id| is_in_scope(folder.keyring(), id));
    if let Some(dropped) = accepted.dropped.iter().find(|dropped| dropped.place == first.place) {
        let (id, version, os) = (package.id.clone(), package.version.clone(), package.os.clone());
        return Err(match &dropped.why {
            DroppedWhy::Twice { .. } => EditFault::Twice { id, version, os }.into(),
            why => refused(why.to_string()),
        });
    }
    let is_meant = accepted.items.iter().any(|item| {
        item.id == package.id && item.version == package.version && item.sha256 == package.sha256
    });
    if is_meant { Ok(()) } else { Err(refused("it is not read as it was written".to_owned())) }
}
