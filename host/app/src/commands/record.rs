//! `record`: the conversation with a meter as a text file. It holds health data, so it is written
//! only where a person named it and agreed.

use std::path::Path;

use meterport_devices::{Link, Recorded};
use meterport_model::codes::Code;
use meterport_recording::{Header, Transport};
use meterport_runtime::Runtime;

use crate::cli::{Reading, Record};
use crate::fault::Fault;
use crate::progress::Show;
use crate::select::{Target, select};
use crate::sync::{self, Outcome};
use crate::waiting::answered;
use crate::world::World;
use crate::{output, terminal};

pub(crate) fn run(record: &Record, world: &World<'_>) -> Result<u8, Fault> {
    output::check_free(&record.output, record.force)?;
    consent(record)?;
    let target = select(&record.select, world.host)?;
    if matches!(target, Target::Replay(_)) {
        return Err(Fault::usage("a recording of a recording says nothing new")
            .hint("choose a meter with `--device` or `--port`"));
    }
    let reading = Reading { driver: record.driver.clone(), ..Reading::default() };
    let runtime = Runtime::new()?;
    let mut ready = sync::prepare(target, &reading, world, &runtime)?;
    let header = header(&ready, world)?;
    let Link::Serial(port) = ready.open()? else {
        return Err(Fault::new(Code::Internal, "this transport cannot be recorded"));
    };
    let (port, recording) = Recorded::new(port, header);
    let show = Show::new(world.voice, &ready.manifest().title);
    let Outcome { fault, .. } = ready.read(Link::Serial(Box::new(port)), world, show);
    // A conversation that failed is the one worth recording.
    let recording = recording
        .finish()
        .ok_or_else(|| Fault::new(Code::Internal, "the recording ended early"))?
        .map_err(|error| Fault::of(Code::Internal, &error))?;
    output::write_file(&record.output, recording.to_text().as_bytes(), record.force)?;
    world.voice.remark(&format!("recorded to `{}`", name(&record.output)));
    fault.map_or(Ok(0), Err)
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
    let line = ready
        .line()
        .ok_or_else(|| Fault::new(Code::Internal, "only serial lines can be recorded"))?;
    let zone = world.config.zone(None)?;
    Ok(Header {
        source: format!(
            "captured with driver {} {}",
            ready.manifest().id,
            ready.manifest().version
        ),
        transport: Transport::Serial(line.recorded()),
        at: Some((world.host.now)()),
        zone: zone.map(|zone| zone.name().to_owned()),
    })
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
