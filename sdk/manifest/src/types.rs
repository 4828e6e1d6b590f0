//! The manifest as values: everything here was checked by [`Manifest::parse`].

use crate::error::ManifestError;
use crate::id::{ContractVersion, DriverId};
use crate::limits::Limits;
use crate::model::Model;
use crate::rule::Match;
use crate::{check, header, raw};

/// What a driver says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Unique among all drivers.
    pub id: DriverId,
    /// The driver's own version.
    pub version: semver::Version,
    /// The contract it was built against.
    pub contract: ContractVersion,
    /// The first patch release of the contract that has every function it uses.
    pub contract_min: Option<semver::Version>,
    /// What people read.
    pub title: String,
    /// Registered word shared by all drivers of one protocol; part of a record's identity.
    pub family: String,
    /// What it reads; never empty.
    pub models: Vec<Model>,
    /// How its devices are recognised; never empty, and the order counts.
    pub matches: Vec<Match>,
    /// What the person is asked for beyond the open device.
    pub permissions: Permissions,
    /// Budgets shorter than the defaults, and memory.
    pub limits: Limits,
    /// What the person is asked before a read.
    pub options: Vec<DriverOption>,
}

/// `[permissions]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// True exactly if the component exports `clock-setter`.
    pub set_clock: bool,
    /// Numbers of vendor requests addressed to the whole USB device.
    pub usb_vendor_requests: Vec<u8>,
    /// Block addresses that may be written.
    pub block_write: Vec<u64>,
}

/// One `[[option]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverOption {
    /// What the driver is told it under.
    pub key: String,
    /// What people read.
    pub title: String,
    /// How it is asked.
    pub input: OptionInput,
    /// True if nothing can be read without it.
    pub required: bool,
    /// Longest answer in bytes, 1 to 256.
    pub max: u32,
}

/// How an option is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionInput {
    /// Any text.
    Text,
    /// A secret: not shown while it is typed.
    Pin,
    /// One of these; never empty.
    Choice(Vec<String>),
}

impl Manifest {
    /// Reads the whole of a `driver.toml`, or of the section that holds it.
    ///
    /// An unknown key or value is an error, and so is everything else that
    /// the grammar in `README.md` does not allow.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let text = header::checked(bytes)?;
        check::manifest(raw::parse(text)?)
    }

    /// The model that calls itself `code` in `device-info.model`: the one that lists it, else the
    /// one without codes.
    pub fn model_for(&self, code: &str) -> Option<&Model> {
        let lists_code = |model: &&Model| {
            model.codes.as_ref().is_some_and(|codes| codes.iter().any(|known| known == code))
        };
        self.models
            .iter()
            .find(lists_code)
            .or_else(|| self.models.iter().find(|model| model.codes.is_none()))
    }

    /// True if a host that implements `host` has everything this driver uses.
    pub fn is_served_by(&self, host: &semver::Version) -> bool {
        self.contract.is_served_by(host)
            && self.contract_min.as_ref().is_none_or(|least| least <= host)
    }
}
