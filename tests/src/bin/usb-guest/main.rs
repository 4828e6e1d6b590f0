//! The test program of the guest (`tests/usbvm`): plugs simulated meters into the kernel's virtual
//! controller and reads them with the unmodified program.
//!
//! One line for each case, `ok` or `FAIL`; all are tried. An argument picks the cases whose sentence
//! contains it. The exit code is 0 only where every case that was tried is well, and there was one.
//!
//! It runs as root in a virtual machine and nowhere else.

mod cable;
mod families;
mod gadget;
mod held;
mod kernel;
mod patience;
mod program;
mod rights;
mod simulated;
mod together;
mod watch;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

/// What a case is about, and how it is tried. A text is what it measured, or what went wrong.
pub struct Case {
    sentence: String,
    /// The transport without which there is nothing to try.
    needs: Option<&'static str>,
    check: Box<dyn Fn() -> Result<String, String>>,
}

impl Case {
    fn new(
        sentence: impl Into<String>,
        check: impl Fn() -> Result<String, String> + 'static,
    ) -> Self {
        Self { sentence: sentence.into(), needs: None, check: Box::new(check) }
    }

    /// Only tried where a driver reads in this way.
    fn with(self, transport: &'static str) -> Self {
        Self { needs: Some(transport), ..self }
    }
}

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let families = match simulated::families() {
        Ok(families) => families,
        Err(error) => return end(&format!("no families: {error}"), false),
    };
    let mut cases: Vec<Case> = families.iter().flat_map(families::cases).collect();
    cases.extend(together::cases(&families));
    cases.extend(watch::cases(&families));
    cases.extend(held::cases(&families));
    cases.extend(rights::cases(&families));
    cases.extend(gadget::cases(&families));

    let mut tried = 0;
    let mut failed = 0;
    for case in cases.iter().filter(|case| case.sentence.contains(&wanted)) {
        if let Some(transport) = case.needs
            && !families.iter().any(|family| family.has(transport))
        {
            say(&format!("--   {}: not tried, no driver reads by {transport}", case.sentence));
            continue;
        }
        tried += 1;
        let started = Instant::now();
        let outcome = (case.check)();
        failed += i32::from(outcome.is_err());
        let (word, text) = match &outcome {
            Ok(text) => ("ok  ", text),
            Err(text) => ("FAIL", text),
        };
        let seconds = started.elapsed().as_secs_f32();
        say(&format!("{word} {} [{seconds:.1} s] {text}", case.sentence));
    }
    end(&format!("{tried} cases, {failed} failed"), tried > 0 && failed == 0)
}

fn end(text: &str, is_well: bool) -> ExitCode {
    say(text);
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn say(line: &str) {
    let mut out = io::stdout();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}
