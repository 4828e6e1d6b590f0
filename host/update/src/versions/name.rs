//! Names of files in a package of the program (pure): relative, of printable ASCII, and such that
//! every system holds them as they are. What Windows refuses or changes is in "Naming Files, Paths,
//! and Namespaces" of the Win32 documentation.

use std::collections::BTreeMap;

/// Longest name, in bytes.
const MAX_BYTES: usize = 200;

/// Most parts of one name.
const MAX_PARTS: usize = 8;

/// Names beside the program that are ours: the list of files, the temporary name, marks.
const OURS: [&str; 2] = [super::complete::FILE, crate::publish::TEMPORARY];

/// Checks one name by itself. Parts are divided by `/`.
pub(crate) fn is_fit(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    let first_is_ours = parts.first().is_none_or(|first| {
        first.starts_with('.') || OURS.iter().any(|ours| first.eq_ignore_ascii_case(ours))
    });
    name.len() <= MAX_BYTES
        && parts.len() <= MAX_PARTS
        && !first_is_ours
        && parts.iter().all(|part| is_fit_part(part))
}

fn is_fit_part(part: &str) -> bool {
    let is_fit_byte = |b: u8| (b.is_ascii_graphic() || b == b' ') && !br#"<>:"/\|?*"#.contains(&b);
    !part.is_empty()
        && part.bytes().all(is_fit_byte)
        && !part.starts_with(' ')
        // Windows drops them, so that two names become one; and `.` and `..` end so.
        && !part.ends_with(['.', ' '])
        && !is_reserved(part)
}

/// Names of devices, with or without an extension.
fn is_reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |port: &str| {
        stem.strip_prefix(port)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str())
        || numbered("COM")
        || numbered("LPT")
}

/// The names of one package so far.
#[derive(Default)]
pub(crate) struct Names {
    /// Without case: the spelling, and whether it is a file.
    seen: BTreeMap<String, (String, bool)>,
}

impl Names {
    /// Adds a file. False if it is there already, if only the case differs, or if one name is a
    /// file and a folder.
    pub fn add(&mut self, name: &str) -> bool {
        let ends = name.match_indices('/').map(|(at, _)| at);
        let folders: Vec<&str> = ends.filter_map(|at| name.get(..at)).collect();
        folders.iter().all(|folder| self.place(folder, false)) && self.place(name, true)
    }

    fn place(&mut self, name: &str, is_file: bool) -> bool {
        let there = self.seen.get(&name.to_ascii_lowercase());
        let fits = there.is_none_or(|(spelled, file)| spelled == name && !file && !is_file);
        if fits && there.is_none() {
            self.seen.insert(name.to_ascii_lowercase(), (name.to_owned(), is_file));
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, is_fit};

    #[test]
    fn a_name_that_leaves_the_folder_or_fits_not_everywhere_is_refused() {
        let long = "a/".repeat(8) + "a";
        for name in [
            "",
            "/",
            "/etc/passwd",
            "..",
            "../x",
            "a/../b",
            "a/..",
            ".",
            "a/./b",
            "a//b",
            "a/",
            "C:x",
            "a:b",
            "\\x",
            "a\\b",
            "a\0b",
            "a\nb",
            "a\u{7f}",
            "ä",
            "a?",
            "a*",
            "a|b",
            "a<b",
            "a\"b",
            "a.",
            "a ",
            " a",
            "x/ a",
            "a./b",
            "con",
            "NUL.txt",
            "aux.tar.gz",
            "com1",
            "x/LPT9.dll",
            "CON .txt",
            "conin$",
            "complete",
            "COMPLETE",
            "COMPLETE/x",
            "new",
            "New",
            ".run",
            ".good",
            ".trial-1",
            ".x/y",
            &long,
            &"a".repeat(201),
        ] {
            assert!(!is_fit(name), "{name:?}");
        }
    }

    #[test]
    fn plain_names_are_taken() {
        for name in [
            "app.toml",
            "meterport",
            "meterport.exe",
            "drivers/onetouch-ultra2.wasm",
            "a b/c d",
            "common",
            "com",
            "com12",
            "lpt",
            "nul-x",
            "drivers/.hidden",
            "x/new",
            "x/COMPLETE",
        ] {
            assert!(is_fit(name), "{name:?}");
        }
    }

    #[test]
    fn no_two_names_are_equal_when_case_is_ignored() {
        let mut names = Names::default();
        for (name, fits) in [
            ("drivers/a.wasm", true),
            ("drivers/A.wasm", false),
            ("drivers/a.wasm", false),
            ("Drivers/b.wasm", false),
            ("drivers", false),
            ("drivers/a.wasm/x", false),
            ("drivers/b.wasm", true),
            ("meterport", true),
            ("meterport/x", false),
        ] {
            assert_eq!(names.add(name), fits, "{name}");
        }
    }
}
