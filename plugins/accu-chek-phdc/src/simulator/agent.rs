//! The conversation from the meter's side.

use super::Meter;
use super::bytes::{
    ENTRY_MAP, STORE, SYSTEM_ID, absolute_time, answer, apdu, association_request, attribute,
    configuration, entry, event, list, message, production, sized,
};

/// Where the meter is in the conversation.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum State {
    /// It waits for being woken.
    PluggedIn,
    /// It has asked for an association.
    Asked,
    /// It has described itself.
    Configuring,
    /// It answers.
    Operating,
    /// It has sent entries, and wants them to be confirmed.
    Sending { segment: u16, first: u32, count: u32 },
    /// It has aborted.
    Dead,
}

/// The one invoke id that the meter uses for everything it sends by itself after its configuration.
const DATA_ID: u16 = 0x0105;
const CONFIGURATION_ID: u16 = 1;

impl Meter {
    pub(super) fn wake(&mut self) -> Option<Vec<u8>> {
        (self.state == State::PluggedIn).then(|| {
            self.state = State::Asked;
            association_request()
        })
    }

    /// What the meter answers to one transfer.
    pub(super) fn react(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let answer = match (self.state, bytes) {
            (State::Dead | State::PluggedIn, _) => return Vec::new(),
            (State::Asked, [0xE3, 0, 0, 0x2C, 0, 3, ..]) if bytes.len() == 48 => self.describe(),
            (State::Configuring, [0xE3, 0, 0, 0x2C, 0, 3, ..])
                if bytes.len() == 48 && self.configurations <= self.faults.no_store =>
            {
                self.describe()
            }
            (State::Configuring, bytes) if accepts(bytes) => {
                self.state = State::Operating;
                return Vec::new();
            }
            (State::Operating, [0xE4, 0, 0, 2, 0, 0]) => {
                self.state = State::PluggedIn;
                Some(vec![apdu(0xE500, &[0, 0])])
            }
            (
                State::Operating,
                [0xE7, 0, _, _, _, _, id, id_low, kind, kind_low, _, _, body @ ..],
            ) => {
                let id = u16::from_be_bytes([*id, *id_low]);
                self.operate(id, u16::from_be_bytes([*kind, *kind_low]), body)
            }
            (State::Sending { segment, first, count }, bytes) => {
                let mut content = segment.to_be_bytes().to_vec();
                content.extend(first.to_be_bytes());
                content.extend(count.to_be_bytes());
                content.extend([0x00, 0x80]);
                let due = message(DATA_ID, 0x0201, &event(STORE, u32::MAX, 0x0D21, &content));
                (bytes == due).then(|| self.data(segment, first + count))
            }
            _ => None,
        };
        answer.unwrap_or_else(|| self.abort())
    }

    fn abort(&mut self) -> Vec<Vec<u8>> {
        self.state = State::Dead;
        vec![apdu(0xE600, &[0, 0])]
    }

    fn describe(&mut self) -> Option<Vec<Vec<u8>>> {
        self.state = State::Configuring;
        self.configurations += 1;
        let store = self.configurations > self.faults.no_store;
        let content = configuration(store, self.segments());
        Some(vec![message(CONFIGURATION_ID, 0x0101, &event(0, 0, 0x0D1C, &content))])
    }

    fn operate(&mut self, id: u16, choice: u16, body: &[u8]) -> Option<Vec<Vec<u8>>> {
        match (choice, body) {
            (0x0103, [0, 0, 0, 0, 0, 0]) => Some(vec![message(id, 0x0203, &self.attributes())]),
            (0x0107, [0, STORE_LOW, 0x0C, 0x0D, 0, 6, 0, 1, 0, 2, 0, 0]) => {
                Some(vec![message(id, 0x0207, &answer(0x0C0D, &self.segment_info()))])
            }
            (0x0107, [0, STORE_LOW, 0x0C, 0x1C, 0, 2, high, low]) => {
                Some(self.trigger(id, u16::from_be_bytes([*high, *low])))
            }
            (0x0106 | 0x0107, [_, _, 0x0C, 0x17, ..]) => self.forbidden("set the clock"),
            (0x0106 | 0x0107, [_, _, 0x0C, 0x0C, ..]) => self.forbidden("clear a segment"),
            (0x0104 | 0x0105, _) => self.forbidden("set an attribute"),
            _ => Some(vec![message(id, 0x0300, &NO_SUCH_INSTANCE)]),
        }
    }

    fn forbidden(&mut self, what: &str) -> Option<Vec<Vec<u8>>> {
        self.violation.get_or_insert_with(|| what.to_owned());
        None
    }

    fn attributes(&self) -> Vec<u8> {
        let model = [sized(b"Roche "), sized(self.model.as_bytes())].concat();
        let clock = if self.faults.clock_lost { None } else { Some(&self.clock) };
        let attributes = [
            attribute(0x0928, &model),
            attribute(0x092D, &production(!self.faults.serial_last)),
            attribute(0x0987, &absolute_time(clock)),
            attribute(0x0984, &sized(&SYSTEM_ID)),
        ];
        [&[0, 0], list(&attributes).as_slice()].concat()
    }

    fn segments(&self) -> u16 {
        if self.faults.second_segment { 2 } else { 1 }
    }

    fn segment_info(&self) -> Vec<u8> {
        if self.faults.no_info {
            return list(&[]);
        }
        let held = i64::try_from(self.memory.len()).unwrap_or(i64::MAX);
        let count = held.saturating_add(i64::from(self.faults.count_offset));
        let count = u32::try_from(count).unwrap_or_default();
        let mut map = ENTRY_MAP;
        if self.faults.other_map {
            map[0] = 0x40;
        }
        let attributes = [attribute(0x097B, &count.to_be_bytes()), attribute(0x0A4E, &map)];
        let mut segments = vec![[&[0, 0], list(&attributes).as_slice()].concat()];
        if self.faults.second_segment {
            segments.push([&[0, 1], list(&[]).as_slice()].concat());
        }
        list(&segments)
    }

    fn trigger(&mut self, id: u16, segment: u16) -> Vec<Vec<u8>> {
        if segment > 0 && self.faults.error_second {
            return vec![message(id, 0x0300, &NO_SUCH_INSTANCE)];
        }
        let held = self.entries(segment).len();
        let result: u16 = if self.put_off < self.faults.later {
            self.put_off += 1;
            2
        } else if segment >= self.segments() || (segment > 0 && self.faults.refuse_second) {
            1
        } else if self.faults.trigger_fails {
            0x0200
        } else if held == 0 {
            3
        } else {
            0
        };
        let content = [segment.to_be_bytes(), result.to_be_bytes()].concat();
        let mut apdus = vec![message(id, 0x0207, &answer(0x0C1C, &content))];
        if result == 0 {
            apdus.extend(self.data(segment, 0));
        }
        apdus
    }

    /// The entries from `first` on, or nothing where all have been confirmed.
    fn data(&mut self, segment: u16, first: u32) -> Vec<Vec<u8>> {
        let entries = self.entries(segment);
        let rest = usize::try_from(first).ok().and_then(|first| entries.get(first..));
        let rest = rest.unwrap_or_default();
        if rest.is_empty() {
            self.state = State::Operating;
            return Vec::new();
        }
        self.transfers += 1;
        if self.faults.abort_at == Some(self.transfers) {
            return self.abort();
        }
        if self.faults.silent_at == Some(self.transfers) {
            self.state = State::Dead;
            return Vec::new();
        }
        let now = rest.len().min(self.faults.per_transfer());
        let count = u32::try_from(now).unwrap_or_default();
        let mut status: u16 = if first == 0 { 0x8000 } else { 0 };
        if now == rest.len() {
            status |= 0x4000;
        }
        if self.faults.break_off_at == Some(self.transfers) {
            status |= 0x0800;
        }
        let shown = if self.faults.skip_at == Some(self.transfers) { first + 1 } else { first };
        self.state = State::Sending { segment, first: shown, count };
        let mut content = segment.to_be_bytes().to_vec();
        content.extend(shown.to_be_bytes());
        content.extend(count.to_be_bytes());
        content.extend(status.to_be_bytes());
        content.extend(sized(&rest.iter().take(now).flatten().copied().collect::<Vec<_>>()));
        vec![message(DATA_ID, 0x0101, &event(STORE, u32::MAX, 0x0D21, &content))]
    }

    /// The bytes of a segment's entries.
    fn entries(&self, segment: u16) -> Vec<Vec<u8>> {
        match segment {
            0 => self.memory.iter().map(entry).collect(),
            1 if self.faults.second_segment => (1..=3).map(|number| vec![number; 14]).collect(),
            _ => Vec::new(),
        }
    }
}

/// Whether this accepts the configuration.
fn accepts(bytes: &[u8]) -> bool {
    bytes == message(CONFIGURATION_ID, 0x0201, &event(0, 0, 0x0D1C, &[0x40, 0, 0, 0]))
}

const STORE_LOW: u8 = 2;

/// The content of an error: its number, and no more about it.
const NO_SUCH_INSTANCE: [u8; 4] = [0, 1, 0, 0];
