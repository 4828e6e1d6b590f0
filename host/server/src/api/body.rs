//! The body of a request: bounded, whole, and JSON of exactly one shape.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use meterport_model::wire::code;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::Refusal;

/// The bytes of the body, within the limit of the address.
pub(crate) struct Body(pub(crate) Bytes);

/// The body as JSON.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        Bytes::from_request(request, state).await.map(Self).map_err(|error| refuse(&error))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let Body(bytes) = Body::from_request(request, state).await?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| Refusal::invalid("the body is not of the right form"))
    }
}

fn refuse(error: &BytesRejection) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let message = "the body is too large";
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, code::REJECTED, message)
    } else {
        Refusal::new(StatusCode::BAD_REQUEST, code::REJECTED, "the body did not arrive whole")
    }
}

/// A success with JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<Response, Refusal> {
    match serde_json::to_vec(value) {
        Ok(bytes) => Ok(json_bytes(Zeroizing::new(bytes))),
        Err(_) => Err(crate::ServerError::Internal { what: "memory for an answer" }.into()),
    }
}

/// A success with JSON that is written already; wiped when it has been sent.
pub(crate) fn json_bytes(bytes: Zeroizing<Vec<u8>>) -> Response {
    ([(CONTENT_TYPE, "application/json")], Bytes::from_owner(bytes)).into_response()
}
