//! `app.toml`: what a package of the program says about itself, as its first entry.
//!
//! ```toml
//! id = "app"
//! version = "1.2.0"
//! os = "linux-x64"
//! contracts = ["0.1.4"]
//! ```

use meterport_manifest::{IdError, parse_version};
use semver::Version;
use serde::Deserialize;

use crate::word::OsWord;

/// Largest `app.toml`, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// What a package of the program says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppManifest {
    /// The version of the program.
    pub version: Version,
    /// The system it runs on; never `any`.
    pub os: OsWord,
    /// The contracts it loads, one release of each; never empty.
    pub contracts: Vec<Version>,
}

/// Why bytes are no `app.toml`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppManifestError {
    /// More than 64 KiB.
    #[error("`app.toml` has {bytes} bytes, allowed are {MAX_BYTES}")]
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// Not UTF-8, no TOML, or a key is missing or of another type.
    #[error("`app.toml` is not readable: {detail}")]
    Syntax {
        /// What the parser says.
        detail: String,
    },
    /// `id` is not `app`.
    #[error("`id` of `app.toml` is not `app`")]
    Id,
    /// A version is none.
    #[error("`{key}` of `app.toml` {source}")]
    Version {
        /// Which.
        key: &'static str,
        /// What is wrong about it.
        source: IdError,
    },
    /// Not the name of one system.
    #[error("`os` of `app.toml` is no name of a system such as `linux-x64`")]
    Os,
    /// It would load no driver.
    #[error("`contracts` of `app.toml` is empty")]
    NoContracts,
}

/// Keys of a later program are tolerated: the package that brings them is newer than its reader.
#[derive(Deserialize)]
struct Raw {
    id: String,
    version: String,
    os: String,
    contracts: Vec<String>,
}

impl AppManifest {
    /// Reads the file.
    pub fn parse(bytes: &[u8]) -> Result<Self, AppManifestError> {
        if bytes.len() > MAX_BYTES {
            return Err(AppManifestError::TooLarge { bytes: bytes.len() });
        }
        let syntax = |detail: &str| AppManifestError::Syntax { detail: detail.trim().to_owned() };
        let text = std::str::from_utf8(bytes).map_err(|_| syntax("it is not UTF-8"))?;
        let raw: Raw = toml::from_str(text).map_err(|error| syntax(error.message()))?;
        if raw.id != "app" {
            return Err(AppManifestError::Id);
        }
        let version = |key, text: &str| {
            parse_version(text).map_err(|source| AppManifestError::Version { key, source })
        };
        if raw.contracts.is_empty() {
            return Err(AppManifestError::NoContracts);
        }
        let os: OsWord = raw.os.parse().map_err(|_| AppManifestError::Os)?;
        Ok(Self {
            version: version("version", &raw.version)?,
            os: if os.is_any() { Err(AppManifestError::Os)? } else { os },
            contracts: raw
                .contracts
                .iter()
                .map(|text| version("contracts", text))
                .collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{AppManifest, AppManifestError};

    const GOOD: &str = "id = \"app\"\nversion = \"1.2.0\"\nos = \"linux-x64\"\ncontracts = [\"0.1.4\", \"0.2.0\"]\n";

    #[test]
    fn what_is_missing_or_wrong_is_refused_and_named() {
        for (from, to, says) in [
            ("\"app\"", "\"acme\"", "`id` of `app.toml` is not `app`"),
            ("1.2.0", "1.2", "`version` of `app.toml` is no SemVer 2"),
            ("0.1.4", "0.1", "`contracts` of `app.toml` is no SemVer 2"),
            ("linux-x64", "any", "`os` of `app.toml` is no name"),
            ("linux-x64", "../x", "`os` of `app.toml` is no name"),
            ("[\"0.1.4\", \"0.2.0\"]", "[]", "`contracts` of `app.toml` is empty"),
            ("os = ", "system = ", "missing field `os`"),
            ("id = ", "id ", "`app.toml` is not readable"),
            ("\"1.2.0\"", "1", "`app.toml` is not readable"),
        ] {
            let error = AppManifest::parse(GOOD.replace(from, to).as_bytes()).unwrap_err();
            assert!(error.to_string().contains(says), "{to}: {error}");
        }
        assert!(matches!(
            AppManifest::parse(&[b'\n'; 65 * 1024]),
            Err(AppManifestError::TooLarge { .. })
        ));
        assert!(AppManifest::parse(b"\xFF").is_err());
    }

    #[test]
    fn keys_of_a_later_program_are_tolerated() {
        let manifest = AppManifest::parse(format!("{GOOD}more = 1\n").as_bytes()).unwrap();

        assert_eq!(manifest.version.to_string(), "1.2.0");
        assert_eq!(manifest.os.as_str(), "linux-x64");
        assert_eq!(manifest.contracts.len(), 2);
    }
}
