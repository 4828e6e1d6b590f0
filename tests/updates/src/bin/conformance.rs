//! `cargo conformance`: how the update client stands against TUF's public conformance suite.
//!
//! 45 of the suite's 53 cases apply as ideas; each has one test of a fixed name in
//! `tests/updates/tests/conformance`. Beside them stand our own tests, one folder per attack, in
//! `tests/updates/tests/attacks`. This program runs both, prints the table, and fails where a test
//! of the table fails, is ignored or is not there, or where one of our own fails.
//!
//! The eight cases that do not apply: the basic case of hash support and the hash mismatch of
//! targets (the feed is one file), deprecated hashes of key ids, a snapshot that answers 404 (there
//! is none), the harness that fakes time (ours hands the clock in), the expiry of a snapshot (it is
//! the feed's), the static repository, and the graph of delegations (ours is flat).

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::process::{Command, ExitCode, Stdio};

/// The suite's case, and our test.
const CASES: [(&str, &str); 45] = [
    ("basic refresh, requests", "refresh_asks_for_keyring_and_feed_only"),
    ("basic refresh, trusted data", "refresh_leaves_the_trusted_state"),
    ("implicit refresh", "install_refreshes_first"),
    ("invalid initial root", "broken_first_keyring_fetches_nothing"),
    ("unsigned initial root", "unsigned_first_keyring_fetches_nothing"),
    ("unsigned metadata, each role", "unsigned_role_is_refused_old_trust_kept"),
    ("URL and inner version differ", "name_and_content_must_agree"),
    ("timestamp content changes", "same_seq_other_bytes_is_refused"),
    ("snapshot hash mismatch", "fresh_block_of_another_body_is_refused"),
    ("metadata bytes match", "stored_feed_is_byte_identical"),
    ("custom fields", "unknown_words_are_tolerated"),
    ("targets 404", "missing_package_changes_nothing"),
    ("timestamp 404", "missing_feed_changes_nothing"),
    ("incorrect metadata type", "no_role_plays_another"),
    ("root expired", "expired_keyring_installs_nothing"),
    ("timestamp expired", "passed_until_installs_nothing"),
    ("targets expired", "expired_second_feed_hides_only_its_items"),
    ("expired local root", "expired_stored_keyring_recovers"),
    ("expired local timestamp", "expired_stored_feed_recovers"),
    ("client downloads expected file", "package_is_fetched_and_verified"),
    ("... in a sub-folder", "relative_url_in_sub_folder_works"),
    ("substituted target file", "swapped_package_is_refused"),
    ("multiple changes to target", "ten_swaps_are_refused"),
    ("download with hash algorithms", "only_sha256_counts"),
    ("unknown hash algorithm", "item_without_sha256_is_refused"),
    ("artifact cache", "second_install_uses_the_store"),
    ("threshold not met", "one_of_two_is_too_few"),
    ("too few keys", "threshold_above_key_count_is_refused"),
    ("duplicate keys", "repeated_key_is_refused"),
    ("duplicate signature key ids", "repeated_signature_counts_once"),
    ("key type and scheme", "only_prehashed_is_accepted"),
    ("invalid signature in valid metadata", "extra_bad_signature_is_harmless"),
    ("unusual role names", "odd_names_never_become_paths"),
    ("timestamp version rollback", "lower_seq_is_refused"),
    ("snapshot rollback", "older_cached_feed_is_refused"),
    ("targets rollback", "lower_item_version_is_not_offered"),
    ("targets role removal", "vendor_leaves_only_by_keyring"),
    ("targets fast-forward recovery", "release_rotation_resets_seq"),
    ("snapshot fast-forward recovery", "full_rotation_resets_seq"),
    ("timestamp fast-forward recovery", "fresh_rotation_keeps_seq"),
    ("target file search", "id_finds_its_key_by_prefix"),
    ("cached role, current delegator", "old_vendor_key_signs_no_new_install"),
    ("delegation not in snapshot", "unlisted_source_is_refused"),
    ("root rotation", "keyring_rotation_matrix"),
    ("non-root rotations", "role_rotation_matrix"),
];

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: the tests cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs both test programs and prints the table. True if everything is there and passes.
fn run() -> io::Result<bool> {
    let conformance = outcomes("conformance")?;
    let own = outcomes("attacks")?;

    let mut out = io::stdout().lock();
    writeln!(out, "| # | suite's case | test | ok |\n|---|---|---|---|")?;
    let mut passed = 0;
    for (number, (case, test)) in (1..).zip(CASES) {
        let ended = conformance.get(test);
        let word = ended.map_or("missing", |ok| if *ok { "yes" } else { "NO" });
        passed += usize::from(ended == Some(&true));
        writeln!(out, "| {number} | {case} | `{test}` | {word} |")?;
    }
    let own_passed = own.values().filter(|ok| **ok).count();
    for (test, _) in own.iter().filter(|(_, ok)| !**ok) {
        writeln!(out, "own, fails: `{test}`")?;
    }
    let beside = conformance.keys().filter(|name| !CASES.iter().any(|(_, t)| t == name));
    for name in beside {
        writeln!(out, "not in the table: `{name}`")?;
    }
    let (count, all) = (own.len(), CASES.len());
    writeln!(out, "\n{passed} of {all} + {own_passed} of {count} own")?;
    Ok(passed == all && own_passed == count && count > 0)
}

/// How each test of a test program ended. The module is no part of a name of the conformance tests,
/// and stays with those of the attacks.
fn outcomes(program: &str) -> io::Result<BTreeMap<String, bool>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--quiet", "-p", "meterport-tests-updates", "--test", program])
        .args(["--", "--format", "pretty"])
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut outcomes = BTreeMap::new();
    for line in text.lines() {
        let Some((name, end)) =
            line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... "))
        else {
            continue;
        };
        let name = match program {
            "conformance" => name.rsplit("::").next().unwrap_or(name),
            _ => name,
        };
        // INVARIANT: of two tests with one name, the worse one counts.
        let ok = end.trim() == "ok";
        outcomes.entry(name.to_owned()).and_modify(|before| *before &= ok).or_insert(ok);
    }
    if !output.status.success() && outcomes.values().all(|ok| *ok) {
        return Err(io::Error::other(format!("test program `{program}` did not end properly")));
    }
    Ok(outcomes)
}
