//! The launcher as a program, with shell scripts in the place of the program it starts.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // in tests, functions beside them too

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A folder with a launcher.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let launcher = folder.path().join("launcher");
        fs::copy(env!("CARGO_BIN_EXE_meterport-launcher"), &launcher).unwrap();
        Self(folder)
    }

    /// One in which this script is installed as the program.
    fn with(script: &str) -> Self {
        let place = Self::new();
        let output = place.first(&package("1.0.0", script));
        assert!(output.status.success(), "{}", stderr(&output));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(name)
    }

    fn first(&self, package: &[u8]) -> Output {
        let path = self.path("package.tar.zst");
        fs::write(&path, package).unwrap();
        self.launcher().arg("--first").arg(path).output_when_free()
    }

    fn launcher(&self) -> Command {
        let mut command = Command::new(self.path("launcher"));
        command.env("METERPORT_TRIAL", "999").env_remove("METERPORT_STORE");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.launcher().args(arguments).output_when_free()
    }

    /// The folder of the only version.
    fn version(&self) -> PathBuf {
        fs::read_dir(self.path("versions")).unwrap().next().unwrap().unwrap().path()
    }
}

/// A file that was just written cannot be run as long as a process that another thread forked
/// meanwhile has it open.
trait WhenFree {
    fn spawn_when_free(&mut self) -> Child;
    fn output_when_free(&mut self) -> Output;
}

impl WhenFree for Command {
    fn spawn_when_free(&mut self) -> Child {
        loop {
            match self.spawn() {
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => thread::yield_now(),
                other => return other.unwrap(),
            }
        }
    }

    fn output_when_free(&mut self) -> Output {
        self.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.spawn_when_free().wait_with_output().unwrap()
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn here() -> String {
    let machine = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{}-{machine}", std::env::consts::OS)
}

fn package(version: &str, script: &str) -> Vec<u8> {
    let toml = format!(
        "id = \"app\"\nversion = \"{version}\"\nos = \"{}\"\ncontracts = [\"0.1.4\"]\n",
        here()
    );
    let script = format!("#!/bin/sh\n{script}\n");
    let mut archive = tar::Builder::new(Vec::new());
    for (name, mode, content) in [("app.toml", 0o644, &toml), ("meterport", 0o755, &script)] {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(mode);
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, name, content.as_bytes()).unwrap();
    }
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.write_all(&archive.into_inner().unwrap()).unwrap();
    encoder.finish().unwrap()
}

/// What the script says of its start.
const SAY: &str = r#"echo "$METERPORT_STORE ${METERPORT_TRIAL-none}: $*""#;

/// Leaves the mark that a program leaves at an end of its own making.
const CLEAN: &str = r#": > "$(dirname "$0")/.clean-$METERPORT_TRIAL""#;

#[test]
fn a_folder_others_can_write_to_starts_nothing() {
    let place = Place::with(SAY);
    for name in ["", "versions", "generations", "launcher"] {
        let before = fs::metadata(place.path(name)).unwrap().permissions();
        fs::set_permissions(place.path(name), fs::Permissions::from_mode(0o777)).unwrap();
        let output = place.run(&["version"]);
        assert_eq!(output.status.code(), Some(7), "{name}");
        assert_eq!(stdout(&output), "");
        assert!(stderr(&output).contains("nothing was started"), "{}", stderr(&output));
        assert!(stderr(&output).contains("hint: "), "{}", stderr(&output));
        fs::set_permissions(place.path(name), before).unwrap();
    }
    let program = place.version().join("meterport");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o722)).unwrap();
    assert_eq!(place.run(&["version"]).status.code(), Some(7));
}

#[test]
fn an_empty_folder_starts_nothing() {
    let output = Place::new().run(&[]);
    assert_eq!(output.status.code(), Some(5));
    assert!(stderr(&output).contains("no whole version of the program"), "{}", stderr(&output));
}

#[test]
fn a_first_installation_takes_a_right_package_once() {
    let place = Place::new();
    assert_eq!(place.run(&["--first"]).status.code(), Some(2));
    assert_eq!(place.run(&["--first", "a", "b"]).status.code(), Some(2));
    assert_eq!(place.run(&["--first", "nowhere"]).status.code(), Some(5));
    assert_eq!(place.first(b"no package").status.code(), Some(7));
    assert!(!place.path("generations").exists());

    assert!(place.first(&package("1.0.0", SAY)).status.success());
    let output = place.first(&package("2.0.0", SAY));
    assert_eq!(output.status.code(), Some(7));
    assert!(stderr(&output).contains("installed here already"), "{}", stderr(&output));
}

#[test]
fn a_command_gets_its_arguments_and_gives_its_exit_code() {
    let place = Place::with(&format!("{SAY}; cat; exit 4"));
    let mut child = place
        .launcher()
        .args(["read", "--output", "a b", ""])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn_when_free();
    child.stdin.take().unwrap().write_all(b"typed").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let store = place.path("").canonicalize().unwrap();
    let expected = format!("{} none: read --output a b \ntyped", store.display());
    assert_eq!(stdout(&output), expected);
}

#[test]
fn a_program_that_dies_of_a_signal_is_told_as_shells_do() {
    let place = Place::with("kill -9 $$");
    assert_eq!(place.run(&["read"]).status.code(), Some(137));
}

#[test]
fn a_window_is_a_trial_and_a_command_is_none() {
    let place = Place::with(&format!("{SAY}; {CLEAN}"));
    for (arguments, said) in [
        (&[][..], "1: desk\n"),
        (&["desk", "--data-dir", "x"], "2: desk --data-dir x\n"),
        (&["devices"], "none: devices\n"),
    ] {
        let output = place.run(arguments);
        assert!(stdout(&output).ends_with(said), "{}{}", stdout(&output), stderr(&output));
    }
    assert!(place.version().join(".trial-2").exists());
    assert!(!place.version().join(".trial-3").exists());
}

#[test]
fn a_window_that_asks_for_it_is_started_again() {
    let again = r#"test "$METERPORT_TRIAL" = 3 || exit 75"#;
    let place = Place::with(&format!("{SAY}; {CLEAN}; {again}; exit 9"));
    let output = place.run(&[]);
    assert_eq!(output.status.code(), Some(9));
    assert_eq!(stdout(&output).lines().count(), 3);

    let place = Place::with(&format!("{SAY}; exit 75"));
    assert_eq!(place.run(&["read"]).status.code(), Some(75), "a command only says so");
}

#[test]
fn a_window_that_only_ever_asks_to_be_started_again_ends() {
    let place = Place::with(&format!("{CLEAN}; echo; exit 75"));
    let output = place.run(&[]);
    assert_eq!(output.status.code(), Some(10));
    assert_eq!(stdout(&output).len(), 6);
}

#[test]
fn a_program_that_cannot_be_run_at_all_is_an_error() {
    let place = Place::with("");
    let program = place.version().join("meterport");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o600)).unwrap();
    let output = place.run(&["read"]);
    assert_eq!(output.status.code(), Some(5), "{}", stderr(&output));
    let output = place.run(&[]);
    assert_eq!(output.status.code(), Some(5), "{}", stderr(&output));
    assert!(stderr(&output).contains("failed twice, and no good one is kept"));
}

#[test]
fn a_damaged_program_is_not_started_by_a_window() {
    let place = Place::with(SAY);
    let program = place.version().join("meterport");
    let script = fs::read_to_string(&program).unwrap().replace("echo", "ECHO");
    fs::write(&program, script).unwrap();
    let output = place.run(&[]);
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(stdout(&output), "");
}

#[test]
fn a_request_to_end_reaches_the_program_and_ctrl_c_does_not_end_the_launcher() {
    let place =
        Place::with("trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
    let mut child = place.launcher().arg("desk").stdout(Stdio::piped()).spawn_when_free();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let launcher = Pid::from_child(&child);
    for signal in [Signal::INT, Signal::HUP, Signal::TERM] {
        kill_process(launcher, signal).unwrap();
    }
    assert_eq!(lines.next().unwrap().unwrap(), "asked");
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn a_program_that_was_asked_too_is_not_asked_twice() {
    let place = Place::with(
        "trap 'echo asked' TERM; echo $$; while :; do sleep 0.05; test -e stop && exit 0; done",
    );
    let mut command = place.launcher();
    command.arg("desk").stdout(Stdio::piped()).current_dir(place.path(""));
    let mut child = command.spawn_when_free();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let program: i32 = lines.next().unwrap().unwrap().parse().unwrap();
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    kill_process(Pid::from_raw(program).unwrap(), Signal::TERM).unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "asked");
    fs::write(place.path("stop"), b"").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(lines.next().is_none(), "asked once");
}

#[test]
fn the_store_is_where_the_launcher_is_and_not_where_a_link_to_it_is() {
    let place = Place::with(SAY);
    let elsewhere = TempDir::new().unwrap();
    let link = elsewhere.path().join("meterport");
    std::os::unix::fs::symlink(place.path("launcher"), &link).unwrap();
    let output = Command::new(&link).arg("version").output_when_free();
    let store = Path::new(stdout(&output).split(' ').next().unwrap()).to_owned();
    assert_eq!(store, place.path("").canonicalize().unwrap());
}
