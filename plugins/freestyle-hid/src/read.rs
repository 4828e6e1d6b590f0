//! The lists of records, read and reported in the meter's own order.
//!
//! Ids grow, and a list is reported by id whatever place of its memory the meter begins with. An
//! id that comes twice would be two records with one identity: such a list is an error.

use std::collections::HashSet;

use meterport_sdk::time::to_seconds;
use meterport_sdk::wit::{Entry, Order};
use meterport_sdk::{DriverError, ProtocolError, Sink};

use crate::entry;
use crate::fields::FieldError;
use crate::model::Model;
use crate::record::libre::List;
use crate::record::precision::{Content, Record};
use crate::record::{libre, precision};
use crate::session::Session;
use crate::text;

/// The order of each log, for the summary.
type Orders = Vec<(String, Order)>;

/// The one list of Precision Neo and InsuLinx.
pub(crate) fn precision(
    session: &mut Session,
    model: Model,
    sink: &mut Sink,
) -> Result<Orders, DriverError> {
    let lines = session.ask("$result?", text::list)?;
    let mut records = decode_all(&lines, |line| precision::decode(model, line))?;
    if model != Model::InsuLinx {
        by_id(&mut records, &mut HashSet::new(), |record| record.id)?;
    }
    // What the ids of an InsuLinx count is not known, so its times have to tell.
    let falls = model == Model::InsuLinx && falls(&records);
    let order = if falls { Order::NewestFirst } else { Order::OldestFirst };
    let entries = records.iter().map(|record| vec![entry::precision::from_record(model, record)]);
    report(entries, 0, Some(records.len()), sink)?;
    let logs = if records.is_empty() { Vec::new() } else { vec![entry::precision::LOG] };
    Ok(logs.into_iter().map(|log| (log.to_owned(), order)).collect())
}

/// The two lists of a Libre, which share one numbering.
pub(crate) fn libre(session: &mut Session, sink: &mut Sink) -> Result<Orders, DriverError> {
    let mut ids = HashSet::new();
    let mut orders = Vec::new();
    let mut done = 0;
    let lists = [
        (List::History, "$history?", entry::libre::HISTORY),
        (List::Results, "$arresult?", entry::libre::RESULTS),
    ];
    for (list, command, log) in lists {
        let lines = session.ask(command, text::list)?;
        let mut records = decode_all(&lines, |line| libre::decode(list, line))?;
        by_id(&mut records, &mut ids, |record| record.id)?;
        let entries = records.iter().map(|record| entry::libre::from_record(list, record));
        // How long the other list is, is not known before it was read.
        let total = (list == List::Results).then_some(done + records.len());
        report(entries, done, total, sink)?;
        done += records.len();
        if !records.is_empty() {
            orders.push((log.to_owned(), Order::OldestFirst));
        }
    }
    Ok(orders)
}

fn decode_all<'a, T>(
    lines: &'a [Vec<u8>],
    decode: impl Fn(&'a [u8]) -> Result<T, FieldError>,
) -> Result<Vec<T>, DriverError> {
    lines.iter().map(|line| decode(line).map_err(|error| error.about(line))).collect()
}

/// Sorts by id, and refuses one that came before.
fn by_id<T>(
    records: &mut [T],
    seen: &mut HashSet<u32>,
    id: impl Fn(&T) -> u32,
) -> Result<(), DriverError> {
    records.sort_by_key(&id);
    for record in records.iter() {
        if !seen.insert(id(record)) {
            return Err(ProtocolError::new("duplicate-id", "two records have the same id").into());
        }
    }
    Ok(())
}

/// Reports records, each with its parts.
fn report(
    records: impl Iterator<Item = Vec<Entry>>,
    before: usize,
    total: Option<usize>,
    sink: &mut Sink,
) -> Result<(), DriverError> {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    for (number, parts) in (before + 1..).zip(records) {
        for entry in parts {
            sink.emit(entry)?;
        }
        sink.progress(count(number), total.map(count));
    }
    Ok(())
}

/// Whether the times of the results fall more often than they rise.
fn falls(records: &[Record<'_>]) -> bool {
    let seconds = |record: &Record<'_>| match &record.content {
        Content::Glucose { stamp, .. } => stamp.time.local().map(|at| to_seconds(&at)),
        _ => None,
    };
    let times: Vec<i64> = records.iter().filter_map(seconds).collect();
    let steps = || times.iter().zip(times.iter().skip(1));
    let falling = steps().filter(|(this, next)| this > next).count();
    let rising = steps().filter(|(this, next)| this < next).count();
    falling > rising
}
