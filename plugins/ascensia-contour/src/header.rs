//! The header: which meter it is.
//!
//! | field | meaning                                                                         |
//! |-------|---------------------------------------------------------------------------------|
//! | 1, 2  | `H`, and the delimiters `|\^&`                                                  |
//! | 4     | access password; not read                                                       |
//! | 5     | product `^` versions `^` serial number `^` order number                         |
//! | 6     | `key=value` joined with `^`: `U` unit, `V` limits; the others are kept as sent  |
//! | 7     | number of results                                                               |
//! | 14    | clock, `YYYYMMDDhhmm` or with `ss`; empty or zero where it is not set           |
//!
//! `U`: bit 0 is 0 for mg/dL and 1 for mmol/L. `V`: two digits for the lowest and three for the
//! highest number the meter shows, in mg/dL or in tenths of mmol/L.
//!
//! Spec: ASTM E1394, "header"; `README.md`, sources 1 to 3. Pure.

use meterport_sdk::wit::ConcentrationUnit;

use crate::text::{Delimiters, RecordError, Time, printable, time};

/// What a header says.
#[derive(Clone, PartialEq)]
pub struct Header {
    /// What separates fields and parts of them.
    pub delimiters: Delimiters,
    /// Model code as sent, such as `Contour7800`.
    pub model: String,
    /// Versions as sent.
    pub versions: String,
    /// The whole serial number as sent.
    pub serial_number: String,
    /// Order number and whatever stands behind it.
    pub order_number: String,
    /// What it shows.
    pub display_unit: Option<ConcentrationUnit>,
    /// The numbers it can show, if it says so.
    pub limits: Option<Range>,
    /// Everything else of field 6, as sent.
    pub other: String,
    /// How many results follow, if it says so.
    pub count: Option<u32>,
    /// Its clock.
    pub clock: Time,
}

/// The lowest and the highest number the meter shows.
#[derive(Clone, Copy, PartialEq)]
pub struct Range {
    /// The unit of both.
    pub unit: ConcentrationUnit,
    /// Thousandths.
    pub low: u32,
    /// Thousandths.
    pub high: u32,
}

impl Header {
    /// Takes the header's text apart.
    ///
    /// # Errors
    ///
    /// Text that is none, delimiters that are none, a count or a clock that cannot be read.
    pub fn parse(record: &[u8]) -> Result<Self, RecordError> {
        let text = printable(record)?;
        let delimiters = Delimiters::of_header(text)?;
        let fields: Vec<&str> = text.split(delimiters.field).collect();
        let field = |number: usize| fields.get(number - 1).copied().unwrap_or_default();
        let mut product = field(5).splitn(4, delimiters.component);
        let mut part = || delimiters.unescape(product.next().unwrap_or_default()).trim().to_owned();
        let (model, versions, serial_number, order_number) = (part(), part(), part(), part());
        let settings: Vec<&str> =
            field(6).split(delimiters.component).filter(|one| !one.is_empty()).collect();
        let value = |key: &str| {
            settings.iter().find_map(|one| one.split_once('=').filter(|(name, _)| *name == key))
        };
        let display_unit = value("U").and_then(|(_, text)| unit(text));
        let limits = display_unit.zip(value("V")).and_then(|(unit, (_, text))| range(unit, text));
        let is_known = |one: &str| match one.split_once('=') {
            Some(("U", _)) => display_unit.is_some(),
            Some(("V", _)) => limits.is_some(),
            _ => false,
        };
        let other: Vec<&str> = settings.iter().copied().filter(|one| !is_known(one)).collect();
        let count = match field(7) {
            "" => None,
            text => Some(text.parse().map_err(|_| RecordError::Field { name: "count" })?),
        };
        Ok(Self {
            delimiters,
            model,
            versions,
            serial_number,
            order_number,
            display_unit,
            limits,
            other: other.join(&delimiters.component.to_string()),
            count,
            clock: time(field(14))?,
        })
    }

    /// Whether a meter of this family sent it. Others speak ASTM E1394 too.
    #[must_use]
    pub fn is_of_this_family(&self) -> bool {
        MAKERS.iter().any(|maker| self.model.starts_with(maker))
    }

    /// The part of the serial number that stands on the meter: what follows the model's digits and
    /// one letter or hyphen (`7350-1611135`, `7800H2044617`).
    #[must_use]
    pub fn short_serial_number(&self) -> Option<&str> {
        let behind = self.serial_number.trim_start_matches(|one: char| one.is_ascii_digit());
        let tail = behind.strip_prefix(|one: char| one == '-' || one.is_ascii_alphabetic())?;
        let has_digits_before = behind.len() < self.serial_number.len();
        (has_digits_before && !tail.is_empty()).then_some(tail)
    }
}

fn unit(text: &str) -> Option<ConcentrationUnit> {
    let number: u32 = text.parse().ok()?;
    let is_mmol_per_l = number & 1 == 1;
    Some(if is_mmol_per_l { ConcentrationUnit::MmolPerL } else { ConcentrationUnit::MgPerDl })
}

fn range(unit: ConcentrationUnit, text: &str) -> Option<Range> {
    let is_number = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (low, high) = text.split_at_checked(2).filter(|_| is_number)?;
    let thousandths = if unit == ConcentrationUnit::MmolPerL { 100 } else { 1000 };
    let number = |text: &str| text.parse::<u32>().ok()?.checked_mul(thousandths);
    let range = Range { unit, low: number(low)?, high: number(high)? };
    (range.low < range.high).then_some(range)
}

const MAKERS: [&str; 2] = ["Contour", "Bayer"];

#[cfg(test)]
mod tests {
    use super::*;
    use meterport_sdk::time::checked;

    const WORKED: &str = r"H|\^&||Zq4T1x|Contour7800^01.20\01.05\01.11^7800H2044617^7819-|A=1^C=03^G=en,es^I=0200^R=0^S=01^U=0^V=20600^X=054070070070180130180250^Y=300070120090^Z=1|2|||||P|1|202603141605";

    fn parse(text: &str) -> Header {
        Header::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn with_settings(settings: &str) -> Header {
        parse(&format!(r"H|\^&|||Bayer7390^1^7390-1|{settings}|0|||||||202603141605"))
    }

    #[test]
    fn a_count_or_a_clock_that_cannot_be_read_is_an_error() {
        for (from, to) in [("|2|", "|x|"), ("|2|", "|-1|"), ("|2026", "|2O26"), ("1605", "2505")] {
            let damaged = WORKED.replacen(from, to, 1);
            assert!(Header::parse(damaged.as_bytes()).is_err(), "{to}");
        }
        assert!(Header::parse(&[WORKED.as_bytes(), &[0xE4]].concat()).is_err());
    }

    #[test]
    fn limits_without_a_unit_or_that_make_no_sense_are_kept_as_sent() {
        for settings in
            ["V=20600", "U=0^V=2600", "U=0^V=60020", "U=0^V=2060x", "U=0^V=+1600", "U=x^V=20600"]
        {
            let header = with_settings(settings);
            assert!(header.limits.is_none(), "{settings}");
            assert!(header.other.contains("V="), "{settings}");
        }
    }

    #[test]
    fn limits_in_mmol_per_l_are_tenths() {
        let header = with_settings("V=11333^U=1");
        let unit = ConcentrationUnit::MmolPerL;
        assert!(header.limits == Some(Range { unit, low: 1_100, high: 33_300 }));
        assert!(header.display_unit == Some(unit) && header.other.is_empty());
    }

    #[test]
    fn a_header_that_says_little_is_enough() {
        let header = parse(r"H|\^&|||Bayer7150^^7150-1234567||||||||P");
        assert!(header.is_of_this_family() && header.count.is_none());
        assert!(header.clock == Time::Lost && header.display_unit.is_none());
        assert_eq!(header.short_serial_number(), Some("1234567"));
    }

    #[test]
    fn a_serial_number_of_another_shape_has_no_short_form() {
        for serial in ["", "1234567", "X123", "7350-", "-5"] {
            let text = format!(r"H|\^&|||Bayer7390^1^{serial}|||");
            assert_eq!(parse(&text).short_serial_number(), None, "{serial}");
        }
    }

    #[test]
    fn another_makers_header_is_not_of_this_family() {
        assert!(!parse(r"H|\^&|||Analyser9000^1^5|||").is_of_this_family());
    }

    #[test]
    fn the_worked_header_is_what_it_says() {
        let header = parse(WORKED);
        assert_eq!(header.model, "Contour7800");
        assert_eq!(header.versions, r"01.20\01.05\01.11");
        assert_eq!(header.serial_number, "7800H2044617");
        assert_eq!(header.short_serial_number(), Some("2044617"));
        assert_eq!(header.order_number, "7819-");
        let unit = ConcentrationUnit::MgPerDl;
        assert!(header.limits == Some(Range { unit, low: 20_000, high: 600_000 }));
        assert!(header.other.starts_with("A=1^C=03^G=en,es^I=0200^R=0^S=01^X=054"));
        assert_eq!(header.count, Some(2));
        let local = checked(2026, 3, 14, 16, 5, 0).unwrap();
        assert!(header.clock == Time::At { local, has_seconds: false });
    }
}
