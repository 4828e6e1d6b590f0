//! What the simulated meter says, as text and as bytes.

use meterport_sdk::check::sum16;
use meterport_sdk::time::to_seconds;
use meterport_sdk::wit::DeviceTime;

use super::Stored;

pub(super) fn line(text: &str) -> Vec<u8> {
    format!("{text} {:04X}\r\n", sum16(text.as_bytes())).into_bytes()
}

/// Another last digit of the checksum.
pub(super) fn spoil_checksum(line: &mut [u8]) {
    if let [.., digit, b'\r', b'\n'] = line {
        *digit = if *digit == b'0' { b'1' } else { b'0' };
    }
}

pub(super) fn firmware() -> String {
    "?P02.00.00 30/08/06".to_owned()
}

pub(super) fn serial() -> String {
    format!("@ \"{SERIAL}\"")
}

pub(super) fn clock(now: &DeviceTime) -> String {
    format!("F {}", moment(now))
}

pub(super) fn unit(mmol: bool) -> String {
    format!("SU?,\"{}\"", unit_word(mmol))
}

pub(super) fn header(count: usize, mmol: bool) -> String {
    format!("P {count:03},\"{SERIAL}\",\"{}\"", unit_word(mmol))
}

pub(super) fn record(stored: &Stored) -> String {
    let control = if stored.control { 'C' } else { ' ' };
    let parity = if stored.suspect { '?' } else { ' ' };
    format!(
        "P {},\"{control} {:03}{parity}\",\"{}\",\"{:02}\", 00",
        moment(&stored.at),
        stored.mg_per_dl,
        stored.meal,
        stored.comment
    )
}

fn unit_word(mmol: bool) -> &'static str {
    if mmol { "MMOL/L" } else { "MG/DL " }
}

/// Weekday, date and time, each in quotes.
fn moment(at: &DeviceTime) -> String {
    // 1970-01-01 was a Thursday.
    let weekday = match to_seconds(at).div_euclid(86_400).rem_euclid(7) {
        0 => "THU",
        1 => "FRI",
        2 => "SAT",
        3 => "SUN",
        4 => "MON",
        5 => "TUE",
        _ => "WED",
    };
    format!(
        "\"{weekday}\",\"{:02}/{:02}/{:02}\",\"{:02}:{:02}:{:02}   \"",
        at.month,
        at.day,
        at.year % 100,
        at.hour,
        at.minute,
        at.second
    )
}

const SERIAL: &str = "KLM2Q7XYY";

#[cfg(test)]
mod tests {
    use meterport_sdk::time::checked;

    use super::*;

    #[test]
    fn the_worked_lines_come_out_byte_for_byte() {
        let at = |day, hour, minute, second| checked(2026, 3, day, hour, minute, second).unwrap();
        let first = Stored { meal: 'B', ..Stored::plain(at(10, 7, 15, 0), 104) };
        let second = Stored { control: true, ..Stored::plain(at(9, 21, 40, 0), 118) };
        let third = Stored { meal: 'A', comment: 3, ..Stored::plain(at(8, 12, 5, 0), 601) };
        let said = [
            header(3, false),
            record(&first),
            record(&second),
            record(&third),
            clock(&at(10, 8, 1, 30)),
            unit(false),
            firmware(),
            serial(),
        ]
        .map(|text| String::from_utf8(line(&text)).unwrap());
        assert_eq!(
            said,
            [
                "P 003,\"KLM2Q7XYY\",\"MG/DL \" 05FE\r\n",
                "P \"TUE\",\"03/10/26\",\"07:15:00   \",\"  104 \",\"B\",\"00\", 00 09A0\r\n",
                "P \"MON\",\"03/09/26\",\"21:40:00   \",\"C 118 \",\"N\",\"00\", 00 09D2\r\n",
                "P \"SUN\",\"03/08/26\",\"12:05:00   \",\"  601 \",\"A\",\"03\", 00 09AE\r\n",
                "F \"TUE\",\"03/10/26\",\"08:01:30   \" 0602\r\n",
                "SU?,\"MG/DL \" 02CA\r\n",
                "?P02.00.00 30/08/06 03BC\r\n",
                "@ \"KLM2Q7XYY\" 034C\r\n",
            ]
        );
    }
}
