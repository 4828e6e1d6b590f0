//! Rules of the grammar about the values of single keys, outside `[[match]]`.

use crate::support::{COMPLETE, accepted, edited, refused, refuses};

#[test]
fn a_text_that_is_empty_too_long_or_not_printable_is_refused() {
    let long = format!("\"{}\"", "é".repeat(129));
    refuses(
        "\"Acme GlucoLink\"",
        &[
            ("\"\"", "`title` is empty"),
            (long.as_str(), "`title` is 258 bytes long, allowed are 256"),
            ("\"a\\tb\"", "`title` holds U+0009, which cannot be printed"),
            ("\"a\\u007F\"", "`title` holds U+007F, which cannot be printed"),
            ("\"a\\u009B\"", "`title` holds U+009B, which cannot be printed"),
            ("\"a\\u202Eb\"", "`title` holds U+202E, which cannot be printed"),
            ("\"a\\u2066b\"", "`title` holds U+2066, which cannot be printed"),
            ("\"a\\u2028b\"", "`title` holds U+2028, which cannot be printed"),
        ],
    );
    accepted(&edited("\"Acme GlucoLink\"", &format!("\"{}\"", "é".repeat(128))));
    for (from, key) in [
        ("\"GlucoLink Mini\"", "model[1].name"),
        ("\"GL1-MMOL\"", "model[0].codes[1]"),
        ("\"GlucoLink*\"", "match[3].product"),
        ("\"ACME\"", "match[4].vendor"),
        ("\"GLUCOLINK\"", "match[4].model"),
        ("\"GLUCOLINK*\"", "match[5].label"),
        ("\"*.glk\"", "match[5].files[0]"),
        ("\"PIN shown on the meter\"", "option[0].title"),
    ] {
        let message = format!("`{key}` holds U+001B, which cannot be printed");
        assert_eq!(refused(&edited(from, "\"\\u001B\"")).to_string(), message);
    }
}

#[test]
fn a_list_of_more_than_256_items_is_refused() {
    let numbers = |count: usize| format!("[{}]", vec!["1"; count].join(","));
    let texts = |count: usize| {
        let items: Vec<String> = (0..count).map(|i| format!("\"{i}\"")).collect();
        format!("[{}]", items.join(","))
    };
    let tables = |head: &str, from: &str, count: usize| {
        let (_, rest) = COMPLETE.split_once(from).expect("the example has the table");
        let body = rest.split("\n[").next().unwrap_or_default();
        format!("{COMPLETE}\n{}", format!("[[{head}]]{body}\n").repeat(count))
    };
    for (text, key, count) in [
        (edited("read = [3, 4]", &format!("read = {}", numbers(257))), "match[4].read", 257),
        (edited("[0x21]", &numbers(257)), "permissions.usb-vendor-requests", 257),
        (
            edited("block-write = [3, 4]", &format!("block-write = {}", numbers(300))),
            "permissions.block-write",
            300,
        ),
        (edited("[\"GLM\"]", &texts(257)), "model[1].codes", 257),
        (edited("[\"*.glk\"]", &texts(257)), "match[5].files", 257),
        (tables("model", "[[model]]\nname = \"GlucoLink Mini\"", 255), "model", 257),
        (tables("match", "[[match]]\ntransport = \"volume\"", 251), "match", 257),
        (tables("option", "[[option]]", 256), "option", 257),
    ] {
        let message = format!("`{key}` has {count} items, allowed are 256");
        assert_eq!(refused(&text).to_string(), message);
    }
    accepted(&edited("[\"GLM\"]", &texts(256)));
    accepted(&edited("[0x21]", &numbers(256)));
}

#[test]
fn an_id_outside_the_grammar_is_refused() {
    let long = "a".repeat(65);
    for id in [
        "",
        ".",
        "-",
        "a.",
        ".a",
        "a..b",
        "a-",
        "-a",
        "a--b",
        "a-.b",
        "Acme",
        "a_b",
        "a b",
        "a/b",
        "../a",
        "ä",
        "a\u{0000}",
        long.as_str(),
    ] {
        let text = edited("\"acme.glucolink\"", &format!("\"{}\"", id.replace('\0', "\\u0000")));
        let message = refused(&text).to_string();
        let end = "is no id of lower-case words joined by `-` and `.`, at most 64 bytes";
        assert!(message.starts_with("`id` ") && message.ends_with(end), "{message}");
    }
    refuses(
        "\"acme.glucolink\"",
        &[("\"app\"", "`id` `app` is `app`, which is reserved for the program itself")],
    );
}

#[test]
fn an_id_with_a_dot_is_a_vendors() {
    for (id, ours) in [("onetouch-ultra2", true), ("a", true), ("acme.x-1.y", false), ("0", true)] {
        let manifest = accepted(&edited("acme.glucolink", id));
        assert_eq!(manifest.id.as_ref(), id);
        assert_eq!(manifest.id.to_string(), id);
        assert_eq!(manifest.id.is_ours(), ours);
    }
    accepted(&edited("acme.glucolink", &"a".repeat(64)));
}

#[test]
fn a_version_outside_semver_2_or_with_two_hyphens_is_refused() {
    let long = format!("1.0.0-{}", "a".repeat(59));
    for version in ["", "1", "1.2", "v1.2.0", "1.2.0.0", "01.2.0", "1.2.0-a--b", long.as_str()] {
        let message = refused(&edited("\"1.2.0\"", &format!("\"{version}\""))).to_string();
        let end = "is no SemVer 2 version of at most 64 bytes without `--`";
        assert!(message.starts_with("`version` ") && message.ends_with(end), "{message}");
    }
    accepted(&edited("\"1.2.0\"", "\"1.2.0-beta.1+5\""));
}

#[test]
fn a_contract_that_is_not_two_numbers_is_refused() {
    for contract in ["", "0", "0.1.0", "0.01", "a.b", "0.", ".1", "+0.1", "0.1-x", "1 .0"] {
        let message = refused(&edited("\"0.1\"", &format!("\"{contract}\""))).to_string();
        assert_eq!(
            message,
            format!("`contract` `{contract}` is no contract version such as `0.1`")
        );
    }
}

#[test]
fn a_contract_min_that_is_no_release_of_the_contract_is_refused() {
    refuses(
        "\"0.1.2\"",
        &[
            (
                "\"0.1\"",
                "`contract-min` `0.1` is no SemVer 2 version of at most 64 bytes without `--`",
            ),
            ("\"0.2.0\"", "`contract-min` `0.2.0` is no release of contract `0.1`"),
            ("\"1.1.2\"", "`contract-min` `1.1.2` is no release of contract `0.1`"),
            (
                "\"0.1.2-rc.1\"",
                "`contract-min` `0.1.2-rc.1` is no released version such as `0.1.2`",
            ),
            ("\"0.1.2+1\"", "`contract-min` `0.1.2+1` is no released version such as `0.1.2`"),
        ],
    );
}

#[test]
fn a_host_serves_a_contract_it_has_and_no_other() {
    let served = |contract: &str, least: &str, host: &str| {
        let text = edited("\"0.1\"", &format!("\"{contract}\""))
            .replace("\"0.1.2\"", &format!("\"{least}\""));
        accepted(&text).is_served_by(&host.parse().expect("a version"))
    };
    for (contract, least, host) in [
        ("0.1", "0.1.2", "0.1.1"),
        ("0.1", "0.1.0", "0.2.0"),
        ("0.2", "0.2.0", "0.1.9"),
        ("0.1", "0.1.0", "1.1.0"),
        ("1.2", "1.2.0", "1.1.9"),
        ("1.2", "1.2.0", "2.2.0"),
    ] {
        assert!(!served(contract, least, host), "{contract} {least} on {host}");
    }
    for (contract, least, host) in
        [("0.1", "0.1.2", "0.1.2"), ("0.1", "0.1.0", "0.1.9"), ("1.2", "1.2.3", "1.3.0")]
    {
        assert!(served(contract, least, host), "{contract} {least} on {host}");
    }
}

#[test]
fn a_family_that_is_no_word_is_refused() {
    refuses(
        "\"acme-glucolink\"",
        &[
            ("\"\"", "`family` `` is no word such as `acme-glucolink`, at most 64 bytes"),
            (
                "\"Acme Link\"",
                "`family` `Acme Link` is no word such as `acme-glucolink`, at most 64 bytes",
            ),
        ],
    );
}

#[test]
fn codes_that_leave_a_model_in_doubt_are_refused() {
    let twice = "`model[1].codes` `GL1` stands in `codes` twice";
    refuses(
        "[\"GLM\"]",
        &[
            ("[]", "`model[1].codes` is an empty list"),
            ("[\"GLM\", \"GL1\"]", twice),
            ("[\"GLM\", \"GLM\"]", "`model[1].codes` `GLM` stands in `codes` twice"),
        ],
    );
    let text = edited("codes = [\"GLM\"]\n", "").replace("codes = [\"GL1\", \"GL1-MMOL\"]\n", "");
    assert_eq!(
        refused(&text).to_string(),
        "`model[1].codes` is absent, and so it is in `model[0]`: at most once"
    );
}

#[test]
fn a_model_without_codes_is_every_model_not_named_elsewhere() {
    let name = |text: &str, code: &str| accepted(text).model_for(code).map(|m| m.name.clone());
    assert_eq!(name(COMPLETE, "GL9"), None);
    assert_eq!(name(COMPLETE, "gl1"), None);
    assert_eq!(name(COMPLETE, "GL1-MMOL").as_deref(), Some("GlucoLink One"));
    let text = edited("codes = [\"GL1\", \"GL1-MMOL\"]\n", "");
    assert_eq!(name(&text, "GLM").as_deref(), Some("GlucoLink Mini"));
    assert_eq!(name(&text, "anything").as_deref(), Some("GlucoLink One"));
}

#[test]
fn a_range_outside_the_grammar_is_refused() {
    refuses(
        "quantity = \"glucose\"",
        &[(
            "quantity = \"lactate\"",
            "`model[0].ranges[0].quantity` is `lactate`, known are `glucose` or `ketone`",
        )],
    );
    refuses(
        "unit = \"mg/dL\"",
        &[(
            "unit = \"mg/dl\"",
            "`model[0].ranges[0].unit` is `mg/dl`, known are `mg/dL` or `mmol/L`",
        )],
    );
    refuses(
        "low = \"20\"",
        &[
            (
                "low = \"20.0001\"",
                "`model[0].ranges[0].low` `20.0001` has 4 decimals, allowed are 3",
            ),
            (
                "low = \"2e1\"",
                "`model[0].ranges[0].low` `2e1` is no decimal number such as `600` or `8.0`",
            ),
            (
                "low = \"4294968\"",
                "`model[0].ranges[0].low` `4294968` is too large, the largest is 4294967.295",
            ),
            ("low = \"600\"", "`model[0].ranges[0].low` `600` is not below `high`, which is `600`"),
        ],
    );
    refuses(
        "quantity = \"ketone\", unit = \"mmol/L\"",
        &[(
            "quantity = \"glucose\", unit = \"mg/dL\"",
            "`model[0].ranges` says `glucose` in `mg/dL` twice",
        )],
    );
}

#[test]
fn a_limit_that_lengthens_is_refused() {
    refuses(
        "memory-mib = 16",
        &[
            ("memory-mib = 0", "`limits.memory-mib` is 0, allowed are 1 to 128"),
            ("memory-mib = 129", "`limits.memory-mib` is 129, allowed are 1 to 128"),
        ],
    );
    refuses(
        "cpu-s = 2",
        &[
            ("cpu-s = 0", "`limits.cpu-s` is 0, allowed are 1 to 5"),
            ("cpu-s = 6", "`limits.cpu-s` is 6, allowed are 1 to 5"),
            ("idle-s = 61", "`limits.idle-s` is 61, allowed are 1 to 60"),
            ("idle-s = 0", "`limits.idle-s` is 0, allowed are 1 to 60"),
            ("wall-s = 1801", "`limits.wall-s` is 1801, allowed are 1 to 1800"),
            ("wall-s = 0", "`limits.wall-s` is 0, allowed are 1 to 1800"),
        ],
    );
    let whole = accepted(&edited("cpu-s = 2", "cpu-s = 5\nidle-s = 60\nwall-s = 1800"));
    assert_eq!(whole.limits.effective().wall_s, 1800);
    accepted(&edited("memory-mib = 16", "memory-mib = 128"));
}

#[test]
fn an_option_outside_the_grammar_is_refused() {
    refuses(
        "key = \"pin\"",
        &[
            ("key = \"1st\"", "`option[0].key` `1st` is no word such as `pin`"),
            ("key = \"Pin\"", "`option[0].key` `Pin` is no word such as `pin`"),
            ("key = \"the pin\"", "`option[0].key` `the pin` is no word such as `pin`"),
            ("key = \"-\"", "`option[0].key` `-` is no word such as `pin`"),
        ],
    );
    refuses(
        "input = \"pin\"",
        &[
            (
                "input = \"file\"",
                "`option[0].input` is `file`, known are `text`, `pin` or `choice`",
            ),
            ("input = \"choice\"", "`option[0].choices` is missing"),
            ("input = \"choice\"\nchoices = []", "`option[0].choices` is an empty list"),
            (
                "input = \"choice\"\nchoices = [\"a\", \"a\"]",
                "`option[0].choices` has the choice `a` twice",
            ),
            (
                "input = \"choice\"\nchoices = [\"too long 1\"]",
                "`option[0].choices` `too long 1` is longer than `max`, 8",
            ),
            (
                "input = \"pin\"\nchoices = [\"a\"]",
                "`option[0].choices` does not belong to input `pin`",
            ),
            (
                "input = \"text\"\nchoices = [\"a\"]",
                "`option[0].choices` does not belong to input `text`",
            ),
        ],
    );
    refuses(
        "max = 8",
        &[
            ("max = 0", "`option[0].max` is 0, allowed are 1 to 256"),
            ("max = 257", "`option[0].max` is 257, allowed are 1 to 256"),
        ],
    );
    let (_, option) = COMPLETE.split_once("[[option]]").expect("the example has one");
    let text = format!("{COMPLETE}\n[[option]]{option}");
    assert_eq!(refused(&text).to_string(), "`option` has the key `pin` twice");
}
