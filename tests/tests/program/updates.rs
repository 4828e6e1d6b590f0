//! Looking for new versions, installing them, going back; who decides; what talks to what.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::{ToSpan as _, Zoned};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Package, Publisher, Run, meterport};

const ID: &str = "acme.meter-x";

/// A desk with version 1.0.0 of a driver from the feed.
struct Desk {
    publisher: Publisher,
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let mut publisher = Publisher::new();
        publisher.add(&Package::meter_x("1.0.0"));
        let desk = Self { publisher, folder: tempfile::tempdir().unwrap() };
        let run = desk.run(&["plugin", "install", ID, "--yes"]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        desk
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.publisher.run(self.folder.path(), arguments)
    }

    /// A run that ends well, and its document.
    fn json(&self, arguments: &[&str]) -> Value {
        let run = self.run(arguments);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        run.document()
    }

    fn policy(&self, update: &str) {
        fs::write(self.folder.path().join("policy.toml"), format!("[update]\n{update}\n")).unwrap();
    }

    fn installed(&self) -> Value {
        self.json(&["plugin", "info", ID, "--json"])["version"].clone()
    }
}

fn verdict_of<'a>(document: &'a Value, version: &str) -> Option<&'a str> {
    let items = document["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["id"] == ID && item["to"] == version)?;
    item["verdict"].as_str()
}

fn setting<'a>(document: &'a Value, key: &str) -> (&'a Value, &'a Value) {
    let settings = document["policy"].as_array().unwrap();
    let setting = settings.iter().find(|setting| setting["key"] == key).unwrap();
    (&setting["value"], &setting["source"])
}

#[test]
fn a_build_without_a_publisher_says_so() {
    assert_eq!(meterport(["update", "check", "--json"]).failed_with(7), "update.none");
    assert_eq!(meterport(["update", "apply"]).exit, 7);
    let status = meterport(["update", "status", "--json"]).document();
    assert_eq!((&status["feeds"], &status["news"]), (&Value::Array(vec![]), &false.into()));
}

#[test]
fn a_wrong_policy_names_file_and_key_and_keeps_nobody_from_working() {
    let desk = Desk::new();
    desk.policy("mode = 'sometimes'");
    let status = desk.run(&["update", "status", "--json"]);
    assert_eq!(status.failed_with(2), "config.invalid");
    let message = status.error()["message"].to_string();
    assert!(message.contains("policy.toml") && message.contains("update.mode"), "{message}");
    assert_eq!(desk.run(&["devices", "--json"]).exit, 0);
    assert_eq!(desk.installed(), "1.0.0");
}

#[test]
fn a_mistake_in_a_file_revives_no_recalled_driver() {
    let mut desk = Desk::new();
    desk.publisher.withdraw_last("recall");
    assert_eq!(desk.run(&["update", "check"]).exit, 0);
    let is_used = |desk: &Desk| {
        let run = desk.run(&["plugin", "list", "--json"]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        run.document()["plugins"]
            .as_array()
            .unwrap()
            .iter()
            .any(|plugin| plugin["id"] == ID && plugin["enabled"] == true)
    };
    assert!(!is_used(&desk));

    desk.policy("mode = 'sometimes'");
    assert!(!is_used(&desk), "the administrator's file");
    desk.policy("bases = ['nowhere']\n[[update.feed]]\nprefix = 'acme'");
    assert!(!is_used(&desk), "the administrator's feeds");
    desk.policy("mode = 'ask'");
    fs::write(desk.folder.path().join("meterport.toml"), "[update]\nmodus = 'ask'\n").unwrap();
    assert!(!is_used(&desk), "the user's file");
}

#[test]
fn a_first_keyring_that_is_none_fetches_nothing() {
    let desk = Desk::new();
    let keyring = desk.folder.path().join("other.keyring");
    fs::write(&keyring, "not a keyring").unwrap();
    desk.policy(&format!("keyring = '{}'", keyring.display()));
    assert_eq!(desk.run(&["update", "check", "--json"]).failed_with(7), "update.feed");
}

#[test]
fn nobody_answering_is_an_error_and_what_was_known_is_still_shown() {
    let mut desk = Desk::new();
    desk.publisher.add(&Package::meter_x("1.1.0"));
    assert_eq!(desk.run(&["update", "check"]).exit, 0);
    let empty = desk.folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    desk.policy(&format!("bases = ['file://{}/']", empty.display()));
    let check = desk.run(&["update", "check", "--json"]);
    assert_eq!(check.failed_with(8), "network.http");
    assert!(check.error()["causes"].to_string().contains("empty"));
    assert_eq!(verdict_of(&check.document(), "1.1.0"), Some("update"));
    assert_eq!(desk.run(&["update", "apply"]).exit, 8, "nothing comes from where nobody answers");
    assert_eq!(desk.installed(), "1.0.0");
}

#[test]
fn an_update_is_found_and_applied_and_gone_back_from() {
    let mut desk = Desk::new();
    let nothing = desk.json(&["update", "check", "--json"]);
    assert_eq!(nothing["schema"], "meterport.update/1");
    assert_eq!(nothing["news"], false);
    desk.publisher.add(&Package::meter_x("1.1.0"));
    assert_eq!(desk.json(&["update", "status", "--json"])["news"], false, "nobody was asked");
    let check = desk.json(&["update", "check", "--json"]);
    assert_eq!(check["news"], true);
    assert_eq!(verdict_of(&check, "1.1.0"), Some("update"));
    assert_eq!(desk.installed(), "1.0.0", "a look installs nothing");

    let apply = desk.run(&["update", "apply"]);
    assert_eq!(apply.exit, 0, "{}", apply.stderr);
    assert_eq!(desk.installed(), "1.1.0");
    assert_eq!(desk.run(&["update", "rollback"]).exit, 7, "nobody is there to say yes");
    assert_eq!(desk.run(&["update", "rollback", "--yes"]).exit, 0);
    assert_eq!(desk.installed(), "1.0.0");
}

#[test]
fn an_update_that_widens_waits_for_a_person() {
    let mut desk = Desk::new();
    desk.publisher.add(&Package::of_ultra2(ID, "1.1.0", "device", (0x1209, 0x000B)));
    let apply = desk.run(&["update", "apply"]);
    assert_eq!(apply.exit, 7, "{}", apply.stderr);
    assert!(apply.stderr.contains("--yes"), "{}", apply.stderr);
    assert_eq!(desk.installed(), "1.0.0");
    assert_eq!(desk.run(&["update", "apply", "--yes"]).exit, 0);
    assert_eq!(desk.installed(), "1.1.0");
}

#[test]
fn what_was_skipped_is_not_offered_again_and_a_newer_one_is() {
    let mut desk = Desk::new();
    assert_eq!(desk.run(&["update", "apply", "--skip", ID]).exit, 2, "nothing is known to skip");
    desk.publisher.add(&Package::meter_x("1.1.0"));
    desk.json(&["update", "check", "--json"]);
    assert_eq!(desk.run(&["update", "apply", "--skip", "acme.meter-x@1.1.0"]).exit, 0);
    let check = desk.json(&["update", "check", "--json"]);
    assert_eq!(check["news"], false);
    assert!(verdict_of(&check, "1.1.0").unwrap().contains("skipped"));
    desk.publisher.add(&Package::meter_x("1.2.0"));
    assert_eq!(desk.json(&["update", "check", "--json"])["news"], true);
}

#[test]
fn what_waits_for_its_time_is_shown_and_is_over_once_it_was_applied() {
    let mut desk = Desk::new();
    desk.publisher.add(&Package::meter_x("1.1.0"));
    desk.json(&["update", "check", "--json"]);
    for (word, when) in [(vec!["--later"], "closed"), (vec!["--in", "3"], "Z")] {
        let choose = [vec!["update", "apply"], word].concat();
        assert_eq!(desk.run(&choose).exit, 0);
        let status = desk.json(&["update", "status", "--json"]);
        let pending = status["pending"].as_array().unwrap();
        assert_eq!((pending.len(), &pending[0]["id"]), (1, &ID.into()));
        assert!(pending[0]["when"].as_str().unwrap().ends_with(when), "{pending:?}");
    }
    assert_eq!(desk.installed(), "1.0.0");
    assert_eq!(desk.run(&["update", "apply", "--tonight", "25:00"]).exit, 2);
    assert_eq!(desk.run(&["update", "apply", "--now"]).exit, 0);
    let status = desk.json(&["update", "status", "--json"]);
    assert_eq!(status["pending"], Value::Array(vec![]));
}

#[test]
fn the_policy_beats_the_user_and_status_says_who_decided() {
    let desk = Desk::new();
    desk.policy("channel = 'beta'\nmax-stale-days = 3");
    for (key, value) in [("update.mode", "notify"), ("update.pin", "<=1.4")] {
        assert_eq!(desk.run(&["config", "set", key, value]).exit, 0, "{key}");
    }
    assert_eq!(desk.run(&["config", "set", "update.channel", "nightly"]).exit, 7);
    assert_eq!(desk.run(&["config", "set", "update.mode", "sometimes"]).exit, 2);
    assert_eq!(desk.run(&["config", "set", "update.unsigned", "true"]).exit, 2);
    let status = desk.json(&["update", "status", "--json"]);
    for (key, value, source) in [
        ("mode", "notify", "user"),
        ("pin", "<=1.4", "user"),
        ("channel", "beta", "policy"),
        ("max-stale-days", "3", "policy"),
        ("unsigned", "false", "default"),
    ] {
        assert_eq!(setting(&status, key), (&value.into(), &source.into()), "{key}");
    }
    assert!(desk.run(&["update", "status"]).stdout.contains("managed by your organisation"));
    fs::write(desk.folder.path().join("meterport.toml"), "[update]\nunsigned = true\n").unwrap();
    let refused = desk.run(&["update", "status", "--json"]);
    assert_eq!(refused.failed_with(2), "config.invalid", "the user allows nothing to himself");
}

#[test]
fn outside_the_hours_of_the_policy_nothing_is_applied_by_hand_either() {
    let mut desk = Desk::new();
    desk.publisher.add(&Package::meter_x("1.1.0"));
    let hour =
        |hours: i64| Zoned::now().checked_add(hours.hours()).unwrap().strftime("%H:00").to_string();
    desk.policy(&format!("hours = '{}-{}'", hour(3), hour(5)));
    let apply = desk.run(&["update", "apply"]);
    assert_eq!(apply.exit, 7, "{}", apply.stderr);
    assert!(apply.stderr.contains(&hour(3)), "{}", apply.stderr);
    assert_eq!(desk.installed(), "1.0.0");
    desk.policy(&format!("hours = '{}-{}'", hour(-1), hour(2)));
    assert_eq!(desk.run(&["update", "apply"]).exit, 0);
}

#[test]
fn what_is_switched_off_asks_nobody() {
    let mut desk = Desk::new();
    desk.publisher.add(&Package::meter_x("1.1.0"));
    desk.policy("mode = 'off'");
    assert_eq!(desk.run(&["update", "check", "--json"]).failed_with(7), "policy");
    assert_eq!(desk.run(&["devices"]).exit, 0);
    assert_eq!(desk.json(&["update", "status", "--json"])["news"], false);
}

/// The program asks an address that never answers while it looks for meters.
#[test]
fn a_silent_address_neither_delays_nor_fails_a_command() {
    let desk = Desk::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    desk.policy(&format!("bases = ['http://{}/']", silent.local_addr().unwrap()));
    // The hour since the feed was asked last is over for a desk that knows nothing yet.
    fs::remove_dir_all(desk.folder.path().join("data/state")).unwrap();
    let began = Instant::now();
    assert_eq!(desk.run(&["devices"]).exit, 0);
    assert!(began.elapsed() < Duration::from_secs(10), "the answer is waited for 20 s");
}

#[test]
fn the_sheet_lists_every_address_once_and_the_check_names_the_hop() {
    let desk = Desk::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let here = desk.folder.path().join("empty");
    fs::create_dir(&here).unwrap();
    let base = |folder: &Path| format!("file://{}/", folder.display());
    desk.policy(&format!(
        "bases = ['http://127.0.0.1:{port}/', '{0}', '{0}', 'https://updates.invalid/']",
        base(&here)
    ));
    fs::write(
        desk.folder.path().join("meterport.toml"),
        "server = 'https://practice.invalid:8443'\n",
    )
    .unwrap();
    let sheet = desk.json(&["network", "sheet", "--format", "json"]);
    let lines = sheet["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 4, "{sheet}");
    assert_eq!((&lines[0]["host"], &lines[0]["port"]), (&"practice.invalid".into(), &8443.into()));
    let csv = desk.run(&["network", "sheet", "--format", "csv"]).stdout;
    assert_eq!(csv.lines().count(), 5, "{csv}");

    let check = desk.run(&["network", "check", "--json"]);
    assert_eq!(check.exit, 8, "{}", check.stderr);
    let results: Vec<String> = check.document()["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["result"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(results, ["dns", "connect", "file", "dns"]);
}

#[test]
fn nothing_to_talk_to_is_said() {
    let sheet = meterport(["network", "sheet"]);
    assert_eq!(sheet.exit, 0, "{}", sheet.stderr);
    assert!(sheet.stdout.contains("nobody"), "{}", sheet.stdout);
}
