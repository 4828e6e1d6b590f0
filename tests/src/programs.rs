//! The programs as a test finds them.

use std::sync::OnceLock;

use crate::assemble::{AssembleError, Assembled, assemble, target_folder};

/// Builds everything once in this process, and says where it is.
///
/// Cargo's own output is kept for the error. Test programs that run at the same time wait for each
/// other.
///
/// # Errors
///
/// The same at every call.
pub fn programs() -> Result<&'static Assembled, &'static AssembleError> {
    static PROGRAMS: OnceLock<Result<Assembled, AssembleError>> = OnceLock::new();
    let build = || assemble(&target_folder()?, None);
    PROGRAMS.get_or_init(build).as_ref()
}
