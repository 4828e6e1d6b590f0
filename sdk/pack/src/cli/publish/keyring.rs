//! `keyring init`, `rotate` and `sign`.

use jiff::{SignedDuration, Timestamp};
use meterport_appcast::KeyringError;

use super::Outcome;
use super::arguments::{Content, KeyringTask};
use super::keys::{maybe_secret_keys, public_key, secret_keys};
use super::say::Answer;
use crate::keyring::{Changes, Placed, RoleChange, begin, rotate, sign};
use crate::publish_error::PublishError;

/// How long a first keyring lives if nobody says.
const DAYS: u16 = 365;

pub(in crate::cli) fn run_keyring(task: KeyringTask) -> Outcome {
    let as_json = task.wants_json();
    let placed = match task {
        KeyringTask::Init { folder, feed, content, keys, force, .. } => {
            let mut changes = changes(&content)?;
            if changes.expires.is_none() {
                changes.expires = Some(in_days(DAYS)?);
            }
            begin(&folder.dir, &feed, &changes, &maybe_secret_keys(&keys)?, force)?
        }
        KeyringTask::Rotate {
            folder,
            content,
            drop_vendor,
            drop_block,
            drop_mirror,
            keys,
            force,
            ..
        } => {
            let changes = Changes {
                drop_vendors: drop_vendor,
                drop_disks: drop_block,
                drop_mirrors: drop_mirror,
                ..changes(&content)?
            };
            rotate(&folder.dir, &changes, &maybe_secret_keys(&keys)?, force)?
        }
        KeyringTask::Sign { file, keys, .. } => sign(&file, &secret_keys(&keys)?)?,
    };
    answer(&placed).say(as_json)
}

fn answer(placed: &Placed) -> Answer {
    let Placed { path, keyring, waits } = placed;
    let waiting = waits.as_ref().map(missing);
    let state = match &waiting {
        Some(why) => format!("waits for signatures: {why}"),
        None => "stands in its place".to_owned(),
    };
    let document = serde_json::json!({
        "schema": "meterport.keyring/1",
        "path": path,
        "feed": keyring.feed.to_string(),
        "version": keyring.version,
        "expires": format!("{:.0}", keyring.expires),
        "waits": waiting,
    });
    let expires = format!("keyring {} expires on {:.0}", keyring.version, keyring.expires);
    Answer { lines: vec![format!("{}: {state}", path.display()), expires], document }
}

/// What a draft still needs.
fn missing(why: &KeyringError) -> String {
    match why {
        KeyringError::Split(_) => "it has none yet".to_owned(),
        KeyringError::TooFew { role, found, needed } => {
            format!("{found} of {needed} by the {role}")
        }
        other => other.to_string(),
    }
}

fn changes(content: &Content) -> Result<Changes, PublishError> {
    let role = |keys: &[String], threshold: Option<usize>| {
        let keys = keys.iter().map(|key| public_key(key)).collect::<Result<_, _>>()?;
        Ok::<_, PublishError>(RoleChange { keys, threshold })
    };
    let expires = match (content.expires, content.days) {
        (Some(time), _) => Some(time),
        (None, Some(days)) => Some(in_days(days)?),
        (None, None) => None,
    };
    Ok(Changes {
        expires,
        root: role(&content.root, content.root_threshold)?,
        release: role(&content.release, content.release_threshold)?,
        fresh: role(&content.fresh, content.fresh_threshold)?,
        vendors: content.vendor.iter().map(|words| vendor(words)).collect::<Result<_, _>>()?,
        disks: content.block.clone(),
        mirrors: content.mirror.clone(),
        ..Changes::default()
    })
}

/// The words of a vendor's line, in which the key may be a file.
fn vendor(words: &str) -> Result<String, PublishError> {
    let all: Vec<&str> = words.split_whitespace().collect();
    match all.as_slice() {
        [name, key, rest @ ..] => {
            Ok([&[*name, &public_key(key)?.to_string()], rest].concat().join(" "))
        }
        _ => Err(PublishError::Usage {
            message: format!("`--vendor \"{words}\"` is not NAME KEY PREFIX [usb=IDS]"),
        }),
    }
}

/// So many days from now, to the second.
fn in_days(days: u16) -> Result<Timestamp, PublishError> {
    let late = |_| PublishError::Usage { message: "the clock is beyond its end".to_owned() };
    let time = Timestamp::now().checked_add(SignedDuration::from_hours(24 * i64::from(days)));
    Timestamp::from_second(time.map_err(late)?.as_second()).map_err(late)
}
