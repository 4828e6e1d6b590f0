//! What the tests in one process and the benchmarks share: compiled drivers, and simulated meters as
//! links of the host.
#![allow(dead_code, reason = "each program that has this module uses a part of it")]

pub mod line;
mod packets;
mod pause;

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use meterport_devices::{Link, Timeline};
use meterport_manifest::{Found, Seen, matches};
use meterport_model::device::Readout;
use meterport_runtime::{Driver, Finished, Grant, ReadFailure, Request, Runtime};
use meterport_simulator::{Simulator, UsbFunction};
use meterport_tests::programs;

use line::{Line, Meter};
use packets::{Disk, Interface};
use pause::Pause;

/// The one engine of this process.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

/// The package of a driver of this project.
pub fn package(id: &str) -> Vec<u8> {
    std::fs::read(programs().unwrap().drivers_dir.join(format!("{id}.wasm"))).unwrap()
}

/// A driver of this project, compiled once in this process.
pub fn driver(id: &str) -> Driver {
    static DRIVERS: Mutex<BTreeMap<String, Driver>> = Mutex::new(BTreeMap::new());
    // The lock is never held while something can fail.
    let drivers = || DRIVERS.lock().unwrap();
    if let Some(driver) = drivers().get(id) {
        return driver.clone();
    }
    let driver = runtime().load(&package(id)).unwrap();
    drivers().insert(id.to_owned(), driver.clone());
    driver
}

/// What a session is told in these tests, by the first rule of its driver.
pub fn request(driver: &Driver) -> Request {
    request_by(driver, 0)
}

/// The same by the rule that matches this meter.
pub fn request_for(driver: &Driver, meter: &impl Simulator) -> Request {
    let shape = meter.usb().unwrap();
    let seen = match shape.function {
        UsbFunction::Hid { .. } => Seen::Hid { interface: Some(0), collections: Vec::new() },
        UsbFunction::Registers { inquiry: [vendor, model, _], .. } => {
            Seen::Block { vendor: vendor.to_owned(), model: model.to_owned() }
        }
        _ => Seen::Serial,
    };
    let (vid, pid) = (Some(shape.vid), Some(shape.pid));
    let found = Found { vid, pid, product: Some(shape.product.to_owned()), seen };
    request_by(driver, matches(driver.manifest(), &found).unwrap().rule)
}

fn request_by(driver: &Driver, rule: usize) -> Request {
    Request {
        grant: Grant::named(driver.manifest(), rule).unwrap(),
        not_before: None,
        options: Vec::new(),
        now: "2026-03-10T07:16:00Z".parse().unwrap(),
    }
}

/// Reads a simulated meter through the sandbox.
pub fn read(driver: &Driver, meter: impl Simulator + 'static) -> Result<Readout, ReadFailure> {
    let request = request_for(driver, &meter);
    let session = driver.start(link(meter), request, |_| {})?;
    session.wait().map(|Finished { readout, .. }| readout)
}

/// A meter on the link that it has, without delay; the driver's own pauses take no time either.
pub fn link(meter: impl Simulator + 'static) -> Link {
    slow_link(meter, Duration::ZERO)
}

/// The same, but the meter really takes so long before each answer.
pub fn slow_link(meter: impl Simulator + 'static, thinking: Duration) -> Link {
    let at = "2026-03-10T07:16:00Z".parse().ok();
    let timeline = Timeline::replayed(at, Some("Europe/Berlin".to_owned()));
    let pause = Pause::before_each(thinking);
    match meter.usb().map(|shape| shape.function) {
        Some(UsbFunction::Hid { .. }) => {
            Link::Hid(Box::new(Interface::new(meter, timeline, pause)))
        }
        Some(UsbFunction::Registers { .. }) => {
            Link::Block(Box::new(Disk::new(meter, timeline, pause)))
        }
        _ => Line::new(Meter(meter), timeline).thinking(thinking).link(),
    }
}
