//! Where words go: data to standard output, everything else to standard error.
//!
//! With JSON asked for, standard error holds nothing but one error object. Text from outside goes
//! through `printable` before any print.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use meterport_model::codes::Code;
use serde::Serialize;

use crate::cli::{Color, Global};
use crate::fault::Fault;

/// How this run speaks.
#[derive(Clone, Copy)]
pub(crate) struct Voice {
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) json: bool,
}

impl Voice {
    pub(crate) fn new(global: &Global, json: bool) -> Self {
        match global.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        Self { quiet: global.quiet, verbose: global.verbose, json }
    }

    /// True where remarks on standard error are wanted.
    pub(crate) fn remarks(self) -> bool {
        !self.quiet && !self.json
    }

    /// A remark for the person.
    pub(crate) fn remark(self, text: &str) {
        if self.remarks() {
            let _ = writeln!(anstream::stderr(), "{text}");
        }
    }

    /// A warning for the person.
    pub(crate) fn warn(self, text: &str) {
        if self.remarks() {
            let style = anstyle::AnsiColor::Yellow.on_default();
            let _ = writeln!(anstream::stderr(), "{style}warning{style:#}: {text}");
        }
    }

    /// The error that ends the run.
    pub(crate) fn fault(self, fault: &Fault) {
        let text = if self.json { format!("{}\n", fault.json()) } else { fault.text() };
        if self.json {
            let _ = io::stderr().write_all(text.as_bytes());
            return;
        }
        let style = anstyle::AnsiColor::Red.on_default().bold();
        let rest = text.strip_prefix("error").unwrap_or(&text);
        let _ = write!(anstream::stderr(), "{style}error{style:#}{rest}");
    }
}

/// Prints data. A reader that went away is no error.
pub(crate) fn print(text: &str) -> Result<(), Fault> {
    let mut out = anstream::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Fault::file("standard output cannot be written", &error))
        }
        _ => Ok(()),
    }
}

/// Prints one JSON document.
pub(crate) fn print_json(document: &impl Serialize) -> Result<(), Fault> {
    let mut text = serde_json::to_string_pretty(document)
        .map_err(|error| Fault::of(Code::Internal, &error))?;
    text.push('\n');
    print(&text)
}

/// Refuses a file that is there, before any work is done for it.
pub(crate) fn check_free(path: &Path, force: bool) -> Result<(), Fault> {
    if path.is_dir() {
        return Err(Fault::usage(format!("`{}` is a folder", path.display())));
    }
    if !force && fs::symlink_metadata(path).is_ok() {
        return Err(Fault::new(Code::OutputExists, format!("`{}` exists", path.display()))
            .hint("choose another name, or overwrite it with `--force`"));
    }
    Ok(())
}

/// Writes a file that a person asked for by name: complete or not at all, and for them alone.
pub(crate) fn write_file(path: &Path, contents: &[u8], force: bool) -> Result<(), Fault> {
    check_free(path, force)?;
    let fault = |error: &io::Error| {
        Fault::file(&format!("`{}` cannot be written", path.display()), error)
            .hint("check that the folder exists and that you may write to it")
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder
        .unwrap_or_else(|| Path::new("."))
        .join(format!(".{name}.{}.part", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&temporary).and_then(|mut file| {
        file.write_all(contents)?;
        file.sync_all()
    });
    let placed = written.and_then(|()| {
        if force {
            fs::rename(&temporary, path)
        } else {
            // A link never replaces a file that came meanwhile.
            fs::hard_link(&temporary, path).and_then(|()| fs::remove_file(&temporary))
        }
    });
    placed.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        fault(&error)
    })
}
