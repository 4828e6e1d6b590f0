//! The listener's TLS: the present certificate, kept fresh while the server runs.
//!
//! TLS 1.2 or newer, aws-lc only. The server sends its certificate and the root, so that a client
//! finds the key it has pinned.

use std::net::IpAddr;
use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use jiff::Timestamp;
use meterport_model::wire::Pin;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::certificates::{Leaf, Root};
use crate::store::Store;
use crate::{ServerError, names, secrets};

/// The root's pin, and a configuration with a certificate that is fresh enough.
pub(crate) async fn prepare(
    store: &Store,
    listen: IpAddr,
    given: &[String],
    now: Timestamp,
) -> Result<(Pin, Arc<ServerConfig>), ServerError> {
    let (root, leaf, _) = current(store, listen, given, now).await?;
    Ok((root.pin()?, Arc::new(config(&root, &leaf)?)))
}

/// Puts a new certificate into the running listener if the present one is due.
pub(crate) async fn renew(
    store: &Store,
    listener: &RustlsConfig,
    listen: IpAddr,
    now: Timestamp,
) -> Result<bool, ServerError> {
    let (root, leaf, fresh) = current(store, listen, &[], now).await?;
    if fresh {
        listener.reload_from_config(Arc::new(config(&root, &leaf)?));
    }
    Ok(fresh)
}

/// The pin of a server that has been set up; none before its first start.
pub(crate) async fn pin(store: &Store) -> Result<Option<Pin>, ServerError> {
    let mut tx = store.pool.begin().await?;
    let plain = secrets::read_open(&mut tx, &store.secrets.master, "tls-root").await?;
    plain.map(|plain| read::<Root>(&plain, "tls-root")?.pin()).transpose()
}

/// Root and certificate; made, and written down, if they are missing or due. Names given once are
/// kept until others are given.
async fn current(
    store: &Store,
    listen: IpAddr,
    given: &[String],
    now: Timestamp,
) -> Result<(Root, Leaf, bool), ServerError> {
    let master = &store.secrets.master;
    let mut tx = store.begin().await?;
    let kept = match secrets::read_open(&mut tx, master, "tls-names").await? {
        Some(plain) => read(&plain, "tls-names")?,
        None => Vec::new(),
    };
    let more = if given.is_empty() { kept } else { given.to_vec() };
    let names = names::of_server(listen, &more);
    let root = match secrets::read_open(&mut tx, master, "tls-root").await? {
        Some(plain) => read(&plain, "tls-root")?,
        None => {
            let root = Root::generate(&names, now)?;
            secrets::write(&mut tx, master, "tls-root", &text(&root)?).await?;
            root
        }
    };
    if !given.is_empty() {
        if let Some(name) = given.iter().find(|name| !root.may_sign(name)) {
            return Err(ServerError::NameNotPermitted { name: name.clone() });
        }
        secrets::write(&mut tx, master, "tls-names", &text(&given)?).await?;
    }
    let leaf = match secrets::read_open(&mut tx, master, "tls-leaf").await? {
        Some(plain) => Some(read::<Leaf>(&plain, "tls-leaf")?),
        None => None,
    };
    let (leaf, fresh) = match leaf.filter(|leaf| !root.is_due(leaf, &names, now)) {
        Some(leaf) => (leaf, false),
        None => {
            let leaf = root.issue(&names, now)?;
            secrets::write(&mut tx, master, "tls-leaf", &text(&leaf)?).await?;
            (leaf, true)
        }
    };
    tx.commit().await?;
    Ok((root, leaf, fresh))
}

fn config(root: &Root, leaf: &Leaf) -> Result<ServerConfig, ServerError> {
    let chain = [&leaf.certificate, &root.certificate].map(|der| CertificateDer::from(der.clone()));
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf.key.clone()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain.to_vec(), key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn read<T: DeserializeOwned>(plain: &[u8], what: &'static str) -> Result<T, ServerError> {
    serde_json::from_slice(plain).map_err(|_| ServerError::Sealed { what })
}

fn text(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, ServerError> {
    serde_json::to_vec(value)
        .map(Zeroizing::new)
        .map_err(|_| ServerError::Internal { what: "memory for a certificate" })
}
