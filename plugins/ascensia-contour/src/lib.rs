//! Driver for the Contour family of Ascensia, before that of Bayer.
//!
//! One conversation (ASTM E1381) and one set of records (ASTM E1394) over two kinds of wire: HID
//! reports, or a serial line. Truth: `README.md`, sources 1 to 5.
//!
//! Absent on purpose: the command mode, in which clocks are read and set. The header has the clock.

pub mod entry;
pub mod frame;
pub mod header;
pub mod opening;
pub mod record;
pub mod report;
pub mod run;
pub mod scanner;
pub mod session;
#[cfg(not(target_arch = "wasm32"))]
pub mod simulator;
pub mod text;
pub mod transfer;
pub mod wire;

use meterport_sdk::wit::{ClockReading, DeviceInfo, Limits, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, Sink, log, step};

use frame::{ACK, EOT};
use header::Header;
use record::Layout;
use session::{Event, Session};
use text::Time;
use transfer::{Complete, Part, Transfer};
use wire::{HidWire, SerialWire, Wire};

/// Reads Contour meters.
pub struct Contour;

impl Driver for Contour {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        let (wire, layout, first): (Box<dyn Wire>, _, _) = match device {
            Device::Hid(link) => (Box::new(HidWire(link)), Layout::Hid, ACK),
            // A jack meter that was left in command mode leaves it with `EOT`.
            Device::Serial(link) => (Box::new(SerialWire(link)), Layout::Serial, EOT),
            _ => {
                let text = "the driver wants `hid` or `serial`".to_owned();
                return Err(DriverError::UnsupportedDevice(text));
            }
        };
        let clock = context.clock();
        let mut session = Session::new(wire, clock.clone(), first);

        let mut begun = 0;
        let (read_at_ms, transfer) = loop {
            sink.step(step::CONNECT);
            let text = session.open()?;
            let read_at_ms = clock.now_ms();
            sink.step(step::IDENTIFY);
            let header = Header::parse(&text).map_err(|error| error.about(&text))?;
            if !header.is_of_this_family() {
                let text = "its header names another maker".to_owned();
                return Err(DriverError::UnsupportedDevice(text));
            }
            sink.step(step::RESULTS);
            if let Some(transfer) = results(&mut session, header, layout, sink)? {
                break (read_at_ms, transfer);
            }
            begun += 1;
            if begun == MOST_TRANSFERS {
                let detail = "the meter ended its transfer before its last record";
                return Err(DriverError::protocol("no-terminator", detail));
            }
            log::warn("the transfer ended too early and is begun anew");
        };
        let complete = transfer.complete()?;
        session.close()?;

        sink.step(step::FINISH);
        sink.identify(&device_info(&complete, read_at_ms))?;
        (0..complete.skipped).for_each(|_| sink.skip());
        for entry in complete.entries {
            sink.emit(entry)?;
        }
        sink.finish(complete.order)
    }
}

meterport_sdk::export_driver!(Contour, "driver.toml");

/// Everything up to the last record; `None` where the meter stopped before.
fn results(
    session: &mut Session,
    header: Header,
    layout: Layout,
    sink: &mut Sink,
) -> Result<Option<Transfer>, DriverError> {
    let mut transfer = Transfer::new(header, layout);
    while let Event::Record(text) = session.next_record()? {
        if transfer.add(&text)? == Part::Last {
            return Ok(Some(transfer));
        }
        let (done, total) = transfer.progress();
        sink.progress(done, total);
    }
    Ok(None)
}

fn device_info(complete: &Complete, read_at_ms: u64) -> DeviceInfo {
    let header = &complete.header;
    let (local, clock_has_seconds) = match header.clock {
        Time::At { local, has_seconds } => (Some(local), has_seconds),
        Time::Lost => (None, false),
    };
    let is_empty = complete.entries.is_empty();
    let has_seconds = complete.has_seconds || (is_empty && clock_has_seconds);
    let short =
        header.short_serial_number().map(|text| ("serial-short".to_owned(), text.to_owned()));
    let named = |name: &str, text: &str| {
        (!text.is_empty()).then(|| entry::vendor_marker(&format!("{name} {text}")))
    };
    let extra = [short, named("order", &header.order_number), named("settings", &header.other)];
    let limits = header.limits.map(|range| Limits {
        quantity: "glucose".to_owned(),
        unit: range.unit,
        low: Some(range.low),
        high: Some(range.high),
    });
    DeviceInfo {
        model: header.model.clone(),
        serial_number: Some(header.serial_number.clone()).filter(|text| !text.is_empty()),
        firmware: Some(header.versions.clone()).filter(|text| !text.is_empty()),
        display_unit: header.display_unit,
        clock: Some(ClockReading { local, tick: None, read_at_ms: Some(read_at_ms) }),
        time_resolution_seconds: if has_seconds { 1 } else { 60 },
        limits: limits.into_iter().collect(),
        extra: extra.into_iter().flatten().collect(),
    }
}

/// How often a transfer is begun.
const MOST_TRANSFERS: u32 = 2;
