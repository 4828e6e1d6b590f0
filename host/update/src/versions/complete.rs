//! The list of files in the folder of a version (pure). It is written last, so a folder that has it
//! is whole.
//!
//! ```text
//! file <sha256> <bytes> x|- meterport
//! checksum <sha256 of all lines before>
//! ```
//!
//! `x` stands for a file that the system may run. The name is the rest of the line. Lines of other
//! kinds belong to a later program.

use std::fmt::Write as _;

use super::name;
use crate::disk::Runs;
use crate::generation::checked_body;
use crate::hash::Sha256Hex;

/// The name of the list.
pub(crate) const FILE: &str = "COMPLETE";

/// Largest list that is read: 4 096 names of 200 bytes with their sums stay below it.
pub(crate) const MAX_BYTES: usize = 2 * 1024 * 1024;

/// The files of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Complete {
    pub files: Vec<Listed>,
}

/// One file of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub name: String,
    pub length: u64,
    pub sha256: Sha256Hex,
    pub runs: Runs,
}

impl Complete {
    /// Checks and reads the list. `None` if it is damaged.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut files = Vec::new();
        for line in checked_body(bytes)?.lines() {
            let Some(rest) = line.strip_prefix("file ") else { continue };
            let mut fields = rest.splitn(4, ' ');
            let listed = Listed {
                sha256: fields.next()?.parse().ok()?,
                length: fields.next()?.parse().ok()?,
                runs: match fields.next()? {
                    "x" => Runs::Yes,
                    "-" => Runs::No,
                    _ => return None,
                },
                name: fields.next().filter(|name| name::is_fit(name))?.to_owned(),
            };
            files.push(listed);
        }
        Some(Self { files })
    }

    /// The bytes of the list.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = String::new();
        for Listed { name, length, sha256, runs } in &self.files {
            let runs = if *runs == Runs::Yes { "x" } else { "-" };
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "file {sha256} {length} {runs} {name}");
        }
        let checksum = Sha256Hex::of(text.as_bytes());
        let _ = writeln!(text, "checksum {checksum}");
        text.into_bytes()
    }

    /// All bytes of all files.
    pub fn length(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.length))
    }
}

#[cfg(test)]
mod tests {
    use super::{Complete, Listed};
    use crate::disk::Runs;
    use crate::hash::Sha256Hex;

    fn list() -> Complete {
        let file = |name: &str, runs| Listed {
            name: name.to_owned(),
            length: 5,
            sha256: Sha256Hex::of(name.as_bytes()),
            runs,
        };
        Complete { files: vec![file("app.toml", Runs::No), file("a b/meterport", Runs::Yes)] }
    }

    #[test]
    fn every_torn_or_altered_list_is_damaged() {
        let whole = list().to_bytes();
        for length in 0..whole.len() {
            assert_eq!(Complete::parse(&whole[..length]), None, "{length}");
            let mut flipped = whole.clone();
            flipped[length] ^= 1;
            assert_eq!(Complete::parse(&flipped), None, "{length}");
        }
    }

    #[test]
    fn a_list_that_leaves_its_folder_is_damaged() {
        let text = list().to_bytes();
        let body = String::from_utf8(text).unwrap().replace("a b/meterport", "../../meterport");
        let (body, _) = body.split_once("checksum").unwrap();
        let whole = format!("{body}checksum {}\n", Sha256Hex::of(body.as_bytes()));
        assert_eq!(Complete::parse(whole.as_bytes()), None);
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        assert_eq!(Complete::parse(&list().to_bytes()), Some(list()));
        assert_eq!(list().length(), 10);
    }

    #[test]
    fn lines_of_a_later_program_are_passed_over() {
        let body = format!("signed-by somebody\nfile {} 3 - x\n", Sha256Hex::of(b"abc"));
        let whole = format!("{body}checksum {}\n", Sha256Hex::of(body.as_bytes()));
        assert_eq!(Complete::parse(whole.as_bytes()).map(|list| list.files.len()), Some(1));
    }
}
