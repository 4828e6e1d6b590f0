//! How the client behaves on the network: times, sizes, tries, and the way out of the building.

use std::time::Duration;

use meterport_model::wire::Limits;
use reqwest::{ClientBuilder, Proxy};

use crate::UploadError;

/// Left free in a chunk, should the server count a little more than we do.
const HEADROOM: usize = 64 * 1024;

/// As much as the server takes in one upload, and what it adds to each record when it gives the
/// upload back: the upload's id and the name of that field.
const WHOLE_UPLOAD: usize =
    Limits::CHUNKS as usize * Limits::CHUNK_BYTES + Limits::RECORDS as usize * 64;

/// Times, sizes and tries of the client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpPolicy {
    /// Until a connection stands, TLS included.
    pub connect_timeout: Duration,
    /// For one request and its whole answer.
    pub request_timeout: Duration,
    /// The longest answer that is read, in bytes: by default, one with a whole upload in it.
    pub longest_answer: usize,
    /// The longest chunk that is sent, in bytes.
    pub longest_chunk: usize,
    /// How often a request is sent before a lost connection is an error.
    pub tries: u32,
    /// Before the second try; doubles with each.
    pub first_pause: Duration,
    /// The way out. This computer itself is always reached directly.
    pub route: Route,
}

/// The way to the server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Route {
    /// As the system is set up: environment variables, and the system's static proxy.
    System,
    /// Without a proxy.
    Direct,
    /// Through this one (`http://host:port`).
    Proxy(String),
}

impl Default for HttpPolicy {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
            longest_answer: WHOLE_UPLOAD,
            longest_chunk: Limits::CHUNK_BYTES - HEADROOM,
            tries: 5,
            first_pause: Duration::from_millis(250),
            route: Route::System,
        }
    }
}

impl HttpPolicy {
    /// A builder with this policy, and what is not up for choice: https only, no redirect.
    pub(crate) fn builder(&self, loopback: bool) -> Result<ClientBuilder, UploadError> {
        let builder = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .timeout(self.request_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .https_only(true)
            .user_agent(concat!("meterport/", env!("CARGO_PKG_VERSION")));
        Ok(match &self.route {
            _ if loopback => builder.no_proxy(),
            Route::System => builder,
            Route::Direct => builder.no_proxy(),
            Route::Proxy(address) => builder.proxy(
                Proxy::all(address)
                    .map_err(|_| UploadError::Address { reason: "its proxy is no URL" })?,
            ),
        })
    }

    /// The pause before try `number`, counted from 1.
    pub(crate) fn pause(&self, number: u32) -> Duration {
        self.first_pause.saturating_mul(1 << number.saturating_sub(1).min(6))
    }
}
