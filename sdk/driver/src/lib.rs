//! Write a driver for a diabetes device.
//!
//! A driver is a sandboxed WebAssembly component that gets one open device and reports what the
//! device remembers. It implements [`Driver`] and is exported with [`export_driver!`]:
//!
//! ```ignore
//! impl Driver for MyMeter {
//!     fn read(&self, device: Device, context: &Context, sink: &mut Sink) -> Result<Summary, DriverError> {
//!         let mut session = Session::open(device.serial()?, context.clock())?;
//!         sink.step(step::IDENTIFY);
//!         sink.identify(session.device_info()?)?;
//!         for record in session.records()? {
//!             sink.emit(record.into())?;
//!         }
//!         sink.finish(Order::NewestFirst)
//!     }
//! }
//!
//! meterport_sdk::export_driver!(MyMeter, "driver.toml");
//! ```
//!
//! The same code runs natively under `cargo test`: the transports are traits, implemented by the
//! host's resources and by the fakes in `testing`.
//!
//! What is not here: files, networks, enumeration and the time of day. A driver has none of them.

#[doc(hidden)]
pub mod bindings;
pub mod check;
mod clock;
mod context;
mod driver;
mod error;
#[doc(hidden)]
pub mod export;
mod link;
pub mod log;
mod resource;
mod sink;
pub mod step;
pub mod text;
pub mod time;
pub mod wit;

#[cfg(not(target_arch = "wasm32"))]
pub mod testing;

pub use clock::{Clock, Time};
pub use context::Context;
pub use driver::Driver;
pub use error::{DriverError, IoError, ProtocolError};
pub use link::{Block, Device, File, Hid, Serial, Usb, Volume};
pub use meterport_macros::export_driver;
pub use sink::{Output, Sink};

#[cfg(not(target_arch = "wasm32"))]
pub use meterport_recording as recording;
