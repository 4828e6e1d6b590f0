//! What to try next.

use std::path::Path;

use super::{Shown, Stage};

/// Commands for the server and the meter that still run.
pub(super) fn here(shown: &Shown<'_>, stage: &Stage) -> String {
    let meterport = quoted(&shown.pieces.meterport);
    let data = quoted(&shown.world.places.data);
    let meter = format!("--port {} --driver {}", quoted(&shown.link()), shown.demo.meter);
    let server = &stage.url;
    format!(
        "\nServer and meter go on until you press Ctrl-C. In another window:\n\n\
         the meter as JSON\n  {meterport} read {meter} --format json\n\n\
         who is signed in\n  {meterport} --data-dir {data} whoami --server {server}\n\n\
         deliver again for the patient `{patient}`; for another it is refused, as the results are stored\n  \
         {meterport} --data-dir {data} upload {meter} --server {server} --patient -\n",
        patient = super::PATIENT,
    )
}

/// Commands that need nothing of the demonstration.
pub(super) fn elsewhere() -> String {
    "\nServer, meter and folder are gone again. How to go on:\n\n\
     \x20 meterport demo --keep-running   leaves both running, to try more commands on them\n\
     \x20 meterport devices               what is attached to this computer\n\
     \x20 meterport selftest              what this computer can do, and what it records by itself\n\
     \x20 meterport-server serve          a server that stays; `meterport-server user add NAME` adds people\n"
        .to_owned()
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_blanks_and_quotes_stays_one_word() {
        assert_eq!(quoted(Path::new("/tmp/meter")), "/tmp/meter");
        assert_eq!(quoted(Path::new("/tmp/it's here")), r"'/tmp/it'\''s here'");
    }
}
