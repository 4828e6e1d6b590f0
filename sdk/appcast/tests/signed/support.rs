//! Keys, keyrings and signed files made for a test.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use meterport_appcast::{Keyring, PublicKey, Signature, join};

/// A pair of keys.
pub struct Pair {
    pub public: PublicKey,
    secret: minisign::SecretKey,
}

static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(|| (0..40).map(|_| Pair::new()).collect());

/// One of 40 pairs. By custom, 0 to 9 are root keys, 10 to 19 release, 20 to 29 fresh, and from 30 on
/// vendors and strangers.
pub fn pair(index: usize) -> &'static Pair {
    &PAIRS[index]
}

impl Pair {
    fn new() -> Self {
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        Self { public: PublicKey::parse(&pair.pk.to_base64()).unwrap(), secret: pair.sk }
    }

    pub fn sign(&self, bytes: &[u8], comment: &str) -> Signature {
        let signed =
            minisign::sign(None, &self.secret, bytes, Some(comment), Some("a key")).unwrap();
        let mut signatures = Signature::file(signed.to_string().as_bytes()).unwrap();
        assert_eq!(signatures.len(), 1);
        signatures.remove(0)
    }
}

/// `body` with one signature for each key and comment.
pub fn signed(body: &[u8], by: &[(usize, &str)]) -> Vec<u8> {
    let signatures: Vec<Signature> =
        by.iter().map(|(key, comment)| pair(*key).sign(body, comment)).collect();
    join(body, &signatures).unwrap()
}

/// The text of a keyring that is to be.
#[derive(Clone)]
pub struct Draft {
    pub feed: &'static str,
    pub version: u32,
    pub root: (usize, Vec<usize>),
    pub release: (usize, Vec<usize>),
    pub fresh: (usize, Vec<usize>),
    pub more: Vec<String>,
}

impl Draft {
    /// Root 2 of 3, release 2 of 2, fresh 1 of 1.
    pub fn usual() -> Self {
        Self {
            feed: "main",
            version: 1,
            root: (2, vec![0, 1, 2]),
            release: (2, vec![10, 11]),
            fresh: (1, vec![20]),
            more: Vec::new(),
        }
    }

    pub fn text(&self) -> String {
        let role = |name: &str, (threshold, keys): &(usize, Vec<usize>)| {
            let keys: Vec<String> = keys.iter().map(|key| pair(*key).public.to_string()).collect();
            format!("{name} {threshold} {}\n", keys.join(" "))
        };
        let mut text = format!(
            "mp-keyring 1\nfeed {}\nversion {}\nexpires 2027-11-01T00:00:00Z\n{}{}{}",
            self.feed,
            self.version,
            role("root", &self.root),
            role("release", &self.release),
            role("fresh", &self.fresh),
        );
        self.more.iter().for_each(|line| text.push_str(&format!("{line}\n")));
        text
    }

    pub fn keyring(&self) -> Keyring {
        Keyring::parse(self.text().as_bytes()).unwrap()
    }

    /// Signed with these keys as what it is.
    pub fn signed(&self, keys: &[usize]) -> Vec<u8> {
        let comment = format!("mp1 keyring {} version={}", self.feed, self.version);
        let by: Vec<(usize, &str)> = keys.iter().map(|key| (*key, comment.as_str())).collect();
        signed(self.text().as_bytes(), &by)
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The four lines, one of them replaced.
pub fn with_line(signature: &Signature, line: usize, text: &str) -> String {
    let lines = signature.to_string();
    let mut lines: Vec<&str> = lines.lines().collect();
    lines[line] = text;
    lines.join("\n") + "\n"
}

/// The bytes of the second or fourth line, changed.
pub fn with_bytes(signature: &Signature, line: usize, change: impl Fn(&mut Vec<u8>)) -> String {
    let text = signature.to_string();
    let mut bytes = STANDARD.decode(text.lines().nth(line).unwrap()).unwrap();
    change(&mut bytes);
    with_line(signature, line, &STANDARD.encode(bytes))
}

/// The one signature of a file.
pub fn one(file: &str) -> Signature {
    Signature::file(file.as_bytes()).unwrap().remove(0)
}
