//! Whole transfers from their packets: what was asked and what came of it belong together by an id
//! that is used again and again.

use std::collections::HashMap;

use super::ImportError;
use super::event::{Event, Kind, Outcome, Phase};
use crate::UsbAddress;

/// One transfer that has ended.
pub(super) struct Transfer {
    /// When it began to matter: data out when they were sent, data in when they came. Places of
    /// other transfers are compared with it.
    pub(super) place: usize,
    pub(super) time_us: u64,
    pub(super) device: UsbAddress,
    pub(super) kind: Kind,
    /// Address with the direction bit; of a control transfer 0.
    pub(super) endpoint: u8,
    pub(super) setup: Option<[u8; 8]>,
    pub(super) outcome: Outcome,
    pub(super) data: Vec<u8>,
    /// The packet of which the capture holds only a part.
    pub(super) cut: Option<usize>,
}

impl Transfer {
    /// Whether data went to the host.
    pub(super) fn is_in(&self) -> bool {
        match self.setup {
            Some([request_type, ..]) => request_type & 0x80 != 0,
            None => self.endpoint & 0x80 != 0,
        }
    }
}

/// Puts packets together.
#[derive(Default)]
pub(super) struct Transfers {
    open: HashMap<(UsbAddress, u64, u8), Begun>,
    done: Vec<Transfer>,
}

struct Begun {
    place: usize,
    time_us: u64,
    setup: Option<[u8; 8]>,
    data: Vec<u8>,
    cut: Option<usize>,
}

impl Transfers {
    /// One packet more.
    pub(super) fn take(&mut self, event: Event) -> Result<(), ImportError> {
        let Event { packet, time_us, device, id, endpoint, kind, phase, data, cut } = event;
        let control = kind == Kind::Control;
        let key = (device, id, if control { 0 } else { endpoint });
        let cut = cut.then_some(packet);
        match phase {
            Phase::Submit(setup) => {
                if control && setup.is_none() {
                    return Err(ImportError::Packet { packet });
                }
                self.open.insert(key, Begun { place: packet, time_us, setup, data, cut });
            }
            Phase::Data => {
                if let Some(begun) = self.open.get_mut(&key) {
                    begun.data.extend(data);
                    begun.cut = begun.cut.or(cut);
                }
            }
            Phase::Complete(outcome) => {
                let begun = self.open.remove(&key);
                // A control transfer whose beginning is not in the capture cannot be told.
                if control && begun.is_none() {
                    return Ok(());
                }
                let mut transfer = Transfer {
                    place: packet,
                    time_us,
                    device,
                    kind,
                    endpoint: key.2,
                    setup: begun.as_ref().and_then(|begun| begun.setup),
                    outcome,
                    data: Vec::new(),
                    cut: None,
                };
                let out = !transfer.is_in();
                match begun {
                    Some(begun) if out || control => {
                        transfer.data = begun.data;
                        transfer.cut = begun.cut;
                        if out {
                            (transfer.place, transfer.time_us) = (begun.place, begun.time_us);
                        }
                    }
                    // Data out whose beginning is not in the capture.
                    None if out => return Ok(()),
                    _ => {}
                }
                if !out {
                    transfer.data.extend(data);
                    transfer.cut = transfer.cut.or(cut);
                }
                self.done.push(transfer);
            }
        }
        Ok(())
    }

    /// All that ended, in the order of their places, and how many did not.
    pub(super) fn finish(mut self) -> (Vec<Transfer>, Vec<UsbAddress>) {
        self.done.sort_by_key(|transfer| transfer.place);
        // A read that waits when the capture ends is none: nothing came.
        let unfinished = self.open.into_iter().filter(|((_, _, endpoint), begun)| {
            endpoint & 0x80 == 0 && (begun.setup.is_some() || !begun.data.is_empty())
        });
        (self.done, unfinished.map(|((device, ..), _)| device).collect())
    }
}
