//! The busy lease: whoever reads a meter or uploads says so, and a restart of the program waits for
//! a better moment. Nothing that is in use is ever replaced or removed, so the lease is courtesy: a
//! reading goes on where there is none to be had.

use crate::error::StoreError;
use crate::lock::{self, Guard};
use crate::store::Store;

const FILE: &str = "busy";

/// Somebody reads a meter or uploads, until this is dropped. Several may at once.
#[derive(Debug)]
#[must_use]
pub struct Lease {
    _guard: Guard,
}

/// Nobody reads a meter or uploads, and nobody begins to, until this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Idle {
    _guard: Guard,
}

impl Store {
    /// Says that a meter is read or an upload runs. Fails where the program is about to restart.
    pub fn busy(&self) -> Result<Lease, StoreError> {
        let guard = lock::try_shared(self.disk(), FILE)?;
        Ok(Lease { _guard: guard.ok_or(StoreError::Restarting)? })
    }

    /// Asks for a moment in which no meter is read and nothing uploaded.
    pub fn idle(&self) -> Result<Idle, StoreError> {
        let guard = lock::try_exclusive(self.disk(), FILE)?;
        Ok(Idle { _guard: guard.ok_or(StoreError::Busy)? })
    }
}

#[cfg(test)]
mod tests {
    use cap_std::ambient_authority;
    use cap_std::fs::Dir;
    use tempfile::TempDir;

    use crate::{Store, StoreError};

    #[test]
    fn nothing_restarts_while_a_meter_is_read() {
        let folder = TempDir::new().unwrap();
        let open =
            || Store::open(Dir::open_ambient_dir(&folder, ambient_authority()).unwrap()).unwrap();
        let (desk, command) = (open(), open());

        let (first, second) = (desk.busy().unwrap(), command.busy().unwrap());
        drop(first);
        let error = desk.idle().unwrap_err();
        assert!(matches!(error, StoreError::Busy), "{error}");
        assert!(error.hint().is_some());
        drop(second);

        let idle = desk.idle().unwrap();
        assert!(matches!(command.busy().unwrap_err(), StoreError::Restarting));
        drop(idle);
        drop(command.busy().unwrap());
    }
}
