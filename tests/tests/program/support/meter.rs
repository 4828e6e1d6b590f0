//! A simulated meter on a pseudo-terminal, as its own program.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use meterport_tests::programs;
use tempfile::TempDir;

/// A running meter. It ends with the test.
pub struct Meter {
    child: Child,
    pub port: PathBuf,
    pub driver: &'static str,
    _folder: TempDir,
}

impl Meter {
    /// Starts a meter with this many results.
    pub fn start(driver: &'static str, records: u32, knobs: &[&str]) -> Self {
        let programs = programs().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let port = folder.path().join("meter");
        let mut command = Command::new(programs.simulators_dir.join(driver));
        command.arg("--link").arg(&port).args(["--records", &records.to_string()]);
        for knob in knobs {
            command.args(["--knob", knob]);
        }
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("serving on "), "the simulator says `{line}`");
        Self { child, port, driver, _folder: folder }
    }

    /// The arguments that choose this meter and its driver.
    pub fn arguments(&self) -> Vec<String> {
        self.arguments_for(self.driver)
    }

    /// The arguments that choose this meter and some driver.
    pub fn arguments_for(&self, driver: &str) -> Vec<String> {
        let port = self.port.display().to_string();
        ["--port", &port, "--driver", driver].map(str::to_owned).to_vec()
    }

    /// Whether the simulator has met a command that a reading must never send.
    pub fn is_content(&mut self) -> bool {
        // It ends by itself only then, or when its cable is pulled.
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
