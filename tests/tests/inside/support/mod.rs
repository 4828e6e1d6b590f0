//! A simulated meter as a link of the host, on time of its own; and compiled drivers.

use std::collections::VecDeque;
use std::sync::OnceLock;
use std::time::Duration;

use meterport_devices::{
    LineSettings, Link, LinkError, Purge, SerialLink, Timeline, Unwatched, Watch,
};
use meterport_model::device::Readout;
use meterport_runtime::{Driver, Finished, Grant, ReadFailure, Request, Runtime};
use meterport_simulator::Simulator;
use meterport_tests::programs;

/// The one engine of this process.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

/// A driver of this project, compiled.
pub fn driver(id: &str) -> Driver {
    let package =
        std::fs::read(programs().unwrap().drivers_dir.join(format!("{id}.wasm"))).unwrap();
    runtime().load(&package).unwrap()
}

/// What a session is told in these tests.
pub fn request(driver: &Driver) -> Request {
    Request {
        grant: Grant::named(driver.manifest(), 0).unwrap(),
        not_before: None,
        options: Vec::new(),
        now: "2026-03-10T07:16:00Z".parse().unwrap(),
    }
}

/// Reads a simulated meter through the sandbox.
pub fn read(driver: &Driver, meter: impl Simulator + 'static) -> Result<Readout, ReadFailure> {
    let session = driver.start(MeterLink::open(meter), request(driver), |_| {})?;
    session.wait().map(|Finished { readout, .. }| readout)
}

/// A meter on a line without delay, whose pauses take no time.
pub struct MeterLink<S> {
    meter: S,
    waiting: VecDeque<u8>,
    timeline: Timeline,
}

impl<S: Simulator + 'static> MeterLink<S> {
    pub fn open(meter: S) -> Link {
        let at = "2026-03-10T07:16:00Z".parse().ok();
        let timeline = Timeline::replayed(at, Some("Europe/Berlin".to_owned()));
        Link::Serial(Box::new(Self { meter, waiting: VecDeque::new(), timeline }))
    }
}

impl<S: Simulator> SerialLink for MeterLink<S> {
    fn read(
        &mut self,
        max: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        if watch.stopped() {
            return Err(LinkError::Cancelled);
        }
        if self.waiting.is_empty() {
            let passed = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
            let _ = self.timeline.sleep(passed, &Unwatched);
            return Err(LinkError::Timeout);
        }
        Ok(self.waiting.drain(..max.min(self.waiting.len())).collect())
    }

    fn read_exact(
        &mut self,
        len: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        if self.waiting.len() >= len {
            self.read(len, timeout, watch)
        } else {
            let passed = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
            let _ = self.timeline.sleep(passed, &Unwatched);
            Err(LinkError::Timeout)
        }
    }

    fn write(&mut self, data: &[u8], _: Duration, _: &dyn Watch) -> Result<(), LinkError> {
        self.waiting.extend(self.meter.receive(data).into_iter().flat_map(|reply| reply.bytes));
        assert_eq!(self.meter.violation(), None);
        Ok(())
    }

    fn flush(&mut self, _: Duration, _: &dyn Watch) -> Result<(), LinkError> {
        Ok(())
    }

    fn purge(&mut self, _: Purge) -> Result<(), LinkError> {
        self.waiting.clear();
        Ok(())
    }

    fn set_line(&mut self, _: LineSettings) -> Result<(), LinkError> {
        Ok(())
    }

    fn set_control(&mut self, _: bool, _: bool) -> Result<(), LinkError> {
        Ok(())
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}
