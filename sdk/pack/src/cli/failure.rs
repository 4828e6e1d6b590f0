//! How an error is told: to a person with its causes and a hint, to a program as one JSON line.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use serde::Serialize;

use crate::error::PackError;
use crate::publish_error::PublishError;

#[derive(Serialize)]
struct Document<'a> {
    error: ErrorObject<'a>,
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    code: &'a str,
    message: String,
    hint: Option<&'a str>,
    causes: Vec<String>,
    driver: Option<&'a str>,
    step: Option<&'a str>,
    candidates: Option<Vec<&'a str>>,
}

/// Writes the error to stderr, and says how the program ends.
pub(super) fn show(error: &PackError, as_json: bool) -> ExitCode {
    let text = if as_json { json(error) } else { plain(error) };
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(error.exit_code())
}

fn causes(error: &PackError) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    if let PackError::Cargo { output } = error {
        causes.extend(output.lines().map(str::to_owned));
    }
    if let PackError::Publish(PublishError::Lint { findings, .. }) = error {
        causes.extend(findings.iter().cloned());
    }
    causes
}

fn plain(error: &PackError) -> String {
    let mut text = format!("error: {error}");
    for cause in causes(error) {
        text.push_str("\n  caused by: ");
        text.push_str(&cause);
    }
    if let Some(hint) = error.hint() {
        text.push_str("\n\nhint: ");
        text.push_str(hint);
    }
    text
}

fn json(error: &PackError) -> String {
    let document = Document {
        error: ErrorObject {
            code: error.code(),
            message: error.to_string(),
            hint: error.hint(),
            causes: causes(error),
            driver: None,
            step: None,
            candidates: None,
        },
    };
    serde_json::to_string(&document).unwrap_or_else(|_| plain(error))
}
