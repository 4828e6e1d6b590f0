//! The vocabulary and the rules of Meterport: results, units, time, identity, documents.
//!
//! Pure: values in, values out. There is no I/O here, no async and no clock; whoever calls passes
//! the time, the zone and the random bytes in.
//!
//! ```text
//! Entry (as the device stores it)  --normalise-->  Reading (as the host shows and sends it)
//! ```
//!
//! Types that hold results, serial numbers or times of results have no `Display` and a `Debug`
//! that prints their name only.

pub mod check;
pub mod codes;
pub mod concentration;
pub mod device;
pub mod device_time;
pub mod diary;
pub mod document;
pub mod entry;
pub mod identity;
pub mod insulin;
pub mod kind;
pub mod normalise;
mod order;
pub mod quantity;
mod redact;
#[cfg(test)]
mod testing;
pub mod text;
pub mod time;
pub mod units;
pub mod utc_time;
pub mod wire;

pub use normalise::{Circumstances, DriverRef, normalise};
