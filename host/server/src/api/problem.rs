//! Answers that are not a success: a status, a code and a sentence, never a value of the request.

use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use meterport_model::wire::{Problem, code};

use crate::uploads::Refused;
use crate::{ServerError, log};

/// How long a client leaves a busy database alone.
const BUSY: Duration = Duration::from_secs(4);

/// Why a request is not done.
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
    wait: Option<Duration>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message, wait: None }
    }

    /// The request breaks the protocol.
    pub(crate) fn invalid(message: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code::REJECTED, message)
    }

    /// Nobody is signed in.
    pub(crate) fn no_session() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code::SESSION, "sign in first")
    }

    /// Too many tries.
    pub(crate) fn throttled(wait: Duration) -> Self {
        let message = "too many tries to sign in";
        Self {
            wait: Some(wait),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, code::THROTTLED, message)
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = Problem { code: self.code.to_owned(), message: self.message.to_owned() };
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(wait) = self.wait {
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().saturating_add(1)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<ServerError> for Refusal {
    fn from(error: ServerError) -> Self {
        log::fault(&error);
        if error.is_busy() {
            let message = "the server is busy; try again in a moment";
            return Self {
                wait: Some(BUSY),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code::BUSY, message)
            };
        }
        let message = "a fault of the server; its log says more";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL, message)
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let (code, message) = match refused {
            Refused::Fault(error) => return error.into(),
            Refused::Invalid(message) => return Self::invalid(message),
            Refused::NotFound => {
                let message = "no such upload of this account";
                return Self::new(StatusCode::NOT_FOUND, code::NOT_FOUND, message);
            }
            Refused::Mismatch => (code::MISMATCH, "another upload has this id"),
            Refused::Incomplete => (code::INCOMPLETE, "chunks are missing"),
            Refused::Conflict => {
                (code::CONFLICT, "a record is stored for another patient; nothing was stored")
            }
        };
        Self::new(StatusCode::CONFLICT, code, message)
    }
}
