//! `record`: the conversation with a meter as a text file. It holds health data, so it is written
//! only where a person named it and agreed.

use std::path::Path;

use meterport_devices::{Attached, import};
use meterport_manifest::Seen;
use meterport_model::codes::Code;
use meterport_recording::{Header, LineSettings, LineSettingsError, Recording, Transport};
use meterport_runtime::Runtime;

use crate::cli::{Reading, Record};
use crate::fault::Fault;
use crate::progress::Shows;
use crate::select::{self, Target, select};
use crate::sync::{self, Opened, Outcome};
use crate::waiting::answered;
use crate::world::World;
use crate::{drivers, offer, output, terminal};

pub(crate) fn run(record: &Record, world: &World<'_>) -> Result<u8, Fault> {
    output::check_free(&record.output, record.force)?;
    consent(record)?;
    let (recording, fault) = match &record.import {
        Some(capture) => (imported(capture, record)?, None),
        None => live(record, world)?,
    };
    output::write_file(&record.output, recording.to_text().as_bytes(), record.force)?;
    world.voice.remark(&format!("recorded to `{}`", name(&record.output)));
    fault.map_or(Ok(0), Err)
}

fn live(record: &Record, world: &World<'_>) -> Result<(Recording, Option<Fault>), Fault> {
    let drivers = drivers::available(world)?;
    let target = select(&record.select, record.driver.as_deref(), world.host, &drivers)?;
    if matches!(target, Target::Replay(_)) {
        return Err(Fault::usage("a recording of a recording says nothing new").hint(
            "leave `--replay` out; name a meter with `--device`, `--port`, `--hid`, `--usb` or \
             `--volume`",
        ));
    }
    let wanted = record.driver.as_deref();
    let (drivers, chosen) = offer::drivers_for(&target, wanted, drivers, world)?;
    let driver = chosen.or_else(|| record.driver.clone());
    let reading = Reading { driver, ..Reading::default() };
    let runtime = Runtime::new()?;
    let ready = sync::prepare(target, &reading, drivers, world, &runtime)?;
    let header = header(&ready, world)?;
    let (link, recording) = meterport_devices::record(ready.open()?.link, header);
    let show = Shows::new(world.voice).one(&ready.manifest().title);
    let Outcome { fault, .. } = ready.read(Opened { link, end: None }, world, &show);
    // A conversation that failed is the one worth recording.
    let recording = recording
        .finish()
        .ok_or_else(|| Fault::new(Code::Internal, "the recording ended early"))?
        .map_err(|error| Fault::of(Code::Internal, &error))?;
    Ok((recording, fault))
}

/// A capture of the meter maker's own program, as a recording to begin a driver with.
fn imported(capture: &Path, record: &Record) -> Result<Recording, Fault> {
    let address = record.select.usb.as_deref().map(select::usb_address).transpose()?;
    let line = record.serial.as_deref().map(line_settings).transpose()?;
    let bytes = output::read_file(capture, LARGEST_CAPTURE)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST_CAPTURE) {
        return Err(Fault::usage("the capture is larger than 256 MiB")
            .hint("capture one device, from just before the reading to just after it"));
    }
    Ok(import(&bytes, address, line)?)
}

const LARGEST_CAPTURE: u64 = 256 * 1024 * 1024;

fn line_settings(text: &str) -> Result<LineSettings, Fault> {
    text.parse().map_err(|error: LineSettingsError| {
        Fault::of(Code::Usage, &error).hint("line settings are such as `--serial \"9600 8N1\"`")
    })
}

fn consent(record: &Record) -> Result<(), Fault> {
    if record.yes {
        return Ok(());
    }
    let path = name(&record.output);
    if !terminal::can_ask() {
        return Err(Fault::usage("a recording holds health data, and nobody is here to agree")
            .hint("say `--yes` if the file may be written"));
    }
    let question = format!("`{path}` will hold the meter's results and serial number. Write it?");
    if answered(move || terminal::confirm(&question))? { Ok(()) } else { Err(Fault::cancelled()) }
}

fn header(ready: &sync::Ready, world: &World<'_>) -> Result<Header, Fault> {
    let zone = world.config.zone(None)?;
    Ok(Header {
        source: format!(
            "captured with driver {} {}",
            ready.manifest().id,
            ready.manifest().version
        ),
        transport: transport(ready)?,
        at: Some((world.host.now)()),
        zone: zone.map(|zone| zone.name().to_owned()),
    })
}

fn transport(ready: &sync::Ready) -> Result<Transport, Fault> {
    let of = |attached: &Attached| {
        let (vid, pid) = (attached.vid.unwrap_or_default(), attached.pid.unwrap_or_default());
        Some(match attached.found().seen {
            Seen::Serial => Transport::Serial(ready.line()?.recorded()),
            Seen::Hid { .. } => Transport::Hid { vid, pid },
            Seen::Usb { interface, .. } => Transport::Usb { vid, pid, interface },
            Seen::Block { .. } => Transport::Block,
            Seen::Volume { .. } => Transport::Volume,
        })
    };
    let transport = match ready.attached() {
        Some(attached) => of(attached),
        None => ready.line().map(|line| Transport::Serial(line.recorded())),
    };
    transport.ok_or_else(|| Fault::new(Code::Internal, "the driver's rule has no line settings"))
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
