//! Items of a feed, right or wrong.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use meterport_update::Sha256Hex;

use crate::app_package::AppPackage;
use crate::block::Block;
use crate::driver::Driver;

/// One item. Every field is free, so that a wrong one can be written too.
#[derive(Clone)]
pub struct Item {
    /// `app`, or the id of a driver.
    pub id: String,
    /// The version.
    pub version: String,
    /// What is shown.
    pub title: String,
    /// RFC 822.
    pub date: String,
    /// `mp:api`.
    pub api: String,
    /// The files, one per system.
    pub enclosures: Vec<Enclosure>,
    /// Kind and reason.
    pub withdrawn: Option<(String, String)>,
    /// Further XML inside the item.
    pub extra: String,
}

/// One enclosure. Attributes that are empty are left out.
#[derive(Clone)]
pub struct Enclosure {
    /// Where it is, perhaps relative to the feed.
    pub url: String,
    /// Its length in bytes.
    pub length: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Its operating system.
    pub os: String,
    /// Base64 of the vendor's signature.
    pub vendor_signature: String,
    /// Further attributes.
    pub extra: String,
}

impl Item {
    /// A driver as it should be listed.
    pub fn driver(driver: &Driver) -> Self {
        Self {
            id: driver.id.clone(),
            version: driver.version.clone(),
            title: format!("{} {}", driver.id, driver.version),
            date: DATE.into(),
            api: driver.contract.clone(),
            enclosures: vec![Enclosure::of(&driver.package())],
            withdrawn: None,
            extra: String::new(),
        }
    }

    /// A version of the program as it should be listed.
    pub fn app(app: &AppPackage) -> Self {
        let mut enclosure = Enclosure::of(&app.package());
        enclosure.os = app.os.clone();
        Self {
            id: "app".into(),
            version: app.version.clone(),
            title: format!("Meterport {}", app.version),
            date: DATE.into(),
            api: app.contracts.join(" "),
            enclosures: vec![enclosure],
            withdrawn: None,
            extra: String::new(),
        }
    }

    /// With the vendor's signature on every enclosure.
    #[must_use]
    pub fn vendor_signed(mut self, block: &Block) -> Self {
        for enclosure in &mut self.enclosures {
            enclosure.vendor_signature = STANDARD.encode(block.to_string());
        }
        self
    }

    /// Withdrawn, as `recall` or `defect`.
    #[must_use]
    pub fn withdrawn(mut self, kind: &str) -> Self {
        self.withdrawn = Some((kind.into(), "wrong results".into()));
        self
    }

    /// With further XML.
    #[must_use]
    pub fn with(mut self, xml: &str) -> Self {
        self.extra += xml;
        self
    }

    /// Changes the enclosures.
    #[must_use]
    pub fn enclosure(mut self, change: impl Fn(&mut Enclosure)) -> Self {
        self.enclosures.iter_mut().for_each(change);
        self
    }

    /// The element.
    pub fn xml(&self) -> String {
        let Self { id, version, title, date, api, .. } = self;
        let mut xml = format!(
            "<item><title>{title}</title><mp:id>{id}</mp:id>\
             <sparkle:version>{version}</sparkle:version><pubDate>{date}</pubDate>\
             <mp:api>{api}</mp:api>{}",
            self.extra
        );
        if let Some((kind, reason)) = &self.withdrawn {
            xml += &format!("<mp:withdrawn kind=\"{kind}\">{reason}</mp:withdrawn>");
        }
        self.enclosures.iter().for_each(|enclosure| xml += &enclosure.xml());
        xml + "</item>\n"
    }
}

impl Enclosure {
    /// The enclosure of a package in its place, `p/<sha256>`.
    pub fn of(package: &[u8]) -> Self {
        let sha256 = Sha256Hex::of(package).to_string();
        Self {
            url: format!("p/{sha256}"),
            length: package.len().to_string(),
            sha256,
            os: String::new(),
            vendor_signature: String::new(),
            extra: String::new(),
        }
    }

    fn xml(&self) -> String {
        let mut xml = format!("<enclosure url=\"{}\" type=\"application/octet-stream\"", self.url);
        for (name, value) in [
            ("length", &self.length),
            ("mp:sha256", &self.sha256),
            ("sparkle:os", &self.os),
            ("mp:vendorsig", &self.vendor_signature),
        ] {
            if !value.is_empty() {
                xml += &format!(" {name}=\"{value}\"");
            }
        }
        format!("{xml} {}/>", self.extra)
    }
}

const DATE: &str = "Sat, 21 Nov 2026 09:00:00 +0000";
