//! Driver for Roche Accu-Chek meters that are USB Personal Healthcare devices.
//!
//! The meter is an agent of IEEE 11073-20601, the driver its manager: they associate, the meter
//! describes itself, and hands over its store of results segment by segment.
//! Truth: `README.md`, sources 1 to 3.
//!
//! Absent on purpose: setting the clock and clearing segments. There is no function for either.

pub mod apdu;
pub mod association;
pub mod clock;
pub mod configuration;
mod download;
pub mod entry;
pub mod error;
pub mod mder;
pub mod meter;
pub mod object;
mod order;
pub mod record;
pub mod session;
pub mod sfloat;
#[cfg(not(target_arch = "wasm32"))]
pub mod simulator;
pub mod store;
pub mod wire;

use std::collections::{BTreeMap, BTreeSet};

use meterport_sdk::wit::{ClockReading, DeviceInfo, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, Sink, step};

use download::Ending;
use meter::Meter;
use session::Session;
use store::Segment;

/// Reads Accu-Chek meters with a USB socket.
pub struct AccuChek;

impl Driver for AccuChek {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        sink.step(step::CONNECT);
        let mut session = Session::open(device.usb()?, context.clock())?;

        sink.step(step::IDENTIFY);
        let info = identify(&mut session)?;
        sink.step(step::COUNT);
        let segments = segments(&mut session)?;
        sink.identify(&info)?;

        sink.step(step::RESULTS);
        let (mut orders, mut refused) = (Vec::new(), Vec::new());
        for segment in &segments {
            match download::segment(&mut session, segment, sink)? {
                Ending::Read(order) => orders.push((entry::log(segment.number), order)),
                Ending::Empty => {}
                Ending::Refused => {
                    let what = format!("segment-{}-refused", segment.number);
                    refused.push(("vendor-marker".to_owned(), what));
                }
            }
        }
        let mut summary = sink.finish_with(orders)?;
        summary.extra = refused;

        sink.step(step::FINISH);
        session.close()?;
        Ok(summary)
    }
}

meterport_sdk::export_driver!(AccuChek, "driver.toml");

fn identify(session: &mut Session) -> Result<DeviceInfo, DriverError> {
    let (body, at_ms) = session.meter()?;
    let meter = object::meter_attributes(&body)
        .and_then(|attributes| Meter::from_attributes(&attributes))
        .map_err(|error| error.about(&body))?;
    let Meter { model, serial_number, firmware, system_id, clock } = meter;
    Ok(DeviceInfo {
        model,
        serial_number,
        firmware,
        // It does not say what it shows.
        display_unit: None,
        clock: clock.map(|local| ClockReading { local, tick: None, read_at_ms: Some(at_ms) }),
        time_resolution_seconds: 1,
        limits: Vec::new(),
        extra: system_id.map(|id| ("system-id".to_owned(), id)).into_iter().collect(),
    })
}

/// The segments to be asked for, in rising order: 0, those that the meter lists, and as many as its
/// configuration told of.
fn segments(session: &mut Session) -> Result<Vec<Segment>, DriverError> {
    let (content, told) = session.segments()?;
    let listed = store::segments(&content).map_err(|error| error.about(&content))?;
    let unlisted = (0..told.unwrap_or(1).max(1)).map(|number| (number, Segment::unknown(number)));
    let mut all: BTreeMap<u16, Segment> = unlisted.collect();
    let mut seen = BTreeSet::new();
    for segment in listed {
        if !seen.insert(segment.number) {
            let detail = "the meter lists a segment twice";
            return Err(DriverError::protocol("bad-segments", detail));
        }
        all.insert(segment.number, segment);
    }
    if all.len() > MOST_SEGMENTS {
        let detail = "the meter says that it has more segments than are believed";
        return Err(DriverError::protocol("bad-segments", detail));
    }
    Ok(all.into_values().collect())
}

/// Known meters have one.
const MOST_SEGMENTS: usize = 64;
