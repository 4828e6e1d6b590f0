//! Giving back what is stored: to the account that sent it, and to no other.

use std::collections::HashSet;

use meterport_model::identity::BlindId;
use meterport_model::wire::{PatientRef, StoredRecord, UploadId, UploadState};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use zeroize::Zeroizing;

use crate::ServerError;
use crate::chunk;
use crate::patients::{self, Patient};
use crate::store::{RowId, Store, fixed};
use crate::uploads::{self, Refused};

/// The stored records that one upload named, as the JSON of `Results`.
pub(crate) async fn of_upload(
    store: &Store,
    user: &RowId,
    id: UploadId,
) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let mut tx = store.pool.begin().await?;
    let upload = uploads::find(&mut tx, user, id).await?;
    if upload.state != UploadState::Committed {
        return Err(Refused::NotFound);
    }
    let patient = upload.patient(store, &mut tx).await?;
    let ids = sqlx::query("SELECT record_id FROM upload_records WHERE upload_id = $1")
        .bind(id.as_bytes().to_vec())
        .fetch_all(&mut *tx)
        .await?;
    Ok(collect(&mut tx, &patient, &ids).await?)
}

/// The stored records of one patient that this account sent, in whichever upload.
pub(crate) async fn of_patient(
    store: &Store,
    user: &RowId,
    reference: &PatientRef,
) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let mut tx = store.pool.begin().await?;
    let Some(patient) = patients::find(&mut tx, &store.secrets, reference).await? else {
        return Ok(Zeroizing::new(b"{\"records\":[]}".to_vec()));
    };
    let ids = sqlx::query(
        "SELECT DISTINCT n.record_id FROM upload_records n JOIN uploads u ON u.id = n.upload_id \
         WHERE u.patient_id = $1 AND u.user_id = $2 AND u.state = 1",
    )
    .bind(patient.id.to_vec())
    .bind(user.to_vec())
    .fetch_all(&mut *tx)
    .await?;
    Ok(collect(&mut tx, &patient, &ids).await?)
}

/// Opens the patient's chunks, oldest upload first, and writes down the records with these ids.
async fn collect(
    connection: &mut SqliteConnection,
    patient: &Patient,
    ids: &[SqliteRow],
) -> Result<Zeroizing<Vec<u8>>, ServerError> {
    let damaged = || ServerError::Sealed { what: "chunk" };
    let mut wanted = HashSet::with_capacity(ids.len());
    for row in ids {
        wanted.insert(BlindId::from_bytes(fixed(row, 0)?));
    }
    let rows = sqlx::query(
        "SELECT c.upload_id, c.number FROM chunks c JOIN uploads u ON u.id = c.upload_id \
         WHERE u.patient_id = $1 AND u.state = 1 ORDER BY u.committed, u.id, c.number",
    )
    .bind(patient.id.to_vec())
    .fetch_all(&mut *connection)
    .await?;
    let mut out = Zeroizing::new(b"{\"records\":[".to_vec());
    let mut first = true;
    for row in rows {
        let upload: RowId = fixed(&row, 0)?;
        let number: i64 = row.try_get(1)?;
        let text = u32::try_from(number).map_err(|_| damaged())?.to_be_bytes();
        let sealed = sqlx::query("SELECT sealed FROM chunks WHERE upload_id = $1 AND number = $2")
            .bind(upload.to_vec())
            .bind(number)
            .fetch_one(&mut *connection)
            .await?;
        let plain = patient
            .key
            .open(&[b"chunk", &upload, &patient.id, &text], sealed.try_get(0)?)
            .ok_or_else(damaged)?;
        let records = chunk::split(&plain).map_err(|_| damaged())?;
        for record in records.iter().filter(|record| wanted.contains(&record.id)) {
            if !first {
                out.push(b',');
            }
            first = false;
            let stored = StoredRecord {
                id: record.id,
                upload: UploadId::from_bytes(upload),
                reading: record.body,
            };
            serde_json::to_writer(&mut *out, &stored).map_err(|_| damaged())?;
        }
    }
    out.extend_from_slice(b"]}");
    Ok(out)
}
