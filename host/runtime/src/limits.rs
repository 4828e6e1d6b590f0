//! Every bound of the sandbox, in one place. Truth: `ARCHITECTURE.md`, "Limits of a driver".

use std::time::Duration;

use meterport_manifest::EffectiveLimits;

/// A component file.
pub const COMPONENT_BYTES: usize = 4 * 1024 * 1024;
/// Functions in a component, all its modules together.
pub const FUNCTIONS: u32 = 20_000;
/// Code of one function.
pub const FUNCTION_BODY_BYTES: usize = 256 * 1024;
/// Core modules and nested components in a file.
pub const MODULES: u32 = 32;
/// How deep modules and components may be nested. The encoder wraps an export in one component.
pub const NESTING: usize = 2;
/// Instances that the components of a file make, all of them together. Instances of components are
/// expanded while compiling, so each level of nesting would multiply them.
pub const INSTANTIATIONS: u32 = 64;

pub(crate) const TABLE_ELEMENTS: usize = 10_000;
pub(crate) const INSTANCES: usize = 8;
pub(crate) const TABLES: usize = 8;
pub(crate) const MEMORIES: usize = 2;
pub(crate) const WASM_STACK_BYTES: usize = 512 * 1024;
pub(crate) const THREAD_STACK_BYTES: usize = 4 * 1024 * 1024;
pub(crate) const HANDLES: usize = 256;
/// What one host call may hand over, and what it may cost to lift it.
pub(crate) const HOSTCALL_BYTES: usize = 4 * 1024 * 1024;
pub(crate) const READ_BYTES: u32 = 64 * 1024;
pub(crate) const REPORT_BYTES: usize = 4096;
/// Blocks of one read.
pub(crate) const BLOCKS: u32 = 128;
pub(crate) const PATH_BYTES: usize = 1024;
/// A disk whose blocks are registers.
pub(crate) const MEDIUM_BYTES: u64 = 32 * 1024 * 1024;
/// What a session may read of a volume.
pub(crate) const VOLUME_BYTES: usize = 64 * 1024 * 1024;
pub(crate) const BATCH_ENTRIES: usize = 512;
pub(crate) const SESSION_ENTRIES: usize = 1_000_000;
/// Texts, lists and raw bytes of all entries of a session together.
pub(crate) const SESSION_BYTES: usize = 128 * 1024 * 1024;
pub(crate) const LOG_LINE_BYTES: usize = 4 * 1024;
pub(crate) const LOG_SESSION_BYTES: usize = 1024 * 1024;
pub(crate) const STEP_BYTES: usize = 32;
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);
/// Of calls that nothing interrupts: a USB transfer, a block.
pub(crate) const SHORT_TIMEOUT: Duration = meterport_devices::USB_TIMEOUT;
/// From the wish to end until a driver that ignores it is stopped.
pub(crate) const GRACE: Duration = Duration::from_millis(1_500);
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// The budgets of one session.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Budgets {
    /// Processor time of the session's own thread. Waiting is free.
    pub cpu: Duration,
    /// Time without a byte from the device and without a result.
    pub idle: Duration,
    /// Time in all.
    pub wall: Duration,
    /// Linear memory.
    pub memory_bytes: usize,
}

impl From<EffectiveLimits> for Budgets {
    fn from(limits: EffectiveLimits) -> Self {
        Self {
            cpu: Duration::from_secs(u64::from(limits.cpu_s)),
            idle: Duration::from_secs(u64::from(limits.idle_s)),
            wall: Duration::from_secs(u64::from(limits.wall_s)),
            memory_bytes: usize::try_from(limits.memory_mib)
                .unwrap_or(usize::MAX)
                .saturating_mul(1024 * 1024),
        }
    }
}
