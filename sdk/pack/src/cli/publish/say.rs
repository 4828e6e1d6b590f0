//! The answer of a command, for people and for programs.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde::Serialize;
use serde_json::Value;

use crate::error::PackError;

/// The answer of a command.
pub(super) struct Answer {
    /// For people.
    pub lines: Vec<String>,
    /// For programs.
    pub document: Value,
}

/// A document as it is printed: its kind comes first.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'a Value>,
    #[serde(flatten)]
    rest: BTreeMap<&'a str, &'a Value>,
}

impl<'a> Document<'a> {
    fn of(document: &'a Value) -> Self {
        let fields = document.as_object().into_iter().flatten();
        let mut rest: BTreeMap<&str, &Value> =
            fields.map(|(key, value)| (key.as_str(), value)).collect();
        Self { schema: rest.remove("schema"), rest }
    }
}

impl Answer {
    pub(super) fn say(&self, as_json: bool) -> Result<ExitCode, PackError> {
        if !as_json {
            return super::super::say(&self.lines.join("\n"));
        }
        let text = serde_json::to_string_pretty(&Document::of(&self.document));
        super::super::say(&text.map_err(|source| PackError::Document { source })?)
    }
}
