//! Driver for the OneTouch Ultra 2, which answers questions in lines of ASCII.
//!
//! | module      | what                                                          |
//! |-------------|---------------------------------------------------------------|
//! | `session`   | questions and answers, and how often each question is asked   |
//! | `dump`      | the memory: one question, many lines, read again if damaged   |
//! | `frame`     | a line and its checksum (pure)                                |
//! | `record`    | what a line says (pure)                                       |
//! | `entry`     | what a line says, in the words of the contract (pure)         |
//! | `simulator` | the meter (native only)                                       |
//!
//! Deliberately not here: `DMT`, which sets the clock, and `DMZ`, which erases the memory.

mod dump;
pub mod entry;
pub mod frame;
pub mod record;
pub mod session;
#[cfg(not(target_arch = "wasm32"))]
pub mod simulator;

use meterport_sdk::wit::{DeviceInfo, Order, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, Sink, step};

use session::Session;

/// The driver.
pub struct Ultra2;

impl Driver for Ultra2 {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        // The clock is also the first question: only an answer shows that a meter is there.
        sink.step(step::CLOCK);
        let mut session = Session::open(device.serial()?, context.clock());
        let clock = session.clock_reading()?;

        sink.step(step::IDENTIFY);
        let serial_number = session.serial_number()?;
        let firmware = session.firmware()?;

        sink.step(step::SETTINGS);
        let display_unit = session.display_unit()?;

        sink.identify(&DeviceInfo {
            model: MODEL.to_owned(),
            serial_number: Some(serial_number.clone()),
            firmware: Some(firmware),
            display_unit,
            clock: Some(clock),
            time_resolution_seconds: 1,
            limits: Vec::new(),
            extra: Vec::new(),
        })?;

        sink.step(step::COUNT);
        let mut dump = session.dump(&serial_number)?;
        sink.step(step::RESULTS);
        while let Some(text) = dump.next_record()? {
            sink.emit(entry::entry(&record::Record::parse(&text)?, &text))?;
            sink.progress(dump.done(), Some(dump.total()));
        }
        sink.finish(Order::NewestFirst) // the first line is the newest: a position, no `sequence`
    }
}

/// The meter sends no name of its own: only this model speaks these commands.
const MODEL: &str = "OneTouch Ultra 2";

meterport_sdk::export_driver!(Ultra2, "driver.toml");
