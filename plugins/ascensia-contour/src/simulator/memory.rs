//! What the meter holds, and the records it makes of it. ASTM E1394.

use meterport_sdk::wit::DeviceTime;

/// One result.
#[derive(Clone, PartialEq)]
pub struct Stored {
    /// On the meter's clock.
    pub at: DeviceTime,
    /// What was measured. With a side, what the record says is the limit.
    pub mg_per_dl: u16,
    /// `<` or `>`: beyond what the meter can show.
    pub side: Option<char>,
    /// What was on the strip.
    pub sample: Sample,
    /// Marks as the meter writes them, such as `B/T1`.
    pub marks: String,
}

/// What was on the strip.
#[derive(Clone, Copy, PartialEq)]
pub enum Sample {
    /// Blood.
    Blood,
    /// Control solution.
    Control,
}

/// A model of the family.
#[derive(Clone, Copy, PartialEq)]
pub struct Model {
    /// The four digits of its code.
    pub code: &'static str,
    /// As it calls itself on USB: invented, no source has it.
    pub name: &'static str,
    /// USB product id; 0 for a model with a jack.
    pub pid: u16,
    /// HID or serial.
    pub is_hid: bool,
    serial: &'static str,
}

const fn hid(code: &'static str, name: &'static str, pid: u16, serial: &'static str) -> Model {
    Model { code, name, pid, is_hid: true, serial }
}

const fn jack(code: &'static str, name: &'static str, serial: &'static str) -> Model {
    Model { code, name, pid: 0, is_hid: false, serial }
}

impl Model {
    /// Contour Next One.
    pub const NEXT_ONE: Self = hid("7800", "Contour Next One", 0x7800, "7800H2044617");

    /// Every model. Serial numbers are invented.
    pub const ALL: [Self; 14] = [
        hid("7390", "Contour USB", 0x6002, "7390-1044617"),
        hid("7410", "Contour Next USB", 0x7410, "7410-1044617"),
        hid("7350", "Contour Next", 0x7350, "7350-1044617"),
        hid("6200", "Contour Next Link", 0x6200, "6200-1044617"),
        hid("6300", "Contour Next Link", 0x6300, "6300-1044617"),
        hid("6210", "Contour Next Link 2.4", 0x6210, "6210-1044617"),
        Self::NEXT_ONE,
        hid("7900", "Contour Next", 0x7900, "7900H2044617"),
        hid("7950", "Contour Plus Blue", 0x7950, "7950H2044617"),
        jack("7150", "Contour", "7150-1044617"),
        jack("7220", "Contour", "7220-1044617"),
        jack("7160", "Contour Next EZ", "7160-1044617"),
        jack("7600", "Contour Plus", "7600-1044617"),
        hid("7999", "Contour of tomorrow", 0x7999, "7999H2044617"),
    ];
}

/// The unit of values and limits.
#[derive(Clone, Copy, PartialEq)]
pub enum Unit {
    /// mg/dL.
    MgPerDl,
    /// mmol/L.
    MmolPerL,
}

/// How the average of a serial model is numbered: the sources do not say.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum AverageNumber {
    Shared,
    Own,
}

pub(super) struct Settings {
    pub(super) maker: &'static str,
    pub(super) unit: Unit,
    pub(super) sends_limits: bool,
    pub(super) exact_sixty: bool,
    pub(super) count_offset: i64,
    pub(super) lost_clock: bool,
    pub(super) long_time: bool,
    pub(super) clock_seconds: bool,
    pub(super) oldest_first: bool,
    pub(super) falling_numbers: bool,
    pub(super) order_behind: bool,
    pub(super) diary: bool,
    pub(super) average: AverageNumber,
    pub(super) ends: bool,
    pub(super) gap_at: Option<usize>,
    pub(super) lost_time_at: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            maker: "Contour",
            unit: Unit::MgPerDl,
            sends_limits: true,
            exact_sixty: false,
            count_offset: 0,
            lost_clock: false,
            long_time: false,
            clock_seconds: false,
            oldest_first: false,
            falling_numbers: false,
            order_behind: false,
            diary: false,
            average: AverageNumber::Shared,
            ends: true,
            gap_at: None,
            lost_time_at: None,
        }
    }
}

/// All records of a transfer.
pub(super) fn texts(
    model: Model,
    settings: &Settings,
    clock: &DeviceTime,
    memory: &[Stored],
) -> Vec<String> {
    let average = !model.is_hid;
    let own_number = average && settings.average == AverageNumber::Own;
    let mut body = Vec::new();
    let mut number = usize::from(own_number);
    let mut in_order: Vec<(usize, &Stored)> = memory.iter().enumerate().collect();
    if settings.oldest_first {
        in_order.reverse();
    }
    let total = in_order.len() + usize::from(settings.diary && !memory.is_empty());
    let place = |number: usize| {
        if settings.falling_numbers { total + 1 + usize::from(own_number) - number } else { number }
    };
    for (index, stored) in in_order {
        number += 1;
        if settings.gap_at == Some(index) {
            number += 1;
        }
        let result = result(model, settings, place(number), index, stored);
        // Only the oldest HID model says it with an order.
        let order = (model.code == "7390" && stored.sample == Sample::Control)
            .then(|| format!("O|{}||||||||||Q", place(number)));
        if settings.order_behind {
            body.push(result);
            body.extend(order);
        } else {
            body.extend(order);
            body.push(result);
        }
        if settings.diary && index == 0 {
            number += 1;
            body.push(format!("R|{}|^^^Carb|30|g^|||||", place(number)));
        }
    }
    let count = i64::try_from(number).unwrap_or_default() + settings.count_offset;
    let mut texts = vec![header(model, settings, clock, count), "P|1".to_owned()];
    if average {
        let time = time(clock, settings.long_time);
        texts.push(format!("R|{}|^^^Glucose|121|mg/dL^P|||||||{time}", place(1)));
    }
    texts.append(&mut body);
    if settings.ends {
        texts.push("L|1||N".to_owned());
    }
    texts
}

fn header(model: Model, settings: &Settings, clock: &DeviceTime, count: i64) -> String {
    let (unit, limits) = match settings.unit {
        Unit::MgPerDl => ("U=0", "^V=20600"),
        Unit::MmolPerL => ("U=1", "^V=11333"),
    };
    let limits = if settings.sends_limits { limits } else { "" };
    let has_seconds = settings.long_time || settings.clock_seconds;
    let clock = if settings.lost_clock { String::new() } else { time(clock, has_seconds) };
    let rest = format!(
        "|{}{}^01.20\\01.05\\01.11^{}^7819-\
         |A=1^C=03^G=en,es^I=0200^R=0^S=01^{unit}{limits}^X=054070070070180130180250\
         ^Y=300070120090^Z=1|{count}|||||P|1|{clock}",
        settings.maker, model.code, model.serial
    );
    let start = r"H|\^&||";
    let mut password = "Zq4T1x".to_owned();
    // STX, number, CR, ETB, two digits, CR, LF.
    while settings.exact_sixty
        && !(start.len() + password.len() + rest.len() + 8).is_multiple_of(60)
    {
        password.push('k');
    }
    format!("{start}{password}{rest}")
}

fn result(
    model: Model,
    settings: &Settings,
    place: usize,
    index: usize,
    stored: &Stored,
) -> String {
    let (value, unit) = match settings.unit {
        Unit::MgPerDl => (stored.mg_per_dl.to_string(), "mg/dL"),
        Unit::MmolPerL => (tenths(stored), "mmol/L"),
    };
    let is_lost = settings.lost_time_at == Some(index);
    let time =
        if is_lost { "000000000000".to_owned() } else { time(&stored.at, settings.long_time) };
    let start = format!("R|{place}|^^^Glucose|{value}|{unit}^P|");
    let is_control = stored.sample == Sample::Control;
    if model.is_hid {
        let control = (is_control && model.code != "7390").then(|| "C".to_owned());
        let side = stored.side.map(String::from);
        let own = Some(stored.marks.clone()).filter(|marks| !marks.is_empty());
        let marks: Vec<String> = [side, control, own].into_iter().flatten().collect();
        format!("{start}|{}||{time}", marks.join("/"))
    } else {
        let side = stored.side.map(String::from).unwrap_or_default();
        let status = if is_control { "E" } else { "" };
        format!("{start}|{side}|{}|{status}|||{time}", stored.marks)
    }
}

/// mmol/L with one decimal; a side's limit is 1.1 or 33.3.
fn tenths(stored: &Stored) -> String {
    match stored.side {
        Some('<') => "1.1".to_owned(),
        Some(_) => "33.3".to_owned(),
        None => {
            let tenths = u32::from(stored.mg_per_dl) * 10_000 / 18_016;
            format!("{}.{}", tenths / 10, tenths % 10)
        }
    }
}

fn time(at: &DeviceTime, has_seconds: bool) -> String {
    let minutes =
        format!("{:04}{:02}{:02}{:02}{:02}", at.year, at.month, at.day, at.hour, at.minute);
    if has_seconds { format!("{minutes}{:02}", at.second) } else { minutes }
}
