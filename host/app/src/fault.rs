//! Why a command failed, for people and for programs: one code word, one line, one hint.

use std::error::Error;

use meterport_devices::{EnumerateError, ImportError, LinkError, OpenError};
use meterport_model::codes::Code;
use meterport_model::document::{ErrorDocument, ErrorObject};
use meterport_model::text::printable;
use meterport_runtime::{LoadError, ReadFailure, Refused};
use meterport_upload::UploadError;

mod updating;

/// A failed command. Holds no result, serial number or name.
#[derive(Clone, Debug)]
pub(crate) struct Fault(Box<ErrorObject>);

impl Fault {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorObject {
            code,
            message: printable(&message.into()).into_owned(),
            hint: None,
            causes: Vec::new(),
            driver: None,
            step: None,
            candidates: None,
        }))
    }

    /// An error of another room, with its causes.
    pub(crate) fn of(code: Code, error: &dyn Error) -> Self {
        let mut fault = Self::new(code, error.to_string());
        let mut source = error.source();
        while let Some(cause) = source {
            let text = printable(&cause.to_string()).into_owned();
            // A transparent error says its cause's words; once is enough.
            if text != fault.0.message && fault.0.causes.last() != Some(&text) {
                fault.0.causes.push(text);
            }
            source = cause.source();
        }
        fault
    }

    /// The same under another code: a wrong value is the person's who types it, or the file's.
    pub(crate) fn with_code(mut self, code: Code) -> Self {
        self.0.code = code;
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    fn maybe_hint(mut self, hint: Option<&str>) -> Self {
        self.0.hint = hint.map(str::to_owned);
        self
    }

    pub(crate) fn driver(mut self, id: &str) -> Self {
        self.0.driver = Some(id.to_owned());
        self
    }

    fn step(mut self, step: &str) -> Self {
        self.0.step = Some(step.to_owned());
        self
    }

    /// What led to it, one line each.
    pub(crate) fn causes(mut self, causes: Vec<String>) -> Self {
        self.0.causes = causes.iter().map(|cause| printable(cause).into_owned()).collect();
        self
    }

    pub(crate) fn candidates(mut self, candidates: Vec<String>) -> Self {
        self.0.candidates = Some(candidates);
        self
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Code::Usage, message)
    }

    pub(crate) fn file(what: &str, error: &std::io::Error) -> Self {
        let mut fault = Self::new(Code::FileIo, what);
        fault.0.causes.push(error.to_string());
        fault
    }

    pub(crate) fn cancelled() -> Self {
        Self::new(Code::Cancelled, "cancelled")
    }

    pub(crate) fn exit(&self) -> u8 {
        self.0.code.exit().unwrap_or(10)
    }

    pub(crate) fn object(&self) -> &ErrorObject {
        &self.0
    }

    /// One line for programs.
    pub(crate) fn json(&self) -> String {
        let document = ErrorDocument { error: self.0.as_ref().clone() };
        serde_json::to_string(&document).unwrap_or_default()
    }

    /// A few lines for people.
    pub(crate) fn text(&self) -> String {
        let ErrorObject { message, causes, hint, driver, step, candidates, .. } = self.object();
        let mut text = format!("error: {message}\n");
        for cause in causes {
            text.push_str(&format!("  caused by: {cause}\n"));
        }
        if let Some(driver) = driver {
            let step = step.as_ref().map(|step| format!(", step `{step}`")).unwrap_or_default();
            text.push_str(&format!("  driver: `{driver}`{step}\n"));
        }
        if let Some(hint) = hint {
            text.push_str(&format!("\nhint: {hint}\n"));
        }
        for candidate in candidates.iter().flatten() {
            text.push_str(&format!("  - {candidate}\n"));
        }
        text
    }
}

/// A code as another room writes it.
fn code(word: &str) -> Code {
    Code::from_word(word).unwrap_or(Code::Internal)
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        Self::of(code(error.code()), &error).maybe_hint(error.hint())
    }
}

impl From<EnumerateError> for Fault {
    fn from(error: EnumerateError) -> Self {
        Self::of(code(error.code()), &error).maybe_hint(error.hint())
    }
}

impl From<LoadError> for Fault {
    fn from(error: LoadError) -> Self {
        Self::of(code(error.code()), &error).maybe_hint(error.hint())
    }
}

impl From<LinkError> for Fault {
    fn from(error: LinkError) -> Self {
        Self::of(code(error.code()), &error).maybe_hint(error.hint())
    }
}

impl From<ImportError> for Fault {
    fn from(error: ImportError) -> Self {
        Self::of(code(error.code()), &error).maybe_hint(error.hint())
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        Self::of(code(refused.code()), &refused).hint(refused.hint())
    }
}

impl From<UploadError> for Fault {
    fn from(error: UploadError) -> Self {
        Self::of(code(error.code()), &error).maybe_hint(error.hint())
    }
}

impl Fault {
    /// A session that failed, with the driver that ran and the step it was at.
    pub(crate) fn of_session(failure: &ReadFailure, driver: &str) -> Self {
        Self::of(code(failure.error.code()), &failure.error)
            .maybe_hint(failure.hint())
            .driver(driver)
            .step(&failure.step)
    }
}
