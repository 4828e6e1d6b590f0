//! Rules of the grammar about the file as a whole: size, encoding, first key, TOML, known keys.

use crate::support::{COMPLETE, accepted, cut, edited, refused, refuses};
use meterport_manifest::{MAX_BYTES, Manifest};

#[test]
fn a_file_above_64_kib_is_refused_and_one_of_64_kib_is_not() {
    let fill = |length: usize| format!("{COMPLETE}#{}", " ".repeat(length - COMPLETE.len() - 1));
    assert_eq!(
        refused(&fill(MAX_BYTES + 1)).to_string(),
        "manifest is 65537 bytes long, allowed are 65536"
    );
    accepted(&fill(MAX_BYTES));
}

#[test]
fn a_byte_order_mark_is_refused() {
    let error = refused(&format!("\u{FEFF}{COMPLETE}"));
    assert_eq!(error.to_string(), "manifest begins with a byte-order mark");
    assert!(error.hint().is_some());
}

#[test]
fn what_is_not_utf_8_is_refused_with_its_line() {
    let error = Manifest::parse(b"manifest = 1\nid = \"\xFF\"\n").expect_err("not UTF-8");
    assert_eq!(error.to_string(), "line 2: not UTF-8");
}

#[test]
fn anything_but_manifest_1_as_first_key_is_refused() {
    for text in [
        "",
        "# nothing\n",
        "\"manifest\" = 1\n",
        "manifest.number = 1\n",
        "[manifest]\n",
        "manifest = \"1\"\n",
        "manifest = 0\n",
        "manifest = 01\n",
        "manifest = 0x1\n",
        "manifest = 1.0\n",
        "manifest = -2\n",
        "manifest = 1 2\n",
        "manifest\n",
        "manifest =",
        "Manifest = 1\n",
    ] {
        let message = refused(text).to_string();
        assert!(message.ends_with("the first key must be `manifest = 1`"), "{text:?}: {message}");
    }
    let swapped = cut("manifest", "version", "# first\nid = \"acme.glucolink\"\nmanifest = 1\n");
    assert_eq!(refused(&swapped).to_string(), "line 2: the first key must be `manifest = 1`");
}

#[test]
fn blank_lines_and_comments_may_stand_before_the_first_key() {
    accepted(&edited("manifest = 1", "\n  # a driver\r\n\n manifest=1#"));
}

#[test]
fn a_higher_number_needs_a_newer_meterport_whatever_else_stands_there() {
    for text in ["manifest = 2", "manifest = 2\n{ not even TOML", "manifest = 2 # \nnew-key = 7\n"]
    {
        let error = refused(text);
        assert_eq!(
            error.to_string(),
            "`manifest = 2` needs a newer Meterport, this one reads `manifest = 1`"
        );
        assert!(error.hint().is_some());
    }
    assert!(refused("manifest = 99999999999999999999999").to_string().contains("newer Meterport"));
}

#[test]
fn what_is_not_toml_is_refused_with_its_line() {
    for (text, message) in [
        (edited("version = \"1.2.0\"", "version = 1.2.0"), "line 3: "),
        (
            edited("version = \"1.2.0\"", "version = \"1.2.0\"\nversion = \"1\""),
            "line 4: duplicate key",
        ),
        (edited("[limits]", "[permissions]"), "duplicate key"),
        (edited("[limits]", "[limits"), "line "),
    ] {
        let error = refused(&text).to_string();
        assert!(error.contains(message) && error.starts_with("line "), "{error}");
    }
}

#[test]
fn what_only_toml_1_1_allows_is_refused() {
    refuses(
        "\"Acme GlucoLink\"",
        &[
            ("\"Acme\\x20GlucoLink\"", "line 6: TOML 1.0 has no escape `\\x`"),
            ("\"\"\"Acme\\\\\\eG\"\"\"", "line 6: TOML 1.0 has no escape `\\e`"),
        ],
    );
    refuses(
        "low = \"20\", ",
        &[
            ("low = \"20\",\n", "line 14: an inline table must be on one line"),
            ("low = \"20\" # LO\n,", "line 14: an inline table must be on one line"),
        ],
    );
    refuses("\"600\" }", &[("\"600\", }", "line 14: an inline table cannot end with a comma")]);
}

#[test]
fn toml_1_0_may_be_written_in_all_its_ways() {
    let plain = accepted(COMPLETE);
    for text in [
        COMPLETE.replace('\n', "\r\n"),
        edited("\"Acme GlucoLink\"", "'Acme GlucoLink'"),
        edited("\"Acme GlucoLink\"", "\"Acme\\u0020GlucoLink\""),
        edited("\"Acme GlucoLink\"", "\"\"\"\nAcme \\\n   GlucoLink\"\"\""),
        edited("[\"GL1\", \"GL1-MMOL\"]", "[ # codes\n\"GL1\",\n\"GL1-MMOL\",\n]"),
        edited("0x1209", "4617"),
        edited(
            "[limits]\nmemory-mib = 16\ncpu-s = 2",
            "[limits]\n\"memory-mib\" = 0b10000\ncpu-s = 0o2",
        ),
        edited(
            "id = \"acme.glucolink\"\n",
            "id = \"acme.glucolink\"\nlimits.memory-mib = 16\nlimits.cpu-s = 2\n",
        )
        .replace("[limits]\nmemory-mib = 16\ncpu-s = 2\n", ""),
    ] {
        assert_eq!(accepted(&text), plain, "{text}");
    }
}

#[test]
fn an_unknown_key_is_refused_by_name_in_every_table() {
    for (from, key, table) in [
        ("title", "colour", ""),
        ("name = ", "colour", " in `model`"),
        ("quantity", "colour", " in `model.ranges`"),
        ("kind = ", "colour", " in `match`"),
        ("set-clock", "colour", " in `permissions`"),
        ("memory-mib", "colour", " in `limits`"),
        ("key = ", "colour", " in `option`"),
        ("contract-min", "contract_min", ""),
    ] {
        let separator = if from == "quantity" { "," } else { "\n" };
        let text = edited(from, &format!("{key} = 1{separator} {from}"));
        let error = refused(&text).to_string();
        assert!(error.starts_with("line "), "{error}");
        assert!(error.contains(&format!("unknown key `{key}`")), "{error}");
        assert!(error.ends_with(table), "{error}");
    }
    let error = refused(&edited("[limits]", "[limit]")).to_string();
    assert!(error.contains("unknown key `limit`"), "{error}");
}

#[test]
fn a_value_of_another_type_is_refused_and_its_key_named() {
    for (from, to, path) in [
        ("title = \"Acme GlucoLink\"", "title = 7", "title"),
        ("vid = 0x1209", "vid = \"1209\"", "match.vid"),
        ("vid = 0x1209", "vid = 0x10000", "match.vid"),
        ("vid = 0x1209", "vid = -1", "match.vid"),
        ("interface = 0", "interface = 256", "match.interface"),
        ("read = [3, 4]", "read = [3, -4]", "match.read"),
        ("read = [3, 4]", "read = 3", "match.read"),
        ("[0x21]", "[0x100]", "permissions.usb-vendor-requests"),
        ("set-clock = false", "set-clock = \"no\"", "permissions.set-clock"),
        ("low = \"20\"", "low = 20", "model.ranges.low"),
        ("tested = true", "tested = 1", "model.tested"),
        ("max = 8", "max = 8.0", "option.max"),
        ("cpu-s = 2", "cpu-s = 2026-01-01", "limits.cpu-s"),
    ] {
        let error = refused(&edited(from, to)).to_string();
        assert!(error.starts_with("line ") && error.contains("invalid "), "{error}");
        assert!(error.ends_with(&format!("in `{path}`")), "{error}");
    }
}

#[test]
fn every_required_key_is_missed_by_name() {
    for (line, message) in [
        ("id = \"acme.glucolink\"\n", "`id` is missing"),
        ("version = \"1.2.0\"\n", "`version` is missing"),
        ("contract = \"0.1\"\n", "`contract` is missing"),
        ("title = \"Acme GlucoLink\"\n", "`title` is missing"),
        ("family = \"acme-glucolink\"\n", "`family` is missing"),
        ("name = \"GlucoLink Mini\"\n", "`model[1].name` is missing"),
        ("tested = false\n", "`model[1].tested` is missing"),
        ("quantity = \"ketone\", ", "`model[0].ranges[1].quantity` is missing"),
        ("unit = \"mmol/L\", ", "`model[0].ranges[1].unit` is missing"),
        ("transport = \"usb\"\n", "`match[3].transport` is missing"),
        ("kind = \"cable\"\n", "`match[1].kind` is missing"),
        ("vid = 0x0403\n", "`match[1].vid` is missing"),
        ("pid = 0x6001\n", "`match[1].pid` is missing"),
        ("line = \"9600 8N1\"\n", "`match[1].line` is missing"),
        ("class = 0x0F\n", "`match[3].class` is missing"),
        ("vendor = \"ACME\"\n", "`match[4].vendor` is missing"),
        ("model = \"GLUCOLINK\"\n", "`match[4].model` is missing"),
        ("read = [3, 4]\n", "`match[4].read` is missing"),
        ("label = \"GLUCOLINK*\"\n", "`match[5].label` is missing"),
        ("files = [\"*.glk\"]\n", "`match[5].files` is missing"),
        ("set-clock = false\n", "`permissions.set-clock` is missing"),
        ("usb-vendor-requests = [0x21]\n", "`permissions.usb-vendor-requests` is missing"),
        ("block-write = [3, 4]\n", "`permissions.block-write` is missing"),
        ("key = \"pin\"\n", "`option[0].key` is missing"),
        ("title = \"PIN shown on the meter\"\n", "`option[0].title` is missing"),
        ("input = \"pin\"\n", "`option[0].input` is missing"),
        ("required = false\n", "`option[0].required` is missing"),
        ("max = 8\n", "`option[0].max` is missing"),
    ] {
        assert_eq!(refused(&edited(line, "")).to_string(), message);
    }
    assert_eq!(refused(&cut("[[model]]", "[[match]]", "")).to_string(), "`model` is missing");
    assert_eq!(refused(&cut("[[match]]", "[permissions]", "")).to_string(), "`match` is missing");
    let text = cut("[permissions]", "[limits]", "");
    assert_eq!(refused(&text).to_string(), "`permissions` is missing");
}

#[test]
fn every_optional_key_may_be_absent() {
    for line in [
        "contract-min = \"0.1.2\"\n",
        "codes = [\"GLM\"]\n",
        "low = \"20\", ",
        ", high = \"8.0\"",
        "interface = 0\n",
        "usage-page = 0xFF00\n",
        "usage = 0x0001\n",
        "product = \"GlucoLink*\"\n",
        "memory-mib = 16\n",
        "cpu-s = 2\n",
        "[limits]\nmemory-mib = 16\ncpu-s = 2\n",
    ] {
        accepted(&edited(line, ""));
    }
    let (before_options, _) = COMPLETE.split_once("[[option]]").expect("the example has one");
    assert!(accepted(before_options).options.is_empty());
    assert!(accepted(&cut("ranges = [", "\n\n[[model]]", "")).models[0].ranges.is_empty());
}

#[test]
fn no_change_of_one_byte_makes_the_parser_panic() {
    for at in 0..COMPLETE.len() {
        for byte in [0x00, b'"', b'{', b']', b'\\', b'\n', b'9', 0x80, 0xFF] {
            let mut bytes = COMPLETE.as_bytes().to_vec();
            bytes[at] = byte;
            if let Err(error) = Manifest::parse(&bytes) {
                let message = error.to_string();
                assert!(!message.contains(char::is_control), "{message:?}");
            }
        }
        let _ = Manifest::parse(&COMPLETE.as_bytes()[..at]);
    }
}
