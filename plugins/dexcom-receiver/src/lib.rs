//! Driver for Dexcom G4, G5 and G6 receivers.
//!
//! The receiver is asked for one page of its memory after the other, with a checksum for the packet,
//! the page and every record. Truth: `README.md`, sources 1 and 2.
//!
//! Absent on purpose: setting the clock or its offset, resetting, shutting down and erasing. There
//! is no function for any of them.

pub mod answer;
pub mod entry;
pub mod header;
pub mod offsets;
pub mod packet;
pub mod page;
pub mod partition;
pub mod reading;
pub mod record;
pub mod scanner;
pub mod session;
#[cfg(not(target_arch = "wasm32"))]
pub mod simulator;
pub mod time;

use meterport_sdk::wit::{ClockReading, ConcentrationUnit, DeviceInfo, Order, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, Sink, step};

use answer::{DISPLAY_OFFSET, FIRMWARE_HEADER, PING, SYSTEM_TIME, UNIT};
use entry::Circumstances;
use header::Firmware;
use offsets::Offsets;
use partition::Partition;
use reading::{History, Reading, since};
use record::Kind;
use session::Session;

/// Reads Dexcom receivers.
pub struct DexcomReceiver;

impl Driver for DexcomReceiver {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        if context.rule == RULE_OF_THE_G7 {
            return Err(unsupported("a Dexcom G7 receiver, whose protocol is not public"));
        }
        let clock = context.clock();
        sink.step(step::CONNECT);
        let session = &mut Session::open(device.serial()?, clock.clone())?;
        let firmware = session.ask(&(FIRMWARE_HEADER, Vec::new()), header::firmware)?;
        let model = model(&firmware)?;
        session.ask(&(PING, Vec::new()), answer::nothing)?;

        sink.step(step::IDENTIFY);
        let serial_number = serial_number(session)?;
        sink.step(step::COUNT);
        let mut partitions = Vec::new();
        for kind in kinds(&firmware) {
            partitions.push((kind, Partition::survey(session, kind)?));
        }
        let ranges: Vec<_> = partitions
            .iter()
            .map(|(kind, partition)| (*kind, partition.as_ref().map(Partition::range)))
            .collect();
        let total = total(partitions.iter().filter_map(|(_, partition)| partition.as_ref()))?;

        sink.step(step::CLOCK);
        let offset = session.ask(&(DISPLAY_OFFSET, Vec::new()), answer::signed)?;
        let system = session.ask(&(SYSTEM_TIME, Vec::new()), answer::number)?;
        let read_at_ms = Some(clock.now_ms());
        sink.step(step::SETTINGS);
        let unit = unit(session)?;
        let (settings, others): (Vec<_>, Vec<_>) = partitions
            .into_iter()
            .filter_map(|(_, partition)| partition)
            .partition(|partition| partition.kind() == Kind::Setting);
        let history = match settings.into_iter().next() {
            Some(partition) => History::read(session, partition)?,
            None => History::default(),
        };
        let offsets = Offsets::new(history.oldest_first(), offset);
        let reading = ClockReading {
            local: shown_now(system, offset)?,
            tick: offsets.tick_now(system),
            read_at_ms,
        };
        sink.identify(&device_info(model, &firmware, serial_number, unit, reading))?;

        sink.step(step::RESULTS);
        let predicts = firmware.software_number.as_deref() != Some(WITHOUT_PREDICTIONS);
        let with = Circumstances { offsets, predicts };
        let mut reading = Reading::new(sink, with, since(context.not_before, offset), total);
        reading.history(&history)?;
        for partition in others {
            reading.partition(session, partition)?;
        }
        if session.repeats() > 0 {
            // A late answer to a repeated question could have been taken for another one.
            for (kind, range) in ranges {
                Partition::check(session, kind, range)?;
            }
        }
        sink.step(step::FINISH);
        sink.finish(Order::NewestFirst)
    }
}

meterport_sdk::export_driver!(DexcomReceiver, "driver.toml");

/// What is read: the settings first, since they say how the clock was set.
fn kinds(firmware: &Firmware) -> impl Iterator<Item = Kind> {
    let product = firmware.product_id.as_deref();
    let touchscreen = product.is_some_and(|product| TOUCHSCREENS.contains(&product));
    let first = [Kind::Setting, Kind::Glucose].into_iter();
    first.chain(touchscreen.then_some(Kind::Backfill)).chain([
        Kind::Meter,
        Kind::Insertion,
        Kind::Event,
    ])
}

fn total<'a>(partitions: impl Iterator<Item = &'a Partition>) -> Result<u64, DriverError> {
    let total = partitions.map(Partition::count).fold(0_u64, u64::saturating_add);
    if total > MOST_RECORDS {
        let detail = "receiver says it holds more records than any memory does";
        return Err(DriverError::protocol("too-many-records", detail));
    }
    Ok(total)
}

fn serial_number(session: &mut Session) -> Result<Option<String>, DriverError> {
    let kind = Kind::Manufacturing;
    let Some(range) = session.ask(&answer::range_request(kind), answer::range)? else {
        return Ok(None);
    };
    session.ask(&answer::page_request(kind, range.last), |payload| {
        header::serial_number(page::text(payload, range.last)?)
    })
}

/// The number of the displayed unit; `None` where the receiver does not tell.
fn unit(session: &mut Session) -> Result<Option<u8>, DriverError> {
    match session.ask(&(UNIT, Vec::new()), answer::unit) {
        Err(error) if session::is_unknown_command(&error) => Ok(None),
        answer => answer.map(Some),
    }
}

/// What the screen shows, or `None` where the clock is not set.
fn shown_now(
    system: u32,
    offset: i32,
) -> Result<Option<meterport_sdk::wit::DeviceTime>, DriverError> {
    let Some(system) = time::set(system) else { return Ok(None) };
    let local = time::at(i64::from(system) + i64::from(offset));
    local.map(Some).ok_or_else(|| DriverError::protocol("bad-time", "time does not fit"))
}

/// The product, for programs or else for people.
fn model(firmware: &Firmware) -> Result<String, DriverError> {
    let product = firmware.product_id.as_ref().or(firmware.product_name.as_ref());
    product.cloned().ok_or_else(|| unsupported("it does not say what product it is"))
}

fn device_info(
    model: String,
    firmware: &Firmware,
    serial_number: Option<String>,
    unit: Option<u8>,
    clock: ClockReading,
) -> DeviceInfo {
    let name = firmware.product_name.clone();
    let marker = |text| ("vendor-marker".to_owned(), text);
    let mut extra: Vec<_> = name.filter(|name| *name != model).map(marker).into_iter().collect();
    let software = firmware.software_number.clone();
    extra.extend(software.map(|software| ("software-number".to_owned(), software)));
    let display_unit = match unit {
        Some(1) => Some(ConcentrationUnit::MgPerDl),
        Some(2) => Some(ConcentrationUnit::MmolPerL),
        _ => None,
    };
    let unknown = unit.filter(|_| display_unit.is_none());
    extra.extend(unknown.map(|number| marker(format!("display-unit-{number}"))));
    DeviceInfo {
        model,
        serial_number,
        firmware: firmware.version.clone(),
        display_unit,
        clock: Some(clock),
        time_resolution_seconds: 1,
        limits: Vec::new(),
        extra,
    }
}

fn unsupported(what: &str) -> DriverError {
    DriverError::UnsupportedDevice(what.to_owned())
}

/// The place of the rule in `driver.toml`.
const RULE_OF_THE_G7: u32 = 1;
/// Product ids of the receivers that have backfilled values.
const TOUCHSCREENS: [&str; 2] = ["ScoutReceiver", "OrionReceiver"];
/// The software in whose records the prediction means nothing.
const WITHOUT_PREDICTIONS: &str = "SW10751";
/// As many as one session may report.
const MOST_RECORDS: u64 = 1_000_000;
