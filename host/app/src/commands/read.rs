//! `read`: one meter, or every attached one; a table, JSON or CSV; to the screen or to a file that
//! the person named.

use std::path::Path;

use meterport_devices::Attached;
use meterport_model::codes::{Code, worst_exit};
use meterport_model::document::{DeviceError, ReadoutDocument, ReadoutsDocument, csv};
use meterport_runtime::Runtime;

use super::table;
use crate::cli::{Format, Read, Reading};
use crate::drivers::{self, Drivers};
use crate::fault::Fault;
use crate::progress::Shows;
use crate::select::{Target, meters, nothing, select};
use crate::sync::{self, Outcome};
use crate::world::World;
use crate::{cancel, offer, output};

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
    let drivers = drivers::available(world)?;
    let target = select(&read.select, read.reading.driver.as_deref(), world.host, &drivers)?;
    let wanted = read.reading.driver.as_deref();
    let (drivers, chosen) = offer::drivers_for(&target, wanted, drivers, world)?;
    let reading = read.reading.clone().with_driver(chosen);
    let shows = Shows::new(world.voice);
    let Outcome { document, fault } =
        read_target(target, drivers, &reading, world, runtime, &shows)?;
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
    drivers: Drivers,
    reading: &Reading,
    world: &World<'_>,
    runtime: &Runtime,
    shows: &Shows,
) -> Result<Outcome, Fault> {
    let ready = sync::prepare(target, reading, drivers, world, runtime)?;
    let opened = ready.open()?;
    Ok(ready.read(opened, world, &shows.one(&ready.manifest().title)))
}

/// What one meter gave.
struct Section {
    id: String,
    document: Option<ReadoutDocument>,
    fault: Option<Fault>,
}

/// Each meter its own section and its own thread: one that is slow or fails holds up no other.
fn all(read: &Read, world: &World<'_>, runtime: &Runtime) -> Result<u8, Fault> {
    let drivers = drivers::available(world)?;
    let meters = meters(world.host.devices.attached()?, &drivers);
    if meters.is_empty() {
        return Err(nothing());
    }
    let shows = Shows::new(world.voice);
    let section = |meter: Attached| {
        let id = meter.id.to_string();
        let target = Target::Attached(meter);
        let wanted = read.reading.driver.as_deref();
        let has_driver = offer::check_driver(&target, wanted, &drivers, world);
        let read = has_driver.and_then(|()| {
            read_target(target, drivers.clone(), &read.reading, world, runtime, &shows)
        });
        match read {
            Ok(Outcome { document, fault }) => Section { id, document, fault },
            Err(fault) => Section { id, document: None, fault: Some(fault) },
        }
    };
    let sections: Vec<Section> = std::thread::scope(|scope| {
        let running: Vec<_> =
            meters.into_iter().map(|meter| scope.spawn(|| section(meter))).collect();
        running.into_iter().map(joined).collect::<Result<_, _>>()
    })?;
    if cancel::asked() {
        return Err(Fault::cancelled());
    }
    let exit =
        worst_exit(sections.iter().map(|section| section.fault.as_ref().map_or(0, Fault::exit)));
    give(read, &several(&sections, read.format)?)?;
    if read.format != Format::Json {
        for Section { id, document, fault } in &sections {
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

fn joined(thread: std::thread::ScopedJoinHandle<'_, Section>) -> Result<Section, Fault> {
    thread.join().map_err(|_| Fault::new(Code::Internal, "reading one of the meters crashed"))
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

fn several(sections: &[Section], format: Format) -> Result<Vec<u8>, Fault> {
    let documents = || {
        sections
            .iter()
            .filter_map(|section| Some((section.id.as_str(), section.document.as_ref()?)))
    };
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
            let errors = sections.iter().filter_map(|section| {
                let error = section.fault.as_ref()?.object().clone();
                Some(DeviceError { device: section.id.clone(), error })
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
