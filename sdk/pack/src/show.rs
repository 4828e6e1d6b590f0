//! Any appcast, ours or foreign, signed or not: its items, and what our client would say of each.

use std::fmt;

use meterport_appcast::{Appcast, AppcastError, RawEnclosure, RawItem, split};
use serde::Serialize;

use crate::text::printable;

/// The items of an appcast. Serialises to `meterport.feed/1`.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    schema: &'static str,
    title: Option<String>,
    /// How many signatures stand at the end. They are not verified here.
    signatures: usize,
    items: Vec<ShownItem>,
}

/// One item, in the feed's order.
#[derive(Clone, Debug, Serialize)]
pub struct ShownItem {
    title: Option<String>,
    id: Option<String>,
    version: Option<String>,
    /// The first one.
    enclosure: Option<ShownEnclosure>,
    /// All of them.
    enclosures: Vec<ShownEnclosure>,
    /// `ok`, or why our client would not take the item.
    verdict: String,
}

/// One package of an item, as it stands there.
#[derive(Clone, Debug, Serialize)]
pub struct ShownEnclosure {
    url: Option<String>,
    length: Option<Length>,
    signature: Option<String>,
    os: Option<String>,
}

/// A number of bytes, or the text that stands in its place.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Length {
    Bytes(u64),
    Text(String),
}

impl Shown {
    /// Reads an appcast leniently.
    ///
    /// # Errors
    ///
    /// A text that is no appcast.
    pub fn read(bytes: &[u8]) -> Result<Self, AppcastError> {
        let (body, signatures) = match split(bytes) {
            Ok(envelope) => (envelope.signed, envelope.signatures.len()),
            Err(_) => (bytes, 0),
        };
        let appcast = Appcast::parse(body)?;
        let accepted = appcast.accept(&|_| true);
        let verdict = |raw: &RawItem| {
            let dropped = accepted.dropped.iter().find(|dropped| dropped.place == raw.place);
            match (dropped, raw.withdrawal()) {
                (Some(dropped), _) => dropped.why.to_string(),
                (None, Some(withdrawal)) => format!("withdrawn: {}", withdrawal.kind.as_str()),
                (None, None) => "ok".to_owned(),
            }
        };
        let items = appcast.items.iter().map(|raw| item(raw, verdict(raw))).collect();
        Ok(Self { schema: "meterport.feed/1", title: appcast.title.clone(), signatures, items })
    }
}

fn item(raw: &RawItem, verdict: String) -> ShownItem {
    let enclosures: Vec<ShownEnclosure> = raw.enclosures.iter().map(enclosure).collect();
    let version = match raw.enclosures.first() {
        Some(first) => raw.version_of(first),
        None => raw.version.as_deref(),
    };
    ShownItem {
        title: raw.title.clone(),
        id: raw.id.clone(),
        version: version.map(str::to_owned),
        enclosure: enclosures.first().cloned(),
        enclosures,
        verdict,
    }
}

fn enclosure(raw: &RawEnclosure) -> ShownEnclosure {
    let length = |text: &String| match text.parse() {
        Ok(bytes) => Length::Bytes(bytes),
        Err(_) => Length::Text(text.clone()),
    };
    ShownEnclosure {
        url: raw.url.clone(),
        length: raw.length.as_ref().map(length),
        signature: raw.signature().map(str::to_owned),
        os: raw.os.clone(),
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => bytes.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// A table with one line for each package, and one for an item that has none.
impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows =
            vec![["title", "id", "version", "os", "bytes", "signed", "verdict"].map(str::to_owned)];
        for item in &self.items {
            let text = |text: &Option<String>| printable(text.as_deref().unwrap_or("-"));
            let row = |enclosure: Option<&ShownEnclosure>| {
                let of = |pick: fn(&ShownEnclosure) -> Option<String>| {
                    printable(&enclosure.and_then(pick).unwrap_or_else(|| "-".to_owned()))
                };
                [
                    text(&item.title),
                    text(&item.id),
                    text(&item.version),
                    of(|one| one.os.clone()),
                    of(|one| one.length.as_ref().map(ToString::to_string)),
                    of(|one| Some(if one.signature.is_some() { "yes" } else { "no" }.to_owned())),
                    printable(&item.verdict),
                ]
            };
            match item.enclosures.as_slice() {
                [] => rows.push(row(None)),
                all => rows.extend(all.iter().map(|one| row(Some(one)))),
            }
        }
        let widths: [usize; 7] = std::array::from_fn(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        });
        for row in &rows {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            let line = cells.collect::<Vec<_>>().join("  ");
            writeln!(f, "{}", line.trim_end())?;
        }
        write!(
            f,
            "{} items, {} signatures at the end, not verified",
            self.items.len(),
            self.signatures
        )
    }
}
