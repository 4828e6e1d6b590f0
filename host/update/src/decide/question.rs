//! What only a person can decide.

use meterport_manifest::{DriverId, Manifest, Widening, outranks, overlap, widens};
use semver::Version;

use super::installed::Installed;

/// What only a person can decide, in every mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Question {
    /// It matches devices that another driver matches too.
    #[error("it reads devices that the installed driver `{with}` reads too")]
    Overlap {
        /// The other one.
        with: DriverId,
    },
    /// It matches more, or may touch more, than the version before.
    #[error("the version before was not allowed to: {what}")]
    Widens {
        /// What is new.
        what: Widening,
    },
    /// The package before it is missing or damaged, so that nobody can say what is new.
    #[error("what the version before was allowed to do cannot be read any more")]
    UnknownBefore,
    /// With it the program no longer loads an installed driver.
    #[error("the installed driver `{id}` does not work with it")]
    DropsDriver {
        /// That driver.
        id: DriverId,
    },
    /// It is older than what is installed.
    #[error("it is older than the installed version {installed}")]
    OlderThanInstalled {
        /// What is installed.
        installed: Version,
    },
}

/// What a person has to be asked about a package that is here, now that its manifest can be read.
///
/// A feed does not say what its packages match. So [`decide`](super::decide) cannot know these.
pub fn compare(new: &Manifest, installed: &Installed) -> Vec<Question> {
    let others = installed.copies().filter(|copy| *copy.id != new.id);
    // What is in use of the same driver: of one id the higher version is taken.
    let in_use =
        installed.copies().filter(|copy| *copy.id == new.id).max_by_key(|copy| copy.version);
    let before = in_use.and_then(|copy| copy.manifest);
    let mut questions: Vec<Question> = Vec::new();
    for copy in others {
        let is_new = |manifest: &&Manifest| {
            // Of what it overlapped before, somebody knows already, unless it now goes first.
            let is_known = |before| overlap(before, manifest) && !outranks(new, before, manifest);
            overlap(new, manifest) && !before.is_some_and(is_known)
        };
        if copy.manifest.filter(is_new).is_some() {
            let question = Question::Overlap { with: copy.id.clone() };
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
    }
    if in_use.is_some() && before.is_none() {
        questions.push(Question::UnknownBefore);
    }
    let wider = before.map(|before| widens(before, new)).unwrap_or_default();
    questions.extend(wider.into_iter().map(|what| Question::Widens { what }));
    questions
}
