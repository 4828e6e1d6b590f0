//! The signatures of a package, in the file `PACKAGE.minisig` beside it.

use std::path::{Path, PathBuf};

use meterport_appcast::{Comment, Keyring, Signature, Signer};

use super::Package;
use crate::key::{KeyError, SecretKey};

/// `PACKAGE.minisig`.
pub fn minisig_path(package: &Path) -> PathBuf {
    let mut name = package.as_os_str().to_owned();
    name.push(".minisig");
    PathBuf::from(name)
}

/// What a package's signature says.
fn comment(package: &Package) -> Comment {
    Comment::Package {
        id: package.id.clone(),
        version: package.version.clone(),
        os: package.os.clone(),
    }
}

/// The signatures that are there, and those of the keys that have not signed yet.
///
/// # Errors
///
/// A key that does not sign.
pub fn sign_package(
    bytes: &[u8],
    package: &Package,
    present: &[Signature],
    keys: &[SecretKey],
) -> Result<Vec<Signature>, KeyError> {
    let comment = comment(package);
    let mut signatures = present.to_vec();
    for key in keys {
        let is_mine = |signature: &Signature| {
            signature.comment(key.public(), bytes).as_ref() == Some(&comment)
        };
        if !signatures.iter().any(is_mine) {
            signatures.push(key.sign(bytes, &comment)?);
        }
    }
    Ok(signatures)
}

/// Who signed a package, as a client that has this keyring sees it.
///
/// # Errors
///
/// What a client would say when somebody installed the file by hand.
pub fn signer_of(
    bytes: &[u8],
    package: &Package,
    signatures: &[Signature],
    keyring: &Keyring,
) -> Result<Signer, meterport_appcast::PackageFault> {
    let Package { id, version, os, .. } = package;
    meterport_appcast::signer(bytes, signatures, keyring, id, version, os)
}
