//! The server's process is killed at the worst moments. Nothing is lost, nothing is doubled.

use std::time::Duration;

use crate::support::far_end::Relay;
use crate::support::practice::{PASSWORD, USER, client, outbox, secret};
use crate::support::server_program::{ServerProgram, run};

use super::delivery::query;

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_commit_and_tried_again_everything_is_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), ["user", "add", USER, "--password-stdin"], PASSWORD);
    let mut server = ServerProgram::start(folder.path());
    let relay = Relay::start(server.port()).await;
    let client = client(&format!("https://{}", relay.address), server.pin);
    let session = client.login(USER, secret(PASSWORD)).await.unwrap();
    let mut waiting = outbox("4711", 0..60);

    let failed = client
        .send(&session, &mut waiting, |progress| {
            if progress.sent == progress.total {
                server.kill();
            }
        })
        .await;

    assert!(failed.is_err());
    assert_eq!(waiting.len(), 60);
    let again = ServerProgram::start(folder.path());
    assert_eq!(again.pin, server.pin);
    relay.move_to(again.port());
    let receipt = client.send(&session, &mut waiting, |_| {}).await.unwrap();
    assert_eq!((receipt.new, receipt.duplicate), (60, 0));
    assert!(waiting.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_commit_and_before_the_receipt_arrived_everything_is_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), ["user", "add", USER, "--password-stdin"], PASSWORD);
    let mut server = ServerProgram::start(folder.path());
    let relay = Relay::start(server.port()).await;
    let near = client(&server.url, server.pin);
    let through = client(&format!("https://{}", relay.address), server.pin);
    let session = near.login(USER, secret(PASSWORD)).await.unwrap();
    let mut waiting = outbox("4711", 0..60);

    {
        let silence = relay.clone();
        let sending = through.send(&session, &mut waiting, move |progress| {
            if progress.sent == progress.total {
                silence.go_silent();
            }
        });
        let stored = async {
            let query = query("4711");
            while near.patient_results(&session, &query).await.unwrap().records.len() < 60 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            () = stored => {}
            _ = sending => panic!("no receipt can have come through"),
        }
    }
    server.kill();

    assert_eq!(waiting.len(), 60);
    let again = ServerProgram::start(folder.path());
    relay.move_to(again.port());
    let receipt = through.send(&session, &mut waiting, |_| {}).await.unwrap();
    assert_eq!((receipt.new, receipt.duplicate), (60, 0));
    // The program crashed as well and the meter was read again: a new upload of the same results.
    let second = through.send(&session, &mut outbox("4711", 0..60), |_| {}).await.unwrap();
    assert_eq!((second.new, second.duplicate), (0, 60));
    let stored = through.patient_results(&session, &query("4711")).await.unwrap();
    assert_eq!(stored.records.len(), 60);
}
