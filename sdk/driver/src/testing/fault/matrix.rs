//! Every fault at every call of a good reading.

use super::inject::MOST_CALLS;
use super::{Fault, Faulty};
use crate::testing::{Outcome, VirtualTime, run_until_cancelled};
use crate::{Device, Driver, IoError};

/// What the matrix found.
#[derive(Debug, Default)]
pub struct FaultReport {
    /// Readings with one fault each.
    pub runs: usize,
    /// Those that still gave the whole readout.
    pub recovered: usize,
    /// Each breach of the invariant, in words. Empty is the only good answer.
    pub breaches: Vec<String>,
}

/// Repeats one good reading with every fault of its transport at every call.
///
/// The invariant: the same readout after a retry, or an error with nothing in it that the good
/// reading did not have; never a hang. `device` makes a fresh meter that shares the time.
pub fn fault_matrix(driver: &impl Driver, device: impl Fn(&VirtualTime) -> Device) -> FaultReport {
    let kind = device(&VirtualTime::default());
    fault_matrix_of(driver, Fault::on(&kind), device)
}

/// The same with some faults only: for a protocol without checksums of its own, which leaves it to
/// USB's that no bit is turned over. Say so beside the call.
pub fn fault_matrix_of(
    driver: &impl Driver,
    faults: &[Fault],
    device: impl Fn(&VirtualTime) -> Device,
) -> FaultReport {
    let attempt = |fault: Option<(u32, Fault)>| -> (Outcome, u32) {
        let time = VirtualTime::default();
        let faulty = Faulty::new(device(&time), time.clone(), fault);
        let (calls, cancelled) = (faulty.calls(), faulty.cancelled());
        let outcome = run_until_cancelled(driver, faulty.into_device(), &time, &cancelled);
        (outcome, calls.get())
    };
    let mut report = FaultReport::default();
    let (good, calls) = attempt(None);
    if !good.is_complete() {
        report.breaches.push(format!("the reading without a fault failed: {good:?}"));
        return report;
    }
    for call in 0..calls {
        for &fault in faults {
            let (outcome, calls) = attempt(Some((call, fault)));
            report.runs += 1;
            report.recovered += usize::from(outcome.is_complete());
            if let Some(breach) = breach(&good, &outcome, calls, fault) {
                report.breaches.push(format!("{fault:?} at call {call}: {breach}"));
            }
        }
    }
    report
}

fn breach(good: &Outcome, outcome: &Outcome, calls: u32, fault: Fault) -> Option<String> {
    if calls > MOST_CALLS || outcome.elapsed_ms > LONGEST_MS {
        return Some(format!("it never ends: {calls} calls, {} ms", outcome.elapsed_ms));
    }
    if let Err(error) = &outcome.result {
        if fault == Fault::Cancel && *error != crate::DriverError::Io(IoError::Cancelled) {
            return Some(format!("cancelled, and the driver says: {error}"));
        }
        let strange = outcome.entries.iter().any(|entry| !good.entries.contains(entry));
        return strange
            .then(|| "an incomplete reading holds a result that is not there".to_owned());
    }
    if fault == Fault::Cancel && !outcome.is_complete() {
        return Some("cancelled, and labelled complete".to_owned());
    }
    (outcome.entries != good.entries || !same_device(outcome, good))
        .then(|| "a complete reading differs from the good one".to_owned())
}

/// The clock may differ: a retry takes time.
fn same_device(left: &Outcome, right: &Outcome) -> bool {
    let without_clock = |outcome: &Outcome| {
        outcome.info.clone().map(|info| crate::wit::DeviceInfo { clock: None, ..info })
    };
    without_clock(left) == without_clock(right)
}

const LONGEST_MS: u64 = 30 * 60 * 1000;
