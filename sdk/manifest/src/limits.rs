//! How much a session may use, and how a manifest shortens it.
//!
//! A manifest may ask for more memory than the
//! default, up to a maximum; every time it can only shorten.

/// Most memory a manifest may ask for, in MiB.
pub const MAX_MEMORY_MIB: u32 = 128;
/// CPU time of a session: the default, and the most a manifest may name.
pub const MAX_CPU_S: u32 = DEFAULT_LIMITS.cpu_s;
/// Time without any progress: the default, and the most a manifest may name.
pub const MAX_IDLE_S: u32 = DEFAULT_LIMITS.idle_s;
/// Length of a session: the default, and the most a manifest may name.
pub const MAX_WALL_S: u32 = DEFAULT_LIMITS.wall_s;

/// What holds where a manifest says nothing.
pub const DEFAULT_LIMITS: EffectiveLimits =
    EffectiveLimits { memory_mib: 32, cpu_s: 5, idle_s: 60, wall_s: 1800 };

/// `[limits]` as the manifest says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory, 1 to 128 MiB.
    pub memory_mib: Option<u32>,
    /// CPU time of a session, 1 to 5 s.
    pub cpu_s: Option<u32>,
    /// Time without I/O progress and without results, 1 to 60 s.
    pub idle_s: Option<u32>,
    /// Length of a session, 1 to 1800 s.
    pub wall_s: Option<u32>,
}

impl Limits {
    /// The limits with the defaults filled in.
    pub fn effective(&self) -> EffectiveLimits {
        EffectiveLimits {
            memory_mib: self.memory_mib.unwrap_or(DEFAULT_LIMITS.memory_mib),
            cpu_s: self.cpu_s.unwrap_or(DEFAULT_LIMITS.cpu_s),
            idle_s: self.idle_s.unwrap_or(DEFAULT_LIMITS.idle_s),
            wall_s: self.wall_s.unwrap_or(DEFAULT_LIMITS.wall_s),
        }
    }
}

/// The limits that a session runs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffectiveLimits {
    /// Linear memory in MiB.
    pub memory_mib: u32,
    /// CPU time of a session in seconds.
    pub cpu_s: u32,
    /// Time without I/O progress and without results, in seconds.
    pub idle_s: u32,
    /// Length of a session in seconds.
    pub wall_s: u32,
}
