//! Meters that work: every result arrives, oldest first, and nothing is changed on them.

use serde_json::Value;

use crate::support::{Meter, Run, meterport};

const FAMILIES: [&str; 3] = ["onetouch-ultra2", "onetouch-ultraeasy", "freestyle-serial"];

fn read(meter: &Meter, more: &[&str]) -> Run {
    let mut arguments = vec!["read".to_owned()];
    arguments.extend(meter.arguments());
    arguments.extend(more.iter().map(|word| (*word).to_owned()));
    meterport(arguments)
}

fn results(run: &Run) -> Vec<Value> {
    assert_eq!(run.exit, 0, "{}", run.stderr);
    run.document()["results"].as_array().unwrap().clone()
}

#[test]
fn every_family_is_read_in_full_oldest_first() {
    for family in FAMILIES {
        let mut meter = Meter::start(family, 50, &[]);
        let run = read(&meter, &["--format", "json", "--zone", "Europe/Berlin"]);
        let results = results(&run);
        assert_eq!(results.len(), 50, "{family}");
        let document = run.document();
        assert_eq!(document["complete"], true);
        assert_eq!(document["driver"]["id"], family);
        let times: Vec<&str> =
            results.iter().map(|result| result["device_time"].as_str().unwrap()).collect();
        assert!(times.is_sorted(), "{family}");
        for (index, result) in results.iter().enumerate() {
            assert_eq!(result["index"], index);
            assert!(result["time"].is_string(), "{family}: {:?}", document["warnings"]);
        }
        assert!(run.stderr.is_empty(), "{}", run.stderr);
        assert!(meter.is_content(), "{family}: a command that a reading must never send");
    }
}

#[test]
fn an_empty_meter_is_no_error() {
    for family in FAMILIES {
        let meter = Meter::start(family, 0, &[]);
        assert_eq!(results(&read(&meter, &["--format", "json"])), Vec::<Value>::new(), "{family}");
        let run = read(&meter, &[]);
        assert!(run.stdout.contains("no results"), "{family}: {}", run.stdout);
        assert!(run.stderr.contains("memory is empty"), "{family}: {}", run.stderr);
    }
}

#[test]
fn a_full_meter_is_read_twice_in_a_row() {
    for family in FAMILIES {
        let mut meter = Meter::start(family, 500, &[]);
        let first = results(&read(&meter, &["--format", "json"]));
        let second = results(&read(&meter, &["--format", "json"]));
        assert_eq!(first.len(), if family == "freestyle-serial" { first.len() } else { 500 });
        assert!(first.len() >= 400, "{family}: {}", first.len());
        assert_eq!(first, second, "{family}");
        assert!(meter.is_content(), "{family}");
    }
}

#[test]
fn what_a_meter_cannot_tell_is_null_or_unknown() {
    let meter = Meter::start("onetouch-ultraeasy", 3, &[]);
    for result in results(&read(&meter, &["--format", "json"])) {
        assert_eq!(result["control"], Value::Null);
        assert_eq!(result["meal"], "unknown");
        assert_eq!(result["sequence"], Value::Null);
    }
    let meter = Meter::start("freestyle-serial", 3, &[]);
    for result in results(&read(&meter, &["--format", "json"])) {
        assert_eq!(result["control"], false);
        assert_eq!(result["meal"], "unknown");
    }
}

#[test]
fn noise_before_the_first_answer_is_survived() {
    for family in FAMILIES {
        let meter = Meter::start(family, 12, &["noise=00ff00"]);
        assert_eq!(results(&read(&meter, &["--format", "json"])).len(), 12, "{family}");
    }
}

#[test]
fn since_leaves_older_results_out() {
    let meter = Meter::start("onetouch-ultra2", 60, &[]);
    let all = results(&read(&meter, &["--format", "json"]));
    let middle = all[30]["device_time"].as_str().unwrap()[..10].to_owned();
    let some = results(&read(&meter, &["--format", "json", "--since", &middle]));
    assert!(!some.is_empty() && some.len() < all.len());
    assert!(some.iter().all(|result| result["device_time"].as_str().unwrap() >= middle.as_str()));
    assert_eq!(some[0]["index"], 0);
    // A meter that holds results is not called empty.
    let none = read(&meter, &["--since", "2099-01-01"]);
    assert!(
        none.stdout.contains("no results") && !none.stderr.contains("empty"),
        "{}",
        none.stderr
    );
}

#[test]
fn csv_has_one_line_for_each_result_and_a_header() {
    let meter = Meter::start("onetouch-ultra2", 7, &[]);
    let run = read(&meter, &["--format", "csv"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 8);
    assert!(lines[0].starts_with("index,log,sequence,part,kind,device_time,time,time_rule,"));
}
