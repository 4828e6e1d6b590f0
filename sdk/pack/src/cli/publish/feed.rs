//! `feed add`, `withdraw`, `remove`, `refuse`, `lint`, `sign`, `refresh` and `show`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;
use meterport_appcast::{FeedError, Kind, MAX_FEED_BYTES};

use super::Outcome;
use super::arguments::{FeedTask, Item, WithdrawalKind};
use super::keys::{read_bytes, secret_keys};
use super::say::Answer;
use crate::error::PackError;
use crate::feed::{
    Adding, Critical, FeedFolder, Said, SignedFeed, add, refresh, refuse, remove, sign, withdraw,
};
use crate::lint::{Severity, lint};
use crate::publish_error::PublishError;
use crate::show::Shown;

pub(in crate::cli) fn run_feed(task: FeedTask) -> Outcome {
    let as_json = task.wants_json();
    let now = Timestamp::now();
    let answer = match task {
        FeedTask::Add { files, folder, item, feed_title, link, replace, .. } => {
            let adding = Adding { said: said(&item)?, title: feed_title, link, replace };
            run_add(&folder.dir, &files, &adding, now)?
        }
        FeedTask::Withdraw { id, version, kind, reason, folder, .. } => {
            let kind = match kind {
                WithdrawalKind::Recall => Kind::Recall,
                WithdrawalKind::Defect => Kind::Defect,
            };
            draft(&withdraw(&FeedFolder::open(&folder.dir)?, &id, &version, kind, &reason)?)
        }
        FeedTask::Remove { id, version, folder, .. } => {
            draft(&remove(&FeedFolder::open(&folder.dir)?, &id, &version)?)
        }
        FeedTask::Refuse { files, folder, .. } => {
            draft(&refuse(&FeedFolder::open(&folder.dir)?, &files)?)
        }
        FeedTask::Lint { folder, bases, .. } => {
            let folder = FeedFolder::open(&folder.dir)?.with_bases(bases.bases);
            return run_lint(&folder, as_json, now);
        }
        FeedTask::Sign { folder, keys, seq, bases, .. } => {
            let folder = FeedFolder::open(&folder.dir)?.with_bases(bases.bases);
            signed(&sign(&folder, &secret_keys(&keys)?, seq, now)?)
        }
        FeedTask::Refresh { folder, keys, days, bases, .. } => {
            let folder = FeedFolder::open(&folder.dir)?.with_bases(bases.bases);
            signed(&refresh(&folder, &secret_keys(&keys)?, days, now)?)
        }
        FeedTask::Show { file, .. } => return run_show(&file, as_json),
    };
    answer.say(as_json)
}

fn run_add(
    dir: &Path,
    files: &[PathBuf],
    adding: &Adding,
    now: Timestamp,
) -> Result<Answer, PublishError> {
    let folder = FeedFolder::open(dir)?;
    let added = add(&folder, files, adding, now)?;
    let mut lines: Vec<String> = added
        .iter()
        .map(|item| format!("{} {} for {}: p/{}", item.id, item.version, item.os, item.sha256))
        .collect();
    lines.push(format!("{}: to be signed", folder.draft_path().display()));
    let items = added.iter().map(|item| {
        serde_json::json!({
            "id": item.id.to_string(),
            "version": item.version.to_string(),
            "os": item.os.to_string(),
            "sha256": item.sha256.to_string(),
            "length": item.length,
        })
    });
    let document = serde_json::json!({
        "schema": "meterport.added/1",
        "draft": folder.draft_path(),
        "items": items.collect::<Vec<_>>(),
    });
    Ok(Answer { lines, document })
}

fn draft(path: &Path) -> Answer {
    Answer {
        lines: vec![format!("{}: to be signed", path.display())],
        document: serde_json::json!({"schema": "meterport.draft/1", "draft": path}),
    }
}

/// What a draft still needs.
fn missing(why: &FeedError) -> String {
    match why {
        FeedError::Release { found, needed } => {
            format!("{found} of {needed} signatures by release keys (`feed sign`)")
        }
        FeedError::Fresh { found, needed, .. } => {
            format!("{found} of {needed} signatures by fresh keys (`feed refresh`)")
        }
        other => other.to_string(),
    }
}

fn signed(feed: &SignedFeed) -> Answer {
    let until = feed.until.map(|until| format!("{until:.0}"));
    let waits = feed.waits.as_ref().map(missing);
    let state = match (&until, &waits) {
        (_, Some(why)) => format!("feed {} waits, it has {why}", feed.seq),
        (Some(until), None) => format!("feed {} is published, and true until {until}", feed.seq),
        (None, None) => format!("feed {} is published", feed.seq),
    };
    let document = serde_json::json!({
        "schema": "meterport.signed/1",
        "path": feed.path,
        "seq": feed.seq,
        "until": until,
        "waits": waits,
    });
    Answer { lines: vec![format!("{}: {state}", feed.path.display())], document }
}

/// The findings are the answer, also where they are errors; those end it with 7.
fn run_lint(folder: &FeedFolder, as_json: bool, now: Timestamp) -> Outcome {
    let findings = lint(folder, now)?;
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let mut lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    if findings.is_empty() {
        lines.push("nothing found".to_owned());
    }
    let document = serde_json::json!({"schema": "meterport.lint/1", "findings": findings});
    Answer { lines, document }.say(as_json)?;
    match errors {
        0 => Ok(ExitCode::SUCCESS),
        errors => Err(PublishError::Lint { errors, findings: Vec::new() }.into()),
    }
}

fn run_show(file: &Path, as_json: bool) -> Outcome {
    let read = |source| PublishError::Read { path: file.to_path_buf(), source };
    let length = std::fs::metadata(file).map_err(read)?.len();
    // What is shown may be a foreign feed, with something of its own behind the last element.
    let most = u64::try_from(MAX_FEED_BYTES).unwrap_or(u64::MAX);
    if length > most {
        let source = meterport_appcast::AppcastError::TooLarge {
            bytes: usize::try_from(length).unwrap_or(usize::MAX),
        };
        return Err(PublishError::Appcast { path: file.to_path_buf(), source }.into());
    }
    let shown = Shown::read(&read_bytes(file)?)
        .map_err(|source| PublishError::Appcast { path: file.to_path_buf(), source })?;
    let document = serde_json::to_value(&shown).map_err(|source| PackError::Document { source })?;
    Answer { lines: vec![shown.to_string()], document }.say(as_json)
}

fn said(item: &Item) -> Result<Said, PublishError> {
    let notes = match &item.notes_file {
        Some(path) => {
            let text = String::from_utf8(read_bytes(path)?);
            Some(text.map_err(|_| PublishError::Usage {
                message: format!("`{}` is not UTF-8", path.display()),
            })?)
        }
        None => item.notes.clone(),
    };
    let critical = match &item.critical_below {
        Some(version) => Some(Critical::Below(version.clone())),
        None => item.critical.then_some(Critical::Always),
    };
    Ok(Said {
        title: item.title.clone(),
        notes,
        is_markdown: item.markdown,
        channel: item.channel.clone(),
        critical,
        phased: item.phased,
        minimum_system: item.minimum_system.clone(),
        minimum_update: item.minimum_update.clone(),
    })
}
