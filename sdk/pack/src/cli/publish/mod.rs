//! The publisher's commands: each reads its files, calls one function, and says what became of it.

pub(super) mod arguments;
mod feed;
mod keyring;
mod keys;
mod package;
mod say;

use std::process::ExitCode;

use jiff::Timestamp;

use self::arguments::{FeedTask, KeyringTask, Mirror, PackageTask};
pub(super) use self::feed::run_feed;
pub(super) use self::keyring::run_keyring;
pub(super) use self::keys::{run_keygen, run_verify};
pub(super) use self::package::run_package;
use self::say::Answer;
use crate::error::PackError;
use crate::mirror::{MirrorOptions, mirror, open};
use crate::publish_error::PublishError;

/// What a command says and how it ends.
type Outcome = Result<ExitCode, PackError>;

/// Copies a feed.
pub(super) fn run_mirror(asked: Mirror) -> Outcome {
    let from = open(&asked.from)
        .map_err(|source| PublishError::Fetch { name: asked.from.clone(), source })?;
    let first = asked.keyring.as_deref().map(keys::read_bytes).transpose()?;
    let options = MirrorOptions { systems: asked.systems, first };
    let copied = mirror(from.as_ref(), &asked.to, &options, Timestamp::now())?;
    let mut lines = vec![
        format!("feed {} is true until {:.0}", copied.seq, copied.until),
        format!("{} packages fetched, {} were there", copied.fetched, copied.kept),
        format!("first keyring {}", copied.fingerprint),
    ];
    let unsigned = copied.without_signature.iter();
    lines.extend(unsigned.map(|sha256| format!("no signature for installing by hand: {sha256}")));
    let document = serde_json::json!({
        "schema": "meterport.mirror/1",
        "fingerprint": copied.fingerprint.to_string(),
        "keyring": copied.keyring,
        "seq": copied.seq,
        "until": format!("{:.0}", copied.until),
        "fetched": copied.fetched,
        "kept": copied.kept,
        "without_signature":
            copied.without_signature.iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    Answer { lines, document }.say(asked.form.json)
}

impl KeyringTask {
    /// True if the answer is to be JSON.
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::Init { form, .. } | Self::Rotate { form, .. } | Self::Sign { form, .. } => {
                form.json
            }
        }
    }
}

impl PackageTask {
    /// True if the answer is to be JSON.
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::Sign { form, .. } | Self::App { form, .. } => form.json,
        }
    }
}

impl FeedTask {
    /// True if the answer is to be JSON.
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::Add { form, .. }
            | Self::Withdraw { form, .. }
            | Self::Remove { form, .. }
            | Self::Refuse { form, .. }
            | Self::Lint { form, .. }
            | Self::Sign { form, .. }
            | Self::Refresh { form, .. }
            | Self::Show { form, .. } => form.json,
        }
    }
}
