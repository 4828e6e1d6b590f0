//! The history: what each record, or those that belong together, are reported as.

use meterport_sdk::DriverError;
use meterport_sdk::wit::{Carbs, Entry, Event, Payload};

use super::{alarm, bolus, clock, glucose, marker, of_history, pump, vendor_record, wizard};
use crate::join::Joined;
use crate::record::History;
use crate::record::detail::Detail;
use crate::version::Pdm;

/// The entries of one record, or of several that make one: part after part.
///
/// # Errors
///
/// `too-large`: a number that fits nothing, in a record that the PDM takes for right.
pub fn entries(joined: &Joined<'_>, pdm: Pdm) -> Result<Vec<Entry>, DriverError> {
    match joined {
        Joined::One(record) => match one(record, pdm) {
            Err(_) if record.header.error != 0 => {
                Ok(vec![of_history(record, vendor_record(), pdm)])
            }
            entries => entries,
        },
        Joined::Bolus(joined) => Ok(vec![bolus::bolus(joined, pdm)?]),
        Joined::Basal(record, ended, left) => Ok(vec![pump::ended(record, ended, *left, pdm)?]),
        Joined::Clock(first, second) => Ok(vec![clock::change(first, Some(second), pdm)]),
    }
}

fn one(record: &History<'_>, pdm: Pdm) -> Result<Vec<Entry>, DriverError> {
    let entry = |payload| of_history(record, payload, pdm);
    let event = |code: &str| Payload::Event(Event { code: code.to_owned(), text: None });
    Ok(match record.detail {
        Detail::PodDeactivated => {
            let ended = entry(event("pod-deactivated"));
            let part = pump::stopped(&ended, "pod-deactivated");
            vec![ended, part]
        }
        Detail::TimeSet(_) | Detail::DateSet(..) => vec![clock::change(record, None, pdm)],
        // Deleted, or wrong: joined with nothing.
        Detail::Bolus(part) => vec![bolus::alone(record, part, pdm)?],
        Detail::Basal(basal) => vec![entry(Payload::Basal(pump::basal(basal)?))],
        Detail::Suspended => vec![entry(Payload::Basal(pump::suspended(None)))],
        Detail::Resumed => vec![entry(Payload::Basal(pump::resumed()))],
        Detail::Calculator(calculator) => {
            vec![entry(Payload::Wizard(wizard::wizard(&calculator, pdm)?))]
        }
        Detail::Alarm(alarm) => alarm::of_history(record, &alarm, pdm),
        Detail::Glucose(glucose) => vec![glucose::smbg(record, &glucose, pdm)],
        Detail::Carbs { grams, preset, kind } => {
            let amount = Some(u32::from(grams) * 1000);
            let mut entry = entry(Payload::Carbs(Carbs { amount, category: None }));
            if (preset, kind) != (0, 0) {
                entry.extra.push(marker(format!("preset-{preset}-kind-{kind}")));
            }
            vec![entry]
        }
        Detail::PodActivated { lot, number, versions } => {
            let mut entry = entry(event("pod-activated"));
            entry.extra.extend(pump::pod(u32::from(lot), u32::from(number), versions));
            vec![entry]
        }
        Detail::Exported => vec![entry(event("exported"))],
        Detail::BolusEnded { left, minutes_left } => {
            let mut entry = entry(vendor_record());
            entry
                .extra
                .push(marker(format!("bolus-ended-{left}-hundredths-{minutes_left}-min-left")));
            vec![entry]
        }
        Detail::BasalEnded { minutes_left } => {
            let mut entry = entry(vendor_record());
            entry.extra.push(marker(format!("basal-ended-{minutes_left}-min-left")));
            vec![entry]
        }
        Detail::Unknown => {
            let mut entry = entry(vendor_record());
            entry.extra.push(marker(format!("type-{:08x}", record.kind)));
            vec![entry]
        }
    })
}
