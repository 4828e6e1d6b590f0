//! The kernel's virtual USB controller: finding a free port, putting a device into it.
//!
//! The controller takes any stream socket of the process that writes its `attach` file, so a pair of
//! sockets is enough: no network, no other program. The device is gone when its end is closed, and so
//! when this process ends, however it does.
//!
//! Source: Linux, `drivers/usb/usbip/vhci_sysfs.c` (`status`, `attach`, `detach`).

use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use super::UsbError;
use super::descriptors::Speed;

/// The device's end of a port that it has been put into.
pub struct Plug {
    /// What the controller sends and takes.
    pub socket: UnixStream,
    port: u32,
}

impl Plug {
    /// Puts a device into a free port. Another process may take the same one first: then the next.
    ///
    /// # Errors
    ///
    /// No controller, no permission, or no free port.
    pub fn attach(speed: Speed) -> Result<Self, UsbError> {
        let attach = controller().join("attach");
        for _ in 0..ATTEMPTS {
            let ports = free_ports(&statuses()?);
            let port = *ports.first().ok_or(UsbError::Full)?;
            let (theirs, socket) = UnixStream::pair()?;
            // `(bus << 16) | device`: any number but 0 will do.
            let device = port + 1;
            let line = format!("{port} {} {device} {}", theirs.as_raw_fd(), speed as u32);
            match fs::write(&attach, line) {
                Ok(()) => return Ok(Self { socket, port }),
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {}
                Err(error) => return Err(refused(&attach, error)),
            }
        }
        Err(UsbError::Full)
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        // Sooner than waiting for the controller to see that the socket is closed.
        let _ = fs::write(controller().join("detach"), self.port.to_string());
    }
}

fn controller() -> PathBuf {
    PathBuf::from("/sys/devices/platform/vhci_hcd.0")
}

/// The tables of all controllers: `status`, `status.1` and so on.
fn statuses() -> Result<String, UsbError> {
    let first = controller().join("status");
    let mut all = fs::read_to_string(&first).map_err(|error| refused(&first, error))?;
    for number in 1.. {
        match fs::read_to_string(controller().join(format!("status.{number}"))) {
            Ok(more) => all.push_str(&more),
            Err(_) => break,
        }
    }
    Ok(all)
}

/// The free ports for devices up to 480 Mbit/s. The columns are `hub port sta spd dev sockfd
/// local_busid`; status 4 is free.
fn free_ports(statuses: &str) -> Vec<u32> {
    let free = |line: &str| {
        let mut columns = line.split_ascii_whitespace();
        match (columns.next(), columns.next(), columns.next()) {
            (Some("hs"), Some(port), Some("004")) => port.parse().ok(),
            _ => None,
        }
    };
    statuses.lines().filter_map(free).collect()
}

fn refused(path: &Path, source: io::Error) -> UsbError {
    let path = path.to_path_buf();
    match source.kind() {
        io::ErrorKind::NotFound => UsbError::NoController { path },
        io::ErrorKind::PermissionDenied => UsbError::Permission { path },
        _ => UsbError::Io(source),
    }
}

/// More than there are ports.
const ATTEMPTS: u32 = 256;

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = "hub port sta spd dev      sockfd local_busid\n\
                          hs  0000 006 002 00000001 000003 1-1\n\
                          hs  0001 004 000 00000000 000000 0-0\n\
                          ss  0008 004 000 00000000 000000 0-0\n\
                          hs  0016 004 000 00000000 000000 0-0\n";

    #[test]
    fn taken_ports_and_those_for_faster_devices_are_left_alone() {
        assert_eq!(free_ports(STATUS), [1, 16]);
    }

    #[test]
    fn a_missing_controller_is_told_with_the_next_step() {
        let error = refused(Path::new("/x/attach"), io::ErrorKind::NotFound.into());

        assert!(error.to_string().contains("modprobe vhci-hcd"), "{error}");
    }

    #[test]
    fn a_missing_permission_is_told_with_the_next_step() {
        let error = refused(Path::new("/x/attach"), io::ErrorKind::PermissionDenied.into());

        assert!(error.to_string().contains("as root"), "{error}");
    }
}
