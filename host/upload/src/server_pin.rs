//! Asks a server for its pin before anything is known about it.
//!
//! The handshake is always broken off when the certificates have been seen: nothing of ours is
//! ever sent on such a connection. What comes back is only what the server *says*; a person
//! compares it with what `meterport-server pin` prints on the server itself.

use std::sync::{Arc, Mutex};

use meterport_model::wire::Pin;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};

use crate::network::{certificate, explain};
use crate::pinned::{below, pin_of, provider, with_verifier};
use crate::{HttpPolicy, ServerUrl, UploadError};

/// The pin of the root that the server shows: the last certificate of its chain, if that root
/// issued the server's own certificate for this name.
pub async fn fetch_pin(server: &ServerUrl, policy: &HttpPolicy) -> Result<Pin, UploadError> {
    let provider = provider();
    let seen = Arc::new(Seen { provider: Arc::clone(&provider), found: Mutex::new(None) });
    let tls = with_verifier(Arc::<Seen>::clone(&seen), provider)
        .map_err(|source| UploadError::CertificateInvalid { source })?;
    let http = policy
        .builder(server.is_loopback())?
        .tls_backend_preconfigured(tls)
        .build()
        .map_err(|error| explain(error, server, None))?;
    let answer = http.get(server.join("healthz")).send().await;

    let found = seen.found.lock().ok().and_then(|mut found| found.take());
    match (found, answer) {
        (Some(Ok(pin)), _) => Ok(pin),
        (Some(Err(None)), _) => Err(UploadError::NoRootShown),
        (Some(Err(Some(error))), _) => Err(certificate(&error, server, None)
            .unwrap_or(UploadError::CertificateInvalid { source: error })),
        (None, Err(error)) => Err(explain(error, server, None)),
        (None, Ok(_)) => Err(UploadError::NoRootShown),
    }
}

/// What the server showed: a pin, an error, or (`Err(None)`) no root.
type Found = Result<Pin, Option<rustls::Error>>;

/// Looks at the chain and refuses it, whatever it is.
#[derive(Debug)]
struct Seen {
    provider: Arc<CryptoProvider>,
    found: Mutex<Option<Found>>,
}

impl Seen {
    fn look(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        now: UnixTime,
    ) -> Found {
        let root = intermediates.last().ok_or(None)?;
        let pin = pin_of(root).ok_or(None)?;
        below(root, &self.provider)
            .and_then(|verifier| {
                verifier.verify_server_cert(end_entity, intermediates, server_name, &[], now)
            })
            .map_err(Some)?;
        Ok(pin)
    }
}

impl ServerCertVerifier for Seen {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Ok(mut found) = self.found.lock() {
            *found = Some(self.look(end_entity, intermediates, server_name, now));
        }
        Err(refused())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(refused())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(refused())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn refused() -> rustls::Error {
    rustls::Error::General("the certificates have been seen".to_owned())
}
