//! The driver that misbehaves, installed in a folder of its own.

use std::fs;
use std::path::Path;

use meterport_tests::hostile_driver;
use tempfile::TempDir;

use super::{Run, meterport_in, path};

pub struct Hostile(TempDir);

impl Hostile {
    pub fn installed() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = path(hostile_driver().unwrap());
        let install =
            meterport_in(folder.path(), ["plugin", "install", &file, "--unsigned", "--yes"]);
        assert_eq!(install.exit, 0, "{}", install.stderr);
        Self(folder)
    }

    /// Reads a recording over this transport with these lines.
    pub fn replay(&self, transport: &str, lines: &str) -> Run {
        self.replay_as("hostile", transport, lines)
    }

    /// The same with another driver.
    pub fn replay_as(&self, driver: &str, transport: &str, lines: &str) -> Run {
        let recording = self.0.path().join("hostile.rec");
        let header = "# meterport-recording 1\n# source: written for this test\n# transport: ";
        fs::write(&recording, format!("{header}{transport}\n{lines}")).unwrap();
        self.read(driver, ["--replay", &path(&recording)])
    }

    /// Reads a folder as a volume.
    pub fn read_volume(&self, folder: &Path) -> Run {
        self.read_volume_as("hostile", folder)
    }

    /// The same with another driver.
    pub fn read_volume_as(&self, driver: &str, folder: &Path) -> Run {
        self.read(driver, ["--volume", &path(folder)])
    }

    /// What came before a failure is asked for, so that a test sees how it is labelled.
    fn read(&self, driver: &str, device: [&str; 2]) -> Run {
        let [option, value] = device;
        let how = ["--driver", driver, "--format", "json", "--keep-partial"];
        meterport_in(self.0.path(), ["read", option, value].into_iter().chain(how))
    }
}

impl Run {
    /// The host ended or refused the driver, and nothing is labelled complete.
    pub fn ended_the_driver(&self, code: &str, what: &str) {
        assert_eq!(self.exit, 7, "{what}: {}", self.stderr);
        assert_eq!(self.error()["code"], code, "{what}");
        assert_eq!(self.error()["driver"], "hostile", "{what}");
        if !self.stdout.is_empty() {
            assert_eq!(self.document()["complete"], false, "{what}");
        }
    }

    /// The driver did what is allowed and gave its three results.
    pub fn is_complete(&self, what: &str) {
        assert_eq!(self.exit, 0, "{what}: {}", self.stderr);
        assert_eq!(self.document()["complete"], true, "{what}");
        assert_eq!(self.document()["results"].as_array().map(Vec::len), Some(3), "{what}");
    }
}

/// Bytes as a recording has them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X} ")).collect()
}
