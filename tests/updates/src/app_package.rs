//! Packages of the program: archives, right or wrong.

use meterport_update::Sha256Hex;

/// One entry of an archive, as its header says it. Nothing is checked.
#[derive(Clone)]
pub struct Entry {
    /// Any bytes: the header is written by hand where the library would refuse them.
    pub name: Vec<u8>,
    /// `b'0'` is a regular file, `b'1'` a hard link, `b'2'` a symbolic link, `b'5'` a folder.
    pub kind: u8,
    /// The mode.
    pub mode: u32,
    /// Where a link leads.
    pub link: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl Entry {
    /// A regular file, mode 0644.
    pub fn file(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.into(),
            kind: b'0',
            mode: 0o644,
            link: String::new(),
            bytes: bytes.to_vec(),
        }
    }

    /// A program, mode 0755.
    pub fn program(name: &str, bytes: &[u8]) -> Self {
        Self { mode: 0o755, ..Self::file(name, bytes) }
    }
}

/// A version of the program.
#[derive(Clone)]
pub struct AppPackage {
    /// The version.
    pub version: String,
    /// The operating system.
    pub os: String,
    /// The contracts that it loads.
    pub contracts: Vec<String>,
    /// The entries behind `app.toml`.
    pub entries: Vec<Entry>,
}

impl AppPackage {
    /// A program for the system that the tests run on.
    pub fn new(version: &str) -> Self {
        let program = if cfg!(windows) { "meterport.exe" } else { "meterport" };
        Self {
            version: version.to_owned(),
            os: meterport_appcast::OsWord::host().to_string(),
            contracts: vec!["0.1.9".into()],
            entries: vec![Entry::program(program, format!("program {version}").as_bytes())],
        }
    }

    /// With one more entry.
    #[must_use]
    pub fn entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// `app.toml`.
    pub fn manifest(&self) -> String {
        let contracts: Vec<String> = self.contracts.iter().map(|c| format!("\"{c}\"")).collect();
        format!(
            "id = \"app\"\nversion = \"{}\"\nos = \"{}\"\ncontracts = [{}]\n",
            self.version,
            self.os,
            contracts.join(", ")
        )
    }

    /// The `.tar.zst`.
    pub fn package(&self) -> Vec<u8> {
        let first = Entry::file("app.toml", self.manifest().as_bytes());
        compressed(&archive(std::iter::once(&first).chain(&self.entries)))
    }

    /// The SHA-256 of the package.
    pub fn sha256(&self) -> Sha256Hex {
        Sha256Hex::of(&self.package())
    }
}

/// A tar of these entries, however wrong, with its two empty blocks at the end.
pub fn archive<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<u8> {
    let mut tar = Vec::new();
    for entry in entries {
        tar.extend(header(entry, entry.bytes.len() as u64));
        tar.extend(&entry.bytes);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    tar
}

/// What stands before an entry (POSIX.1-1988 ustar), with any size.
pub fn header(entry: &Entry, size: u64) -> [u8; 512] {
    let mut header = [0; 512];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &entry.name[..entry.name.len().min(100)]);
    put(100, format!("{:07o}\0", entry.mode).as_bytes());
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, &[entry.kind]);
    put(157, entry.link.as_bytes());
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// Compressed as packages are.
pub fn compressed(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}
