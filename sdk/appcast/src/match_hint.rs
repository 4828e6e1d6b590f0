//! `mp:match`: what an item says its driver reads, so that a driver can be offered for a meter before
//! its package is here. The package's own manifest decides once it is; this text only finds it.
//!
//! One element, one rule a line:
//!
//! ```text
//! hid 1a79:6002
//! serial 0403:6001 cable
//! ```
//!
//! A rule without a USB id has no line: nothing could be offered for it. A line that is not
//! understood belongs to a later publisher and is left out; an older client ignores the element.

use std::fmt;

use meterport_manifest::{Found, Manifest, MatchKind};

/// One line: a transport, a USB id, and whether the id is anybody's cable.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MatchHint {
    /// The manifest's word: `serial`, `hid`, `usb`, `block` or `volume`.
    transport: &'static str,
    vid: u16,
    pid: u16,
    is_cable: bool,
}

const TRANSPORTS: [&str; 5] = ["serial", "hid", "usb", "block", "volume"];

impl MatchHint {
    /// Every line of the element that is understood, each once.
    #[must_use]
    pub fn list(text: &str) -> Vec<Self> {
        let mut hints: Vec<Self> = text.lines().filter_map(Self::line).collect();
        hints.sort_unstable();
        hints.dedup();
        hints
    }

    /// What the publisher writes for a driver; empty where no rule states a whole USB id.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Vec<Self> {
        let hint = |rule: &meterport_manifest::Match| {
            let id = rule.transport.usb_id()?;
            let is_cable = rule.kind == MatchKind::Cable;
            let transport = rule.transport.as_str();
            Some(Self { transport, vid: id.vid, pid: id.pid, is_cable })
        };
        let mut hints: Vec<Self> = manifest.matches.iter().filter_map(hint).collect();
        hints.sort_unstable();
        hints.dedup();
        hints
    }

    /// The text of the element.
    #[must_use]
    pub fn text(hints: &[Self]) -> String {
        hints.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    /// Whether the driver may be for this device. The manifest may still say no.
    #[must_use]
    pub fn fits(&self, found: &Found) -> bool {
        (self.transport, Some(self.vid), Some(self.pid))
            == (found.seen.as_str(), found.vid, found.pid)
    }

    /// Whether the id is anybody's cable, so that somebody must say which meter hangs on it.
    #[must_use]
    pub fn is_cable(&self) -> bool {
        self.is_cable
    }

    fn line(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let (transport, id, kind) = (words.next()?, words.next()?, words.next());
        let transport = TRANSPORTS.into_iter().find(|known| *known == transport)?;
        let (vid, pid) = id.split_once(':')?;
        let is_cable = match kind {
            None => false,
            Some("cable") => true,
            Some(_) => return None,
        };
        if words.next().is_some() {
            return None;
        }
        Some(Self { transport, vid: number(vid)?, pid: number(pid)?, is_cable })
    }
}

/// Exactly four lower-case hexadecimal digits.
fn number(text: &str) -> Option<u16> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_number = text.len() == 4 && text.bytes().all(is_digit);
    is_number.then(|| u16::from_str_radix(text, 16).ok()).flatten()
}

impl fmt::Display for MatchHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { transport, vid, pid, is_cable } = self;
        let cable = if *is_cable { " cable" } else { "" };
        write!(f, "{transport} {vid:04x}:{pid:04x}{cable}")
    }
}

#[cfg(test)]
mod tests {
    use meterport_manifest::Seen;

    use super::*;

    #[test]
    fn a_line_that_is_not_understood_hides_none_of_the_others() {
        for line in [
            "ble 1a79:6002",
            "hid 1a79",
            "hid 1a79:602",
            "hid 1A79:6002",
            "hid +a79:6002",
            "hid 1a79:6002 device",
            "hid 1a79:6002 cable again",
            "",
        ] {
            let hints = MatchHint::list(&format!("{line}\nusb 1a79:7410\n"));
            assert_eq!(MatchHint::text(&hints), "usb 1a79:7410", "{line}");
        }
    }

    #[test]
    fn another_transport_or_id_is_not_what_the_driver_reads() {
        let hints = MatchHint::list("  serial 0403:6001 cable\n\thid 1a79:6002  ");
        let found = |vid, pid, seen| Found { vid, pid, product: None, seen };
        let fits =
            |found: Found| hints.iter().find(|hint| hint.fits(&found)).map(|hint| hint.is_cable());
        assert_eq!(fits(found(Some(0x1A79), Some(0x6002), Seen::Serial)), None);
        assert_eq!(fits(found(Some(0x0403), Some(0x6002), Seen::Serial)), None);
        assert_eq!(fits(found(None, None, Seen::Serial)), None);
        assert_eq!(fits(found(Some(0x0403), Some(0x6001), Seen::Serial)), Some(true));
        let hid = Seen::Hid { interface: None, collections: Vec::new() };
        assert_eq!(fits(found(Some(0x1A79), Some(0x6002), hid)), Some(false));
    }

    #[test]
    fn what_the_publisher_writes_of_a_manifest_reads_back() {
        let manifest = "manifest = 1\nid = \"a\"\nversion = \"0.1.0\"\ncontract = \"0.1\"\ntitle = \"A\"\n\
             family = \"a\"\n[[model]]\nname = \"A\"\ntested = false\n[[match]]\nkind = \"device\"\n\
             transport = \"serial\"\nline = \"9600 8N1\"\nvid = 0x1209\npid = 0xABCD\n\
             [[match]]\nkind = \"cable\"\ntransport = \"serial\"\nline = \"9600 8N1\"\nvid = 0x0403\npid = 0x6001\n\
             [[match]]\nkind = \"cable\"\ntransport = \"serial\"\nline = \"19200 8N1\"\nvid = 0x0403\npid = 0x6001\n\
             [permissions]\nset-clock = false\nusb-vendor-requests = []\nblock-write = []\n";
        let hints = MatchHint::of(&Manifest::parse(manifest.as_bytes()).unwrap());
        assert_eq!(MatchHint::text(&hints), "serial 0403:6001 cable\nserial 1209:abcd");
        assert_eq!(MatchHint::list(&MatchHint::text(&hints)), hints);
    }
}
