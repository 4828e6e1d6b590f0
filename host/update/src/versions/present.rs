//! Which versions of the program lie here: what a step back could lead to.

use meterport_appcast::AppManifest;
use semver::Version;

use super::{FOLDER, archive, folder};
use crate::error::StoreError;
use crate::hash::Sha256Hex;
use crate::store::Store;

impl Store {
    /// The packages of the program that lie unpacked here, with the version that each says it is, in
    /// the order of their hashes. One that does not say it is no version and is left out.
    pub fn versions(&self) -> Result<Vec<(Sha256Hex, Version)>, StoreError> {
        let _lock = self.shared()?;
        let names = self.disk().list(FOLDER).map_err(StoreError::io(FOLDER))?;
        let mut all = Vec::new();
        for app in names.iter().filter_map(|name| name.parse::<Sha256Hex>().ok()) {
            let path = format!("{}/{}", folder(&app), archive::FIRST);
            let text = self.disk().read(&path, archive::MAX_MANIFEST_BYTES);
            let text = text.map_err(StoreError::io(path))?;
            if let Some(manifest) = text.and_then(|text| AppManifest::parse(&text).ok()) {
                all.push((app, manifest.version));
            }
        }
        all.sort_unstable();
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{app_sum, empty, install_app};

    #[test]
    fn every_version_that_lies_here_is_named_by_its_package() {
        let (_folder, store) = empty();
        assert_eq!(store.versions().unwrap(), []);
        for version in ["1.0.0", "2.0.0"] {
            install_app(&store, version);
        }
        let mut expected = ["1.0.0", "2.0.0"].map(|one| (app_sum(one), one.parse().unwrap()));
        expected.sort();
        assert_eq!(store.versions().unwrap(), expected);
    }
}
