//! What a person can say at the desk: one line, one wish. Pure.

use clap::{Args, Parser};

use crate::cli::{Reading, Select};
use crate::commands::usage;
use crate::fault::Fault;

/// One line.
#[derive(Parser)]
#[command(name = "", no_binary_name = true, disable_help_flag = true, max_term_width = 100)]
#[command(override_usage = "COMMAND", disable_help_subcommand = true)]
pub(super) enum Said {
    /// Show what is attached
    Devices,
    /// Read a meter and show what was read: read [--device ID] [--driver ID]
    Read(Meter),
    /// Read a meter and deliver what is new: upload [--device ID] --patient ID
    Upload {
        #[command(flatten)]
        meter: Meter,
        /// The patient's id in the practice; without it you are asked
        #[arg(long, value_name = "ID")]
        patient: Option<String>,
    },
    /// Install a driver of the signed feed: install ID
    Install {
        /// The driver's id
        id: String,
    },
    /// Look for new versions now
    Check,
    /// Show or decide about new versions: update [now|later|tonight HH:MM|in DAYS|skip ID]
    Update {
        #[command(subcommand)]
        when: Option<When>,
    },
    /// Show what can be said
    Help,
    /// Close the desk
    #[command(alias = "exit")]
    Quit,
}

/// Which meter, and how it is read.
#[derive(Args, Clone)]
pub(super) struct Meter {
    #[command(flatten)]
    pub(super) select: Select,
    #[command(flatten)]
    pub(super) reading: Reading,
}

/// When a new version is installed.
#[derive(Clone, Debug, Eq, Parser, PartialEq)]
#[command(disable_help_flag = true)]
pub(super) enum When {
    /// Now; the desk is restarted for a new version of the program
    Now,
    /// When the desk is closed
    Later,
    /// Today at this time, or tomorrow if it has passed
    Tonight {
        /// Such as 20:30
        #[arg(value_name = "HH:MM")]
        at: String,
    },
    /// So many days from now
    In {
        /// How many
        #[arg(value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=365))]
        days: u16,
    },
    /// Never this version of it
    Skip {
        /// What
        #[arg(value_name = "ID")]
        id: String,
    },
}

/// What can be said, a line each.
pub(super) const HELP: &str = "\
devices                               what is attached
read [--device ID] [--driver ID]      read a meter and show what was read
upload [--device ID] [--patient ID]   read a meter and deliver what is new
install ID                            install a driver of the signed feed
check                                 look for new versions now
update                                what is new, and what waits
update now | later | tonight HH:MM | in DAYS | skip ID
quit                                  close; what waits is installed then
";

/// Understands a line; none where it is empty.
pub(super) fn understood(line: &str) -> Result<Option<Said>, Fault> {
    let words = words(line)?;
    if words.is_empty() {
        return Ok(None);
    }
    let is_upload = words.first().is_some_and(|word| word == "upload");
    Said::try_parse_from(words)
        .map(Some)
        .map_err(|error| usage(&error, is_upload, "`help` shows what can be said"))
}

/// The words of a line; quotes keep what holds blanks together.
fn words(line: &str) -> Result<Vec<String>, Fault> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    for character in line.chars() {
        match character {
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            blank if blank.is_whitespace() && !is_quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    if is_quoted {
        return Err(Fault::usage("a quote is not closed").hint("end it with `\"`"));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_said_and_does_nothing() {
        for line in [
            "reed",
            "read --nothing",
            "install",
            "update tomorrow",
            "update in 0",
            "upload --patient",
            "read --volume \"/media/a b",
        ] {
            assert!(understood(line).is_err(), "{line}");
        }
        assert!(matches!(understood("  "), Ok(None)));
    }

    #[test]
    fn a_patients_id_is_never_repeated_in_an_error() {
        let error = understood("upload Jane Doe").err().map(|fault| fault.text());
        assert!(error.is_some_and(|text| !text.contains("Jane")));
    }

    #[test]
    fn quotes_keep_a_path_together() {
        let said = understood("read --volume \"/media/a b\" --driver x").unwrap();
        let Some(Said::Read(meter)) = said else { panic!("read") };
        assert_eq!(meter.select.volume.as_deref(), Some(std::path::Path::new("/media/a b")));
        assert_eq!(meter.reading.driver.as_deref(), Some("x"));
    }

    #[test]
    fn each_way_to_decide_is_understood() {
        for (line, wanted) in [
            ("update now", When::Now),
            ("update later", When::Later),
            ("update tonight 20:30", When::Tonight { at: "20:30".to_owned() }),
            ("update in 3", When::In { days: 3 }),
            ("update skip app", When::Skip { id: "app".to_owned() }),
        ] {
            let Ok(Some(Said::Update { when })) = understood(line) else { panic!("{line}") };
            assert_eq!(when, Some(wanted));
        }
    }
}
