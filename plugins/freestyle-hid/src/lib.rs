//! Driver for Abbott FreeStyle meters that show themselves as HID devices: Precision Neo and Optium
//! Neo, Libre, InsuLinx. They are asked in text, and answer in text with checksums.
//!
//! | module      | what                                                                |
//! |-------------|---------------------------------------------------------------------|
//! | `model`     | which meter, and what is asked of it (pure)                         |
//! | `session`   | requests, replies, what is asked again                              |
//! | `report`    | one HID report (pure)                                               |
//! | `text`      | one reply: checksums, lines, count (pure)                           |
//! | `fields`    | one line: numbers, texts, times (pure)                              |
//! | `record`    | what a line says (pure)                                             |
//! | `entry`     | what a line says, in the words of the contract (pure)               |
//! | `simulator` | the meter (native only)                                             |
//!
//! Truth: `README.md`, sources 1 to 4.
//!
//! Absent on purpose: the commands that set clock or name, reset or restart; the name and the number
//! of the patient, which are not asked for; the binary database; readers that encrypt.

pub mod entry;
pub mod fields;
pub mod model;
mod read;
pub mod record;
pub mod report;
pub mod session;
#[cfg(not(target_arch = "wasm32"))]
pub mod simulator;
pub mod text;

use meterport_sdk::wit::{ClockReading, DeviceInfo, Summary};
use meterport_sdk::{Clock, Context, Device, Driver, DriverError, Sink, step};

use model::Model;
use session::Session;

/// Reads Precision Neo, Optium Neo, Libre and InsuLinx.
pub struct FreeStyle;

impl Driver for FreeStyle {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        sink.step(step::CONNECT);
        // Nothing is sent to a meter that cannot be read.
        let model = Model::of_rule(context.rule)?;
        let clock = context.clock();
        let mut session = Session::open(device.hid()?, clock.clone(), model)?;

        sink.step(step::IDENTIFY);
        let serial_number = session.ask(model.serial_command(), text::line)?;
        let firmware = session.ask_if_known("$swver?", text::line)?;
        sink.step(step::SETTINGS);
        let unit = match model.unit_command() {
            Some(command) => session.ask_if_known(command, text::line)?,
            None => None,
        };
        sink.step(step::CLOCK);
        let reading = read_clock(&mut session, &clock)?;
        sink.identify(&device_info(model, serial_number, firmware, unit, reading))?;

        sink.step(step::RESULTS);
        let orders = match model {
            Model::PrecisionNeo | Model::InsuLinx => read::precision(&mut session, model, sink)?,
            Model::Libre => read::libre(&mut session, sink)?,
        };
        sink.finish_with(orders)
    }
}

meterport_sdk::export_driver!(FreeStyle, "driver.toml");

/// Date and time are two questions, and midnight may lie between them: the date is asked again.
fn read_clock(session: &mut Session, clock: &Clock) -> Result<ClockReading, DriverError> {
    let mut date = session.ask("$date?", text::line)?;
    for _ in 0..MIDNIGHTS {
        let time = session.ask("$time?", text::line)?;
        let read_at_ms = Some(clock.now_ms());
        let again = session.ask("$date?", text::line)?;
        if again == date {
            let local = fields::clock(&date, &time)
                .map_err(|_| DriverError::protocol("bad-clock", "clock has another form"))?;
            return Ok(ClockReading { local, tick: None, read_at_ms });
        }
        date = again;
    }
    Err(DriverError::protocol("bad-clock", "meter shows another date every time"))
}

fn device_info(
    model: Model,
    serial_number: String,
    firmware: Option<String>,
    unit: Option<String>,
    clock: ClockReading,
) -> DeviceInfo {
    let unit = unit.filter(|text| !text.is_empty());
    let display_unit = unit.as_deref().and_then(|text| model.display_unit(text));
    let unknown_unit = unit.filter(|_| display_unit.is_none());
    DeviceInfo {
        model: model.name().to_owned(),
        // A meter without a number says so in words.
        serial_number: Some(serial_number)
            .filter(|text| !text.is_empty() && !text.contains("No SerialNum")),
        firmware: firmware.filter(|text| !text.is_empty()),
        display_unit,
        clock: Some(clock),
        time_resolution_seconds: model.time_resolution_seconds(),
        limits: Vec::new(),
        extra: unknown_unit
            .map(|text| ("vendor-marker".to_owned(), format!("display-unit {text}")))
            .into_iter()
            .collect(),
    }
}

/// How often the date may turn over while the clock is read.
const MIDNIGHTS: u32 = 3;
