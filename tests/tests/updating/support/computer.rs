//! A computer on which the program was installed: a folder with the launcher in it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use meterport_tests::programs;
use serde_json::Value;
use tempfile::TempDir;

use super::{Release, Site};

/// A computer with the launcher.
pub struct Computer {
    folder: TempDir,
    built_in: PathBuf,
    meter: Option<Child>,
}

/// What one run gave.
#[derive(Debug)]
pub struct Run {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    fn of(output: &Output) -> Self {
        Self {
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The run went well.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.exit, 0, "{self:?}");
        self
    }

    /// The document on standard output.
    #[track_caller]
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Computer {
    /// A first installation, as an installer makes it.
    pub fn with(site: &Site, first: &Release) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        let store = folder.path().join("store");
        fs::create_dir(&home).unwrap();
        fs::create_dir(&store).unwrap();
        let launcher = programs().unwrap().bin_dir.join("meterport-launcher");
        fs::copy(launcher, store.join("meterport-launcher")).unwrap();
        let computer = Self { folder, built_in: site.built_in(), meter: None };
        let package = computer.folder.path().join("first.tar.zst");
        fs::write(&package, &first.package).unwrap();
        computer.run(&["--first", &package.display().to_string()]).ok();
        computer
    }

    /// The launcher, about to be run with these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let folder = self.folder.path();
        let mut command = Command::new(folder.join("store/meterport-launcher"));
        command.args(arguments).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("METERPORT_") || name.to_lowercase().ends_with("_proxy") {
                command.env_remove(name);
            }
        }
        command.env("HOME", folder.join("home")).env_remove("XDG_CONFIG_HOME");
        command.env_remove("XDG_DATA_HOME").env("NO_COLOR", "1").env("RUST_BACKTRACE", "0");
        command.env("METERPORT_TEST_PUBLISHER", &self.built_in);
        command.env("METERPORT_TEST_POLICY", folder.join("policy.toml"));
        command.env("METERPORT_TEST_DEVICES", folder.join("devices"));
        command
    }

    /// One run.
    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&self.command(arguments).output().unwrap())
    }

    /// The version that the next command starts.
    #[track_caller]
    pub fn version(&self) -> String {
        let document = self.run(&["version", "--json"]).ok().document();
        document["version"].as_str().unwrap().to_owned()
    }

    /// Ids, versions and verdicts of a check.
    #[track_caller]
    pub fn check(&self) -> Vec<(String, String, String)> {
        let document = self.run(&["update", "check", "--json"]).ok().document();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let items = document["items"].as_array().unwrap().iter();
        items.map(|item| (text(&item["id"]), text(&item["to"]), text(&item["verdict"]))).collect()
    }

    /// Somebody plugs Meter X in: a simulated OneTouch Ultra 2 with another USB id.
    pub fn plug_in(&mut self, records: u32) {
        let port = self.folder.path().join("meter");
        let simulator = programs().unwrap().simulators_dir.join("onetouch-ultra2");
        let mut command = Command::new(simulator);
        command.arg("--link").arg(&port).args(["--records", &records.to_string()]);
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("serving on "), "{line}");
        self.meter = Some(child);
        let attached = format!("usb-1-2:1.0 1209:000a {} Meter X\n", port.display());
        fs::write(self.folder.path().join("devices"), attached).unwrap();
    }

    /// The number of the newest generation.
    pub fn generations(&self) -> u64 {
        let folder = self.folder.path().join("store/generations");
        let numbers = fs::read_dir(folder).unwrap().filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".gen")?.parse().ok()
        });
        numbers.max().unwrap_or(0)
    }

    /// The administrator's file.
    pub fn policy(&self, text: &str) {
        fs::write(self.folder.path().join("policy.toml"), text).unwrap();
    }
}

impl Drop for Computer {
    fn drop(&mut self) {
        if let Some(meter) = &mut self.meter {
            let _ = meter.kill();
            let _ = meter.wait();
        }
    }
}
