//! Committing an upload: in one transaction, everything or nothing.
//!
//! A record is known by its blind id. New ones stay in their chunk, known ones of the same patient
//! are counted and dropped, and one of another patient refuses the whole upload. The receipt is
//! signed and stored in the same transaction, so a repeated commit gives the very same receipt.
//! This server stores all records of an upload or none, so a receipt's `rejected` is always 0.

use std::collections::HashMap;

use jiff::Timestamp;
use meterport_model::identity::BlindId;
use meterport_model::wire::{Digest, KeyId, Receipt, RootHash, Signature, UploadId, UploadState};
use sqlx::{Row as _, Sqlite, Transaction};

use crate::patients::Patient;
use crate::prune::orphans;
use crate::sessions::whole_seconds;
use crate::store::{RowId, Store};
use crate::uploads::{self, Refused, Upload};
use crate::{ServerError, chunk, named};

/// Commits, or gives back the receipt of an earlier commit. The work goes on when the caller goes
/// away: whoever asks again finds the receipt.
pub(crate) async fn detached(
    store: &Store,
    user: RowId,
    id: UploadId,
    now: Timestamp,
) -> Result<Receipt, Refused> {
    let store = store.clone();
    let work = tokio::spawn(async move { commit(&store, &user, id, now).await });
    work.await.map_err(|_| ServerError::Internal { what: "the outcome of a commit" })?
}

async fn commit(
    store: &Store,
    user: &RowId,
    id: UploadId,
    now: Timestamp,
) -> Result<Receipt, Refused> {
    let outcome = attempt(store, user, id, now).await;
    if let Err(Refused::Conflict) = outcome {
        forget(store, user, id).await?;
    }
    outcome
}

async fn attempt(
    store: &Store,
    user: &RowId,
    id: UploadId,
    now: Timestamp,
) -> Result<Receipt, Refused> {
    let mut tx = store.begin().await?;
    let upload = uploads::find(&mut tx, user, id).await?;
    if upload.state == UploadState::Conflict {
        return Err(Refused::Conflict);
    }
    let patient = upload.patient(store, &mut tx).await?;
    if let Some(receipt) = upload.receipt(&patient)? {
        return Ok(receipt);
    }
    complete(&mut tx, &upload).await?;
    let manifest = upload.manifest(&patient)?;
    let mut taken = Taken::default();
    for number in 0..upload.chunks {
        take_chunk(&mut tx, &upload, &patient, number, &mut taken).await?;
    }
    let receipt = store.secrets.sign(Receipt {
        upload: id,
        patient_ref: manifest.patient_ref,
        new: taken.new,
        duplicate: taken.duplicate,
        rejected: 0,
        root_hash: RootHash::of(taken.records),
        time: whole_seconds(now),
        key: KeyId::from_bytes([0; 32]),
        signature: Signature::from_bytes([0; 64]),
    });
    let plain = serde_json::to_vec(&receipt)
        .map_err(|_| ServerError::Internal { what: "memory for a receipt" })?;
    let sealed = patient.key.seal(&[b"receipt", id.as_bytes(), &patient.id], &plain)?;
    sqlx::query("UPDATE uploads SET state = 1, sealed_receipt = $1, committed = $2 WHERE id = $3")
        .bind(sealed)
        .bind(now.as_second())
        .bind(id.as_bytes().to_vec())
        .execute(&mut **tx)
        .await?;
    tx.commit().await?; // on the disk before anybody is told
    Ok(receipt)
}

/// What was counted so far.
#[derive(Default)]
struct Taken {
    new: u64,
    duplicate: u64,
    records: HashMap<BlindId, Digest>,
}

async fn complete(tx: &mut Transaction<'_, Sqlite>, upload: &Upload) -> Result<(), Refused> {
    let row =
        sqlx::query("SELECT COUNT(*), COALESCE(SUM(records), 0) FROM chunks WHERE upload_id = $1")
            .bind(upload.id.as_bytes().to_vec())
            .fetch_one(&mut **tx)
            .await?;
    let (chunks, records): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    if chunks == upload.chunks && records == upload.records {
        Ok(())
    } else if chunks == upload.chunks {
        Err(Refused::Invalid("the manifest announced another number of records"))
    } else {
        Err(Refused::Incomplete)
    }
}

/// Keeps the new records of a chunk and drops the known ones.
async fn take_chunk(
    tx: &mut Transaction<'_, Sqlite>,
    upload: &Upload,
    patient: &Patient,
    number: i64,
    taken: &mut Taken,
) -> Result<(), Refused> {
    let damaged = ServerError::Sealed { what: "chunk" };
    let text = u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    let place: [&[u8]; 4] = [b"chunk", upload.id.as_bytes(), &patient.id, &text];
    let row = sqlx::query("SELECT sealed FROM chunks WHERE upload_id = $1 AND number = $2")
        .bind(upload.id.as_bytes().to_vec())
        .bind(number)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Refused::Incomplete)?;
    let Some(plain) = patient.key.open(&place, row.try_get(0)?) else {
        return Err(damaged.into());
    };
    let Ok(mut records) = chunk::split(&plain) else {
        return Err(damaged.into());
    };
    for record in &records {
        if taken.records.insert(record.id, record.digest()).is_some() {
            return Err(Refused::Invalid("a record stands in two chunks"));
        }
    }
    let ids: Vec<_> = records.iter().map(|record| record.id).collect();
    let new = named::write(tx, upload, patient, number, &ids).await?;
    taken.new += count(new.len());
    taken.duplicate += count(ids.len()) - count(new.len());
    if new.is_empty() {
        sqlx::query("DELETE FROM chunks WHERE upload_id = $1 AND number = $2")
            .bind(upload.id.as_bytes().to_vec())
            .bind(number)
            .execute(&mut **tx)
            .await?;
        return Ok(());
    }
    records.retain(|record| new.contains(&record.id));
    sqlx::query("UPDATE chunks SET records = $1, sealed = $2 WHERE upload_id = $3 AND number = $4")
        .bind(i64::try_from(records.len()).unwrap_or(i64::MAX))
        .bind(patient.key.seal(&place, &chunk::keep(&records)?)?)
        .bind(upload.id.as_bytes().to_vec())
        .bind(number)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn count(records: usize) -> u64 {
    u64::try_from(records).unwrap_or(u64::MAX)
}

/// Drops all that a refused upload brought; only its id and counts stay, so that it stays refused.
async fn forget(store: &Store, user: &RowId, id: UploadId) -> Result<(), Refused> {
    let mut tx = store.begin().await?;
    sqlx::query(
        "UPDATE uploads SET state = 2, patient_id = NULL, sealed_manifest = NULL \
         WHERE id = $1 AND user_id = $2 AND state = 0",
    )
    .bind(id.as_bytes().to_vec())
    .bind(user.to_vec())
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "DELETE FROM chunks WHERE upload_id = $1 \
         AND EXISTS (SELECT 1 FROM uploads WHERE id = $1 AND state = 2)",
    )
    .bind(id.as_bytes().to_vec())
    .execute(&mut **tx)
    .await?;
    orphans(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use meterport_model::wire::{Manifest, MeterInfo, PatientRef};
    use serde_json::json;

    use super::*;
    use crate::accounts;

    #[tokio::test]
    async fn a_commit_goes_on_when_the_one_who_asked_goes_away() {
        let folder = tempfile::tempdir().unwrap();
        let password = "four words make one".to_owned().into();
        accounts::add_user(folder.path(), "nurse.anna", password).await.unwrap();
        let store = Store::create(folder.path()).await.unwrap();
        let (user, _) = accounts::by_name(&store, "nurse.anna").await.unwrap().unwrap();
        let meter: MeterInfo = serde_json::from_value(json!({
            "meter": {"model": "m", "serial": null, "firmware": null, "display_unit": null,
                "time_resolution_seconds": 1, "limits": []},
            "driver": {"id": "test", "version": "0.1.0", "sha256": null},
            "clock": {"device": null, "host": null, "offset_seconds": null, "zone": null}
        }))
        .unwrap();
        let patient_ref = PatientRef::parse("4711").unwrap();
        let manifest = Manifest { patient_ref, records: 0, chunks: 0, meter };
        let (id, now) = (UploadId::from_bytes([7; 16]), Timestamp::now());
        uploads::begin(&store, &user, id, &manifest, now.as_second()).await.unwrap();

        let other = store.begin().await.unwrap(); // somebody else's turn
        let asked = detached(&store, user, id, now);
        tokio::time::timeout(Duration::from_millis(50), asked).await.unwrap_err();
        other.commit().await.unwrap();

        let mut status = uploads::status(&store, &user, id).await.unwrap();
        while status.state == UploadState::Open {
            tokio::time::sleep(Duration::from_millis(10)).await;
            status = uploads::status(&store, &user, id).await.unwrap();
        }
        let receipt = detached(&store, user, id, now).await.unwrap();
        assert_eq!(status.receipt.unwrap(), receipt);
    }
}
