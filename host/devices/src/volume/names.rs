//! Names in the root of a volume.

use std::path::Path;

use super::MOST_NAMES;

/// A name that is neither a path nor anything else than one file of the root, on any system.
pub(crate) fn is_plain(name: &str) -> bool {
    let separator = |c: char| matches!(c, '/' | '\\' | '\0') || (cfg!(windows) && c == ':');
    !name.is_empty()
        && name.len() <= 255
        && name != "."
        && name != ".."
        && !name.contains(separator)
}

/// The names of what is in a folder, for matching: at most as many as a listing has, and only those
/// that are text. A folder that cannot be read has none.
pub(crate) fn root_names(path: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(path) else { return Vec::new() };
    let names =
        entries.take(MOST_NAMES).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_not_a_name() {
        for name in ["", ".", "..", "a/b", "/a", "a\\b", "..\\a", "a\0", &"x".repeat(256)] {
            assert!(!is_plain(name), "{name:?}");
        }
        for name in ["DATA.IBF", "...", "größe.ibf", ".hidden"] {
            assert!(is_plain(name), "{name:?}");
        }
    }
}
