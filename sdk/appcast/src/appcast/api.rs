//! `mp:api`: what fits together.

use meterport_manifest::{ContractVersion, parse_version};
use semver::Version;

use super::fault::ItemFault;
use crate::word::ItemId;

/// Most contracts that one program loads.
const MAX_CONTRACTS: usize = 32;

/// What fits together: a driver says what it needs, the program what it loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Api {
    /// `0.1 0.1.2`: the manifest's `contract`, then its `contract-min`.
    Driver {
        /// What it was built against.
        contract: ContractVersion,
        /// The first release of it that has every function it uses.
        minimum: Option<Version>,
    },
    /// `0.1.4 0.2.0`: the contracts that this version of the program loads. Never empty.
    App {
        /// One release of each.
        contracts: Vec<Version>,
    },
}

impl Api {
    pub(crate) fn read(id: &ItemId, text: &str) -> Result<Self, ItemFault> {
        match id {
            ItemId::App => app(text).ok_or(ItemFault::Api {
                expected: "releases of contracts joined by single blanks, such as `0.1.4 0.2.0`",
            }),
            ItemId::Driver(_) => driver(text).ok_or(ItemFault::Api {
                expected: "a contract, then perhaps a release of it, such as `0.1` or `0.1 0.1.2`",
            }),
        }
    }

    /// True if a program that loads `host` can load the driver: one of them is of its contract and
    /// not below the minimum. The program itself always fits.
    pub fn fits(&self, host: &[Version]) -> bool {
        match self {
            Self::Driver { contract, minimum } => host.iter().any(|host| {
                contract.is_served_by(host) && minimum.as_ref().is_none_or(|least| least <= host)
            }),
            Self::App { .. } => true,
        }
    }
}

fn driver(text: &str) -> Option<Api> {
    let mut words = text.split(' ');
    let contract: ContractVersion = words.next()?.parse().ok()?;
    let minimum = match words.next() {
        None => None,
        Some(word) => Some(parse_version(word).ok().filter(|least| {
            // As in the manifest: a release of that contract.
            (least.major, least.minor) == (contract.major, contract.minor)
                && least.pre.is_empty()
                && least.build.is_empty()
        })?),
    };
    words.next().is_none().then_some(Api::Driver { contract, minimum })
}

fn app(text: &str) -> Option<Api> {
    let contracts: Vec<Version> =
        text.split(' ').map(|word| parse_version(word).ok()).collect::<Option<_>>()?;
    (contracts.len() <= MAX_CONTRACTS).then_some(Api::App { contracts })
}

#[cfg(test)]
mod tests {
    use meterport_manifest::parse_version;

    use super::Api;
    use crate::word::ItemId;

    fn id(text: &str) -> ItemId {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_no_contract_of_a_driver_is_refused() {
        for text in [
            "",
            "0",
            "0.1.2",
            "0.1  0.1.2",
            "0.1 0.1.2 0.1.3",
            "0.1 0.2.0",
            "0.1 0.1.2-rc.1",
            "0.1 ",
        ] {
            assert!(Api::read(&id("acme.meter"), text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_list_of_contracts_is_refused_of_the_program() {
        let many = "0.1.0 ".repeat(40);
        for text in ["", "0.1", "0.1.4,0.2.0", "0.1.4  0.2.0", many.trim()] {
            assert!(Api::read(&id("app"), text).is_err(), "{text}");
        }
        assert!(Api::read(&id("app"), "0.1.4 0.2.0").is_ok());
    }

    #[test]
    fn a_driver_fits_a_host_of_its_contract_that_is_new_enough() {
        let host = |texts: &[&str]| -> Vec<_> {
            texts.iter().map(|text| parse_version(text).unwrap()).collect()
        };
        for (api, loads, fits) in [
            ("0.1 0.1.2", &["0.1.1"][..], false),
            ("0.1", &["0.2.0"], false),
            ("0.2", &["0.1.4"], false),
            ("1.2", &["1.1.0"], false),
            ("1.2", &["2.2.0"], false),
            ("0.1", &[], false),
            ("0.1 0.1.2", &["0.2.0", "0.1.2"], true),
            ("1.2", &["1.3.0"], true),
        ] {
            let read = Api::read(&id("acme.meter"), api).unwrap();
            assert_eq!(read.fits(&host(loads)), fits, "{api} on {loads:?}");
        }
    }
}
