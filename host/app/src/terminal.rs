//! Questions to the person, where there is one.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::fault::Fault;

/// Whether somebody can answer.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a question that `y` answers; anything else is no.
pub(crate) fn confirm(question: &str) -> Result<bool, Fault> {
    let answer = ask(&format!("{question} [y/N] "))?;
    Ok(is_yes(&answer))
}

/// Whether a line says yes; anything else is no.
pub(crate) fn is_yes(line: &str) -> bool {
    matches!(line.trim(), "y" | "Y" | "yes" | "j" | "ja")
}

/// Asks for a line.
pub(crate) fn ask(question: &str) -> Result<String, Fault> {
    let _ = write!(io::stderr(), "{question}");
    let _ = io::stderr().flush();
    line()
}

/// One line of standard input, without its end.
pub(crate) fn line() -> Result<String, Fault> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Fault::file("standard input cannot be read", &error))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
