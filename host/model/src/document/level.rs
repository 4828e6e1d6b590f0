//! A level as documents show it: a number, an end of the range, or a state.

use serde::{Deserialize, Serialize};

use crate::concentration::{ConcentrationUnit, Level};
use crate::quantity::Milli;
use crate::redact::redacted_debug;

/// The end of the range that a result is beyond.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RangeEnd {
    /// Below it ("LO").
    Low,
    /// Above it ("HI").
    High,
}

impl RangeEnd {
    /// As documents write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::High => "high",
        }
    }
}

/// Where a limit of the range is from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitFrom {
    /// The device sent it.
    Device,
    /// It is documented for the model, in the driver's manifest.
    Manual,
}

impl LimitFrom {
    /// As documents write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Manual => "manual",
        }
    }
}

/// A level without its unit. Exactly one of `value`, `range` and `state` is not null.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LevelBody {
    /// The number.
    pub value: Option<Milli>,
    /// The end of the range it is beyond.
    pub range: Option<RangeEnd>,
    /// The limit at that end.
    pub range_limit: Option<Milli>,
    /// Where the limit is from.
    pub range_limit_from: Option<LimitFrom>,
    /// The number that stood in an out-of-range record.
    pub stored: Option<Milli>,
    /// The device's reason for having no number.
    pub state: Option<String>,
}

impl LevelBody {
    /// Writes a level down; `documented` gives the limit at an end where the record has none.
    pub(crate) fn new(
        level: &Level,
        documented: impl FnOnce(RangeEnd) -> Option<(Milli, LimitFrom)>,
    ) -> Self {
        let (end, bound) = match level {
            Level::Value(value) => return Self { value: Some(*value), ..Self::EMPTY },
            Level::NoValue(state) => return Self { state: Some(state.clone()), ..Self::EMPTY },
            Level::BelowRange(bound) => (RangeEnd::Low, bound),
            Level::AboveRange(bound) => (RangeEnd::High, bound),
        };
        let sent = bound.threshold.map(|threshold| (threshold, LimitFrom::Device));
        let (range_limit, range_limit_from) = sent.or_else(|| documented(end)).unzip();
        let stored = bound.stored;
        Self { range: Some(end), range_limit, range_limit_from, stored, ..Self::EMPTY }
    }

    /// Whether the fields fit together, as they do in everything written here.
    pub(crate) fn is_consistent(&self) -> bool {
        let reasons = [self.value.is_some(), self.range.is_some(), self.state.is_some()];
        reasons.iter().filter(|given| **given).count() == 1
            && self.range_limit.is_some() == self.range_limit_from.is_some()
            && (self.range.is_some() || (self.range_limit.is_none() && self.stored.is_none()))
    }

    /// A level that is not there at all.
    pub(crate) const EMPTY: Self = Self {
        value: None,
        range: None,
        range_limit: None,
        range_limit_from: None,
        stored: None,
        state: None,
    };
}

/// A level with its unit: the fields that every concentration has.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Concentration {
    /// The number, as stored.
    pub value: Option<Milli>,
    /// The unit the meter stores.
    pub unit: ConcentrationUnit,
    /// The end of the range it is beyond.
    pub range: Option<RangeEnd>,
    /// The limit at that end.
    pub range_limit: Option<Milli>,
    /// Where the limit is from.
    pub range_limit_from: Option<LimitFrom>,
    /// The number that stood in an out-of-range record.
    pub stored: Option<Milli>,
    /// The device's reason for having no number.
    pub state: Option<String>,
}

impl Concentration {
    pub(crate) fn new(level: LevelBody, unit: ConcentrationUnit) -> Self {
        let LevelBody { value, range, range_limit, range_limit_from, stored, state } = level;
        Self { value, unit, range, range_limit, range_limit_from, stored, state }
    }

    pub(crate) fn level(&self) -> LevelBody {
        LevelBody {
            value: self.value,
            range: self.range,
            range_limit: self.range_limit,
            range_limit_from: self.range_limit_from,
            stored: self.stored,
            state: self.state.clone(),
        }
    }
}

redacted_debug!(LevelBody, Concentration);
