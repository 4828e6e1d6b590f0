//! Who is asking. As an extractor before the body, so that without a token no body is read.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use jiff::Timestamp;
use meterport_model::wire::code;

use super::{App, Refusal};
use crate::accounts::UPLOADER;
use crate::sessions::{self, Caller};

/// Somebody who has signed in.
pub(crate) struct SignedIn(pub(crate) Caller);

/// Somebody who may send results.
pub(crate) struct Uploader(pub(crate) Caller);

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let token = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.strip_prefix("Bearer "))
            .ok_or_else(Refusal::no_session)?;
        let caller = sessions::caller(&app.store, token, Timestamp::now()).await?;
        caller.map(Self).ok_or_else(Refusal::no_session)
    }
}

impl FromRequestParts<Arc<App>> for Uploader {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let SignedIn(caller) = SignedIn::from_request_parts(parts, app).await?;
        if caller.roles.iter().any(|role| role == UPLOADER) {
            Ok(Self(caller))
        } else {
            let message = "this account may not upload";
            Err(Refusal::new(StatusCode::FORBIDDEN, code::ROLE, message))
        }
    }
}
