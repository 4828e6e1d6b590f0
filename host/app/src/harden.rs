//! Keeps the program's memory out of files: health data and a token are in it.
//!
//! Core dumps are switched off at the start, and on Linux nobody but root can look into the
//! process. Deliberately absent: locked memory. It could not hold what TLS, JSON and a driver's
//! sandbox use, so it would promise what it cannot keep.

/// Called before anything else. What a system refuses is not fatal; `selftest` shows it.
pub(crate) fn harden() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        let _ = setrlimit(Resource::Core, none);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Whether it worked; `None` where this cannot be asked.
pub(crate) fn is_hardened() -> Option<bool> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        let no_core = getrlimit(Resource::Core).current == Some(0);
        Some(no_core && is_closed())
    }
    #[cfg(not(unix))]
    None
}

#[cfg(target_os = "linux")]
fn is_closed() -> bool {
    use rustix::process::{DumpableBehavior, dumpable_behavior};
    dumpable_behavior() == Ok(DumpableBehavior::NotDumpable)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn is_closed() -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_hardened_process_leaves_no_core_dump() {
        harden();

        assert_eq!(is_hardened(), Some(true));
    }
}
