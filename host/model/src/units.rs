//! Units of concentration: the one conversion constant, and the numbers derived with it.
//!
//! The stored unit and value are kept for ever; what is derived here is for people and programs
//! that want the other unit. All arithmetic is in integers.
//!
//! | from           | to mmol/L     | source                                                        |
//! |----------------|---------------|---------------------------------------------------------------|
//! | `mg/dL`        | / 18.01559    | glucose, 180.1559 g/mol; the factor Tidepool's programs use   |
//! | `mmol/L/18`    | / 18 exactly  | how the maker of the FreeStyle meters stores ketones          |
//! | `mmol/L/300`   | / 300 exactly | how another maker stores them                                 |
//!
//! Glucose gets one decimal, ketone two, half away from zero. A number in the stored unit is the
//! stored value itself, whatever its decimals. There is no factor for a ketone in mg/dL here: it
//! is another molecule.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::concentration::ConcentrationUnit;
use crate::quantity::{Milli, decimal};
use crate::redact::redacted_debug;

/// Milligrams per decilitre in one millimole per litre of glucose.
pub const MG_PER_DL_IN_MMOL_PER_L: f64 = FACTOR as f64 / FACTOR_SCALE as f64;

/// Glucose in mg/dL.
pub fn glucose_mg_per_dl(stored: Milli, unit: ConcentrationUnit) -> Derived {
    match unit {
        ConcentrationUnit::MgPerDl => Derived::exact(stored),
        other => Derived::rounded(stored, FACTOR, FACTOR_SCALE * parts_of_mmol(other), TENTH),
    }
}

/// Glucose in mmol/L.
pub fn glucose_mmol_per_l(stored: Milli, unit: ConcentrationUnit) -> Derived {
    match unit {
        ConcentrationUnit::MmolPerL => Derived::exact(stored),
        ConcentrationUnit::MgPerDl => Derived::rounded(stored, FACTOR_SCALE, FACTOR, TENTH),
        other => Derived::rounded(stored, 1, parts_of_mmol(other), TENTH),
    }
}

/// Ketone in mmol/L; none where it is stored in mg/dL.
pub fn ketone_mmol_per_l(stored: Milli, unit: ConcentrationUnit) -> Option<Derived> {
    match unit {
        ConcentrationUnit::MgPerDl => None,
        ConcentrationUnit::MmolPerL => Some(Derived::exact(stored)),
        other => Some(Derived::rounded(stored, 1, parts_of_mmol(other), HUNDREDTH)),
    }
}

/// The same concentration in another unit, only where nothing has to be rounded.
pub fn convert_exactly(
    value: Milli,
    from: ConcentrationUnit,
    to: ConcentrationUnit,
) -> Option<Milli> {
    if from == to {
        return Some(value);
    }
    if from == ConcentrationUnit::MgPerDl || to == ConcentrationUnit::MgPerDl {
        return None;
    }
    let scaled = u128::from(value.0) * parts_of_mmol(to);
    let parts = parts_of_mmol(from);
    if !scaled.is_multiple_of(parts) {
        return None;
    }
    u32::try_from(scaled / parts).ok().map(Milli)
}

/// A number made from a stored one, in thousandths. JSON shows it as a number (`5.4`, `316.0`).
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub struct Derived(u64);

redacted_debug!(Derived);

impl Derived {
    /// As a floating-point number, for showing.
    pub fn as_f64(self) -> f64 {
        // At most 2^32 * 18.1 thousandths, far below the 2^53 that are exact. One division is
        // correctly rounded, so the shortest text of the result is the decimal that was meant.
        self.0 as f64 / 1000.0
    }

    /// As JSON and CSV show it: at least one decimal.
    pub fn text(self) -> String {
        let text = decimal(false, self.0);
        if text.contains('.') { text } else { format!("{text}.0") }
    }

    fn exact(stored: Milli) -> Self {
        Self(u64::from(stored.0))
    }

    /// `stored * numerator / denominator`, rounded to whole `step` thousandths, half up. Stored
    /// numbers are not negative, so half up is half away from zero.
    fn rounded(stored: Milli, numerator: u128, denominator: u128, step: u128) -> Self {
        let divisor = denominator * step;
        let steps = (u128::from(stored.0) * numerator * 2 + divisor) / (divisor * 2);
        Self(u64::try_from(steps * step).unwrap_or(u64::MAX))
    }
}

impl Serialize for Derived {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

impl<'de> Deserialize<'de> for Derived {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        let thousandths = (number * 1000.0).round();
        let in_range = (0.0..=9_007_199_254_740_992.0).contains(&thousandths);
        let derived = Self(if in_range { thousandths as u64 } else { 0 });
        if in_range && derived.as_f64() == number {
            Ok(derived)
        } else {
            Err(de::Error::custom("not a number of thousandths"))
        }
    }
}

fn parts_of_mmol(unit: ConcentrationUnit) -> u128 {
    match unit {
        // Never asked: every caller has taken mg/dL apart before.
        ConcentrationUnit::MgPerDl | ConcentrationUnit::MmolPerL => 1,
        ConcentrationUnit::EighteenthMmolPerL => 18,
        ConcentrationUnit::ThreeHundredthMmolPerL => 300,
    }
}

const FACTOR: u128 = 1_801_559;
const FACTOR_SCALE: u128 = 100_000;
const TENTH: u128 = 100;
const HUNDREDTH: u128 = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use ConcentrationUnit::{EighteenthMmolPerL, MgPerDl, MmolPerL, ThreeHundredthMmolPerL};

    #[test]
    fn a_ketone_in_mg_per_dl_has_no_derived_number() {
        assert!(ketone_mmol_per_l(Milli(11_000), MgPerDl).is_none());
    }

    #[test]
    fn derived_numbers_are_those_of_the_table() {
        for (stored, unit, mg_per_dl, mmol_per_l) in [
            (97_000, MgPerDl, "97.0", "5.4"),
            (316_000, MgPerDl, "316.0", "17.5"),
            (5_400, MmolPerL, "97.3", "5.4"),
            (5_430, MmolPerL, "97.8", "5.43"), // the stored unit keeps its decimals
            (18_000, EighteenthMmolPerL, "18.0", "1.0"),
            (1_620_000, ThreeHundredthMmolPerL, "97.3", "5.4"),
            (0, MgPerDl, "0.0", "0.0"),
            (u32::MAX, MgPerDl, "4294967.295", "238402.8"),
        ] {
            assert_eq!(
                glucose_mg_per_dl(Milli(stored), unit).text(),
                mg_per_dl,
                "{stored} {unit:?}"
            );
            assert_eq!(
                glucose_mmol_per_l(Milli(stored), unit).text(),
                mmol_per_l,
                "{stored} {unit:?}"
            );
        }
    }

    #[test]
    fn ketone_has_two_decimals() {
        for (stored, unit, mmol_per_l) in [
            (11_000, EighteenthMmolPerL, "0.61"),
            (144_000, EighteenthMmolPerL, "8.0"),
            (600, MmolPerL, "0.6"),
            (184_000, ThreeHundredthMmolPerL, "0.61"),
        ] {
            assert_eq!(ketone_mmol_per_l(Milli(stored), unit).unwrap().text(), mmol_per_l);
        }
    }

    #[test]
    fn a_half_goes_away_from_zero() {
        // 0.9/18 = 0.05 and 2.7/18 = 0.15, both exactly half of a tenth.
        assert_eq!(glucose_mmol_per_l(Milli(900), EighteenthMmolPerL).text(), "0.1");
        assert_eq!(glucose_mmol_per_l(Milli(2_700), EighteenthMmolPerL).text(), "0.2");
        assert_eq!(glucose_mmol_per_l(Milli(899), EighteenthMmolPerL).text(), "0.0");
    }

    #[test]
    fn a_limit_is_converted_only_where_nothing_is_rounded() {
        assert!(convert_exactly(Milli(8_000), MmolPerL, MgPerDl).is_none());
        assert!(convert_exactly(Milli(1_000), EighteenthMmolPerL, MmolPerL).is_none());
        assert!(convert_exactly(Milli(u32::MAX), MmolPerL, EighteenthMmolPerL).is_none());
        assert!(
            convert_exactly(Milli(8_000), MmolPerL, EighteenthMmolPerL) == Some(Milli(144_000))
        );
        assert!(
            convert_exactly(Milli(144_000), EighteenthMmolPerL, MmolPerL) == Some(Milli(8_000))
        );
        assert!(convert_exactly(Milli(600_000), MgPerDl, MgPerDl) == Some(Milli(600_000)));
    }

    #[test]
    fn json_shows_the_decimal_that_was_meant_and_reads_it_back() {
        for stored in (0..700_000).step_by(37) {
            for derived in [
                glucose_mg_per_dl(Milli(stored), MgPerDl),
                glucose_mmol_per_l(Milli(stored), MgPerDl),
                glucose_mg_per_dl(Milli(stored), MmolPerL),
            ] {
                let json = serde_json::to_string(&derived).unwrap();
                assert_eq!(json, derived.text());
                assert!(serde_json::from_str::<Derived>(&json).unwrap() == derived);
            }
        }
        for json in ["-1.0", "0.0001", "1e300", "\"5.4\"", "null"] {
            assert!(serde_json::from_str::<Derived>(json).is_err(), "{json}");
        }
    }
}
