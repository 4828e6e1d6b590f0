//! From the meter to the document: choose a driver, open the device, read, normalise.
//!
//! Safe to interrupt and to repeat at any point: nothing is kept, and the meter is not changed.

use meterport_devices::{LineSettings, Link, LinkError, ReplayLink, SerialPort, Start};
use meterport_manifest::{Manifest, Transport};
use meterport_model::codes::Code;
use meterport_model::device::Readout;
use meterport_model::device_time::DeviceTime;
use meterport_model::document::ReadoutDocument;
use meterport_model::time::Zone;
use meterport_model::{Circumstances, DriverRef, normalise};
use meterport_recording::Recording;
use meterport_runtime::{Driver, Finished, LogLine, ReadFailure, Request, Runtime};

use crate::choose::{self, Chosen};
use crate::cli::Reading;
use crate::fault::Fault;
use crate::progress::Show;
use crate::select::{self, Target};
use crate::waiting::answered;
use crate::world::World;
use crate::{cancel, drivers};

/// What reading gave: a document, or a failure with what came before it.
pub(crate) struct Outcome {
    pub(crate) document: Option<ReadoutDocument>,
    pub(crate) fault: Option<Fault>,
}

/// A device that is ready to be read: the driver compiled, nothing opened.
pub(crate) struct Ready {
    driver: Driver,
    rule: usize,
    target: Target,
    zone: Option<Zone>,
    since: Option<DeviceTime>,
    keep_partial: bool,
    /// Random: it stands for a missing serial number, so that two meters are never taken for one.
    nonce: [u8; 32],
}

/// Chooses the driver and compiles it.
pub(crate) fn prepare(
    target: Target,
    reading: &Reading,
    world: &World<'_>,
    runtime: &Runtime,
) -> Result<Ready, Fault> {
    let available = drivers::available(&world.places, world.host, world.voice)?;
    let wanted = reading.driver.as_deref();
    let Chosen { driver, rule } = match &target {
        Target::Attached(attached) => {
            let chosen = choose::for_attached(attached, wanted, available)?;
            select::check_access(attached)?;
            chosen
        }
        Target::Port(path) => choose::for_port(path, wanted, available)?,
        Target::Replay(_) => choose::for_replay(wanted, available)?,
    };
    let id = driver.id().to_owned();
    // On a thread of its own: Ctrl-C does not wait for the compiler.
    let (engine, package) = (runtime.clone(), driver.package);
    let compiled = answered(move || engine.load(&package).map_err(Fault::from))
        .map_err(|fault| fault.driver(&id))?;
    let zone = match (&target, &reading.zone) {
        // A recording has the zone it was taken in; this computer's would be a guess.
        (Target::Replay(recording), None) => recorded_zone(recording)?,
        (_, flag) => world.config.zone(flag.as_deref())?,
    };
    let since = reading.since.map(|day| DeviceTime::from_civil(day.at(0, 0, 0, 0))).transpose();
    let since = since.map_err(|error| Fault::of(Code::Usage, &error))?;
    let mut nonce = [0_u8; 32];
    getrandom::fill(&mut nonce).map_err(|error| Fault::of(Code::Internal, &error))?;
    let keep_partial = reading.keep_partial;
    Ok(Ready { driver: compiled, rule, target, zone, since, keep_partial, nonce })
}

impl Ready {
    pub(crate) fn manifest(&self) -> &Manifest {
        self.driver.manifest()
    }

    /// The line settings of the rule that selected the driver.
    pub(crate) fn line(&self) -> Option<LineSettings> {
        match &self.manifest().matches.get(self.rule)?.transport {
            Transport::Serial { line, .. } => Some(LineSettings::from(*line)),
            _ => None,
        }
    }

    /// Opens the device.
    pub(crate) fn open(&mut self) -> Result<Link, Fault> {
        let path = match &mut self.target {
            Target::Replay(recording) => {
                let recording = recording.as_ref().clone();
                return ReplayLink::open(recording).map_err(|error| of_link(&error));
            }
            Target::Attached(attached) => attached.path.clone(),
            Target::Port(path) => path.clone(),
        };
        let line = self
            .line()
            .ok_or_else(|| Fault::new(Code::DriverNone, "the driver reads no serial port"))?;
        Ok(Link::Serial(Box::new(SerialPort::open(&path, line)?)))
    }

    /// Reads the device and makes the document.
    pub(crate) fn read(&self, link: Link, world: &World<'_>, show: Show) -> Outcome {
        let timeline = link.timeline();
        let now = (world.host.now)();
        let request = Request {
            rule: u32::try_from(self.rule).unwrap_or(u32::MAX),
            not_before: self.since,
            options: Vec::new(),
            now,
        };
        let now = match timeline.start() {
            Start::Live => Some(now),
            Start::Recorded { at, .. } => at,
        };
        let finished = self.driver.start(link, request, show.reporter()).and_then(|session| {
            cancel::covers(session.cancel());
            session.wait()
        });
        show.done();
        match finished {
            Ok(Finished { readout, log }) => {
                remarks(&log, world);
                let document = self.document(&readout, now);
                match readout.entries.len() - document.results.len() {
                    0 if readout.entries.is_empty() => {
                        world.voice.remark("the meter's memory is empty");
                    }
                    0 => {}
                    older => world.voice.remark(&format!("{older} older results are left out")),
                }
                Outcome { document: Some(document), fault: None }
            }
            Err(failure) => {
                remarks(&failure.log, world);
                self.failed(&failure, now)
            }
        }
    }

    fn failed(&self, failure: &ReadFailure, now: Option<jiff::Timestamp>) -> Outcome {
        let id: &str = self.manifest().id.as_ref();
        let partial = failure.partial.as_deref().filter(|_| self.keep_partial);
        Outcome {
            document: partial.map(|readout| self.document(readout, now)),
            fault: Some(Fault::of_session(failure, id)),
        }
    }

    fn document(&self, readout: &Readout, now: Option<jiff::Timestamp>) -> ReadoutDocument {
        let manifest = self.manifest();
        let mut document = normalise(
            readout,
            &Circumstances {
                driver: DriverRef {
                    id: manifest.id.to_string(),
                    version: manifest.version.to_string(),
                    sha256: Some(self.driver.sha256().to_owned()),
                },
                manifest,
                zone: self.zone.clone(),
                now,
                nonce: self.nonce,
            },
        );
        if let Some(since) = self.since {
            document.results.retain(|result| result.device_time.is_none_or(|at| at >= since));
            for (index, result) in (0_u64..).zip(&mut document.results) {
                result.index = index;
            }
        }
        document
    }
}

fn remarks(log: &[LogLine], world: &World<'_>) {
    if world.voice.verbose {
        for line in log {
            world.voice.remark(&format!("driver, {:?}: {}", line.level, line.text));
        }
    }
}

fn recorded_zone(recording: &Recording) -> Result<Option<Zone>, Fault> {
    let Some(name) = &recording.header().zone else { return Ok(None) };
    Zone::named(name)
        .map(Some)
        .map_err(|error| Fault::of(Code::ReplaySyntax, &error).hint(error.hint()))
}

fn of_link(error: &LinkError) -> Fault {
    let code = Code::from_word(error.code()).unwrap_or(Code::Internal);
    let fault = Fault::of(code, error);
    match error.hint() {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}
