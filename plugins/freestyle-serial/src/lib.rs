//! Driver for the FreeStyle Lite and Precision Xtra groups on a serial cable: one command, one
//! long answer in ASCII.
//!
//! | module      | what                                                               |
//! |-------------|--------------------------------------------------------------------|
//! | `session`   | which commands are sent, and how often                             |
//! | `listen`    | one command, and what comes after it                               |
//! | `frame`     | one answer: header, lines, checksum, count (pure)                  |
//! | `record`    | what a line says (pure)                                            |
//! | `entry`     | what a line says, in the words of the contract (pure)              |
//! | `simulator` | the meter (native only)                                            |
//!
//! Deliberately not here: `$tim`, which sets the clock, and `$coly`, which switches the meter off.

pub mod entry;
pub mod frame;
mod listen;
pub mod record;
pub mod session;
#[cfg(not(target_arch = "wasm32"))]
pub mod simulator;

use meterport_sdk::wit::{ClockReading, DeviceInfo, Order, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, Sink, step};

use record::{Group, Record};
use session::Session;

/// The driver.
pub struct FreeStyle;

impl Driver for FreeStyle {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        sink.step(step::CONNECT);
        // The maker's cables tell the groups apart; any other cable does not.
        let first = if context.rule == PRECISION_CABLE { Group::Precision } else { Group::Lite };
        let mut session = Session::open(device.serial()?, context.clock())?;
        let memory = session.memory(first, sink)?;
        let dump = memory.dump()?;

        // One checksum covers the whole answer, so nothing is reported before its end.
        let records =
            dump.lines.iter().map(|line| Record::parse(line)).collect::<Result<Vec<_>, _>>()?;
        let group = record::group_of(&records)?.unwrap_or(memory.group);
        sink.identify(&DeviceInfo {
            model: group.name().to_owned(),
            serial_number: Some(dump.serial.to_owned()),
            firmware: Some(dump.version.to_owned()),
            display_unit: memory.display_unit,
            clock: Some(ClockReading {
                local: dump.clock,
                tick: None,
                read_at_ms: Some(memory.clock_at_ms),
            }),
            time_resolution_seconds: 60,
            limits: Vec::new(),
            extra: Vec::new(),
        })?;
        for (record, line) in records.iter().zip(&dump.lines) {
            sink.emit(entry::entry(record, line))?;
        }
        sink.finish(Order::NewestFirst) // the first line is the newest: a position, no `sequence`
    }
}

/// The third match of `driver.toml`.
const PRECISION_CABLE: u32 = 2;

meterport_sdk::export_driver!(FreeStyle, "driver.toml");
