//! The real server as its own program, with one account.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use meterport_tests::programs;
use tempfile::TempDir;

pub const USER: &str = "nurse.anna";
pub const PASSWORD: &str = "correct-horse-battery-staple";

/// A running server. It ends with the test.
pub struct Server {
    child: Child,
    pub url: String,
    pub pin: String,
    folder: TempDir,
}

impl Server {
    pub fn start() -> Self {
        let program = &programs().unwrap().server;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data").display().to_string();
        let mut add = Command::new(program)
            .args(["user", "add", USER, "--password-stdin", "--data-dir", &data])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        add.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        assert!(add.wait().unwrap().success());
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir", &data])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut word =
            |before: &str| lines.next().unwrap().unwrap().strip_prefix(before).unwrap().to_owned();
        let (url, pin) = (word("listening on "), word("pin "));
        Self { child, url, pin, folder }
    }

    /// Everything the server keeps.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
