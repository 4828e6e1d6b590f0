//! Whose feed this build asks: what `build.rs` found in the folder that `METERPORT_PUBLISHER` named.
//!
//! The first keyring stays in a build for ever; its SHA-256 is the feed's name on a computer. It is
//! verified each time it is used, like everything else of the feed.

/// The publisher of a build.
#[derive(Clone, Debug)]
pub struct Publisher {
    /// Where the feed lies: addresses, https only.
    pub bases: Vec<String>,
    /// The first keyring.
    pub first_keyring: Vec<u8>,
    /// The feed as it was when the program was built, if the build carries one.
    pub feed: Option<Vec<u8>>,
}

impl Publisher {
    /// The one this program was built with; none in a build without a publisher.
    #[must_use]
    pub fn built_in() -> Option<Self> {
        BUILT_IN.map(|Embedded { bases, first_keyring, feed }| Self {
            bases: bases.iter().map(|base| (*base).to_owned()).collect(),
            first_keyring: first_keyring.to_vec(),
            feed: feed.map(<[u8]>::to_vec),
        })
    }
}

struct Embedded {
    bases: &'static [&'static str],
    first_keyring: &'static [u8],
    feed: Option<&'static [u8]>,
}

const BUILT_IN: Option<Embedded> = include!(concat!(env!("OUT_DIR"), "/publisher.rs"));
