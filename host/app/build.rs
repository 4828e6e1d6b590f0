//! Tells the program which system and when it was built for, and gives it the publisher whose feed it
//! asks: the folder that the variable `METERPORT_PUBLISHER` names, with
//!
//! - `bases`: one address a line, where the feed lies (`#` begins a comment);
//! - `1.keyring`: the first keyring, which names the feed for ever, and those that follow it;
//! - `appcast.xml`: the feed as it was when this was built, if there is one.
//!
//! Without the variable this is a build without a publisher, and says so.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

const FOLDER: &str = "METERPORT_PUBLISHER";
const EPOCH: &str = "SOURCE_DATE_EPOCH";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed={FOLDER}");
    println!("cargo:rerun-if-env-changed={EPOCH}");
    let target = std::env::var("TARGET").unwrap_or_default();
    println!("cargo:rustc-env=METERPORT_TARGET={target}");
    println!("cargo:rustc-env=METERPORT_BUILT={}", built()?);

    let publisher = match std::env::var_os(FOLDER).filter(|folder| !folder.is_empty()) {
        Some(folder) => publisher(Path::new(&folder))
            .map_err(|error| format!("{FOLDER}=`{}`: {error}", Path::new(&folder).display()))?,
        None => "None".to_owned(),
    };
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?);
    fs::write(out.join("publisher.rs"), publisher)?;
    Ok(())
}

/// Seconds since 1970: a floor for a computer whose clock is behind.
fn built() -> Result<u64, Box<dyn Error>> {
    match std::env::var(EPOCH) {
        Ok(seconds) => Ok(seconds.trim().parse()?),
        Err(_) => Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs()),
    }
}

/// The folder's files as an expression of Rust.
fn publisher(folder: &Path) -> Result<String, Box<dyn Error>> {
    let folder = fs::canonicalize(folder)?;
    let (bases, keyring) = (folder.join("bases"), folder.join("1.keyring"));
    let feed = folder.join("appcast.xml");
    // The whole folder: a file that is not there yet may come.
    println!("cargo:rerun-if-changed={}", folder.display());
    let text = fs::read_to_string(&bases).map_err(|error| format!("bases: {error}"))?;
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let bases: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    if bases.is_empty() {
        return Err("bases: no address".into());
    }
    if let Some(base) = bases.iter().find(|base| !base.starts_with("https://")) {
        return Err(format!("bases: `{base}` is not https").into());
    }
    if !keyring.is_file() {
        return Err("1.keyring is missing".into());
    }
    let feed =
        if feed.is_file() { format!("Some(include_bytes!({feed:?}))") } else { "None".into() };
    let later = (2_u32..).map(|version| folder.join(format!("{version}.keyring")));
    let later = later.take_while(|path| path.is_file());
    let later: Vec<String> = later.map(|path| format!("include_bytes!({path:?})")).collect();
    Ok(format!(
        "Some(Embedded {{ bases: &{bases:?}, keyring: include_bytes!({keyring:?}), keyrings: &[{}], feed: {feed} }})",
        later.join(", ")
    ))
}
