//! The answer of a command, for people and for programs.

use std::process::ExitCode;

use serde_json::Value;

use crate::error::PackError;

/// The answer of a command.
pub(super) struct Answer {
    /// For people.
    pub lines: Vec<String>,
    /// For programs.
    pub document: Value,
}

impl Answer {
    pub(super) fn say(&self, as_json: bool) -> Result<ExitCode, PackError> {
        if !as_json {
            return super::super::say(&self.lines.join("\n"));
        }
        let text = serde_json::to_string_pretty(&self.document);
        super::super::say(&text.map_err(|source| PackError::Document { source })?)
    }
}
