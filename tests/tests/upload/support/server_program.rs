//! The program `meterport-server` as a child process, which can really be killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use meterport_model::wire::Pin;
use meterport_tests::programs;

/// A server in a process of its own; killed when dropped.
pub struct ServerProgram {
    child: Child,
    /// Where it listens.
    pub url: String,
    /// Its pin.
    pub pin: Pin,
}

impl ServerProgram {
    /// Starts one on a free port and waits until it says that it is ready.
    pub fn start(data_dir: &Path) -> Self {
        let mut child = command(data_dir, ["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut after = |word: &str| {
            let line = lines.next().expect("a line").expect("text");
            line.strip_prefix(word).map(str::to_owned).expect("the line that is promised")
        };
        let url = after("listening on ");
        let pin = after("pin ").parse().expect("a pin");
        Self { child, url, pin }
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, as a power cut would (SIGKILL).
    pub fn kill(&mut self) {
        self.child.kill().expect("a process of ours");
        self.child.wait().expect("its end");
    }

    /// Asks it to stop (SIGTERM) and waits for its exit code.
    pub fn terminate(mut self) -> Option<i32> {
        let id = self.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().expect("kill");
        assert!(asked.success());
        self.child.wait().expect("its end").code()
    }
}

impl Drop for ServerProgram {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _reaped_already = self.child.wait();
    }
}

/// Runs the program to its end with this on standard input.
pub fn run<'a>(
    data_dir: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
    input: &str,
) -> Output {
    let mut child = command(data_dir, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let written = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    drop(written); // a program that ends before it reads is no fault of the test
    child.wait_with_output().expect("its end")
}

fn command<'a>(data_dir: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(&programs().expect("the programs build").server);
    command.args(arguments).arg("--data-dir").arg(data_dir);
    command
}
