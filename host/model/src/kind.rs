//! The kinds of result, by the words documents use.

use serde::{Deserialize, Serialize};

use crate::entry::Payload;

/// What kind of result.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is the payload of the same name")]
pub enum Kind {
    Smbg,
    Ketone,
    Cgm,
    Calibration,
    Bolus,
    InsulinDose,
    Basal,
    Wizard,
    Carbs,
    Exercise,
    Event,
    Note,
    Alarm,
    Settings,
    TimeChange,
    Other,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::Smbg,
        Self::Ketone,
        Self::Cgm,
        Self::Calibration,
        Self::Bolus,
        Self::InsulinDose,
        Self::Basal,
        Self::Wizard,
        Self::Carbs,
        Self::Exercise,
        Self::Event,
        Self::Note,
        Self::Alarm,
        Self::Settings,
        Self::TimeChange,
        Self::Other,
    ];

    /// The word in documents and in a record's identity.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Smbg => "smbg",
            Self::Ketone => "ketone",
            Self::Cgm => "cgm",
            Self::Calibration => "calibration",
            Self::Bolus => "bolus",
            Self::InsulinDose => "insulin-dose",
            Self::Basal => "basal",
            Self::Wizard => "wizard",
            Self::Carbs => "carbs",
            Self::Exercise => "exercise",
            Self::Event => "event",
            Self::Note => "note",
            Self::Alarm => "alarm",
            Self::Settings => "settings",
            Self::TimeChange => "time-change",
            Self::Other => "other",
        }
    }
}

impl Payload {
    /// What kind of result this is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Smbg(_) => Kind::Smbg,
            Self::Ketone(_) => Kind::Ketone,
            Self::Cgm(_) => Kind::Cgm,
            Self::Calibration(_) => Kind::Calibration,
            Self::Bolus(_) => Kind::Bolus,
            Self::InsulinDose(_) => Kind::InsulinDose,
            Self::Basal(_) => Kind::Basal,
            Self::Wizard(_) => Kind::Wizard,
            Self::Carbs(_) => Kind::Carbs,
            Self::Exercise(_) => Kind::Exercise,
            Self::Event(_) => Kind::Event,
            Self::Note(_) => Kind::Note,
            Self::Alarm(_) => Kind::Alarm,
            Self::Settings(_) => Kind::Settings,
            Self::TimeChange(_) => Kind::TimeChange,
            Self::Other(_) => Kind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_written_the_same_everywhere() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
