//! The program `meterport-server` as an administrator meets it.

use std::net::TcpListener;
use std::process::Output;

use crate::support::practice::{PASSWORD, USER, client, secret};
use crate::support::server_program::{ServerProgram, run};

fn texts(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn refusals_have_their_exit_code_and_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();
    let add: &[&str] = &["user", "add", USER, "--password-stdin"];
    assert_eq!(run(folder.path(), ["pin"], "").status.code(), Some(2));
    let (code, _, err) = texts(&run(folder.path(), add.iter().copied(), PASSWORD));
    let expected = format!("a new server was set up in {}\n", folder.path().display());
    assert_eq!((code, err), (Some(0), expected));
    let cases: [(&[&str], &str, i32, &str); 7] = [
        (&["serve", "--name", "https://ward"], "", 2, "is no name for this server"),
        (&["serve", "--listen", &address], "", 8, "is in use by another program"),
        (add, PASSWORD, 7, "exists already"),
        (&["user", "add", "ben", "--password-stdin"], "short", 7, "too weak"),
        (&["user", "add", "ben", "--password-stdin"], "", 7, "it is empty"),
        (&["user", "add", "Dr. Who", "--password-stdin"], PASSWORD, 2, "a user's name is"),
        (&["user", "add", "ben"], "", 2, "no terminal"),
    ];
    for (arguments, input, exit, words) in cases {
        let (code, out, err) = texts(&run(folder.path(), arguments.iter().copied(), input));
        assert_eq!(code, Some(exit), "{arguments:?}: {err}");
        assert!(err.starts_with("error: ") && err.contains(words), "{err}");
        assert!(err.contains("\nhint: ") && out.is_empty(), "{err}");
        assert!(!err.contains(PASSWORD), "{err}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let (code, _, err) = texts(&run(&file, ["serve", "--listen", "127.0.0.1:0"], ""));
    assert_eq!(code, Some(5), "{err}");
    assert!(err.contains("a-file") && err.contains("--data-dir"), "{err}");
}

#[test]
fn every_command_helps_with_two_examples() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [&[&str]; 6] =
        [&[], &["serve"], &["user"], &["user", "add"], &["pin"], &["version"]];
    for command in commands {
        let (_, out, _) = texts(&run(folder.path(), command.iter().copied().chain(["--help"]), ""));
        let examples = out.split("Examples:").nth(1).unwrap_or_default();
        assert_eq!(examples.matches("meterport-server ").count(), 2, "{command:?}: {out}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_account_added_while_it_runs_signs_in_and_the_server_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let server = ServerProgram::start(folder.path());
    let added = run(folder.path(), ["user", "add", USER, "--password-stdin"], PASSWORD);
    assert_eq!(texts(&added), (Some(0), format!("user `{USER}` added\n"), String::new()));
    let printed = run(folder.path(), ["pin"], "");
    assert_eq!(texts(&printed).1, format!("{}\n", server.pin));

    let client = client(&server.url, server.pin);
    client.login(USER, secret(PASSWORD)).await.unwrap();

    assert_eq!(server.terminate(), Some(0));
}
