//! Folders and files: where the workspace, its plugins and cargo's files are.

use std::fs;
use std::path::{Path, PathBuf};

use meterport_pack::cargo_command;
use serde::Deserialize;

use super::AssembleError;

/// One folder under `plugins/`; its name is the driver's id.
pub(super) struct Plugin {
    pub id: String,
    pub folder: PathBuf,
}

/// The root of this checkout.
pub(super) fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// Every plugin, by name.
pub(super) fn plugins() -> Result<Vec<Plugin>, AssembleError> {
    let folder = workspace().join("plugins");
    let file_error = |source| AssembleError::File { path: folder.clone(), source };
    let mut plugins = Vec::new();
    for entry in fs::read_dir(&folder).map_err(file_error)? {
        let entry = entry.map_err(file_error)?;
        let folder = entry.path();
        if folder.join("Cargo.toml").is_file() {
            let id = entry.file_name().to_string_lossy().into_owned();
            plugins.push(Plugin { id, folder });
        }
    }
    plugins.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(plugins)
}

/// Cargo's target folder: the one this program was built in, else the one that cargo would choose.
///
/// # Errors
///
/// When cargo cannot be asked.
pub fn target_folder() -> Result<PathBuf, AssembleError> {
    let own = std::env::current_exe().ok().and_then(|program| {
        // Cargo keeps this file at the top of every target folder.
        program
            .ancestors()
            .find(|folder| folder.join(".rustc_info.json").is_file())
            .map(Path::to_path_buf)
    });
    own.map_or_else(configured_target_folder, Ok)
}

fn configured_target_folder() -> Result<PathBuf, AssembleError> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    let mut command = cargo_command(&workspace(), None);
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    let output = command
        .output()
        .map_err(|source| AssembleError::Start { program: "cargo".to_owned(), source })?;
    if !output.status.success() {
        let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(AssembleError::Cargo { output });
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)
        .map_err(|source| AssembleError::CargoAnswer { source })?;
    Ok(metadata.target_directory)
}

/// The file name of a program.
pub(super) fn program(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// Copies a program, unless the same bytes are there. A running copy goes on undisturbed.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), AssembleError> {
    let file_error = |source| AssembleError::File { path: to.to_path_buf(), source };
    let program = fs::read(from)
        .map_err(|source| AssembleError::File { path: from.to_path_buf(), source })?;
    if fs::read(to).is_ok_and(|present| present == program) {
        return Ok(());
    }
    let folder = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(file_error)?;
    let temporary = to.with_extension(format!("{}.new", std::process::id()));
    let copied = fs::copy(from, &temporary).and_then(|_| fs::rename(&temporary, to));
    if copied.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    copied.map_err(file_error)
}

/// Removes every file that is not named: those of plugins that are gone.
pub(super) fn keep_only(folder: &Path, names: &[String]) -> Result<(), AssembleError> {
    let file_error = |source| AssembleError::File { path: folder.to_path_buf(), source };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(file_error)?,
    };
    for entry in entries {
        let entry = entry.map_err(file_error)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !names.contains(&name) {
            fs::remove_file(entry.path()).map_err(file_error)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_a_plugin_that_is_gone_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["here.wasm", "gone.wasm"] {
            fs::write(folder.path().join(name), name).unwrap();
        }

        keep_only(folder.path(), &["here.wasm".to_owned()]).unwrap();
        keep_only(&folder.path().join("no-such-folder"), &[]).unwrap();

        assert!(folder.path().join("here.wasm").exists());
        assert!(!folder.path().join("gone.wasm").exists());
    }

    #[test]
    fn a_copy_replaces_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("in/acme.meter"));
        for content in ["old", "new"] {
            fs::write(&from, content).unwrap();
            copy(&from, &to).unwrap();
        }

        assert_eq!(fs::read_to_string(&to).unwrap(), "new");
        assert_eq!(fs::read_dir(to.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn the_target_folder_is_the_one_of_this_test() {
        let program = std::env::current_exe().unwrap();

        assert!(program.starts_with(target_folder().unwrap()));
    }
}
