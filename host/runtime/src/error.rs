//! Why a driver was not loaded, and why a session gave no complete readout.

use std::fmt;

use meterport_devices::LinkError;
use meterport_manifest::ManifestError;
use meterport_model::check::EntryError;
use thiserror::Error;

/// Why a package is no driver this host runs.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Too large to be looked at.
    #[error("the file is larger than a driver may be ({bytes} bytes, at most {most})")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The cap.
        most: usize,
    },
    /// Not a WebAssembly component.
    #[error("the file is not a WebAssembly component: {what}")]
    NotAComponent {
        /// What it is instead.
        what: &'static str,
    },
    /// The bytes are not valid WebAssembly.
    #[error("the file is damaged: {text}")]
    Invalid {
        /// What the validator says.
        text: String,
    },
    /// No manifest section, or more than one, at the top level.
    #[error("the file has {count} manifests at its top level, it must have one")]
    ManifestCount {
        /// How many.
        count: usize,
    },
    /// The manifest is refused.
    #[error("the driver's manifest is refused")]
    Manifest(#[from] ManifestError),
    /// It imports something that is not ours to give.
    #[error("the driver wants `{import}`, which no driver gets")]
    Import {
        /// By its name.
        import: String,
    },
    /// It exports something else than the contract says.
    #[error("the driver {what}")]
    Export {
        /// In words.
        what: String,
    },
    /// It has more code than is compiled here.
    #[error("the driver has too many {what}: {count}, at most {most}")]
    TooMuchCode {
        /// Of what.
        what: &'static str,
        /// How much.
        count: u64,
        /// The cap.
        most: u64,
    },
    /// It was built for another contract.
    #[error("the driver needs a host with contract {needed}, this one has {has}")]
    Contract {
        /// What it says.
        needed: String,
        /// What this host has.
        has: &'static str,
    },
    /// It links to no contract of this host.
    #[error("the driver does not fit its contract: {text}")]
    Link {
        /// What the engine says.
        text: String,
    },
}

impl LoadError {
    /// The registered word.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Import { .. } => "driver.import",
            Self::Contract { .. } | Self::Link { .. } | Self::Export { .. } => "driver.contract",
            Self::TooLarge { .. } | Self::TooMuchCode { .. } => "driver.limit",
            Self::Manifest(_) | Self::ManifestCount { .. } => "manifest.invalid",
            Self::NotAComponent { .. } | Self::Invalid { .. } => "driver.contract",
        }
    }

    /// What the person can do about it, if anything.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Import { .. } => "nothing was run; ask whoever made the driver",
            Self::Contract { .. } => "update Meterport, then install the driver again",
            Self::ManifestCount { count: 0 } => "build the driver with `meterport-pack build`",
            Self::NotAComponent { .. } => "a driver is the file that `meterport-pack build` makes",
            _ => return None,
        })
    }
}

/// Why a session ended early because of what it used.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum Limit {
    /// Linear memory.
    #[error("the driver wanted {wanted} bytes of memory, at most {most}")]
    Memory {
        /// What it asked for.
        wanted: usize,
        /// The cap.
        most: usize,
    },
    /// Tables.
    #[error("the driver wanted a table of {wanted} elements, at most {most}")]
    Table {
        /// What it asked for.
        wanted: usize,
        /// The cap.
        most: usize,
    },
    /// The stack.
    #[error("the driver's calls are nested too deeply")]
    Stack,
    /// What was handed over in one call.
    #[error("the driver handed over too much in one call")]
    Handover,
    /// Entries in one call.
    #[error("the driver emitted {count} entries in one call, at most {most}")]
    Batch {
        /// How many.
        count: usize,
        /// The cap.
        most: usize,
    },
    /// Entries in one session.
    #[error("the driver emitted more than {most} entries")]
    Entries {
        /// The cap.
        most: usize,
    },
    /// What the entries of a session hold, all together.
    #[error("the driver's results hold more than {most} bytes")]
    Bytes {
        /// The cap.
        most: usize,
    },
    /// Resource handles.
    #[error("the driver holds too many handles")]
    Handles,
}

/// A budget that ran out.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum Budget {
    /// Processor time.
    #[error("the driver used all its processor time")]
    Cpu,
    /// No progress.
    #[error("nothing happened for too long")]
    Idle,
    /// Time in all.
    #[error("the reading took too long")]
    Wall,
}

/// Why a session gave no complete readout.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The device or its link.
    #[error("{0}")]
    Link(LinkError),
    /// Bytes arrived and did not decode, or something stayed wrong after every retry.
    #[error("{detail}")]
    Protocol {
        /// The driver's own short word, such as `bad-checksum`.
        code: String,
        /// The driver's text.
        detail: String,
    },
    /// The driver announced another number of entries than it emitted.
    #[error("the driver counted {announced} results and handed over {emitted}")]
    Count {
        /// As announced.
        announced: usize,
        /// As received.
        emitted: usize,
    },
    /// An entry failed the host's checks.
    #[error("the driver handed over a malformed result")]
    Entry(#[source] EntryError),
    /// The contract was broken in another way.
    #[error("the driver broke the contract: {what}")]
    Contract {
        /// How.
        what: &'static str,
    },
    /// The device is not one the driver reads.
    #[error("the driver does not read this meter: {what}")]
    Unsupported {
        /// The driver's text.
        what: String,
    },
    /// The person has to do something first.
    #[error("the meter waits: {}", action_words(.action))]
    UserAction {
        /// Registered code.
        action: String,
    },
    /// The driver's own reason.
    #[error("{text}")]
    Other {
        /// The driver's code.
        code: String,
        /// The driver's text.
        text: String,
    },
    /// The driver used something it was not granted.
    #[error("the driver used what it was not granted: {what}")]
    Denied {
        /// What.
        what: String,
    },
    /// The driver does not get this device.
    #[error(transparent)]
    Refused(crate::Refused),
    /// A budget ran out.
    #[error(transparent)]
    Budget(Budget),
    /// A limit was reached.
    #[error(transparent)]
    Limit(Limit),
    /// The driver crashed.
    #[error("the driver crashed at {place}")]
    Panic {
        /// Where in its source. What it said there may quote a result, and stays in its log.
        place: String,
    },
    /// The person ended it.
    #[error("cancelled")]
    Cancelled,
    /// The host could not run the driver at all.
    #[error("the driver could not be started: {text}")]
    Start {
        /// Why.
        text: String,
    },
}

impl ReadError {
    /// The registered word.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Link(error) => error.code(),
            Self::Protocol { code, .. } if code == "count-mismatch" => "protocol.count",
            Self::Protocol { .. } => "protocol",
            Self::Count { .. } => "protocol.count",
            Self::Entry(_) | Self::Contract { .. } => "protocol.entry",
            Self::Unsupported { .. } => "meter.unsupported",
            Self::UserAction { .. } => "device.user-action",
            Self::Other { .. } => "driver.other",
            Self::Denied { .. } => "driver.denied",
            Self::Refused(refused) => refused.code(),
            Self::Budget(_) => "driver.budget",
            Self::Limit(_) => "driver.limit",
            Self::Panic { .. } => "driver.panic",
            Self::Cancelled => "cancelled",
            Self::Start { .. } => "internal",
        }
    }

    /// What the person can do about it, if anything.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Link(error) => return error.hint(),
            Self::Protocol { .. } | Self::Count { .. } => {
                "unplug the meter, plug it in again and read it once more"
            }
            Self::UserAction { action } => return action_hint(action),
            Self::Refused(refused) => refused.hint(),
            Self::Budget(Budget::Idle) => {
                "check the cable, and whether the meter must be on or off for it, then try again"
            }
            Self::Budget(_)
            | Self::Limit(_)
            | Self::Panic { .. }
            | Self::Denied { .. }
            | Self::Entry(_)
            | Self::Contract { .. } => "nothing was kept; tell whoever made the driver",
            // Whether another driver could is for whoever chose this one to say.
            Self::Unsupported { .. }
            | Self::Other { .. }
            | Self::Cancelled
            | Self::Start { .. } => return None,
        })
    }
}

/// What is to be done, for a person; the registered codes stand in `wit/README.md`.
fn action_words(action: &str) -> &str {
    match action {
        "wake-meter" => "it has to be switched on",
        "unlock-meter" => "it has to be unlocked",
        "confirm-on-meter" => "it asks for a confirmation",
        "leave-menu" => "it shows a menu, which has to be left",
        "enter-pin" => "it asks for its PIN",
        "reseat-cable" => "its cable does not sit firmly",
        "replug" => "it has to be unplugged and plugged in again",
        "export-on-device" => "there is no export yet; it is started on the device",
        "leave-one-file" => "there is more than one file, and nobody said which is meant",
        other => other,
    }
}

fn action_hint(action: &str) -> Option<&'static str> {
    Some(match action {
        "wake-meter" => "switch the meter on, then read it again",
        "unlock-meter" => "unlock the meter, then read it again",
        "confirm-on-meter" => "confirm on the meter, then read it again",
        "leave-menu" => "leave the meter's menu, then read it again",
        "enter-pin" => "enter the PIN on the meter, then read it again",
        "reseat-cable" => "push the cable in firmly, then read again",
        "replug" => "unplug the meter, plug it in again, then read it again",
        "export-on-device" => "start the export on the device, then read again",
        "leave-one-file" => "leave only the file that is meant in the folder, then read it again",
        _ => return None,
    })
}

/// A session that failed: why, where, and what came before.
pub struct ReadFailure {
    /// Why.
    pub error: ReadError,
    /// Over what was read: `serial`, `hid`, `usb`, `block` or `volume`.
    pub transport: &'static str,
    /// The step of the conversation that was running.
    pub step: String,
    /// What was read before the failure, labelled incomplete; kept only for a person who asks.
    pub partial: Option<Box<meterport_model::device::Readout>>,
    /// The driver's own technical remarks.
    pub log: Box<[crate::LogLine]>,
}

impl ReadFailure {
    /// What the person can do about it, if anything. Nothing of a file is mended by a plug.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match &self.error {
            ReadError::Protocol { .. } | ReadError::Count { .. } if self.transport == "volume" => {
                Some("copy the file again, or export it again on the device, then read it")
            }
            ReadError::Link(LinkError::Timeout) if self.transport == "volume" => {
                Some("wait until the file is written to its end, then read it again")
            }
            error => error.hint(),
        }
    }
}

impl fmt::Debug for ReadFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ReadFailure")
            .field("error", &self.error)
            .field("step", &self.step)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
