//! The system's keychain: Keychain Services, the Windows Credential Manager, or the Secret Service
//! of a Linux desktop, which is spoken to over D-Bus without any C library.
//!
//! Servers, containers and test machines have none. That must be found out quickly: without a
//! session bus nothing is tried, and a keychain that does not answer in time is none.

use std::sync::mpsc::channel;
use std::time::Duration;

use keyring::Entry;
use zeroize::Zeroizing;

/// The name under which the system shows our entries.
const SERVICE: &str = "meterport";

/// Until a keychain has answered that it is there.
const ANSWER: Duration = Duration::from_secs(2);

/// For anything more: a locked keychain asks the person first.
const PERSON: Duration = Duration::from_secs(60);

pub(super) fn is_there() -> bool {
    may_be_there() && within(ANSWER, || Entry::store_status().is_ok()) == Some(true)
}

/// Keeps a secret and reads it back: some keychains take what they do not give.
pub(super) fn keep(name: &str, secret: Zeroizing<Vec<u8>>) -> bool {
    let name = name.to_owned();
    let kept = within(PERSON, move || {
        let entry = Entry::new(SERVICE, &name).ok()?;
        entry.set_secret(&secret).ok()?;
        let back = Zeroizing::new(entry.get_secret().ok()?);
        Some(*back == *secret)
    });
    kept.flatten() == Some(true)
}

pub(super) fn read(name: &str) -> Option<Zeroizing<Vec<u8>>> {
    if !is_there() {
        return None;
    }
    let name = name.to_owned();
    within(PERSON, move || Entry::new(SERVICE, &name).ok()?.get_secret().ok().map(Zeroizing::new))
        .flatten()
}

pub(super) fn remove(name: &str) {
    if !is_there() {
        return;
    }
    let name = name.to_owned();
    within(PERSON, move || {
        let _ = Entry::new(SERVICE, &name).and_then(|entry| entry.delete_credential());
    });
}

#[cfg(any(target_os = "macos", windows))]
fn may_be_there() -> bool {
    true
}

/// Whether there is a session bus at all.
#[cfg(not(any(target_os = "macos", windows)))]
fn may_be_there() -> bool {
    let named = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|bus| !bus.is_empty());
    named
        || std::env::var_os("XDG_RUNTIME_DIR")
            .is_some_and(|folder| std::path::Path::new(&folder).join("bus").exists())
}

/// What `work` gives, if it does so in time. A keychain that hangs is left to itself.
fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(limit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keychain_that_hangs_is_none() {
        let answer =
            within(Duration::from_millis(10), || std::thread::sleep(Duration::from_secs(5)));

        assert_eq!(answer, None);
    }
}
