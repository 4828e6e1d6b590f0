//! Quantities as the contract carries them: whole thousandths, never a float.
//!
//! Truth: `wit/records.wit`, `milli` and `milli-signed`. In documents they are plain decimal text
//! without trailing zeros (`5.4`, `97`). There is no `Display`, so that none slips into a log;
//! whoever writes a document says [`Milli::text`].

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::redact::redacted_debug;

/// Thousandths of the unit that stands beside it: 5.4 mmol/L is 5400, 97 mg/dL is 97000.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Milli(pub u32);

/// The same where the quantity can be negative.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MilliSigned(pub i64);

redacted_debug!(Milli, MilliSigned);

impl Milli {
    /// Plain decimal text without trailing zeros.
    pub fn text(self) -> String {
        decimal(false, u64::from(self.0))
    }

    /// Reads what [`Milli::text`] writes, and nothing else: `5.40` and `05` are refused.
    pub fn parse(text: &str) -> Option<Self> {
        let MilliSigned(number) = MilliSigned::parse(text)?;
        u32::try_from(number).ok().map(Self)
    }
}

impl MilliSigned {
    /// Plain decimal text without trailing zeros; a minus sign in front where it is negative.
    pub fn text(self) -> String {
        decimal(self.0 < 0, self.0.unsigned_abs())
    }

    /// Reads what [`MilliSigned::text`] writes, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || fraction.len() > 3 || !digits_only(whole) || !digits_only(fraction) {
            return None;
        }
        let magnitude: i128 = format!("{whole}{fraction:0<3}").parse().ok()?;
        let number = i64::try_from(if negative { -magnitude } else { magnitude }).ok()?;
        let parsed = Self(number);
        (parsed.text() == text).then_some(parsed)
    }
}

/// Thousandths as plain decimal text without trailing zeros.
pub(crate) fn decimal(negative: bool, thousandths: u64) -> String {
    let sign = if negative { "-" } else { "" };
    let (whole, fraction) = (thousandths / 1000, thousandths % 1000);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let text = format!("{sign}{whole}.{fraction:03}");
    text.trim_end_matches('0').to_owned()
}

macro_rules! as_decimal_text {
    ($($name:ident),+) => {
        $(impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.text())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                // The text itself is health data, so the error does not quote it.
                $name::parse(&text).ok_or_else(|| de::Error::custom("not a decimal in its shortest form"))
            }
        })+
    };
}

as_decimal_text!(Milli, MilliSigned);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shortest_decimal_text_is_read() {
        for text in ["", ".5", "5.", "5.40", "05", "+5", "-0", "5.4321", "1e3", " 5", "5,4", "--5"]
        {
            assert!(MilliSigned::parse(text).is_none(), "{text:?} was accepted");
        }
        assert!(Milli::parse("-1").is_none());
        assert!(Milli::parse("4294967.296").is_none());
        assert!(MilliSigned::parse("9223372036854775.808").is_none());
    }

    #[test]
    fn text_has_no_trailing_zeros_and_reads_back() {
        for (number, text) in [
            (0, "0"),
            (5400, "5.4"),
            (97_000, "97"),
            (50, "0.05"),
            (611, "0.611"),
            (u32::MAX, "4294967.295"),
        ] {
            assert_eq!(Milli(number).text(), text);
            assert!(Milli::parse(text) == Some(Milli(number)));
        }
        for number in [i64::MIN, -1, -500, i64::MAX] {
            let milli = MilliSigned(number);
            assert!(MilliSigned::parse(&milli.text()) == Some(milli));
        }
        assert_eq!(MilliSigned(-500).text(), "-0.5");
    }

    #[test]
    fn a_quantity_is_not_printed_by_debug() {
        assert_eq!(format!("{:?}", Milli(97_000)), "Milli(..)");
    }
}
