//! Driver for the exports of Omnipod PDMs: a file that holds the whole memory.
//!
//! The file is read until it is whole, taken apart, and what belongs together is one entry. Truth:
//! `README.md`, sources 1 and 2.
//!
//! Absent on purpose: anything that changes the PDM. A volume is read-only, and the PDM is not spoken
//! to.

pub mod bytes;
pub mod container;
pub mod contents;
pub mod entry;
pub mod export;
pub mod file;
pub mod join;
pub mod record;
#[cfg(not(target_arch = "wasm32"))]
pub mod simulator;
pub mod stored;
pub mod version;

use meterport_sdk::wit::{ClockReading, ConcentrationUnit, DeviceInfo, Order, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, Sink, step};

use contents::Contents;
use export::Export;
use version::Pdm;

/// Reads exports of Omnipod PDMs.
pub struct OmnipodIbf;

impl Driver for OmnipodIbf {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        sink.step(step::CONNECT);
        let mut volume = device.volume()?;
        let check = |file: &[u8]| Ok(Contents::parse(file).map(|_| ())?);
        let file = file::whole(volume.as_mut(), &context.clock(), check)?;
        let contents = Contents::parse(&file)?;
        let pdm = contents.export.versions.pdm;

        sink.step(step::IDENTIFY);
        sink.identify(&device_info(&contents.export))?;
        sink.step(step::SETTINGS);
        for entry in entry::settings(&contents.export)? {
            sink.emit(entry)?;
        }
        sink.step(step::RESULTS);
        let history = join::join(&contents.history);
        let total = history.len() + contents.alarms.len() + contents.others.len();
        let total = u32::try_from(total).ok();
        let mut done = 0;
        let mut emit = |entries: Vec<_>, sink: &mut Sink| -> Result<(), DriverError> {
            entries.into_iter().try_for_each(|entry| sink.emit(entry))?;
            done += 1;
            sink.progress(done, total);
            Ok(())
        };
        for joined in history.iter().rev() {
            emit(entry::entries(joined, pdm)?, sink)?;
        }
        for alarm in &contents.alarms {
            emit(vec![entry::pump_alarm(alarm, pdm)], sink)?;
        }
        for other in &contents.others {
            emit(vec![entry::other(other, pdm)], sink)?;
        }
        (0..contents.empty).for_each(|_| sink.skip());
        sink.step(step::FINISH);
        sink.finish(Order::NewestFirst)
    }
}

meterport_sdk::export_driver!(OmnipodIbf, "driver.toml");

fn device_info(export: &Export<'_>) -> DeviceInfo {
    let (versions, settings) = (&export.versions, &export.settings);
    let marker = |text: String| ("vendor-marker".to_owned(), text);
    let mut extra = vec![
        marker(format!("ibf-{}", versions.format)),
        marker(format!("engine-{}", versions.engine)),
    ];
    let making = bytes::text(export.manufacturing);
    if !making.is_empty() {
        let making: String = making.chars().take(LONGEST_TEXT).collect();
        extra.push(marker(making));
    }
    let display_unit = match settings.display_unit {
        0 => Some(ConcentrationUnit::MgPerDl),
        1 => Some(ConcentrationUnit::MmolPerL),
        other => {
            extra.push(marker(format!("display-unit-{other}")));
            None
        }
    };
    let shown = |local: &_| entry::is_set(local, versions.pdm);
    DeviceInfo {
        model: model(versions.pdm, settings.meter_board()).to_owned(),
        serial_number: Some(settings.serial_number(versions.pdm)),
        firmware: Some(versions.firmware.clone()),
        display_unit,
        clock: Some(ClockReading {
            local: export.clock.filter(shown),
            tick: None,
            // It was stored when the file was written.
            read_at_ms: None,
        }),
        time_resolution_seconds: 1,
        limits: Vec::new(),
        extra,
    }
}

/// The name in the file, the first number of the version, and the meter that is built in.
fn model(pdm: Pdm, board: u32) -> &'static str {
    match (pdm, board) {
        (Pdm::Eros, 0) => "OmniPod 2 FreeStyle",
        (Pdm::Eros, 2) => "OmniPod 2 Verio",
        (Pdm::Eros, _) => "OmniPod 2",
        (Pdm::Dash, _) => "OmniPod 3",
    }
}

/// Characters of a text that nobody described.
const LONGEST_TEXT: usize = 256;
