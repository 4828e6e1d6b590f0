//! `keygen` and `verify`, and the keys of all other commands.

use std::fs;
use std::path::{Path, PathBuf};

use meterport_appcast::{PublicKey, Signature};

use super::Outcome;
use super::arguments::{Keygen, Keys, MaybeKeys, Verify};
use super::say::Answer;
use crate::key::{KeyError, Passwords, SecretKey, generate};
use crate::package::minisig_path;
use crate::publish_error::PublishError;
use crate::text::printable;
use crate::whole_file;

pub(in crate::cli) fn run_keygen(asked: Keygen) -> Outcome {
    let secret_path = with_extension(&asked.path, "key");
    let public_path = with_extension(&asked.path, "pub");
    // Looked at before a password is typed; the writing below looks again.
    for path in [&secret_path, &public_path] {
        if path.exists() && !asked.force {
            return Err(PublishError::Exists { path: path.clone() }.into());
        }
    }
    let passwords = if asked.password_stdin { Passwords::Stdin } else { Passwords::Prompt };
    let refused = |source| PublishError::Key { path: secret_path.clone(), source };
    let password = match asked.no_password {
        true => None,
        false => Some(passwords.of_new_key(&secret_path.display().to_string()).map_err(refused)?),
    };
    let key = generate(password).map_err(refused)?;
    let write = |path: &Path, text: &str, is_secret: bool| {
        whole_file::place(path, text.as_bytes(), is_secret, asked.force)
            .map_err(|source| PublishError::placing(path, source))
    };
    write(&secret_path, &key.secret_file, true)?;
    write(&public_path, &key.public_file, false)?;
    let document = serde_json::json!({
        "schema": "meterport.key/1",
        "secret": secret_path,
        "public": public_path,
        "key": key.public.to_string(),
        "id": id(&key.public),
    });
    let lines = vec![
        format!("{}: secret, keep it and a copy of it", secret_path.display()),
        format!("{}: {} {}", public_path.display(), id(&key.public), key.public),
    ];
    Answer { lines, document }.say(asked.form.json)
}

pub(in crate::cli) fn run_verify(asked: Verify) -> Outcome {
    let key = public_key(&asked.public_key)?;
    let signature_path = asked.signature.unwrap_or_else(|| minisig_path(&asked.file));
    let blocks = Signature::file(&read_bytes(&signature_path)?)
        .map_err(|source| PublishError::Minisig { path: signature_path, source })?;
    let signed = read_bytes(&asked.file)?;
    let text = blocks.iter().find_map(|block| block.text(&key, &signed));
    let text = text.ok_or_else(|| PublishError::NotSigned { path: asked.file.clone() })?;
    let document = serde_json::json!({
        "schema": "meterport.verify/1",
        "id": id(&key),
        "comment": text,
    });
    let lines = vec![format!("signed by {}: {}", id(&key), printable(&text))];
    Answer { lines, document }.say(asked.form.json)
}

/// Opens secret keys, in their order.
pub(super) fn secret_keys(keys: &Keys) -> Result<Vec<SecretKey>, PublishError> {
    opened(&keys.keys, keys.password_stdin)
}

/// The same where there may be none.
pub(super) fn maybe_secret_keys(keys: &MaybeKeys) -> Result<Vec<SecretKey>, PublishError> {
    opened(&keys.keys, keys.password_stdin)
}

fn opened(paths: &[PathBuf], from_stdin: bool) -> Result<Vec<SecretKey>, PublishError> {
    let passwords = if from_stdin { Passwords::Stdin } else { Passwords::Prompt };
    let open = |path: &PathBuf| {
        let refused = |source| PublishError::Key { path: path.clone(), source };
        let text =
            String::from_utf8(read_bytes(path)?).map_err(|_| refused(KeyError::NotSecret))?;
        SecretKey::open(&text, || passwords.of_key(&path.display().to_string())).map_err(refused)
    };
    paths.iter().map(open).collect()
}

/// A public key: its base64 text, or its file.
pub(super) fn public_key(text: &str) -> Result<PublicKey, PublishError> {
    if let Ok(key) = PublicKey::parse(text) {
        return Ok(key);
    }
    let path = PathBuf::from(text);
    let refused =
        |source| PublishError::Key { path: path.clone(), source: KeyError::Public(source) };
    let content = String::from_utf8(read_bytes(&path)?)
        .map_err(|_| refused(meterport_appcast::KeyError::File))?;
    PublicKey::from_file(&content).map_err(refused)
}

/// A file that was named.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, PublishError> {
    fs::read(path).map_err(|source| PublishError::Read { path: path.to_path_buf(), source })
}

/// The label as minisign shows it.
fn id(key: &PublicKey) -> String {
    format!("{:016X}", key.id())
}

/// `PATH.key`, also where the path has a dot.
fn with_extension(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}
