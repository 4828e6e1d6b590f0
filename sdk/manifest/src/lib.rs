//! The only parser of `driver.toml`: parse, validate, match.
//!
//! A driver says everything about itself in one TOML file, which travels inside the driver's
//! component as the custom section `meterport:manifest`, byte for byte. The compiler macro, the
//! pack tool and the host all read it with this crate, so there is one truth about what a manifest
//! means. The grammar and the rules of choice are in
//! `README.md`.
//!
//! This crate is pure: bytes in, values out. It opens no file, finds no section in a component and
//! asks no device. Nothing of a person ever stands in a manifest.
//!
//! ```
//! # let driver_toml = include_bytes!("../tests/data/complete.toml");
//! let manifest = meterport_manifest::Manifest::parse(driver_toml)?;
//! assert_eq!(manifest.id.as_ref(), "acme.glucolink");
//! # Ok::<(), meterport_manifest::ManifestError>(())
//! ```

mod bridge;
mod check;
mod check_rule;
mod choose;
mod error;
mod header;
mod id;
mod limits;
mod line;
mod matching;
mod model;
mod number;
mod overlap;
mod pattern;
mod raw;
mod rule;
mod text;
mod types;
mod widen;

pub use bridge::{BRIDGE_IDS, UsbId, is_bridge};
pub use choose::{Candidate, Choice, choose};
pub use error::ManifestError;
pub use header::{MANIFEST_NUMBER, MAX_BYTES};
pub use id::{ContractVersion, DriverId, IdError, parse_version};
pub use limits::{
    DEFAULT_LIMITS, EffectiveLimits, Limits, MAX_CPU_S, MAX_IDLE_S, MAX_MEMORY_MIB, MAX_WALL_S,
};
pub use line::{DataBits, Line, LineError, Parity, StopBits};
pub use matching::{Found, HidUsage, MatchHit, Seen, Specificity, matches};
pub use model::{Model, Quantity, Range, Unit};
pub use number::{Milli, MilliError};
pub use overlap::{outranks, overlap};
pub use pattern::Pattern;
pub use rule::{Match, MatchKind, Transport, UsbClass};
pub use text::{MAX_LIST_ITEMS, MAX_TEXT_BYTES};
pub use types::{DriverOption, Manifest, OptionInput, Permissions};
pub use widen::{Widening, widens};

/// The name of the custom section that holds `driver.toml` in a driver's component.
pub const SECTION_NAME: &str = "meterport:manifest";
