//! The text of a keyring: the first one, and the one that follows another.
//!
//! The next keyring keeps every line of the one before that nobody changes, comments and kinds of a
//! later year too. Pure: text in, text out; the result has passed the client's own reading.

use jiff::Timestamp;
use meterport_appcast::{FeedId, Keyring, KeyringError, PublicKey, Role};

/// What a keyring says, or what changes from one to the next.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// From when on it counts no more.
    pub expires: Option<Timestamp>,
    /// Who may say what the next keyring is.
    pub root: RoleChange,
    /// Who may say what is published.
    pub release: RoleChange,
    /// Who may say that it is still true.
    pub fresh: RoleChange,
    /// Words of `vendor` lines: `acme KEY acme. usb=2766`. One of the same name replaces it.
    pub vendors: Vec<String>,
    /// Names of vendors that go.
    pub drop_vendors: Vec<String>,
    /// Words of `block` lines: `2766:0004 LifeScan *`.
    pub disks: Vec<String>,
    /// Words of `block` lines that go.
    pub drop_disks: Vec<String>,
    /// Further places of the feed.
    pub mirrors: Vec<String>,
    /// Mirrors that go.
    pub drop_mirrors: Vec<String>,
}

/// What becomes of a role.
#[derive(Clone, Debug, Default)]
pub struct RoleChange {
    /// Its keys from now on; none: those it has.
    pub keys: Vec<PublicKey>,
    /// How many of them must sign; absent: as many as before, and one in a first keyring.
    pub threshold: Option<usize>,
}

/// Why there is no such keyring.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextFault {
    /// No client would take it.
    #[error("no client would take it")]
    Refused(#[from] KeyringError),
    /// A role of the first keyring has no key.
    #[error("`{role}` has no key")]
    NoKeys {
        /// The role.
        role: &'static str,
    },
    /// The keyring never expires.
    #[error("it does not say when it expires")]
    NoExpiry,
    /// What is to go is not there.
    #[error("there is no `{kind}` line `{words}`")]
    NotThere {
        /// The kind of line.
        kind: &'static str,
        /// What it should say.
        words: String,
    },
    /// The number after the last one.
    #[error("there is no number left")]
    Last,
}

/// The text of a first keyring.
///
/// # Errors
///
/// A role without a key, no expiry, and everything a client refuses.
pub fn first(feed: &FeedId, changes: &Changes) -> Result<String, TextFault> {
    let role = |role: &'static str, change: &RoleChange| {
        if change.keys.is_empty() {
            return Err(TextFault::NoKeys { role });
        }
        Ok(role_line(role, &change.keys, change.threshold.unwrap_or(1)))
    };
    let mut lines = vec![
        "mp-keyring 1".to_owned(),
        format!("feed {feed}"),
        "version 1".to_owned(),
        expires_line(changes.expires.ok_or(TextFault::NoExpiry)?),
        role("root", &changes.root)?,
        role("release", &changes.release)?,
        role("fresh", &changes.fresh)?,
    ];
    lines.extend(changes.vendors.iter().map(|words| format!("vendor {words}")));
    lines.extend(changes.disks.iter().map(|words| format!("block {words}")));
    lines.extend(changes.mirrors.iter().map(|words| format!("mirror {words}")));
    checked(lines)
}

/// The text of the keyring that follows `body`, which is `present`.
///
/// # Errors
///
/// Something to drop that is not there, and everything a client refuses.
pub fn next(body: &str, present: &Keyring, changes: &Changes) -> Result<String, TextFault> {
    let version = present.version.checked_add(1).ok_or(TextFault::Last)?;
    let role = |name: &str, role: &Role, change: &RoleChange| {
        let keys = if change.keys.is_empty() { &role.keys } else { &change.keys };
        role_line(name, keys, change.threshold.unwrap_or(role.threshold))
    };
    let replaced = [
        ("version", format!("version {version}")),
        ("expires", expires_line(changes.expires.unwrap_or(present.expires))),
        ("root", role("root", &present.root, &changes.root)),
        ("release", role("release", &present.release, &changes.release)),
        ("fresh", role("fresh", &present.fresh, &changes.fresh)),
    ];
    let mut lines = Lines(body.lines().map(str::to_owned).collect());
    for (kind, line) in replaced {
        lines.replace(kind, &line);
    }
    for name in &changes.drop_vendors {
        lines.remove("vendor", name, |words| words.first() == Some(&name.as_str()))?;
    }
    for words in &changes.drop_disks {
        lines.remove("block", words, |found| found.iter().copied().eq(words.split_whitespace()))?;
    }
    for mirror in &changes.drop_mirrors {
        lines.remove("mirror", mirror, |words| words == [mirror.as_str()])?;
    }
    for words in &changes.vendors {
        let name = words.split_whitespace().next();
        lines.0.retain(|line| !matches!(kind_of(line), Some(("vendor", found)) if found.first().copied() == name));
        lines.0.push(format!("vendor {words}"));
    }
    lines.0.extend(changes.disks.iter().map(|words| format!("block {words}")));
    lines.0.extend(changes.mirrors.iter().map(|words| format!("mirror {words}")));
    checked(lines.0)
}

/// The lines of a keyring that is being changed.
struct Lines(Vec<String>);

impl Lines {
    fn replace(&mut self, kind: &str, new: &str) {
        for line in &mut self.0 {
            if matches!(kind_of(line), Some((found, _)) if found == kind) {
                let comment = line.find(" #").and_then(|place| line.get(place..));
                let comment = comment.unwrap_or_default().to_owned();
                *line = format!("{new}{comment}");
            }
        }
    }

    fn remove(
        &mut self,
        kind: &'static str,
        words: &str,
        is_meant: impl Fn(&[&str]) -> bool,
    ) -> Result<(), TextFault> {
        let before = self.0.len();
        self.0.retain(|line| {
            !matches!(kind_of(line), Some((found, words)) if found == kind && is_meant(&words))
        });
        if self.0.len() == before {
            return Err(TextFault::NotThere { kind, words: words.to_owned() });
        }
        Ok(())
    }
}

/// First word and other words of a line that says something.
fn kind_of(line: &str) -> Option<(&str, Vec<&str>)> {
    let mut words = line.split(' ').filter(|word| !word.is_empty());
    let mut words = words.by_ref().take_while(|word| !word.starts_with('#'));
    let kind = words.next()?;
    Some((kind, words.collect()))
}

fn role_line(role: &str, keys: &[PublicKey], threshold: usize) -> String {
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    format!("{role} {threshold} {}", keys.join(" "))
}

fn expires_line(expires: Timestamp) -> String {
    format!("expires {expires:.0}")
}

fn checked(lines: Vec<String>) -> Result<String, TextFault> {
    let text = format!("{}\n", lines.join("\n"));
    Keyring::parse(text.as_bytes())?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key;

    fn keys(count: usize) -> Vec<PublicKey> {
        (0..count).map(|_| key::generate(None).unwrap().public).collect()
    }

    fn changes() -> Changes {
        Changes {
            expires: Some("2027-11-01T00:00:00Z".parse().unwrap()),
            root: RoleChange { keys: keys(3), threshold: Some(2) },
            release: RoleChange { keys: keys(2), threshold: Some(2) },
            fresh: RoleChange { keys: keys(1), threshold: None },
            ..Changes::default()
        }
    }

    fn feed() -> FeedId {
        "main".parse().unwrap()
    }

    fn parsed(text: &str) -> Keyring {
        Keyring::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_keyring_that_no_client_takes_is_not_made() {
        let mut one = changes();
        one.root.threshold = Some(4);
        let mut other = changes();
        other.fresh.keys = other.release.keys.clone();
        for changes in [one, other] {
            assert!(matches!(first(&feed(), &changes), Err(TextFault::Refused(_))));
        }
        let without = Changes { expires: None, ..changes() };
        assert_eq!(first(&feed(), &without), Err(TextFault::NoExpiry));
        let without = Changes { fresh: RoleChange::default(), ..changes() };
        assert_eq!(first(&feed(), &without), Err(TextFault::NoKeys { role: "fresh" }));
    }

    #[test]
    fn what_is_not_there_cannot_be_dropped() {
        let text = first(&feed(), &changes()).unwrap();
        for (changes, kind) in [
            (Changes { drop_vendors: vec!["acme".into()], ..Changes::default() }, "vendor"),
            (Changes { drop_disks: vec!["2766:0004 A *".into()], ..Changes::default() }, "block"),
            (
                Changes { drop_mirrors: vec!["https://a.example/".into()], ..Changes::default() },
                "mirror",
            ),
        ] {
            let error = next(&text, &parsed(&text), &changes).unwrap_err();
            assert!(matches!(error, TextFault::NotThere { kind: found, .. } if found == kind));
        }
    }

    #[test]
    fn the_next_keyring_keeps_what_nobody_changes() {
        let vendor = keys(2);
        let mut all = changes();
        all.vendors = vec![format!("acme {} acme. usb=2766", vendor[0])];
        all.disks = vec!["2766:0004 LifeScan *".to_owned()];
        all.mirrors = vec!["https://a.example/".to_owned()];
        let text = first(&feed(), &all).unwrap();
        let text = format!("{text}# ours\nlater 1 2 3 # a kind of a later year\n");
        let text = text.replace("usb=2766", "usb=2766 # the maker's");

        let new = keys(1);
        let changes = Changes {
            release: RoleChange { keys: new.clone(), threshold: Some(1) },
            vendors: vec![format!("acme {} acme. usb=2766,1a79", vendor[1])],
            drop_mirrors: vec!["https://a.example/".to_owned()],
            mirrors: vec!["https://b.example/".to_owned()],
            ..Changes::default()
        };
        let following = next(&text, &parsed(&text), &changes).unwrap();

        let (before, after) = (parsed(&text), parsed(&following));
        assert_eq!((after.version, after.expires), (2, before.expires));
        assert_eq!((&after.root, &after.fresh), (&before.root, &before.fresh));
        assert_eq!((after.release.keys, after.release.threshold), (new, 1));
        assert_eq!(after.vendors.len(), 1);
        assert_eq!(after.vendors[0].key, vendor[1]);
        assert_eq!(after.disks, before.disks);
        assert_eq!(after.mirrors, ["https://b.example/"]);
        assert!(following.contains("# ours\nlater 1 2 3 # a kind of a later year\n"));
    }
}
