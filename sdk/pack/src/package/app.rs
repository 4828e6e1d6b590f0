//! From a folder to the package of a program.

use std::fs;
use std::io;
use std::path::Path;

use meterport_appcast::AppManifest;

use super::archive::{self, Entry};
use super::name;
use super::{Package, PackageFault};
use crate::publish_error::PublishError;

/// Packs a folder that holds `app.toml`, the program and `drivers/` as `.tar.zst`. The same files
/// give the same bytes, on every machine: names in order, no times, no owners.
///
/// # Errors
///
/// A folder that a client would not take as a package: nothing is packed.
pub fn pack_app(folder: &Path) -> Result<Vec<u8>, PublishError> {
    let read = |source| PublishError::Read { path: folder.to_path_buf(), source };
    let mut names = Vec::new();
    collect(folder, "", &mut names)?;
    names.sort();
    let Some(place) = names.iter().position(|name| name == FIRST) else {
        return Err(refused(folder, PackageFault::NotFirst));
    };
    let first = names.remove(place);
    let text = fs::read(folder.join(&first)).map_err(read)?;
    AppManifest::parse(&text).map_err(|error| refused(folder, error.into()))?;
    let names = std::iter::once(first).chain(names);
    let package = archive::write(names.map(|name| entry(folder, name))).map_err(read)?;
    // What a client would refuse is never handed out.
    Package::look(&package).map_err(|error| refused(folder, error))?;
    Ok(package)
}

const FIRST: &str = "app.toml";

fn refused(folder: &Path, source: PackageFault) -> PublishError {
    PublishError::Package { path: folder.to_path_buf(), source }
}

/// Names of all files below, relative to the top, with `/` between the parts.
fn collect(top: &Path, below: &str, names: &mut Vec<String>) -> Result<(), PublishError> {
    let folder = if below.is_empty() { top.to_path_buf() } else { top.join(below) };
    let read = |source| PublishError::Read { path: folder.clone(), source };
    for found in fs::read_dir(&folder).map_err(read)? {
        let found = found.map_err(read)?;
        let part = found.file_name().to_string_lossy().into_owned();
        let name = if below.is_empty() { part } else { format!("{below}/{part}") };
        name::check(&name).map_err(|fault| {
            let name = name.escape_default().to_string();
            refused(top, PackageFault::Name { name, fault })
        })?;
        // Of a link this says that it is a link, wherever it leads.
        let kind = found.file_type().map_err(read)?;
        if kind.is_dir() {
            collect(top, &name, names)?;
        } else if kind.is_file() {
            names.push(name);
        } else {
            return Err(refused(top, PackageFault::NotRegular { name }));
        }
    }
    Ok(())
}

fn entry(folder: &Path, name: String) -> io::Result<Entry> {
    let path = folder.join(&name);
    let runs = is_program(&path, &name)?;
    let bytes = fs::read(path)?;
    Ok(Entry { name, runs, bytes })
}

/// A file that its owner may run. Where the system has no such mark, the program by its name.
fn is_program(path: &Path, name: &str) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = name;
        Ok(fs::metadata(path)?.permissions().mode() & 0o100 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(archive::PROGRAMS.contains(&name))
    }
}
