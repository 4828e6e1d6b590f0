//! Runs one driver in its sandbox: the only room that knows wasmtime.
//!
//! A session is one thread that owns its store and its device, calls the driver and blocks where
//! the driver waits. Nothing here is asynchronous. A driver gets one open device, a monotonic clock,
//! a log and a sink; there are no files, no network, no enumeration and no time of day to be had.
//!
//! ```text
//! package --inspect--> manifest --load--> Driver --start(link)--> Session --wait--> Readout
//! ```

mod bindings;
mod driver;
mod engine;
mod error;
mod from_wit;
mod grant;
mod host;
mod inspect;
pub mod limits;
mod session;
mod watch;

pub use driver::Driver;
pub use engine::Runtime;
pub use error::{Budget, Limit, LoadError, ReadError, ReadFailure};
pub use grant::{Disks, Grant, Refused};
pub use host::{LogLevel, LogLine};
pub use inspect::{CONTRACT, Inspected, MANIFEST_SECTION, inspect};
pub use limits::Budgets;
pub use session::{Finished, Progress, Request, Session};
pub use watch::Cancel;
