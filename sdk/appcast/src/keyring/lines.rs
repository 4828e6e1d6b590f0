//! What the words of one line mean.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::Timestamp;
use meterport_manifest::DriverId;

use super::error::LineFault;
use super::{DiskLine, Role, UsbScope, Vendor, usb};
use crate::key::PublicKey;
use crate::limits::{MAX_ROLE_KEYS, MAX_USB_SCOPES};
use crate::time;
use crate::word::FeedId;

pub(super) fn feed(words: &[&str]) -> Result<FeedId, LineFault> {
    let [feed] = words else { return Err(LineFault::Words) };
    feed.parse().map_err(|source| LineFault::Feed { source })
}

pub(super) fn version(words: &[&str]) -> Result<u32, LineFault> {
    let [version] = words else { return Err(LineFault::Words) };
    number(version)
}

pub(super) fn expires(words: &[&str]) -> Result<Timestamp, LineFault> {
    let [text] = words else { return Err(LineFault::Words) };
    time::read(text).ok_or(LineFault::Time)
}

/// `<threshold> <key> …`
pub(super) fn role(words: &[&str], known: &mut BTreeSet<PublicKey>) -> Result<Role, LineFault> {
    let [threshold, keys @ ..] = words else { return Err(LineFault::Words) };
    let threshold: usize = number(threshold)?;
    if keys.len() > MAX_ROLE_KEYS {
        return Err(LineFault::TooMany { most: MAX_ROLE_KEYS });
    }
    if threshold > keys.len() {
        return Err(LineFault::Threshold { threshold, keys: keys.len() });
    }
    let keys = (1..).zip(keys).map(|(number, text)| key(number, text, known));
    Ok(Role { threshold, keys: keys.collect::<Result<_, _>>()? })
}

/// `<name> <key> <prefix> [usb=<id>,…]`
pub(super) fn vendor(words: &[&str], known: &mut BTreeSet<PublicKey>) -> Result<Vendor, LineFault> {
    let (name, text, prefix, usb) = match words {
        [name, key, prefix] => (name, key, prefix, Vec::new()),
        [name, key, prefix, usb] => {
            (name, key, prefix, scopes(usb.strip_prefix("usb=").ok_or(LineFault::Words)?)?)
        }
        _ => return Err(LineFault::Words),
    };
    let is_prefix = prefix.ends_with('.') && DriverId::parse(&format!("{prefix}x")).is_ok();
    if !is_prefix {
        return Err(LineFault::Prefix);
    }
    Ok(Vendor {
        name: shown(name, 64).ok_or(LineFault::Name)?,
        key: key(1, text, known)?,
        prefix: (*prefix).to_owned(),
        usb,
    })
}

/// Neither one's ids nor its name may be taken for the other's.
pub(super) fn stand_apart(one: &Vendor, other: &Vendor) -> Result<(), LineFault> {
    if one.name.eq_ignore_ascii_case(&other.name) {
        return Err(LineFault::Name);
    }
    if one.prefix.starts_with(&other.prefix) || other.prefix.starts_with(&one.prefix) {
        return Err(LineFault::PrefixOverlap);
    }
    Ok(())
}

/// `<vid>:<pid> <vendor> <model>`. The two lengths are those of INQUIRY (SPC-4, 6.4.2).
pub(super) fn disk(words: &[&str]) -> Result<DiskLine, LineFault> {
    let [id, vendor, model] = words else { return Err(LineFault::Words) };
    let Some(UsbScope { vid, pid: Some(pid) }) = UsbScope::read(id) else {
        return Err(LineFault::Usb);
    };
    let text = |word: &str, most| match shown(word, most) {
        Some(text) if !text.contains('*') => Ok(text),
        _ => Err(LineFault::Inquiry),
    };
    let vendor = text(vendor, 8)?;
    let model = if *model == "*" { "*".to_owned() } else { text(model, 16)? };
    Ok(DiskLine { vid, pid, vendor, model })
}

fn scopes(text: &str) -> Result<Vec<UsbScope>, LineFault> {
    let mut scopes = Vec::new();
    for id in text.split(',') {
        let scope = UsbScope::read(id).ok_or(LineFault::Usb)?;
        usb::is_single_product(scope)?;
        if scopes.contains(&scope) {
            return Err(LineFault::Usb);
        }
        if scopes.len() >= MAX_USB_SCOPES {
            return Err(LineFault::TooMany { most: MAX_USB_SCOPES });
        }
        scopes.push(scope);
    }
    Ok(scopes)
}

fn key(number: usize, text: &str, known: &mut BTreeSet<PublicKey>) -> Result<PublicKey, LineFault> {
    let key = PublicKey::parse(text).map_err(|source| LineFault::Key { number, source })?;
    match known.insert(key.clone()) {
        true => Ok(key),
        false => Err(LineFault::KeyRepeated { number }),
    }
}

/// A number from 1, without sign or leading zeros.
fn number<T: FromStr>(text: &str) -> Result<T, LineFault> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    match text.parse() {
        Ok(number) if is_plain => Ok(number),
        _ => Err(LineFault::Number),
    }
}

/// A word of printable ASCII in which `_` is a blank; no blank at either end.
fn shown(word: &str, most: usize) -> Option<String> {
    let is_right = !word.is_empty()
        && word.len() <= most
        && word.bytes().all(|b| b.is_ascii_graphic())
        && !word.starts_with('_')
        && !word.ends_with('_');
    is_right.then(|| word.replace('_', " "))
}
