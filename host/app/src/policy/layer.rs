//! The table `[update]` of one file: the administrator's or the user's. Read strictly: an unknown key,
//! a wrong type or a value out of range is an error that names the key.

use std::path::PathBuf;
use std::str::FromStr;

use meterport_appcast::UsbScope;
use meterport_manifest::BRIDGE_IDS;
use meterport_model::codes::Code;
use meterport_update::{Base, Hours, Mode};
use semver::VersionReq;
use toml::{Table, Value};

use crate::fault::Fault;

/// What one file says of updates. What it does not say is decided elsewhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer {
    pub(crate) mode: Option<Mode>,
    pub(crate) channel: Option<String>,
    pub(crate) pin: Option<VersionReq>,
    pub(crate) hours: Option<Hours>,
    pub(crate) proxy: Option<String>,
    pub(crate) deadline_days: Option<u32>,
    pub(crate) max_stale_days: Option<u32>,
    pub(crate) site: Option<String>,
    pub(crate) unsigned: Option<bool>,
    pub(crate) bases: Option<Vec<Base>>,
    pub(crate) keyring: Option<PathBuf>,
    pub(crate) feeds: Vec<FeedEntry>,
    /// Every key that is there, with its value as people wrote it.
    pub(crate) said: Vec<(&'static str, String)>,
}

/// A feed of somebody else, and what it may say: `[[update.feed]]`.
#[derive(Clone, Debug)]
pub(crate) struct FeedEntry {
    pub(crate) name: String,
    pub(crate) bases: Vec<Base>,
    pub(crate) keyring: PathBuf,
    /// Ends in a dot.
    pub(crate) prefix: String,
    pub(crate) usb: Vec<UsbScope>,
}

impl FeedEntry {
    /// Whether an id could belong to both.
    fn overlaps(&self, other: &Self) -> bool {
        other.prefix.starts_with(&self.prefix) || self.prefix.starts_with(&other.prefix)
    }
}

/// What both files may say. All of it is one text each.
pub(crate) const FOR_ALL: [&str; 5] = ["mode", "channel", "pin", "hours", "proxy"];

/// What only the administrator's file may say.
const FOR_POLICY: [&str; 7] =
    ["deadline-days", "max-stale-days", "site", "unsigned", "bases", "keyring", "feed"];

/// The longest that is installed after a feed's promise has ended, in days.
const MAX_STALE_DAYS: u32 = 90;

impl Layer {
    /// Reads the table. `is_policy`: the file is the administrator's.
    pub(crate) fn read(table: &Table, is_policy: bool) -> Result<Self, Fault> {
        let mut layer = Self::default();
        for (key, value) in table {
            let known = FOR_ALL.iter().chain(&FOR_POLICY).find(|known| *known == key);
            let Some(known) = known else {
                return Err(unknown(
                    &format!("update.{key}"),
                    &[&FOR_ALL[..], &FOR_POLICY].concat(),
                ));
            };
            if !is_policy && FOR_POLICY.contains(known) {
                return Err(wrong(known, "belongs into this machine's policy file"));
            }
            layer.take(known, value)?;
            layer.said.push((known, shown(value)));
        }
        Ok(layer)
    }

    /// What the administrator's table says of feeds, as far as it is right.
    pub(crate) fn feeds_as_far_as_right(table: &Table) -> Self {
        let mut layer = Self::default();
        for key in ["bases", "keyring"] {
            if let Some(value) = table.get(key) {
                let _ = layer.take(key, value);
            }
        }
        let entries = table.get("feed").and_then(Value::as_array);
        for entry in entries.into_iter().flatten().filter_map(Value::as_table) {
            let fits = |feed: &FeedEntry| !layer.feeds.iter().any(|other| other.overlaps(feed));
            if let Some(feed) = feed(entry).ok().filter(fits) {
                layer.feeds.push(feed);
            }
        }
        layer
    }

    /// A single value of the user's file, as `config set` gets it.
    pub(crate) fn check(key: &str, value: &str) -> Result<(), Fault> {
        let table = Table::from_iter([(key.to_owned(), Value::String(value.to_owned()))]);
        Self::read(&table, false).map(|_| ())
    }

    fn take(&mut self, key: &'static str, value: &Value) -> Result<(), Fault> {
        match key {
            "mode" => self.mode = Some(parsed(key, value)?),
            "channel" => self.channel = Some(channel(key, value)?),
            "pin" => self.pin = Some(parsed(key, value)?),
            "hours" => self.hours = Some(parsed(key, value)?),
            "proxy" => self.proxy = Some(proxy(key, value)?),
            "deadline-days" => self.deadline_days = Some(days(key, value, u32::MAX)?),
            "max-stale-days" => self.max_stale_days = Some(days(key, value, MAX_STALE_DAYS)?),
            "site" => self.site = Some(text(key, value)?.to_owned()),
            "unsigned" => self.unsigned = Some(value.as_bool().ok_or_else(|| wrong(key, FLAG))?),
            "bases" => self.bases = Some(bases(key, value)?),
            "keyring" => self.keyring = Some(file(key, value)?),
            _ => self.feeds = feeds(value)?,
        }
        Ok(())
    }
}

fn feeds(value: &Value) -> Result<Vec<FeedEntry>, Fault> {
    let entries = value.as_array().ok_or_else(|| wrong("feed", "is written `[[update.feed]]`"))?;
    let mut feeds: Vec<FeedEntry> = Vec::new();
    for entry in entries {
        let table =
            entry.as_table().ok_or_else(|| wrong("feed", "is written `[[update.feed]]`"))?;
        let feed = feed(table)?;
        if feeds.iter().any(|other| other.overlaps(&feed)) {
            return Err(wrong("feed.prefix", "overlaps the prefix of another feed"));
        }
        feeds.push(feed);
    }
    Ok(feeds)
}

fn feed(table: &Table) -> Result<FeedEntry, Fault> {
    const KEYS: [&str; 5] = ["name", "bases", "keyring", "prefix", "usb"];
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(unknown(&format!("update.feed.{key}"), &KEYS));
    }
    let of = |key: &'static str, full: &'static str| {
        table.get(key).ok_or_else(|| wrong(full, "is missing"))
    };
    let prefix = text("feed.prefix", of("prefix", "feed.prefix")?)?;
    let is_prefix = prefix.strip_suffix('.').is_some_and(|id| {
        // A name of its own below the prefix must be an id.
        meterport_manifest::DriverId::parse(&format!("{id}.x")).is_ok()
    });
    if !is_prefix {
        return Err(wrong("feed.prefix", "is no beginning of ids, such as `acme.`"));
    }
    let usb = match table.get("usb") {
        None => Vec::new(),
        Some(value) => texts("feed.usb", value)?.into_iter().map(usb).collect::<Result<_, _>>()?,
    };
    Ok(FeedEntry {
        name: text("feed.name", of("name", "feed.name")?)?.to_owned(),
        bases: bases("feed.bases", of("bases", "feed.bases")?)?,
        keyring: file("feed.keyring", of("keyring", "feed.keyring")?)?,
        prefix: prefix.to_owned(),
        usb,
    })
}

/// The rule of the keyring: of a maker of bridge chips only single products, and never one that
/// everybody's cables carry.
fn usb(text: &str) -> Result<UsbScope, Fault> {
    let scope = UsbScope::read(text).ok_or_else(|| {
        wrong("feed.usb", &format!("is `{text}`: no USB id such as `2766` or `2766:0004`"))
    })?;
    if BRIDGE_IDS.iter().any(|chip| scope.holds(UsbScope { vid: chip.vid, pid: Some(chip.pid) })) {
        return Err(wrong("feed.usb", &format!("names `{text}`, which everybody's cables carry")));
    }
    Ok(scope)
}

fn text<'a>(key: &str, value: &'a Value) -> Result<&'a str, Fault> {
    let text = value.as_str().ok_or_else(|| wrong(key, "must be a text"))?;
    if text.trim().is_empty() { Err(wrong(key, "is empty")) } else { Ok(text) }
}

fn texts<'a>(key: &str, value: &'a Value) -> Result<Vec<&'a str>, Fault> {
    let list = value.as_array().ok_or_else(|| wrong(key, "must be a list of texts"))?;
    list.iter().map(|one| text(key, one)).collect()
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(key: &str, value: &Value) -> Result<T, Fault> {
    parse(key, text(key, value)?)
}

fn parse<T: FromStr<Err: std::fmt::Display>>(key: &str, text: &str) -> Result<T, Fault> {
    text.parse().map_err(|error| wrong(key, &format!("is `{text}`: {error}")))
}

fn channel(key: &str, value: &Value) -> Result<String, Fault> {
    let channel = text(key, value)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if channel.bytes().all(is_plain) {
        Ok(channel.to_owned())
    } else {
        Err(wrong(key, "may hold letters, digits, `.`, `_` and `-` only"))
    }
}

/// An address of a proxy, or `none` for the direct way.
fn proxy(key: &str, value: &Value) -> Result<String, Fault> {
    let proxy = text(key, value)?;
    let is_address = reqwest::Url::parse(proxy).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    });
    if proxy == NO_PROXY || is_address {
        return Ok(proxy.to_owned());
    }
    // What stands there may hold a password, so it is not repeated.
    Err(wrong(
        key,
        "is neither `none` nor an address such as `http://proxy.example:3128` without a user name",
    ))
}

/// The direct way, in the key `proxy`.
pub(crate) const NO_PROXY: &str = "none";

fn days(key: &str, value: &Value, most: u32) -> Result<u32, Fault> {
    let days = value.as_integer().ok_or_else(|| wrong(key, "must be a number of days"))?;
    let days = u32::try_from(days).ok().filter(|days| *days <= most);
    days.ok_or_else(|| wrong(key, &format!("must be a number of days from 0 to {most}")))
}

fn bases(key: &str, value: &Value) -> Result<Vec<Base>, Fault> {
    let bases = texts(key, value)?;
    if bases.is_empty() {
        return Err(wrong(key, "names no address"));
    }
    bases.into_iter().map(|base| parse(key, base)).collect()
}

fn file(key: &str, value: &Value) -> Result<PathBuf, Fault> {
    let path = PathBuf::from(text(key, value)?);
    if path.is_absolute() { Ok(path) } else { Err(wrong(key, "must be the whole path of a file")) }
}

const FLAG: &str = "must be `true` or `false`";

fn wrong(key: &str, what: &str) -> Fault {
    Fault::new(Code::ConfigInvalid, format!("`update.{key}` {what}"))
}

fn unknown(key: &str, known: &[&str]) -> Fault {
    Fault::new(Code::ConfigInvalid, format!("there is no setting `{key}`"))
        .hint("these are the settings:")
        .candidates(known.iter().map(|key| (*key).to_owned()).collect())
}

/// A value as it stands in the file.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(entries) if entries.iter().any(Value::is_table) => {
            let name = |entry: &Value| Some(entry.get("name")?.as_str()?.to_owned());
            entries.iter().filter_map(name).collect::<Vec<_>>().join(", ")
        }
        Value::Array(entries) => entries.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, is_policy: bool) -> Result<Layer, String> {
        let table: Table = text.parse().unwrap();
        Layer::read(&table, is_policy).map_err(|fault| fault.object().message.clone())
    }

    #[test]
    fn each_wrong_value_is_refused_and_the_key_named() {
        let root = if cfg!(windows) { "C:/" } else { "/" };
        let feed = |line: &str| {
            format!(
                "[[feed]]\nname = 'Acme'\nbases = ['https://acme.example/']\nkeyring = '{root}k'\n{line}\n"
            )
        };
        let twice = format!("{}{}", feed("prefix = 'acme.'"), feed("prefix = 'acme.north.'"));
        for (text, key) in [
            ("speed = 3", "update.speed"),
            ("mode = 'sometimes'", "update.mode"),
            ("mode = 3", "update.mode"),
            ("channel = ''", "update.channel"),
            ("channel = 'be ta'", "update.channel"),
            ("pin = 'soon'", "update.pin"),
            ("hours = '25:00-26:00'", "update.hours"),
            ("proxy = 'ftp://proxy.example/'", "update.proxy"),
            ("proxy = 'http://anna:secret@proxy.example/'", "update.proxy"),
            ("deadline-days = -1", "update.deadline-days"),
            ("deadline-days = '3'", "update.deadline-days"),
            ("max-stale-days = 91", "update.max-stale-days"),
            ("unsigned = 'no'", "update.unsigned"),
            ("bases = []", "update.bases"),
            ("bases = 'https://updates.example/'", "update.bases"),
            ("bases = ['ftp://updates.example/']", "update.bases"),
            ("keyring = 'first.keyring'", "update.keyring"),
            ("feed = 'acme'", "update.feed"),
            (&feed("prefix = 'acme'"), "update.feed.prefix"),
            (&feed("prefix = '.'"), "update.feed.prefix"),
            (&feed("usb = ['2766']"), "update.feed.prefix"),
            (&feed("prefix = 'acme.'\nusb = ['meter']"), "update.feed.usb"),
            (&feed("prefix = 'acme.'\nusb = ['0403']"), "update.feed.usb"),
            (&feed("prefix = 'acme.'\nkey = 'x'"), "update.feed.key"),
            (&twice, "update.feed.prefix"),
        ] {
            let message = read(text, true).expect_err(text);
            assert!(message.contains(&format!("`{key}`")), "{text}: {message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }

    #[test]
    fn what_is_the_administrators_is_refused_in_the_users_file() {
        for text in ["unsigned = true", "bases = ['https://x.example/']", "site = 'north'"] {
            assert!(read(text, false).unwrap_err().contains("policy"), "{text}");
            assert!(read(text, true).is_ok(), "{text}");
        }
        assert!(read("mode = 'notify'\nhours = 'tue 18:00-20:00'\nproxy = 'none'", false).is_ok());
    }

    #[test]
    fn what_is_said_is_shown_as_it_was_written() {
        let layer =
            read("max-stale-days = 7\nbases = ['https://a.example/', 'file:///srv/m/']", true);
        let said = layer.unwrap().said;
        assert!(said.contains(&("max-stale-days", "7".to_owned())));
        assert!(said.contains(&("bases", "https://a.example/, file:///srv/m/".to_owned())));
    }
}
