//! The packets of a pcapng file (draft-ietf-opsawg-pcapng), with their link type and time.

use pcap_parser::{Block, PcapBlockOwned, PcapNGSlice};

use super::ImportError;

/// The largest file that is taken in.
const MOST_BYTES: usize = 256 << 20;
/// Far more than a meter's whole memory needs.
const MOST_PACKETS: usize = 4_000_000;

/// One packet as it was captured.
pub(super) struct Packet<'a> {
    /// The first is 1.
    pub(super) number: usize,
    /// Microseconds since 1970, by the clock of the computer that captured.
    pub(super) time_us: u64,
    pub(super) link: i32,
    /// Byte order of the computer that captured; usbmon writes in its own.
    pub(super) big_endian: bool,
    pub(super) data: &'a [u8],
    /// Whether the capture holds only its beginning.
    pub(super) cut: bool,
}

/// An interface of the capture: not one of USB, but what was captured from.
struct Source {
    link: i32,
    /// Units of time in a second.
    resolution: u64,
    offset_s: i64,
}

/// Hands over each packet in the order of the file.
pub(super) fn packets<'a>(
    bytes: &'a [u8],
    mut take: impl FnMut(Packet<'a>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    if bytes.len() > MOST_BYTES {
        return Err(ImportError::TooLarge { most: MOST_BYTES, what: "bytes" });
    }
    let mut number = 0_usize;
    let (mut sources, mut big_endian) = (Vec::new(), false);
    let damaged = |after| ImportError::NotACapture { after };
    for block in PcapNGSlice::from_slice(bytes).map_err(|_| damaged(0))? {
        let Ok(PcapBlockOwned::NG(block)) = block else { return Err(damaged(number)) };
        match block {
            Block::SectionHeader(header) => {
                big_endian = header.big_endian();
                sources.clear();
            }
            Block::InterfaceDescription(source) => sources.push(Source {
                link: source.linktype.0,
                resolution: source.ts_resolution().filter(|units| *units > 0).unwrap_or(1_000_000),
                offset_s: source.if_tsoffset,
            }),
            Block::EnhancedPacket(packet) => {
                number = number.saturating_add(1);
                if number > MOST_PACKETS {
                    return Err(ImportError::TooLarge { most: MOST_PACKETS, what: "packets" });
                }
                let source = usize::try_from(packet.if_id).ok().and_then(|id| sources.get(id));
                let source = source.ok_or(ImportError::Packet { packet: number })?;
                let length = usize::try_from(packet.caplen).unwrap_or(usize::MAX);
                take(Packet {
                    number,
                    time_us: time_us(packet.ts_high, packet.ts_low, source),
                    link: source.link,
                    big_endian,
                    data: packet.data.get(..length).unwrap_or(packet.data),
                    cut: packet.caplen < packet.origlen,
                })?;
            }
            // A packet without a time and a source of its own; no USB capture has it.
            Block::SimplePacket(_) => {
                return Err(ImportError::Packet { packet: number.saturating_add(1) });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Zero where a time makes no sense.
fn time_us(high: u32, low: u32, source: &Source) -> u64 {
    let units = (u128::from(high) << 32) | u128::from(low);
    let us = units.saturating_mul(1_000_000).checked_div(u128::from(source.resolution));
    let us = us.and_then(|us| i128::try_from(us).ok()).unwrap_or(0);
    let offset = i128::from(source.offset_s).saturating_mul(1_000_000);
    u64::try_from(us.saturating_add(offset)).unwrap_or(0)
}
