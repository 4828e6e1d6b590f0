//! Driver for TaiDoc meters of the TD-4xxx series, sold as GlucoRx, GlucoMen Nexus and others: over
//! the CP2110 that is in the meter or in its cable, and over a serial line. Truth: `README.md`,
//! sources 1 to 4.
//!
//! | module      | what                                                     |
//! |-------------|----------------------------------------------------------|
//! | `reading`   | the records, and the proof that each is its own          |
//! | `session`   | ask, and ask again; the same for both wires              |
//! | `wire`      | what both wires have in common, and the serial line      |
//! | `cp2110`    | a UART behind HID reports                                |
//! | `frame`, `scanner` | packets, and how they are found (pure)            |
//! | `message`, `time`, `record` | what the answers mean (pure)             |
//! | `entry`     | a record in the words of the contract (pure)             |
//! | `simulator` | the meters (native only)                                 |
//!
//! Absent on purpose: setting the clock and erasing. There is no function for either.

pub mod cp2110;
pub mod entry;
pub mod frame;
pub mod message;
pub mod reading;
pub mod record;
pub mod scanner;
pub mod session;
#[cfg(not(target_arch = "wasm32"))]
pub mod simulator;
pub mod time;
pub mod wire;

use meterport_sdk::wit::{ClockReading, DeviceInfo, Order, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, Sink, step};

use cp2110::Cp2110;
use message::{CLOCK, COUNT, Model};
use reading::{Identity, Reading};
use session::Session;
use wire::{LINE, SerialWire, Wire};

/// Reads TaiDoc meters.
pub struct TaiDoc;

impl Driver for TaiDoc {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        let clock = context.clock();
        sink.step(step::CONNECT);
        let wire: Box<dyn Wire> = match device {
            Device::Hid(link) => Box::new(Cp2110::open(link, &LINE)?),
            Device::Serial(port) => Box::new(SerialWire(port)),
            _ => {
                let text = "the driver wants `hid` or `serial`".to_owned();
                return Err(DriverError::UnsupportedDevice(text));
            }
        };
        let mut session = Session::new(wire, clock.clone());
        let model = session.connect()?;
        if !model.is_glucose_meter() {
            let text = format!("model `{}` is no glucose meter", model.name());
            return Err(DriverError::UnsupportedDevice(text));
        }

        // INVARIANT: no two questions that follow each other have the same command, see `session`.
        sink.step(step::IDENTIFY);
        let identity = reading::identity(&mut session)?;
        sink.step(step::CLOCK);
        let local = session.ask(&CLOCK)?.local();
        let reading = ClockReading { local, tick: None, read_at_ms: Some(clock.now_ms()) };
        sink.step(step::COUNT);
        let count = session.ask(&COUNT)?;
        sink.identify(&device_info(model, identity, reading))?;

        sink.step(step::RESULTS);
        let mut reading = Reading::new(identity, count);
        for done in 1..=count {
            if let Some(record) = reading.next(&mut session)? {
                sink.emit(entry::from_record(&record))?;
            }
            sink.progress(u32::from(done), Some(u32::from(count)));
        }
        if let Some(record) = reading.last(&mut session)? {
            sink.emit(entry::from_record(&record))?;
        }
        sink.step(step::FINISH);
        sink.finish(Order::NewestFirst)
    }
}

meterport_sdk::export_driver!(TaiDoc, "driver.toml");

fn device_info(model: Model, (high, low): Identity, clock: ClockReading) -> DeviceInfo {
    let [u0, u1] = model.unknown;
    let unknown = (model.unknown != [0, 0])
        .then(|| entry::vendor_marker(format!("model-bytes-{u0:02x}{u1:02x}")));
    DeviceInfo {
        model: model.name(),
        serial_number: message::serial_number(high, low),
        // The meter tells neither its firmware nor what it displays.
        firmware: None,
        display_unit: None,
        clock: Some(clock),
        time_resolution_seconds: 60,
        limits: Vec::new(),
        extra: unknown.into_iter().collect(),
    }
}
