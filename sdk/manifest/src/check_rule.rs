//! The rules of `[[match]]`: which keys a transport has, and what may stand in them.

use crate::bridge::is_bridge;
use crate::check::{join, parsed, required, required_text, texts, unknown};
use crate::error::ManifestError;
use crate::line::Line;
use crate::pattern::Pattern;
use crate::raw::RawMatch;
use crate::rule::{Match, MatchKind, Transport, UsbClass};
use crate::text::{checked, checked_length};

pub(crate) fn rule(key: &str, raw: RawMatch) -> Result<Match, ManifestError> {
    let at = |name: &str| join(key, name);
    let name = required(&at("transport"), raw.transport.clone())?;
    let Some(known) = TRANSPORTS.iter().find(|transport| transport.name == name) else {
        let names = "`serial`, `hid`, `usb`, `block` or `volume`";
        return Err(unknown(at("transport"), &name, names));
    };
    check_keys(key, &raw, known)?;
    let kind = match required(&at("kind"), raw.kind)?.as_str() {
        "device" => MatchKind::Device,
        "cable" => MatchKind::Cable,
        other => return Err(unknown(at("kind"), other, "`device` or `cable`")),
    };
    let product = raw.product.map(|text| checked(&at("product"), text)).transpose()?;
    let vid = |vid| required(&at("vid"), vid);
    let pid = |pid| required(&at("pid"), pid);
    let transport = match known.name {
        "serial" => Transport::Serial {
            vid: vid(raw.vid)?,
            pid: pid(raw.pid)?,
            line: parsed::<Line>(&at("line"), &required(&at("line"), raw.line)?)?,
        },
        "hid" => Transport::Hid {
            vid: vid(raw.vid)?,
            pid: pid(raw.pid)?,
            interface: raw.interface,
            usage_page: raw.usage_page,
            usage: raw.usage,
        },
        "usb" => Transport::Usb {
            vid: vid(raw.vid)?,
            pid: pid(raw.pid)?,
            class: class(at("class"), required(&at("class"), raw.class)?)?,
            interface: raw.interface,
        },
        "block" => Transport::Block {
            vid: vid(raw.vid)?,
            pid: pid(raw.pid)?,
            vendor: inquiry(&at("vendor"), raw.vendor)?,
            model: Pattern::new(inquiry(&at("model"), raw.model)?),
            read: addresses(&at("read"), required(&at("read"), raw.read)?)?,
        },
        _ => Transport::Volume {
            label: label(&at("label"), raw.label, raw.vid.is_some() && raw.pid.is_some())?,
            files: file_patterns(&at("files"), required(&at("files"), raw.files)?)?,
            vid: raw.vid,
            pid: match (raw.vid, raw.pid) {
                (None, Some(_)) => return Err(ManifestError::Missing { key: at("vid") }),
                (_, pid) => pid,
            },
        },
    };
    if let Some(id) = transport.usb_id()
        && kind == MatchKind::Device
        && is_bridge(id.vid, id.pid)
    {
        let key = key.to_owned();
        return Err(ManifestError::BridgeAsDevice { key, vid: id.vid, pid: id.pid });
    }
    Ok(Match { kind, product: product.map(Pattern::new), transport })
}

/// What one transport has beside `transport`, `kind` and `product`.
struct TransportKeys {
    name: &'static str,
    keys: &'static [&'static str],
}

const TRANSPORTS: &[TransportKeys] = &[
    TransportKeys { name: "serial", keys: &["vid", "pid", "line"] },
    TransportKeys { name: "hid", keys: &["vid", "pid", "interface", "usage-page", "usage"] },
    TransportKeys { name: "usb", keys: &["vid", "pid", "class", "interface"] },
    TransportKeys { name: "block", keys: &["vid", "pid", "vendor", "model", "read"] },
    TransportKeys { name: "volume", keys: &["label", "files", "vid", "pid"] },
];

fn check_keys(key: &str, raw: &RawMatch, known: &TransportKeys) -> Result<(), ManifestError> {
    let given = [
        ("vid", raw.vid.is_some()),
        ("pid", raw.pid.is_some()),
        ("line", raw.line.is_some()),
        ("interface", raw.interface.is_some()),
        ("usage-page", raw.usage_page.is_some()),
        ("usage", raw.usage.is_some()),
        ("class", raw.class.is_some()),
        ("vendor", raw.vendor.is_some()),
        ("model", raw.model.is_some()),
        ("read", raw.read.is_some()),
        ("label", raw.label.is_some()),
        ("files", raw.files.is_some()),
    ];
    match given.iter().find(|(name, is_given)| *is_given && !known.keys.contains(name)) {
        None => Ok(()),
        Some((name, _)) => Err(ManifestError::Misplaced {
            key: join(key, name),
            owner: format!("transport `{}`", known.name),
        }),
    }
}

fn class(key: String, code: u8) -> Result<UsbClass, ManifestError> {
    UsbClass::from_code(code).ok_or_else(|| {
        ManifestError::value(key, format!("is 0x{code:02X}, known are 0x0F and 0xFF"))
    })
}

fn inquiry(key: &str, text: Option<String>) -> Result<String, ManifestError> {
    let text = required_text(key, text)?;
    if text.ends_with(' ') {
        return Err(ManifestError::value(key, "ends with a blank"));
    }
    Ok(text)
}

fn addresses(key: &str, list: Vec<u64>) -> Result<Vec<u64>, ManifestError> {
    if list.is_empty() {
        return Err(ManifestError::value(key, "is an empty list"));
    }
    checked_length(key, &list)?;
    Ok(list)
}

/// The name of a volume. Without ids, one that fits everybody's memory stick is refused.
fn label(key: &str, text: Option<String>, has_ids: bool) -> Result<Pattern, ManifestError> {
    let text = required_text(key, text)?;
    if has_ids || says_something(&text) {
        Ok(Pattern::new(text))
    } else {
        Err(ManifestError::value(key, TOO_WIDE))
    }
}

/// Whether a pattern tells one maker's things from everybody's.
fn says_something(pattern: &str) -> bool {
    pattern.chars().filter(|&c| c != '*').count() >= LEAST_FIXED
}

const LEAST_FIXED: usize = 3;
const TOO_WIDE: &str = "fits nearly everything, it needs three characters that are no `*`";

/// Patterns for names in the root: one that holds a path could never match, or would match more.
fn file_patterns(key: &str, list: Vec<String>) -> Result<Vec<Pattern>, ManifestError> {
    let list = texts(key, list)?;
    for (index, text) in list.iter().enumerate() {
        if text.contains(['/', '\\']) || text == "." || text == ".." {
            let problem = "is a path, allowed are names of files in the root";
            return Err(ManifestError::value(format!("{key}[{index}]"), problem));
        }
        if !says_something(text) {
            return Err(ManifestError::value(format!("{key}[{index}]"), TOO_WIDE));
        }
    }
    Ok(list.into_iter().map(Pattern::new).collect())
}
