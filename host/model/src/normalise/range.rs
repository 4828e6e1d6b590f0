//! Where a limit of the range comes from: the device, else the manual.
//!
//! A limit that stood in the record itself wins ([`crate::document::LevelBody`]). Then what the
//! device says about itself, then what the driver's manifest documents for the model. A limit in
//! another unit counts only where nothing has to be rounded: 600 mg/dL are not 33.3 mmol/L. A
//! manifest for a meter that stores both units documents both.

use meterport_manifest::{Model, Quantity, Unit};

use crate::concentration::ConcentrationUnit;
use crate::device::Limits;
use crate::document::{LimitFrom, RangeEnd};
use crate::quantity::Milli;
use crate::units::convert_exactly;

/// The limits that are known for one meter.
pub(super) struct Ranges<'a> {
    sent: &'a [Limits],
    model: Option<&'a Model>,
}

impl<'a> Ranges<'a> {
    pub(super) fn new(sent: &'a [Limits], model: Option<&'a Model>) -> Self {
        Self { sent, model }
    }

    /// The limit at one end, in this unit.
    pub(super) fn limit(
        &self,
        quantity: Quantity,
        unit: ConcentrationUnit,
        end: RangeEnd,
    ) -> Option<(Milli, LimitFrom)> {
        self.sent(quantity, unit, end)
            .map(|limit| (limit, LimitFrom::Device))
            .or_else(|| Some((self.documented(quantity, unit, end)?, LimitFrom::Manual)))
    }

    fn sent(&self, quantity: Quantity, unit: ConcentrationUnit, end: RangeEnd) -> Option<Milli> {
        let limits = self.sent.iter().filter(|limits| limits.quantity == quantity.as_str());
        best(limits.map(|limits| (limits.unit, at(end, limits.low, limits.high))), unit)
    }

    fn documented(
        &self,
        quantity: Quantity,
        unit: ConcentrationUnit,
        end: RangeEnd,
    ) -> Option<Milli> {
        let ranges = self.model?.ranges.iter().filter(|range| range.quantity == quantity);
        let limits = ranges.map(|range| {
            let limit = at(end, range.low, range.high).map(|milli| Milli(milli.0));
            (stored_unit(range.unit), limit)
        });
        best(limits, unit)
    }
}

fn at<T>(end: RangeEnd, low: Option<T>, high: Option<T>) -> Option<T> {
    match end {
        RangeEnd::Low => low,
        RangeEnd::High => high,
    }
}

/// The limit that is given in this unit, else one that converts without rounding.
fn best(
    limits: impl Iterator<Item = (ConcentrationUnit, Option<Milli>)>,
    unit: ConcentrationUnit,
) -> Option<Milli> {
    let mut converted = None;
    for (given_in, limit) in limits.filter_map(|(unit, limit)| Some((unit, limit?))) {
        if given_in == unit {
            return Some(limit);
        }
        converted = converted.or_else(|| convert_exactly(limit, given_in, unit));
    }
    converted
}

fn stored_unit(unit: Unit) -> ConcentrationUnit {
    match unit {
        Unit::MgPerDl => ConcentrationUnit::MgPerDl,
        Unit::MmolPerL => ConcentrationUnit::MmolPerL,
    }
}
