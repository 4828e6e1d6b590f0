//! What a result of a kind that is no concentration says, as one short sentence. Pure.
//!
//! Every field of such a kind stands in JSON and CSV; here stands what a person looks for first.

use meterport_model::device_time::DeviceTime;
use meterport_model::diary::{Alarm, Carbs, Event, Exercise, TimeChange};
use meterport_model::document::{Body, BolusBody, OtherBody, RangeEnd, SettingsBody, WizardBody};
use meterport_model::insulin::{Basal, BasalMode, BolusEnd, Delivery, InsulinAction, InsulinDose};
use meterport_model::quantity::{Milli, MilliSigned};

/// The sentence; empty for a concentration, which is a number and its unit.
pub(super) fn sentence(body: &Body) -> String {
    match body {
        Body::Smbg(_) | Body::Ketone(_) | Body::Cgm(_) | Body::Calibration(_) => String::new(),
        Body::Bolus(given) => bolus(given),
        Body::InsulinDose(noted) => dose(noted),
        Body::Basal(stretch) => basal(stretch),
        Body::Wizard(calculation) => wizard(calculation),
        Body::Carbs(food) => carbs(food),
        Body::Exercise(sport) => exercise(sport),
        Body::Event(event) => coded(event),
        Body::Note(note) => note.text.clone(),
        Body::Alarm(given) => alarm(given),
        Body::Settings(set) => settings(set),
        Body::TimeChange(change) => clock(change),
        Body::Other(other) => self::other(other),
    }
}

fn bolus(bolus: &BolusBody) -> String {
    let BolusBody { immediate, extended, end, wizard: _ } = bolus;
    let given = match (immediate, extended) {
        (Some(now), None) => format!("bolus {}", amount(now)),
        (None, Some(later)) => format!("extended bolus {}", over_time(later)),
        (Some(now), Some(later)) => {
            format!("dual bolus {} at once, {}", amount(now), over_time(later))
        }
        (None, None) => "bolus, amount unknown".to_owned(),
    };
    match end {
        BolusEnd::Unknown | BolusEnd::Completed => given,
        BolusEnd::EndedEarly => format!("{given}, ended early"),
        BolusEnd::InProgress => format!("{given}, still running"),
    }
}

/// What was given; where it differs, of how much.
fn amount(part: &Delivery) -> String {
    match (part.delivered, part.programmed) {
        (Some(given), Some(wanted)) if given != wanted => {
            format!("{} of {} U", given.text(), wanted.text())
        }
        (Some(given), _) => format!("{} U", given.text()),
        (None, Some(wanted)) => format!("{} U programmed", wanted.text()),
        (None, None) => "of an unknown amount".to_owned(),
    }
}

fn over_time(part: &Delivery) -> String {
    match part.delivered_seconds.or(part.programmed_seconds) {
        Some(seconds) => format!("{} over {}", amount(part), duration(seconds)),
        None => format!("{} over time", amount(part)),
    }
}

fn dose(dose: &InsulinDose) -> String {
    let InsulinDose { amount, action, occasion } = dose;
    let amount =
        amount.map_or("amount not noted".to_owned(), |amount| format!("{} U", amount.text()));
    let action = match action {
        InsulinAction::Unknown => "insulin",
        InsulinAction::Rapid => "rapid-acting insulin",
        InsulinAction::Short => "short-acting insulin",
        InsulinAction::Intermediate => "intermediate-acting insulin",
        InsulinAction::Long => "long-acting insulin",
        InsulinAction::Premix => "premixed insulin",
    };
    joined(format!("{action} {amount}"), [occasion.as_deref().map(words)])
}

fn basal(basal: &Basal) -> String {
    let Basal { mode, rate, percent, programmed_seconds, delivered_seconds, program, reason } =
        basal;
    let mode = match mode {
        BasalMode::Scheduled => "scheduled",
        BasalMode::Temporary => "temporary",
        BasalMode::Suspended => "suspended",
    };
    let rate = rate.map(|rate| format!("{} U/h", rate.text()));
    let percent = percent.map(|percent| format!("{percent:+} %"));
    let lasted = delivered_seconds.or(*programmed_seconds);
    let lasted = lasted.map(|seconds| format!("for {}", duration(seconds)));
    let parts = [rate, Some(mode.to_owned()), percent, lasted];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let program = program.as_ref().map(|name| format!("program {name}"));
    joined(text, [program, reason.as_deref().map(words)])
}

fn wizard(wizard: &WizardBody) -> String {
    let WizardBody { unit, glucose, carbs, suggested_correction, suggested_meal, .. } = wizard;
    let text = match sum(*suggested_meal, *suggested_correction) {
        Some(units) => format!("calculated {units} U"),
        None => "calculation without a suggestion".to_owned(),
    };
    let carbs = carbs.map(|grams| format!("{} g", grams.text()));
    let glucose = glucose.as_ref().and_then(|level| {
        Some(match (level.value, level.range, &level.state) {
            (Some(value), _, _) => format!("{} {}", value.text(), unit.as_str()),
            (None, Some(end), _) => format!("glucose {}", of_range(end)),
            (None, None, state) => words(state.as_deref()?),
        })
    });
    let inputs: Vec<String> = [carbs, glucose].into_iter().flatten().collect();
    if inputs.is_empty() { text } else { format!("{text} for {}", inputs.join(" and ")) }
}

/// Meal and correction together: a correction may be negative.
fn sum(meal: Option<MilliSigned>, correction: Option<MilliSigned>) -> Option<String> {
    match (meal, correction) {
        (Some(meal), Some(correction)) => Some(match meal.0.checked_add(correction.0) {
            Some(sum) => MilliSigned(sum).text(),
            None => format!("{} and {}", meal.text(), correction.text()),
        }),
        (meal, correction) => meal.or(correction).map(MilliSigned::text),
    }
}

fn carbs(carbs: &Carbs) -> String {
    let Carbs { amount, category } = carbs;
    let grams =
        amount.map_or("food, amount not noted".to_owned(), |grams| format!("{} g", grams.text()));
    joined(grams, [category.as_deref().map(words)])
}

fn exercise(exercise: &Exercise) -> String {
    let Exercise { intensity, seconds } = exercise;
    let lasted = seconds.map(duration);
    joined("exercise".to_owned(), [intensity.as_deref().map(words), lasted])
}

fn coded(event: &Event) -> String {
    match &event.text {
        Some(text) => format!("{}: {text}", words(&event.code)),
        None => words(&event.code),
    }
}

fn alarm(alarm: &Alarm) -> String {
    let Alarm { code, stored_code, stops_delivery } = alarm;
    let text = match (code.as_str(), stored_code) {
        ("vendor", Some(number)) => format!("the maker's alarm {number}"),
        ("vendor", None) => "an alarm of the maker's".to_owned(),
        (code, Some(number)) => format!("alarm {} ({number})", words(code)),
        (code, None) => format!("alarm {}", words(code)),
    };
    let stops = (*stops_delivery == Some(true)).then(|| "delivery stops".to_owned());
    joined(text, [stops])
}

fn settings(settings: &SettingsBody) -> String {
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let (values, schedules) = (settings.values.len(), settings.schedules.len());
    format!("settings: {}, {}", counted(values, "value"), counted(schedules, "schedule"))
}

/// "clock 08:30 -> 09:30 (person)"; with the days where they differ.
fn clock(change: &TimeChange) -> String {
    let TimeChange { before, after, cause } = change;
    let same_day = match (before, after) {
        (Some(before), Some(after)) => before.civil().date() == after.civil().date(),
        _ => false,
    };
    let show = |time: &Option<DeviceTime>| {
        let Some(time) = time.map(DeviceTime::civil) else { return "unknown".to_owned() };
        let seconds = if time.second() == 0 { "" } else { ":%S" };
        let day = if same_day { "" } else { "%Y-%m-%d " };
        time.strftime(&format!("{day}%H:%M{seconds}")).to_string()
    };
    format!("clock {} -> {} ({})", show(before), show(after), words(cause))
}

fn other(other: &OtherBody) -> String {
    let OtherBody { code, value, unit, range, state, text, .. } = other;
    let level = match (value, range, state) {
        (Some(value), _, _) => Some(with_unit(*value, unit.as_deref())),
        (None, Some(end), _) => Some(of_range(*end).to_owned()),
        (None, None, state) => state.as_deref().map(words),
    };
    let head = match level {
        Some(level) => format!("{} {level}", words(code)),
        None => words(code),
    };
    match text {
        Some(text) => format!("{head}: {text}"),
        None => head,
    }
}

fn with_unit(value: Milli, unit: Option<&str>) -> String {
    match unit {
        Some(unit) => format!("{} {unit}", value.text()),
        None => value.text(),
    }
}

/// The words on the meters' own screens: never a number.
pub(super) fn of_range(end: RangeEnd) -> &'static str {
    match end {
        RangeEnd::Low => "LO",
        RangeEnd::High => "HI",
    }
}

/// A registered code as words.
pub(super) fn words(code: &str) -> String {
    code.replace('-', " ")
}

fn joined<const N: usize>(head: String, more: [Option<String>; N]) -> String {
    std::iter::once(head).chain(more.into_iter().flatten()).collect::<Vec<_>>().join(", ")
}

fn duration(seconds: u32) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let parts = [(hours, "h"), (minutes, "min"), (rest, "s")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number} {unit}"))
        .collect();
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests;
