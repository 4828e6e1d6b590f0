//! From the meter to the server with the real programs, and what is found on both disks afterwards.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use crate::support::{Meter, PASSWORD, Run, Server, USER, run_command};

const PATIENT: &str = "patient-4711-Mustermann";

/// Runs the program with this on standard input.
fn with_input(folder: &Path, arguments: &[&str], input: &str) -> Run {
    let mut child = run_command(folder)
        .args(arguments)
        .env("TMPDIR", folder)
        .env("HOME", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    Run::of(&child.wait_with_output().unwrap())
}

fn login(folder: &Path, server: &Server) -> Run {
    let arguments = [
        "login",
        "--server",
        &server.url,
        "--user",
        USER,
        "--pin",
        &server.pin,
        "--password-stdin",
    ];
    with_input(folder, &arguments, PASSWORD)
}

fn upload(folder: &Path, meter: &Meter, patient: &str) -> Run {
    let mut arguments = vec!["upload".to_owned(), "--json".into(), "--patient".into(), "-".into()];
    arguments.extend(meter.arguments());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    with_input(folder, &arguments, patient)
}

#[test]
fn what_was_delivered_is_on_no_disk_in_the_clear() {
    let server = Server::start();
    let meter = Meter::start("onetouch-ultra2", 40, &[]);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(login(folder.path(), &server).exit, 0);

    let first = upload(folder.path(), &meter, PATIENT);
    assert_eq!(first.exit, 0, "{}", first.stderr);
    let document = first.document();
    assert_eq!(document["schema"], "meterport.upload/1");
    assert_eq!(
        (document["results"].as_u64(), document["receipt"]["new"].as_u64()),
        (Some(40), Some(40))
    );
    let again = upload(folder.path(), &meter, PATIENT).document();
    assert_eq!(again["receipt"]["new"], 0);
    assert_eq!(again["receipt"]["duplicate"], 40);

    let serial = document["meter"]["serial"].as_str().unwrap();
    let first_time = document["first"].as_str().unwrap();
    let secrets =
        [serial, PATIENT, "Mustermann", first_time, &first_time[..16], "mg/dL", "mg_dl", PASSWORD];
    nothing_of(&secrets, folder.path());
    nothing_of(&secrets, &server.data());

    let other = upload(folder.path(), &meter, "somebody-else");
    assert_eq!(other.failed_with(8), "upload.conflict");
    for words in [PATIENT, "4711", "somebody"] {
        assert!(!other.stderr.contains(words), "{}", other.stderr);
    }
}

#[test]
fn a_server_that_is_gone_costs_nothing_but_another_try() {
    let mut server = Server::start();
    let meter = Meter::start("onetouch-ultraeasy", 8, &[]);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(login(folder.path(), &server).exit, 0);
    server.kill();
    let run = upload(folder.path(), &meter, PATIENT);
    assert!(run.failed_with(8).starts_with("network."), "{}", run.stderr);
    let hint = run.error()["hint"].as_str().unwrap().to_owned();
    assert!(hint.contains("still holds the results"), "{hint}");
    nothing_of(&[PATIENT, "KPQ1234ER", PASSWORD], folder.path());
}

#[test]
fn each_way_to_go_wrong_at_the_sign_in_has_its_own_word() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let wrong_pin = format!("sha256:{}", "0".repeat(64));
    let plain = server.url.replace("https:", "http:");
    let cases: [(&[&str], &str, i32, &str); 4] = [
        (&["--server", &server.url, "--pin", &server.pin], "wrong-password-here", 8, "password"),
        (&["--server", &server.url, "--pin", &wrong_pin], PASSWORD, 8, "pin"),
        (&["--server", &plain, "--pin", &server.pin], PASSWORD, 8, "http"),
        (&["--server", &server.url], PASSWORD, 7, "pin"),
    ];
    let mut messages = Vec::new();
    for (more, input, exit, word) in cases {
        let mut arguments = vec!["login", "--user", USER, "--password-stdin"];
        arguments.extend(more);
        let run = with_input(folder.path(), &arguments, input);
        assert_eq!(run.exit, exit, "{}", run.stderr);
        assert!(run.stderr.contains(word), "{}", run.stderr);
        assert!(!run.stderr.contains(input), "{}", run.stderr);
        messages.push(run.stderr.lines().next().unwrap_or_default().to_owned());
    }
    messages.sort();
    messages.dedup();
    assert_eq!(messages.len(), 4, "{messages:?}");
    let run = upload(folder.path(), &Meter::start("onetouch-ultra2", 1, &[]), PATIENT);
    assert_eq!(run.exit, 8, "nobody is signed in: {}", run.stderr);
}

/// Looks for each text in every file, as it is and in UTF-16.
fn nothing_of(secrets: &[&str], folder: &Path) {
    let mut folders = vec![folder.to_path_buf()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let Ok(bytes) = fs::read(entry.path()) else { continue };
            files += 1;
            for secret in secrets {
                let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
                for form in [secret.as_bytes(), &wide] {
                    let found = bytes.windows(form.len()).any(|window| window == form);
                    assert!(!found, "`{secret}` is in {}", entry.path().display());
                }
            }
        }
    }
    assert!(files > 0, "there was nothing to search");
}
