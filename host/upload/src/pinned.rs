//! TLS for one server: the certificate with the pinned key becomes the only root, and rustls
//! decides.
//!
//! Finding the pinned key somewhere in the chain proves nothing: the root is public, and anybody
//! can append it. So the finding only chooses the root; path, name, validity and signatures are
//! judged by `WebPkiServerVerifier` with that root and no other.

use std::sync::Arc;

use meterport_model::wire::Pin;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme,
};

/// The cryptography of every connection: aws-lc, and nothing else.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// A TLS configuration that trusts the server with this pin.
pub(crate) fn config(pin: Pin) -> Result<ClientConfig, rustls::Error> {
    let provider = provider();
    with_verifier(Arc::new(Pinned { pin, provider: Arc::clone(&provider) }), provider)
}

/// TLS 1.2 or newer, judged by `verifier`, no client certificate.
pub(crate) fn with_verifier(
    verifier: Arc<dyn ServerCertVerifier>,
    provider: Arc<CryptoProvider>,
) -> Result<ClientConfig, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// No certificate of the chain has the pinned key.
#[derive(Debug, thiserror::Error)]
#[error("no certificate of the chain has the pinned key")]
pub(crate) struct NotPinned;

#[derive(Debug)]
struct Pinned {
    pin: Pin,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let root = std::iter::once(end_entity)
            .chain(intermediates)
            .find(|certificate| pin_of(certificate) == Some(self.pin))
            .ok_or_else(|| CertificateError::Other(OtherError(Arc::new(NotPinned))))?;
        below(root, &self.provider)?.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        )
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The verifier whose only root is this certificate.
pub(crate) fn below(
    root: &CertificateDer<'_>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone().into_owned())?;
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|error| rustls::Error::General(error.to_string()))
}

/// The pin of a certificate's key; none if it cannot be read.
pub(crate) fn pin_of(certificate: &CertificateDer<'_>) -> Option<Pin> {
    let parsed = webpki::EndEntityCert::try_from(certificate).ok()?;
    Some(Pin::of_spki(&parsed.subject_public_key_info()))
}
