//! `upload`: reads one meter and delivers its results to the server, for one patient.
//!
//! The order is deliberate: the address and the sign-in are checked before the meter is touched,
//! the meter is read completely or not at all, and the results wait in memory until the server's
//! signed receipt. An empty meter is delivered too: the receipt then says zero.
//!
//! INVARIANT: an incomplete readout is never sent. Which of several equal records is which would
//! differ from a complete one, and the server would keep them twice.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use meterport_model::codes::Code;
use meterport_model::document::{ClockBody, MeterBody, ReadoutDocument, Warning};
use meterport_model::utc_time::UtcTime;
use meterport_model::wire::{PatientRef, Receipt};
use meterport_runtime::Runtime;
use meterport_upload::{HttpPolicy, Outbox};
use serde::Serialize;

use super::{print, print_json, table};
use crate::cli::{Reading, Select, Upload};
use crate::fault::Fault;
use crate::progress::Shows;
use crate::select::select;
use crate::signed_in::{SignedIn, signed_in};
use crate::sync::{self, Outcome};
use crate::waiting::{answered, online};
use crate::world::World;
use crate::{drivers, offer, terminal};

pub(crate) fn run(upload: &Upload, world: &World<'_>) -> Result<u8, Fault> {
    let here = signed_in(upload.server.server.as_deref(), upload.pin.as_deref(), world)?;
    if upload.reading.keep_partial {
        return Err(Fault::usage("an incomplete readout is never sent")
            .hint("leave `--keep-partial` out; `meterport read` knows it"));
    }
    let patient = patient(&upload.patient, world)?;
    reached(&here)?;
    let readout = read(&upload.select, &upload.reading, world)?;
    if !upload.json.json {
        for warning in &readout.warnings {
            world.voice.warn(&warning.message);
        }
    }
    let receipt = deliver(&readout, patient, &here, world)?;
    if upload.json.json {
        print_json(&document(&readout, &receipt))?;
    } else {
        print(&summary(&readout, &receipt, &here.server.server()))?;
    }
    Ok(0)
}

/// A server that is down, or has ended the sign-in, is found before the meter is read for nothing.
pub(crate) fn reached(here: &SignedIn) -> Result<(), Fault> {
    let client = here.client(HttpPolicy::default())?;
    online(client.whoami(&here.session))?.map_err(|error| {
        let fault = Fault::from(error);
        let hint = fault.object().hint.clone();
        let hint = hint.map(|hint| format!("{hint}; {UNTOUCHED}"));
        fault.hint(hint.unwrap_or_else(|| UNTOUCHED.to_owned()))
    })?;
    Ok(())
}

const UNTOUCHED: &str = "the meter was not read, and still holds the results";

/// Reads the meter: completely, or it is an error.
pub(crate) fn read(
    from: &Select,
    reading: &Reading,
    world: &World<'_>,
) -> Result<ReadoutDocument, Fault> {
    let drivers = drivers::available(world)?;
    let target = select(from, reading.driver.as_deref(), world.host, &drivers)?;
    let (drivers, chosen) = offer::drivers_for(&target, reading.driver.as_deref(), drivers, world)?;
    let reading = reading.clone().with_driver(chosen);
    let runtime = Runtime::new()?;
    let ready = sync::prepare(target, &reading, drivers, world, &runtime)?;
    let opened = ready.open()?;
    let show = Shows::new(world.voice).one(&ready.manifest().title);
    match ready.read(opened, world, &show) {
        Outcome { fault: Some(fault), .. } => Err(fault),
        Outcome { document: Some(document), .. } if document.complete => Ok(document),
        _ => Err(Fault::new(Code::Internal, "reading gave neither results nor an error")),
    }
}

/// Sends everything and gives the verified receipt.
pub(crate) fn deliver(
    readout: &ReadoutDocument,
    patient: PatientRef,
    here: &SignedIn,
    world: &World<'_>,
) -> Result<Receipt, Fault> {
    let bar = bar(readout.results.len(), world);
    let sent = || {
        let mut outbox = Outbox::of(patient, readout)?;
        let client = here.client(HttpPolicy::default())?;
        let shown = bar.clone();
        online(client.send(&here.session, &mut outbox, move |progress| {
            if let Some(bar) = &shown {
                bar.set_position(u64::try_from(progress.sent).unwrap_or(u64::MAX));
            }
        }))?
        .map_err(Fault::from)
    };
    let receipt = sent();
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    receipt.map_err(still_in_the_meter)
}

/// Nothing of ours outlives this program, so the person must know where the results are.
fn still_in_the_meter(fault: Fault) -> Fault {
    const KEPT: &str = "the server did not confirm the upload; nothing was kept here, and the \
                        meter still holds the results: keep it at hand";
    let hint = match &fault.object().hint {
        Some(hint) => format!("{hint}; {KEPT}"),
        None => KEPT.to_owned(),
    };
    fault.hint(hint)
}

fn bar(results: usize, world: &World<'_>) -> Option<ProgressBar> {
    if !world.voice.remarks() || !std::io::stderr().is_terminal() {
        return None;
    }
    let style =
        ProgressStyle::with_template("{spinner} sending: {pos} of {len} results ({elapsed})");
    let bar = ProgressBar::new(u64::try_from(results).unwrap_or(u64::MAX))
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(100));
    Some(bar)
}

fn patient(given: &str, world: &World<'_>) -> Result<PatientRef, Fault> {
    let text = if given != "-" {
        world.voice.warn(
            "the patient's id now stands in the shell's history and in the list of processes; \
             `--patient -` asks for it instead",
        );
        given.to_owned()
    } else if terminal::can_ask() {
        answered(|| terminal::ask("Patient's id in the practice: "))?
    } else {
        answered(terminal::line)?
    };
    patient_ref(text)
}

/// An id as a person typed it.
pub(crate) fn patient_ref(text: String) -> Result<PatientRef, Fault> {
    PatientRef::parse(text).map_err(|error| {
        Fault::of(Code::Usage, &error).hint("use the patient's number or code in your practice")
    })
}

#[derive(Serialize)]
struct UploadDocument<'a> {
    schema: &'static str,
    meter: &'a MeterBody,
    clock: &'a ClockBody,
    /// How many.
    results: usize,
    /// UTC of the earliest and the latest result that has one.
    first: Option<UtcTime>,
    last: Option<UtcTime>,
    warnings: &'a [Warning],
    receipt: &'a Receipt,
}

fn document<'a>(readout: &'a ReadoutDocument, receipt: &'a Receipt) -> UploadDocument<'a> {
    let times = || readout.results.iter().filter_map(|result| result.time);
    UploadDocument {
        schema: "meterport.upload/1",
        meter: &readout.meter,
        clock: &readout.clock,
        results: readout.results.len(),
        first: times().min(),
        last: times().max(),
        warnings: &readout.warnings,
        receipt,
    }
}

/// "214 results, 31 new, 3 Jun 2026 to 21 Nov 2026; the meter's clock is 7 minutes slow".
pub(crate) fn summary(readout: &ReadoutDocument, receipt: &Receipt, server: &str) -> String {
    let text = table::summary(readout);
    let text = match readout.results.len() {
        0 => text,
        count => {
            let counted =
                if count == 1 { "1 result".to_owned() } else { format!("{count} results") };
            text.replacen(&counted, &format!("{counted}, {} new", receipt.new), 1)
        }
    };
    format!("{text}\ndelivered to {server}, receipt {}\n", receipt.upload)
}
