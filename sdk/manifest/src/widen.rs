//! What a version of a driver matches or may touch beyond the version before.

use std::fmt;

use crate::pattern::Pattern;
use crate::rule::{Match, MatchKind, Transport};
use crate::types::Manifest;

/// One thing that the version before did not match or was not allowed to touch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Widening {
    /// It matches devices that no single rule before matched, or touches more of them.
    Match(Match),
    /// It sets the clock.
    SetClock,
    /// It sends this vendor request to the whole device.
    VendorRequest(u8),
    /// It writes this block.
    BlockWrite(u64),
}

/// All that `new` matches or may touch beyond `old`.
///
/// In doubt it is more: what only several rules of `old` cover together counts as new.
pub fn widens(old: &Manifest, new: &Manifest) -> Vec<Widening> {
    let is_covered = |rule: &&Match| old.matches.iter().any(|old| covers(old, rule));
    let rules = new.matches.iter().filter(|rule| !is_covered(rule)).cloned().map(Widening::Match);
    let (had, wants) = (&old.permissions, &new.permissions);
    let clock = (wants.set_clock && !had.set_clock).then_some(Widening::SetClock);
    let requests = wants
        .usb_vendor_requests
        .iter()
        .filter(|request| !had.usb_vendor_requests.contains(request))
        .map(|request| Widening::VendorRequest(*request));
    let writes = wants
        .block_write
        .iter()
        .filter(|block| !had.block_write.contains(block))
        .map(|block| Widening::BlockWrite(*block));
    rules.chain(clock).chain(requests).chain(writes).collect()
}

/// True if every device that `new` matches is matched by `old`, and nothing more of it is touched.
fn covers(old: &Match, new: &Match) -> bool {
    // What was anyone's cable and is now the meter itself is chosen without being asked for.
    let is_no_bolder = old.kind == new.kind || new.kind == MatchKind::Cable;
    let product = match (&old.product, &new.product) {
        (None, _) => true,
        (Some(old), Some(new)) => covers_pattern(old, new),
        (Some(_), None) => false,
    };
    is_no_bolder && product && covers_transport(&old.transport, &new.transport)
}

fn covers_transport(old: &Transport, new: &Transport) -> bool {
    match (old, new) {
        (Transport::Serial { .. }, Transport::Serial { .. }) => old.usb_id() == new.usb_id(),
        (
            Transport::Hid { interface, usage_page, usage, .. },
            Transport::Hid { interface: i, usage_page: p, usage: u, .. },
        ) => {
            old.usb_id() == new.usb_id()
                && stated(interface, i)
                && stated(usage_page, p)
                && stated(usage, u)
        }
        (
            Transport::Usb { class, interface, .. },
            Transport::Usb { class: c, interface: i, .. },
        ) => old.usb_id() == new.usb_id() && class == c && stated(interface, i),
        (
            Transport::Block { vendor, model, read, .. },
            Transport::Block { vendor: v, model: m, read: r, .. },
        ) => {
            old.usb_id() == new.usb_id()
                && vendor == v
                && covers_pattern(model, m)
                && r.iter().all(|block| read.contains(block))
        }
        (
            Transport::Volume { label, files, vid, pid },
            Transport::Volume { label: l, files: f, vid: v, pid: p },
        ) => {
            stated(vid, v)
                && stated(pid, p)
                && covers_pattern(label, l)
                && f.iter().all(|new| files.iter().any(|old| covers_pattern(old, new)))
        }
        _ => false,
    }
}

/// True if what the old rule states, if anything, the new one states too.
fn stated<T: PartialEq>(old: &Option<T>, new: &Option<T>) -> bool {
    old.is_none() || old == new
}

/// True if the old pattern surely matches all that the new one does: it is the same, or everything,
/// or the new one is a plain text.
fn covers_pattern(old: &Pattern, new: &Pattern) -> bool {
    let is_plain = !new.as_ref().contains('*');
    old == new || old.as_ref() == "*" || (is_plain && old.matches(new.as_ref()))
}

/// What it is, as the end of the sentence "the version before was not allowed to …".
impl fmt::Display for Widening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Match(rule) => {
                let transport = rule.transport.as_str();
                let cable =
                    if rule.kind == MatchKind::Cable { " behind anyone's cable" } else { "" };
                match rule.transport.usb_id() {
                    Some(id) => {
                        write!(f, "read {transport} devices {:04x}:{:04x}{cable}", id.vid, id.pid)
                    }
                    None => write!(f, "read these {transport} devices{cable}"),
                }
            }
            Self::SetClock => f.write_str("set the clock of the meter"),
            Self::VendorRequest(request) => {
                write!(f, "send the vendor request 0x{request:02x} to the device")
            }
            Self::BlockWrite(block) => write!(f, "write block {block}"),
        }
    }
}
