//! `/v1/uploads` and `/v1/patients/results`: sending results and seeing what is stored.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use meterport_model::wire::{Digest, Manifest, PatientQuery, UploadId, code, parse_content_digest};

use super::auth::Uploader;
use super::body::{Body, JsonBody, json, json_bytes};
use super::{App, Refusal};
use crate::uploads::Refused;
use crate::{ServerError, chunk as chunks, commit as commits, results as stored, uploads};

pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Uploader(caller): Uploader,
    Path(id): Path<String>,
    JsonBody(manifest): JsonBody<Manifest>,
) -> Result<Response, Refusal> {
    let now = Timestamp::now().as_second();
    json(&uploads::begin(&app.store, &caller.user, upload(&id)?, &manifest, now).await?)
}

pub(crate) async fn status(
    State(app): State<Arc<App>>,
    Uploader(caller): Uploader,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    json(&uploads::status(&app.store, &caller.user, upload(&id)?).await?)
}

pub(crate) async fn chunk(
    State(app): State<Arc<App>>,
    Uploader(caller): Uploader,
    Path((id, number)): Path<(String, String)>,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<StatusCode, Refusal> {
    let id = upload(&id)?;
    let number = number.parse().map_err(|_| Refusal::invalid("no such chunk"))?;
    let named = headers
        .get("content-digest")
        .and_then(|value| value.to_str().ok())
        .and_then(|text| parse_content_digest(text).ok());
    let checked = body.clone();
    let (digest, records) =
        tokio::task::spawn_blocking(move || (Digest::of(&checked), chunks::check(&checked)))
            .await
            .map_err(|_| ServerError::Internal { what: "a thread for a chunk" })?;
    if named != Some(digest) {
        let message = "the body is not what its content digest says";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, code::DIGEST, message));
    }
    let records = records.map_err(|fault| Refusal::invalid(fault.0))?;
    uploads::put_chunk(&app.store, &caller.user, id, number, records, &body).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn commit(
    State(app): State<Arc<App>>,
    Uploader(caller): Uploader,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    json(&commits::detached(&app.store, caller.user, upload(&id)?, Timestamp::now()).await?)
}

pub(crate) async fn results(
    State(app): State<Arc<App>>,
    Uploader(caller): Uploader,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    Ok(json_bytes(stored::of_upload(&app.store, &caller.user, upload(&id)?).await?))
}

pub(crate) async fn patient_results(
    State(app): State<Arc<App>>,
    Uploader(caller): Uploader,
    JsonBody(query): JsonBody<PatientQuery>,
) -> Result<Response, Refusal> {
    Ok(json_bytes(stored::of_patient(&app.store, &caller.user, &query.patient_ref).await?))
}

fn upload(text: &str) -> Result<UploadId, Refusal> {
    text.parse().map_err(|_| Refused::NotFound.into())
}
