//! A calculation. The DASH stores the factor in hundredths, food and its ratio in tenths.

use meterport_sdk::DriverError;
use meterport_sdk::wit::{ConcentrationUnit, Level, Wizard};

use super::insulin;
use crate::record::detail::{Calculator, NOTHING};
use crate::version::Pdm;

pub(super) fn wizard(from: &Calculator, pdm: Pdm) -> Result<Wizard, DriverError> {
    let (factor, food) = match pdm {
        Pdm::Eros => (1000, 1000),
        Pdm::Dash => (10, 100),
    };
    let entered = |number: u16| Some(u32::from(number)).filter(|_| number != NOTHING);
    let mg_per_dl = |number: u16| Some(u32::from(number) * 1000);
    let [delivered_correction, delivered_meal] = pair(from.delivered)?;
    let [programmed_correction, programmed_meal] = pair(from.programmed)?;
    let [on_board_correction, on_board_meal] = pair(from.on_board)?;
    Ok(Wizard {
        unit: ConcentrationUnit::MgPerDl,
        glucose: entered(from.glucose).map(|number| Level::Value(number * 1000)),
        carbs: entered(from.carbs).map(|number| number * food),
        carb_ratio: Some(u32::from(from.ratio) * food),
        correction_factor: Some(u32::from(from.factor) * factor),
        target_low: mg_per_dl(from.target),
        target_high: mg_per_dl(from.target),
        correction_threshold: mg_per_dl(from.threshold),
        on_board_correction,
        on_board_meal,
        suggested_correction: Some(i64::from(from.suggested_correction) * 10),
        suggested_meal: Some(i64::from(from.suggested_meal) * 10),
        programmed_correction,
        programmed_meal,
        delivered_correction,
        delivered_meal,
    })
}

fn pair([correction, meal]: [u32; 2]) -> Result<[Option<u32>; 2], DriverError> {
    Ok([Some(insulin(correction)?), Some(insulin(meal)?)])
}
