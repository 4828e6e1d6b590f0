//! Driver for the LifeScan OneTouch UltraEasy and UltraMini.
//!
//! The meter is asked for one record after the other over a small link layer with acknowledgements.
//! Truth: `README.md`, sources 1 to 3.
//!
//! Absent on purpose: setting the clock and erasing. There is no function for either.

pub mod entry;
pub mod frame;
pub mod record;
pub mod scanner;
pub mod session;
#[cfg(not(target_arch = "wasm32"))]
pub mod simulator;

use meterport_sdk::wit::{ClockReading, ConcentrationUnit, DeviceInfo, Order, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, Sink, step};

use record::{RecordError, Unit};
use session::{PAUSE_BETWEEN_RECORDS_MS, Session};

/// Reads OneTouch UltraEasy and UltraMini meters.
pub struct UltraEasy;

impl Driver for UltraEasy {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        let clock = context.clock();
        sink.step(step::CONNECT);
        let mut session = Session::open(device.serial()?, clock.clone())?;

        sink.step(step::IDENTIFY);
        let firmware =
            ask(&mut session, record::VERSION, record::firmware).map_err(unsupported_if_refused)?;
        let serial_number = ask(&mut session, record::SERIAL, record::serial_number)?;
        let resets = session.resets();
        sink.step(step::COUNT);
        let count = ask(&mut session, record::COUNT, record::count)?;
        sink.step(step::SETTINGS);
        let unit = ask(&mut session, record::UNIT, record::unit)?;
        sink.step(step::CLOCK);
        let local = ask(&mut session, record::CLOCK, record::clock)?;
        let reading =
            ClockReading { local: Some(local), tick: None, read_at_ms: Some(clock.now_ms()) };
        sink.identify(&device_info(&serial_number, firmware, unit, reading))?;

        sink.step(step::RESULTS);
        let mut newest = None;
        for index in 0..count {
            if index > 0 {
                clock.sleep_ms(PAUSE_BETWEEN_RECORDS_MS);
            }
            let record = ask(&mut session, &record::request(index), record::decode)?;
            newest.get_or_insert(record);
            sink.emit(entry::from_record(&record))?;
            sink.progress(u32::from(index) + 1, Some(u32::from(count)));
        }
        if session.resets() > resets {
            let same = ask(&mut session, record::SERIAL, record::serial_number)? == serial_number
                && ask(&mut session, record::COUNT, record::count)? == count
                && is_still_newest(&mut session, newest)?;
            if !same {
                return Err(changed());
            }
        }
        let summary = sink.finish(Order::NewestFirst)?;

        sink.step(step::FINISH);
        session.close()?;
        Ok(summary)
    }
}

meterport_sdk::export_driver!(UltraEasy, "driver.toml");

fn ask<T>(
    session: &mut Session,
    request: &[u8],
    decode: impl Fn(&[u8]) -> Result<T, RecordError>,
) -> Result<T, DriverError> {
    let reply = session.ask(request)?;
    decode(&reply).map_err(|error| error.about(&reply))
}

/// A meter of the same maker that has the link layer and other messages.
fn unsupported_if_refused(error: DriverError) -> DriverError {
    match error {
        DriverError::Protocol(error) if error.code == REFUSED => {
            DriverError::UnsupportedDevice("it refuses to tell its version".to_owned())
        }
        other => other,
    }
}

/// Whether record 0 is what it was: a place is all that a record has, and places move when a
/// result is added. Asked only where the link was reset on the way, since nothing tells who is at
/// its other end then.
fn is_still_newest(
    session: &mut Session,
    newest: Option<record::Record>,
) -> Result<bool, DriverError> {
    let Some(newest) = newest else { return Ok(true) };
    Ok(ask(session, &record::request(0), record::decode)? == newest)
}

fn changed() -> DriverError {
    DriverError::protocol("changed-while-read", "the meter's memory changed while it was read")
}

fn device_info(
    serial_number: &str,
    firmware: String,
    unit: Unit,
    clock: ClockReading,
) -> DeviceInfo {
    let (display_unit, extra) = match unit {
        Unit::MgPerDl => (Some(ConcentrationUnit::MgPerDl), Vec::new()),
        Unit::MmolPerL => (Some(ConcentrationUnit::MmolPerL), Vec::new()),
        Unit::Unknown(number) => {
            (None, vec![("vendor-marker".to_owned(), format!("display-unit-{number}"))])
        }
    };
    DeviceInfo {
        // The meter sends none.
        model: "OneTouch UltraEasy".to_owned(),
        // Where there is nothing but padding, the meter has none.
        serial_number: Some(serial_number.to_owned()).filter(|text| !text.is_empty()),
        firmware: Some(firmware).filter(|text| !text.is_empty()),
        display_unit,
        clock: Some(clock),
        time_resolution_seconds: 1,
        limits: Vec::new(),
        extra,
    }
}

const REFUSED: &str = "refused";
