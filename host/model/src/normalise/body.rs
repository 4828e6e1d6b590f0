//! Each kind of payload, written under the names of the document.

use meterport_manifest::Quantity;

use super::range::Ranges;
use crate::concentration::{ConcentrationUnit, Level, Sample};
use crate::diary::{Setting, SettingValue};
use crate::document::{
    Body, BolusBody, CalibrationBody, CgmBody, Concentration, KetoneBody, LevelBody, OriginBody,
    OtherBody, SettingBody, SettingValueBody, SettingsBody, SmbgBody, WizardBody,
};
use crate::entry::{Origin, Payload};
use crate::insulin::Wizard;

/// The fields of one payload.
pub(super) fn of(payload: &Payload, ranges: &Ranges<'_>) -> Body {
    match payload {
        Payload::Smbg(smbg) => {
            let concentration = glucose(&smbg.level, smbg.unit, ranges);
            let (mg_dl, mmol_l) = concentration.glucose();
            Body::Smbg(SmbgBody {
                concentration,
                mg_dl,
                mmol_l,
                control: control(smbg.sample),
                meal: smbg.meal,
                minutes_after_meal: smbg.minutes_after_meal,
                capture: smbg.capture,
                reference_method: smbg.reference_method.clone(),
            })
        }
        Payload::Ketone(ketone) => {
            let level = level(&ketone.level, Quantity::Ketone, ketone.unit, ranges);
            let concentration = Concentration::new(level, ketone.unit);
            let mmol_l = concentration.ketone();
            Body::Ketone(KetoneBody { concentration, mmol_l, control: control(ketone.sample) })
        }
        Payload::Cgm(cgm) => {
            let concentration = glucose(&cgm.level, cgm.unit, ranges);
            let (mg_dl, mmol_l) = concentration.glucose();
            let predicted = cgm.predicted.as_ref();
            Body::Cgm(CgmBody {
                concentration,
                mg_dl,
                mmol_l,
                source: cgm.source,
                trend: cgm.trend,
                predicted: predicted.map(|it| level(it, Quantity::Glucose, cgm.unit, ranges)),
                noise: cgm.noise.clone(),
                sensor_age_seconds: cgm.sensor_age_seconds,
            })
        }
        Payload::Calibration(calibration) => {
            let concentration = glucose(&calibration.level, calibration.unit, ranges);
            let (mg_dl, mmol_l) = concentration.glucose();
            Body::Calibration(CalibrationBody {
                concentration,
                mg_dl,
                mmol_l,
                capture: calibration.capture,
                entered_at: calibration.entered_at,
            })
        }
        Payload::Bolus(bolus) => Body::Bolus(BolusBody {
            immediate: bolus.immediate,
            extended: bolus.extended,
            end: bolus.end,
            wizard: bolus.wizard.as_ref().map(origin),
        }),
        Payload::Settings(settings) => Body::Settings(SettingsBody {
            values: settings.values.iter().map(setting).collect(),
            schedules: settings.schedules.clone(),
        }),
        Payload::Wizard(it) => Body::Wizard(wizard(it, ranges)),
        Payload::Other(other) => {
            // No range is documented for a quantity without a name of its own.
            let level = other.level.as_ref().map(|level| LevelBody::new(level, |_| None));
            let LevelBody { value, range, range_limit, range_limit_from, stored, state } =
                level.unwrap_or(LevelBody::EMPTY);
            Body::Other(OtherBody {
                code: other.code.clone(),
                value,
                unit: other.unit.clone(),
                range,
                range_limit,
                range_limit_from,
                stored,
                state,
                text: other.text.clone(),
            })
        }
        Payload::InsulinDose(dose) => Body::InsulinDose(dose.clone()),
        Payload::Basal(basal) => Body::Basal(basal.clone()),
        Payload::Carbs(carbs) => Body::Carbs(carbs.clone()),
        Payload::Exercise(exercise) => Body::Exercise(exercise.clone()),
        Payload::Event(event) => Body::Event(event.clone()),
        Payload::Note(note) => Body::Note(note.clone()),
        Payload::Alarm(alarm) => Body::Alarm(alarm.clone()),
        Payload::TimeChange(change) => Body::TimeChange(change.clone()),
    }
}

fn glucose(it: &Level, unit: ConcentrationUnit, ranges: &Ranges<'_>) -> Concentration {
    Concentration::new(level(it, Quantity::Glucose, unit, ranges), unit)
}

fn level(
    level: &Level,
    quantity: Quantity,
    unit: ConcentrationUnit,
    ranges: &Ranges<'_>,
) -> LevelBody {
    LevelBody::new(level, |end| ranges.limit(quantity, unit, end))
}

fn control(sample: Sample) -> Option<bool> {
    match sample {
        Sample::Unknown => None,
        Sample::Blood => Some(false),
        Sample::ControlSolution => Some(true),
    }
}

fn origin(origin: &Origin) -> OriginBody {
    OriginBody { log: origin.log.clone(), sequence: origin.sequence, part: origin.part }
}

fn setting(setting: &Setting) -> SettingBody {
    let (number, text, flag) = match &setting.value {
        SettingValue::Number(number) => (Some(*number), None, None),
        SettingValue::Text(text) => (None, Some(text.clone()), None),
        SettingValue::Flag(flag) => (None, None, Some(*flag)),
    };
    SettingBody {
        key: setting.key.clone(),
        value: SettingValueBody { number, text, flag },
        unit: setting.unit.clone(),
    }
}

fn wizard(wizard: &Wizard, ranges: &Ranges<'_>) -> WizardBody {
    let glucose = wizard.glucose.as_ref();
    WizardBody {
        unit: wizard.unit,
        glucose: glucose.map(|it| level(it, Quantity::Glucose, wizard.unit, ranges)),
        carbs: wizard.carbs,
        carb_ratio: wizard.carb_ratio,
        correction_factor: wizard.correction_factor,
        target_low: wizard.target_low,
        target_high: wizard.target_high,
        correction_threshold: wizard.correction_threshold,
        on_board_correction: wizard.on_board_correction,
        on_board_meal: wizard.on_board_meal,
        suggested_correction: wizard.suggested_correction,
        suggested_meal: wizard.suggested_meal,
        programmed_correction: wizard.programmed_correction,
        programmed_meal: wizard.programmed_meal,
        delivered_correction: wizard.delivered_correction,
        delivered_meal: wizard.delivered_meal,
    }
}
