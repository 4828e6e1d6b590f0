//! From the shape of a manifest to its meaning: every rule of the grammar but those of `[[match]]`,
//! which are in `check_rule.rs`.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use crate::check_rule;
use crate::error::ManifestError;
use crate::id::{ContractVersion, DriverId, is_dotted_word, parse_version};
use crate::limits::{Limits, MAX_CPU_S, MAX_IDLE_S, MAX_MEMORY_MIB, MAX_WALL_S};
use crate::model::{Model, Quantity, Range, Unit};
use crate::number::Milli;
use crate::raw::{RawLimits, RawManifest, RawModel, RawOption, RawPermissions, RawRange};
use crate::text::{MAX_TEXT_BYTES, checked, checked_length, quoted};
use crate::types::{DriverOption, Manifest, OptionInput, Permissions};

pub(crate) fn manifest(raw: RawManifest) -> Result<Manifest, ManifestError> {
    let id = required("id", raw.id)?;
    let id = DriverId::parse(&id).map_err(|e| described("id", &id, e))?;
    let version = required("version", raw.version)?;
    let version = parse_version(&version).map_err(|e| described("version", &version, e))?;
    let contract = parsed::<ContractVersion>("contract", &required("contract", raw.contract)?)?;
    let contract_min =
        raw.contract_min.map(|text| contract_minimum(&text, contract)).transpose()?;
    let title = required_text("title", raw.title)?;
    let family = required("family", raw.family)?;
    if !is_dotted_word(&family) {
        let problem = "is no word such as `acme-glucolink`, at most 64 bytes";
        return Err(described("family", &family, problem));
    }
    let models = each("model", raw.model, model)?;
    check_models(&models)?;
    let matches = each("match", raw.matches, check_rule::rule)?;
    if matches.is_empty() {
        return Err(ManifestError::Missing { key: "match".to_owned() });
    }
    let permissions = permissions(required("permissions", raw.permissions)?)?;
    let limits = limits(&raw.limits)?;
    let options = each("option", raw.option, option)?;
    check_unique("option", "key", options.iter().map(|option| option.key.as_str()))?;
    Ok(Manifest {
        id,
        version,
        contract,
        contract_min,
        title,
        family,
        models,
        matches,
        permissions,
        limits,
        options,
    })
}

fn contract_minimum(
    text: &str,
    contract: ContractVersion,
) -> Result<semver::Version, ManifestError> {
    const KEY: &str = "contract-min";
    let least = parse_version(text).map_err(|e| described(KEY, text, e))?;
    if !least.pre.is_empty() || !least.build.is_empty() {
        return Err(described(KEY, text, "is no released version such as `0.1.2`"));
    }
    if (least.major, least.minor) != (contract.major, contract.minor) {
        return Err(described(KEY, text, format!("is no release of contract `{contract}`")));
    }
    Ok(least)
}

fn model(key: &str, raw: RawModel) -> Result<Model, ManifestError> {
    let codes = raw.codes.map(|codes| texts(&join(key, "codes"), codes)).transpose()?;
    let ranges = each(&join(key, "ranges"), raw.ranges, range)?;
    for (index, range) in ranges.iter().enumerate() {
        let same = |other: &Range| other.quantity == range.quantity && other.unit == range.unit;
        if ranges.iter().skip(index + 1).any(same) {
            let (quantity, unit) = (range.quantity.as_str(), range.unit.as_str());
            let problem = format!("says `{quantity}` in `{unit}` twice");
            return Err(ManifestError::value(join(key, "ranges"), problem));
        }
    }
    Ok(Model {
        name: required_text(&join(key, "name"), raw.name)?,
        codes,
        tested: required(&join(key, "tested"), raw.tested)?,
        ranges,
    })
}

fn range(key: &str, raw: RawRange) -> Result<Range, ManifestError> {
    let quantity_key = join(key, "quantity");
    let quantity = match required(&quantity_key, raw.quantity)?.as_str() {
        "glucose" => Quantity::Glucose,
        "ketone" => Quantity::Ketone,
        other => return Err(unknown(quantity_key, other, "`glucose` or `ketone`")),
    };
    let unit_key = join(key, "unit");
    let unit = match required(&unit_key, raw.unit)?.as_str() {
        "mg/dL" => Unit::MgPerDl,
        "mmol/L" => Unit::MmolPerL,
        other => return Err(unknown(unit_key, other, "`mg/dL` or `mmol/L`")),
    };
    let limit = |name, text: Option<String>| {
        text.map(|text| parsed::<Milli>(&join(key, name), &text)).transpose()
    };
    let (low, high) = (limit("low", raw.low)?, limit("high", raw.high)?);
    if let (Some(low), Some(high)) = (low, high)
        && low >= high
    {
        let problem = format!("`{low}` is not below `high`, which is `{high}`");
        return Err(ManifestError::value(join(key, "low"), problem));
    }
    Ok(Range { quantity, unit, low, high })
}

/// A code must lead to one model, whichever way it is looked up.
fn check_models(models: &[Model]) -> Result<(), ManifestError> {
    if models.is_empty() {
        return Err(ManifestError::Missing { key: "model".to_owned() });
    }
    let mut known = BTreeSet::new();
    let mut without_codes = None;
    for (index, model) in models.iter().enumerate() {
        let key = format!("model[{index}].codes");
        match (&model.codes, without_codes) {
            (Some(codes), _) => {
                for code in codes {
                    if !known.insert(code) {
                        return Err(described(&key, code, "stands in `codes` twice"));
                    }
                }
            }
            (None, Some(first)) => {
                let problem = format!("is absent, and so it is in `model[{first}]`: at most once");
                return Err(ManifestError::value(key, problem));
            }
            (None, None) => without_codes = Some(index),
        }
    }
    Ok(())
}

fn permissions(raw: RawPermissions) -> Result<Permissions, ManifestError> {
    let requests_key = "permissions.usb-vendor-requests";
    let usb_vendor_requests = required(requests_key, raw.usb_vendor_requests)?;
    checked_length(requests_key, &usb_vendor_requests)?;
    let write_key = "permissions.block-write";
    let block_write = required(write_key, raw.block_write)?;
    checked_length(write_key, &block_write)?;
    let set_clock = required("permissions.set-clock", raw.set_clock)?;
    Ok(Permissions { set_clock, usb_vendor_requests, block_write })
}

fn limits(raw: &RawLimits) -> Result<Limits, ManifestError> {
    let within = |key: &str, value: Option<u32>, most: u32| match value {
        Some(value) if !(1..=most).contains(&value) => {
            let problem = format!("is {value}, allowed are 1 to {most}");
            Err(ManifestError::value(join("limits", key), problem))
        }
        _ => Ok(value),
    };
    Ok(Limits {
        memory_mib: within("memory-mib", raw.memory_mib, MAX_MEMORY_MIB)?,
        cpu_s: within("cpu-s", raw.cpu_s, MAX_CPU_S)?,
        idle_s: within("idle-s", raw.idle_s, MAX_IDLE_S)?,
        wall_s: within("wall-s", raw.wall_s, MAX_WALL_S)?,
    })
}

fn option(key: &str, raw: RawOption) -> Result<DriverOption, ManifestError> {
    let name_key = join(key, "key");
    let name = required_text(&name_key, raw.key)?;
    let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.bytes().all(known) {
        return Err(described(&name_key, &name, "is no word such as `pin`"));
    }
    let max_key = join(key, "max");
    let max = required(&max_key, raw.max)?;
    // An answer is a text, so what holds for texts is the most.
    if max == 0 || max as usize > MAX_TEXT_BYTES {
        let problem = format!("is {max}, allowed are 1 to {MAX_TEXT_BYTES}");
        return Err(ManifestError::value(max_key, problem));
    }
    let (input_key, choices_key) = (join(key, "input"), join(key, "choices"));
    let input = match (required(&input_key, raw.input)?.as_str(), raw.choices) {
        ("text", None) => OptionInput::Text,
        ("pin", None) => OptionInput::Pin,
        (input @ ("text" | "pin"), Some(_)) => {
            let owner = format!("input `{input}`");
            return Err(ManifestError::Misplaced { key: choices_key, owner });
        }
        ("choice", choices) => {
            let choices = texts(&choices_key, required(&choices_key, choices)?)?;
            check_unique(&choices_key, "choice", choices.iter().map(String::as_str))?;
            if let Some(long) = choices.iter().find(|choice| choice.len() > max as usize) {
                return Err(described(&choices_key, long, format!("is longer than `max`, {max}")));
            }
            OptionInput::Choice(choices)
        }
        (other, _) => return Err(unknown(input_key, other, "`text`, `pin` or `choice`")),
    };
    Ok(DriverOption {
        key: name,
        title: required_text(&join(key, "title"), raw.title)?,
        input,
        required: required(&join(key, "required"), raw.required)?,
        max,
    })
}

/// A list of tables: at most 256, each checked under its own path.
fn each<R, T>(
    key: &str,
    raw: Vec<R>,
    check: impl Fn(&str, R) -> Result<T, ManifestError>,
) -> Result<Vec<T>, ManifestError> {
    checked_length(key, &raw)?;
    raw.into_iter().enumerate().map(|(i, item)| check(&format!("{key}[{i}]"), item)).collect()
}

/// A list of texts: at least one, at most 256, each printable.
pub(crate) fn texts(key: &str, raw: Vec<String>) -> Result<Vec<String>, ManifestError> {
    if raw.is_empty() {
        return Err(ManifestError::value(key, "is an empty list"));
    }
    each(key, raw, checked)
}

pub(crate) fn required<T>(key: &str, value: Option<T>) -> Result<T, ManifestError> {
    value.ok_or_else(|| ManifestError::Missing { key: key.to_owned() })
}

pub(crate) fn required_text(key: &str, value: Option<String>) -> Result<String, ManifestError> {
    checked(key, required(key, value)?)
}

pub(crate) fn parsed<T: FromStr<Err: Display>>(key: &str, text: &str) -> Result<T, ManifestError> {
    text.parse().map_err(|error| described(key, text, error))
}

/// An error about the value of a key, which is quoted.
fn described(key: &str, value: &str, problem: impl Display) -> ManifestError {
    ManifestError::value(key, format!("`{}` {problem}", quoted(value, 64)))
}

pub(crate) fn unknown(key: String, value: &str, known: &str) -> ManifestError {
    ManifestError::value(key, format!("is `{}`, known are {known}", quoted(value, 64)))
}

pub(crate) fn join(table: &str, key: &str) -> String {
    format!("{table}.{key}")
}

fn check_unique<'a>(
    key: &str,
    what: &str,
    items: impl Iterator<Item = &'a str>,
) -> Result<(), ManifestError> {
    let mut known = BTreeSet::new();
    for item in items {
        if !known.insert(item) {
            let problem = format!("has the {what} `{}` twice", quoted(item, 64));
            return Err(ManifestError::value(key, problem));
        }
    }
    Ok(())
}
