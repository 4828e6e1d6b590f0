//! Packages of drivers.
//!
//! The client takes the manifest out of a package by a function that its caller hands in, because
//! reading a component is the runtime's business. Here a package is the manifest's text and
//! filler after it, so everything of the client is real and no component has to be compiled.

use meterport_manifest::{Manifest, ManifestError};

use crate::block::Block;
use crate::key::Key;

/// A driver that exists only as its manifest.
#[derive(Clone)]
pub struct Driver {
    /// The id.
    pub id: String,
    /// The version.
    pub version: String,
    /// What an item says in `mp:api`.
    pub contract: String,
    /// The `[[match]]` tables.
    pub matches: String,
    /// The `[permissions]`.
    pub permissions: String,
    /// What stands behind the manifest, to make packages differ.
    pub build: String,
}

impl Driver {
    /// A driver for one HID product of an id that is its own.
    pub fn new(id: &str, version: &str) -> Self {
        // INVARIANT: drivers of different names do not overlap.
        let product = id.bytes().fold(0x1000_u16, |sum, b| sum.wrapping_mul(31) ^ u16::from(b));
        Self {
            id: id.to_owned(),
            version: version.to_owned(),
            contract: "0.1".into(),
            matches: hid(0x2766, product),
            permissions: "set-clock = false\nusb-vendor-requests = []\nblock-write = []\n".into(),
            build: String::new(),
        }
    }

    /// For these devices instead.
    #[must_use]
    pub fn matching(self, matches: String) -> Self {
        Self { matches, ..self }
    }

    /// Another package of the same id and version.
    #[must_use]
    pub fn built(self, build: &str) -> Self {
        Self { build: build.to_owned(), ..self }
    }

    /// The file.
    pub fn package(&self) -> Vec<u8> {
        let Self { id, version, matches, permissions, build, .. } = self;
        let mut contract = self.contract.split(' ');
        let (contract, minimum) = (contract.next().unwrap(), contract.next());
        let minimum =
            minimum.map_or(String::new(), |minimum| format!("contract-min = \"{minimum}\"\n"));
        format!(
            "manifest = 1\nid = \"{id}\"\nversion = \"{version}\"\ncontract = \"{contract}\"\n\
             {minimum}title = \"Test meter\"\nfamily = \"test\"\n\n\
             [[model]]\nname = \"Test\"\ntested = false\n\n{matches}\n[permissions]\n{permissions}\
             \0{build}"
        )
        .into_bytes()
    }

    /// The signature that a package gets.
    pub fn signature(&self, key: &Key) -> Block {
        key.sign(&self.package(), &format!("mp1 package {} {} any", self.id, self.version))
    }

    /// What the client's caller does with a package.
    pub fn read(package: &[u8]) -> Result<Manifest, ManifestError> {
        Manifest::parse(package.split(|byte| *byte == 0).next().unwrap_or_default())
    }

    /// The manifest.
    pub fn manifest(&self) -> Manifest {
        Self::read(&self.package()).unwrap()
    }
}

/// A `[[match]]` for one HID product.
pub fn hid(vid: u16, pid: u16) -> String {
    format!(
        "[[match]]\ntransport = \"hid\"\nkind = \"device\"\nvid = 0x{vid:04X}\npid = 0x{pid:04X}\n"
    )
}
