//! Uploads that are open: manifest and chunks, sealed at once, kept for a day.
//!
//! Everything may be repeated. A repetition that says the same changes nothing; one that says
//! something else is refused.

use meterport_model::wire::{Limits, Manifest, Receipt, UploadId, UploadState, UploadStatus};
use sqlx::{Row as _, Sqlite, SqliteConnection, Transaction};
use zeroize::Zeroizing;

use crate::ServerError;
use crate::patients::{self, Patient};
use crate::store::{RowId, Store, fixed};

const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// Why a request about an upload is not done.
#[derive(Debug)]
pub(crate) enum Refused {
    /// No such upload of this account.
    NotFound,
    /// The same id, but not the same content.
    Mismatch,
    /// A record belongs to another patient.
    Conflict,
    /// Chunks or records are missing.
    Incomplete,
    /// Against the protocol.
    Invalid(&'static str),
    /// A fault of the server.
    Fault(ServerError),
}

impl<E: Into<ServerError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// The row of an upload.
pub(crate) struct Upload {
    pub(crate) id: UploadId,
    pub(crate) state: UploadState,
    pub(crate) records: i64,
    pub(crate) chunks: i64,
    patient: Option<RowId>,
    manifest: Option<Vec<u8>>,
    receipt: Option<Vec<u8>>,
}

impl Upload {
    /// The patient of an upload that has one: every upload but a refused one.
    pub(crate) async fn patient(
        &self,
        store: &Store,
        connection: &mut SqliteConnection,
    ) -> Result<Patient, ServerError> {
        let id = self.patient.ok_or(ServerError::Sealed { what: "upload" })?;
        patients::by_id(connection, &store.secrets, id).await
    }

    /// What was announced.
    pub(crate) fn manifest(&self, patient: &Patient) -> Result<Manifest, ServerError> {
        let plain = self.manifest_text(patient)?;
        serde_json::from_slice(&plain).map_err(|_| ServerError::Sealed { what: "manifest" })
    }

    fn manifest_text(&self, patient: &Patient) -> Result<Zeroizing<Vec<u8>>, ServerError> {
        let sealed = self.manifest.as_deref().unwrap_or_default();
        patient
            .key
            .open(&[b"manifest", self.id.as_bytes(), &patient.id], sealed)
            .ok_or(ServerError::Sealed { what: "manifest" })
    }

    /// The receipt, if it is committed.
    pub(crate) fn receipt(&self, patient: &Patient) -> Result<Option<Receipt>, ServerError> {
        let Some(sealed) = &self.receipt else {
            return Ok(None);
        };
        patient
            .key
            .open(&[b"receipt", self.id.as_bytes(), &patient.id], sealed)
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .map(Some)
            .ok_or(ServerError::Sealed { what: "receipt" })
    }
}

/// Finds an upload of this account.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    user: &RowId,
    id: UploadId,
) -> Result<Upload, Refused> {
    let row = sqlx::query(
        "SELECT state, records, chunks, patient_id, sealed_manifest, sealed_receipt \
         FROM uploads WHERE id = $1 AND user_id = $2",
    )
    .bind(id.as_bytes().to_vec())
    .bind(user.to_vec())
    .fetch_optional(connection)
    .await?
    .ok_or(Refused::NotFound)?;
    let state = match row.try_get::<i64, _>(0)? {
        0 => UploadState::Open,
        1 => UploadState::Committed,
        _ => UploadState::Conflict,
    };
    let patient = row.try_get::<Option<&[u8]>, _>(3)?.is_some();
    Ok(Upload {
        id,
        state,
        records: row.try_get(1)?,
        chunks: row.try_get(2)?,
        patient: if patient { Some(fixed(&row, 3)?) } else { None },
        manifest: row.try_get(4)?,
        receipt: row.try_get(5)?,
    })
}

/// Begins an upload, or finds it begun.
pub(crate) async fn begin(
    store: &Store,
    user: &RowId,
    id: UploadId,
    manifest: &Manifest,
    now: i64,
) -> Result<UploadStatus, Refused> {
    if manifest.records > Limits::RECORDS || manifest.chunks > Limits::CHUNKS {
        return Err(Refused::Invalid("the upload is too large"));
    }
    let plain = serde_json::to_vec(manifest)
        .map(Zeroizing::new)
        .map_err(|_| ServerError::Internal { what: "memory for a manifest" })?;
    let mut tx = store.begin().await?;
    match find(&mut tx, user, id).await {
        Err(Refused::NotFound) => insert(&mut tx, store, user, id, manifest, &plain, now).await?,
        Err(other) => return Err(other),
        Ok(upload) if upload.state == UploadState::Conflict => return Err(Refused::Conflict),
        Ok(upload) => {
            let patient = upload.patient(store, &mut tx).await?;
            if upload.manifest_text(&patient)? != plain {
                return Err(Refused::Mismatch);
            }
        }
    }
    let status = status_in(&mut tx, store, user, id).await?;
    tx.commit().await?;
    Ok(status)
}

async fn insert(
    tx: &mut Transaction<'_, Sqlite>,
    store: &Store,
    user: &RowId,
    id: UploadId,
    manifest: &Manifest,
    plain: &[u8],
    now: i64,
) -> Result<(), Refused> {
    let patient = patients::find_or_make(tx, &store.secrets, &manifest.patient_ref, now).await?;
    let sealed = patient.key.seal(&[b"manifest", id.as_bytes(), &patient.id], plain)?;
    let inserted = sqlx::query(
        "INSERT INTO uploads \
         (id, user_id, patient_id, state, records, chunks, sealed_manifest, begun, expires) \
         VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(id.as_bytes().to_vec())
    .bind(user.to_vec())
    .bind(patient.id.to_vec())
    .bind(i64::from(manifest.records))
    .bind(i64::from(manifest.chunks))
    .bind(sealed)
    .bind(now)
    .bind(now.saturating_add(KEPT_SECONDS))
    .execute(&mut **tx)
    .await?;
    match inserted.rows_affected() {
        1 => Ok(()),
        _ => Err(Refused::Mismatch), // taken by another account
    }
}

/// Takes a chunk that was checked.
pub(crate) async fn put_chunk(
    store: &Store,
    user: &RowId,
    id: UploadId,
    number: u32,
    records: usize,
    body: &[u8],
) -> Result<(), Refused> {
    let mut tx = store.begin().await?;
    let upload = find(&mut tx, user, id).await?;
    match upload.state {
        UploadState::Committed => return Ok(()), // a late repetition: all of it is stored
        UploadState::Conflict => return Err(Refused::Conflict),
        UploadState::Open if i64::from(number) >= upload.chunks => {
            return Err(Refused::Invalid("the manifest announced fewer chunks"));
        }
        UploadState::Open => {}
    }
    let patient = upload.patient(store, &mut tx).await?;
    let text = number.to_be_bytes();
    let place: [&[u8]; 4] = [b"chunk", id.as_bytes(), &patient.id, &text];
    let known = sqlx::query("SELECT sealed FROM chunks WHERE upload_id = $1 AND number = $2")
        .bind(id.as_bytes().to_vec())
        .bind(i64::from(number))
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(row) = known {
        let plain = patient.key.open(&place, row.try_get(0)?);
        let plain = plain.ok_or(ServerError::Sealed { what: "chunk" })?;
        return if plain.as_slice() == body { Ok(()) } else { Err(Refused::Mismatch) };
    }
    sqlx::query("INSERT INTO chunks (upload_id, number, records, sealed) VALUES ($1, $2, $3, $4)")
        .bind(id.as_bytes().to_vec())
        .bind(i64::from(number))
        .bind(i64::try_from(records).unwrap_or(i64::MAX))
        .bind(patient.key.seal(&place, body)?)
        .execute(&mut **tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// How far an upload is.
pub(crate) async fn status(
    store: &Store,
    user: &RowId,
    id: UploadId,
) -> Result<UploadStatus, Refused> {
    let mut tx = store.pool.begin().await?;
    status_in(&mut tx, store, user, id).await
}

async fn status_in(
    tx: &mut Transaction<'_, Sqlite>,
    store: &Store,
    user: &RowId,
    id: UploadId,
) -> Result<UploadStatus, Refused> {
    let upload = find(tx, user, id).await?;
    let (mut chunks, mut receipt) = (Vec::new(), None);
    if upload.state == UploadState::Open {
        let rows = sqlx::query("SELECT number FROM chunks WHERE upload_id = $1 ORDER BY number")
            .bind(id.as_bytes().to_vec())
            .fetch_all(&mut **tx)
            .await?;
        for row in rows {
            chunks.extend(u32::try_from(row.try_get::<i64, _>(0)?));
        }
    }
    if upload.state == UploadState::Committed {
        let patient = upload.patient(store, tx).await?;
        receipt = upload.receipt(&patient)?;
    }
    Ok(UploadStatus { upload: id, state: upload.state, chunks, receipt })
}
