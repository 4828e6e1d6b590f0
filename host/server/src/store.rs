//! What every part of the server works on: the database, its secrets, and small ids.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::ServerError;
use crate::data_dir::DataDir;
use crate::database;
use crate::secrets::Secrets;

/// How long a writer waits for its turn: less than a client waits for its answer.
const LONGEST_WAIT: Duration = Duration::from_secs(45);

/// An opened database with the keys to read it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    pub(crate) pool: SqlitePool,
    pub(crate) secrets: Arc<Secrets>,
    turn: Arc<Mutex<()>>,
}

/// A change that has begun. Dropped without [`Change::commit`], nothing of it stays.
pub(crate) struct Change {
    tx: Transaction<'static, Sqlite>,
    _turn: OwnedMutexGuard<()>, // after `tx`, so that it is dropped after it
}

impl Change {
    /// Done when it is on the disk.
    pub(crate) async fn commit(self) -> Result<(), ServerError> {
        Ok(self.tx.commit().await?)
    }
}

impl Deref for Change {
    type Target = Transaction<'static, Sqlite>;

    fn deref(&self) -> &Self::Target {
        &self.tx
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.tx
    }
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
        data.private_database()?;
        let pool = match database::open(&data.database()).await {
            Ok(pool) => pool,
            Err(error) => return Err(cannot_open(data, error)),
        };
        let secrets = Arc::new(Secrets::open(data, &pool).await?);
        Ok(Self { pool, secrets, turn: Arc::default() })
    }

    /// Begins a change; nobody else can begin one until it ends. Writers of this process wait in
    /// line, first come first served, and hold no connection while they wait; only another process
    /// meets the database's own busy timeout.
    pub(crate) async fn begin(&self) -> Result<Change, ServerError> {
        let turn = tokio::time::timeout(LONGEST_WAIT, Arc::clone(&self.turn).lock_owned())
            .await
            .map_err(|_| ServerError::Busy)?;
        Ok(Change { tx: self.pool.begin_with("BEGIN IMMEDIATE").await?, _turn: turn })
    }
}

/// A database file that the system does not let us open is a matter of the folder.
fn cannot_open(data: &DataDir, error: ServerError) -> ServerError {
    let ServerError::Database { source } = error else {
        return error;
    };
    let path = data.database();
    match std::fs::OpenOptions::new().append(true).open(&path) {
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
