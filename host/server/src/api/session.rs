//! `/v1/session`: signing in, asking who one is, signing out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use meterport_model::wire::{SessionInfo, SessionReply, SignIn, code};
use zeroize::Zeroizing;

use super::auth::SignedIn;
use super::body::{JsonBody, json};
use super::{App, Refusal};
use crate::sessions;

pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    JsonBody(mut sign_in): JsonBody<SignIn>,
) -> Result<Response, Refusal> {
    app.throttle.begin(from.ip(), Instant::now()).map_err(Refusal::throttled)?;
    let password = Zeroizing::new(std::mem::take(&mut sign_in.password));
    let now = Timestamp::now();
    let opened = sessions::sign_in(&app.store, &app.hashing, &sign_in.user, password, now).await?;
    let Some(opened) = opened else {
        let message = "user or password is wrong";
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, code::PASSWORD, message));
    };
    app.throttle.was_right(from.ip());
    json(&SessionReply {
        token: opened.token.to_string(),
        expires: opened.expires,
        user: opened.name,
        roles: opened.roles,
        identity_key: hex::encode(*app.store.secrets.identity),
        receipt_key: app.store.secrets.receipt_key(),
    })
}

pub(crate) async fn show(SignedIn(caller): SignedIn) -> Result<Response, Refusal> {
    json(&SessionInfo { user: caller.name, roles: caller.roles, expires: caller.expires })
}

pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
) -> Result<StatusCode, Refusal> {
    sessions::sign_out(&app.store, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
