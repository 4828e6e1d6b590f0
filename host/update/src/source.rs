//! Where a feed comes from, whose keys it begins with, and what it may say. All of this is set by
//! the build or by an administrator, never by a feed.

use meterport_appcast::{ItemId, Sha256Hex, UsbScope};

use crate::base::Base;

/// One feed, as the build or the policy names it.
#[derive(Clone, Debug)]
pub struct Source {
    /// What people read.
    pub name: String,
    /// Where it is fetched from, in this order. Plain `http:` and `file:` only where the policy
    /// lists them.
    pub bases: Vec<Base>,
    /// The file `1.keyring`.
    pub first_keyring: Vec<u8>,
    /// What the build carries besides.
    pub carried: Carried,
    /// What it may say.
    pub scope: Scope,
}

/// What was already published when the program was built. Verified like everything else; without it
/// a first start that reaches nobody would know of nothing.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    /// The files `2.keyring` and on.
    pub keyrings: Vec<Vec<u8>>,
    /// The file `appcast.xml`.
    pub feed: Option<Vec<u8>>,
}

/// What a feed may say. What its own keyring says can only narrow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Our own feed: the program, our drivers, and the vendors of its keyring.
    Ours,
    /// The feed of somebody else: never the program, never an id without a dot.
    ThirdParty {
        /// With what its ids begin. Ends in a dot.
        prefix: String,
        /// The devices its drivers may match.
        usb: Vec<UsbScope>,
    },
}

impl Source {
    /// The name of the feed on this client: the SHA-256 of its first keyring.
    pub fn fingerprint(&self) -> Sha256Hex {
        Sha256Hex::of(&self.first_keyring)
    }
}

impl Scope {
    /// True if the feed may say anything of this id.
    pub fn holds(&self, id: &ItemId) -> bool {
        match (self, id) {
            (Self::Ours, _) => true,
            (Self::ThirdParty { .. }, ItemId::App) => false,
            (Self::ThirdParty { prefix, .. }, ItemId::Driver(id)) => {
                // A prefix without its dot would hold the names of others.
                prefix.ends_with('.')
                    && id
                        .as_str()
                        .strip_prefix(prefix.as_str())
                        .is_some_and(|rest| !rest.is_empty())
            }
        }
    }
}
