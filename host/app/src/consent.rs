//! What people are told of a driver: who vouches for it, what it reads, what it may touch; and their
//! answer.

use meterport_manifest::{Manifest, MatchKind, Transport};
use meterport_model::codes::Code;
use meterport_model::text::printable;
use meterport_update::Question;

use crate::drivers::{Available, Source};
use crate::fault::Fault;
use crate::terminal;
use crate::waiting::answered;

/// A few lines for the person who decides.
pub(crate) fn describe(driver: &Available) -> String {
    let manifest = &driver.manifest;
    let mut text =
        format!("{} {}: {}\n", manifest.id, manifest.version, printable(&manifest.title));
    text.push_str(&format!("\n{}\n", vouched(driver)));
    if let Some(reason) = &driver.reason {
        text.push_str(&format!("it is not used: {}\n", printable(reason)));
    }
    text.push_str("\nreads:\n");
    for model in &manifest.models {
        let tested = if model.tested { "" } else { " (not yet tested with a real one)" };
        text.push_str(&format!("  {}{tested}\n", printable(&model.name)));
    }
    text.push_str("\nmay touch:\n");
    for sentence in sentences(manifest) {
        text.push_str(&format!("  {sentence}\n"));
    }
    text
}

/// Who vouches for it. The names are those of the keyring and of the administrator, never the
/// manifest's.
pub(crate) fn vouched(driver: &Available) -> String {
    match (&driver.signed_by, driver.source) {
        (Some(name), _) => format!("signed by {}", printable(name)),
        (None, Source::Shipped) => "came with the program".to_owned(),
        (None, Source::Installed) => "nobody signed it".to_owned(),
        (None, Source::File) => "a file; `meterport plugin verify` says who signed it".to_owned(),
    }
}

/// What the driver may touch, in sentences for the person who decides.
fn sentences(manifest: &Manifest) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for rule in &manifest.matches {
        let mut sentence = touched(&rule.transport);
        if rule.kind == MatchKind::Cable {
            sentence.push_str(", once you say which meter is on it");
        }
        // Several rules may differ in what is not said here.
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    if manifest.permissions.set_clock {
        sentences.push("the meter's clock, when you ask for exactly that".to_owned());
    }
    sentences.push(
        "nothing else: no other device, no file, no network. The host offers no way to ask for \
         erasing or setting; it cannot read the bytes, so for what is sent to the meter whoever \
         signs the driver answers"
            .to_owned(),
    );
    sentences
}

fn touched(transport: &Transport) -> String {
    match transport {
        Transport::Serial { vid, pid, .. } => format!("the serial port of {vid:04X}:{pid:04X}"),
        Transport::Hid { vid, pid, .. } => format!("the HID device {vid:04X}:{pid:04X}"),
        Transport::Usb { vid, pid, .. } => format!("one USB interface of {vid:04X}:{pid:04X}"),
        Transport::Block { vid, pid, .. } => {
            format!("listed blocks of the disk {vid:04X}:{pid:04X}")
        }
        Transport::Volume { label, files, vid, pid } => {
            let files: Vec<_> = files.iter().map(|file| format!("`{file}`")).collect();
            let ids = vid.zip(*pid).map(|(vid, pid)| format!(" of {vid:04X}:{pid:04X}"));
            let ids = ids.unwrap_or_default();
            let files = files.join(", ");
            format!("files {files} in the root of volume `{label}`{ids}, read-only")
        }
    }
}

/// What has to be asked before a driver is installed, a line each.
pub(crate) fn asked(questions: &[Question]) -> String {
    questions.iter().map(|question| format!("  - {question}\n")).collect()
}

/// Asks a person, or takes `--yes` for their answer. Without either nothing is installed.
pub(crate) fn agreed(
    driver: &Available,
    questions: &[Question],
    yes: bool,
    code: Code,
    question: &'static str,
) -> Result<(), Fault> {
    if yes {
        return Ok(());
    }
    if !terminal::can_ask() {
        let (id, version) = (driver.id(), &driver.manifest.version);
        return Err(Fault::new(
            code,
            format!("`{id}` {version} is installed only when somebody agrees"),
        )
        .hint("run it on a terminal and answer, or say `--yes` if it may be installed")
        .driver(id)
        .candidates(questions.iter().map(ToString::to_string).collect()));
    }
    if answered(move || terminal::confirm(question))? { Ok(()) } else { Err(Fault::cancelled()) }
}
