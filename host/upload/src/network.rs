//! What went wrong below HTTP, in our words.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::pinned::NotPinned;
use crate::{ServerUrl, UploadError};
use meterport_model::wire::Pin;

/// What went wrong below HTTP, whoever was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum Trouble<'a> {
    /// No encrypted connection; with what rustls said, where it said something.
    Tls(Option<&'a rustls::Error>),
    /// Nothing came in time.
    Timeout,
    /// The proxy on the way refuses, or is not there.
    Proxy,
    /// The host's name is not found.
    Dns,
    /// Nobody answers there.
    Connect,
    /// No request can be made from the address.
    Address,
    /// The answer is not readable.
    Answer,
    /// The connection ended before the answer did.
    Lost,
}

impl<'a> Trouble<'a> {
    /// Sorts an error of the HTTP client.
    pub fn of(error: &'a reqwest::Error) -> Self {
        if let Some(tls) = find::<rustls::Error>(error) {
            return Self::Tls(Some(tls));
        }
        if error.is_timeout() {
            return Self::Timeout;
        }
        if error.is_connect() {
            let words = words(error);
            if words.contains("tunnel") || words.contains("proxy") {
                return Self::Proxy;
            }
            if words.contains("dns error") || words.contains("failed to lookup") {
                return Self::Dns;
            }
            let io = find::<io::Error>(error);
            return match io.is_some_and(|io| io.kind() == io::ErrorKind::InvalidData) {
                true => Self::Tls(None),
                false => Self::Connect,
            };
        }
        if error.is_builder() {
            return Self::Address;
        }
        if error.is_decode() { Self::Answer } else { Self::Lost }
    }
}

/// An error of the HTTP client in our words. The request's address is ours and holds no data, but it
/// is taken out all the same.
pub(crate) fn explain(error: reqwest::Error, server: &ServerUrl, pin: Option<Pin>) -> UploadError {
    let error = error.without_url();
    let name = server.server();
    match Trouble::of(&error) {
        Trouble::Tls(tls) => match tls.and_then(|tls| certificate(tls, server, pin)) {
            Some(known) => known,
            None => UploadError::Tls { server: name, source: error },
        },
        Trouble::Timeout => UploadError::Timeout { server: name },
        Trouble::Proxy => UploadError::Proxy { server: name, source: error },
        Trouble::Dns => UploadError::Dns { host: server.host().to_owned(), source: error },
        Trouble::Connect => UploadError::Connect { server: name, source: error },
        Trouble::Address => UploadError::Address { reason: "no request can be made from it" },
        Trouble::Answer => UploadError::Answer { server: name },
        Trouble::Lost => UploadError::Lost { server: name, source: error },
    }
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
