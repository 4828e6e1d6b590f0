//! Signing in and the tokens it gives. A token is stored only as its SHA-256 and lasts 12 hours.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::seal::random;
use crate::store::{RowId, Store, fixed};
use crate::{ServerError, accounts, password};

const LASTS: SignedDuration = SignedDuration::from_hours(12);

/// Who a token speaks for.
pub(crate) struct Caller {
    pub(crate) user: RowId,
    pub(crate) name: String,
    pub(crate) roles: Vec<String>,
    pub(crate) expires: Timestamp,
    token: [u8; 32],
}

/// A new session: the token is told once and not kept.
pub(crate) struct Opened {
    pub(crate) token: Zeroizing<String>,
    pub(crate) name: String,
    pub(crate) roles: Vec<String>,
    pub(crate) expires: Timestamp,
}

/// Checks user and password; none if one of them is wrong. `at_once` bounds how many are hashed at
/// the same time, since each takes a core and 19 MiB.
pub(crate) async fn sign_in(
    store: &Store,
    at_once: &Arc<Semaphore>,
    name: &str,
    password: Zeroizing<String>,
    now: Timestamp,
) -> Result<Option<Opened>, ServerError> {
    let found = accounts::by_name(store, name).await?;
    let hash = found.as_ref().map(|(_, account)| account.password.clone());
    let unavailable = ServerError::Internal { what: "a thread for passwords" };
    let Ok(permit) = Arc::clone(at_once).acquire_owned().await else {
        return Err(unavailable);
    };
    let right = tokio::task::spawn_blocking(move || {
        let _until_done = permit;
        password::verify(&password, hash.as_deref())
    })
    .await
    .map_err(|_| unavailable)?;
    let (true, Some((user, account))) = (right, found) else {
        return Ok(None);
    };
    let token = Zeroizing::new(hex::encode(*random::<32>()?));
    let expires = whole_seconds(now).saturating_add(LASTS).unwrap_or(now);
    let mut tx = store.begin().await?;
    sqlx::query("INSERT INTO sessions (token, user_id, created, expires) VALUES ($1, $2, $3, $4)")
        .bind(hash_of(&token).to_vec())
        .bind(user.to_vec())
        .bind(now.as_second())
        .bind(expires.as_second())
        .execute(&mut **tx)
        .await?;
    tx.commit().await?;
    let (name, roles) = (account.name.clone(), account.roles.clone());
    Ok(Some(Opened { token, name, roles, expires }))
}

/// Who this token speaks for; none if it is unknown or over.
pub(crate) async fn caller(
    store: &Store,
    token: &str,
    now: Timestamp,
) -> Result<Option<Caller>, ServerError> {
    let token = hash_of(token);
    let row = sqlx::query(
        "SELECT u.id, u.sealed, s.expires FROM sessions s JOIN users u ON u.id = s.user_id \
         WHERE s.token = $1 AND s.expires > $2",
    )
    .bind(token.to_vec())
    .bind(now.as_second())
    .fetch_optional(&store.pool)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let user = fixed(&row, 0)?;
    let account = accounts::open(store, &user, row.try_get(1)?)?;
    let expires = Timestamp::from_second(row.try_get(2)?)
        .map_err(|_| ServerError::Sealed { what: "session" })?;
    let (name, roles) = (account.name.clone(), account.roles.clone());
    Ok(Some(Caller { user, name, roles, expires, token }))
}

/// Ends the session.
pub(crate) async fn sign_out(store: &Store, caller: &Caller) -> Result<(), ServerError> {
    let mut tx = store.begin().await?;
    sqlx::query("DELETE FROM sessions WHERE token = $1")
        .bind(caller.token.to_vec())
        .execute(&mut **tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Cut to whole seconds, as everything that is told or signed.
pub(crate) fn whole_seconds(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
