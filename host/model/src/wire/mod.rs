//! What the uploader and the server say to each other: one definition for both ends.
//!
//! Pure values: JSON shapes, the bytes a receipt is signed over, the pin of a server. The prose is
//! `docs/server-api.md`. Record ids appear here only blinded
//! ([`BlindId`](crate::identity::BlindId)); the bare hash of a
//! record never travels.
//!
//! Deliberately absent: HTTP, TLS, keys in use, clocks. Signing is the server's, verifying the
//! client's.

mod bytes;
mod digest;
mod limits;
mod meter;
mod patient;
mod pin;
mod problem;
mod receipt;
mod session;
mod upload;

pub use bytes::WireError;
pub use digest::{content_digest, parse_content_digest};
pub use limits::Limits;
pub use meter::MeterInfo;
pub use patient::PatientRef;
pub use pin::Pin;
pub use problem::{Problem, code};
pub use receipt::{Digest, KeyId, Receipt, ReceiptKey, RootHash, Signature};
pub use session::{SessionInfo, SessionReply, SignIn};
pub use upload::{
    Chunk, Manifest, PatientQuery, Record, Results, StoredRecord, UploadId, UploadState,
    UploadStatus,
};
