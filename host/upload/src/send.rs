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
        let chunks = chunks(outbox.held(), self.policy.longest_chunk)?;
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
        let counted = u32::try_from(records).ok().filter(|count| *count <= Limits::RECORDS);
        let announced = u32::try_from(chunks).ok().filter(|count| *count <= Limits::CHUNKS);
        let too_many = || UploadError::TooMany { records, most: Limits::RECORDS };
        let too_long = || UploadError::TooLong { chunks, most: Limits::CHUNKS };
        let manifest = ManifestOut {
            patient_ref: outbox.patient().expose(),
            records: counted.ok_or_else(too_many)?,
            chunks: announced.ok_or_else(too_long)?,
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
fn chunks(held: &[Held], longest: usize) -> Result<Vec<&[Held]>, UploadError> {
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
        if fits == 0 {
            let bytes = rest.first().map_or(0, |held| held.body.len());
            return Err(UploadError::RecordTooLong {
                bytes,
                most: longest.saturating_sub(2 * FRAME),
            });
        }
        let (chunk, later) = rest.split_at(fits);
        chunks.push(chunk);
        rest = later;
    }
    Ok(chunks)
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

#[cfg(test)]
mod tests {
    use meterport_model::concentration::{Capture, ConcentrationUnit, Level, Meal, Sample, Smbg};
    use meterport_model::entry::{Entry, Origin, Payload, Stamp, Validity};
    use meterport_model::identity::{DeviceIdentity, Identifier, IdentityKey};
    use meterport_model::quantity::Milli;
    use meterport_model::wire::ReceiptKey;

    use super::*;
    use crate::{HttpPolicy, SessionDetails};

    fn held(number: usize, bytes: usize) -> Vec<Held> {
        let entry = Entry {
            origin: Origin {
                log: "results".into(),
                numbers: "results".into(),
                sequence: None,
                part: 0,
            },
            at: Stamp { local: None, reliable: true, tick: None },
            validity: Validity::Valid,
            payload: Payload::Smbg(Smbg {
                level: Level::Value(Milli(100_000)),
                unit: ConcentrationUnit::MgPerDl,
                sample: Sample::Blood,
                meal: Meal::None,
                minutes_after_meal: None,
                capture: Capture::Measured,
                reference_method: None,
            }),
            marks: Vec::new(),
            extra: Vec::new(),
            raw: Vec::new().into(),
        };
        let id = Identifier::new("test", DeviceIdentity::Serial("1")).next(&entry);
        let one = |_| Held { id, body: Zeroizing::new(vec![b'x'; bytes]) };
        (0..number).map(one).collect()
    }

    #[test]
    fn a_record_longer_than_a_chunk_is_refused_before_anything_is_sent() {
        let mut held = held(3, 100);
        held.extend(self::held(1, 5000));
        let error = chunks(&held, 4096).err().unwrap();
        assert!(matches!(error, UploadError::RecordTooLong { bytes: 5000, .. }), "{error}");
    }

    #[test]
    fn as_many_records_as_the_server_takes_fit_into_its_chunks() {
        let held = held(Limits::RECORDS as usize, 1000);
        let chunks = chunks(&held, HttpPolicy::default().longest_chunk).unwrap();
        assert!(chunks.len() <= Limits::CHUNKS as usize, "{}", chunks.len());
        assert_eq!(chunks.iter().map(|chunk| chunk.len()).sum::<usize>(), held.len());
    }

    #[test]
    fn an_encoded_chunk_stays_within_the_policy() {
        let session = Session {
            token: SecretString::from("token".to_owned()),
            details: SessionDetails {
                user: "nurse".to_owned(),
                roles: Vec::new(),
                expires: jiff::Timestamp::UNIX_EPOCH,
                receipt_key: ReceiptKey::from_bytes([0; 32]),
            },
            identity_key: IdentityKey::from_bytes([1; 32]),
        };
        for bytes in [1, 40, 700, 3800] {
            let held = held(300, bytes);
            for chunk in chunks(&held, 4096).unwrap() {
                assert!(encode(chunk, &session).len() <= 4096, "{bytes}");
            }
        }
    }
}
