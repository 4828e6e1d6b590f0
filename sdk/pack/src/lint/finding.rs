//! One thing that the linter says.

use std::fmt;

use meterport_appcast::Item;
use serde::Serialize;

use crate::text::printable;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth a look.
    Warning,
    /// Nothing is signed or published.
    Error,
}

/// One thing that the linter says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Which file.
    pub file: String,
    /// Which item, if one is meant.
    pub item: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl Finding {
    pub(super) fn error(file: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, file, None, message.into())
    }

    pub(super) fn warning(file: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, file, None, message.into())
    }

    /// The same about one item.
    pub(super) fn of(self, item: impl Into<String>) -> Self {
        Self { item: Some(item.into()), ..self }
    }

    fn new(severity: Severity, file: &str, item: Option<String>, message: String) -> Self {
        Self { severity, file: file.to_owned(), item, message }
    }
}

/// `acme.meter-x 1.4.0`, and the system where there is one.
pub(super) fn name(item: &Item) -> String {
    let os = item.os.as_ref().map(|os| format!(" {os}")).unwrap_or_default();
    format!("{} {}{os}", item.id, item.version)
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}: {}", self.file)?;
        if let Some(item) = &self.item {
            write!(f, ": `{}`", printable(item))?;
        }
        write!(f, ": {}", printable(&self.message))
    }
}
