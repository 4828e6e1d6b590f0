//! Insulin.

use meterport_model::insulin::{
    Basal, BasalMode, Bolus, BolusEnd, Delivery, InsulinAction, InsulinDose, Wizard,
};
use meterport_model::quantity::{Milli, MilliSigned};

use super::{levels, origin};
use crate::bindings::records;

fn delivery(delivery: records::Delivery) -> Delivery {
    Delivery {
        programmed: delivery.programmed.map(Milli),
        delivered: delivery.delivered.map(Milli),
        programmed_seconds: delivery.programmed_seconds,
        delivered_seconds: delivery.delivered_seconds,
    }
}

pub(super) fn bolus(bolus: records::Bolus) -> Bolus {
    Bolus {
        immediate: bolus.immediate.map(delivery),
        extended: bolus.extended.map(delivery),
        end: match bolus.end {
            records::BolusEnd::Unknown => BolusEnd::Unknown,
            records::BolusEnd::Completed => BolusEnd::Completed,
            records::BolusEnd::EndedEarly => BolusEnd::EndedEarly,
            records::BolusEnd::InProgress => BolusEnd::InProgress,
        },
        wizard: bolus.wizard.map(origin),
    }
}

pub(super) fn dose(dose: records::InsulinDose) -> InsulinDose {
    InsulinDose {
        amount: dose.amount.map(Milli),
        action: match dose.action {
            records::InsulinAction::Unknown => InsulinAction::Unknown,
            records::InsulinAction::Rapid => InsulinAction::Rapid,
            records::InsulinAction::Short => InsulinAction::Short,
            records::InsulinAction::Intermediate => InsulinAction::Intermediate,
            records::InsulinAction::Long => InsulinAction::Long,
            records::InsulinAction::Premix => InsulinAction::Premix,
        },
        occasion: dose.occasion,
    }
}

pub(super) fn basal(basal: records::Basal) -> Basal {
    Basal {
        mode: match basal.mode {
            records::BasalMode::Scheduled => BasalMode::Scheduled,
            records::BasalMode::Temporary => BasalMode::Temporary,
            records::BasalMode::Suspended => BasalMode::Suspended,
        },
        rate: basal.rate.map(Milli),
        percent: basal.percent,
        programmed_seconds: basal.programmed_seconds,
        delivered_seconds: basal.delivered_seconds,
        program: basal.program,
        reason: basal.reason,
    }
}

pub(super) fn wizard(wizard: records::Wizard) -> Wizard {
    Wizard {
        unit: levels::unit(wizard.unit),
        glucose: wizard.glucose.map(levels::level),
        carbs: wizard.carbs.map(Milli),
        carb_ratio: wizard.carb_ratio.map(Milli),
        correction_factor: wizard.correction_factor.map(Milli),
        target_low: wizard.target_low.map(Milli),
        target_high: wizard.target_high.map(Milli),
        correction_threshold: wizard.correction_threshold.map(Milli),
        on_board_correction: wizard.on_board_correction.map(Milli),
        on_board_meal: wizard.on_board_meal.map(Milli),
        suggested_correction: wizard.suggested_correction.map(MilliSigned),
        suggested_meal: wizard.suggested_meal.map(MilliSigned),
        programmed_correction: wizard.programmed_correction.map(Milli),
        programmed_meal: wizard.programmed_meal.map(Milli),
        delivered_correction: wizard.delivered_correction.map(Milli),
        delivered_meal: wizard.delivered_meal.map(Milli),
    }
}
