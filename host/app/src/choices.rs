//! Which meter hangs on a cable, as a person said once: remembered for the port and the adapter.
//!
//! The adapter's serial number may be a meter's own, so only its keyed hash is kept, under a random
//! key of this file. A choice holds for the same adapter at the same port; another cable in that
//! port, or the cable elsewhere, is asked for anew. Cables without a serial number, and there are
//! many, are told apart by their USB ids alone.

use std::io;

use cap_std::fs::Dir;
use meterport_devices::Attached;
use meterport_model::codes::Code;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::data::Places;
use crate::fault::Fault;
use crate::state_file::StateFile;

const NAME: &str = "state/choices";
const FILE: StateFile = StateFile(NAME);
/// More cables than any desk has.
const MOST: usize = 1024;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    schema: Schema,
    /// Random, in hex: what the hashes below are keyed with.
    key: String,
    choices: Vec<Choice>,
}

#[derive(Deserialize, Serialize)]
enum Schema {
    #[serde(rename = "meterport.choices/1")]
    V1,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    port: String,
    /// Of the adapter's ids and serial number.
    adapter: String,
    driver: String,
}

/// The driver that a person chose for this port and adapter.
pub(crate) fn remembered(attached: &Attached, places: &Places) -> Result<Option<String>, Fault> {
    let Some(dir) = places.open_existing()? else { return Ok(None) };
    let Some(contents) = read(&dir)? else { return Ok(None) };
    let adapter = adapter(attached, &contents.key);
    let is_it = |choice: &Choice| choice.port == attached.id.as_str() && choice.adapter == adapter;
    Ok(contents.choices.into_iter().find(is_it).map(|choice| choice.driver))
}

/// Remembers a choice in place of an older one for the same port.
pub(crate) fn remember(attached: &Attached, driver: &str, places: &Places) -> Result<(), Fault> {
    let dir = places.open()?;
    let _lock = FILE.lock(&dir).map_err(|error| unusable(&error))?;
    let mut contents = match read(&dir)? {
        Some(contents) => contents,
        None => Contents { schema: Schema::V1, key: random()?, choices: Vec::new() },
    };
    let choice = Choice {
        port: attached.id.to_string(),
        adapter: adapter(attached, &contents.key),
        driver: driver.to_owned(),
    };
    contents.choices.retain(|known| known.port != choice.port);
    contents.choices.insert(0, choice);
    contents.choices.truncate(MOST);
    write(&dir, &contents)
}

/// Forgets the choice for a port; false where there was none.
pub(crate) fn forget(port: &str, places: &Places) -> Result<bool, Fault> {
    let Some(dir) = places.open_existing()? else { return Ok(false) };
    let _lock = FILE.lock(&dir).map_err(|error| unusable(&error))?;
    let Some(mut contents) = read(&dir)? else { return Ok(false) };
    let before = contents.choices.len();
    contents.choices.retain(|known| known.port != port);
    let forgotten = contents.choices.len() < before;
    if forgotten {
        write(&dir, &contents)?;
    }
    Ok(forgotten)
}

fn adapter(attached: &Attached, key: &str) -> String {
    let mut hash = Sha256::new();
    let serial = attached.adapter_serial().map_or("", |serial| serial.expose());
    // Lengths first: no two lists of parts give the same bytes.
    for part in [
        key.as_bytes(),
        &attached.vid.unwrap_or_default().to_be_bytes(),
        &attached.pid.unwrap_or_default().to_be_bytes(),
        serial.as_bytes(),
    ] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

fn random() -> Result<String, Fault> {
    let mut key = [0_u8; 32];
    getrandom::fill(&mut key).map_err(|error| Fault::of(Code::Internal, &error))?;
    Ok(hex::encode(key))
}

fn read(dir: &Dir) -> Result<Option<Contents>, Fault> {
    let Some(text) = FILE.read(dir).map_err(|error| unusable(&error))? else { return Ok(None) };
    serde_json::from_slice(&text).map(Some).map_err(|_| {
        Fault::new(Code::ConfigInvalid, "the remembered choices of drivers are damaged")
            .hint(format!("remove `{NAME}` from the data folder; `meterport config path` shows it"))
    })
}

fn write(dir: &Dir, contents: &Contents) -> Result<(), Fault> {
    let text =
        serde_json::to_vec_pretty(contents).map_err(|error| Fault::of(Code::Internal, &error))?;
    FILE.replace(dir, &text).map_err(|error| unusable(&error))
}

fn unusable(error: &io::Error) -> Fault {
    Fault::file("the remembered choices of drivers cannot be used", error)
        .hint("check who may write to the data folder; `meterport config path` shows it")
}

#[cfg(test)]
mod tests {
    use meterport_devices::{AdapterSerial, DeviceId};

    use super::*;

    fn places(folder: &std::path::Path) -> Places {
        let path = folder.to_path_buf();
        Places { data: path.clone(), config: path.clone(), policy: path }
    }

    fn cable(port: &str, serial: &str) -> Attached {
        Attached::serial(DeviceId::parse(port).unwrap(), "/dev/null")
            .with_usb(0x0403, 0x6001, None)
            .with_adapter_serial(AdapterSerial::new(serial))
    }

    #[test]
    fn a_choice_holds_for_the_same_adapter_at_the_same_port_alone() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(folder.path());
        let known = |attached: &Attached| remembered(attached, &places).unwrap();
        assert_eq!(known(&cable("usb-1-1:1.0", "A")), None);
        remember(&cable("usb-1-1:1.0", "A"), "one", &places).unwrap();
        remember(&cable("usb-1-2:1.0", "B"), "two", &places).unwrap();
        assert_eq!(known(&cable("usb-1-1:1.0", "A")).as_deref(), Some("one"));
        assert_eq!(known(&cable("usb-1-1:1.0", "B")), None);
        assert_eq!(known(&cable("usb-1-2:1.0", "A")), None);
        remember(&cable("usb-1-1:1.0", "B"), "three", &places).unwrap();
        assert_eq!(known(&cable("usb-1-1:1.0", "A")), None, "one port has one choice");
        assert!(forget("usb-1-1:1.0", &places).unwrap());
        assert!(!forget("usb-1-1:1.0", &places).unwrap());
        assert_eq!(known(&cable("usb-1-1:1.0", "B")), None);
    }

    #[test]
    fn the_serial_number_of_an_adapter_does_not_stand_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        remember(&cable("usb-1-1:1.0", "SN-4711"), "one", &places(folder.path())).unwrap();
        let text = std::fs::read_to_string(folder.path().join(NAME)).unwrap();
        assert!(!text.contains("4711"), "{text}");
    }

    #[test]
    fn a_damaged_file_is_an_error_with_its_remedy_and_nothing_is_guessed() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(folder.path());
        remember(&cable("usb-1-1:1.0", "A"), "one", &places).unwrap();
        std::fs::write(folder.path().join(NAME), "{").unwrap();
        let fault = remembered(&cable("usb-1-1:1.0", "A"), &places).unwrap_err();
        assert_eq!(fault.object().code, Code::ConfigInvalid);
    }
}
