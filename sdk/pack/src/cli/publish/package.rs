//! `package sign` and `package app`.

use std::path::Path;

use super::Outcome;
use super::arguments::PackageTask;
use super::keys::secret_keys;
use super::say::Answer;
use crate::feed::{read_minisig, read_package};
use crate::key::SecretKey;
use crate::package::{Package, minisig_path, pack_app, sign_package};
use crate::publish_error::PublishError;
use crate::whole_file;

pub(in crate::cli) fn run_package(task: PackageTask) -> Outcome {
    let as_json = task.wants_json();
    let answer = match task {
        PackageTask::Sign { files, keys, .. } => {
            let keys = secret_keys(&keys)?;
            let mut lines = Vec::new();
            let mut packages = Vec::new();
            for file in &files {
                let (package, signatures) = sign(file, &keys)?;
                let path = minisig_path(file);
                lines.push(format!(
                    "{}: {signatures} signatures of {} {} {}",
                    path.display(),
                    package.id,
                    package.version,
                    package.os
                ));
                packages.push(serde_json::json!({
                    "path": path,
                    "id": package.id.to_string(),
                    "version": package.version.to_string(),
                    "os": package.os.to_string(),
                    "signatures": signatures,
                }));
            }
            let document =
                serde_json::json!({"schema": "meterport.signatures/1", "packages": packages});
            Answer { lines, document }
        }
        PackageTask::App { folder, output, force, .. } => {
            let bytes = pack_app(&folder)?;
            let package = Package::look(&bytes)
                .map_err(|source| PublishError::Package { path: folder, source })?;
            whole_file::place(&output, &bytes, false, force)
                .map_err(|source| PublishError::placing(&output, source))?;
            let document = serde_json::json!({
                "schema": "meterport.package/1",
                "path": output,
                "id": package.id.to_string(),
                "version": package.version.to_string(),
                "os": package.os.to_string(),
                "length": package.length,
                "sha256": package.sha256.to_string(),
            });
            let line = format!(
                "{}: app {} for {}, {} bytes, sha256 {}",
                output.display(),
                package.version,
                package.os,
                package.length,
                package.sha256
            );
            Answer { lines: vec![line], document }
        }
    };
    answer.say(as_json)
}

/// Signs one package, and says what it is and how many signatures it has now.
fn sign(file: &Path, keys: &[SecretKey]) -> Result<(Package, usize), PublishError> {
    let bytes = read_package(file)?;
    let package = Package::look(&bytes)
        .map_err(|source| PublishError::Package { path: file.to_path_buf(), source })?;
    let path = minisig_path(file);
    let signatures = sign_package(&bytes, &package, &read_minisig(&path)?, keys)
        .map_err(|source| PublishError::Key { path: file.to_path_buf(), source })?;
    let text: String = signatures.iter().map(ToString::to_string).collect();
    whole_file::write(&path, text.as_bytes())
        .map_err(|source| PublishError::Write { path, source })?;
    Ok((package, signatures.len()))
}
