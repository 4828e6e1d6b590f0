//! What is remembered of feeds, what is staged, what is bad: damage, later programs, two writers.

use std::fs;
use std::io::Read as _;
use std::thread;

use jiff::Timestamp;

use crate::testing::{app, app_sum, empty, names, open};
use crate::{BadReason, Notice, Sha256Hex, State, Store, StoreError};

fn feed() -> Sha256Hex {
    Sha256Hex::of(b"first keyring")
}

fn remember(store: &Store, keyring: u32) {
    let written = store.change_state(&[], |state| {
        state.feeds.entry(feed()).or_default().keyring = keyring;
        true
    });
    assert!(written.unwrap());
}

fn keyring(state: &State) -> u32 {
    state.feeds.get(&feed()).map_or(0, |feed| feed.keyring)
}

/// A state that is whole.
fn whole(body: &str) -> String {
    format!("{{\"checksum\":\"{}\",\n\"state\":{body}}}\n", Sha256Hex::of(body.as_bytes()))
}

#[test]
fn every_torn_or_altered_state_is_passed_over() {
    let (folder, store) = empty();
    remember(&store, 1);
    remember(&store, 2);
    let path = folder.path().join("state/000002.json");
    let text = fs::read(&path).unwrap();
    for at in 0..text.len() {
        fs::write(&path, &text[..at]).unwrap();
        assert_eq!(keyring(&store.state().unwrap()), 1, "{at}");
        let mut flipped = text.clone();
        flipped[at] ^= 1;
        fs::write(&path, flipped).unwrap();
        assert_eq!(keyring(&store.state().unwrap()), 1, "{at}");
    }
    remember(&store, 3);
    assert_eq!(keyring(&store.state().unwrap()), 3);
    assert_eq!(names(&folder, "state"), ["000001.json", "000002.json"]);
}

#[test]
fn a_state_under_another_number_is_passed_over() {
    let (folder, store) = empty();
    remember(&store, 1);
    remember(&store, 2);
    let old = fs::read(folder.path().join("state/000001.json")).unwrap();
    fs::write(folder.path().join("state/000009.json"), old).unwrap();
    assert_eq!(keyring(&store.state().unwrap()), 2);
}

#[test]
fn an_older_program_reads_newer_state() {
    let (folder, store) = empty();
    let sum = feed();
    let body = format!(
        concat!(
            r#"{{"number":1,"feeds":{{"{sum}":{{"keyring":7,"seen":["x"]}}}},"choices":[{{"#,
            r#""id":"app","version":"1.0.0","skip":true,"why":"later"}}],"notices":[{{"#,
            r#""code":"x","at":"2026-11-22T00:00:00Z","link":1}}],"phase":{{"group":3}}}}"#
        ),
        sum = sum
    );
    fs::create_dir(folder.path().join("state")).unwrap();
    fs::write(folder.path().join("state/000001.json"), whole(&body)).unwrap();

    remember(&store, 8);
    let text = fs::read_to_string(folder.path().join("state/000002.json")).unwrap();
    for kept in [r#""seen":["x"]"#, r#""why":"later""#, r#""link":1"#, r#""phase":{"group":3}"#] {
        assert!(text.contains(kept), "{kept} is not in {text}");
    }
    let state = store.state().unwrap();
    assert!(state.choices[0].skip);
    assert_eq!((state.notices[0].code.as_str(), keyring(&state)), ("x", 8));
}

#[test]
fn an_older_program_reads_newer_generations() {
    let (folder, store) = empty();
    crate::testing::install_app(&store, "1.0.0");
    let sum = app_sum("1.0.0");
    let body = format!("number 2\nprevious 1\napp {sum} channel=beta\nsite north\n");
    let text = format!("{body}checksum {}\n", Sha256Hex::of(body.as_bytes()));
    fs::write(folder.path().join("generations/000002.gen"), text).unwrap();

    let started = store.begin(crate::StartKind::Command).unwrap();
    assert_eq!((started.app, started.generation), (sum, 2));
}

#[test]
fn a_state_of_quite_another_kind_is_neither_read_nor_removed() {
    let (folder, store) = empty();
    remember(&store, 1);
    let path = folder.path().join("state/000007.json");
    fs::write(&path, whole(r#"{"version":2}"#)).unwrap();
    assert_eq!(keyring(&store.state().unwrap()), 1);
    (2..7).for_each(|version| remember(&store, version));
    assert_eq!(keyring(&store.state().unwrap()), 6);
    assert!(path.exists());
    assert!(folder.path().join("state/000012.json").exists());
}

#[test]
fn trust_never_steps_back() {
    let (_folder, store) = empty();
    let at = |text: &str| -> Timestamp { text.parse().unwrap() };
    let set = |keyring: u32, until: Option<Timestamp>| {
        store.change_state(&[], |state| {
            let feed = state.feeds.entry(feed()).or_default();
            (feed.keyring, feed.newest_until) = (keyring, until);
            true
        })
    };
    set(3, Some(at("2026-12-05T09:00:00Z"))).unwrap();
    set(2, Some(at("2026-12-04T09:00:00Z"))).unwrap();
    store.change_state(&[], |state| state.feeds.remove(&feed()).is_some()).unwrap();
    let state = store.state().unwrap();
    let feed = &state.feeds[&feed()];
    assert_eq!((feed.keyring, feed.newest_until), (3, Some(at("2026-12-05T09:00:00Z"))));
}

#[test]
fn a_change_that_is_given_up_or_is_none_writes_nothing() {
    let (folder, store) = empty();
    let given_up = |state: &mut State| {
        state.feeds.entry(feed()).or_default().keyring = 9;
        false
    };
    assert!(!store.change_state(&[b"a feed"], given_up).unwrap());
    assert_eq!(names(&folder, "."), ["lock"]);
    remember(&store, 1);
    remember(&store, 1);
    assert_eq!(names(&folder, "state"), ["000001.json"]);
}

#[test]
fn the_feed_that_a_state_names_is_kept_and_others_go() {
    let (folder, store) = empty();
    for number in 0..6 {
        let content = format!("feed {number}");
        let keep = |state: &mut State| {
            let feed = state.feeds.entry(feed()).or_default();
            feed.feed = Some(Sha256Hex::of(content.as_bytes()));
            true
        };
        assert!(store.change_state(&[content.as_bytes()], keep).unwrap());
        let plugin = crate::testing::plugin("a", number);
        let origin = crate::Origin::Unsigned;
        store.install(&plugin.package, &plugin.id, &plugin.version, origin).unwrap();
    }
    assert_eq!(names(&folder, "state").len(), 3);
    assert_eq!(names(&folder, "objects").len(), 6, "three feeds and three packages");
    assert_eq!(store.read_object(&Sha256Hex::of(b"feed 5")).unwrap(), b"feed 5");
}

#[test]
fn two_programs_that_remember_lose_nothing_of_each_other() {
    let (folder, _) = empty();
    thread::scope(|scope| {
        for writer in ["x", "y"] {
            let store = open(&folder);
            scope.spawn(move || {
                for number in 0..20 {
                    let feed = Sha256Hex::of(format!("{writer}{number}").as_bytes());
                    let add = |state: &mut State| {
                        state.feeds.entry(feed).or_default().keyring = 1;
                        true
                    };
                    assert!(store.change_state(&[], add).unwrap());
                }
            });
        }
    });
    assert_eq!(open(&folder).state().unwrap().feeds.len(), 40);
}

#[test]
fn the_same_notice_is_kept_once_and_the_oldest_of_many_go() {
    let mut state = State::default();
    let at = |second: i64| Timestamp::from_second(second).unwrap();
    state.note(Notice::new("other-bytes", at(1)).fact("seq", "7"));
    state.note(Notice::new("other-bytes", at(2)).fact("seq", "8"));
    state.note(Notice::new("other-bytes", at(3)).fact("seq", "7"));
    assert_eq!(state.notices.iter().map(|n| n.at).collect::<Vec<_>>(), [at(2), at(3)]);
    (0..200).for_each(|n| state.note(Notice::new("x", at(n)).fact("n", n.to_string())));
    assert_eq!((state.notices.len(), state.notices[0].at), (64, at(136)));
}

#[test]
fn a_choice_is_remembered_for_one_version() {
    let (_folder, store) = empty();
    let skip = |state: &mut State| {
        state.choice(&"app".parse().unwrap(), &semver::Version::new(2, 0, 0)).skip = true;
        let again = state.choice(&"app".parse().unwrap(), &semver::Version::new(2, 0, 0));
        assert!(again.skip);
        !state.choice(&"a".parse().unwrap(), &semver::Version::new(2, 0, 0)).skip
    };
    assert!(store.change_state(&[], skip).unwrap());
    assert_eq!(store.state().unwrap().choices.len(), 2);
}

#[test]
fn a_damaged_keyring_is_replaced_and_a_valid_one_stays() {
    let (folder, store) = empty();
    let valid = |bytes: &[u8]| bytes.starts_with(b"valid");
    store.add_keyring(&feed(), 2, b"valid 1", &valid).unwrap();
    store.add_keyring(&feed(), 2, b"valid 2", &valid).unwrap();
    assert_eq!(store.keyrings(&feed()).unwrap(), [(2, b"valid 1".to_vec())]);

    let chain = folder.path().join("keyrings").join(feed().to_string());
    for damaged in [&b"vali"[..], b"", &[b'v'; 100_000]] {
        fs::write(chain.join("2.keyring"), damaged).unwrap();
        store.add_keyring(&feed(), 2, b"valid 3", &valid).unwrap();
        assert_eq!(store.keyrings(&feed()).unwrap(), [(2, b"valid 3".to_vec())]);
    }
    for name in ["02.keyring", "2.keyring.bak", "x.keyring", "new"] {
        fs::write(chain.join(name), b"valid").unwrap();
    }
    store.add_keyring(&feed(), 10, b"valid 10", &valid).unwrap();
    let versions: Vec<u32> = store.keyrings(&feed()).unwrap().iter().map(|k| k.0).collect();
    assert_eq!(versions, [2, 10]);
}

#[test]
fn a_bad_version_keeps_its_first_reason_and_one_of_a_later_program_is_bad_too() {
    let (folder, store) = empty();
    store.mark_bad(&app_sum("1.0.0"), BadReason::Failed).unwrap();
    store.mark_bad(&app_sum("1.0.0"), BadReason::Withdrawn).unwrap();
    fs::write(folder.path().join("bad").join(app_sum("2.0.0").to_string()), b"expired\n").unwrap();
    fs::write(folder.path().join("bad/README"), b"not ours").unwrap();
    let mut reasons: Vec<_> =
        store.bad().unwrap().iter().map(|bad| (bad.sha256, bad.reason)).collect();
    reasons.sort_by_key(|(sha256, _)| *sha256 != app_sum("1.0.0"));
    assert_eq!(reasons, [(app_sum("1.0.0"), Some(BadReason::Failed)), (app_sum("2.0.0"), None)]);
}

#[test]
fn a_download_goes_on_where_it_ended_and_is_nobody_elses() {
    let (folder, store) = empty();
    let package = app("1.0.0");
    let (begin, rest) = package.split_at(10);
    let mut staged = store.stage(&app_sum("1.0.0")).unwrap();
    staged.append(begin).unwrap();
    let error = open(&folder).stage(&app_sum("1.0.0")).unwrap_err();
    assert!(matches!(error, StoreError::Staging), "{error}");
    let other = open(&folder).stage(&app_sum("2.0.0")).unwrap();
    assert_eq!(names(&folder, "staging").len(), 2, "nobody throws away what is being fetched");
    drop((staged, other));

    let mut staged = store.stage(&app_sum("1.0.0")).unwrap();
    assert_eq!(names(&folder, "staging").len(), 1);
    assert_eq!(staged.length().unwrap(), 10);
    staged.append(rest).unwrap();
    assert_eq!(staged.sha256().unwrap(), app_sum("1.0.0"));
    drop(store.unpack(&mut staged, &app_sum("1.0.0")).unwrap());

    staged.restart().unwrap();
    staged.append(begin).unwrap();
    let mut bytes = Vec::new();
    std::io::Seek::rewind(&mut staged).unwrap();
    staged.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, begin);
    staged.discard().unwrap();
    assert!(names(&folder, "staging").is_empty());
}
