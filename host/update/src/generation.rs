//! The text of a generation (pure).
//!
//! ```text
//! number 42
//! previous 41
//! app -
//! plugin onetouch-ultra2 1.2.0 <sha256> - unsigned
//! checksum <sha256 of all lines before>
//! ```
//!
//! `previous` is the generation this one was made from, `-` for the first. `app` is the package of
//! the program, `-` while there is none. Lines of plugins stand in the order of installation.
//! Lines of other kinds and fields at the end of a line belong to a later program: they are kept,
//! those behind `app` as long as the package of the program stays the same.
//!
//! The checksum finds damage, not malice: who may write to the store chooses what runs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::Sha256Hex;
use crate::entry::PluginEntry;
use crate::numbered::{Invalid, Numbered};

/// The files of generations.
pub(crate) const FILES: Numbered =
    Numbered { folder: "generations", ending: ".gen", most: 1024 * 1024 };

/// What is installed, as of one change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Generation {
    /// 0 only where nothing was ever installed; no file has it.
    pub number: u64,
    /// The generation this one was made from; 0 for none.
    pub previous: u64,
    /// The package of the program.
    pub app: Option<Sha256Hex>,
    /// Fields of a later program behind `app`, unread. They say something of that package.
    pub app_later: Vec<String>,
    /// In the order of installation.
    pub plugins: Vec<PluginEntry>,
    /// Lines of a later program, unread.
    pub later: Vec<String>,
}

impl Generation {
    /// Checks and reads the file of generation `number`.
    pub fn parse(number: u64, bytes: &[u8]) -> Result<Self, Invalid> {
        let body = checked_body(bytes).ok_or(Invalid::Damaged)?;
        let generation = Self::parse_body(body).ok_or(Invalid::Unreadable)?;
        // A copy under another number fails its own check as well.
        if generation.number == number { Ok(generation) } else { Err(Invalid::Damaged) }
    }

    fn parse_body(body: &str) -> Option<Self> {
        let mut lines = body.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        let (number, previous, app) = (lines.next()?, lines.next()?, lines.next()?);
        let (["number", number, ..], ["previous", previous, ..], ["app", app, app_later @ ..]) =
            (number.as_slice(), previous.as_slice(), app.as_slice())
        else {
            return None;
        };
        let mut generation = Self {
            number: parse_number(number)?,
            previous: if *previous == "-" { 0 } else { parse_number(previous)? },
            // Anything but a hash is refused: it would be the name of a folder.
            app: if *app == "-" { None } else { Some(app.parse().ok()?) },
            app_later: app_later.iter().map(|field| (*field).to_owned()).collect(),
            ..Self::default()
        };
        for line in lines {
            match line.as_slice() {
                ["plugin", fields @ ..] => generation.plugins.push(PluginEntry::parse(fields)?),
                _ => generation.later.push(line.join(" ")),
            }
        }
        let ids: BTreeSet<_> = generation.plugins.iter().map(|plugin| &plugin.id).collect();
        (ids.len() == generation.plugins.len()).then_some(generation)
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("number {}\n", self.number);
        // Writing to a `String` cannot fail.
        let _ = match self.previous {
            0 => writeln!(text, "previous -"),
            previous => writeln!(text, "previous {previous}"),
        };
        let _ = match self.app {
            None => write!(text, "app -"),
            Some(app) => write!(text, "app {app}"),
        };
        let _ = self.app_later.iter().try_for_each(|field| write!(text, " {field}"));
        let _ = writeln!(text);
        for plugin in &self.plugins {
            let _ = writeln!(text, "plugin {plugin}");
        }
        for line in &self.later {
            let _ = writeln!(text, "{line}");
        }
        let checksum = Sha256Hex::of(text.as_bytes());
        let _ = writeln!(text, "checksum {checksum}");
        text.into_bytes()
    }
}

/// All lines before the checksum, which must be right and the last. `COMPLETE` ends in one, too.
pub(crate) fn checked_body(bytes: &[u8]) -> Option<&str> {
    const CHECKSUM_LINE: usize = "checksum ".len() + 64 + "\n".len();
    let text = std::str::from_utf8(bytes).ok()?;
    let (body, last) = text.split_at_checked(text.len().checked_sub(CHECKSUM_LINE)?)?;
    let checksum = last.strip_prefix("checksum ")?.strip_suffix('\n')?;
    (body.ends_with('\n') && checksum.parse() == Ok(Sha256Hex::of(body.as_bytes()))).then_some(body)
}

fn parse_number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number > 0 && number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{Generation, Invalid};
    use crate::Sha256Hex;

    fn signed(body: &str) -> Vec<u8> {
        format!("{body}checksum {}\n", Sha256Hex::of(body.as_bytes())).into_bytes()
    }

    fn plugin(rest: &str) -> String {
        format!("plugin a.b 1.0.0 {} {rest}\n", Sha256Hex::of(b"package"))
    }

    const HEAD: &str = "number 7\nprevious 6\napp -\n";

    #[test]
    fn every_torn_generation_is_damaged() {
        let whole = signed(&format!("{HEAD}{}", plugin("- unsigned")));
        for length in 0..whole.len() {
            assert_eq!(Generation::parse(7, &whole[..length]), Err(Invalid::Damaged), "{length}");
        }
        assert!(Generation::parse(7, &whole).is_ok());
    }

    #[test]
    fn every_flipped_bit_is_damage() {
        let whole = signed(&format!("{HEAD}{}", plugin("- unsigned")));
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                assert!(Generation::parse(7, &bytes).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn a_generation_under_another_number_is_damaged() {
        assert_eq!(Generation::parse(8, &signed(HEAD)), Err(Invalid::Damaged));
    }

    #[test]
    fn what_is_whole_and_not_understood_is_unreadable() {
        let same_id = plugin("- unsigned").repeat(2);
        for body in [
            "number 07\nprevious -\napp -\n".to_owned(),
            "number 7\napp -\n".to_owned(),
            "previous 6\nnumber 7\napp -\n".to_owned(),
            format!("{HEAD}{}", plugin("RWQ unsigned")),
            format!("{HEAD}{}", plugin("-")),
            "number 7\nprevious 6\napp ../../other\n".to_owned(),
            "number 7\nprevious 6\napp 9f86\n".to_owned(),
            "number 7\nprevious 6\napp\n".to_owned(),
            format!("{HEAD}plugin ../x 1.0.0 {} - unsigned\n", Sha256Hex::of(b"")),
            format!("{HEAD}plugin x 1.0.0 ../../lock - unsigned\n"),
            format!("{HEAD}plugin x 1 {} - unsigned\n", Sha256Hex::of(b"")),
            format!("{HEAD}{same_id}"),
        ] {
            assert_eq!(Generation::parse(7, &signed(&body)), Err(Invalid::Unreadable), "{body}");
        }
    }

    #[test]
    fn what_a_later_program_wrote_is_kept() {
        let body = format!(
            "{HEAD}{}{}feed main 17 something\n",
            plugin("- unsigned until=2030"),
            plugin("RWQ 9f86 new-field another").replace("a.b", "c.d"),
        );
        let generation = Generation::parse(7, &signed(&body)).expect("tolerated");

        assert!(!generation.plugins[0].origin.is_signed());
        assert!(generation.plugins[1].origin.is_signed());
        assert_eq!(generation.to_bytes(), signed(&body));
        let app = format!("app {} extra", Sha256Hex::of(b"program"));
        let body = body.replace("app -", &app);
        let generation = Generation::parse(7, &signed(&body)).expect("tolerated");
        assert_eq!(generation.app, Some(Sha256Hex::of(b"program")));
        assert_eq!(generation.to_bytes(), signed(&body));
    }
}
