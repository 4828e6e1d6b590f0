//! A simulated meter on a pseudo-terminal: a real serial port for everything above it.
//!
//! What a pseudo-terminal lacks: modem lines, parity, and a line of its own speed, which the knob
//! `pace` replaces.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use thiserror::Error;

use crate::{Noisy, Reply, Simulator};

/// Why a carrier stopped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CarrierError {
    /// The host sent a command that a reading must never send.
    #[error("forbidden command: {0}")]
    Violation(String),
    /// The pseudo-terminal failed.
    #[error("the pseudo-terminal failed")]
    Io(#[from] io::Error),
}

/// An open pseudo-terminal. Its link, if it has one, goes with it.
pub struct Carrier {
    master: File,
    /// Kept open so that the terminal survives a host that closes it.
    slave: Option<OwnedFd>,
    path: PathBuf,
    link: Option<PathBuf>,
}

impl Carrier {
    /// Opens a pseudo-terminal and, if asked, makes a link to it that replaces an older link.
    ///
    /// # Errors
    ///
    /// The system's own.
    pub fn open(link: Option<PathBuf>) -> io::Result<Self> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let path = PathBuf::from(name.to_string_lossy().into_owned());
        let slave = rustix::fs::open(&path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty())?;
        let mut settings = tcgetattr(&slave)?;
        settings.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &settings)?;
        if let Some(link) = &link {
            if fs::symlink_metadata(link).is_ok_and(|found| found.file_type().is_symlink()) {
                fs::remove_file(link)?;
            }
            std::os::unix::fs::symlink(&path, link)?;
        }
        Ok(Self { master: File::from(master), slave: Some(slave), path, link })
    }

    /// The path a host opens.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.link.as_deref().unwrap_or(&self.path)
    }

    /// The link that was asked for.
    #[must_use]
    pub fn link(&self) -> Option<PathBuf> {
        self.link.clone()
    }

    /// Serves a meter until its cable is pulled.
    ///
    /// # Errors
    ///
    /// A command that a reading must never send, or the pseudo-terminal's own.
    pub fn serve<S: Simulator>(mut self, mut meter: Noisy<S>) -> Result<(), CarrierError> {
        let mut buffer = [0_u8; 4096];
        loop {
            let count = self.master.read(&mut buffer)?;
            let replies = meter.receive(buffer.get(..count).unwrap_or_default());
            if let Some(violation) = meter.violation() {
                return Err(CarrierError::Violation(violation.to_owned()));
            }
            self.send(&replies, meter.pace())?;
            if meter.unplugged() {
                // Both ends close: to the host the port is gone.
                self.slave = None;
                return Ok(());
            }
        }
    }

    fn send(&mut self, replies: &[Reply], pace: Option<u32>) -> io::Result<()> {
        for reply in replies {
            std::thread::sleep(Duration::from_millis(u64::from(reply.pause_ms)));
            let Some(pace) = pace else {
                self.write_all(&reply.bytes)?;
                continue;
            };
            // In small pieces, each due when its last bit would have left the meter.
            let started = Instant::now();
            let mut sent = 0_u64;
            for piece in reply.bytes.chunks(PIECE) {
                sent += u64::try_from(piece.len()).unwrap_or_default();
                let due = Duration::from_nanos(sent * 10_000_000_000 / u64::from(pace.max(1)));
                std::thread::sleep(due.saturating_sub(started.elapsed()));
                self.write_all(piece)?;
            }
        }
        Ok(())
    }

    /// Writes even where the host reads slowly; gives up where nobody reads at all.
    fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let mut ready = [PollFd::new(&self.master, PollFlags::OUT)];
            let patience = rustix::time::Timespec { tv_sec: 5, tv_nsec: 0 };
            if poll(&mut ready, Some(&patience))? == 0 {
                return Ok(());
            }
            let count = self.master.write(bytes)?;
            bytes = bytes.get(count..).unwrap_or_default();
        }
        Ok(())
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        if let Some(link) = &self.link {
            let _ = fs::remove_file(link);
        }
    }
}

const PIECE: usize = 8;
