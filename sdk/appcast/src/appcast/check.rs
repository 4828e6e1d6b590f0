//! Accepting is strict: from the texts of an item to packages our client takes, or why not.

use std::str::FromStr as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use meterport_manifest::{IdError, parse_version};
use semver::Version;

use super::api::Api;
use super::date::read_date;
use super::fault::ItemFault;
use super::html;
use super::item::{Critical, Item, MAX_NOTES_BYTES, MAX_TITLE_CHARS, Phased};
use super::notes::{NotesFormat, cut_to_bytes, cut_to_chars};
use super::raw::{RawEnclosure, RawItem};
use super::system::SystemVersion;
use super::url;
use crate::hash::Sha256Hex;
use crate::limits::{MAX_APP_BYTES, MAX_DRIVER_BYTES};
use crate::match_hint::MatchHint;
use crate::signature::Signature;
use crate::word::{ItemId, OsWord, WordError};

/// Longest name of a channel, in bytes.
const MAX_CHANNEL_BYTES: usize = 64;
/// Longest version that is shown, in characters.
const MAX_SHOWN: usize = 64;
/// Most packages of one item. Each of them holds the texts of the item, so without a bound a feed of
/// 2 MiB takes gigabytes of memory.
const MAX_PACKAGES: usize = 32;
/// Most lines of `mp:match`: as many rules as a manifest may have.
const MAX_MATCHES: usize = 256;

impl RawItem {
    /// The packages of the item, one for each enclosure, or the first thing for which our client
    /// does not take it. One bad enclosure refuses the whole item.
    pub fn check(&self) -> Result<Vec<Item>, ItemFault> {
        if let Some(name) = self.repeated.first() {
            return Err(ItemFault::Repeated { name: name.clone() });
        }
        let id = required("mp:id", self.id.as_deref())?;
        let id: ItemId = match id.parse() {
            Ok(id) => id,
            Err(WordError::Item(source)) => return Err(ItemFault::Id { source }),
            Err(_) => return Err(ItemFault::Id { source: IdError::Word }),
        };
        let api = Api::read(&id, required("mp:api", self.api.as_deref())?)?;
        let channel = self.checked_channel()?;
        let critical = self.checked_critical()?;
        let minimum_system = match self.minimum_system.as_deref().map(SystemVersion::from_str) {
            Some(Err(source)) => return Err(ItemFault::MinimumSystem { source }),
            Some(Ok(system)) => Some(system),
            None => None,
        };
        let minimum_update = match self.minimum_update.as_deref() {
            Some(text) => Some(version("sparkle:minimumUpdateVersion", text)?),
            None => None,
        };
        let phased = self.checked_phased()?;
        let matches = self.matches.as_deref().map(MatchHint::list).unwrap_or_default();
        if matches.len() > MAX_MATCHES {
            return Err(ItemFault::TooMany { what: "lines of `mp:match`", most: MAX_MATCHES });
        }
        if self.enclosures.len() > MAX_PACKAGES {
            return Err(ItemFault::TooMany { what: "enclosures", most: MAX_PACKAGES });
        }
        let packages: Vec<Package> = self
            .enclosures
            .iter()
            .map(|enclosure| Package::check(&id, self, enclosure))
            .collect::<Result<_, _>>()?;
        if packages.is_empty() {
            return Err(ItemFault::Missing { name: "enclosure" });
        }
        let is_twice = |(place, package): (usize, &Package)| {
            packages.iter().take(place).any(|other| other.is_for_the_same(package))
        };
        if packages.iter().enumerate().any(is_twice) {
            return Err(ItemFault::OsTwice);
        }
        let title = cut_to_chars(&self.name(), MAX_TITLE_CHARS);
        let notes = self.plain_notes();
        let withdrawn = self.withdrawal();
        let item = |package: Package| Item {
            id: id.clone(),
            version: package.version,
            shown_version: package.shown_version,
            title: title.clone(),
            notes: notes.clone(),
            date: self.read_date(),
            os: package.os,
            channel: channel.clone(),
            url: package.url,
            length: package.length,
            sha256: package.sha256,
            vendor_signature: package.vendor_signature,
            api: api.clone(),
            critical: critical.clone(),
            minimum_system,
            minimum_update: minimum_update.clone(),
            phased,
            withdrawn: withdrawn.clone(),
            matches: matches.clone(),
        };
        Ok(packages.into_iter().map(item).collect())
    }

    fn read_date(&self) -> Option<Timestamp> {
        self.date.as_deref().and_then(read_date).map(|read| read.at)
    }

    fn plain_notes(&self) -> String {
        let Some(notes) = &self.notes else { return String::new() };
        match notes.format {
            NotesFormat::Html => {
                cut_to_bytes(&html::plain(&notes.text, MAX_NOTES_BYTES), MAX_NOTES_BYTES)
            }
            NotesFormat::PlainText | NotesFormat::Markdown => {
                cut_to_bytes(&notes.text, MAX_NOTES_BYTES)
            }
        }
    }

    fn checked_channel(&self) -> Result<Option<String>, ItemFault> {
        // Where it is not read, the item would be for everybody.
        if self.enclosures.iter().any(|enclosure| enclosure.channel.is_some()) {
            return Err(ItemFault::ChannelMisplaced);
        }
        let is_name = |text: &str| {
            (1..=MAX_CHANNEL_BYTES).contains(&text.len())
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        };
        match &self.channel {
            Some(text) if !is_name(text) => Err(ItemFault::Channel),
            channel => Ok(channel.clone()),
        }
    }

    fn checked_critical(&self) -> Result<Critical, ItemFault> {
        let Some(critical) = &self.critical else { return Ok(Critical::No) };
        let Some(below) = critical.version.as_deref() else { return Ok(Critical::Always) };
        Ok(Critical::Below(version("sparkle:version of sparkle:criticalUpdate", below)?))
    }

    fn checked_phased(&self) -> Result<Option<Phased>, ItemFault> {
        let Some(text) = self.phased_interval.as_deref() else { return Ok(None) };
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ItemFault::Phased);
        }
        let seconds = text.parse().map_err(|_| ItemFault::Phased)?;
        let from = self.read_date().ok_or(ItemFault::PhasedWithoutDate)?;
        Ok(Some(Phased { from, seconds }))
    }
}

/// What an enclosure says for itself.
struct Package {
    version: Version,
    shown_version: String,
    os: Option<OsWord>,
    url: String,
    length: u64,
    sha256: Sha256Hex,
    vendor_signature: Option<Vec<Signature>>,
}

impl Package {
    fn check(id: &ItemId, item: &RawItem, enclosure: &RawEnclosure) -> Result<Self, ItemFault> {
        let text = required("sparkle:version", item.version_of(enclosure))?;
        let shown = enclosure.short_version.as_deref().or(item.short_version.as_deref());
        let url = required("url", enclosure.url.as_deref())?;
        let sha256 = required("mp:sha256", enclosure.sha256.as_deref())?;
        Ok(Self {
            version: version("sparkle:version", text)?,
            shown_version: cut_to_chars(shown.filter(|s| !s.is_empty()).unwrap_or(text), MAX_SHOWN),
            os: os(id, enclosure.os.as_deref())?,
            url: url::checked(url).map_err(|source| ItemFault::Url { source })?,
            length: length(id, required("length", enclosure.length.as_deref())?)?,
            sha256: sha256.parse().map_err(|_| ItemFault::Sha256)?,
            vendor_signature: vendor_signature(id, enclosure.vendor_signature.as_deref())?,
        })
    }

    /// Versions that differ only in build metadata are the same.
    fn is_for_the_same(&self, other: &Self) -> bool {
        self.os == other.os && self.version.cmp_precedence(&other.version).is_eq()
    }
}

fn required<'t>(name: &'static str, text: Option<&'t str>) -> Result<&'t str, ItemFault> {
    text.ok_or(ItemFault::Missing { name })
}

fn version(name: &'static str, text: &str) -> Result<Version, ItemFault> {
    parse_version(text).map_err(|source| ItemFault::Version { name, source })
}

/// `any` is what drivers say by saying nothing; nobody says it of the program.
fn os(id: &ItemId, text: Option<&str>) -> Result<Option<OsWord>, ItemFault> {
    let os: Option<OsWord> = text.map(str::parse).transpose().map_err(|_| ItemFault::Os)?;
    let os = os.filter(|os| !os.is_any());
    if *id == ItemId::App && os.is_none() { Err(ItemFault::OsMissing) } else { Ok(os) }
}

fn length(id: &ItemId, text: &str) -> Result<u64, ItemFault> {
    let most = if *id == ItemId::App { MAX_APP_BYTES } else { MAX_DRIVER_BYTES };
    let length = text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    length.filter(|length| (1..=most).contains(length)).ok_or(ItemFault::Length { most })
}

/// A driver of a vendor has its signatures, nothing else has any.
fn vendor_signature(id: &ItemId, text: Option<&str>) -> Result<Option<Vec<Signature>>, ItemFault> {
    let is_ours = match id {
        ItemId::App => true,
        ItemId::Driver(id) => id.is_ours(),
    };
    match text {
        None if is_ours => Ok(None),
        None => Err(ItemFault::VendorSignatureMissing),
        Some(_) if is_ours => Err(ItemFault::VendorSignatureHere),
        Some(text) => {
            let file = STANDARD.decode(text).map_err(|_| ItemFault::VendorSignature)?;
            Signature::file(&file).map(Some).map_err(|_| ItemFault::VendorSignature)
        }
    }
}
