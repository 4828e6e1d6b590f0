//! Sending: once, twice, for the wrong patient, half-way, and to a server that lies.

use crate::support::far_end::{Authority, FarEnd};
use crate::support::practice::{Practice, USER, client, outbox, patient, quick, readings};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use meterport_model::wire::{
    KeyId, PatientQuery, Receipt, RootHash, Signature, UploadId, UploadState, UploadStatus,
    content_digest,
};
use meterport_upload::{Client, HttpPolicy, ServerUrl, UploadError};
use secrecy::ExposeSecret as _;
use serde_json::json;

pub fn query(text: &str) -> PatientQuery {
    PatientQuery { patient_ref: patient(text) }
}

/// A client that trusts anybody, for saying things ours never says.
pub fn raw() -> reqwest::Client {
    reqwest::Client::builder().tls_danger_accept_invalid_certs(true).no_proxy().build().unwrap()
}

#[tokio::test]
async fn the_same_results_for_another_patient_are_refused_naming_no_one() {
    let practice = Practice::open().await;
    let (client, session) = practice.sign_in(USER).await;
    client.send(&session, &mut outbox("4711", 0..5), |_| {}).await.unwrap();

    let mut other = outbox("4712", 3..9);
    let error = client.send(&session, &mut other, |_| {}).await.err().unwrap();

    assert_eq!(error.code(), "upload.conflict");
    let text = format!("{error} {}", error.hint().unwrap());
    assert!(!text.contains("4711") && !text.contains("4712"), "{text}");
    assert_eq!(other.len(), 6);
    let stored = client.patient_results(&session, &query("4712")).await.unwrap();
    assert!(stored.records.is_empty());
    let kept = client.patient_results(&session, &query("4711")).await.unwrap();
    assert_eq!(kept.records.len(), 5);
}

#[tokio::test]
async fn a_receipt_of_another_key_empties_nothing() {
    let practice = Practice::open().await;
    let (_, session) = practice.sign_in(USER).await;
    let ours = Authority::generate();
    let identity = ours.issue("127.0.0.1", (2020, 2120));
    let far_end = FarEnd::start(&identity, &[&ours.certificate], |request| {
        let upload: UploadId = request.uri().path().split('/').nth(3).unwrap().parse().unwrap();
        let receipt = Receipt {
            upload,
            patient_ref: patient("4711"),
            new: 3,
            duplicate: 0,
            rejected: 0,
            root_hash: RootHash::from_bytes([0; 32]),
            time: "2026-11-20T08:00:00Z".parse().unwrap(),
            key: KeyId::from_bytes([0; 32]),
            signature: Signature::from_bytes([0; 64]),
        };
        let state = UploadState::Committed;
        let status = UploadStatus { upload, state, chunks: vec![], receipt: Some(receipt) };
        serde_json::to_vec(&status).unwrap().into_response()
    });

    let mut waiting = outbox("4711", 0..3);
    let liar = client(&far_end.url, ours.pin);
    let error = liar.send(&session, &mut waiting, |_| {}).await.err().unwrap();

    assert!(matches!(error, UploadError::Receipt { .. }), "{error}");
    assert_eq!(waiting.len(), 3);
}

#[tokio::test]
async fn a_field_that_is_not_of_the_vocabulary_is_refused() {
    let practice = Practice::open().await;
    let (_, session) = practice.sign_in(USER).await;
    let token = session.token.expose_secret();
    let url = format!("{}/v1/uploads/{}", practice.server.url(), "0a".repeat(16));
    let meter = json!({
        "meter": {"model": "m", "serial": null, "firmware": null, "display_unit": null,
            "time_resolution_seconds": 1, "limits": []},
        "driver": {"id": "test", "version": "0.1.0", "sha256": null},
        "clock": {"device": null, "host": null, "offset_seconds": null, "zone": null}
    });
    let manifest = json!({"patient_ref": "4711", "records": 1, "chunks": 1, "meter": meter});
    let put = |path: &str, body: Vec<u8>| {
        let digest = content_digest(&body);
        let request = raw().put(format!("{url}{path}")).bearer_auth(token).body(body);
        request.header("content-digest", digest).send()
    };
    let mut extra = manifest.clone();
    extra["name"] = "Müller".into();
    assert_eq!(put("", extra.to_string().into()).await.unwrap().status(), 422);
    assert_eq!(put("", manifest.to_string().into()).await.unwrap().status(), 200);

    let mut reading = serde_json::to_value(&readings(0..1)[0]).unwrap();
    let chunk = |reading: &serde_json::Value| {
        let record = json!({"id": "ab".repeat(32), "reading": reading});
        json!({"records": [record]}).to_string().into_bytes()
    };
    let good = chunk(&reading);
    reading["phone"] = "0123".into();
    let response = put("/chunks/0", chunk(&reading)).await.unwrap();
    assert_eq!(response.status(), 422);
    assert!(!response.text().await.unwrap().contains("0123"));

    let damaged = raw().put(format!("{url}/chunks/0")).bearer_auth(token).body(good.clone());
    let damaged = damaged.header("content-digest", content_digest(b"other")).send().await.unwrap();
    assert_eq!(damaged.status(), 400);
    let early = raw().post(format!("{url}/commit")).bearer_auth(token).send().await.unwrap();
    assert_eq!(early.status(), 409);

    assert_eq!(put("/chunks/0", good.clone()).await.unwrap().status(), 204);
    assert_eq!(put("/chunks/0", good).await.unwrap().status(), 204);
    let huge = put("/chunks/0", vec![b' '; 5 * 1024 * 1024]).await;
    assert!(huge.is_err() || huge.unwrap().status() == 413);

    let commit = || raw().post(format!("{url}/commit")).bearer_auth(token).send();
    let first = commit().await.unwrap().text().await.unwrap();
    assert_eq!(first, commit().await.unwrap().text().await.unwrap());
    let receipt: Receipt = serde_json::from_str(&first).unwrap();
    assert_eq!((receipt.new, receipt.duplicate, receipt.rejected), (1, 0, 0));
}

#[tokio::test]
async fn another_account_does_not_see_what_this_one_sent() {
    let practice = Practice::open().await;
    practice.hire("nurse.ben").await;
    let (client, anna) = practice.sign_in(USER).await;
    let (_, ben) = practice.sign_in("nurse.ben").await;
    let receipt = client.send(&anna, &mut outbox("4711", 0..5), |_| {}).await.unwrap();

    let error = client.upload_results(&ben, receipt.upload).await.err().unwrap();
    assert!(matches!(error, UploadError::Rejected { status: 404, .. }), "{error}");
    let stored = client.patient_results(&ben, &query("4711")).await.unwrap();
    assert!(stored.records.is_empty());
}

#[tokio::test]
async fn a_dropped_upload_keeps_everything_and_goes_on_where_it_was() {
    let practice = Practice::open().await;
    let (client, session) = practice.sign_in(USER).await;
    let mut waiting = outbox("4711", 0..60);
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    tokio::select! {
        biased;
        Some(()) = told.recv() => {}
        _ = client.send(&session, &mut waiting, |_| tell.send(()).unwrap()) => {
            panic!("dropped too late")
        }
    }
    assert_eq!(waiting.len(), 60);

    let receipt = client.send(&session, &mut waiting, |_| {}).await.unwrap();

    assert_eq!((receipt.new, receipt.duplicate), (60, 0));
    assert!(waiting.is_empty());
}

#[tokio::test]
async fn sending_twice_stores_once_and_both_receipts_say_so() {
    let practice = Practice::open().await;
    let (client, session) = practice.sign_in(USER).await;
    let mut steps = Vec::new();

    let first = client
        .send(&session, &mut outbox("4711", 0..60), |progress| steps.push(progress.sent))
        .await
        .unwrap();
    let second = client.send(&session, &mut outbox("4711", 0..60), |_| {}).await.unwrap();

    assert!(steps.len() > 1 && steps.is_sorted() && steps.last() == Some(&60), "{steps:?}");
    assert_eq!((first.new, first.duplicate, first.rejected), (60, 0, 0));
    assert_eq!((second.new, second.duplicate, second.rejected), (0, 60, 0));
    assert_ne!(first.upload, second.upload);
    assert_eq!(first.root_hash, second.root_hash);
    let stored = client.patient_results(&session, &query("4711")).await.unwrap();
    assert_eq!(stored.records.len(), 60);
    assert!(stored.records.iter().all(|record| record.upload == first.upload));
    let named = client.upload_results(&session, second.upload).await.unwrap();
    assert_eq!(named.records.len(), 60);
}

#[tokio::test]
async fn what_comes_back_is_what_was_sent_in_its_order() {
    let practice = Practice::open().await;
    let (client, session) = practice.sign_in(USER).await;
    let receipt = client.send(&session, &mut outbox("4711", 0..60), |_| {}).await.unwrap();

    let stored = client.upload_results(&session, receipt.upload).await.unwrap();

    let back: Vec<_> = stored.records.iter().map(|record| &record.reading).collect();
    let sent = readings(0..60);
    let json = |readings| serde_json::to_value(readings).unwrap();
    assert_eq!(json(&back), serde_json::to_value(&sent).unwrap());
}

#[tokio::test]
async fn new_results_of_a_known_meter_are_the_only_new_ones() {
    let practice = Practice::open().await;
    let (client, session) = practice.sign_in(USER).await;
    client.send(&session, &mut outbox("4711", 0..50), |_| {}).await.unwrap();
    let receipt = client.send(&session, &mut outbox("4711", 10..60), |_| {}).await.unwrap();
    assert_eq!((receipt.new, receipt.duplicate), (10, 40));
}

#[tokio::test]
async fn an_empty_meter_is_no_error() {
    let practice = Practice::open().await;
    let (client, session) = practice.sign_in(USER).await;
    let receipt = client.send(&session, &mut outbox("4711", 0..0), |_| {}).await.unwrap();
    assert_eq!((receipt.new, receipt.duplicate, receipt.rejected), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_long_upload_is_committed_somebody_else_signs_in() {
    let practice = Practice::open().await;
    let (_, session) = practice.sign_in(USER).await;
    let mut policy = quick();
    policy.longest_chunk = HttpPolicy::default().longest_chunk;
    policy.request_timeout = HttpPolicy::default().request_timeout;
    let url = ServerUrl::parse(&practice.server.url()).unwrap();
    let sender = Client::new(url, practice.server.pin(), policy).unwrap();
    let mut waiting = outbox("4711", 0..20_000);
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut tell = Some(tell);

    let sending = sender.send(&session, &mut waiting, |progress| {
        if progress.sent == progress.total
            && let Some(tell) = tell.take()
        {
            tell.send(()).unwrap(); // the commit is next
        }
    });
    let others = async {
        told.await.unwrap();
        for _ in 0..3 {
            practice.sign_in(USER).await;
        }
    };
    let (receipt, ()) = tokio::join!(sending, others);

    assert_eq!(receipt.unwrap().new, 20_000);
    let again = sender.send(&session, &mut outbox("4711", 10..20_010), |_| {}).await.unwrap();
    assert_eq!((again.new, again.duplicate), (10, 19_990));
    let other = sender.send(&session, &mut outbox("4712", 19_000..21_000), |_| {}).await;
    assert!(matches!(other, Err(UploadError::Conflict)));
    let stored = sender.patient_results(&session, &query("4711")).await.unwrap();
    assert_eq!(stored.records.len(), 20_010);
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let practice = Practice::open().await;
    let (_, session) = practice.sign_in(USER).await;
    let ours = Authority::generate();
    let identity = ours.issue("127.0.0.1", (2020, 2120));
    let far_end = FarEnd::start(&identity, &[&ours.certificate], |_| {
        let problem = json!({"code": "server.busy", "message": "busy"}).to_string();
        (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "1")], problem).into_response()
    });
    let started = std::time::Instant::now();

    let client = client(&far_end.url, ours.pin);
    let error = client.send(&session, &mut outbox("4711", 0..5), |_| {}).await.err().unwrap();

    assert!(matches!(error, UploadError::Busy { wait_seconds: Some(1), .. }), "{error}");
    assert_eq!(far_end.requests(), 3);
    assert!(started.elapsed() >= std::time::Duration::from_secs(2));
}
