//! From a record to what the contract calls an entry.
//!
//! The meters send no limits, and store a number also where they show HI or LO. Below 20 and above
//! 600 mg/dL is outside the documented range, and 20 and 600 are inside it: one source takes these
//! two for LO and HI as well (`README.md`, "Quirks"). The number itself is kept.
//!
//! Pure. Units and times are not converted here; the host does that.

use meterport_sdk::wit::{
    Bound, Capture, ConcentrationUnit, Entry, Level, Meal, Origin, Payload, Sample, Smbg, Stamp,
    Validity,
};

use crate::record::Record;

/// The one log of the meters.
pub const LOG: &str = "results";

/// What the driver reports for one record.
#[must_use]
pub fn from_record(record: &Record) -> Entry {
    let sample = match record.is_control {
        Some(true) => Sample::ControlSolution,
        Some(false) => Sample::Blood,
        None => Sample::Unknown,
    };
    // Not known to be blood though the meter can tell: nobody should take it for granted.
    let suspect = sample == Sample::Unknown;
    Entry {
        origin: Origin {
            log: LOG.to_owned(),
            numbers: LOG.to_owned(),
            sequence: record.lifetime.map(u64::from),
            part: 0,
        },
        at: Stamp { local: Some(record.at), reliable: true, tick: None },
        validity: if suspect { Validity::Questionable } else { Validity::Valid },
        payload: Payload::Smbg(Smbg {
            level: level(record.mg_per_dl),
            unit: ConcentrationUnit::MgPerDl,
            sample,
            meal: match record.meal {
                0 => Meal::None,
                1 => Meal::Before,
                2 => Meal::After,
                _ => Meal::Unknown,
            },
            minutes_after_meal: None,
            // These meters have no way to enter a result by hand.
            capture: Capture::Measured,
            reference_method: None,
        }),
        marks: if suspect { vec!["suspect-value".to_owned()] } else { Vec::new() },
        extra: record
            .undocumented
            .iter()
            .map(|(name, number)| ("vendor-marker".to_owned(), format!("{name}-{number}")))
            .collect(),
        raw: record.bytes.clone(),
    }
}

fn level(mg_per_dl: u16) -> Level {
    let stored = u32::from(mg_per_dl) * 1000;
    let bound = Bound { threshold: None, stored: Some(stored) };
    match mg_per_dl {
        ..LOWEST => Level::BelowRange(bound),
        LOWEST..=HIGHEST => Level::Value(stored),
        _ => Level::AboveRange(bound),
    }
}

/// The documented range, in mg/dL.
const LOWEST: u16 = 20;
const HIGHEST: u16 = 600;

#[cfg(test)]
mod tests {
    use super::*;
    use meterport_sdk::time::checked;

    fn entry(mg_per_dl: u16, is_control: Option<bool>, meal: u8) -> Entry {
        let at = checked(2026, 3, 10, 7, 15, 0).unwrap();
        from_record(&Record {
            lifetime: Some(1043),
            at,
            mg_per_dl,
            is_control,
            meal,
            undocumented: vec![("meal", 3)],
            bytes: vec![1, 2, 3],
        })
    }

    fn smbg(entry: Entry) -> Smbg {
        let Payload::Smbg(smbg) = entry.payload else { panic!("not a fingerstick result") };
        smbg
    }

    #[test]
    fn a_number_outside_the_range_is_hi_or_lo_and_what_was_stored_is_kept() {
        for (mg_per_dl, is_low) in [(0, true), (19, true), (601, false), (0xFFFF, false)] {
            let level = smbg(entry(mg_per_dl, Some(false), 0)).level;
            let stored = Some(u32::from(mg_per_dl) * 1000);
            match level {
                Level::BelowRange(bound) if is_low => assert!(bound.stored == stored),
                Level::AboveRange(bound) if !is_low => assert!(bound.stored == stored),
                _ => panic!("{mg_per_dl} is a number"),
            }
        }
        for mg_per_dl in [20, 21, 600] {
            let level = smbg(entry(mg_per_dl, Some(false), 0)).level;
            assert!(level == Level::Value(u32::from(mg_per_dl) * 1000));
        }
    }

    #[test]
    fn a_mark_that_is_neither_blood_nor_control_makes_a_result_questionable() {
        let unknown = entry(104, None, 0);
        assert_eq!(unknown.validity, Validity::Questionable);
        assert_eq!(unknown.marks, ["suspect-value"]);
        assert!(smbg(unknown).sample == Sample::Unknown);
        let control = entry(104, Some(true), 0);
        assert_eq!(control.validity, Validity::Valid);
        assert!(smbg(control).sample == Sample::ControlSolution);
    }

    #[test]
    fn a_meal_that_is_not_known_is_unknown_and_never_none() {
        let meal = |meal| smbg(entry(104, Some(false), meal)).meal;
        assert!(meal(0) == Meal::None && meal(1) == Meal::Before && meal(2) == Meal::After);
        assert!(meal(3) == Meal::Unknown && meal(0xFF) == Meal::Unknown);
        assert_eq!(entry(104, None, 3).extra, [("vendor-marker".to_owned(), "meal-3".to_owned())]);
    }
}
