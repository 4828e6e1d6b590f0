//! What is cleared away: sessions that are over, uploads that were begun and left, patients with
//! nothing stored.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use crate::ServerError;
use crate::store::Store;

/// Clears away what is over.
pub(crate) async fn prune(store: &Store, now: Timestamp) -> Result<(), ServerError> {
    let mut tx = store.begin().await?;
    let now = now.as_second();
    sqlx::query("DELETE FROM sessions WHERE expires <= $1").bind(now).execute(&mut **tx).await?;
    sqlx::query("DELETE FROM uploads WHERE state <> 1 AND expires <= $1")
        .bind(now)
        .execute(&mut **tx)
        .await?;
    orphans(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets patients that no upload speaks of.
pub(crate) async fn orphans(tx: &mut Transaction<'_, Sqlite>) -> Result<(), ServerError> {
    sqlx::query(
        "DELETE FROM patients WHERE NOT EXISTS \
         (SELECT 1 FROM uploads WHERE uploads.patient_id = patients.id)",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
