//! What the kernel says about the devices that are plugged in: the other witness, besides the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One device on the bus, as the kernel enumerated it.
#[derive(Clone, Debug)]
pub struct Plugged {
    /// Where it is plugged in, such as `1-1`.
    pub place: String,
    /// Four digits in hex.
    pub vid: String,
    /// Four digits in hex.
    pub pid: String,
    /// The product text.
    pub product: String,
}

/// Every device that is configured, by its place; the controllers' own hubs left out.
pub fn plugged() -> BTreeMap<String, Plugged> {
    let entries = fs::read_dir(BUS).into_iter().flatten().flatten();
    entries.filter_map(|entry| device(&entry.path())).map(|one| (one.place.clone(), one)).collect()
}

fn device(folder: &Path) -> Option<Plugged> {
    let place = folder.file_name()?.to_string_lossy().into_owned();
    if place.starts_with("usb") || text(&folder.join("bConfigurationValue"))? != "1" {
        return None;
    }
    Some(Plugged {
        vid: text(&folder.join("idVendor"))?,
        pid: text(&folder.join("idProduct"))?,
        product: text(&folder.join("product")).unwrap_or_default(),
        place,
    })
}

/// The block device of a disk that is plugged in here, such as `/dev/sda`.
pub fn disk(place: &str) -> Option<PathBuf> {
    node("/sys/block", place)
}

/// The terminal of a port that is plugged in here, such as `/dev/ttyUSB0`.
pub fn terminal(place: &str) -> Option<PathBuf> {
    node("/sys/class/tty", place)
}

/// The raw HID node of what is plugged in here, such as `/dev/hidraw0`.
pub fn hidraw(place: &str) -> Option<PathBuf> {
    node("/sys/class/hidraw", place)
}

fn node(class: &str, place: &str) -> Option<PathBuf> {
    let interface = format!("/{place}:1.");
    let entries = fs::read_dir(class).ok()?.flatten();
    let mut found = entries.filter(|entry| {
        let path = fs::canonicalize(entry.path()).unwrap_or_default();
        path.to_string_lossy().contains(&interface)
    });
    let node = Path::new("/dev").join(found.next()?.file_name());
    node.exists().then_some(node)
}

fn text(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

const BUS: &str = "/sys/bus/usb/devices";
