//! The client of one pinned server.

use meterport_model::wire::Pin;

use crate::network::explain;
use crate::{HttpPolicy, ServerUrl, UploadError, pinned};

/// Talks to one server, known by its pin. Cheap to clone; holds connections, no data.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) server: ServerUrl,
    pub(crate) pin: Pin,
    pub(crate) policy: HttpPolicy,
}

impl Client {
    /// For this server and no other. Without a pin there is no client: [`UploadError::PinMissing`].
    pub fn new(
        server: ServerUrl,
        pin: impl Into<Option<Pin>>,
        policy: HttpPolicy,
    ) -> Result<Self, UploadError> {
        let Some(pin) = pin.into() else {
            return Err(UploadError::PinMissing { server: server.server() });
        };
        let tls =
            pinned::config(pin).map_err(|source| UploadError::CertificateInvalid { source })?;
        let http = policy
            .builder(server.is_loopback())?
            .tls_backend_preconfigured(tls)
            .build()
            .map_err(|error| explain(error, &server, Some(pin)))?;
        Ok(Self { http, server, pin, policy })
    }

    /// The server it talks to.
    pub fn server(&self) -> &ServerUrl {
        &self.server
    }

    /// The pin it insists on.
    pub fn pin(&self) -> Pin {
        self.pin
    }
}
