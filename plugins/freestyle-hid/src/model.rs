//! The meters of the family, told apart by their USB product id, which is the rule of
//! `driver.toml` that matched.
//!
//! | rule | product id | meter                    | text requests | serial number | lists                     |
//! |------|------------|--------------------------|---------------|---------------|---------------------------|
//! | 0    | 3850       | Precision Neo, Optium Neo | report 60    | `$serlnum?`   | `$result?`                |
//! | 1    | 3650       | Libre                    | report 21     | `$sn?`        | `$history?`, `$arresult?` |
//! | 2    | 3460       | InsuLinx                 | report 60     | `$serlnum?`   | `$result?`                |
//! | 3    | 3670       | Libre Pro                | not supported |               |                           |
//! | 4    | 3950       | Libre 2                  | not supported |               |                           |
//!
//! Spec: `README.md`, sources 1 to 4. Pure.

use meterport_sdk::DriverError;
use meterport_sdk::wit::ConcentrationUnit;

/// A meter that this driver reads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Model {
    /// Precision Neo, in some countries Optium Neo.
    PrecisionNeo,
    /// Libre, the first one.
    Libre,
    /// InsuLinx.
    InsuLinx,
}

impl Model {
    /// The meter behind a rule of `driver.toml`.
    ///
    /// # Errors
    ///
    /// `UnsupportedDevice` for a meter that is known and cannot be read.
    pub fn of_rule(rule: u32) -> Result<Self, DriverError> {
        match rule {
            0 => Ok(Self::PrecisionNeo),
            1 => Ok(Self::Libre),
            2 => Ok(Self::InsuLinx),
            3 => Err(DriverError::UnsupportedDevice(LIBRE_PRO.to_owned())),
            4 => Err(DriverError::UnsupportedDevice(LIBRE_2.to_owned())),
            _ => Err(DriverError::UnsupportedDevice("its product id is not known".to_owned())),
        }
    }

    /// The text for `device-info.model`, as in `driver.toml`. The meter's own is not asked for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PrecisionNeo => "FreeStyle Precision Neo / Optium Neo",
            Self::Libre => "FreeStyle Libre",
            Self::InsuLinx => "FreeStyle InsuLinx",
        }
    }

    /// The kind of report that carries a text request.
    #[must_use]
    pub fn text_request(self) -> u8 {
        match self {
            Self::PrecisionNeo | Self::InsuLinx => 0x60,
            Self::Libre => 0x21,
        }
    }

    /// The command for the serial number.
    #[must_use]
    pub fn serial_command(self) -> &'static str {
        match self {
            Self::PrecisionNeo | Self::InsuLinx => "$serlnum?",
            Self::Libre => "$sn?",
        }
    }

    /// The command for the displayed unit, where one is known.
    #[must_use]
    pub fn unit_command(self) -> Option<&'static str> {
        match self {
            Self::PrecisionNeo => Some("$gunits?"),
            Self::Libre => Some("$uom?"),
            Self::InsuLinx => None,
        }
    }

    /// What the answer to [`Model::unit_command`] means, where that is documented: of the
    /// Precision Neo only one answer has been seen.
    #[must_use]
    pub fn display_unit(self, answer: &str) -> Option<ConcentrationUnit> {
        match (self, answer) {
            (Self::PrecisionNeo | Self::Libre, "1") => Some(ConcentrationUnit::MgPerDl),
            (Self::Libre, "0") => Some(ConcentrationUnit::MmolPerL),
            _ => None,
        }
    }

    /// 1 where records keep seconds, else 60.
    #[must_use]
    pub fn time_resolution_seconds(self) -> u32 {
        match self {
            Self::PrecisionNeo | Self::InsuLinx => 60,
            Self::Libre => 1,
        }
    }
}

const LIBRE_PRO: &str = "the FreeStyle Libre Pro gives its records only as a binary database, \
                         which this driver does not read";
/// What people read about a reader that encrypts.
pub(crate) const LIBRE_2: &str = "it encrypts what it sends, as the FreeStyle Libre 2 reader does, \
                                  and the keys are not public; its maker's own software reads it";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_encrypts_and_a_binary_one_are_not_supported_and_say_why() {
        for (rule, word) in [(3, "binary database"), (4, "encrypts"), (5, "not known")] {
            let Err(DriverError::UnsupportedDevice(text)) = Model::of_rule(rule) else {
                panic!("rule {rule} is supported");
            };
            assert!(text.contains(word), "{text}");
        }
    }

    #[test]
    fn a_unit_that_nobody_has_described_is_none() {
        assert_eq!(Model::PrecisionNeo.display_unit("0"), None);
        assert_eq!(Model::Libre.display_unit("2"), None);
        assert_eq!(Model::InsuLinx.display_unit("1"), None);
    }

    #[test]
    fn the_rules_stand_in_the_order_of_the_manifest() {
        let manifest = include_str!("../driver.toml");
        let ids: Vec<&str> =
            manifest.lines().filter_map(|line| line.strip_prefix("pid = 0x")).collect();
        assert_eq!(ids, ["3850", "3650", "3460", "3670", "3950"]);
        for rule in 0..3 {
            let name = Model::of_rule(rule).unwrap().name();
            assert!(manifest.contains(&format!("codes = [\"{name}\"]")), "{name}");
        }
    }
}
