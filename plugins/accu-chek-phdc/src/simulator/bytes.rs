//! What the meter sends, byte for byte.

use meterport_sdk::wit::DeviceTime;

use super::Stored;

/// One APDU: kind, length, content.
pub(super) fn apdu(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes(), sized(content).as_slice()].concat()
}

/// One message of the conversation.
pub(super) fn message(invoke_id: u16, choice: u16, body: &[u8]) -> Vec<u8> {
    let head = [invoke_id.to_be_bytes(), choice.to_be_bytes()].concat();
    apdu(0xE700, &sized(&[head.as_slice(), &sized(body)].concat()))
}

/// The body of an event.
pub(super) fn event(handle: u16, time: u32, kind: u16, content: &[u8]) -> Vec<u8> {
    let head = [&handle.to_be_bytes()[..], &time.to_be_bytes(), &kind.to_be_bytes()].concat();
    [head, sized(content)].concat()
}

/// The body of an answer to an action.
pub(super) fn answer(kind: u16, content: &[u8]) -> Vec<u8> {
    let head = [STORE.to_be_bytes(), kind.to_be_bytes()].concat();
    [head, sized(content)].concat()
}

/// A list: how many, how many bytes, and the items.
pub(super) fn list(items: &[Vec<u8>]) -> Vec<u8> {
    let count = u16::try_from(items.len()).unwrap_or(u16::MAX);
    [count.to_be_bytes().to_vec(), sized(&items.concat())].concat()
}

/// One attribute.
pub(super) fn attribute(id: u16, value: &[u8]) -> Vec<u8> {
    [id.to_be_bytes().to_vec(), sized(value)].concat()
}

/// Bytes with their length before them.
pub(super) fn sized(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), bytes].concat()
}

/// The association request of the meter.
pub(super) fn association_request() -> Vec<u8> {
    let mut info = vec![0x80, 0, 0, 0, 0x80, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0];
    info.extend(sized(&SYSTEM_ID));
    info.extend([0x40, 0x00, 0x00, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00]);
    let protocol = [&[0x50, 0x79], sized(&info).as_slice()].concat();
    apdu(0xE200, &[&[0x80, 0, 0, 0], list(&[protocol]).as_slice()].concat())
}

/// What the meter says about its objects: a number, and the store unless it is not ready yet.
pub(super) fn configuration(store: bool, segments: u16) -> Vec<u8> {
    let unit = attribute(0x0996, &[0x08, 0x52]);
    let mut objects = vec![[&[0, 6, 0, 1], list(&[unit]).as_slice()].concat()];
    if store {
        let attributes =
            [attribute(0x0951, &segments.to_be_bytes()), attribute(0x0A4D, &[0x38, 0x00])];
        let head = [&[0, 0x3D], &STORE.to_be_bytes()[..]].concat();
        objects.push([head, list(&attributes)].concat());
    }
    [&[0x40, 0x00], list(&objects).as_slice()].concat()
}

/// The entries of the production data.
pub(super) fn production(serial_first: bool) -> Vec<u8> {
    let entry = |kind: u8, text: &[u8]| [&[0, kind, 0, 0], sized(text).as_slice()].concat();
    let (serial, firmware) = (entry(1, b"923-01234567"), entry(5, b"v1.2"));
    if serial_first {
        list(&[serial, firmware])
    } else {
        list(&[entry(2, b"07"), firmware, entry(3, b""), serial])
    }
}

/// Eight bytes of two decimal digits; all ones where the clock was lost.
pub(super) fn absolute_time(time: Option<&DeviceTime>) -> [u8; 8] {
    let Some(time) = time else { return [0xFF; 8] };
    let two = |number: u16| u8::try_from(number / 10 * 16 + number % 10).unwrap_or(0xFF);
    let century = two(time.year / 100);
    let rest = [time.month, time.day, time.hour, time.minute, time.second];
    let [month, day, hour, minute, second] = rest.map(|number| two(u16::from(number)));
    [century, two(time.year % 100), month, day, hour, minute, second, 0]
}

/// One entry of segment 0.
pub(super) fn entry(stored: &Stored) -> Vec<u8> {
    let mut bytes = absolute_time(stored.at.as_ref()).to_vec();
    bytes.extend(stored.glucose.to_be_bytes());
    bytes.extend(stored.status.to_be_bytes());
    bytes
}

/// What segment 0 says its entries are: a time, then a number with its status.
pub(super) const ENTRY_MAP: [u8; 26] = [
    0x80, 0x00, // absolute time
    0x00, 0x01, 0x00, 0x14, // one element
    0x00, 0x06, 0x00, 0x02, 0x71, 0xB8, 0x00, 0x01, // numeric, glucose, handle 1
    0x00, 0x02, 0x00, 0x08, 0x0A, 0x4C, 0x00, 0x02, 0x09, 0x47, 0x00, 0x02, // number, status
];

/// The store's handle.
pub(super) const STORE: u16 = 2;

pub(super) const SYSTEM_ID: [u8; 8] = [0x00, 0x60, 0x19, 0x00, 0x12, 0x34, 0x56, 0x78];
