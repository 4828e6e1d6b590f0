//! What went wrong below HTTP, in our words.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::pinned::NotPinned;
use crate::{ServerUrl, UploadError};
use meterport_model::wire::Pin;

/// Sorts an error of the HTTP client. The request's address is ours and holds no data, but it is
/// taken out all the same.
pub(crate) fn explain(error: reqwest::Error, server: &ServerUrl, pin: Option<Pin>) -> UploadError {
    let error = error.without_url();
    let name = server.server();
    if let Some(tls) = find::<rustls::Error>(&error) {
        return match certificate(tls, server, pin) {
            Some(known) => known,
            None => UploadError::Tls { server: name, source: error },
        };
    }
    if error.is_timeout() {
        return UploadError::Timeout { server: name };
    }
    if error.is_connect() {
        let words = words(&error);
        if words.contains("tunnel") || words.contains("proxy") {
            return UploadError::Proxy { server: name, source: error };
        }
        if words.contains("dns error") || words.contains("failed to lookup") {
            return UploadError::Dns { host: server.host().to_owned(), source: error };
        }
        if find::<io::Error>(&error).is_some_and(|io| io.kind() == io::ErrorKind::InvalidData) {
            return UploadError::Tls { server: name, source: error };
        }
        return UploadError::Connect { server: name, source: error };
    }
    if error.is_builder() {
        return UploadError::Address { reason: "no request can be made from it" };
    }
    if error.is_decode() {
        return UploadError::Answer { server: name };
    }
    UploadError::Lost { server: name, source: error }
}

/// What rustls holds against the certificate.
pub(crate) fn certificate(
    error: &rustls::Error,
    server: &ServerUrl,
    pin: Option<Pin>,
) -> Option<UploadError> {
    let rustls::Error::InvalidCertificate(reason) = error else {
        return None;
    };
    Some(match reason {
        CertificateError::Other(other) if other.0.is::<NotPinned>() => match pin {
            Some(pin) => UploadError::CertificateNotPinned { pin },
            None => UploadError::CertificateInvalid { source: error.clone() },
        },
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            UploadError::CertificateNotIssued
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            UploadError::CertificateExpired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            UploadError::CertificateNotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            UploadError::CertificateName { host: server.host().to_owned() }
        }
        _ => UploadError::CertificateInvalid { source: error.clone() },
    })
}

/// The first cause of this type. An `io::Error` hides what it carries from `source`, so it is
/// opened.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<E>() {
            return Some(found);
        }
        next = match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    None
}

fn words(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        next = cause.source();
    }
    words
}
