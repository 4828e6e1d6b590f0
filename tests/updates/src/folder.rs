//! What lies in a clinic's folder, as somebody sees it who looks there without the store.

use std::fs;
use std::path::{Path, PathBuf};

use meterport_update::Sha256Hex;

use crate::clinic::{Clinic, STORE};

impl Clinic {
    /// The store's folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(STORE)
    }

    /// Every file of the store, relative to it, in order.
    pub fn paths(&self) -> Vec<String> {
        files(&self.path())
    }

    /// Every file of the store with its content.
    pub fn snapshot(&self) -> Vec<(String, Vec<u8>)> {
        snapshot(&self.path())
    }

    /// A clinic whose folder holds exactly these files: as after a crash.
    pub fn with_files(&self, files: &[(String, Vec<u8>)]) -> Self {
        let other = self.forgotten();
        for (path, content) in files {
            let path = other.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        other.reopened()
    }

    /// Every file beside the store, where a path that climbs would lead.
    pub fn beside(&self) -> Vec<String> {
        let mut all = files(self.folder.path());
        all.retain(|path| !path.starts_with(STORE));
        all
    }

    /// The files of unpacked versions, without the locks.
    pub fn unpacked_files(&self) -> Vec<String> {
        let mut all = self.paths();
        all.retain(|path| path.starts_with("versions/") && !path.ends_with("/.run"));
        all
    }

    /// True if some file of the store has exactly this content.
    pub fn holds(&self, content: &[u8]) -> bool {
        self.paths().iter().any(|path| fs::read(self.path().join(path)).unwrap() == content)
    }

    /// Ids and versions of the installed drivers.
    pub fn plugins(&self) -> Vec<(String, String)> {
        let plugins = self.store.plugins().unwrap().plugins;
        plugins.iter().map(|entry| (entry.id.to_string(), entry.version.to_string())).collect()
    }

    /// The version of the program that is to be started.
    pub fn app(&self) -> Option<Sha256Hex> {
        self.store.plugins().unwrap().app
    }

    /// Everything that says what is installed: the generations, packages and versions, with their
    /// content. The state is not among it: it remembers when somebody looked.
    pub fn installation(&self) -> Vec<(String, Vec<u8>)> {
        let is_of_it = |path: &String| {
            ["generations/", "objects/", "versions/", "bad/", "keyrings/"]
                .iter()
                .any(|folder| path.starts_with(folder))
        };
        let read = |path: String| {
            let content = fs::read(self.path().join(&path)).unwrap();
            (path, content)
        };
        self.paths().into_iter().filter(is_of_it).map(read).collect()
    }

    /// Our feed, as it is stored.
    pub fn stored_feed(&self) -> Option<Vec<u8>> {
        let sha256 = self.store.state().unwrap().feeds.get(&self.fingerprint())?.feed?;
        Some(self.store.read_object(&sha256).unwrap())
    }

    /// Removes it behind the store's back.
    pub fn remove_stored_feed(&self) {
        let sha256 = Sha256Hex::of(&self.stored_feed().unwrap());
        fs::remove_file(self.object(&sha256)).unwrap();
    }

    /// Puts another file in its place, with everything that the store itself would check.
    pub fn replace_stored_feed(&self, file: &[u8]) {
        let feed = self.fingerprint();
        let change = |state: &mut meterport_update::State| {
            state.feeds.get_mut(&feed).unwrap().feed = Some(Sha256Hex::of(file));
            true
        };
        assert!(self.store.change_state(&[file], change).unwrap());
    }

    /// Alters a byte of a package in the store.
    pub fn damage_object(&self, sha256: &Sha256Hex) {
        let path = self.object(sha256);
        let mut bytes = fs::read(&path).unwrap();
        bytes[0] ^= 1;
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
    }

    /// Removes a package from the store.
    pub fn forget_object(&self, content: &[u8]) {
        fs::remove_file(self.object(&Sha256Hex::of(content))).unwrap();
    }

    fn object(&self, sha256: &Sha256Hex) -> PathBuf {
        self.path().join(format!("objects/{sha256}"))
    }
}

/// True for what may be a name in the store: a hash, a number with an ending, or one of our words.
pub fn is_plain_name(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "objects",
        "generations",
        "state",
        "keyrings",
        "versions",
        "bad",
        "staging",
        "lock",
        "busy",
        "new",
        "COMPLETE",
        ".run",
    ];
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = [".gen", ".json", ".keyring"].iter().find_map(|end| name.strip_suffix(end));
    WORDS.contains(&name) || name.parse::<Sha256Hex>().is_ok() || number.is_some_and(is_number)
}

/// Every file of a folder with its content. One that goes meanwhile is left out.
pub fn snapshot(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |path: String| Some((path.clone(), fs::read(folder.join(path)).ok()?));
    files(folder).into_iter().filter_map(read).collect()
}

fn files(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    collect(folder, "", &mut all);
    all.sort();
    all
}

fn collect(folder: &Path, before: &str, all: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        match entry.file_type().unwrap().is_dir() {
            true => collect(&entry.path(), &format!("{name}/"), all),
            false => all.push(name),
        }
    }
}
