//! What the simulated meters say.

use meterport_sdk::check::sum16;
use meterport_sdk::wit::DeviceTime;

use super::knobs::Knobs;
use super::{Family, Shown, Stored};

/// The lines of a dump, header and checksum included.
pub(super) fn dump(
    knobs: &Knobs,
    now: &DeviceTime,
    memory: &[Stored],
    wrong_sum: bool,
) -> Vec<Vec<u8>> {
    let precision = knobs.family == Family::Precision;
    let (serial, version) =
        if precision { ("XCMX042-P5512", "1.04") } else { ("CXMR042-P5512", "0.31-P") };
    let count = match knobs.count {
        None if memory.is_empty() => "Log Empty".to_owned(),
        None => format!("{:03}", memory.len()),
        Some(count) => format!("{count:03}"),
    };
    let clock = format!("{} {:02}:{:02}:{:02}", date(now), now.hour, now.minute, now.second);
    let mut lines = vec![
        "\r\n".to_owned(),
        format!("{serial}\r\n"),
        format!("{version}\r\n"),
        format!("{clock}\r\n"),
        format!("{count}\r\n"),
    ];
    if !precision {
        lines.push(if knobs.lone_lf { "\n" } else { "\r\n" }.to_owned());
    }
    let stray = if knobs.stray { "*" } else { "" };
    lines.extend(memory.iter().map(|stored| format!("{stray}{}\r\n", record(stored, precision))));
    let mut sum = sum16(lines.concat().as_bytes());
    if wrong_sum {
        sum ^= 0x0010;
    }
    let bare = knobs.bare_end && memory.is_empty();
    lines.push(if bare { "END\r\n".to_owned() } else { format!("0x{sum:04X}  END\r\n") });
    let mut lines: Vec<Vec<u8>> = lines.into_iter().map(String::into_bytes).collect();
    if knobs.stx {
        if let Some(first) = lines.first_mut() {
            first.insert(0, 0x02);
        }
        if let Some(last) = lines.last_mut() {
            last.push(0x03);
        }
    }
    lines
}

/// Tab separated; the month has three letters and two blanks.
pub(super) fn colq(now: &DeviceTime, mmol: bool) -> Vec<u8> {
    let unit = if mmol { "MMOL" } else { "MGDL" };
    let month = month(now).get(..3).unwrap_or_default();
    format!(
        "S/N:\tXCMX042-P5512\r\nVer:\t1.04\t{unit}\r\nClock:\t{month}  {:02} {}\t{:02}:{:02}:{:02}\r\n\
         Market:\t0001\r\nROM:\t0040\r\nUsage:\t0031\r\nCMD OK\r\n",
        now.day, now.year, now.hour, now.minute, now.second
    )
    .into_bytes()
}

fn record(stored: &Stored, precision: bool) -> String {
    let shown = match stored.shown {
        Shown::Number(number) => format!("{number:03}"),
        Shown::High => "HI ".to_owned(),
        Shown::Low => "LO ".to_owned(),
    };
    let kind = match (precision, stored.ketone) {
        (false, _) => "09",
        (true, false) => "G",
        (true, true) => "K",
    };
    let at = &stored.at;
    format!("{shown}  {} {:02}:{:02} {kind} 0x{:02X}", date(at), at.hour, at.minute, stored.flags)
}

fn date(at: &DeviceTime) -> String {
    format!("{} {:02} {:04}", month(at), at.day, at.year)
}

/// Four characters.
fn month(at: &DeviceTime) -> &'static str {
    match at.month {
        1 => "Jan ",
        2 => "Feb ",
        3 => "Mar ",
        4 => "Apr ",
        5 => "May ",
        6 => "June",
        7 => "July",
        8 => "Aug ",
        9 => "Sep ",
        10 => "Oct ",
        11 => "Nov ",
        _ => "Dec ",
    }
}

#[cfg(test)]
mod tests {
    use meterport_sdk::time::checked;

    use super::*;

    fn said(knobs: &Knobs, memory: &[Stored]) -> String {
        let now = checked(2026, 3, 10, 8, 2, 11).unwrap();
        String::from_utf8(dump(knobs, &now, memory, false).concat()).unwrap()
    }

    #[test]
    fn the_worked_answer_of_the_lite_group_comes_out_byte_for_byte() {
        let at =
            |month, day, hour, minute, year| checked(year, month, day, hour, minute, 0).unwrap();
        let high = Stored::glucose(at(3, 9, 21, 40, 2026), 0);
        let memory = [
            Stored::glucose(at(3, 10, 7, 15, 2026), 104),
            Stored { shown: Shown::High, ..high },
            Stored { flags: 1, ..Stored::glucose(at(6, 8, 12, 0, 2025), 118) },
        ];
        assert_eq!(
            said(&Knobs::default(), &memory),
            "\r\nCXMR042-P5512\r\n0.31-P\r\nMar  10 2026 08:02:11\r\n003\r\n\r\n\
             104  Mar  10 2026 07:15 09 0x00\r\nHI   Mar  09 2026 21:40 09 0x00\r\n\
             118  June 08 2025 12:00 09 0x01\r\n0x1DA0  END\r\n"
        );
    }

    #[test]
    fn the_worked_answer_of_the_precision_group_comes_out_byte_for_byte() {
        let at = |day, hour, minute| checked(2026, 3, day, hour, minute, 0).unwrap();
        let memory = [
            Stored::glucose(at(10, 7, 15), 104),
            Stored::ketone(at(10, 7, 20), 11),
            Stored { shown: Shown::High, ..Stored::glucose(at(9, 21, 40), 0) },
        ];
        let knobs = Knobs { family: Family::Precision, ..Knobs::default() };
        assert_eq!(
            said(&knobs, &memory),
            "\r\nXCMX042-P5512\r\n1.04\r\nMar  10 2026 08:02:11\r\n003\r\n\
             104  Mar  10 2026 07:15 G 0x00\r\n011  Mar  10 2026 07:20 K 0x00\r\n\
             HI   Mar  09 2026 21:40 G 0x00\r\n0x1C56  END\r\n"
        );
    }
}
