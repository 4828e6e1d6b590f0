//! Why a clinic did not install something.

use std::error::Error;

use meterport_update::{ApplyError, DownloadError, NotNow, RefreshError};

/// Why a clinic did not install something.
#[derive(Debug)]
pub struct Failure {
    /// The code word that the program would show, or `""` where only the program knows one.
    pub code: String,
    /// The message with its causes, and the particulars.
    pub text: String,
}

impl Failure {
    pub(crate) fn new(code: &str, text: String) -> Self {
        Self { code: code.to_owned(), text }
    }

    fn of(code: Option<&str>, error: &(dyn Error + 'static)) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text += &format!(": {error}");
            cause = error.source();
        }
        Self::new(code.unwrap_or_default(), format!("{text} ({error:?})"))
    }
}

impl From<RefreshError> for Failure {
    fn from(error: RefreshError) -> Self {
        Self::of(None, &error)
    }
}

impl From<DownloadError> for Failure {
    fn from(error: DownloadError) -> Self {
        Self::of(error.code(), &error)
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        Self::of(error.code(), &error)
    }
}

impl From<NotNow> for Failure {
    fn from(error: NotNow) -> Self {
        Self::of(Some(error.code()), &error)
    }
}
