//! A publisher: keys, keyrings, feeds and packages, made with the library that publishers use.

use std::fmt::Write as _;

use meterport_appcast::{Sha256Hex, Signature};
use minisign::KeyPair;

use crate::{Base, Carried, Scope, Source};

/// A key, and what it signs.
pub struct Key(KeyPair);

impl Key {
    pub fn new() -> Self {
        Self(KeyPair::generate_unencrypted_keypair().unwrap())
    }

    pub fn text(&self) -> String {
        self.0.pk.to_base64()
    }

    pub fn sign(&self, bytes: &[u8], comment: &str) -> String {
        minisign::sign(None, &self.0.sk, bytes, Some(comment), Some("signed by a test"))
            .unwrap()
            .into_string()
    }

    pub fn package(&self, bytes: &[u8], id: &str, version: &str) -> Vec<Signature> {
        let text = self.sign(bytes, &format!("mp1 package {id} {version} any"));
        Signature::file(text.as_bytes()).unwrap()
    }
}

/// Everything that stands in a keyring, and the keys behind it.
pub struct Keys {
    pub root: Key,
    pub release: Vec<Key>,
    pub fresh: Key,
    pub vendor: Key,
    pub expires: &'static str,
    /// Further lines.
    pub more: String,
}

impl Keys {
    pub fn new() -> Self {
        Self {
            root: Key::new(),
            release: vec![Key::new(), Key::new()],
            fresh: Key::new(),
            vendor: Key::new(),
            expires: "2027-11-01T00:00:00Z",
            more: String::new(),
        }
    }

    /// The keyring of that number, signed by its own root key and by those of `also`.
    pub fn keyring(&self, version: u32, also: &[&Self]) -> Vec<u8> {
        let release: Vec<String> = self.release.iter().map(Key::text).collect();
        let body = format!(
            "mp-keyring 1\nfeed main\nversion {version}\nexpires {}\nroot 1 {}\nrelease {} {}\n\
             fresh 1 {}\nvendor Acme_Meters {} acme. usb=1209\n{}",
            self.expires,
            self.root.text(),
            release.len(),
            release.join(" "),
            self.fresh.text(),
            self.vendor.text(),
            self.more,
        );
        let comment = format!("mp1 keyring main version={version}");
        let roots = also.iter().map(|keys| &keys.root).chain([&self.root]);
        enveloped(&body, roots.map(|root| root.sign(body.as_bytes(), &comment)))
    }

    /// A feed with these items.
    pub fn feed(&self, seq: u64, until: &str, items: &str) -> Vec<u8> {
        let body = body(items);
        let released = format!("mp1 feed main seq={seq}");
        let fresh = format!("mp1 fresh main seq={seq} until={until}");
        let release = self.release.iter().map(|key| key.sign(body.as_bytes(), &released));
        enveloped(&body, release.chain([self.fresh.sign(body.as_bytes(), &fresh)]))
    }
}

/// The RSS around items.
pub fn body(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" \
         xmlns:sparkle=\"http://www.andymatuschak.org/xml-namespaces/sparkle\" \
         xmlns:mp=\"https://meterport.dev/ns/appcast/1\"><channel><title>Meterport</title>\n\
         {items}</channel>\n</rss>\n"
    )
}

pub fn enveloped(body: &str, signatures: impl Iterator<Item = String>) -> Vec<u8> {
    let mut file = format!("{body}<!-- minisign\n");
    for signature in signatures {
        file.push_str(signature.trim_end());
        file.push('\n');
    }
    file.push_str("-->\n");
    file.into_bytes()
}

/// A driver: in these tests its package is its manifest.
pub fn driver(id: &str, version: &str, vid: u16) -> Vec<u8> {
    format!(
        "manifest = 1\nid = \"{id}\"\nversion = \"{version}\"\ncontract = \"0.1\"\n\
         title = \"Test driver\"\nfamily = \"test-driver\"\n\n[[model]]\nname = \"Test meter\"\n\
         tested = false\nranges = [{{ quantity = \"glucose\", unit = \"mg/dL\", low = \"20\", \
         high = \"600\" }}]\n\n[[match]]\ntransport = \"hid\"\nkind = \"device\"\n\
         vid = 0x{vid:04X}\npid = 0x0001\n\n[permissions]\nset-clock = false\n\
         usb-vendor-requests = []\nblock-write = []\n"
    )
    .into_bytes()
}

/// An item of a feed.
pub struct Entry<'a> {
    pub id: &'a str,
    pub version: &'a str,
    pub package: &'a [u8],
    pub api: &'a str,
    pub url: Option<String>,
    pub vendor: Option<&'a Key>,
    pub withdrawn: Option<&'a str>,
}

impl<'a> Entry<'a> {
    pub fn new(id: &'a str, version: &'a str, package: &'a [u8]) -> Self {
        let (api, url, vendor, withdrawn) = ("0.1", None, None, None);
        Self { id, version, package, api, url, vendor, withdrawn }
    }

    pub fn xml(&self) -> String {
        use base64_of as base64;
        let sha256 = Sha256Hex::of(self.package);
        let mut xml = format!(
            "<item><title>{} {}</title><mp:id>{}</mp:id>\
             <sparkle:version>{}</sparkle:version>\
             <pubDate>Sat, 21 Nov 2026 09:00:00 +0000</pubDate><mp:api>{}</mp:api>",
            self.id, self.version, self.id, self.version, self.api
        );
        if let Some(kind) = self.withdrawn {
            write!(xml, "<mp:withdrawn kind=\"{kind}\">it counts wrongly</mp:withdrawn>").unwrap();
        }
        let url = self.url.clone().unwrap_or_else(|| format!("p/{sha256}"));
        write!(
            xml,
            "<enclosure url=\"{url}\" length=\"{}\" type=\"application/wasm\" \
             mp:sha256=\"{sha256}\"",
            self.package.len()
        )
        .unwrap();
        if let Some(key) = self.vendor {
            let comment = format!("mp1 package {} {} any", self.id, self.version);
            write!(xml, " mp:vendorsig=\"{}\"", base64(&key.sign(self.package, &comment))).unwrap();
        }
        if self.id == "app" {
            xml.push_str(" sparkle:os=\"linux-x64\"");
        }
        xml.push_str("/></item>\n");
        xml
    }
}

/// Base64 of the standard alphabet with padding (RFC 4648, section 4).
fn base64_of(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let value = (0..3).fold(0u32, |v, at| v << 8 | u32::from(*three.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let letter = LETTERS[(value >> (18 - 6 * at) & 63) as usize] as char;
            out.push(if at <= three.len() { letter } else { '=' });
        }
    }
    out
}

/// Our own feed.
pub fn source(keys: &Keys, bases: &[&str]) -> Source {
    Source {
        name: "Meterport".to_owned(),
        bases: bases.iter().map(|base| base.parse::<Base>().unwrap()).collect(),
        first_keyring: keys.keyring(1, &[]),
        carried: Carried::default(),
        scope: Scope::Ours,
    }
}
