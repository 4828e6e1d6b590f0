//! Opening the database and bringing it to the newest shape.
//!
//! SQLite with a write-ahead log, flushed at every commit (`synchronous = FULL`); deleted pages are
//! overwritten. Statements are plain text with `$1` parameters, which PostgreSQL reads too.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row as _, SqlitePool};

use crate::ServerError;

/// One statement list for each version, oldest first.
const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_first.sql")];

/// Opens the database, which is made if it is missing.
pub(crate) async fn open(path: &Path) -> Result<SqlitePool, ServerError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .busy_timeout(Duration::from_secs(10));
    let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
    migrate(&pool).await?;
    Ok(pool)
}

async fn migrate(pool: &SqlitePool) -> Result<(), ServerError> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)")
        .execute(&mut *tx)
        .await?;
    let found: i64 = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM schema_version")
        .fetch_one(&mut *tx)
        .await?
        .try_get(0)?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(ServerError::DatabaseNewer { found, known });
    }
    for (version, statements) in (1_i64..).zip(MIGRATIONS) {
        if version > found {
            sqlx::raw_sql(*statements).execute(&mut *tx).await?;
            sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
                .bind(version)
                .execute(&mut *tx)
                .await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_of_a_newer_server_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("meterport.db");
        let pool = open(&path).await.unwrap();
        sqlx::query("INSERT INTO schema_version (version) VALUES (99)")
            .execute(&pool)
            .await
            .unwrap();
        pool.close().await;
        let error = open(&path).await.unwrap_err();
        assert!(matches!(error, ServerError::DatabaseNewer { found: 99, .. }));
    }

    #[tokio::test]
    async fn a_database_that_another_process_is_writing_is_busy_and_not_broken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("meterport.db");
        let (ours, theirs) = (open(&path).await.unwrap(), open(&path).await.unwrap());
        let _writing = theirs.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let mut ours = ours.acquire().await.unwrap();
        sqlx::query("PRAGMA busy_timeout = 0").execute(&mut *ours).await.unwrap();
        let said = sqlx::query("DELETE FROM sessions").execute(&mut *ours).await.unwrap_err();
        assert!(ServerError::from(said).is_busy());
        let other = sqlx::query("nonsense").execute(&mut *ours).await.unwrap_err();
        assert!(!ServerError::from(other).is_busy());
    }

    #[tokio::test]
    async fn opening_twice_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("meterport.db");
        open(&path).await.unwrap().close().await;
        open(&path).await.unwrap().close().await;
    }
}
