//! Who made a package. The signature says who, not that the package is current.

use semver::Version;

use crate::comment::Comment;
use crate::key::PublicKey;
use crate::keyring::Keyring;
use crate::signature::Signature;
use crate::word::{ItemId, OsWord};

/// Who signed a package, by what we registered and never by what the package says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signer {
    /// Enough release keys.
    Release,
    /// A vendor, for an id under its prefix.
    Vendor {
        /// The name in the keyring.
        name: String,
        /// The key that signed.
        key: PublicKey,
    },
}

/// Why nobody answers for a package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackageFault {
    /// An id with a dot under nobody's prefix.
    #[error("`{id}` is under no vendor's prefix in the keyring; nothing was installed")]
    NoVendor {
        /// The id.
        id: ItemId,
    },
    /// A vendor's id without the vendor's signature.
    #[error("package of `{id}` is not signed by `{vendor}`; nothing was installed")]
    Vendor {
        /// The id.
        id: ItemId,
        /// Whose signature is missing.
        vendor: String,
    },
    /// Too few release keys.
    #[error(
        "package of `{id}` is signed by {found} release keys, needed are {needed}; nothing was installed"
    )]
    Release {
        /// The id.
        id: ItemId,
        /// How many signed.
        found: usize,
        /// How many must.
        needed: usize,
    },
    /// The right key signed these bytes as something else.
    #[error("package is signed as `{found}`, not as `{expected}`; nothing was installed")]
    OtherName {
        /// What the signature says.
        found: Box<Comment>,
        /// What it should say.
        expected: Box<Comment>,
    },
}

/// Who answers for `package` as `id` of this version for this system: the vendor under whose prefix
/// the id is, and nobody else; for ids without a dot, and the program, enough release keys.
pub fn signer(
    package: &[u8],
    signatures: &[Signature],
    keyring: &Keyring,
    id: &ItemId,
    version: &Version,
    os: &OsWord,
) -> Result<Signer, PackageFault> {
    let says = Comment::Package { id: id.clone(), version: version.clone(), os: os.clone() };
    let signed_by = |key| signed_by(key, package, signatures, &says);
    if let Some(vendor) = keyring.vendor_for(id) {
        return match signed_by(&vendor.key) {
            Answer::Yes => {
                Ok(Signer::Vendor { name: vendor.name.clone(), key: vendor.key.clone() })
            }
            Answer::AsOther(fault) => Err(fault),
            Answer::No => Err(PackageFault::Vendor { id: id.clone(), vendor: vendor.name.clone() }),
        };
    }
    if let ItemId::Driver(driver) = id
        && !driver.is_ours()
    {
        return Err(PackageFault::NoVendor { id: id.clone() });
    }
    let (mut found, mut other) = (0, None);
    for key in &keyring.release.keys {
        match signed_by(key) {
            Answer::Yes => found += 1,
            Answer::AsOther(fault) => other = Some(fault),
            Answer::No => {}
        }
    }
    let needed = keyring.release.threshold;
    if found >= needed {
        return Ok(Signer::Release);
    }
    Err(other.unwrap_or_else(|| PackageFault::Release { id: id.clone(), found, needed }))
}

enum Answer {
    Yes,
    AsOther(PackageFault),
    No,
}

fn signed_by(key: &PublicKey, package: &[u8], signatures: &[Signature], says: &Comment) -> Answer {
    let mut answer = Answer::No;
    for signature in signatures {
        match signature.comment(key, package) {
            Some(found) if found == *says => return Answer::Yes,
            Some(found @ Comment::Package { .. }) => {
                let (found, expected) = (Box::new(found), Box::new(says.clone()));
                answer = Answer::AsOther(PackageFault::OtherName { found, expected });
            }
            _ => {}
        }
    }
    answer
}
