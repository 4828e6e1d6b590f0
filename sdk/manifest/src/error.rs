//! Why a manifest is refused. Every case names the key, as a path such as `match[1].vid`.

/// Why a `driver.toml` is not a manifest that this Meterport accepts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// Larger than [`MAX_BYTES`](crate::MAX_BYTES).
    #[error("manifest is {bytes} bytes long, allowed are {}", crate::MAX_BYTES)]
    TooLarge {
        /// Size of the refused file.
        bytes: usize,
    },
    /// The file begins with a byte-order mark.
    #[error("manifest begins with a byte-order mark")]
    ByteOrderMark,
    /// The bytes are no UTF-8.
    #[error("line {line}: not UTF-8")]
    NotUtf8 {
        /// From 1.
        line: usize,
    },
    /// Something else stands before `manifest = 1`, or `manifest` is missing.
    #[error("line {line}: the first key must be `manifest = 1`")]
    FirstKey {
        /// From 1.
        line: usize,
    },
    /// `manifest` has a higher number: another grammar, which this program does not know.
    #[error("`manifest = {number}` needs a newer Meterport, this one reads `manifest = 1`")]
    Newer {
        /// The number as written, cut to 20 digits.
        number: String,
    },
    /// Not TOML 1.0.
    #[error("line {line}: {detail}")]
    Syntax {
        /// From 1.
        line: usize,
        /// What the parser expected.
        detail: String,
    },
    /// A key that the grammar does not have, or has elsewhere, or a value of another TOML type.
    #[error("line {line}: {detail}{}", in_table(.path))]
    Shape {
        /// From 1.
        line: usize,
        /// The keys that lead there, joined by dots; empty at the top of the file.
        path: String,
        /// What is wrong; for an unknown key, its name and the known ones.
        detail: String,
    },
    /// A key is required and not there.
    #[error("`{key}` is missing")]
    Missing {
        /// Path of the key.
        key: String,
    },
    /// The key exists, but not beside the `transport` or `input` that is given.
    #[error("`{key}` does not belong to {owner}")]
    Misplaced {
        /// Path of the key.
        key: String,
        /// What it would have to belong to, such as ``transport `serial` ``.
        owner: String,
    },
    /// A value is outside what the grammar allows.
    #[error("`{key}` {problem}")]
    Value {
        /// Path of the key.
        key: String,
        /// What is wrong with the value, as the end of a sentence about the key.
        problem: String,
    },
    /// An id that bridge makers give to everyone stands in a rule that claims a meter.
    #[error(
        "`{key}`: {vid:04X}:{pid:04X} is in anyone's cable, so it is allowed with `kind = \"cable\"` only"
    )]
    BridgeAsDevice {
        /// Path of the rule, such as `match[0]`.
        key: String,
        /// USB vendor id.
        vid: u16,
        /// USB product id.
        pid: u16,
    },
}

impl ManifestError {
    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Newer { .. } => Some("update Meterport, then install the driver again"),
            Self::ByteOrderMark | Self::NotUtf8 { .. } => {
                Some("save driver.toml as UTF-8 without a byte-order mark")
            }
            Self::BridgeAsDevice { .. } => Some("write `kind = \"cable\"` in this rule"),
            _ => None,
        }
    }

    pub(crate) fn value(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Value { key: key.into(), problem: problem.into() }
    }
}

fn in_table(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!(" in `{path}`") }
}
