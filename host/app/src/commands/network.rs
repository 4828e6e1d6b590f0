//! `network`: every address this program may talk to, and how far each of them is reached.
//!
//! The list is whole: the feed's client opens no address that does not lie below a base or a mirror
//! of a keyring, and results go to the server a person signed in to, and nowhere else.

mod check;
mod sheet;

use meterport_model::codes::{Code, worst_exit};
use meterport_model::text::printable;
use serde::Serialize;

use super::{print, print_json};
use crate::cli::{Network as Action, SheetFormat};
use crate::fault::Fault;
use crate::world::World;
use sheet::Line;

#[derive(Serialize)]
struct Document<'a, L> {
    schema: &'static str,
    lines: &'a [L],
}

impl<'a, L> Document<'a, L> {
    fn of(lines: &'a [L]) -> Self {
        Self { schema: "meterport.network/1", lines }
    }
}

/// A line with what came of going there.
#[derive(Serialize)]
struct Checked<'a> {
    #[serde(flatten)]
    line: &'a Line,
    /// `ok`, or the hop that failed: `dns`, `connect`, `tls`, `proxy`, `answer`, `file`.
    result: &'static str,
    code: Option<Code>,
    hint: Option<String>,
}

pub(crate) fn run(action: &Action, world: &World<'_>) -> Result<u8, Fault> {
    let places = sheet::places(world)?;
    let lines: Vec<Line> = places.iter().map(|place| place.line.clone()).collect();
    match action {
        Action::Sheet { format } => {
            match format {
                SheetFormat::Json => print_json(&Document::of(&lines))?,
                SheetFormat::Csv => print(&sheet::csv(&lines))?,
                SheetFormat::Text => print(&sheet::text(&lines))?,
            }
            Ok(0)
        }
        Action::Check(json) => {
            let faults = check::all(&places, world)?;
            let checked: Vec<Checked<'_>> =
                lines.iter().zip(&faults).map(|(line, fault)| checked(line, fault)).collect();
            if json.json {
                print_json(&Document::of(&checked))?;
            } else {
                print(&report(&checked))?;
            }
            Ok(worst_exit(faults.iter().map(|fault| fault.as_ref().map_or(0, Fault::exit))))
        }
    }
}

fn checked<'a>(line: &'a Line, fault: &Option<Fault>) -> Checked<'a> {
    let Some(fault) = fault else { return Checked { line, result: "ok", code: None, hint: None } };
    let error = fault.object();
    let mut words = error.message.clone();
    for more in error.causes.iter().chain(&error.hint) {
        words = format!("{words}; {more}");
    }
    Checked { line, result: hop(error.code), code: Some(error.code), hint: Some(words) }
}

/// How far it went.
fn hop(code: Code) -> &'static str {
    match code {
        Code::NetworkDns => "dns",
        Code::NetworkConnect | Code::NetworkTimeout => "connect",
        Code::NetworkTls | Code::ServerCertificate => "tls",
        Code::NetworkProxy => "proxy",
        Code::FileIo => "file",
        _ => "answer",
    }
}

fn report(checked: &[Checked<'_>]) -> String {
    let mut text = String::new();
    for Checked { line, result, hint, .. } in checked {
        let word = if *result == "ok" { "ok    " } else { "FAILED" };
        text.push_str(&format!("{word}  {}  {}\n", line.address(), line.purpose));
        if let Some(hint) = hint {
            text.push_str(&format!("        {result}: {}\n", printable(hint)));
        }
    }
    if checked.is_empty() { sheet::NOTHING.to_owned() } else { text }
}
