//! **Attacker:** whoever has, or can get, any other signature that one of our keys ever made.
//! **Aim:** to show it as one that we would accept.
//! **What must hold:** only prehashed signatures count; the trusted comment must say our word for
//! this role and agree; a signature has one form only; a block is exactly four checked lines.

use meterport_tests_updates::{
    Block, Clinic, Driver, Feed, Item, Key, Ring, UNTIL, comment_feed, signed,
};

struct Case {
    ring: Ring,
    feed: Feed,
    body: Vec<u8>,
    good: Vec<Block>,
}

fn case() -> Case {
    let ring = Ring::first("main");
    let feed = Feed::new("main", 1, UNTIL).item(Item::driver(&Driver::new("meter-a", "1.0.0")));
    let body = feed.body();
    let good = [
        feed.release_blocks(&body, &[&ring.release.1[0], &ring.release.1[1]]),
        feed.fresh_blocks(&body, &[&ring.fresh.1[0]]),
    ]
    .concat();
    Case { ring, feed, body, good }
}

fn taken(ring: &Ring, file: Vec<u8>) -> bool {
    let clinic = Clinic::of(ring);
    clinic.put_feed(file);
    clinic.try_refresh().ok();
    clinic.seq().is_some()
}

#[test]
fn a_relabelled_legacy_signature_is_refused() {
    let Case { ring, body, good, .. } = case();
    assert!(taken(&ring, signed(&body, &good)));

    // A legacy signature over a file of 64 bytes that happen to be BLAKE2b-512(body) is, bit for
    // bit, a prehashed signature of the body under another label: Ed25519 over the same 64 bytes.
    // So what the attacker has is what `sign` makes here, with a comment that is not theirs to
    // choose: the one that the owner of the key gave that file.
    for comment in ["timestamp:1790000000\tfile:sums.bin", "sums of today", ""] {
        let relabelled: Vec<Block> =
            ring.release.1.iter().map(|key| key.sign(&body, comment)).collect();
        let blocks = [&relabelled[..], &good[2..]].concat();
        assert!(!taken(&ring, signed(&body, &blocks)), "{comment}");
        // The comment that is wanted, put over it: the global signature does not cover it.
        let claimed: Vec<Block> =
            relabelled.iter().map(|block| block.claiming(&comment_feed("main", 1))).collect();
        assert!(!taken(&ring, signed(&body, &[&claimed[..], &good[2..]].concat())));
    }

    // And the other way round: the label alone makes a good one legacy.
    let legacy: Vec<Block> = good.iter().map(Block::relabelled).collect();
    assert!(!taken(&ring, signed(&body, &legacy)));
    // A true legacy signature, with our own comment in it.
    let legacy: Vec<Block> =
        ring.release.1.iter().map(|key| key.sign_legacy(&body, &comment_feed("main", 1))).collect();
    assert!(!taken(&ring, signed(&body, &[&legacy[..], &good[2..]].concat())));
}

#[test]
fn a_raw_signature_of_the_same_key_is_no_block() {
    // Sparkle's `edSignature` made with a minisign key: a raw Ed25519 signature over the file.
    let Case { ring, body, good, .. } = case();
    let raw: Vec<Block> = ring
        .release
        .1
        .iter()
        .zip(&good)
        .map(|(key, good)| Block { signature: key.raw(&body), ..good.clone() })
        .collect();
    assert!(!taken(&ring, signed(&body, &[&raw[..], &good[2..]].concat())));
}

#[test]
fn a_malleated_signature_is_refused() {
    let Case { ring, body, good, .. } = case();
    for malleate in [Block::malleated, Block::globally_malleated] {
        for number in 0..good.len() {
            let mut blocks = good.clone();
            blocks[number] = malleate(&blocks[number]);
            assert!(!taken(&ring, signed(&body, &blocks)), "{number}");
        }
    }
}

#[test]
fn a_comment_that_does_not_fit_exactly_counts_for_nothing() {
    let Case { ring, feed, body, good } = case();
    let key = |number: usize| &ring.release.1[number];
    for comment in [
        "mp1 feed main seq=01",
        "mp1 feed main seq=1 ",
        " mp1 feed main seq=1",
        "mp1  feed main seq=1",
        "mp1 feed main seq=+1",
        "mp1 feed main seq=1 until=2026-12-05T09:00:00Z",
        "mp1 feed main seq=18446744073709551616",
        "mp1 feed Main seq=1",
        "mp1 feed main--x seq=1",
        "mp1 feed main- seq=1",
        "MP1 feed main seq=1",
        "mp1 feed main seq=1\u{a0}",
    ] {
        let blocks = [key(0).sign(&body, comment), key(1).sign(&body, comment), good[2].clone()];
        assert!(!taken(&ring, signed(&body, &blocks)), "{comment}");
    }
    for until in [
        "2026-12-05",
        "2026-12-05T09:00:00",
        "2026-12-05t09:00:00z",
        "2026-12-05T09:00:00.0Z",
        "2026-12-05T09:00:00+00:00",
        "2026-12-05 09:00:00Z",
        "2026-13-05T09:00:00Z",
        "2026-12-05T24:00:00Z",
        "2026-12-05T09:00:60Z",
    ] {
        let fresh = Feed { until: until.into(), ..feed.clone() };
        let fresh = fresh.fresh_blocks(&body, &[&ring.fresh.1[0]]);
        assert!(!taken(&ring, signed(&body, &[&good[..2], &fresh].concat())), "{until}");
    }
}

#[test]
fn a_block_is_four_checked_lines_and_nothing_else() {
    let Case { ring, body, good, .. } = case();
    let text = |blocks: &[Block]| blocks.iter().map(Block::to_string).collect::<String>();
    let wrap = |block: &str| [&body[..], b"<!-- minisign\n", block.as_bytes(), b"-->\n"].concat();
    let whole = text(&good);
    assert!(taken(&ring, wrap(&whole)));

    let cases: Vec<Vec<u8>> = vec![
        wrap(&format!("\u{feff}{whole}")),
        wrap(&format!("{whole}\n")),
        wrap(&format!("\n{whole}")),
        wrap(&format!("{whole}one line more\n")),
        wrap(&whole.replace('\n', "\r\n")),
        wrap(&whole.replacen('\n', "\r\n", 1)),
        wrap(&whole.replacen("untrusted comment: test", "untrusted comment: a--b", 1)),
        wrap(&whole.replacen("untrusted comment: test", "untrusted comment: t\u{e9}st", 1)),
        wrap(&whole.replacen("untrusted comment: test", "comment", 1)),
        wrap(&whole.replacen("trusted comment: mp1", "trusted comment:  mp1", 3)),
        wrap(&whole.replacen("=\n", "= \n", 1)),
        wrap(&whole.replacen("==\n", "\n", 1)),
        wrap(&whole[..whole.len() - 1]),
        // Something behind the end, or the end written otherwise.
        [&wrap(&whole)[..], b"\n"].concat(),
        [&wrap(&whole)[..], b" "].concat(),
        wrap(&whole).strip_suffix(b"\n").unwrap().to_vec(),
        [&body[..], b"<!-- minisign\n", whole.as_bytes(), b" -->\n"].concat(),
        // The marker inside a line, or written otherwise.
        [&body[..], b" <!-- minisign\n", whole.as_bytes(), b"-->\n"].concat(),
        [&body[..body.len() - 1], b"<!-- minisign\n", whole.as_bytes(), b"-->\n"].concat(),
        [&body[..], b"<!-- minisign \n", whole.as_bytes(), b"-->\n"].concat(),
        [&body[..], b"<!--minisign\n", whole.as_bytes(), b"-->\n"].concat(),
        [&body[..], b"<!-- minisign\r\n", whole.as_bytes(), b"-->\n"].concat(),
        // More than 16 KiB of signatures.
        wrap(&format!("untrusted comment: {}\n{}", "x".repeat(16 * 1024), &whole[24..])),
    ];
    for (number, file) in cases.into_iter().enumerate() {
        assert!(!taken(&ring, file), "{number}");
    }
}

#[test]
fn a_second_block_does_not_make_the_first_a_part_of_the_body() {
    let Case { ring, body, good, .. } = case();
    // The last marker counts: what stands before it is the body that would have to be signed.
    let twice = signed(&signed(&body, &good), &good);
    assert!(!taken(&ring, twice));
    let other = Feed::new("main", 2, UNTIL);
    let appended = [&signed(&body, &good)[..], &signed(&other.body(), &[])].concat();
    assert!(!taken(&ring, appended));
}

#[test]
fn a_key_with_another_id_is_the_same_key_and_another_key_with_the_id_is_not() {
    let Case { ring, body, good, .. } = case();
    // Nothing signs the key id. It neither gives nor takes.
    let stranger = Key::named("stranger").sign(&body, &comment_feed("main", 1));
    let borrowed = Block { key_id: good[1].key_id, ..stranger };
    assert!(!taken(&ring, signed(&body, &[good[0].clone(), borrowed, good[2].clone()])));
}
