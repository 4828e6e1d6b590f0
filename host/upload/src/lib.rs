//! The outbox in memory, and the client that empties it over TLS.
//!
//! ```text
//! readings --Outbox::add--> [memory] --Client::send--> server --verified receipt--> forgotten
//! ```
//!
//! - The server is known by its pin alone: the root whose key hashes to it is the only root, and
//!   everything else about the certificate is rustls' own verdict. No system root counts here.
//! - No password and no reading is sent before that verdict.
//! - A reading leaves the outbox only when a verified receipt covers it.
//!
//! Deliberately absent: any file, any cache, any redirect, plain http. The crate learns nothing of
//! meters or drivers, and asks nobody: consent to a pin is its caller's.

mod call;
mod client;
mod error;
mod network;
mod outbox;
mod pinned;
mod policy;
mod receipt;
mod send;
mod server_pin;
mod server_url;
mod session;

pub use client::Client;
pub use error::UploadError;
pub use network::Trouble;
pub use outbox::Outbox;
pub use policy::{HttpPolicy, Route};
pub use send::Progress;
pub use server_pin::fetch_pin;
pub use server_url::ServerUrl;
pub use session::{Session, SessionDetails};
