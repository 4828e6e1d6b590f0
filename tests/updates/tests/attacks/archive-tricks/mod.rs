//! **Attacker:** a thief of the release keys, or a broken build: a signed archive with tricks in it.
//! **Aim:** a file outside the version's own folder, or over another.
//! **What must hold:** regular files only, plain relative names, nothing twice however it is
//! written, counts and sizes bounded; and where one entry is refused, nothing of the archive stays.

use meterport_tests_updates::{AppPackage, Clinic, Entry, Ring, archive, compressed};

fn app() -> AppPackage {
    AppPackage::new("2.0.0")
}

/// Refused, and nothing of it is anywhere.
fn refused(name: &str, package: &[u8]) {
    let clinic = Clinic::of(&Ring::first("main"));
    assert!(clinic.unpack(package).is_err(), "{name}");
    assert_eq!(clinic.unpacked_files(), [""; 0], "{name}");
    assert_eq!(clinic.beside(), [""; 0], "{name}");
}

#[test]
fn an_archive_stays_in_its_folder() {
    let clinic = Clinic::of(&Ring::first("main"));
    clinic.unpack(&app().package()).unwrap();

    for name in [
        "../evil",
        "a/../../evil",
        "/evil",
        "//evil",
        "./evil",
        "a//b",
        "a/",
        "a/./b",
        "..",
        ".",
        "",
        "C:/evil",
        "C:evil",
        "a\\b",
        "\\\\host\\share",
        "a:stream",
        "nul",
        "NUL.txt",
        "con",
        "com1",
        "lpt9.x",
        "a.",
        "a ",
        " a",
        "a\u{1}b",
        "tab\tb",
        "a?b",
        "a*b",
        "a|b",
        "a<b",
        "a\"b",
        "COMPLETE",
        "complete",
        ".good",
        ".trial-1",
        ".run",
        "new",
        "app.toml",
        "APP.TOML",
    ] {
        refused(name, &app().entry(Entry::file(name, b"evil")).package());
    }
    for name in [&b"\xC3\xA9"[..], b"\xFF", b"e\xCC\x81"] {
        let entry = Entry { name: name.into(), ..Entry::file("x", b"evil") };
        refused(&format!("{name:?}"), &app().entry(entry).package());
    }
}

#[test]
fn what_is_no_regular_file_is_refused() {
    for kind in *b"123456 78gxLKSVDMNA\0" {
        if kind == b' ' {
            continue;
        }
        let entry = Entry { kind, link: "/etc/passwd".into(), ..Entry::file("evil", b"") };
        // The old mark of a regular file is none of ours either.
        refused(&format!("{:?}", kind as char), &app().entry(entry).package());
    }
    // A link first, and then a file through it.
    let link = Entry { kind: b'2', link: "..".into(), ..Entry::file("out", b"") };
    refused("through a link", &app().entry(link).entry(Entry::file("out/evil", b"x")).package());
}

#[test]
fn two_names_that_some_system_holds_for_one_are_refused() {
    for (one, two) in [("a", "a"), ("a", "A"), ("dir/File", "DIR/file"), ("a", "a/b"), ("A/b", "a")]
    {
        let package = app().entry(Entry::file(one, b"1")).entry(Entry::file(two, b"2")).package();
        refused(two, &package);
    }
}

#[test]
fn other_modes_than_two_are_refused() {
    for mode in [0o4755, 0o2755, 0o1644, 0o777, 0o666, 0o600, 0o755 | 0o100_000, 0] {
        let entry = Entry { mode, ..Entry::file("x", b"x") };
        refused(&format!("{mode:o}"), &app().entry(entry).package());
    }
}

#[test]
fn an_archive_is_one_frame_that_begins_with_its_manifest_and_ends_where_it_ends() {
    let good = app();
    let manifest = Entry::file("app.toml", good.manifest().as_bytes());
    let program = good.entries[0].clone();
    let tar = archive([&manifest, &program]);
    refused("the manifest second", &compressed(&archive([&program, &manifest])));
    refused("no manifest", &compressed(&archive([&program])));
    refused("no entry", &compressed(&archive([])));
    refused("nothing", b"");
    refused("not compressed", &tar);
    refused("another compression", b"\x1F\x8B\x08\0\0\0\0\0");
    refused("cut off", &compressed(&tar)[..60]);
    refused("cut inside an entry", &compressed(&tar[..700]));
    refused("no end", &compressed(&tar[..tar.len() - 1024]));
    refused("something behind the end", &compressed(&[&tar[..], b"evil"].concat()));
    refused("a second archive behind the end", &compressed(&[&tar[..], &tar].concat()));
    refused("a second frame", &[compressed(&tar), compressed(b"evil")].concat());
    refused("something behind the frame", &[&compressed(&tar)[..], b"evil"].concat());
    let mut damaged = tar;
    damaged[148] = b'7';
    refused("a wrong sum of a header", &compressed(&damaged));
}

#[test]
fn more_than_4096_entries_are_refused() {
    let mut many = app();
    many.entries.extend((0..4096).map(|n| Entry::file(&format!("f{n}"), b"")));
    refused("4098", &many.package());
}

#[test]
fn a_window_above_128_mib_is_refused() {
    let tar = archive([&Entry::file("app.toml", app().manifest().as_bytes()), &app().entries[0]]);
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(28).unwrap();
    encoder.long_distance_matching(true).unwrap();
    std::io::Write::write_all(&mut encoder, &tar).unwrap();
    refused("2^28", &encoder.finish().unwrap());
}
