use meterport_appcast::{MAX_BLOCK_BYTES, Signature, SplitError, join, split};

use super::support::pair;

fn four() -> String {
    pair(0).sign(b"x", "mp1 feed main seq=1").to_string()
}

fn block(lines: &str) -> String {
    format!("<!-- minisign\n{lines}-->\n")
}

#[test]
fn a_file_that_does_not_end_exactly_so_is_refused() {
    let four = four();
    let right = format!("<rss/>\n{}", block(&four));
    assert!(split(right.as_bytes()).is_ok());
    let without = |from: &str, to: &str| right.replacen(from, to, 1);
    for (file, error) in [
        (String::new(), SplitError::NoMarker),
        ("<rss/>\n".to_owned(), SplitError::NoMarker),
        (without("<!-- minisign\n", "<!--minisign\n"), SplitError::NoMarker),
        (without("<!-- minisign\n", "<!-- minisign \n"), SplitError::NoMarker),
        (without("<!-- minisign\n", "<!-- minisign\r\n"), SplitError::NoMarker),
        (without("<!-- minisign\n", "<!-- Minisign\n"), SplitError::NoMarker),
        (without("\n<!-- minisign", "<!-- minisign"), SplitError::NoMarker),
        (without("\n<!-- minisign", "\n <!-- minisign"), SplitError::NoMarker),
        (format!("{right}\n"), SplitError::NoEnd),
        (format!("{right} "), SplitError::NoEnd),
        (format!("{right}\0"), SplitError::NoEnd),
        (format!("{right}<x/>"), SplitError::NoEnd),
        (right.trim_end().to_owned(), SplitError::NoEnd),
        (without("-->\n", "-->\r\n"), SplitError::NoEnd),
        (without("\n-->\n", " -->\n"), SplitError::NoEnd),
        (without("\n-->\n", "-->\n"), SplitError::NoEnd),
        (without("\n-->\n", "\n --> \n"), SplitError::NoEnd),
        (without("\n-->\n", "\n\n-->\n"), SplitError::Lines { found: 5 }),
        (without("<!-- minisign\n", "<!-- minisign\n\n"), SplitError::Lines { found: 5 }),
        (block(""), SplitError::Lines { found: 0 }),
        (block("\n"), SplitError::Lines { found: 1 }),
        (block(&four.repeat(17)), SplitError::Lines { found: 68 }),
        (block(&format!("{four}{four}one more\n")), SplitError::Lines { found: 9 }),
        (without("a key\n", "a key\r\n"), SplitError::NotPrintable),
        (without("a key", "a\u{FEFF}key"), SplitError::NotPrintable),
        (without("a key", "a\tkey"), SplitError::NotPrintable),
        (without("a key", "a\0key"), SplitError::NotPrintable),
        (without("a key", "a\u{7F}key"), SplitError::NotPrintable),
        (without("a key", "a -- key"), SplitError::Hyphens),
        (without("a key", "a --> key"), SplitError::Hyphens),
        (without("\n-->\n", "\n-->\n-->\n"), SplitError::Hyphens),
        (without("untrusted", "trusted"), SplitError::Line { signature: 1, line: 1 }),
    ] {
        assert_eq!(split(file.as_bytes()).unwrap_err(), error, "{file:?}");
    }
    let not_utf8 = [b"<!-- minisign\n\xFF", &right.as_bytes()[21..]].concat();
    assert_eq!(split(&not_utf8).unwrap_err(), SplitError::NotPrintable);
}

#[test]
fn a_block_above_the_cap_is_refused_and_one_of_the_cap_is_not() {
    let fill = |bytes: usize| {
        let file = block(&four());
        let key = "k".repeat(bytes - file.len() + "a key".len());
        file.replace("a key", &key)
    };
    assert!(split(fill(MAX_BLOCK_BYTES).as_bytes()).is_ok());
    let error = split(fill(MAX_BLOCK_BYTES + 1).as_bytes()).unwrap_err();
    assert_eq!(error, SplitError::TooLarge { found: MAX_BLOCK_BYTES + 1 });
}

#[test]
fn only_the_last_marker_at_the_start_of_a_line_counts() {
    for body in [
        "a <!-- minisign\n",
        "<!-- minisign\nuntrusted comment: an older block\n-->\n",
        "<!-- minisign\n<!-- minisign\n",
        "<!-- minisign <!-- minisign\n",
        "x<!-- minisign\n<!-- minisig\n",
        "",
    ] {
        let file = format!("{body}{}", block(&four()));
        assert_eq!(split(file.as_bytes()).unwrap().signed, body.as_bytes(), "{body:?}");
    }
    // A marker among the lines begins a block of its own.
    let file = format!("body\n<!-- minisign\n{}{}", four(), block(&four()));
    let envelope = split(file.as_bytes()).unwrap();
    assert_eq!(envelope.signatures.len(), 1);
    assert_eq!(envelope.signed.len(), "body\n<!-- minisign\n".len() + four().len());
}

#[test]
fn the_signed_bytes_are_every_byte_before_the_marker() {
    let body = b"\xEF\xBB\xBF\r\n\0 any bytes -- at all \xFF -->\n\n";
    let signatures = vec![pair(0).sign(body, "mp1 feed main seq=1"); 16];
    let file = join(body, &signatures).unwrap();
    let envelope = split(&file).unwrap();
    assert_eq!(envelope.signed, body);
    assert_eq!(envelope.signatures.len(), 16);
    assert_eq!(join(envelope.signed, &envelope.signatures).unwrap(), file);
}

#[test]
fn what_would_not_split_again_is_not_joined() {
    let signature = pair(0).sign(b"x", "mp1 feed main seq=1");
    assert_eq!(join(b"no line end", std::slice::from_ref(&signature)), Err(SplitError::NoMarker));
    assert_eq!(join(b"x\n", &[]), Err(SplitError::Lines { found: 0 }));
    assert_eq!(join(b"x\n", &vec![signature.clone(); 17]), Err(SplitError::Lines { found: 68 }));
    let hyphens = signature.to_string().replace("a key", "-- a key --");
    let hyphens = Signature::file(hyphens.as_bytes()).unwrap();
    assert_eq!(join(b"x\n", &hyphens), Err(SplitError::Hyphens));
    let marker = b"x\n<!-- minisign\nno line end";
    assert_eq!(join(marker, &[signature]), Err(SplitError::Hyphens));
}
