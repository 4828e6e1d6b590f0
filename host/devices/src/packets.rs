//! The links of packet devices: HID interfaces, claimed USB interfaces, block registers, volumes.
//!
//! The traits mirror `wit/hid.wit`, `wit/usb.wit`, `wit/block.wit` and `wit/volume.wit`.

use std::time::Duration;

use crate::{LinkError, Timeline, Watch};

/// One open HID interface. Reports begin with their id, 0 where the device has none.
pub trait HidLink: Send {
    /// One input report. The system's queue is drained all the while, so none is lost between two
    /// calls; after 4096 unread ones the next call is [`LinkError::Overflow`].
    fn read(&mut self, timeout: Duration, watch: &dyn Watch) -> Result<Vec<u8>, LinkError>;

    /// One output report.
    fn write(&mut self, report: &[u8]) -> Result<(), LinkError>;

    /// A feature report of at most `max` bytes, its id counted.
    fn get_feature(&mut self, id: u8, max: usize) -> Result<Vec<u8>, LinkError>;

    /// A feature report.
    fn set_feature(&mut self, report: &[u8]) -> Result<(), LinkError>;

    /// As the device sent it.
    fn report_descriptor(&mut self) -> Result<Vec<u8>, LinkError>;

    /// The time this link lives in.
    fn timeline(&self) -> Timeline;
}

/// One claimed interface of one USB device. One call is one transfer, submitted once with its whole
/// deadline, which is cut to [`USB_TIMEOUT`]; no slices, since a slice that ends in the middle would
/// look like a short packet. What may be asked is for the caller to know.
pub trait UsbLink: Send {
    /// Those of the claimed interface in its current alternate setting.
    fn endpoints(&self) -> Vec<Endpoint>;

    /// A control request that reads.
    fn control_in(
        &mut self,
        setup: Setup,
        len: usize,
        timeout: Duration,
    ) -> Result<Vec<u8>, LinkError>;

    /// A control request that writes; how many bytes the device took.
    fn control_out(
        &mut self,
        setup: Setup,
        data: &[u8],
        timeout: Duration,
    ) -> Result<usize, LinkError>;

    /// One transfer from the device.
    fn transfer_in(
        &mut self,
        endpoint: u8,
        len: usize,
        timeout: Duration,
    ) -> Result<Vec<u8>, LinkError>;

    /// One transfer to the device; never sent a second time.
    fn transfer_out(
        &mut self,
        endpoint: u8,
        data: &[u8],
        timeout: Duration,
    ) -> Result<usize, LinkError>;

    /// CLEAR_FEATURE(ENDPOINT_HALT).
    fn clear_halt(&mut self, endpoint: u8) -> Result<(), LinkError>;

    /// SET_INTERFACE.
    fn set_alt(&mut self, alt: u8) -> Result<(), LinkError>;

    /// The number of the claimed interface.
    fn interface(&self) -> u8;

    /// The time this link lives in.
    fn timeline(&self) -> Timeline;
}

/// The longest one USB call takes.
pub const USB_TIMEOUT: Duration = Duration::from_secs(2);

/// The first bytes of a control transfer, as on the wire; the length is the call's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Setup {
    /// `bmRequestType`, its direction bit included.
    pub request_type: u8,
    /// `bRequest`.
    pub request: u8,
    /// `wValue`.
    pub value: u16,
    /// `wIndex`.
    pub index: u16,
}

impl Setup {
    /// The eight bytes of the setup packet.
    #[must_use]
    pub fn bytes(self, length: u16) -> [u8; 8] {
        let [value_low, value_high] = self.value.to_le_bytes();
        let [index_low, index_high] = self.index.to_le_bytes();
        let [low, high] = length.to_le_bytes();
        [self.request_type, self.request, value_low, value_high, index_low, index_high, low, high]
    }
}

/// An endpoint of an interface.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Endpoint {
    /// Its address, the direction bit included.
    pub address: u8,
    /// How it transfers.
    pub transfer: Transfer,
    /// Bytes in one packet.
    pub max_packet: u16,
}

/// How an endpoint transfers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Transfer {
    /// In bulk.
    Bulk,
    /// By interrupt.
    Interrupt,
}

/// A disk whose blocks are registers, opened past the system's caches and for nobody else.
pub trait BlockLink: Send {
    /// What the disk said about itself.
    fn identity(&self) -> BlockIdentity;

    /// Bytes in one block.
    fn block_size(&self) -> u32;

    /// Blocks on the medium.
    fn blocks(&self) -> u64;

    /// `count` blocks. A reply equal to the block just written is stale: it is read again until the
    /// deadline, then [`LinkError::Timeout`].
    fn read(
        &mut self,
        address: u64,
        count: u32,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError>;

    /// Exactly one block.
    fn write(
        &mut self,
        address: u64,
        data: &[u8],
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<(), LinkError>;

    /// The time this link lives in.
    fn timeline(&self) -> Timeline;
}

/// What a disk says about itself (INQUIRY), without trailing blanks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BlockIdentity {
    /// Vendor.
    pub vendor: String,
    /// Product.
    pub product: String,
    /// Revision.
    pub revision: String,
}

/// A mounted volume, read-only. Which of its files a driver may see is for the caller to know.
pub trait VolumeLink: Send {
    /// What is in the root, by name.
    fn list(&mut self) -> Result<Vec<VolumeEntry>, LinkError>;

    /// Opens a file of the root. A name with a separator, and a link that leaves the volume, are
    /// [`LinkError::Denied`]. Waits until the file does not grow any more.
    fn open(&mut self, name: &str, watch: &dyn Watch) -> Result<Box<dyn VolumeFile>, LinkError>;

    /// The time this link lives in.
    fn timeline(&self) -> Timeline;
}

/// One entry of a volume's root.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VolumeEntry {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes; 0 for anything but a file.
    pub size: u64,
}

/// What an entry of a volume is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A folder.
    Directory,
    /// A link, a pipe, a device.
    Other,
}

/// One open file of a volume.
pub trait VolumeFile: Send {
    /// Bytes, when it was opened.
    fn size(&self) -> u64;

    /// Up to `len` bytes; fewer only at the end.
    fn read_at(&mut self, offset: u64, len: usize) -> Result<Vec<u8>, LinkError>;
}
