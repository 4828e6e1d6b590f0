//! The receiving server of a practice.
//!
//! ```text
//! TLS (own root) -> api -> uploads: staged, then committed -> SQLite, sealed -> signed receipt
//! ```
//!
//! - There is no plain http listener.
//! - Every row is sealed from the first commit on; what stands open in the database are ids,
//!   counts and times of uploading. The master key lies in a file outside the database.
//! - A success is answered after it is on the disk, never before.
//! - The log never holds a patient's reference, a reading or a name.
//!
//! The interface is `docs/server-api.md`; the shapes both ends share are
//! [`meterport_model::wire`].

mod accounts;
mod api;
mod certificates;
mod chunk;
mod cli;
mod commit;
mod data_dir;
mod database;
mod error;
mod log;
mod named;
mod names;
mod password;
mod patients;
mod prune;
mod results;
mod seal;
mod secrets;
mod serve;
mod sessions;
mod signer;
mod store;
mod throttle;
mod tls;
mod uploads;

pub use accounts::add_user;
pub use cli::run;
pub use error::ServerError;
pub use serve::{Options, Server, pin};
