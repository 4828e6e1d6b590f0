//! Which devices a vendor's drivers may match.

use std::fmt;

use meterport_manifest::{BRIDGE_IDS, Manifest, Match, MatchKind, Transport, is_bridge};

use super::error::LineFault;

/// A maker's USB devices, or one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsbScope {
    /// USB vendor id.
    pub vid: u16,
    /// USB product id; `None` for all products of the maker.
    pub pid: Option<u16>,
}

/// A rule of a manifest that reaches further than its signer may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MatchFault {
    /// A device that is not the signer's.
    #[error(
        "match {rule} names the USB device {device}, for which its signer may not make drivers; nothing was installed"
    )]
    Device {
        /// Which rule, from 1.
        rule: usize,
        /// What it names.
        device: UsbScope,
    },
}

impl UsbScope {
    /// Reads `2766` or `2766:0004`, lower case.
    pub fn read(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None => Some(Self { vid: hex(text)?, pid: None }),
            Some((vid, pid)) => Some(Self { vid: hex(vid)?, pid: Some(hex(pid)?) }),
        }
    }

    /// True if everything that `device` names is named by this.
    pub fn holds(&self, device: Self) -> bool {
        self.vid == device.vid && (self.pid.is_none() || self.pid == device.pid)
    }
}

impl fmt::Display for UsbScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}", self.vid)?;
        self.pid.map_or(Ok(()), |pid| write!(f, ":{pid:04x}"))
    }
}

/// Whether a vendor's driver matches only devices of the vendor. Beside them it may name bridge
/// chips as `cable`, which nobody gets unasked, and volumes by their look alone.
pub fn may_match(usb: &[UsbScope], manifest: &Manifest) -> Result<(), MatchFault> {
    for (rule, one) in (1..).zip(&manifest.matches) {
        if let Some(device) = device(one)
            && !usb.iter().any(|scope| scope.holds(device))
        {
            return Err(MatchFault::Device { rule, device });
        }
    }
    Ok(())
}

/// Of a maker of bridge chips only single products, and never one that anybody's cables carry.
pub(super) fn is_single_product(scope: UsbScope) -> Result<(), LineFault> {
    let UsbScope { vid, pid } = scope;
    let refused = match pid {
        None => BRIDGE_IDS.iter().any(|id| id.vid == vid),
        Some(pid) => is_bridge(vid, pid),
    };
    if refused { Err(LineFault::Bridge { vid }) } else { Ok(()) }
}

/// What a rule names, where the signer has to answer for it.
fn device(rule: &Match) -> Option<UsbScope> {
    let device = match rule.transport {
        Transport::Serial { vid, pid, .. }
        | Transport::Hid { vid, pid, .. }
        | Transport::Usb { vid, pid, .. }
        | Transport::Block { vid, pid, .. } => UsbScope { vid, pid: Some(pid) },
        Transport::Volume { vid, pid, .. } => UsbScope { vid: vid?, pid },
    };
    let is_anybodys =
        rule.kind == MatchKind::Cable && device.pid.is_some_and(|pid| is_bridge(device.vid, pid));
    (!is_anybodys).then_some(device)
}

/// Exactly four lower-case hexadecimal digits.
fn hex(text: &str) -> Option<u16> {
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let is_number = text.len() == 4 && text.bytes().all(is_digit);
    is_number.then(|| u16::from_str_radix(text, 16).ok()).flatten()
}
