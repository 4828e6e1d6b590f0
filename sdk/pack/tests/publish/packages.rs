//! Packages of the program.

use std::fs;

use crate::kit::Publisher;

const APP_TOML: &str =
    "id = \"app\"\nversion = \"1.2.0\"\nos = \"linux-x64\"\ncontracts = [\"0.1.4\"]\n";

/// A folder that can be packed.
fn folder(publisher: &Publisher, name: &str) {
    publisher.write(&format!("{name}/app.toml"), APP_TOML);
    publisher.write(&format!("{name}/meterport"), "a program");
    publisher.write(&format!("{name}/drivers/one.wasm"), "a driver");
    publisher.write(&format!("{name}/a-file"), "before app.toml by name");
    runs(publisher, &format!("{name}/meterport"), 0o755);
}

fn runs(publisher: &Publisher, name: &str, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(publisher.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = (publisher, name, mode);
}

#[test]
fn a_folder_that_no_client_unpacks_is_not_packed() {
    type Spoil = fn(&Publisher);
    let table: [(&str, Spoil); 6] = [
        ("no app.toml", |p| fs::remove_file(p.path("app/app.toml")).unwrap()),
        ("another id", |p| p.write("app/app.toml", &APP_TOML.replace("\"app\"", "\"driver\""))),
        ("no program", |p| fs::remove_file(p.path("app/meterport")).unwrap()),
        ("a name that Windows keeps", |p| p.write("app/nul.txt", "x")),
        ("a name that the client keeps", |p| p.write("app/COMPLETE", "x")),
        ("two names that differ in case", |p| p.write("app/A-FILE", "x")),
    ];
    for (what, spoil) in table {
        let publisher = Publisher::with_keys(&[]);
        folder(&publisher, "app");
        spoil(&publisher);

        let said = publisher.go("package app app --output app.tar.zst --json");

        assert_eq!(said.code, 7, "{what}: {}", said.err);
        said.refused(7, "package.invalid");
        assert!(!publisher.exists("app.tar.zst"), "{what}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_or_a_program_that_cannot_run_is_not_packed() {
    let publisher = Publisher::with_keys(&[]);
    folder(&publisher, "app");
    std::os::unix::fs::symlink("/etc/passwd", publisher.path("app/link")).unwrap();
    publisher.go("package app app --output app.tar.zst --json").refused(7, "package.invalid");

    fs::remove_file(publisher.path("app/link")).unwrap();
    runs(&publisher, "app/meterport", 0o644);
    publisher.go("package app app --output app.tar.zst --json").refused(7, "package.invalid");
}

#[test]
fn the_same_files_give_the_same_bytes_and_app_toml_comes_first() {
    let publisher = Publisher::with_keys(&[]);
    folder(&publisher, "one");
    folder(&publisher, "two");

    publisher.go("package app one --output one.tar.zst").well();
    let said = publisher.go("package app two --output two.tar.zst --json").well();

    let bytes = fs::read(publisher.path("one.tar.zst")).unwrap();
    assert_eq!(bytes, fs::read(publisher.path("two.tar.zst")).unwrap());
    assert_eq!(said.json()["os"], "linux-x64");
    let tar = zstd::decode_all(bytes.as_slice()).unwrap();
    let mut archive = tar::Archive::new(tar.as_slice());
    let entries = archive.entries().unwrap().map(|entry| {
        let entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        (name, entry.header().mode().unwrap())
    });
    let expected =
        [("app.toml", 0o644), ("a-file", 0o644), ("drivers/one.wasm", 0o644), ("meterport", 0o755)];
    assert_eq!(entries.collect::<Vec<_>>(), expected.map(|(name, mode)| (name.to_owned(), mode)));
    publisher.go("package app one --output one.tar.zst --json").refused(7, "output.exists");
    publisher.go("package app one --output one.tar.zst --force").well();
}

#[test]
fn a_damaged_or_extended_archive_is_not_published() {
    let publisher = Publisher::simple();
    folder(&publisher, "app");
    publisher.go("package app app --output app.tar.zst").well();
    let good = fs::read(publisher.path("app.tar.zst")).unwrap();
    let tar = zstd::decode_all(good.as_slice()).unwrap();
    let longer = [tar.as_slice(), b"more"].concat();
    let cut = tar[..tar.len() - 1600].to_vec();
    for (what, bytes) in [
        ("a cut file", good[..good.len() - 5].to_vec()),
        ("bytes behind the frame", [good.as_slice(), b"more"].concat()),
        ("a second frame", [good.as_slice(), &zstd::encode_all(&b"x"[..], 1).unwrap()].concat()),
        ("bytes behind the archive", zstd::encode_all(longer.as_slice(), 1).unwrap()),
        ("a cut archive", zstd::encode_all(cut.as_slice(), 1).unwrap()),
    ] {
        fs::write(publisher.path("app.tar.zst"), bytes).unwrap();
        let said = publisher.go("package sign app.tar.zst --key keys/release.key --json");
        assert_eq!(said.code, 7, "{what}: {}", said.err);
        said.refused(7, "package.invalid");
    }
}

#[test]
fn links_folders_long_names_and_other_modes_are_refused_inside_an_archive() {
    use tar::EntryType::{Directory, Link, Symlink};
    let publisher = Publisher::simple();
    let header = |kind: tar::EntryType, name: &str, mode: u32, size: usize| {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(size as u64);
        header.set_cksum();
        header
    };
    let regular = tar::EntryType::Regular;
    let pack = |first: &str, odd: Option<tar::Header>| {
        let mut builder = tar::Builder::new(Vec::new());
        builder
            .append(&header(regular, first, 0o644, APP_TOML.len()), APP_TOML.as_bytes())
            .unwrap();
        builder.append(&header(regular, "meterport", 0o755, 1), &b"x"[..]).unwrap();
        if let Some(odd) = odd {
            let size = usize::try_from(odd.size().unwrap()).unwrap();
            builder.append(&odd, &vec![b'x'; size][..]).unwrap();
        }
        zstd::encode_all(builder.into_inner().unwrap().as_slice(), 1).unwrap()
    };
    let mut symlink = header(Symlink, "link", 0o644, 0);
    symlink.set_link_name("meterport").unwrap();
    symlink.set_cksum();
    for (what, first, odd) in [
        ("another first entry", "other.toml", None),
        ("a symbolic link", "app.toml", Some(symlink)),
        ("a hard link", "app.toml", Some(header(Link, "link", 0o644, 0))),
        ("a folder", "app.toml", Some(header(Directory, "drivers/", 0o755, 0))),
        ("a way up", "app.toml", Some(header(regular, "../evil", 0o644, 1))),
        ("a whole path", "app.toml", Some(header(regular, "/evil", 0o644, 1))),
        ("the same name twice", "app.toml", Some(header(regular, "METERPORT", 0o644, 1))),
        ("a file that is a folder", "app.toml", Some(header(regular, "meterport/x", 0o644, 1))),
        ("set-user-id", "app.toml", Some(header(regular, "x", 0o4755, 1))),
        ("a longer name", "app.toml", Some(header(tar::EntryType::GNULongName, "x", 0o644, 5))),
        ("an extended header", "app.toml", Some(header(tar::EntryType::XHeader, "x", 0o644, 5))),
    ] {
        fs::write(publisher.path("app.tar.zst"), pack(first, odd)).unwrap();
        let said = publisher.go("package sign app.tar.zst --key keys/release.key --json");
        assert_eq!(said.code, 7, "{what}: {}", said.err);
        said.refused(7, "package.invalid");
    }
    fs::write(publisher.path("app.tar.zst"), pack("app.toml", None)).unwrap();
    publisher.go("package sign app.tar.zst --key keys/release.key").well();
}

#[test]
fn a_program_is_published_for_its_system() {
    let publisher = Publisher::simple();
    folder(&publisher, "app");
    publisher.go("package app app --output app.tar.zst").well();
    publisher.go("package sign app.tar.zst --key keys/release.key").well();
    publisher.go("feed add app.tar.zst --dir feed --critical-below 1.1.0 --phased 86400").well();
    publisher.publish();

    publisher.go("feed lint --dir feed").well();
    let feed = publisher.read("feed/appcast.xml");
    for text in ["sparkle:os=\"linux-x64\"", "<mp:api>0.1.4</mp:api>", "<mp:id>app</mp:id>"] {
        assert!(feed.contains(text), "{text}: {feed}");
    }
}
