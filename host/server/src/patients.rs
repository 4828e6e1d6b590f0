//! Patients: a data key each, wrapped by the master key. The practice's reference stands in the
//! database only as a keyed hash and sealed. Shredding the data key erases the patient.

use meterport_model::wire::PatientRef;
use sqlx::{Row as _, Sqlite, SqliteConnection, Transaction};

use crate::ServerError;
use crate::seal::{SealKey, random};
use crate::secrets::Secrets;
use crate::store::{RowId, fixed};

/// One patient's row and key.
pub(crate) struct Patient {
    pub(crate) id: RowId,
    pub(crate) key: SealKey,
}

/// Finds the patient, or makes one.
pub(crate) async fn find_or_make(
    tx: &mut Transaction<'_, Sqlite>,
    secrets: &Secrets,
    reference: &PatientRef,
    now: i64,
) -> Result<Patient, ServerError> {
    if let Some(patient) = find(tx, secrets, reference).await? {
        return Ok(patient);
    }
    let id = *random::<16>()?;
    let key = SealKey::generate()?;
    let wrapped = secrets.master.seal(&[b"patient-key", &id], key.as_bytes())?;
    let sealed_ref = key.seal(&[b"patient-ref", &id], reference.expose().as_bytes())?;
    sqlx::query(
        "INSERT INTO patients (id, lookup, wrapped_key, sealed_ref, created) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id.to_vec())
    .bind(secrets.lookup("patient", reference.expose()).to_vec())
    .bind(wrapped)
    .bind(sealed_ref)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(Patient { id, key })
}

/// Finds the patient.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    secrets: &Secrets,
    reference: &PatientRef,
) -> Result<Option<Patient>, ServerError> {
    let row = sqlx::query("SELECT id, wrapped_key FROM patients WHERE lookup = $1")
        .bind(secrets.lookup("patient", reference.expose()).to_vec())
        .fetch_optional(connection)
        .await?;
    row.map(|row| unwrap(secrets, fixed(&row, 0)?, row.try_get(1)?)).transpose()
}

/// The patient with this id.
pub(crate) async fn by_id(
    connection: &mut SqliteConnection,
    secrets: &Secrets,
    id: RowId,
) -> Result<Patient, ServerError> {
    let row = sqlx::query("SELECT wrapped_key FROM patients WHERE id = $1")
        .bind(id.to_vec())
        .fetch_one(connection)
        .await?;
    unwrap(secrets, id, row.try_get(0)?)
}

fn unwrap(secrets: &Secrets, id: RowId, wrapped: &[u8]) -> Result<Patient, ServerError> {
    let key = secrets
        .master
        .open(&[b"patient-key", &id], wrapped)
        .and_then(|plain| SealKey::from_slice(&plain))
        .ok_or(ServerError::Sealed { what: "patient's key" })?;
    Ok(Patient { id, key })
}
