//! Accounts: who may sign in. A name stands in the database only as a keyed hash and sealed.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::seal::random;
use crate::store::{RowId, Store, fixed};
use crate::{ServerError, password};
use sqlx::Row as _;

/// The role that may send results and see what it sent.
pub(crate) const UPLOADER: &str = "uploader";

/// An account, as it is sealed.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) roles: Vec<String>,
}

/// Adds an account to the server in this folder, running or not.
pub async fn add_user(
    data_dir: &Path,
    name: &str,
    password: Zeroizing<String>,
) -> Result<(), ServerError> {
    check_name(name)?;
    password::check(name, &password)?;
    let store = Store::create(data_dir).await?;
    let account = Account {
        name: name.to_owned(),
        password: password::hash(&password)?,
        roles: vec![UPLOADER.to_owned()],
    };
    let plain = serde_json::to_vec(&account)
        .map(Zeroizing::new)
        .map_err(|_| ServerError::Internal { what: "memory for an account" })?;
    let id = random::<16>()?;
    let sealed = store.secrets.master.seal(&[b"user", &*id], &plain)?;
    let added = sqlx::query(
        "INSERT INTO users (id, lookup, sealed, created) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (lookup) DO NOTHING",
    )
    .bind(id.as_slice())
    .bind(store.secrets.lookup("user", name).to_vec())
    .bind(sealed)
    .bind(Timestamp::now().as_second())
    .execute(&store.pool)
    .await?;
    store.pool.close().await;
    match added.rows_affected() {
        1 => Ok(()),
        _ => Err(ServerError::UserExists { name: name.to_owned() }),
    }
}

/// Finds an account by its name.
pub(crate) async fn by_name(
    store: &Store,
    name: &str,
) -> Result<Option<(RowId, Account)>, ServerError> {
    let row = sqlx::query("SELECT id, sealed FROM users WHERE lookup = $1")
        .bind(store.secrets.lookup("user", name).to_vec())
        .fetch_optional(&store.pool)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let id = fixed(&row, 0)?;
    Ok(Some((id, open(store, &id, row.try_get(1)?)?)))
}

/// Opens a sealed account.
pub(crate) fn open(store: &Store, id: &RowId, sealed: &[u8]) -> Result<Account, ServerError> {
    store
        .secrets
        .master
        .open(&[b"user", id], sealed)
        .and_then(|plain| serde_json::from_slice(&plain).ok())
        .ok_or(ServerError::Sealed { what: "account" })
}

fn check_name(name: &str) -> Result<(), ServerError> {
    let fits = (1..=64).contains(&name.len())
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-@".contains(&byte)
        });
    if fits { Ok(()) } else { Err(ServerError::UserName) }
}
