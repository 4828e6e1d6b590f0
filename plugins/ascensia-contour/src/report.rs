//! HID reports of the models that have USB. They are unnumbered: the report id is 0.
//!
//! | byte          | meaning                                                          |
//! |---------------|------------------------------------------------------------------|
//! | 0             | report id, 0                                                     |
//! | 1 to 3        | `ABC`                                                            |
//! | 4             | n, 0 to 60                                                       |
//! | 5 to 4+n      | bytes of the stream                                              |
//! | up to 64      | zero, or what stood there before                                 |
//!
//! Spec: `README.md`, sources 1 and 2. Pure.

/// The bytes that an input report carries; `None` where it is not one of the meter's.
#[must_use]
pub fn payload(report: &[u8]) -> Option<&[u8]> {
    let [0, b'A', b'B', b'C', length, rest @ ..] = report else { return None };
    let length = usize::from(*length);
    if length > MOST { None } else { rest.get(..length) }
}

/// The output report that carries one byte.
#[must_use]
pub fn with_byte(byte: u8) -> Vec<u8> {
    let mut report = vec![0, b'A', b'B', b'C', 1, byte];
    report.resize(REPORT, 0);
    report
}

/// Bytes of a report, its id counted.
const REPORT: usize = 65;
/// Most bytes that one report carries.
const MOST: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_report_of_the_meter_carries_nothing() {
        let good = with_byte(6);
        for (at, byte) in [(0, 1), (1, b'a'), (2, 0), (3, b'D'), (4, 61), (4, 255)] {
            let mut bad = good.clone();
            bad[at] = byte;
            assert_eq!(payload(&bad), None);
        }
        assert_eq!(payload(&good[..5]), None);
        assert_eq!(payload(&[]), None);
    }

    #[test]
    fn padding_is_no_payload_whatever_stands_there() {
        let mut report = with_byte(6);
        report[6..].fill(0x02);
        assert_eq!(payload(&report), Some(&[6][..]));
        report[4] = 0;
        assert_eq!(payload(&report), Some(&[][..]));
        report[4] = 60;
        assert_eq!(payload(&report).map(<[u8]>::len), Some(60));
    }
}
