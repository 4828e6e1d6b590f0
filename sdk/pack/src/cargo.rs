//! Cargo as a child program: what a crate is, and what building it made.
//!
//! No path is guessed: cargo says where its files are, whatever profile, target folder or
//! configuration it was given.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::error::PackError;
use crate::profile;

/// Cargo, to be run in `folder` as if from a fresh shell.
///
/// What a surrounding `cargo run` or `cargo test` says about *its* package is taken away, else
/// build scripts that look at it would run again. `target_folder` absent means cargo's own choice.
pub fn cargo_command(folder: &Path, target_folder: Option<&Path>) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if is_about_one_package(&name) {
            command.env_remove(name);
        }
    }
    // A relative folder counts from where this program stands, not from `folder`.
    let from_environment = || std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    if let Some(target_folder) = target_folder.map(Path::to_path_buf).or_else(from_environment)
        && let Ok(target_folder) = std::path::absolute(target_folder)
    {
        command.env("CARGO_TARGET_DIR", target_folder);
    }
    command
}

fn is_about_one_package(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let names = ["CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "CARGO_TARGET_TMPDIR", "OUT_DIR"];
    let prefixes = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
    names.contains(&name) || prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// One crate, as cargo describes it.
pub(crate) struct Package {
    pub manifest_path: PathBuf,
    pub target_folder: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct MetadataPackage {
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    crate_types: Vec<String>,
    src_path: PathBuf,
}

impl Package {
    /// The crate in `folder`.
    pub(crate) fn find(folder: &Path, target_folder: Option<&Path>) -> Result<Self, PackError> {
        let no_driver =
            || PackError::NoDriver { folder: folder.to_path_buf(), missing: "Cargo.toml" };
        let wanted = folder.join("Cargo.toml").canonicalize().map_err(|_| no_driver())?;
        let mut command = cargo_command(folder, target_folder);
        command.args(["metadata", "--no-deps", "--format-version", "1"]);
        let answer = output(&mut command)?;
        let metadata: Metadata =
            serde_json::from_slice(&answer).map_err(|source| PackError::CargoAnswer { source })?;
        let package = metadata
            .packages
            .into_iter()
            .find(|package| is_same(&package.manifest_path, &wanted))
            .ok_or_else(no_driver)?;
        Ok(Self {
            manifest_path: wanted,
            target_folder: metadata.target_directory,
            targets: package.targets,
        })
    }

    pub(crate) fn is_cdylib(&self) -> bool {
        self.targets.iter().any(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))
    }

    /// The name of the example whose source is at `source`.
    pub(crate) fn example(&self, source: &Path) -> Option<&str> {
        let source = source.canonicalize().ok()?;
        let is_wanted = |target: &&Target| {
            target.kind.iter().any(|kind| kind == "example") && is_same(&target.src_path, &source)
        };
        self.targets.iter().find(is_wanted).map(|target| target.name.as_str())
    }
}

/// Builds the crate in `folder` for the sandbox; returns the path of the core module.
///
/// With `quiet`, what cargo says goes into the error, else to stderr.
pub(crate) fn build(
    folder: &Path,
    package: &Package,
    target_folder: Option<&Path>,
    quiet: bool,
) -> Result<PathBuf, PackError> {
    if !has_wasm_target(folder) {
        return Err(PackError::TargetMissing);
    }
    let mut command = cargo_command(folder, target_folder);
    command.args(["build", "--lib", "--target", profile::TARGET, "--profile", profile::NAME]);
    command.args(profile::arguments()).arg("--message-format=json-render-diagnostics");
    if !quiet {
        command.stderr(Stdio::inherit());
    }
    artifact(&output(&mut command)?, &package.manifest_path)
}

fn output(command: &mut Command) -> Result<Vec<u8>, PackError> {
    let output = command.output().map_err(|source| start_error(command, source))?;
    if !output.status.success() {
        let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(PackError::Cargo { output });
    }
    Ok(output.stdout)
}

pub(crate) fn start_error(command: &Command, source: io::Error) -> PackError {
    PackError::Start { program: command.get_program().to_string_lossy().into_owned(), source }
}

/// False only if the compiler is there and its libraries for `wasm32-unknown-unknown` are not.
///
/// `folder` matters where a file in it chooses the compiler.
pub fn has_wasm_target(folder: &Path) -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.current_dir(folder).args(["--print", "target-libdir", "--target", profile::TARGET]);
    let Ok(answer) = command.output() else { return true };
    let library = String::from_utf8_lossy(&answer.stdout);
    !answer.status.success() || Path::new(library.trim()).is_dir()
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    manifest_path: Option<PathBuf>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

/// The `.wasm` file among cargo's messages, one JSON object a line.
fn artifact(messages: &[u8], manifest_path: &Path) -> Result<PathBuf, PackError> {
    let mut found = None;
    for line in messages.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{")) {
        let message: Message =
            serde_json::from_slice(line).map_err(|source| PackError::CargoAnswer { source })?;
        let is_ours = message.reason == "compiler-artifact"
            && message.manifest_path.is_some_and(|path| is_same(&path, manifest_path));
        if is_ours {
            let is_wasm = |file: &PathBuf| file.extension().is_some_and(|kind| kind == "wasm");
            found = message.filenames.into_iter().find(is_wasm).or(found);
        }
    }
    found.ok_or(PackError::NoArtifact)
}

fn is_same(path: &Path, canonical: &Path) -> bool {
    path.canonicalize().is_ok_and(|path| path == canonical)
}
