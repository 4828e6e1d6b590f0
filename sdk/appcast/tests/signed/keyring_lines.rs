//! What a keyring may say, line by line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use meterport_appcast::{
    KeyError, Keyring, KeyringError, LineFault, MAX_KEYRING_BYTES, UsbScope, WordError,
};

use super::support::{Draft, at, pair};

fn refused(text: &str) -> KeyringError {
    Keyring::parse(text.as_bytes()).unwrap_err()
}

/// What is wrong with a line that stands behind those of the usual keyring.
fn fault(line: &str) -> LineFault {
    let mut draft = Draft::usual();
    draft.more.push(line.to_owned());
    match refused(&draft.text()) {
        KeyringError::Line { line: 8, source } => source,
        error => panic!("{line}: {error:?}"),
    }
}

/// What is wrong when `from` is replaced in the usual keyring.
fn fault_of(from: &str, to: &str) -> LineFault {
    let text = Draft::usual().text();
    assert!(text.contains(from));
    match refused(&text.replacen(from, to, 1)) {
        KeyringError::Line { source, .. } => source,
        error => panic!("{to}: {error:?}"),
    }
}

fn key(index: usize) -> String {
    pair(index).public.to_string()
}

#[test]
fn what_is_not_text_in_lines_is_refused() {
    let text = Draft::usual().text();
    for first in ["mp-keyring 2\n", "mp-keyring  1\n", "mp-keyring 1 \n", "# x\nmp-keyring 1\n", ""]
    {
        assert_eq!(refused(&text.replacen("mp-keyring 1\n", first, 1)), KeyringError::Format);
    }
    assert_eq!(refused(&format!("\u{FEFF}{text}")), KeyringError::Format);
    assert_eq!(refused(&text.replace('\n', "\r\n")), KeyringError::Format);
    for (from, to) in [("feed main", "feed\tmain"), ("main\n", "main\r\n"), ("main\n", "main \0\n")]
    {
        assert_eq!(refused(&text.replacen(from, to, 1)), KeyringError::NotText, "{to:?}");
    }
    assert_eq!(refused(text.trim_end()), KeyringError::NotText, "the last line has no end");
    assert_eq!(refused(""), KeyringError::NotText);
    let not_utf8 = [text.as_bytes(), b"# \xFF\n"].concat();
    assert_eq!(Keyring::parse(&not_utf8), Err(KeyringError::NotText));
    let large = format!("{text}#{}\n", "x".repeat(MAX_KEYRING_BYTES));
    assert_eq!(refused(&large), KeyringError::TooLarge { found: large.len() });
}

#[test]
fn a_line_that_must_be_there_once_is_there_once() {
    let text = Draft::usual().text();
    for word in ["feed", "version", "expires", "root", "release", "fresh"] {
        let without: String = text
            .lines()
            .filter(|line| !line.starts_with(word))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(refused(&without), KeyringError::Missing { word });
        let line = text.lines().find(|line| line.starts_with(word)).unwrap();
        let again = match word {
            "root" | "release" | "fresh" => format!("{word} 1 {}", key(39)),
            _ => line.to_owned(),
        };
        assert_eq!(fault(&again), LineFault::Repeated, "{again}");
    }
}

#[test]
fn names_numbers_and_times_are_exact() {
    for feed in ["feed Main", "feed ma.in", "feed ../x", "feed -main"] {
        assert_eq!(fault_of("feed main", feed), LineFault::Feed { source: WordError::Name });
    }
    for version in ["0", "01", "+1", "-1", "1.0", "4294967296", "x"] {
        let line = format!("version {version}");
        assert_eq!(fault_of("version 1", &line), LineFault::Number, "{version}");
    }
    for time in [
        "2027-11-01",
        "2027-11-01T00:00:00",
        "2027-11-01T00:00:00.5Z",
        "2027-11-01t00:00:00Z",
        "2027-11-01T00:00:60Z",
        "2027-11-01T00:00+00Z",
        "never",
    ] {
        assert_eq!(fault_of("2027-11-01T00:00:00Z", time), LineFault::Time, "{time}");
    }
    for (from, to) in [
        ("feed main", "feed"),
        ("feed main", "feed main other"),
        ("version 1", "version 1 2"),
        ("expires 2027", "expires soon 2027"),
        ("root 2", "root # 2"),
    ] {
        assert_eq!(fault_of(from, to), LineFault::Words, "{to}");
    }
}

#[test]
fn threshold_above_key_count_is_refused() {
    for (threshold, keys) in [(4, 3), (u32::MAX as usize, 3)] {
        let wrong = fault_of("root 2", &format!("root {threshold}"));
        assert_eq!(wrong, LineFault::Threshold { threshold, keys });
    }
    assert_eq!(fault_of("root 2", "root 0"), LineFault::Number);
    assert_eq!(fault_of("root 2", "root 02"), LineFault::Number);
    assert_eq!(fault_of("root 2", "root 99999999999999999999"), LineFault::Number);
    assert_eq!(fault_of("root 2", "root"), LineFault::Number, "a key is no number");
    let nine: Vec<String> = (0..9).map(key).collect();
    let mut draft = Draft::usual();
    draft.root = (9, Vec::from_iter(0..9));
    let error = refused(&draft.text());
    assert_eq!(nine.len(), 9);
    assert_eq!(error, KeyringError::Line { line: 5, source: LineFault::TooMany { most: 8 } });
    draft.root = (8, Vec::from_iter(0..8));
    assert_eq!(draft.keyring().root.threshold, 8);
}

#[test]
fn repeated_key_is_refused() {
    let (root, release, fresh) = (key(0), key(10), key(20));
    let under_another_id = {
        let mut bytes = STANDARD.decode(&root).unwrap();
        bytes[2] ^= 1;
        STANDARD.encode(bytes)
    };
    assert_ne!(under_another_id, root);
    let repeated = |number| LineFault::KeyRepeated { number };
    assert_eq!(fault_of(&key(1), &root), repeated(2), "in one role");
    assert_eq!(fault_of(&key(1), &under_another_id), repeated(2), "under two ids");
    assert_eq!(fault_of(&release, &root), repeated(1), "in two roles");
    assert_eq!(fault_of(&fresh, &release), repeated(1));
    assert_eq!(fault_of(&fresh, &under_another_id), repeated(1));
    for key in [root, release, fresh, under_another_id] {
        assert_eq!(fault(&format!("vendor acme {key} acme. usb=2766")), repeated(1));
    }
    let mut two_vendors = Draft::usual();
    two_vendors.more =
        vec![format!("vendor acme {} acme.", key(30)), format!("vendor other {} other.", key(30))];
    let error = refused(&two_vendors.text());
    assert_eq!(error, KeyringError::Line { line: 9, source: repeated(1) });
}

#[test]
fn what_is_no_key_is_named() {
    let wrong = fault_of(&key(1), "RWQ");
    assert_eq!(wrong, LineFault::Key { number: 2, source: KeyError::Encoding });
    let vendor = fault("vendor acme acme. acme.");
    assert_eq!(vendor, LineFault::Key { number: 1, source: KeyError::Encoding });
}

#[test]
fn a_vendor_has_a_prefix_of_its_own() {
    let key = key(30);
    for prefix in
        ["acme", ".", "a..", "Acme.", "a/b.", "..", "-a.", &format!("{}.", "a".repeat(64))]
    {
        assert_eq!(fault(&format!("vendor acme {key} {prefix}")), LineFault::Prefix, "{prefix}");
    }
    for other in ["acme.", "acme.x.", "a."] {
        let mut draft = Draft::usual();
        draft.more = vec![
            format!("vendor one {key} acme."),
            format!("vendor two {} {other}", pair(31).public),
        ];
        let overlap = other != "a.";
        match Keyring::parse(draft.text().as_bytes()) {
            Err(error) => assert_eq!(
                (overlap, error),
                (true, KeyringError::Line { line: 9, source: LineFault::PrefixOverlap })
            ),
            Ok(_) => assert!(!overlap, "{other}"),
        }
        draft.more.reverse();
        assert_eq!(Keyring::parse(draft.text().as_bytes()).is_err(), overlap, "in any order");
    }
    let mut draft = Draft::usual();
    draft.more = vec![
        format!("vendor Acme_Inc {key} acme."),
        format!("vendor acme_inc {} other.", pair(31).public),
    ];
    let error = refused(&draft.text());
    assert_eq!(error, KeyringError::Line { line: 9, source: LineFault::Name });
    for name in ["_acme", "acme_", "ácme", &"a".repeat(65)] {
        assert_eq!(fault(&format!("vendor {name} {key} acme.")), LineFault::Name, "{name}");
    }
}

#[test]
fn unknown_word_in_a_known_line_is_refused() {
    let vendor = format!("vendor acme {} acme.", key(30));
    for line in [
        "vendor acme".to_owned(),
        format!("{vendor} pci=2766"),
        format!("{vendor} USB=2766"),
        format!("{vendor} usb=2766 usb=1a79"),
        format!("{vendor} usb=2766 until=2027"),
        "block 2766:0004 LifeScan".to_owned(),
        "block 2766:0004 LifeScan * *".to_owned(),
        "block".to_owned(),
        "mirror".to_owned(),
        "mirror https://a.example/ https://b.example/".to_owned(),
    ] {
        assert_eq!(fault(&line), LineFault::Words, "{line}");
    }
    for usb in ["", "2766,", ",2766", "276", "02766", "2766:", "2766:4", "ABCD", "0x2766", "+766"] {
        assert_eq!(fault(&format!("{vendor} usb={usb}")), LineFault::Usb, "{usb}");
    }
    assert_eq!(fault(&format!("{vendor} usb=2766,1a79,2766")), LineFault::Usb);
    let many: Vec<String> = (0..65).map(|pid| format!("2766:{pid:04x}")).collect();
    let many = format!("{vendor} usb={}", many.join(","));
    assert_eq!(fault(&many), LineFault::TooMany { most: 64 });
}

#[test]
fn of_a_maker_of_bridge_chips_only_single_products() {
    let vendor = format!("vendor acme {} acme.", key(30));
    for (usb, vid) in [
        ("0403", 0x0403),
        ("067b", 0x067B),
        ("10c4", 0x10C4),
        ("1a86", 0x1A86),
        ("2766,0403:6001", 0x0403),
        ("0403:6015", 0x0403),
        ("067b:2303", 0x067B),
        ("1a86:7523", 0x1A86),
        ("10c4:ea60", 0x10C4),
        ("10c4:ea80", 0x10C4),
    ] {
        assert_eq!(fault(&format!("{vendor} usb={usb}")), LineFault::Bridge { vid }, "{usb}");
    }
    let mut draft = Draft::usual();
    draft.more = vec![format!("{vendor} usb=2766,0403:f9d0")];
    let scopes = [(0x2766, None), (0x0403, Some(0xF9D0))].map(|(vid, pid)| UsbScope { vid, pid });
    assert_eq!(draft.keyring().vendors[0].usb, scopes);
}

#[test]
fn a_disk_is_named_as_inquiry_names_it() {
    for line in ["2766 LifeScan *", "2766:4 LifeScan *", "2766:0004:1 LifeScan *", "* LifeScan *"] {
        assert_eq!(fault(&format!("block {line}")), LineFault::Usb, "{line}");
    }
    for names in [
        "* *",
        "LifeScanX *",
        "LifeScan Ver*",
        "LifeScan **",
        "LifeScan 12345678901234567",
        "_Scan *",
        "LifeScan Verio_",
        "LifeScän *",
    ] {
        assert_eq!(fault(&format!("block 2766:0004 {names}")), LineFault::Inquiry, "{names}");
    }
    let mut draft = Draft::usual();
    draft.more =
        vec!["block 2766:0004 LifeScan *".into(), "block 2766:000c Life_A Verio_2#".into()];
    let disks = draft.keyring().disks;
    assert_eq!((disks[0].vid, disks[0].pid), (0x2766, 0x0004));
    assert_eq!((disks[0].vendor.as_str(), disks[0].model.as_str()), ("LifeScan", "*"));
    assert_eq!((disks[1].vendor.as_str(), disks[1].model.as_str()), ("Life A", "Verio 2#"));
}

#[test]
fn a_mirror_is_an_https_folder_in_one_spelling() {
    for address in [
        "http://a.example/",
        "HTTPS://a.example/",
        "file:///x/",
        "https://",
        "https:///",
        "https://a.example",
        "https://a.example/x",
        "https://a.example//",
        "https://a.example/../",
        "https://a.example/./",
        "https://a.example/%2e%2e/",
        "https://a.example/x?y/",
        "https://a.example/#/",
        "https://user@a.example/",
        "https://a.example@b.example/",
        "https://a.example\\@b.example/",
        "https://A.example/",
        "https://a..example/",
        "https://-a.example/",
        "https://a.example:/",
        "https://a.example:0/",
        "https://a.example:65536/",
        "https://a.example:4 43/",
        "https://a.exämple/",
    ] {
        let fault = fault(&format!("mirror {address}"));
        assert!(matches!(fault, LineFault::Mirror | LineFault::Words), "{address}: {fault:?}");
    }
    assert_eq!(fault(&format!("mirror https://a.example/{}/", "x".repeat(512))), LineFault::Mirror);
    let mut draft = Draft::usual();
    let right =
        ["https://a.example/", "https://a-1.example:8443/x/~y/1.0_z/", "https://192.0.2.1/"];
    draft.more = right.map(|address| format!("mirror {address}")).to_vec();
    assert_eq!(draft.keyring().mirrors, right);
    draft.more.push(format!("mirror {}", right[0]));
    let error = refused(&draft.text());
    assert_eq!(error, KeyringError::Line { line: 11, source: LineFault::Mirror });
}

#[test]
fn there_are_not_endlessly_many_of_anything() {
    let lines = |count: usize, line: &dyn Fn(usize) -> String| {
        let mut draft = Draft::usual();
        draft.more = (0..count).map(line).collect();
        Keyring::parse(draft.text().as_bytes()).map(|keyring| keyring.disks.len())
    };
    let mirror = |number: usize| format!("mirror https://a{number}.example/");
    let disk = |number: usize| format!("block 2766:{number:04x} LifeScan *");
    let too_many =
        |line, most| Err(KeyringError::Line { line, source: LineFault::TooMany { most } });
    assert_eq!(lines(17, &mirror), too_many(24, 16));
    assert_eq!(lines(16, &mirror), Ok(0));
    assert_eq!(lines(257, &disk), too_many(264, 256));
    assert_eq!(lines(256, &disk), Ok(256));
}

#[test]
fn unknown_words_are_tolerated() {
    let mut draft = Draft::usual();
    let plain = draft.keyring();
    draft.more = vec![
        "witness 1 RWQ usb=*".into(),
        "Root 1 nobody".into(),
        "mp-keyring 2".into(),
        "# a comment: ü".into(),
        String::new(),
        "   # another".into(),
        "mirrors x".into(),
    ];
    assert_eq!(draft.keyring(), plain);
}

#[test]
fn comments_and_blanks_change_nothing() {
    let draft = Draft::usual();
    let text = draft.text();
    let spaced: String = text
        .lines()
        .zip(0..)
        .map(|(line, number)| match number {
            0 => format!("{line}\n\n# by hand\n"),
            _ => format!("  {}   #said twice: {line}\n", line.replace(' ', "   ")),
        })
        .collect();
    assert_eq!(Keyring::parse(spaced.as_bytes()), Ok(draft.keyring()));
}

#[test]
fn a_whole_keyring_is_read_as_it_stands() {
    let mut draft = Draft::usual();
    draft.version = 3;
    draft.more = vec![format!("vendor Acme_Medical {} acme. usb=2766,1a79:7410", key(30))];
    let keyring = draft.keyring();
    assert_eq!((keyring.feed.as_str(), keyring.version), ("main", 3));
    assert_eq!(keyring.expires, at("2027-11-01T00:00:00Z"));
    assert_eq!((keyring.root.threshold, keyring.root.keys.len()), (2, 3));
    assert_eq!(keyring.release.keys, [pair(10).public.clone(), pair(11).public.clone()]);
    assert_eq!(keyring.fresh.keys, [pair(20).public.clone()]);
    let vendor = &keyring.vendors[0];
    assert_eq!((vendor.name.as_str(), vendor.prefix.as_str()), ("Acme Medical", "acme."));
    let usb: Vec<String> = vendor.usb.iter().map(ToString::to_string).collect();
    assert_eq!(usb, ["2766", "1a79:7410"]);
}
