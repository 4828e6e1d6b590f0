//! What a driver may touch: one table of what is allowed, one test for each row. Pure.
//!
//! The manifest asks, it does not decide. What no row allows is refused before the device is opened
//! ([`device`]), or `denied` when the driver asks for it.
//!
//! | what | allowed | where |
//! |---|---|---|
//! | serial | bytes, line settings and modem lines of the granted port | the contract has nothing else |
//! | HID node | if *no* top-level collection is a keyboard, mouse, keypad or FIDO | [`device`] |
//! | USB interface | one, of class 0F or FF | [`device`] |
//! | USB endpoints | those of the claimed interface | [`usb`] |
//! | USB standard requests | GET_STATUS, GET_DESCRIPTOR, to the device, the interface, its endpoints | [`usb`] |
//! | USB class and vendor requests | to the interface and its endpoints; vendor requests to the device by the manifest's numbers | [`usb`] |
//! | disk | USB ids *and* INQUIRY as in the manifest and in the list of [`Disks`]; medium at most 32 MiB | [`device`], [`Grant::medium`] |
//! | block addresses | reads at `read`, writes at `block-write`, one block a write | [`block`] |
//! | volume | files in the root whose names match `files`; 64 MiB in all | [`volume`] |

pub(crate) mod block;
mod device;
mod disks;
pub(crate) mod usb;
pub(crate) mod volume;

use meterport_devices::Link;
use meterport_manifest::{Found, Manifest, Match, Pattern, Transport};
use thiserror::Error;

pub use disks::Disks;

use crate::limits;

/// The right of one driver to one device; a session cannot be started without.
#[derive(Clone, Debug)]
pub struct Grant {
    pub(crate) rule: u32,
    transport: &'static str,
    /// Numbers of vendor requests that may go to the whole device.
    pub(crate) vendor_requests: Vec<u8>,
    /// Block addresses that may be read, and written.
    pub(crate) block_read: Vec<u64>,
    pub(crate) block_write: Vec<u64>,
    /// Names of files that may be seen.
    pub(crate) files: Vec<Pattern>,
}

/// Why a driver does not get a device.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum Refused {
    /// The manifest has no such rule.
    #[error("the driver's manifest has no rule {0}")]
    NoRule(usize),
    /// The rule is of another transport than the device.
    #[error("the driver wants a device of kind `{wanted}`, this one is `{given}`")]
    Transport {
        /// What the rule says.
        wanted: &'static str,
        /// What the device is.
        given: &'static str,
    },
    /// Keyboards, mice, keypads and security keys are never granted.
    #[error("the HID device is also {what}, which no driver gets")]
    Hid {
        /// What else it is.
        what: &'static str,
    },
    /// An interface of a class that no driver gets.
    #[error("a USB interface of class {class:02X} is given to no driver")]
    UsbClass {
        /// Its class.
        class: u8,
    },
    /// A disk that is not known to be a meter.
    #[error("the disk is not known to be a meter, and an ordinary disk is given to no driver")]
    Disk,
    /// A meter's disk, but not the one of the rule.
    #[error("the disk is a meter's, but not of one that this driver reads")]
    OtherDisk,
    /// A disk that is too large to be registers.
    #[error("the disk holds {bytes} bytes; one of more than {most} is given to no driver")]
    Medium {
        /// Its size.
        bytes: u64,
        /// The cap.
        most: u64,
    },
}

impl Grant {
    /// For an attached device, by what enumeration saw of it. `disks` are those known to be meters.
    ///
    /// # Errors
    ///
    /// What the table does not allow, whatever the manifest says.
    pub fn device(
        manifest: &Manifest,
        rule: usize,
        found: &Found,
        disks: &Disks,
    ) -> Result<Self, Refused> {
        let matched = manifest.matches.get(rule).ok_or(Refused::NoRule(rule))?;
        device::allowed(&matched.transport, found, disks)?;
        Self::of(manifest, rule)
    }

    /// For a serial port or a folder that a person named, and for a recording: nothing there could
    /// be another device than the one that was meant.
    ///
    /// # Errors
    ///
    /// A rule that the manifest has not.
    pub fn named(manifest: &Manifest, rule: usize) -> Result<Self, Refused> {
        Self::of(manifest, rule)
    }

    fn of(manifest: &Manifest, rule: usize) -> Result<Self, Refused> {
        let Match { transport, .. } = manifest.matches.get(rule).ok_or(Refused::NoRule(rule))?;
        let (mut block_read, mut files) = (Vec::new(), Vec::new());
        match transport {
            Transport::Block { read, .. } => block_read.clone_from(read),
            Transport::Volume { files: patterns, .. } => files.clone_from(patterns),
            Transport::Serial { .. } | Transport::Hid { .. } | Transport::Usb { .. } => {}
        }
        Ok(Self {
            rule: u32::try_from(rule).map_err(|_| Refused::NoRule(rule))?,
            transport: transport.as_str(),
            vendor_requests: manifest.permissions.usb_vendor_requests.clone(),
            block_read,
            block_write: manifest.permissions.block_write.clone(),
            files,
        })
    }

    /// Which rule of the manifest it is for, from 0.
    #[must_use]
    pub fn rule(&self) -> usize {
        usize::try_from(self.rule).unwrap_or(usize::MAX)
    }

    /// Over what the device is spoken to, by the manifest's word.
    pub(crate) fn transport(&self) -> &'static str {
        self.transport
    }

    /// The last look, at the open device: its kind, and the size of its medium.
    pub(crate) fn fits(&self, link: &Link) -> Result<(), Refused> {
        let given = match link {
            Link::Serial(_) => "serial",
            Link::Hid(_) => "hid",
            Link::Usb(_) => "usb",
            Link::Block(link) => {
                Self::medium(link.blocks(), link.block_size())?;
                "block"
            }
            Link::Volume(_) => "volume",
            _ => "unknown",
        };
        if given == self.transport {
            Ok(())
        } else {
            Err(Refused::Transport { wanted: self.transport, given })
        }
    }

    fn medium(blocks: u64, block_size: u32) -> Result<(), Refused> {
        let bytes = blocks.saturating_mul(u64::from(block_size));
        let most = limits::MEDIUM_BYTES;
        if bytes > most { Err(Refused::Medium { bytes, most }) } else { Ok(()) }
    }
}

impl Refused {
    /// The registered word.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "driver.denied"
    }

    /// What the person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoRule(_) | Self::Transport { .. } | Self::OtherDisk => {
                "choose the driver of this meter"
            }
            _ => "nothing was read; ask whoever made the driver why it wants this device",
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A driver with one rule of every transport, none of which is a real meter's.
    pub(crate) fn manifest() -> Manifest {
        Manifest::parse(include_bytes!("every-transport.toml")).unwrap()
    }

    #[test]
    fn a_medium_of_more_than_32_mib_is_no_set_of_registers() {
        assert_eq!(Grant::medium(65_536, 512), Ok(()));
        assert!(matches!(Grant::medium(65_537, 512), Err(Refused::Medium { .. })));
        assert!(matches!(Grant::medium(u64::MAX, u32::MAX), Err(Refused::Medium { .. })));
    }

    #[test]
    fn a_rule_that_is_not_there_grants_nothing() {
        assert_eq!(Grant::named(&manifest(), 99).err(), Some(Refused::NoRule(99)));
    }

    #[test]
    fn a_grant_holds_what_its_own_rule_asks_for_and_no_more() {
        let serial = Grant::named(&manifest(), 0).unwrap();
        assert_eq!((serial.block_read.len(), serial.files.len()), (0, 0));
        let block = Grant::named(&manifest(), 3).unwrap();
        assert_eq!((block.block_read, block.block_write), (vec![3, 4], vec![3]));
        assert_eq!(Grant::named(&manifest(), 4).unwrap().files, [Pattern::new("*.ibf")]);
    }
}
