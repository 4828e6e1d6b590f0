//! What a package is: the id, version and system that its own content says.
//!
//! A driver package is the component file and nothing else; an app package is a `.tar.zst` whose
//! first entry is `app.toml`.

mod app;
mod archive;
mod error;
mod name;
mod sign;

pub use app::pack_app;
pub use error::PackageFault;
pub use sign::{minisig_path, sign_package, signer_of};

use meterport_appcast::{AppManifest, ItemId, OsWord, Sha256Hex};
use meterport_manifest::Manifest;
use semver::Version;

use crate::inspect::inspect;

/// A package, by its own content.
#[derive(Clone, Debug)]
pub struct Package {
    /// Whose package it is.
    pub id: ItemId,
    /// Its version.
    pub version: Version,
    /// The system it is for; `any` for a driver.
    pub os: OsWord,
    /// Hash of the file.
    pub sha256: Sha256Hex,
    /// Bytes of the file.
    pub length: u64,
    /// What it says about itself.
    pub content: Content,
}

/// What a package says about itself.
#[derive(Clone, Debug)]
pub enum Content {
    /// The manifest of a driver.
    Driver(Box<Manifest>),
    /// The `app.toml` of a program.
    App(AppManifest),
}

impl Package {
    /// Looks into a package and checks it as a client does before it installs it.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks.
    pub fn look(bytes: &[u8]) -> Result<Self, PackageFault> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let sha256 = Sha256Hex::of(bytes);
        if bytes.starts_with(archive::MAGIC) {
            let app = archive::check(bytes)?;
            let (version, os) = (app.version.clone(), app.os.clone());
            let content = Content::App(app);
            return Ok(Self { id: ItemId::App, version, os, sha256, length, content });
        }
        let manifest = inspect(bytes)?.manifest;
        Ok(Self {
            id: ItemId::Driver(manifest.id.clone()),
            version: manifest.version.clone(),
            os: OsWord::any(),
            sha256,
            length,
            content: Content::Driver(Box::new(manifest)),
        })
    }

    /// The words of `mp:api`: the contract of a driver, or the contracts that a program loads.
    pub fn api(&self) -> String {
        match &self.content {
            Content::Driver(manifest) => {
                let least = manifest.contract_min.as_ref().map(|least| format!(" {least}"));
                format!("{}{}", manifest.contract, least.unwrap_or_default())
            }
            Content::App(app) => {
                let words: Vec<String> = app.contracts.iter().map(ToString::to_string).collect();
                words.join(" ")
            }
        }
    }

    /// The title of the item, if nobody gives another.
    pub fn title(&self) -> String {
        match &self.content {
            Content::Driver(manifest) => format!("{} {}", manifest.title, self.version),
            Content::App(_) => format!("Meterport {}", self.version),
        }
    }
}
