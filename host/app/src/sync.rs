//! From the meter to the document: choose a driver, open the device, read, normalise.
//!
//! Safe to interrupt and to repeat at any point: nothing is kept, and the meter is not changed.

use meterport_devices::{Attached, LineSettings, Link, LinkError, ReplayEnd, SerialPort, Start};
use meterport_manifest::{Manifest, Transport};
use meterport_model::codes::Code;
use meterport_model::device::Readout;
use meterport_model::device_time::DeviceTime;
use meterport_model::document::ReadoutDocument;
use meterport_model::time::Zone;
use meterport_model::{Circumstances, DriverRef, normalise};
use meterport_recording::Recording;
use meterport_runtime::{
    Driver, Finished, Grant, LogLine, ReadError, ReadFailure, Request, Runtime,
};

use crate::choose::{self, Chosen};
use crate::cli::Reading;
use crate::drivers::Drivers;
use crate::fault::Fault;
use crate::progress::Show;
use crate::select::{self, Target};
use crate::waiting::answered;
use crate::world::World;
use crate::{cancel, choices};

/// What reading gave: a document, or a failure with what came before it.
pub(crate) struct Outcome {
    pub(crate) document: Option<ReadoutDocument>,
    pub(crate) fault: Option<Fault>,
}

/// An open device, and where it is a recording, how far it has been played.
pub(crate) struct Opened {
    pub(crate) link: Link,
    pub(crate) end: Option<ReplayEnd>,
}

/// A device that is ready to be read: the driver compiled, nothing opened.
pub(crate) struct Ready {
    driver: Driver,
    grant: Grant,
    target: Target,
    /// Whether the choice of driver is to be kept for this cable.
    remember: bool,
    zone: Option<Zone>,
    since: Option<DeviceTime>,
    keep_partial: bool,
    /// Whether a person could name another driver for this device.
    another_could: bool,
    /// Random: it stands for a missing serial number, so that two meters are never taken for one.
    nonce: [u8; 32],
}

/// Chooses the driver and compiles it.
pub(crate) fn prepare(
    target: Target,
    reading: &Reading,
    available: Drivers,
    world: &World<'_>,
    runtime: &Runtime,
) -> Result<Ready, Fault> {
    let wanted = reading.driver.as_deref();
    let could = choose::could_read(&target, &available);
    let Chosen { driver, grant } = match &target {
        Target::Attached(attached) => {
            let remembered = match wanted {
                Some(_) => None,
                // A damaged list is no reason not to read a meter that needs none.
                None => choices::remembered(attached, &world.places).unwrap_or_else(|fault| {
                    world.voice.warn(&fault.object().message);
                    None
                }),
            };
            let chosen = choose::for_attached(attached, wanted, remembered.as_deref(), available)?;
            select::check_access(attached)?;
            chosen
        }
        Target::Folder(folder) => choose::for_folder(folder, wanted, available)?,
        Target::Port(path) => choose::for_port(path, wanted, available)?,
        Target::Replay(recording) => {
            choose::for_replay(&recording.header().transport, wanted, available)?
        }
    };
    if reading.remember && !matches!(target, Target::Attached(_)) {
        return Err(Fault::usage("only a cable that the system lists can be remembered")
            .hint("leave `--remember` out, or choose the cable with `--device`"));
    }
    let id = driver.id().to_owned();
    let another_could = could.iter().any(|other| *other != id);
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
    let remember = reading.remember;
    let driver = compiled;
    Ok(Ready { driver, grant, target, remember, zone, since, keep_partial, another_could, nonce })
}

impl Ready {
    pub(crate) fn manifest(&self) -> &Manifest {
        self.driver.manifest()
    }

    /// Over what, and with which settings, the rule that selected the driver speaks.
    pub(crate) fn transport(&self) -> Option<&Transport> {
        self.manifest().matches.get(self.grant.rule()).map(|rule| &rule.transport)
    }

    /// What is read, where the system lists it.
    pub(crate) fn attached(&self) -> Option<&Attached> {
        match &self.target {
            Target::Attached(attached) | Target::Folder(attached) => Some(attached),
            Target::Port(_) | Target::Replay(_) => None,
        }
    }

    /// The line settings of a serial port.
    pub(crate) fn line(&self) -> Option<LineSettings> {
        match self.transport()? {
            Transport::Serial { line, .. } => Some(LineSettings::from(*line)),
            _ => None,
        }
    }

    /// Opens the device, on a thread of its own: a disk or a folder that hangs holds up no Ctrl-C.
    pub(crate) fn open(&self) -> Result<Opened, Fault> {
        let line = self.line();
        let link = match &self.target {
            Target::Replay(recording) => {
                let (link, end) = meterport_devices::replay(recording.as_ref().clone())?;
                return Ok(Opened { link, end: Some(end) });
            }
            Target::Attached(attached) | Target::Folder(attached) => {
                let attached = attached.clone();
                answered(move || Ok(meterport_devices::open(&attached, line)?))?
            }
            Target::Port(path) => {
                let reads_none = || Fault::new(Code::DriverNone, "the driver reads no serial port");
                let (line, path) = (line.ok_or_else(reads_none)?, path.clone());
                answered(move || Ok(Link::Serial(Box::new(SerialPort::open(&path, line)?))))?
            }
        };
        Ok(Opened { link, end: None })
    }

    /// Reads the device and makes the document.
    pub(crate) fn read(&self, opened: Opened, world: &World<'_>, show: &Show) -> Outcome {
        let Opened { link, end } = opened;
        let timeline = link.timeline();
        let now = (world.host.now)();
        let request =
            Request { grant: self.grant.clone(), not_before: self.since, options: Vec::new(), now };
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
                if let Some(Err(error)) = end.map(|end| end.check()) {
                    return self.surplus(error, &readout, now);
                }
                self.keep_choice(world);
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

    /// A recording that goes on after the driver is done is of another driver or another meter.
    fn surplus(
        &self,
        error: LinkError,
        readout: &Readout,
        now: Option<jiff::Timestamp>,
    ) -> Outcome {
        let fault = Fault::from(error).driver(self.manifest().id.as_ref());
        let mut partial = self.keep_partial.then(|| self.document(readout, now));
        if let Some(document) = &mut partial {
            document.complete = false;
        }
        Outcome { document: partial, fault: Some(fault) }
    }

    fn keep_choice(&self, world: &World<'_>) {
        let Some(attached) = self.attached().filter(|_| self.remember) else { return };
        let id: &str = self.manifest().id.as_ref();
        match choices::remember(attached, id, &world.places) {
            Ok(()) => world.voice.remark(&format!(
                "from now on `{}` is read with `{id}`; `meterport devices --forget {}` ends that",
                attached.id, attached.id
            )),
            Err(fault) => world.voice.warn(&fault.object().message),
        }
    }

    fn failed(&self, failure: &ReadFailure, now: Option<jiff::Timestamp>) -> Outcome {
        let id: &str = self.manifest().id.as_ref();
        let partial = failure.partial.as_deref().filter(|_| self.keep_partial);
        let mut fault = Fault::of_session(failure, id);
        if self.another_could && matches!(failure.error, ReadError::Unsupported { .. }) {
            fault = fault.hint("choose another driver; `meterport plugin list` shows them");
        }
        let document = partial.map(|readout| self.document(readout, now));
        Outcome { document, fault: Some(fault) }
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
