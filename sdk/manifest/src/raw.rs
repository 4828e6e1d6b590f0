//! The shape of `driver.toml`: which keys there are, and of which TOML type.
//!
//! What serde sees here is only the shape; every meaning is checked in `check.rs`. All fields are
//! optional so that a missing key and a key beside the wrong transport are reported by one code,
//! with their whole path.

use serde::Deserialize;

use crate::error::ManifestError;
use crate::header::line_of;
use crate::text::quoted;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawManifest {
    /// Checked as text already, by `header.rs`; here so that it is a known key.
    #[serde(rename = "manifest")]
    _manifest: u32,
    pub id: Option<String>,
    pub version: Option<String>,
    pub contract: Option<String>,
    pub contract_min: Option<String>,
    pub title: Option<String>,
    pub family: Option<String>,
    #[serde(default)]
    pub model: Vec<RawModel>,
    #[serde(default, rename = "match")]
    pub matches: Vec<RawMatch>,
    pub permissions: Option<RawPermissions>,
    #[serde(default)]
    pub limits: RawLimits,
    #[serde(default)]
    pub option: Vec<RawOption>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawModel {
    pub name: Option<String>,
    pub codes: Option<Vec<String>>,
    pub tested: Option<bool>,
    #[serde(default)]
    pub ranges: Vec<RawRange>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRange {
    pub quantity: Option<String>,
    pub unit: Option<String>,
    pub low: Option<String>,
    pub high: Option<String>,
}

/// The keys of all transports; `check_rule.rs` takes those that belong and names the others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawMatch {
    pub transport: Option<String>,
    pub kind: Option<String>,
    pub product: Option<String>,
    pub vid: Option<u16>,
    pub pid: Option<u16>,
    pub line: Option<String>,
    pub interface: Option<u8>,
    pub usage_page: Option<u16>,
    pub usage: Option<u16>,
    pub class: Option<u8>,
    pub vendor: Option<String>,
    pub model: Option<String>,
    pub read: Option<Vec<u64>>,
    pub label: Option<String>,
    pub files: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawPermissions {
    pub set_clock: Option<bool>,
    pub usb_vendor_requests: Option<Vec<u8>>,
    pub block_write: Option<Vec<u64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawLimits {
    pub memory_mib: Option<u32>,
    pub cpu_s: Option<u32>,
    pub idle_s: Option<u32>,
    pub wall_s: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawOption {
    pub key: Option<String>,
    pub title: Option<String>,
    pub input: Option<String>,
    pub choices: Option<Vec<String>>,
    pub required: Option<bool>,
    pub max: Option<u32>,
}

pub(crate) fn parse(text: &str) -> Result<RawManifest, ManifestError> {
    // Syntax first and by itself, so that "not TOML" and "not a manifest" are told apart.
    let table = toml::de::DeTable::parse(text).map_err(|error| ManifestError::Syntax {
        line: line_of(text, error.span().map_or(text.len(), |span| span.start)),
        detail: quoted(error.message(), LONGEST_DETAIL),
    })?;
    RawManifest::deserialize(toml::Deserializer::from(table)).map_err(|error| shape(text, error))
}

/// Longest message of the parser that is passed on.
const LONGEST_DETAIL: usize = 400;

fn shape(text: &str, mut error: toml::de::Error) -> ManifestError {
    let line = line_of(text, error.span().map_or(0, |span| span.start));
    let detail = error.message().replacen("unknown field", "unknown key", 1);
    // Without its input, the error prints its keys: "MESSAGE\nin `match.vid`\n".
    error.set_input(None);
    let printed = error.to_string();
    let path = printed
        .strip_prefix(error.message())
        .and_then(|rest| rest.trim().strip_prefix("in `")?.strip_suffix('`'))
        .unwrap_or("");
    ManifestError::Shape {
        line,
        path: quoted(path, LONGEST_DETAIL),
        detail: quoted(&detail, LONGEST_DETAIL),
    }
}
