//! Sending an outbox: manifest, chunks, commit, receipt.
//!
//! Every step may be repeated, and the future may be dropped between any two: the outbox keeps its
//! readings and the upload's id until the receipt holds.

use meterport_model::document::Reading;
use meterport_model::wire::{
    Limits, PatientQuery, Receipt, Results, UploadId, UploadState, UploadStatus,
};
use reqwest::Method;
use secrecy::SecretString;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::outbox::Held;
use crate::receipt::{Expected, verify};
use crate::{Client, Outbox, Session, UploadError};

/// How far sending is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
    /// Results the server holds by now.
    pub sent: usize,
    /// Results in all.
    pub total: usize,
}

/// `wire::Manifest`, borrowed.
#[derive(Serialize)]
struct ManifestOut<'a> {
    patient_ref: &'a str,
    records: u32,
    chunks: u32,
    meter: &'a meterport_model::wire::MeterInfo,
}

impl Client {
    /// Sends all that the outbox holds. It is empty afterwards, or this is an error and everything
    /// is still in it. Calling it again goes on where it ended.
    pub async fn send(
        &self,
        session: &Session,
        outbox: &mut Outbox,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<Receipt, UploadError> {
        let upload = outbox.upload()?;
        let receipt = self.deliver(session, outbox, upload, &mut progress).await;
        if matches!(receipt, Err(UploadError::Conflict | UploadError::Rejected { .. })) {
            outbox.begin_anew(); // the server has let go of this one
        }
        let expected = Expected {
            upload,
            patient: outbox.patient(),
            records: outbox.len(),
            root_hash: outbox.root_hash(&session.identity_key),
            key: session.details.receipt_key,
        };
        let verified = verify(receipt?, &expected)?;
        outbox.forget(&verified);
        Ok(verified.into_receipt())
    }

    async fn deliver(
        &self,
        session: &Session,
        outbox: &Outbox,
        upload: UploadId,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Receipt, UploadError> {
        let token = &session.token;
        let path = format!("v1/uploads/{upload}");
        let chunks = chunks(outbox.held(), self.policy.longest_chunk);
        let total = outbox.len();
        let status = self.announce(token, outbox, &path, chunks.len()).await?;
        if let (UploadState::Committed, Some(receipt)) = (status.state, status.receipt) {
            return Ok(receipt); // the answer to an earlier commit was lost
        }
        let mut sent = 0;
        for (number, chunk) in (0_u32..).zip(chunks) {
            if !status.chunks.contains(&number) {
                let body = encode(chunk, session);
                self.put_digested(&format!("{path}/chunks/{number}"), token, body).await?;
            }
            sent += chunk.len();
            progress(Progress { sent, total });
        }
        let reply =
            self.retrying(Method::POST, &format!("{path}/commit"), token, None, None).await?;
        self.decode(&reply.body)
    }

    async fn announce(
        &self,
        token: &SecretString,
        outbox: &Outbox,
        path: &str,
        chunks: usize,
    ) -> Result<UploadStatus, UploadError> {
        let records = outbox.len();
        let too_many = || UploadError::TooMany { records, most: Limits::RECORDS };
        let counted = u32::try_from(records).ok().filter(|count| *count <= Limits::RECORDS);
        let chunks = u32::try_from(chunks).ok().filter(|count| *count <= Limits::CHUNKS);
        let manifest = ManifestOut {
            patient_ref: outbox.patient().expose(),
            records: counted.ok_or_else(too_many)?,
            chunks: chunks.ok_or_else(too_many)?,
            meter: outbox.meter(),
        };
        let body = self.encode(&manifest)?;
        let reply = self.retrying(Method::PUT, path, token, Some(body), None).await?;
        self.decode(&reply.body)
    }

    /// What the server holds of one upload of this account, as it is stored.
    pub async fn upload_results(
        &self,
        session: &Session,
        upload: UploadId,
    ) -> Result<Results<Reading>, UploadError> {
        let path = format!("v1/uploads/{upload}/results");
        let reply = self.retrying(Method::GET, &path, &session.token, None, None).await?;
        self.decode(&reply.body)
    }

    /// What the server holds of one patient from this account, as it is stored.
    pub async fn patient_results(
        &self,
        session: &Session,
        query: &PatientQuery,
    ) -> Result<Results<Reading>, UploadError> {
        let body = Some(self.encode(query)?);
        let path = "v1/patients/results";
        let reply = self.retrying(Method::POST, path, &session.token, body, None).await?;
        self.decode(&reply.body)
    }
}

/// The readings in pieces whose encoded size stays under `longest`.
fn chunks(held: &[Held], longest: usize) -> Vec<&[Held]> {
    let longest = longest.min(Limits::CHUNK_BYTES);
    let mut chunks = Vec::new();
    let mut rest = held;
    while !rest.is_empty() {
        let mut size = FRAME;
        let fits = rest
            .iter()
            .take(Limits::CHUNK_RECORDS)
            .take_while(|held| {
                size += held.body.len() + FRAME;
                size <= longest
            })
            .count();
        let (chunk, later) = rest.split_at(fits.max(1));
        chunks.push(chunk);
        rest = later;
    }
    chunks
}

/// More than what stands around one record, and around all of them.
const FRAME: usize = 128;

/// A chunk's JSON, written into one buffer that never grows, so that no copy stays behind.
fn encode(chunk: &[Held], session: &Session) -> Zeroizing<Vec<u8>> {
    let size: usize = chunk.iter().map(|held| held.body.len() + FRAME).sum();
    let mut out = Zeroizing::new(Vec::with_capacity(size + FRAME));
    out.extend_from_slice(b"{\"records\":[");
    for (number, held) in chunk.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"id\":\"");
        out.extend_from_slice(held.id.blind(&session.identity_key).to_string().as_bytes());
        out.extend_from_slice(b"\",\"reading\":");
        out.extend_from_slice(&held.body);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}
