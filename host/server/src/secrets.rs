//! The server's own keys: sealed by the master key, in the database.
//!
//! | name           | what                                                        |
//! |----------------|-------------------------------------------------------------|
//! | `check`        | a known text: opens only with the right master key          |
//! | `identity-key` | blinds record ids; given to who signs in                    |
//! | `receipt-key`  | signs receipts (Ed25519)                                    |
//! | `lookup-key`   | hashes patients' references and users' names into columns   |
//! | `tls-root`     | the practice's root: key and certificate                    |
//! | `tls-leaf`     | the server's present certificate and its key                |
//! | `tls-names`    | names its certificate holds beyond those of the machine     |

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction};
use zeroize::Zeroizing;

use crate::ServerError;
use crate::data_dir::DataDir;
use crate::seal::{SealKey, random};

const CHECK: &[u8] = b"meterport-server";

/// The keys a running server needs.
pub(crate) struct Secrets {
    pub(crate) master: SealKey,
    pub(crate) identity: Zeroizing<[u8; 32]>,
    pub(crate) receipt: Zeroizing<[u8; 32]>,
    lookup: Zeroizing<[u8; 32]>,
}

impl Secrets {
    /// Opens the secrets of this database; a new database gets new ones.
    pub(crate) async fn open(data: &DataDir, pool: &SqlitePool) -> Result<Self, ServerError> {
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        let check = read(&mut tx, "check").await?;
        // A key that never reached the disk has sealed nothing, if nothing is sealed.
        let lost = check.is_none() && data.key_is_blank()?;
        let found = if lost { None } else { data.read_key()? };
        let (master, fresh) = match (check, found) {
            (Some(_), None) => return Err(ServerError::KeyMissing { path: data.master_key() }),
            (Some(sealed), Some(key)) => match key.open(&place("check"), &sealed) {
                Some(text) if text.as_slice() == CHECK => (key, false),
                _ => return Err(ServerError::KeyWrong { path: data.master_key() }),
            },
            (None, Some(key)) => (key, true),
            (None, None) => (data.make_key()?, true),
        };
        if fresh {
            write(&mut tx, &master, "check", CHECK).await?;
            for name in ["identity-key", "receipt-key", "lookup-key"] {
                write(&mut tx, &master, name, &*random::<32>()?).await?;
            }
        }
        let secrets = Self {
            identity: key(&mut tx, &master, "identity-key").await?,
            receipt: key(&mut tx, &master, "receipt-key").await?,
            lookup: key(&mut tx, &master, "lookup-key").await?,
            master,
        };
        tx.commit().await?;
        Ok(secrets)
    }

    /// A keyed hash to find something by, without saying what it is.
    pub(crate) fn lookup(&self, domain: &str, text: &str) -> [u8; 32] {
        // A key shorter than the hash's block is filled with zeros (RFC 2104, section 2).
        let mut block = Zeroizing::new([0; 64]);
        block.iter_mut().zip(*self.lookup).for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(domain.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// Reads a sealed value; none if it was never written.
pub(crate) async fn read_open(
    tx: &mut Transaction<'_, Sqlite>,
    master: &SealKey,
    name: &'static str,
) -> Result<Option<Zeroizing<Vec<u8>>>, ServerError> {
    let Some(sealed) = read(tx, name).await? else {
        return Ok(None);
    };
    match master.open(&place(name), &sealed) {
        Some(plain) => Ok(Some(plain)),
        None => Err(ServerError::Sealed { what: name }),
    }
}

/// Seals and writes a value, in place of an older one.
pub(crate) async fn write(
    tx: &mut Transaction<'_, Sqlite>,
    master: &SealKey,
    name: &'static str,
    plain: &[u8],
) -> Result<(), ServerError> {
    let sealed = master.seal(&place(name), plain)?;
    sqlx::query(
        "INSERT INTO secrets (name, sealed) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
    )
    .bind(name)
    .bind(sealed)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn read(
    tx: &mut Transaction<'_, Sqlite>,
    name: &'static str,
) -> Result<Option<Vec<u8>>, ServerError> {
    let row = sqlx::query("SELECT sealed FROM secrets WHERE name = $1")
        .bind(name)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

async fn key(
    tx: &mut Transaction<'_, Sqlite>,
    master: &SealKey,
    name: &'static str,
) -> Result<Zeroizing<[u8; 32]>, ServerError> {
    let plain = read_open(tx, master, name).await?.ok_or(ServerError::Sealed { what: name })?;
    let bytes = plain.as_slice().try_into().map_err(|_| ServerError::Sealed { what: name })?;
    Ok(Zeroizing::new(bytes))
}

fn place(name: &str) -> [&[u8]; 2] {
    [b"secret", name.as_bytes()]
}
