//! The practice's root and the server's certificate below it.
//!
//! The root lives ten years and may sign only for names and addresses of a local network, and for
//! those the server had when it was first started (name constraints, RFC 5280, section 4.2.1.10).
//! The server's certificate lives 90 days and is made anew when fewer than 30 are left, or when the
//! machine's names have changed. Clients pin the root's key, so they notice nothing.
//!
//! Pure but for the random keys: the day is passed in.

use std::net::IpAddr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use meterport_model::wire::Pin;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::pki_types::CertificateDer;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ServerError;

const LEAF_DAYS: i64 = 90;
const RENEW_BELOW_DAYS: i64 = 30;
const ROOT_YEARS: i64 = 10;

/// Domains that belong to local networks: RFC 6761, RFC 6762, RFC 8375, and the customary two.
const LOCAL_DOMAINS: [&str; 5] = ["localhost", "local", "home.arpa", "lan", "internal"];

/// Private, link-local and loopback networks: RFC 1918, RFC 3927, RFC 4193, RFC 4291.
const LOCAL_NETWORKS: [(&str, u8); 8] = [
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("::1", 128),
    ("fc00::", 7),
    ("fe80::", 10),
];

/// Year, month and day, as rcgen takes them. Certificates begin and end at midnight UTC; the first
/// day is yesterday, for clocks that differ.
macro_rules! midnight {
    ($date:expr) => {{
        let date: Date = $date;
        let part =
            |part: i8| u8::try_from(part).map_err(|_| ServerError::Internal { what: "a calendar" });
        rcgen::date_time_ymd(i32::from(date.year()), part(date.month())?, part(date.day())?)
    }};
}

/// The practice's root, as it is sealed.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Root {
    key: Vec<u8>,
    #[zeroize(skip)]
    pub(crate) certificate: Vec<u8>,
    /// Names beyond the local ones that it may sign for.
    #[zeroize(skip)]
    names: Vec<String>,
}

/// The server's certificate, as it is sealed.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Leaf {
    pub(crate) key: Vec<u8>,
    #[zeroize(skip)]
    pub(crate) certificate: Vec<u8>,
    #[zeroize(skip)]
    names: Vec<String>,
    #[zeroize(skip)]
    ends: Timestamp,
}

impl Root {
    /// A new root for a server with these names.
    pub(crate) fn generate(names: &[String], now: Timestamp) -> Result<Self, ServerError> {
        let key = KeyPair::generate()?;
        let names: Vec<_> = names.iter().filter(|name| !is_local(name)).cloned().collect();
        let mut params = params(&key, &names)?;
        let today = today(now);
        params.not_before = midnight!(today.saturating_sub(1.day()));
        params.not_after = midnight!(today.saturating_add(ROOT_YEARS.years()));
        let certificate = params.self_signed(&key)?.der().to_vec();
        Ok(Self { key: key.serialize_der(), certificate, names })
    }

    /// The pin of this root.
    pub(crate) fn pin(&self) -> Result<Pin, ServerError> {
        let der = CertificateDer::from(self.certificate.as_slice());
        let parsed = webpki::EndEntityCert::try_from(&der)
            .map_err(|_| ServerError::Sealed { what: "root certificate" })?;
        Ok(Pin::of_spki(&parsed.subject_public_key_info()))
    }

    /// A new certificate for those of `names` that this root may sign for.
    pub(crate) fn issue(&self, names: &[String], now: Timestamp) -> Result<Leaf, ServerError> {
        let names = self.permitted(names);
        let root_key = KeyPair::try_from(self.key.as_slice())?;
        let issuer = Issuer::new(params(&root_key, &self.names)?, root_key);
        let key = KeyPair::generate()?;
        let today = today(now);
        let end = today.saturating_add(LEAF_DAYS.days());
        let mut leaf = CertificateParams::new(names.clone())?;
        leaf.distinguished_name.remove(DnType::CommonName);
        leaf.distinguished_name.push(DnType::CommonName, "meterport-server");
        leaf.use_authority_key_identifier_extension = true;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.not_before = midnight!(today.saturating_sub(1.day()));
        leaf.not_after = midnight!(end);
        let certificate = leaf.signed_by(&key, &issuer)?.der().to_vec();
        let ends = end
            .to_zoned(TimeZone::UTC)
            .map_err(|_| ServerError::Internal { what: "a date within the calendar" })?
            .timestamp();
        Ok(Leaf { key: key.serialize_der(), certificate, names, ends })
    }

    /// Whether this certificate should be made anew.
    pub(crate) fn is_due(&self, leaf: &Leaf, names: &[String], now: Timestamp) -> bool {
        let left = leaf.ends.as_second().saturating_sub(now.as_second());
        left < RENEW_BELOW_DAYS * 24 * 60 * 60 || leaf.names != self.permitted(names)
    }

    fn permitted(&self, names: &[String]) -> Vec<String> {
        names.iter().filter(|name| self.may_sign(name)).cloned().collect()
    }

    /// Whether this root may sign for that name.
    pub(crate) fn may_sign(&self, name: &String) -> bool {
        is_local(name) || self.names.contains(name)
    }
}

fn params(key: &KeyPair, names: &[String]) -> Result<CertificateParams, ServerError> {
    let mark = hex::encode(sha2::Sha256::digest(key.public_key_raw()));
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.remove(DnType::CommonName);
    let name = format!("Meterport root {}", mark.get(..8).unwrap_or_default());
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let domains = LOCAL_DOMAINS.iter().map(|name| GeneralSubtree::DnsName((*name).to_owned()));
    let networks = LOCAL_NETWORKS
        .iter()
        .filter_map(|(network, prefix)| Some((network.parse().ok()?, *prefix)))
        .map(|(network, prefix)| network_of(network, prefix));
    let own = names.iter().map(|name| match name.parse::<IpAddr>() {
        Ok(address) => network_of(address, if address.is_ipv4() { 32 } else { 128 }),
        Err(_) => GeneralSubtree::DnsName(name.clone()),
    });
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: domains.chain(networks).chain(own).collect(),
        excluded_subtrees: Vec::new(),
    });
    Ok(params)
}

fn network_of(address: IpAddr, prefix: u8) -> GeneralSubtree {
    GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, prefix))
}

/// Whether every root may sign for this name.
fn is_local(name: &str) -> bool {
    let Ok(address) = name.parse::<IpAddr>() else {
        return LOCAL_DOMAINS.iter().any(|domain| {
            name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        });
    };
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-20T08:00:00Z".parse().unwrap()
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_name_outside_the_local_network_is_left_out_unless_the_root_was_made_for_it() {
        let root = Root::generate(&names(&["localhost", "ward.example"]), now()).unwrap();
        let leaf =
            root.issue(&names(&["localhost", "other.example", "ward.example"]), now()).unwrap();
        assert_eq!(leaf.names, names(&["localhost", "ward.example"]));
    }

    #[test]
    fn a_certificate_is_due_with_less_than_thirty_days_left_or_with_other_names() {
        let root = Root::generate(&names(&["localhost"]), now()).unwrap();
        let leaf = root.issue(&names(&["localhost"]), now()).unwrap();
        let later = |days: i64| now() + jiff::SignedDuration::from_hours(days * 24);
        assert!(!root.is_due(&leaf, &names(&["localhost"]), later(59)));
        assert!(root.is_due(&leaf, &names(&["localhost"]), later(61)));
        assert!(root.is_due(&leaf, &names(&["localhost", "10.0.0.7"]), now()));
    }

    #[test]
    fn the_pin_is_that_of_the_root_key_whatever_is_issued() {
        let root = Root::generate(&names(&["localhost"]), now()).unwrap();
        let pin = root.pin().unwrap();
        root.issue(&names(&["localhost"]), now()).unwrap();
        assert_eq!(root.pin().unwrap(), pin);
        let other = Root::generate(&names(&["localhost"]), now()).unwrap();
        assert_ne!(other.pin().unwrap(), pin);
    }
}
