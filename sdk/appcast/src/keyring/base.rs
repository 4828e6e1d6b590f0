//! Addresses of mirrors.

use super::error::LineFault;

const MAX_BYTES: usize = 512;

/// `https://host[:port]/path/`, in the one spelling that needs no interpretation: no user, no query,
/// no fragment, no escapes of dots, no `.` or `..`.
pub(super) fn mirror(words: &[&str]) -> Result<String, LineFault> {
    let [address] = words else { return Err(LineFault::Words) };
    let rest = address.strip_prefix("https://").ok_or(LineFault::Mirror)?;
    let (authority, path) = rest.split_once('/').ok_or(LineFault::Mirror)?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    // Every folder of the path ends in `/`, the last one too.
    let is_path = match path.strip_suffix('/') {
        None => path.is_empty(),
        Some(folders) => folders.split('/').all(is_folder),
    };
    let is_right = address.len() <= MAX_BYTES
        && host.split('.').all(is_label)
        && port.is_none_or(is_port)
        && is_path;
    if is_right { Ok((*address).to_owned()) } else { Err(LineFault::Mirror) }
}

/// A part of a host name (RFC 1123, 2.1), lower case.
fn is_label(label: &str) -> bool {
    !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_port(port: &str) -> bool {
    !port.starts_with('0')
        && port.bytes().all(|b| b.is_ascii_digit())
        && port.parse::<u16>().is_ok()
}

/// A part of a path of unreserved characters (RFC 3986, 2.3).
fn is_folder(folder: &str) -> bool {
    let is_unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    !folder.is_empty() && folder != "." && folder != ".." && folder.bytes().all(is_unreserved)
}
