//! Which files of a volume a driver may see.

use super::Grant;
use crate::limits;

/// Whether this is the root, the only folder there is.
pub(crate) fn folder(path: &str) -> Result<(), &'static str> {
    if path.is_empty() { Ok(()) } else { Err("a folder; there is only the root, the empty path") }
}

/// Whether a name in the root may be seen.
pub(crate) fn is_listed(grant: &Grant, name: &str) -> bool {
    is_plain(name) && grant.files.iter().any(|pattern| pattern.matches(name))
}

/// Whether a file may be opened.
pub(crate) fn file(grant: &Grant, path: &str) -> Result<(), &'static str> {
    if path.len() > limits::PATH_BYTES {
        Err("a path of more than 1024 bytes")
    } else if !is_plain(path) {
        Err("a path; only names of files in the root can be opened")
    } else if is_listed(grant, path) {
        Ok(())
    } else {
        Err("a file that no pattern of the manifest names")
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name != "."
        && name != ".."
        && !name.contains(['/', '\\', '\0'])
        // `C:x` leaves the folder on Windows, `x:y` names a stream of a file there.
        && !name.contains(':')
}

#[cfg(test)]
mod tests {
    use super::super::tests::manifest;
    use super::*;

    fn grant() -> Grant {
        Grant::named(&manifest(), 4).unwrap()
    }

    #[test]
    fn a_file_that_no_pattern_names_is_neither_listed_nor_opened() {
        for name in ["letter.docx", "a.ibf.txt", "ibf", ""] {
            assert!(!is_listed(&grant(), name) && file(&grant(), name).is_err(), "{name}");
        }
        assert!(is_listed(&grant(), "a.ibf") && file(&grant(), "a.ibf").is_ok());
    }

    #[test]
    fn a_path_is_denied_even_where_a_pattern_would_match_it() {
        for path in [
            "../a.ibf",
            "/etc/a.ibf",
            "sub/a.ibf",
            "..\\a.ibf",
            "C:\\a.ibf",
            "C:a.ibf",
            "a.txt:b.ibf",
            "a\0.ibf",
        ] {
            assert!(file(&grant(), path).is_err(), "{path:?}");
            assert!(!is_listed(&grant(), path), "{path:?}");
        }
        assert!(file(&grant(), &format!("{}.ibf", "a".repeat(1024))).is_err());
        assert!(folder("sub").is_err() && folder("/").is_err() && folder("").is_ok());
    }
}
