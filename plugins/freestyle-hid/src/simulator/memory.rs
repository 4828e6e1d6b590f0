//! The records, as lines of text, oldest first.

use meterport_sdk::time::{from_seconds, to_seconds};
use meterport_sdk::wit::DeviceTime;
use meterport_simulator::plausible;

use super::Kind;

/// A list of the memory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// What the sensor of a Libre stored by itself.
    History,
    /// Everything else.
    Results,
}

#[derive(Default)]
pub(super) struct Memory {
    history: Vec<Vec<u8>>,
    results: Vec<Vec<u8>>,
}

impl Memory {
    pub(super) fn push(&mut self, place: Place, line: Vec<u8>) {
        match place {
            Place::History => self.history.push(line),
            Place::Results => self.results.push(line),
        }
    }

    pub(super) fn lines(&self, place: Place) -> &[Vec<u8>] {
        match place {
            Place::History => &self.history,
            Place::Results => &self.results,
        }
    }

    /// Plausible records, numbered in the order of their times.
    pub(super) fn fill(&mut self, kind: Kind, records: u32, now: &DeviceTime) {
        *self = Self::default();
        match kind {
            Kind::Libre => self.fill_libre(records, now),
            Kind::PrecisionNeo | Kind::InsuLinx => {
                let mut results = plausible::results(records, now);
                results.reverse();
                for (id, result) in (1001_u32..).zip(&results) {
                    let at = minute(&result.at);
                    let value = result.mg_per_dl;
                    let line = match kind {
                        Kind::InsuLinx => format!("0,{id},{at},0,0,0,0,0,0,{value},0,0"),
                        _ if id % 40 == 0 => format!("9,{id},{at},1,{},1,0", value / 10),
                        _ if id % 20 == 0 => format!("10,{id},{at},1,1,6,0,0,0"),
                        _ => format!("7,{id},{at},1,{value},0,1,0,0,0,0,0,0,0,0"),
                    };
                    self.results.push(line.into());
                }
            }
            Kind::LibrePro | Kind::Libre2 => {}
        }
    }

    /// A sensor value every quarter of an hour, and a scan instead of every sixteenth.
    fn fill_libre(&mut self, records: u32, now: &DeviceTime) {
        let newest = to_seconds(now) - 60;
        for index in 0..records {
            let id = 40_001 + index;
            let age = i64::from(records - 1 - index) * 900;
            let at = second(&from_seconds(newest - age).unwrap_or(*now));
            let value = 62 + index.wrapping_mul(7_919) % 230;
            if index % 16 == 15 {
                self.results.push(scan(id, &at, value).into());
            } else {
                let minutes = index * 15 % 20_160;
                let first = u32::from(minutes == 0);
                let line = format!("{id},12,{at},1,0,0,0,{first},{value},{minutes},0");
                self.history.push(line.into());
            }
        }
    }

    /// Makes the record at a place, the newest first, HI, LO, a control test or an error.
    pub(super) fn alter(&mut self, kind: Kind, what: &str, place: usize) -> bool {
        let (lines, value) = match kind {
            Kind::Libre => (&mut self.history, 13),
            Kind::InsuLinx => (&mut self.results, 13),
            _ => (&mut self.results, 8),
        };
        let index = lines.len().checked_sub(place + 1);
        let Some(line) = index.and_then(|index| lines.get_mut(index)) else { return false };
        match (kind, what) {
            (Kind::Libre, "hi") => set(line, value, "500"),
            (Kind::Libre, "lo") => set(line, value, "40"),
            (Kind::Libre, "error") => set(line, value, "0") && set(line, 15, "32768"),
            (Kind::PrecisionNeo | Kind::InsuLinx, "hi") => set(line, value, "HI"),
            (Kind::PrecisionNeo | Kind::InsuLinx, "lo") => set(line, value, "LO"),
            (Kind::PrecisionNeo, "control") => set(line, 10, "0"),
            _ => false,
        }
    }

    /// Leaves the first fields of every scan.
    pub(super) fn cut_scans(&mut self, fields: usize) {
        for line in &mut self.results {
            let kept: Vec<&[u8]> = line.split(|byte| *byte == b',').take(fields).collect();
            *line = kept.join(&b","[..]);
        }
    }
}

fn scan(id: u32, at: &str, value: u32) -> String {
    format!(
        "{id},2,{at},1,2,0,0,{value},1,3,0,0,0,0,0,0,0,0,0,0,0,0,0,0,\
         \"\",\"\",\"\",\"\",\"\",\"\",7,{at},1,0"
    )
}

fn set(line: &mut Vec<u8>, field: usize, value: &str) -> bool {
    let mut fields: Vec<&[u8]> = line.split(|byte| *byte == b',').collect();
    let Some(slot) = fields.get_mut(field) else { return false };
    *slot = value.as_bytes();
    *line = fields.join(&b","[..]);
    true
}

fn minute(at: &DeviceTime) -> String {
    format!("{},{},{},{},{}", at.month, at.day, at.year % 100, at.hour, at.minute)
}

fn second(at: &DeviceTime) -> String {
    format!("{},{}", minute(at), at.second)
}
