//! The interface of the server over HTTP: `docs/server-api.md`.
//!
//! Nobody gets further than signing in and `/healthz` without a token; the body of a request is
//! not even read before the token is known. No patient's reference stands in an address.

mod auth;
mod body;
mod problem;
mod session;
mod uploads;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Router, extract::DefaultBodyLimit};
use meterport_model::wire::{Limits, code};
use tokio::sync::Semaphore;

use crate::store::Store;
use crate::throttle::Throttle;

pub(crate) use problem::Refusal;

/// A request that takes longer to arrive and be answered is dropped.
const LONGEST_REQUEST: Duration = Duration::from_secs(120);

/// What every request works on.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) throttle: Throttle,
    /// How many passwords are checked at once.
    pub(crate) hashing: Arc<Semaphore>,
}

/// All addresses of the server.
pub(crate) fn router(store: Store) -> Router {
    let app = Arc::new(App {
        store,
        throttle: Throttle::default(),
        hashing: Arc::new(Semaphore::new(2)),
    });
    let small = DefaultBodyLimit::max(Limits::SIGN_IN_BYTES);
    let manifest = DefaultBodyLimit::max(Limits::MANIFEST_BYTES);
    let chunk = DefaultBodyLimit::max(Limits::CHUNK_BYTES);
    Router::new()
        .route(
            "/v1/session",
            post(session::sign_in).get(session::show).delete(session::sign_out).layer(small),
        )
        .route("/v1/uploads/{id}", put(uploads::begin).get(uploads::status).layer(manifest))
        .route("/v1/uploads/{id}/chunks/{number}", put(uploads::chunk).layer(chunk))
        .route("/v1/uploads/{id}/commit", post(uploads::commit).layer(small))
        .route("/v1/uploads/{id}/results", get(uploads::results))
        .route("/v1/patients/results", post(uploads::patient_results).layer(small))
        .route("/healthz", get(healthz))
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .layer(from_fn(in_time))
        .layer(from_fn(closed_to_caches))
        .with_state(app)
}

async fn healthz() -> &'static str {
    "ok\n"
}

async fn nothing_here() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "there is nothing here")
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST_REQUEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = "the request took too long";
            Refusal::new(StatusCode::REQUEST_TIMEOUT, code::SLOW, message).into_response()
        }
    }
}

async fn closed_to_caches(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    response
}
