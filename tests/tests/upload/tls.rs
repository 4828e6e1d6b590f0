//! Who is trusted: the server with the pinned root, and nobody else.

use crate::support::far_end::{Authority, FarEnd};
use crate::support::practice::{PASSWORD, Practice, USER, client, options, quick, secret};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::{SignedDuration, Timestamp};
use meterport_model::wire::Pin;
use meterport_server::{Options, Server, ServerError};
use meterport_upload::{Client, HttpPolicy, Route, ServerUrl, UploadError, fetch_pin};

const NOW: (i32, i32) = (2020, 2120);

fn ok(_: &axum::extract::Request) -> Response {
    StatusCode::OK.into_response()
}

/// Signs in where it must not work; gives the refusal.
async fn refusal(url: &str, pin: Pin) -> UploadError {
    client(url, pin).login(USER, secret(PASSWORD)).await.err().expect("a refusal")
}

#[tokio::test]
async fn a_plain_http_address_is_refused_before_anything_is_opened() {
    let error = ServerUrl::parse("http://127.0.0.1:8080/").unwrap_err();
    assert_eq!(error.code(), "server.plain-http");
    assert!(error.hint().is_some());
}

#[tokio::test]
async fn without_a_pin_there_is_no_client() {
    let url = ServerUrl::parse("https://127.0.0.1:8443/").unwrap();
    let error = Client::new(url, None, HttpPolicy::default()).unwrap_err();
    assert_eq!(error.code(), "server.pin-missing");
    assert_eq!(error.to_string(), "there is no pin for `127.0.0.1:8443`; nothing was sent");
}

#[tokio::test]
async fn a_server_with_another_root_gets_no_password() {
    let (ours, theirs) = (Authority::generate(), Authority::generate());
    let far_end = FarEnd::start(&theirs.issue("127.0.0.1", NOW), &[&theirs.certificate], ok);

    let error = refusal(&far_end.url, ours.pin).await;

    assert!(matches!(error, UploadError::CertificateNotPinned { .. }), "{error}");
    assert_eq!((error.code(), far_end.requests()), ("server.certificate", 0));
}

#[tokio::test]
async fn an_attackers_leaf_with_our_genuine_root_beside_it_gets_no_password() {
    let (ours, theirs) = (Authority::generate(), Authority::generate());
    let leaf = theirs.issue("127.0.0.1", NOW);
    for others in [vec![&ours.certificate], vec![&theirs.certificate, &ours.certificate]] {
        let far_end = FarEnd::start(&leaf, &others, ok);

        let error = refusal(&far_end.url, ours.pin).await;

        assert!(matches!(error, UploadError::CertificateNotIssued), "{error}");
        assert_eq!((error.code(), far_end.requests()), ("server.certificate", 0));
    }
}

#[tokio::test]
async fn expired_early_and_misnamed_certificates_are_each_refused_in_their_own_words() {
    let ours = Authority::generate();
    for (name, years, words) in [
        ("127.0.0.1", (2020, 2021), "has expired"),
        ("127.0.0.1", (2110, 2120), "is not valid yet"),
        ("10.0.0.1", NOW, "does not name `127.0.0.1`"),
    ] {
        let far_end = FarEnd::start(&ours.issue(name, years), &[&ours.certificate], ok);

        let error = refusal(&far_end.url, ours.pin).await;

        assert!(error.to_string().contains(words), "{error}");
        assert_eq!((error.code(), far_end.requests()), ("server.certificate", 0));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let ours = Authority::generate();
    let elsewhere = FarEnd::start(&ours.issue("127.0.0.1", NOW), &[&ours.certificate], ok);
    let target = format!("{}/v1/session", elsewhere.url);
    let far_end = FarEnd::start(&ours.issue("127.0.0.1", NOW), &[&ours.certificate], move |_| {
        (StatusCode::TEMPORARY_REDIRECT, [("location", target.clone())]).into_response()
    });

    let error = refusal(&far_end.url, ours.pin).await;

    assert!(matches!(error, UploadError::Redirect { status: 307 }), "{error}");
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn a_server_that_is_gone_and_one_that_speaks_no_tls_are_told_apart() {
    let ours = Authority::generate();
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", socket.local_addr().unwrap());
    let plain = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut client, _) = socket.accept().unwrap();
        let _hello = client.read(&mut [0; 512]).unwrap();
        client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });

    assert_eq!(refusal(&url, ours.pin).await.code(), "network.tls");
    plain.join().unwrap();
    assert_eq!(refusal(&url, ours.pin).await.code(), "network.connect");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_as_the_cause() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut policy = quick();
    policy.route = Route::Proxy(format!("http://{}", socket.local_addr().unwrap()));
    let proxy = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut client, _) = socket.accept().unwrap();
        let _connect = client.read(&mut [0; 512]).unwrap();
        client.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").unwrap();
    });
    let url = ServerUrl::parse("https://clinic.example/").unwrap();
    let client = Client::new(url, Authority::generate().pin, policy).unwrap();

    let error = client.login(USER, secret(PASSWORD)).await.err().unwrap();

    proxy.join().unwrap();
    assert_eq!(error.code(), "network.proxy", "{error:?}");
}

#[tokio::test]
async fn asking_for_a_pin_sends_nothing_and_trusts_nothing() {
    let ours = Authority::generate();
    let far_end = FarEnd::start(&ours.issue("127.0.0.1", NOW), &[&ours.certificate], ok);
    let url = ServerUrl::parse(&far_end.url).unwrap();

    assert_eq!(fetch_pin(&url, &quick()).await.unwrap(), ours.pin);
    assert_eq!(far_end.requests(), 0);

    let theirs = Authority::generate();
    let liar = FarEnd::start(&theirs.issue("127.0.0.1", NOW), &[&ours.certificate], ok);
    let error = fetch_pin(&ServerUrl::parse(&liar.url).unwrap(), &quick()).await.unwrap_err();
    assert!(matches!(error, UploadError::CertificateNotIssued), "{error}");

    let alone = FarEnd::start(&theirs.issue("127.0.0.1", NOW), &[], ok);
    let error = fetch_pin(&ServerUrl::parse(&alone.url).unwrap(), &quick()).await.unwrap_err();
    assert!(matches!(error, UploadError::NoRootShown), "{error}");
}

#[tokio::test]
async fn our_own_server_shows_the_pin_it_prints() {
    let practice = Practice::open().await;
    let url = ServerUrl::parse(&practice.server.url()).unwrap();
    assert_eq!(fetch_pin(&url, &quick()).await.unwrap(), practice.server.pin());
    let printed = meterport_server::pin(practice.folder.path()).await.unwrap();
    assert_eq!(printed, practice.server.pin());
}

#[tokio::test]
async fn a_certificate_is_replaced_while_the_server_runs() {
    let practice = Practice::open().await;
    practice.sign_in(USER).await;
    assert!(!practice.server.renew_certificate(Timestamp::now()).await.unwrap());

    let later = Timestamp::now() + SignedDuration::from_hours(70 * 24);
    assert!(practice.server.renew_certificate(later).await.unwrap());

    // The new one begins in the future: that it is refused for this shows that it is served.
    let error = refusal(&practice.server.url(), practice.server.pin()).await;
    assert!(matches!(error, UploadError::CertificateNotYetValid), "{error}");
}

/// On every network of this machine, under these names.
fn everywhere(folder: &tempfile::TempDir, names: &[&str]) -> Options {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Options { listen: "0.0.0.0:0".parse().unwrap(), names, ..options(folder) }
}

// Only Linux answers to all of 127.0.0.0/8 without being told to.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_name_given_once_stays_in_the_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let as_named = |server: &Server| {
        let url = format!("https://127.0.0.2:{}", server.address().port());
        let server = ServerUrl::parse(&url).unwrap();
        async move { fetch_pin(&server, &quick()).await }
    };
    let server = Server::start(&everywhere(&folder, &[])).await.unwrap();
    let error = as_named(&server).await.unwrap_err();
    assert!(matches!(error, UploadError::CertificateName { .. }), "{error}");
    assert!(error.hint().unwrap().contains("--name"));
    server.stop().await.unwrap();

    for names in [&["127.0.0.2"][..], &[]] {
        let server = Server::start(&everywhere(&folder, names)).await.unwrap();
        assert_eq!(as_named(&server).await.unwrap(), server.pin());
        assert!(!server.renew_certificate(Timestamp::now()).await.unwrap());
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_name_the_root_was_not_made_for_is_refused_aloud() {
    let folder = tempfile::tempdir().unwrap();
    let start = async |names: &[&str]| Server::start(&everywhere(&folder, names)).await;
    start(&["ward.example"]).await.unwrap().stop().await.unwrap();
    start(&["ward.example", "ward.local"]).await.unwrap().stop().await.unwrap();

    let error = start(&["other.example"]).await.err().unwrap();
    assert!(matches!(error, ServerError::NameNotPermitted { .. }), "{error}");
    let error = start(&["no name"]).await.err().unwrap();
    assert!(matches!(error, ServerError::Name { .. }), "{error}");
}
