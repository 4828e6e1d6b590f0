//! What the meters answer.

use meterport_sdk::time::to_seconds;
use meterport_sdk::wit::DeviceTime;

use super::knobs::{Knobs, Refused};
use super::{Model, Stored};

/// Everything an answer is made of.
pub(super) struct Meter<'meter> {
    pub(super) now: &'meter DeviceTime,
    pub(super) memory: &'meter [Stored],
    pub(super) knobs: &'meter Knobs,
}

pub(super) const REFUSAL: &[u8] = &[0x03, 0x09];

/// Which record a request is for.
pub(super) fn place(model: Model, message: &[u8]) -> Option<u16> {
    match (model, message) {
        (Model::VerioIq, [_, 0x21, low, high]) | (_, [_, 0x31, 0x02, low, high, 0x00]) => {
            Some(u16::from_le_bytes([*low, *high]))
        }
        _ => None,
    }
}

impl Meter<'_> {
    /// The answer to one message, or what makes the message a violation.
    pub(super) fn answer(&self, block: u64, message: &[u8]) -> Result<Vec<u8>, &'static str> {
        let Some((service, command)) = message.split_first() else { return Err("no request") };
        if matches!(command, [0x1A, ..]) {
            return Err("erase");
        }
        if matches!(command, [0x20 | 0x09, 0x01, ..]) {
            return Err("set");
        }
        match (self.knobs.model, block) {
            (Model::VerioIq, _) => self.on_the_line(*service, command),
            (_, 3) => self.in_general(*service, command),
            (_, 4) => self.in_parameters(command),
            _ => Err("a request to a block without a use"),
        }
    }

    fn on_the_line(&self, service: u8, command: &[u8]) -> Result<Vec<u8>, &'static str> {
        let content = match (service, command) {
            (4, [0x06]) => self.unless(Refused::Model, || b"VerioIQ".to_vec()),
            (3, [0x0D, 0x01]) => {
                self.unless(Refused::Software, || [&[0x08], SOFTWARE.as_bytes(), &[0]].concat())
            }
            (3, [0x0B, 0x01, 0x02]) | (4, [0x0B, 0x00, 0x02]) => {
                self.unless(Refused::Serial, || [SERIAL.as_bytes(), &[0]].concat())
            }
            (3, [0x09, 0x02, 0x02]) => self.unit(),
            (3, [0x21, low, high]) => self.stored(*low, *high).map(|(_, stored)| {
                let mut record = seconds(&stored.at).to_vec();
                record.extend(stored.mg_per_dl.to_le_bytes());
                record.extend([stored.control, stored.meal, 0, 0]);
                record
            }),
            (3, command) => self.of_all(command)?,
            _ => return Err(UNKNOWN),
        };
        Ok(reply(service, content))
    }

    fn in_general(&self, service: u8, command: &[u8]) -> Result<Vec<u8>, &'static str> {
        if !(3..=5).contains(&service) {
            return Err(UNKNOWN);
        }
        let content = match command {
            [0xE6, 0x02, 0x00] => self.unless(Refused::Serial, || wide(SERIAL)),
            [0xE6, 0x02, 0x01] => self.unless(Refused::Model, || wide(self.knobs.model.name())),
            [0xE6, 0x02, 0x02] => self.unless(Refused::Software, || wide(SOFTWARE)),
            [0xE6, 0x02, 0x04] => Some(wide("dd.MM.yyyy")),
            [0xE6, 0x02, 0x05] => Some(wide("HH:mm")),
            [0xE6, 0x02, 0x07] => Some(wide("www.example.com")),
            [0xE6, 0x02, 0x09] => Some(wide("en")),
            [0x31, 0x02, low, high, 0x00] => self.stored(*low, *high).map(|(inverse, stored)| {
                let mut record = inverse.to_le_bytes().to_vec();
                record.push(stored.control);
                record.extend(stored.lifetime.to_le_bytes());
                record.extend(seconds(&stored.at));
                record.extend(stored.mg_per_dl.to_le_bytes());
                record.extend([stored.meal, 0, stored.comment, 0x0B, 0]);
                record
            }),
            command => self.of_all(command)?,
        };
        Ok(reply(service, content))
    }

    /// The answer's service is 03 whatever the request's was.
    fn in_parameters(&self, command: &[u8]) -> Result<Vec<u8>, &'static str> {
        let content = match command {
            [0x00, 0x00] => Some(wide("HH:mm")),
            [0x02, 0x00] => Some(wide("dd.MM.yyyy")),
            [0x04, 0x00] => self.unit(),
            _ => return Err(UNKNOWN),
        };
        Ok(reply(3, content))
    }

    fn of_all(&self, command: &[u8]) -> Result<Option<Vec<u8>>, &'static str> {
        Ok(match command {
            [0x20, 0x02] => Some(seconds(self.now).to_vec()),
            [0x27, 0x00] => {
                let held = i64::try_from(self.memory.len()).unwrap_or(i64::MAX);
                let count = held.saturating_add(i64::from(self.knobs.count_offset));
                Some(u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes().to_vec())
            }
            _ => return Err(UNKNOWN),
        })
    }

    fn unit(&self) -> Option<Vec<u8>> {
        self.unless(Refused::Unit, || self.knobs.unit.to_le_bytes().to_vec())
    }

    fn unless(&self, what: Refused, answer: impl FnOnce() -> Vec<u8>) -> Option<Vec<u8>> {
        (self.knobs.refuse != Some(what)).then(answer)
    }

    /// The record at a place, 0 is the newest, and its place counted from the oldest, which is 1.
    fn stored(&self, low: u8, high: u8) -> Option<(u16, &Stored)> {
        let place = usize::from(u16::from_le_bytes([low, high]));
        let stored = self.memory.get(place)?;
        Some((u16::try_from(self.memory.len().checked_sub(place)?).ok()?, stored))
    }
}

fn reply(service: u8, content: Option<Vec<u8>>) -> Vec<u8> {
    match content {
        Some(content) => [&[service, 0x06], content.as_slice()].concat(),
        None => vec![service, 0x09],
    }
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

/// Seconds since 2000-01-01 00:00:00.
fn seconds(time: &DeviceTime) -> [u8; 4] {
    u32::try_from(to_seconds(time) - 946_684_800).unwrap_or_default().to_le_bytes()
}

const UNKNOWN: &str = "a request that nobody has described";
const SERIAL: &str = "ZXQ12345";
const SOFTWARE: &str = "01.05.00";
