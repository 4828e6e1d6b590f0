//! Why a component is refused.

use meterport_manifest::ManifestError;

/// The first rule that a component breaks. Names come from the file, escaped to plain ASCII.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    /// Above the limit on the whole file.
    #[error("component is {bytes} bytes long, allowed are {allowed}")]
    TooLarge {
        /// Size of the refused file.
        bytes: usize,
        /// The limit.
        allowed: usize,
    },
    /// More functions than a host compiles.
    #[error("component has {functions} functions or more, allowed are {allowed}")]
    TooManyFunctions {
        /// Counted until the limit broke.
        functions: u32,
        /// The limit.
        allowed: u32,
    },
    /// One function is larger than a host compiles.
    #[error("a function is {bytes} bytes long, allowed are {allowed}")]
    HugeBody {
        /// Size of the function's body.
        bytes: usize,
        /// The limit.
        allowed: usize,
    },
    /// The file is WebAssembly, but a core module: not yet encoded as a component.
    #[error("the file is a core module, not a component")]
    CoreModule,
    /// Not WebAssembly, or damaged, or it uses a feature that the host has off.
    #[error("the file is no component that a host can load")]
    Invalid(#[from] wasmparser::BinaryReaderError),
    /// No manifest anywhere.
    #[error("the manifest section `meterport:manifest` is missing")]
    NoManifest,
    /// A manifest, but only inside a core module, where no host looks.
    #[error("the manifest section `meterport:manifest` is only inside a core module")]
    DeepManifest,
    /// More than one manifest at the top level.
    #[error("the manifest section `meterport:manifest` is there {count} times, allowed is one")]
    SeveralManifests {
        /// How many there are.
        count: usize,
    },
    /// The manifest breaks the grammar.
    #[error("the manifest is refused")]
    Manifest(#[from] ManifestError),
    /// An import that is not the contract's.
    #[error("import `{import}` is not part of the driver contract")]
    ForeignImport {
        /// Its name.
        import: String,
    },
    /// The time of day, wanted by a driver that does not set clocks.
    #[error(
        "import `{import}` is for drivers that set the clock, and the manifest does not say so"
    )]
    WallClock {
        /// Its name.
        import: String,
    },
    /// An export that is not the contract's.
    #[error("export `{export}` is not part of the driver contract")]
    ForeignExport {
        /// Its name.
        export: String,
    },
    /// An interface of another contract than the manifest says.
    #[error("`{name}` is not of the contract that the manifest says")]
    OtherContract {
        /// Name of the import or export.
        name: String,
    },
    /// Nothing to call.
    #[error("the export `meterport:driver/guest` is missing")]
    NoGuest,
    /// The manifest says `set-clock = true`, and there is no such export.
    #[error("the manifest says `set-clock`, and the export `clock-setter` is missing")]
    NoClockSetter,
    /// The export is there, and the manifest does not say so.
    #[error("the export `clock-setter` is there, and the manifest does not say `set-clock`")]
    UnsaidClockSetter,
}

impl InspectError {
    /// The stable word for this error, as in the exit code table.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } | Self::TooManyFunctions { .. } | Self::HugeBody { .. } => {
                "driver.limit"
            }
            Self::CoreModule | Self::Invalid(_) => "component.invalid",
            Self::NoManifest
            | Self::DeepManifest
            | Self::SeveralManifests { .. }
            | Self::Manifest(_)
            | Self::NoClockSetter
            | Self::UnsaidClockSetter => "manifest.invalid",
            Self::ForeignImport { .. } | Self::WallClock { .. } => "driver.import",
            Self::ForeignExport { .. } | Self::OtherContract { .. } | Self::NoGuest => {
                "driver.contract"
            }
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::CoreModule => Some("`meterport-pack build DIR` makes a component of a driver"),
            Self::NoManifest | Self::DeepManifest => {
                Some("build the driver with `meterport-pack build`, which places the manifest")
            }
            Self::Manifest(error) => error.hint(),
            Self::ForeignImport { .. } => Some(
                "a driver imports `meterport:driver` only: no WASI, no files, no network, no clock of its own",
            ),
            Self::TooLarge { .. } | Self::HugeBody { .. } => {
                Some("large tables belong into code that computes them, or the driver into two")
            }
            _ => None,
        }
    }
}
