//! Whose feed this build asks: what `build.rs` found in the folder that `METERPORT_PUBLISHER` named.
//!
//! The first keyring stays in a build for ever; its SHA-256 is the feed's name on a computer. It is
//! verified each time it is used, like everything else of the feed.

use meterport_update::Carried;

/// The publisher of a build.
#[derive(Clone, Debug)]
pub struct Publisher {
    /// Where the feed lies: addresses, https only.
    pub bases: Vec<String>,
    /// The first keyring.
    pub first_keyring: Vec<u8>,
    /// What was published when the program was built.
    pub carried: Carried,
}

impl Publisher {
    /// The one this program was built with; none in a build without a publisher.
    #[must_use]
    pub fn built_in() -> Option<Self> {
        BUILT_IN.map(|Embedded { bases, keyring, keyrings, feed }| Self {
            bases: bases.iter().map(|base| (*base).to_owned()).collect(),
            first_keyring: keyring.to_vec(),
            carried: Carried {
                keyrings: keyrings.iter().map(|bytes| bytes.to_vec()).collect(),
                feed: feed.map(<[u8]>::to_vec),
            },
        })
    }
}

struct Embedded {
    bases: &'static [&'static str],
    keyring: &'static [u8],
    keyrings: &'static [&'static [u8]],
    feed: Option<&'static [u8]>,
}

const BUILT_IN: Option<Embedded> = include!(concat!(env!("OUT_DIR"), "/publisher.rs"));
