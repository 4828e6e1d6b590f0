//! `read`: one meter, or every attached one; a table, JSON or CSV; to the screen or to a file that
//! the person named.

use std::path::Path;

use meterport_devices::Attached;
use meterport_model::codes::{Code, worst_exit};
use meterport_model::document::{DeviceError, ReadoutDocument, ReadoutsDocument, csv};
use meterport_runtime::Runtime;

use super::table;
use crate::cli::{Format, Read, Reading};
use crate::fault::Fault;
use crate::progress::Show;
use crate::select::{Target, select};
use crate::sync::{self, Outcome};
use crate::world::World;
use crate::{cancel, output};

pub(crate) fn run(read: &Read, world: &World<'_>) -> Result<u8, Fault> {
    if let Some(path) = file(read) {
        output::check_free(path, read.force)?;
    }
    let runtime = Runtime::new()?;
    if read.all { all(read, world, &runtime) } else { one(read, world, &runtime) }
}

fn file(read: &Read) -> Option<&Path> {
    read.output.as_deref().filter(|path| *path != Path::new("-"))
}

fn one(read: &Read, world: &World<'_>, runtime: &Runtime) -> Result<u8, Fault> {
    let target = select(&read.select, world.host)?;
    let Outcome { document, fault } = read_target(target, &read.reading, world, runtime)?;
    if let Some(document) = &document {
        give(read, &single(document, read.format)?)?;
        if read.format != Format::Json {
            warnings(document, world);
        }
    }
    fault.map_or(Ok(0), Err)
}

/// Opens the device late: a driver that does not load costs the meter nothing.
fn read_target(
    target: Target,
    reading: &Reading,
    world: &World<'_>,
    runtime: &Runtime,
) -> Result<Outcome, Fault> {
    let mut ready = sync::prepare(target, reading, world, runtime)?;
    let link = ready.open()?;
    let show = Show::new(world.voice, &ready.manifest().title);
    Ok(ready.read(link, world, show))
}

/// Each meter its own section: one that fails hides no other.
fn all(read: &Read, world: &World<'_>, runtime: &Runtime) -> Result<u8, Fault> {
    let attached = world.host.devices.attached()?;
    if attached.is_empty() {
        return Err(Fault::new(Code::DeviceNone, "no meter is attached").hint("plug a meter in"));
    }
    let mut sections: Vec<(String, Option<ReadoutDocument>, Option<Fault>)> = Vec::new();
    for device in attached {
        if cancel::asked() {
            return Err(Fault::cancelled());
        }
        let id = device.id.to_string();
        let (document, fault) = section(device, read, world, runtime);
        sections.push((id, document, fault));
    }
    let exit =
        worst_exit(sections.iter().map(|(_, _, fault)| fault.as_ref().map_or(0, Fault::exit)));
    give(read, &several(&sections, read.format)?)?;
    for (id, document, fault) in &sections {
        if read.format != Format::Json {
            if let Some(fault) = fault {
                world.voice.remark(&format!("{id}:"));
                world.voice.fault(fault);
            }
            if let Some(document) = document {
                warnings(document, world);
            }
        }
    }
    Ok(exit)
}

fn section(
    device: Attached,
    read: &Read,
    world: &World<'_>,
    runtime: &Runtime,
) -> (Option<ReadoutDocument>, Option<Fault>) {
    match read_target(Target::Attached(device), &read.reading, world, runtime) {
        Ok(Outcome { document, fault }) => (document, fault),
        Err(fault) => (None, Some(fault)),
    }
}

fn single(document: &ReadoutDocument, format: Format) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    match format {
        Format::Table => bytes = table::readout(document).into_bytes(),
        Format::Json => json(&mut bytes, document)?,
        Format::Csv => csv::write_readout(document, &mut bytes)
            .map_err(|error| Fault::of(Code::Internal, &error))?,
    }
    Ok(bytes)
}

fn several(
    sections: &[(String, Option<ReadoutDocument>, Option<Fault>)],
    format: Format,
) -> Result<Vec<u8>, Fault> {
    let documents =
        || sections.iter().filter_map(|(id, document, _)| Some((id.as_str(), document.as_ref()?)));
    let mut bytes = Vec::new();
    match format {
        Format::Table => {
            for (id, document) in documents() {
                bytes.extend_from_slice(
                    format!("== {id}\n{}\n", table::readout(document)).as_bytes(),
                );
            }
        }
        Format::Json => {
            let errors = sections.iter().filter_map(|(id, _, fault)| {
                let error = fault.as_ref()?.object().clone();
                Some(DeviceError { device: id.clone(), error })
            });
            let document = ReadoutsDocument {
                readouts: documents().map(|(_, document)| document.clone()).collect(),
                errors: errors.collect(),
                ..ReadoutsDocument::default()
            };
            json(&mut bytes, &document)?;
        }
        Format::Csv => csv::write_readouts(documents(), &mut bytes)
            .map_err(|error| Fault::of(Code::Internal, &error))?,
    }
    Ok(bytes)
}

fn json(bytes: &mut Vec<u8>, document: &impl serde::Serialize) -> Result<(), Fault> {
    serde_json::to_writer_pretty(&mut *bytes, document)
        .map_err(|error| Fault::of(Code::Internal, &error))?;
    bytes.push(b'\n');
    Ok(())
}

fn give(read: &Read, bytes: &[u8]) -> Result<(), Fault> {
    match file(read) {
        Some(path) => output::write_file(path, bytes, read.force),
        None => output::print(&String::from_utf8_lossy(bytes)),
    }
}

fn warnings(document: &ReadoutDocument, world: &World<'_>) {
    for warning in &document.warnings {
        world.voice.warn(&warning.message);
    }
}
