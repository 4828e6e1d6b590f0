//! What every part of the server works on: the database, its secrets, and small ids.

use std::path::Path;
use std::sync::Arc;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction};

use crate::ServerError;
use crate::data_dir::DataDir;
use crate::database;
use crate::secrets::Secrets;

/// An opened database with the keys to read it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    pub(crate) pool: SqlitePool,
    pub(crate) secrets: Arc<Secrets>,
}

/// 128 random bits that name a row.
pub(crate) type RowId = [u8; 16];

impl Store {
    /// Opens the server in this folder, setting it up if there is none.
    pub(crate) async fn create(root: &Path) -> Result<Self, ServerError> {
        Self::open(&DataDir::create(root)?).await
    }

    /// Opens the server in this folder, if there is one.
    pub(crate) async fn existing(root: &Path) -> Result<Self, ServerError> {
        Self::open(&DataDir::existing(root)?).await
    }

    async fn open(data: &DataDir) -> Result<Self, ServerError> {
        let pool = match database::open(&data.database()).await {
            Ok(pool) => pool,
            Err(error) => return Err(cannot_open(data, error)),
        };
        let secrets = Arc::new(Secrets::open(data, &pool).await?);
        Ok(Self { pool, secrets })
    }

    /// Begins a change; nobody else can begin one until it ends.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, ServerError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// A database file that the system does not let us open is a matter of the folder.
fn cannot_open(data: &DataDir, error: ServerError) -> ServerError {
    let ServerError::Database { source } = error else {
        return error;
    };
    let path = data.database();
    match std::fs::OpenOptions::new().append(true).create(true).open(&path) {
        Ok(_) => ServerError::Database { source },
        Err(source) => ServerError::DataDir { path, source },
    }
}

/// A column of exactly `N` bytes.
pub(crate) fn fixed<const N: usize>(
    row: &SqliteRow,
    column: usize,
) -> Result<[u8; N], ServerError> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.try_into().map_err(|_| ServerError::Sealed { what: "id" })
}
