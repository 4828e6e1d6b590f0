//! Which rule of a manifest says "this is mine" about something that enumeration saw.
//!
//! Nothing is asked of the device here, and no driver's code runs.

use crate::pattern::Pattern;
use crate::rule::{Match, MatchKind, Transport};
use crate::types::Manifest;

/// One attached thing, as enumeration saw it over one transport. What could not be seen is absent,
/// and a rule that states it does not match. Serial numbers have no place here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// USB vendor id; a pty and a built-in port have none.
    pub vid: Option<u16>,
    /// USB product id.
    pub pid: Option<u16>,
    /// The USB product text.
    pub product: Option<String>,
    /// What this transport shows beside it.
    pub seen: Seen,
}

/// What one transport shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A serial port.
    Serial,
    /// A HID device.
    Hid {
        /// USB interface number.
        interface: Option<u8>,
        /// All top-level collections.
        collections: Vec<HidUsage>,
    },
    /// One USB interface.
    Usb {
        /// USB interface number.
        interface: u8,
        /// Class of the interface.
        class: u8,
    },
    /// A disk.
    Block {
        /// Vendor as INQUIRY says it; blanks at the end do not count.
        vendor: String,
        /// Model as INQUIRY says it; blanks at the end do not count.
        model: String,
    },
    /// A mounted volume.
    Volume {
        /// Name of the volume.
        label: String,
        /// Names of the files in the root.
        files: Vec<String>,
    },
}

impl Seen {
    /// The manifest's word for the transport.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::Hid { .. } => "hid",
            Self::Usb { .. } => "usb",
            Self::Block { .. } => "block",
            Self::Volume { .. } => "volume",
        }
    }
}

/// A top-level collection of a HID device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HidUsage {
    /// Usage page.
    pub page: u16,
    /// Usage on that page.
    pub usage: u16,
}

/// A rule that matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchHit {
    /// Its place in the manifest: `context.rule`.
    pub rule: usize,
    /// Whether the id is the meter's own.
    pub kind: MatchKind,
    /// How narrow the rule is.
    pub specificity: Specificity,
}

/// How narrow a rule is. The order is that of `README.md`, "Which rule": the interface
/// counts before the product text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Specificity {
    /// The rule states the interface, by number or by HID usage.
    pub interface: bool,
    /// The rule states the product text.
    pub product: bool,
}

/// The first rule of `manifest` that matches `found`: the order of the rules is the author's.
pub fn matches(manifest: &Manifest, found: &Found) -> Option<MatchHit> {
    let (rule, matched) =
        manifest.matches.iter().enumerate().find(|(_, rule)| rule_matches(rule, found))?;
    Some(MatchHit { rule, kind: matched.kind, specificity: specificity(matched) })
}

fn rule_matches(rule: &Match, found: &Found) -> bool {
    product_matches(rule.product.as_ref(), found)
        && match (&rule.transport, &found.seen) {
            (Transport::Serial { vid, pid, line: _ }, Seen::Serial) => is_usb(found, *vid, *pid),
            (
                Transport::Hid { vid, pid, interface, usage_page, usage },
                Seen::Hid { interface: found_interface, collections },
            ) => {
                let collection = |seen: &HidUsage| {
                    usage_page.is_none_or(|page| page == seen.page)
                        && usage.is_none_or(|usage| usage == seen.usage)
                };
                is_usb(found, *vid, *pid)
                    && (interface.is_none() || interface == found_interface)
                    && (usage_page.is_none() && usage.is_none()
                        || collections.iter().any(collection))
            }
            (
                Transport::Usb { vid, pid, class, interface },
                Seen::Usb { interface: found_interface, class: found_class },
            ) => {
                is_usb(found, *vid, *pid)
                    && class.code() == *found_class
                    && interface.is_none_or(|interface| interface == *found_interface)
            }
            (
                Transport::Block { vid, pid, vendor, model, read: _ },
                Seen::Block { vendor: found_vendor, model: found_model },
            ) => {
                is_usb(found, *vid, *pid)
                    && vendor == found_vendor.trim_end_matches(' ')
                    && model.matches(found_model.trim_end_matches(' '))
            }
            (
                Transport::Volume { label, files, vid, pid },
                Seen::Volume { label: found_label, files: found_files },
            ) => {
                (vid.is_none() || *vid == found.vid)
                    && (pid.is_none() || *pid == found.pid)
                    && label.matches(found_label)
                    && found_files.iter().any(|name| files.iter().any(|file| file.matches(name)))
            }
            _ => false,
        }
}

fn is_usb(found: &Found, vid: u16, pid: u16) -> bool {
    found.vid == Some(vid) && found.pid == Some(pid)
}

fn product_matches(wanted: Option<&Pattern>, found: &Found) -> bool {
    let Some(wanted) = wanted else { return true };
    found.product.as_deref().is_some_and(|product| wanted.matches(product))
}

/// How narrow a rule is.
pub(crate) fn specificity(rule: &Match) -> Specificity {
    let interface = match rule.transport {
        Transport::Hid { interface, usage_page, usage, .. } => {
            interface.is_some() || usage_page.is_some() || usage.is_some()
        }
        Transport::Usb { interface, .. } => interface.is_some(),
        Transport::Serial { .. } | Transport::Block { .. } | Transport::Volume { .. } => false,
    };
    Specificity { interface, product: rule.product.is_some() }
}
