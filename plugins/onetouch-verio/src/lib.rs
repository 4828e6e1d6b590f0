//! Driver for the LifeScan OneTouch Verio family: the VerioIQ on its serial line, and the meters
//! that show themselves as a small disk with registers for blocks. Both are asked for one record
//! after the other, in the same packets. Truth: `README.md`, sources 1 to 3.
//!
//! | module      | what                                                               |
//! |-------------|--------------------------------------------------------------------|
//! | `session`   | ask, and ask again; the same for both                              |
//! | `link`      | what both links have in common                                     |
//! | `line`      | the serial line                                                    |
//! | `registers` | the blocks, and the proof that the disk is a meter                 |
//! | `frame`     | packets (pure)                                                     |
//! | `message`   | questions and answers (pure)                                       |
//! | `record`    | what a record's bytes say (pure)                                   |
//! | `entry`     | a record in the words of the contract (pure)                       |
//! | `simulator` | the meters (native only)                                           |
//!
//! Absent on purpose: setting the clock and erasing. There is no function for either.

pub mod entry;
pub mod frame;
pub mod line;
pub mod link;
pub mod message;
pub mod record;
pub mod registers;
pub mod session;
#[cfg(not(target_arch = "wasm32"))]
pub mod simulator;

use std::collections::BTreeSet;

use meterport_sdk::wit::{ClockReading, ConcentrationUnit, DeviceInfo, Order, Summary};
use meterport_sdk::{Clock, Context, Device, Driver, DriverError, Sink, log, step};

use line::SerialLine;
use message::{Dialect, MessageError, Unit};
use record::Record;
use registers::Registers;
use session::Session;

/// Reads meters of the OneTouch Verio family.
pub struct Verio;

impl Driver for Verio {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        let clock = context.clock();
        sink.step(step::CONNECT);
        let (mut session, dialect) = open(device, &clock)?;
        let serial_number =
            session.ask(&dialect.serial_number()).map_err(unsupported_if_refused)?;

        sink.step(step::IDENTIFY);
        let model = model(&mut session, dialect)?;
        let software = session.ask(&dialect.software())?;
        sink.step(step::CLOCK);
        let local = session.ask(&dialect.clock())?;
        let reading =
            ClockReading { local: Some(local), tick: None, read_at_ms: Some(clock.now_ms()) };
        // No two neighbours have answers of the same form: a late one is never taken for the next.
        sink.step(step::COUNT);
        let count = session.ask(&dialect.count())?;
        sink.step(step::SETTINGS);
        let unit = if_not_refused(session.ask(&dialect.unit()))?;
        sink.identify(&device_info(model, serial_number, software, unit, reading))?;

        sink.step(step::RESULTS);
        let mut newest = None;
        let mut numbers = BTreeSet::new();
        for index in 0..count {
            let repeats = session.repeats();
            let record = record(&mut session, dialect, index, &numbers)?;
            if session.repeats() > repeats {
                in_step_again(&mut session, dialect, count)?;
            }
            numbers.extend(record.lifetime);
            sink.emit(entry::from_record(&record))?;
            sink.progress(u32::from(index) + 1, Some(u32::from(count)));
            newest.get_or_insert(record);
        }
        still_the_same(&mut session, dialect, count, newest.as_ref())?;

        sink.step(step::FINISH);
        sink.finish(Order::NewestFirst)
    }
}

meterport_sdk::export_driver!(Verio, "driver.toml");

fn open(device: Device, clock: &Clock) -> Result<(Session, Dialect), DriverError> {
    match device {
        Device::Serial(port) => {
            Ok((Session::new(Box::new(SerialLine::new(port, clock.clone()))), Dialect::Iq))
        }
        Device::Block(medium) => {
            let registers = Registers::open(medium, clock.clone())?;
            Ok((Session::new(Box::new(registers)), Dialect::Blocks))
        }
        _ => {
            let text = "the driver wants `serial` or `block`".to_owned();
            Err(DriverError::UnsupportedDevice(text))
        }
    }
}

/// The name comes from one source alone for the VerioIQ, and that meter's USB ids are its own.
fn model(session: &mut Session, dialect: Dialect) -> Result<String, DriverError> {
    let model = if_not_refused(session.ask(&dialect.model()))?.filter(|text| !text.is_empty());
    match (model, dialect) {
        (Some(model), _) => Ok(model),
        (None, Dialect::Iq) => Ok("VerioIQ".to_owned()),
        (None, Dialect::Blocks) => {
            Err(DriverError::UnsupportedDevice("it does not tell its model".to_owned()))
        }
    }
}

/// One record. On a meter that numbers its records for good, the answer to another question is
/// found out by the number.
fn record(
    session: &mut Session,
    dialect: Dialect,
    index: u16,
    numbers: &BTreeSet<u16>,
) -> Result<Record, DriverError> {
    let is_new = |record: &Record| match record.lifetime {
        Some(number) if numbers.contains(&number) => Err(MessageError::Repeated),
        _ => Ok(()),
    };
    session.ask_until(&dialect.record(index), is_new).map_err(|error| match error {
        // The meter said that it has this one.
        DriverError::Protocol(error) if error.code == REFUSED => {
            MessageError::Missing.about(&error.bytes)
        }
        other => other,
    })
}

/// A request that was sent again may be answered twice, and a record does not say which one it is:
/// the second answer would be taken for the next record. The answer to this question looks like no
/// record, and all that is late comes before it.
fn in_step_again(session: &mut Session, dialect: Dialect, count: u16) -> Result<(), DriverError> {
    if session.ask(&dialect.count())? == count { Ok(()) } else { Err(changed()) }
}

/// A place is all that a request names, and places move when a result is added. That shows in the
/// newest record, where the memory is full and the count stays what it was.
fn still_the_same(
    session: &mut Session,
    dialect: Dialect,
    count: u16,
    newest: Option<&Record>,
) -> Result<(), DriverError> {
    let same = session.ask(&dialect.count())? == count
        && match newest {
            Some(newest) => session.ask(&dialect.record(0))? == *newest,
            None => true,
        };
    if same { Ok(()) } else { Err(changed()) }
}

fn changed() -> DriverError {
    DriverError::protocol("changed-while-read", "the meter's memory changed while it was read")
}

/// A meter of the same maker that has the packets and other messages.
fn unsupported_if_refused(error: DriverError) -> DriverError {
    match error {
        DriverError::Protocol(error) if error.code == REFUSED => {
            DriverError::UnsupportedDevice("it refuses to tell its serial number".to_owned())
        }
        other => other,
    }
}

/// `None` for what a meter need not tell.
fn if_not_refused<T>(answer: Result<T, DriverError>) -> Result<Option<T>, DriverError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(DriverError::Protocol(error)) if error.code == REFUSED => {
            log::warn("the meter refuses a question that it need not answer");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn device_info(
    model: String,
    serial_number: String,
    software: String,
    unit: Option<Unit>,
    clock: ClockReading,
) -> DeviceInfo {
    let (display_unit, extra) = match unit {
        Some(Unit::MgPerDl) => (Some(ConcentrationUnit::MgPerDl), Vec::new()),
        Some(Unit::MmolPerL) => (Some(ConcentrationUnit::MmolPerL), Vec::new()),
        Some(Unit::Unknown(number)) => {
            (None, vec![("vendor-marker".to_owned(), format!("display-unit-{number}"))])
        }
        None => (None, Vec::new()),
    };
    DeviceInfo {
        model,
        // Where there is nothing but padding, the meter has none.
        serial_number: Some(serial_number).filter(|text| !text.is_empty()),
        firmware: Some(software).filter(|text| !text.is_empty()),
        display_unit,
        clock: Some(clock),
        time_resolution_seconds: 1,
        limits: Vec::new(),
        extra,
    }
}

const REFUSED: &str = "refused";
