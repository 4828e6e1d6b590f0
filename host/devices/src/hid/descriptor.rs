//! What a HID report descriptor tells before any report: the top-level collections, and whether
//! reports are numbered.
//!
//! Items as in the USB HID specification 1.11, section 6.2.2. The bytes come from the device: a
//! descriptor that ends in the middle of an item is read up to there.

use meterport_manifest::HidUsage;

/// What a descriptor says.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct ReportDescriptor {
    /// The usages of all top-level collections, in their order.
    pub(crate) collections: Vec<HidUsage>,
    /// Whether reports begin with an id on the wire.
    pub(crate) numbered: bool,
}

/// As long as the specification's 16-bit length allows; the kernel takes 4096 bytes.
const LONGEST: usize = 65_535;

// Prefixes of short items without their size bits: 6.2.2.4 (main), 6.2.2.7 (global), 6.2.2.8 (local).
const COLLECTION: u8 = 0xA0;
const END_COLLECTION: u8 = 0xC0;
const INPUT: u8 = 0x80;
const OUTPUT: u8 = 0x90;
const FEATURE: u8 = 0xB0;
const USAGE_PAGE: u8 = 0x04;
const REPORT_ID: u8 = 0x84;
const PUSH: u8 = 0xA4;
const POP: u8 = 0xB4;
const USAGE: u8 = 0x08;
const USAGE_MINIMUM: u8 = 0x18;
/// 6.2.2.3: one byte of size and one of tag follow.
const LONG_ITEM: u8 = 0xFE;

impl ReportDescriptor {
    /// Reads a descriptor.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mut found = Self::default();
        let mut rest = bytes.get(..LONGEST).unwrap_or(bytes);
        let (mut page, mut pages) = (0_u16, Vec::new());
        let mut usage: Option<(Option<u16>, u16)> = None;
        let mut depth = 0_usize;
        while let Some((prefix, data, after)) = item(rest) {
            rest = after;
            let Some(prefix) = prefix else { continue };
            match prefix {
                USAGE_PAGE => page = low(data),
                REPORT_ID => found.numbered = true,
                PUSH if pages.len() < 64 => pages.push(page),
                POP => page = pages.pop().unwrap_or(page),
                // The first usage counts; one of four bytes brings its page (6.2.2.8).
                USAGE | USAGE_MINIMUM => {
                    let own = (data.len() == 4).then(|| low(data.get(2..).unwrap_or_default()));
                    usage = usage.or(Some((own, low(data))));
                }
                COLLECTION => {
                    if depth == 0 {
                        let (own, id) = usage.unwrap_or((None, 0));
                        found.collections.push(HidUsage { page: own.unwrap_or(page), usage: id });
                    }
                    depth = depth.saturating_add(1);
                    usage = None;
                }
                END_COLLECTION => {
                    depth = depth.saturating_sub(1);
                    usage = None;
                }
                INPUT | OUTPUT | FEATURE => usage = None,
                _ => {}
            }
        }
        found
    }
}

/// Prefix, data and what follows; no prefix for a long item, which means nothing here.
fn item(bytes: &[u8]) -> Option<(Option<u8>, &[u8], &[u8])> {
    let (&prefix, rest) = bytes.split_first()?;
    if prefix == LONG_ITEM {
        let (&size, rest) = rest.split_first()?;
        let rest = rest.get(1..)?;
        return Some((None, rest.get(..usize::from(size))?, rest.get(usize::from(size)..)?));
    }
    let size = match prefix & 0x03 {
        3 => 4,
        size => usize::from(size),
    };
    Some((Some(prefix & 0xFC), rest.get(..size)?, rest.get(size..)?))
}

/// The low sixteen bits, little-endian.
fn low(data: &[u8]) -> u16 {
    let byte = |at| data.get(at).copied().unwrap_or(0);
    u16::from_le_bytes([byte(0), byte(1)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usages(bytes: &[u8]) -> Vec<(u16, u16)> {
        let found = ReportDescriptor::parse(bytes).collections;
        found.iter().map(|usage| (usage.page, usage.usage)).collect()
    }

    #[test]
    fn a_descriptor_that_ends_in_the_middle_is_read_up_to_there() {
        assert_eq!(usages(&[0x06, 0x00]), []);
        assert_eq!(usages(&[0x05, 0x01, 0x09, 0x06, 0xA1]), []);
        assert_eq!(usages(&[0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x85]), [(1, 6)]);
        assert_eq!(usages(&[]), []);
    }

    #[test]
    fn a_keyboard_hidden_behind_a_vendor_collection_is_found() {
        let both = [
            0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x09, 0x02, 0xA1, 0x00, 0xC0,
            0xC0, // vendor
            0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0xC0, // keyboard
        ];
        assert_eq!(usages(&both), [(0xFF00, 1), (1, 6)]);
    }

    #[test]
    fn a_page_may_stand_in_the_usage_itself_or_come_back_from_the_stack() {
        assert_eq!(usages(&[0x0B, 0x06, 0x00, 0x01, 0x00, 0xA1, 0x01]), [(1, 6)]);
        let stacked = [0x05, 0x01, 0xA4, 0x06, 0xA0, 0xFF, 0xB4, 0x09, 0x06, 0xA1, 0x01];
        assert_eq!(usages(&stacked), [(1, 6)]);
    }

    #[test]
    fn a_long_item_is_passed_over() {
        assert_eq!(
            usages(&[0xFE, 0x02, 0x99, 0x85, 0x01, 0x05, 0x01, 0x09, 0x06, 0xA1, 0x01]),
            [(1, 6)]
        );
        assert!(!ReportDescriptor::parse(&[0xFE, 0x02, 0x99, 0x85, 0x01]).numbered);
    }

    #[test]
    fn reports_are_numbered_only_where_an_id_is_stated() {
        let plain = [0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x75, 0x08, 0x95, 0x40, 0x81, 0x02];
        assert!(!ReportDescriptor::parse(&plain).numbered);
        let numbered = [0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x85, 0x03, 0x81, 0x02];
        assert!(ReportDescriptor::parse(&numbered).numbered);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let found = ReportDescriptor::parse(&bytes);
            prop_assert!(found.collections.len() <= bytes.len());
        }
    }
}
