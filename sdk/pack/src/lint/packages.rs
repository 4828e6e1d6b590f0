//! The packages that items name: there, and what the item says they are.

use meterport_appcast::{Item, MatchHint, OsWord, Signer, may_match};

use super::Finding;
use super::finding::name;
use crate::feed::{FeedFolder, read_minisig, read_package};
use crate::package::{Content, Package, minisig_path, signer_of};

pub(super) fn lint(file: &str, item: &Item, folder: &FeedFolder) -> Vec<Finding> {
    let error = |message: String| Finding::error(file, message).of(name(item));
    match faults(item, folder) {
        Ok(faults) => faults.into_iter().map(error).collect(),
        Err(fault) => vec![error(fault)],
    }
}

/// What is wrong; or the one thing without which nothing else can be said.
fn faults(item: &Item, folder: &FeedFolder) -> Result<Vec<String>, String> {
    let path = folder.package_path(&item.sha256);
    if !path.exists() {
        return Err(format!("the package `p/{}` is missing", item.sha256));
    }
    let bytes = read_package(&path).map_err(|error| error.to_string())?;
    let package = Package::look(&bytes).map_err(|error| format!("the package is refused: {error}"));
    if meterport_appcast::Sha256Hex::of(&bytes) != item.sha256 {
        return Err("the package has another SHA-256 sum than the item says".to_owned());
    }
    let package = package?;
    let mut faults = Vec::new();
    if package.length != item.length {
        faults.push(format!(
            "the package has {} bytes, the item says {}",
            package.length, item.length
        ));
    }
    if (&package.id, &package.version) != (&item.id, &item.version) {
        faults.push(format!("the package calls itself `{} {}`", package.id, package.version));
        return Ok(faults);
    }
    let os = item.os.clone().unwrap_or_else(OsWord::any);
    if package.os != os {
        faults.push(format!("the package is for `{}`, the item says `{os}`", package.os));
    }
    let said = raw_api(item);
    if package.api() != said {
        faults.push(format!("the package needs `{}`, `mp:api` says `{said}`", package.api()));
    }
    faults.extend(signatures(item, folder, &bytes, &package));
    if let Content::Driver(manifest) = &package.content {
        let hints = MatchHint::of(manifest);
        if item.matches != hints {
            faults.push("`mp:match` says other devices than the package's manifest".to_owned());
        }
        if let Some(vendor) = folder.keyring().vendor_for(&item.id) {
            faults.extend(may_match(&vendor.usb, manifest).err().map(|fault| fault.to_string()));
        }
    }
    Ok(faults)
}

/// The signatures beside the package, and for a vendor's those in the item.
fn signatures(item: &Item, folder: &FeedFolder, bytes: &[u8], package: &Package) -> Vec<String> {
    let path = minisig_path(&folder.package_path(&item.sha256));
    let beside = match read_minisig(&path) {
        Ok(beside) => beside,
        Err(error) => return vec![error.to_string()],
    };
    if beside.is_empty() {
        return vec![format!("`p/{}.minisig` is missing", item.sha256)];
    }
    let mut faults = Vec::new();
    if let Err(error) = signer_of(bytes, package, &beside, folder.keyring()) {
        faults.push(error.to_string());
    }
    if let Some(inside) = &item.vendor_signature {
        match signer_of(bytes, package, inside, folder.keyring()) {
            Ok(Signer::Vendor { .. }) => {}
            Ok(_) => faults.push("`mp:vendorsig` is not the vendor's".to_owned()),
            Err(error) => faults.push(format!("`mp:vendorsig`: {error}")),
        }
    }
    faults
}

/// The words of `mp:api` again.
fn raw_api(item: &Item) -> String {
    use meterport_appcast::Api;
    match &item.api {
        Api::Driver { contract, minimum: None } => contract.to_string(),
        Api::Driver { contract, minimum: Some(least) } => format!("{contract} {least}"),
        Api::App { contracts } => {
            contracts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        }
    }
}
