//! Signing in and out.

use crate::support::practice::{PASSWORD, Practice, USER, outbox, secret};
use meterport_model::wire::{Problem, code};
use meterport_upload::UploadError;

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_are_refused_with_the_same_words() {
    let practice = Practice::open().await;
    let client = practice.client();

    let wrong = client.login(USER, secret("not the password")).await.err().unwrap();
    let unknown = client.login("nobody", secret(PASSWORD)).await.err().unwrap();

    assert_eq!(wrong.code(), "server.auth");
    assert_eq!(wrong.to_string(), "user or password is wrong");
    assert_eq!(wrong.to_string(), unknown.to_string());
}

#[tokio::test]
async fn after_five_wrong_tries_even_the_right_password_has_to_wait() {
    let practice = Practice::open().await;
    let client = practice.client();
    for _ in 0..5 {
        assert!(matches!(
            client.login(USER, secret("not the password")).await,
            Err(UploadError::Password)
        ));
    }
    let error = client.login(USER, secret(PASSWORD)).await.err().unwrap();
    assert!(matches!(error, UploadError::Throttled { wait_seconds: Some(1..=61) }), "{error}");
}

#[tokio::test]
async fn an_upload_without_a_session_is_refused_and_nothing_of_it_stored() {
    let practice = Practice::open().await;
    let (client, session) = practice.sign_in(USER).await;
    let mut forged = session.clone();
    forged.token = secret(&"0".repeat(64));

    let mut waiting = outbox("4711", 0..3);
    let error = client.send(&forged, &mut waiting, |_| {}).await.err().unwrap();

    assert!(matches!(error, UploadError::SessionOver), "{error}");
    assert_eq!(waiting.len(), 3);
    let query = super::delivery::query("4711");
    assert!(client.patient_results(&session, &query).await.unwrap().records.is_empty());
}

#[tokio::test]
async fn a_refused_request_says_so_as_a_problem_and_is_not_cached() {
    let practice = Practice::open().await;
    let url = format!("{}/v1/uploads/{}", practice.server.url(), "ab".repeat(16));
    let response = super::delivery::raw().get(url).send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem: Problem = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(problem.code, code::SESSION);
}

#[tokio::test]
async fn a_session_ends_when_its_owner_signs_out() {
    let practice = Practice::open().await;
    let (client, session) = practice.sign_in(USER).await;
    let who = client.whoami(&session).await.unwrap();
    assert_eq!((who.user.as_str(), who.expires), (USER, session.details.expires));

    client.logout(&session).await.unwrap();

    assert!(matches!(client.whoami(&session).await, Err(UploadError::SessionOver)));
}
