//! The program, a simulated meter, and what a test asks of both.

pub mod hostile;
mod meter;
mod publisher;
mod run;
mod server;

pub use meter::Meter;
pub use publisher::{Package, Publisher};
pub use run::{Run, command as run_command, meterport, meterport_in, path};
pub use server::{PASSWORD, Server, USER};
