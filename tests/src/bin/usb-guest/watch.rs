//! `devices --watch`: what comes and goes is said.

use std::io::{BufRead, BufReader};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

use crate::Case;
use crate::patience::until;
use crate::program::{start, string};
use crate::simulated::{Family, Simulated};

/// One case.
pub fn cases(families: &[Family]) -> Vec<Case> {
    let family = families.first().cloned();
    vec![Case::new("a meter that comes and goes is told by `devices --watch`", move || {
        comes_and_goes(family.as_ref().ok_or("there is no family")?)
    })]
}

fn comes_and_goes(family: &Family) -> Result<String, String> {
    let mut program = start(&["devices", "--watch", "--json"])?;
    let outcome = program.stdout.take().ok_or_else(|| "no output".to_owned()).and_then(|stdout| {
        let (told, events) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = told.send(line);
            }
        });
        let meter = Simulated::plug_in(family, 10, &[])?;
        let id = format!("usb-{}:", meter.plugged.place);
        event(&events, "arrived", &id)?;
        drop(meter);
        event(&events, "removed", &id)
    });
    let _ = program.kill();
    let _ = program.wait();
    outcome.map(|()| family.to_string())
}

/// Waits for one event of what is plugged in at this place; others are passed over.
fn event(events: &Receiver<String>, wanted: &str, id: &str) -> Result<(), String> {
    until(&format!("the meter to have {wanted}"), || {
        let mut events = events.try_iter().filter_map(|line| serde_json::from_str(&line).ok());
        events
            .any(|event: Value| {
                string(&event, "/event") == wanted && string(&event, "/device/id").starts_with(id)
            })
            .then_some(())
    })
}
