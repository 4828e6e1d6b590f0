//! What the desk prints: one line for each thing that happened.

use super::Device;
use crate::fault::Fault;
use crate::output;
use crate::updating::Applied;

/// One device, and what could be installed for it.
pub(super) fn card(event: &str, device: &Device) -> String {
    let (id, name, state) = (&device.id, device.name(), device.words());
    let mut text = match device.driver_words() {
        drivers if drivers.is_empty() => format!("{event} {id}: {name}, {state}"),
        drivers => format!("{event} {id}: {name}, {state}, {drivers}"),
    };
    for line in device.possible.iter().filter(|_| event != "removed") {
        let id = line.split_whitespace().next().unwrap_or_default();
        text.push_str(&format!("\n  available: {line}"));
        if device.one_to_install().is_none() {
            text.push_str(&format!(
                "\n  type `install {id}` to see what it may touch, and to agree"
            ));
        }
    }
    text
}

/// What was installed, a line each.
pub(super) fn installed(applied: &Applied) -> String {
    let mut text = String::new();
    for (id, version) in &applied.drivers {
        text.push_str(&format!("installed driver `{id}` {version}; the next reading uses it\n"));
    }
    for (id, version) in &applied.declined {
        text.push_str(&format!("left out {id} {version}: it waits for somebody's answer\n"));
    }
    if let Some((version, _)) = &applied.program {
        text.push_str(&format!("installed the program {version}; it runs from the next start\n"));
    }
    if text.is_empty() { "nothing new\n".to_owned() } else { text }
}

pub(super) fn say(text: &str) -> Result<(), Fault> {
    output::print(&format!("{text}\n"))
}

pub(super) fn say_fault(what: &str, fault: &Fault) -> Result<(), Fault> {
    say(&format!("{what}{}", fault.text().trim_end()))
}
