//! What the launcher says, on stderr. A single command says its own; what concerns the store is
//! said at the window alone.

use std::error::Error;
use std::io::Write as _;

use meterport_update::{Remark, Skipped};

use crate::fault::Fault;

fn line(text: &str) {
    // There is nobody else to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// An error with its causes and what can be done.
pub(crate) fn fault(fault: &Fault) {
    line(&format!("error: {fault}"));
    let mut source = fault.source();
    while let Some(cause) = source {
        line(&format!("  caused by: {cause}"));
        source = cause.source();
    }
    if let Some(hint) = fault.hint() {
        line(&format!("\nhint: {hint}"));
    }
}

/// What somebody should know about a start.
pub(crate) fn remark(remark: &Remark) {
    line(&match remark {
        Remark::Skipped(Skipped::Damaged { number }) => {
            format!("note: change {number} of what is installed is damaged and was passed over")
        }
        Remark::Skipped(Skipped::Unreadable { number }) => {
            format!(
                "note: change {number} of what is installed is of a later program and was passed over"
            )
        }
        Remark::NotWhole { app, .. } => {
            format!("note: version `{app}` is damaged; an older one is started. Update again")
        }
        Remark::SteppedBack { from, .. } => format!(
            "note: version `{from}` failed twice and is not used any more; the last good one is started"
        ),
        Remark::NothingToStepBackTo { app } => format!(
            "note: version `{app}` failed twice, and no good one is kept; it is started again"
        ),
        Remark::NotCounted { cause } => format!("note: this start is not counted: {cause}"),
        _ => "note: something about this start is unusual".to_owned(),
    });
}

/// The program could not be started at all.
pub(crate) fn not_started(error: &std::io::Error) {
    line(&format!("note: the program could not be started: {error}"));
}
