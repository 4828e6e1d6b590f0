//! Names of files in an app package: such as every system can hold.

/// Why a name is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameFault {
    /// Absolute, empty, or with an empty, `.` or `..` part.
    #[error("is no plain relative path")]
    NotRelative,
    /// Something else than printable ASCII, or a character that a system forbids.
    #[error("has a character that not every system can hold")]
    Character,
    /// A part ends with a dot or a blank, which Windows drops.
    #[error("has a part that ends with a dot or a blank")]
    End,
    /// A device of Windows, such as `nul` or `com1.txt`.
    #[error("is a device on Windows")]
    Device,
    /// A name at the top that the client keeps for itself.
    #[error("is a name that the client keeps for its own files")]
    Kept,
    /// Longer than the header of an archive holds.
    #[error("is longer than {MAX_NAME_BYTES} bytes")]
    Long,
}

/// What the header of a tar archive holds without extensions.
pub(super) const MAX_NAME_BYTES: usize = 100;

/// Names that Windows keeps for devices, with any extension ("Naming Files, Paths, and
/// Namespaces", learn.microsoft.com).
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Checks a name with `/` between its parts.
pub(super) fn check(name: &str) -> Result<(), NameFault> {
    if name.len() > MAX_NAME_BYTES {
        return Err(NameFault::Long);
    }
    for part in name.split('/') {
        if matches!(part, "" | "." | "..") {
            return Err(NameFault::NotRelative);
        }
        let forbidden = |byte: u8| !(b' '..=b'~').contains(&byte) || br#"<>:"|?*\"#.contains(&byte);
        if part.bytes().any(forbidden) {
            return Err(NameFault::Character);
        }
        if part.ends_with(['.', ' ']) {
            return Err(NameFault::End);
        }
        let stem = part.split('.').next().unwrap_or(part).trim_end();
        if DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device)) {
            return Err(NameFault::Device);
        }
    }
    // What an unpacked program has beside its own files: marks, and the list that comes last.
    let top = name.split('/').next().unwrap_or(name);
    if top.starts_with('.') || ["new", "complete"].iter().any(|kept| top.eq_ignore_ascii_case(kept))
    {
        return Err(NameFault::Kept);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leaves_the_folder_or_that_a_system_cannot_hold_is_refused() {
        for (name, fault) in [
            ("", NameFault::NotRelative),
            ("/etc/passwd", NameFault::NotRelative),
            ("a//b", NameFault::NotRelative),
            ("../a", NameFault::NotRelative),
            ("a/../b", NameFault::NotRelative),
            ("a/.", NameFault::NotRelative),
            ("a/", NameFault::NotRelative),
            ("C:/a", NameFault::Character),
            (r"a\b", NameFault::Character),
            ("a\nb", NameFault::Character),
            ("zähler", NameFault::Character),
            ("a?", NameFault::Character),
            ("a.", NameFault::End),
            ("a /b", NameFault::End),
            ("NUL", NameFault::Device),
            ("drivers/com1.wasm", NameFault::Device),
            ("aux .txt", NameFault::Device),
            (".good", NameFault::Kept),
            ("COMPLETE", NameFault::Kept),
            ("new/file", NameFault::Kept),
        ] {
            assert_eq!(check(name), Err(fault), "`{name}`");
        }
        assert_eq!(check(&"a".repeat(MAX_NAME_BYTES + 1)), Err(NameFault::Long));
    }

    #[test]
    fn ordinary_names_are_taken() {
        for name in ["app.toml", "meterport.exe", "drivers/onetouch-ultra2.wasm", "com10", "a b"] {
            assert_eq!(check(name), Ok(()), "`{name}`");
        }
    }
}
