//! What cargo builds, by name. Cargo says where it is; no path is guessed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use meterport_pack::{cargo_command, has_wasm_target};
use serde::Deserialize;

use super::{AssembleError, place};

/// Programs and examples of the workspace.
pub(super) struct Products(Vec<Artifact>);

#[derive(Deserialize)]
struct Message {
    reason: String,
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

struct Artifact {
    target: Target,
    executable: PathBuf,
}

impl Products {
    /// Builds every program and example of the workspace.
    pub fn build(target_folder: &Path, quiet: bool) -> Result<Self, AssembleError> {
        let mut command = cargo_command(&place::workspace(), Some(target_folder));
        command.args(["build", "--workspace", "--bins", "--examples"]);
        command.arg("--message-format=json-render-diagnostics");
        if !quiet {
            command.stderr(Stdio::inherit());
        }
        let output = command.output().map_err(|source| start_error(&command, source))?;
        if !output.status.success() {
            let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(AssembleError::Cargo { output });
        }
        let mut artifacts = Vec::new();
        let lines = output.stdout.split(|byte| *byte == b'\n');
        for line in lines.filter(|line| line.starts_with(b"{")) {
            let message: Message = serde_json::from_slice(line)
                .map_err(|source| AssembleError::CargoAnswer { source })?;
            if message.reason == "compiler-artifact"
                && let (Some(target), Some(executable)) = (message.target, message.executable)
            {
                artifacts.push(Artifact { target, executable });
            }
        }
        Ok(Self(artifacts))
    }

    pub fn program(&self, name: &str) -> Result<&Path, AssembleError> {
        self.find("bin", name)
            .ok_or_else(|| AssembleError::NotBuilt { kind: "program", name: name.to_owned() })
    }

    pub fn example(&self, name: &str) -> Result<&Path, AssembleError> {
        self.find("example", name)
            .ok_or_else(|| AssembleError::NotBuilt { kind: "example", name: name.to_owned() })
    }

    fn find(&self, kind: &str, name: &str) -> Option<&Path> {
        let is_wanted = |artifact: &&Artifact| {
            artifact.target.name == name && artifact.target.kind.iter().any(|one| one == kind)
        };
        self.0.iter().find(is_wanted).map(|artifact| artifact.executable.as_path())
    }
}

/// Adds the target that drivers are built for, where it is missing.
pub(super) fn ensure_wasm_target(say: &mut dyn FnMut(&str)) -> Result<(), AssembleError> {
    let workspace = place::workspace();
    if has_wasm_target(&workspace) {
        return Ok(());
    }
    say("the compiler's target wasm32-unknown-unknown, with rustup");
    let mut command = Command::new("rustup");
    command.args(["target", "add", "wasm32-unknown-unknown"]);
    let output = command.current_dir(&workspace).stdin(Stdio::null()).output();
    let output = match output {
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => format!("rustup does not start: {error}"),
    };
    if has_wasm_target(&workspace) { Ok(()) } else { Err(AssembleError::WasmTarget { output }) }
}

fn start_error(command: &Command, source: std::io::Error) -> AssembleError {
    AssembleError::Start { program: command.get_program().to_string_lossy().into_owned(), source }
}
