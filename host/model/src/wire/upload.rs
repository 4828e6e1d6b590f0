//! An upload: a manifest, its chunks, and what the server says about it.
//!
//! A record's body is the text of `reading` exactly as it stands in the chunk: that text is hashed
//! for the receipt, so both ends keep it raw.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::bytes::hex_bytes;
use super::{MeterInfo, PatientRef, Receipt};
use crate::identity::BlindId;

hex_bytes!(
    /// Names one upload: 128 random bits of the client's.
    UploadId, 16, "an upload id"
);

/// `PUT /v1/uploads/{id}`: what is going to be sent.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// For whom.
    pub patient_ref: PatientRef,
    /// Records in all chunks together.
    pub records: u32,
    /// Chunks, numbered from 0.
    pub chunks: u32,
    /// What was read, by which driver, and how its clock stood.
    pub meter: MeterInfo,
}

/// `PUT /v1/uploads/{id}/chunks/{n}`: some of the records.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Chunk<'a> {
    /// In the order of the readout.
    #[serde(borrow)]
    pub records: Vec<Record<'a>>,
}

/// One record of a chunk.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Record<'a> {
    /// Which record it is.
    pub id: BlindId,
    /// The reading's JSON.
    #[serde(borrow)]
    pub reading: &'a RawValue,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UploadState {
    /// Chunks are being taken; nothing is stored for good.
    Open,
    /// Stored; there is a receipt.
    Committed,
    /// Refused: a record belongs to another patient. Nothing of it is kept.
    Conflict,
}

/// `GET /v1/uploads/{id}`, and the answer to the manifest.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct UploadStatus {
    /// The upload.
    pub upload: UploadId,
    /// How far it is.
    pub state: UploadState,
    /// Chunks the server holds, rising; empty once committed.
    pub chunks: Vec<u32>,
    /// Once committed.
    pub receipt: Option<Receipt>,
}

/// `POST /v1/patients/results`.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PatientQuery {
    /// Whose results.
    pub patient_ref: PatientRef,
}

/// Stored records, as the server gives them back.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Results<R> {
    /// In the order they were stored.
    pub records: Vec<StoredRecord<R>>,
}

/// One stored record.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StoredRecord<R> {
    /// Which record it is.
    pub id: BlindId,
    /// The upload that brought it.
    pub upload: UploadId,
    /// What it says.
    pub reading: R,
}
