//! Whether this user may open something, by the rights of the running program.

use std::path::Path;

use crate::Access;

/// A serial port. Where it cannot be told it is taken to be ready: opening it says more.
pub(super) fn of_port(path: &Path) -> Access {
    let access = of_node(path);
    #[cfg(target_os = "linux")]
    if access == Access::Ready && super::linux::is_locked(path) {
        return Access::Busy;
    }
    access
}

/// A device node that is read and written.
pub(super) fn of_node(path: &Path) -> Access {
    #[cfg(unix)]
    {
        use rustix::fs::Access as Mode;
        of(path, Mode::READ_OK | Mode::WRITE_OK)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Access::Ready
    }
}

/// A folder whose files are read.
#[cfg(target_os = "linux")]
pub(super) fn of_folder(path: &Path) -> Access {
    use rustix::fs::Access as Mode;
    of(path, Mode::READ_OK | Mode::EXEC_OK)
}

/// By the effective ids, as opening goes by.
#[cfg(unix)]
fn of(path: &Path, mode: rustix::fs::Access) -> Access {
    use rustix::io::Errno;
    let flags = rustix::fs::AtFlags::EACCESS;
    match rustix::fs::accessat(rustix::fs::CWD, path, mode, flags) {
        Err(Errno::ACCESS | Errno::PERM) => Access::NoPermission,
        _ => Access::Ready,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn rights_are_those_of_the_running_program() {
        let folder = tempfile::tempdir().unwrap();
        let node = folder.path().join("node");
        std::fs::write(&node, b"").unwrap();
        assert_eq!(of_node(&node), Access::Ready);
        std::fs::set_permissions(&node, std::fs::Permissions::from_mode(0o400)).unwrap();
        let root = rustix::process::geteuid().is_root();
        assert_eq!(of_node(&node), if root { Access::Ready } else { Access::NoPermission });
        assert_eq!(of_node(&folder.path().join("none")), Access::Ready);
    }
}
