//! The models a driver reads, and what their manuals say about them.

use crate::number::Milli;

/// One `[[model]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// What people read.
    pub name: String,
    /// The texts that `device-info.model` may hold; absent: every model not named elsewhere.
    pub codes: Option<Vec<String>>,
    /// True only where a recording from hardware backs it.
    pub tested: bool,
    /// The documented limits of what the meter measures.
    pub ranges: Vec<Range>,
}

/// What the manual says a model can measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// What is measured.
    pub quantity: Quantity,
    /// The unit of both limits.
    pub unit: Unit,
    /// Below this the meter says LO.
    pub low: Option<Milli>,
    /// Above this the meter says HI.
    pub high: Option<Milli>,
}

/// What a range is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// `glucose`
    Glucose,
    /// `ketone`
    Ketone,
}

/// The unit of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// `mg/dL`
    MgPerDl,
    /// `mmol/L`
    MmolPerL,
}

impl Quantity {
    /// The word of the manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Glucose => "glucose",
            Self::Ketone => "ketone",
        }
    }
}

impl Unit {
    /// The word of the manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MgPerDl => "mg/dL",
            Self::MmolPerL => "mmol/L",
        }
    }
}
