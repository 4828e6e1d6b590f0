//! Devices that are known by their USB id and cannot be read: plugging one in must never look like a
//! broken cable. `known.toml` is the list.

use std::sync::OnceLock;

use meterport_devices::Attached;
use meterport_model::codes::Code;
use serde::Deserialize;

use crate::fault::Fault;

/// A device nobody here can read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    vid: u16,
    pids: Vec<u16>,
    /// Must stand in the product text where the id alone proves nothing.
    product: Option<String>,
    name: String,
    why: String,
    instead: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    device: Vec<Known>,
}

/// What is known about this device, if it is one of them.
pub(crate) fn unsupported(attached: &Attached) -> Option<&'static Known> {
    let (vid, pid) = (attached.vid?, attached.pid?);
    let product = attached.product.as_deref().unwrap_or_default().to_lowercase();
    let is_it = |known: &&Known| {
        let named = |word: &String| product.contains(&word.to_lowercase());
        known.vid == vid && known.pids.contains(&pid) && known.product.as_ref().is_none_or(named)
    };
    list().iter().find(is_it)
}

impl Known {
    /// Why it is not read, and what to do instead.
    pub(crate) fn fault(&self) -> Fault {
        let text = format!("this is {}: {}", self.name, self.why);
        Fault::new(Code::MeterUnsupported, text).hint(self.instead.clone())
    }
}

fn list() -> &'static [Known] {
    static LIST: OnceLock<Vec<Known>> = OnceLock::new();
    LIST.get_or_init(|| {
        toml::from_str::<List>(include_str!("known.toml"))
            .map(|list| list.device)
            .unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use meterport_devices::DeviceId;

    use super::*;

    fn attached(vid: u16, pid: u16, product: &str) -> Attached {
        let id = DeviceId::parse("usb-1-1:1.0").unwrap();
        Attached::serial(id, "/dev/null").with_usb(vid, pid, Some(product.to_owned()))
    }

    #[test]
    fn the_list_is_read_and_every_device_has_its_own_text_and_a_way_out() {
        let mut texts = BTreeMap::new();
        for known in list() {
            assert!(!known.instead.is_empty() && !known.why.is_empty(), "{}", known.name);
            let text = known.fault().text();
            let other = texts.insert(text, &known.name);
            assert!(other.is_none_or(|other| *other == known.name), "{}", known.name);
        }
        assert!(texts.len() >= 6);
    }

    #[test]
    fn an_id_of_a_chip_maker_needs_the_product_text_too() {
        assert!(unsupported(&attached(0x0483, 0x5740, "STM32 Virtual ComPort")).is_none());
        assert!(unsupported(&attached(0x0483, 0x5740, "t:slim X2 Insulin Pump")).is_some());
        assert!(unsupported(&attached(0x1A61, 0x3950, "")).is_some());
        assert!(unsupported(&attached(0x1A61, 0x3650, "")).is_none());
    }
}
