//! Where words go: data to standard output, everything else to standard error.
//!
//! With JSON asked for, standard error holds nothing but one error object. Text from outside goes
//! through `printable` before any print.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use meterport_model::codes::Code;
use serde::Serialize;

use crate::cli::{Color, Global};
use crate::fault::Fault;
use crate::waiting;

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

/// Prints data. A reader that went away is no error, and one that does not read does not keep the
/// program from ending.
pub(crate) fn print(text: &str) -> Result<(), Fault> {
    print_while_read(text).map(|_| ())
}

/// The same, and whether somebody still reads.
pub(crate) fn print_while_read(text: &str) -> Result<bool, Fault> {
    let text = text.to_owned();
    waiting::answered_within(READER_ASLEEP, move || {
        let mut out = anstream::stdout();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Fault::file("standard output cannot be written", &error)),
        }
    })
}

/// How long a reader that is asleep is waited for after Ctrl-C.
const READER_ASLEEP: Duration = Duration::from_secs(1);

/// Prints one JSON document.
pub(crate) fn print_json(document: &impl Serialize) -> Result<(), Fault> {
    let mut text = serde_json::to_string_pretty(document)
        .map_err(|error| Fault::of(Code::Internal, &error))?;
    text.push('\n');
    print(&text)
}

/// Refuses what cannot be written, before any work is done for it.
pub(crate) fn check_free(path: &Path, force: bool) -> Result<(), Fault> {
    let refused = |what: &str| Err(Fault::usage(format!("`{}` {what}", path.display())));
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => return refused("is a folder"),
        Ok(found) if !found.is_file() => return refused("is not an ordinary file"),
        Ok(_) if !force => {
            return Err(exists(path));
        }
        _ => {}
    }
    // Found now rather than after the meter was read.
    let temporary = temporary(path);
    drop(create(&temporary).map_err(|error| not_written(path, &error))?);
    let _ = fs::remove_file(&temporary);
    Ok(())
}

/// Writes a file that a person asked for by name: complete or not at all, and for them alone. What
/// speaks against it was found by [`check_free`]; what came since is not replaced without `force`.
pub(crate) fn write_file(path: &Path, contents: &[u8], force: bool) -> Result<(), Fault> {
    let temporary = temporary(path);
    let mut file = create(&temporary).map_err(|error| not_written(path, &error))?;
    let written = file.write_all(contents).and_then(|()| file.sync_all());
    let placed = written.and_then(|()| place(&temporary, path, contents, force));
    let _ = fs::remove_file(&temporary);
    placed.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => not_written(path, &error),
    })
}

fn exists(path: &Path) -> Fault {
    Fault::new(Code::OutputExists, format!("`{}` exists", path.display()))
        .hint("choose another name, or overwrite it with `--force`")
}

/// Gives a finished file its name. Without `force` nothing that came meanwhile is replaced.
fn place(temporary: &Path, path: &Path, contents: &[u8], force: bool) -> io::Result<()> {
    if force {
        return fs::rename(temporary, path);
    }
    match fs::hard_link(temporary, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            // Memory sticks know no links: the name is taken first, and given up if it fails.
            let mut file = create(path)?;
            file.write_all(contents).and_then(|()| file.sync_all()).inspect_err(|_| {
                let _ = fs::remove_file(path);
            })
        }
        outcome => outcome,
    }
}

/// A new file, readable by its owner alone.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn temporary(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = format!(".{name}.{}.part", std::process::id());
    folder.unwrap_or_else(|| Path::new(".")).join(name)
}

fn not_written(path: &Path, error: &io::Error) -> Fault {
    Fault::file(&format!("`{}` cannot be written", path.display()), error)
        .hint("check that the folder exists and that you may write to it")
}

/// An ordinary file that a person named, if it is no larger than `most`.
pub(crate) fn read_file(path: &Path, most: u64) -> Result<Vec<u8>, Fault> {
    let fault =
        |error: &io::Error| Fault::file(&format!("`{}` cannot be read", path.display()), error);
    if !fs::metadata(path).map_err(|error| fault(&error))?.is_file() {
        return Err(Fault::usage(format!("`{}` is not an ordinary file", path.display())));
    }
    let mut contents = Vec::new();
    let file = File::open(path).map_err(|error| fault(&error))?;
    // One byte more than allowed, so that the caller sees that there is more.
    file.take(most.saturating_add(1)).read_to_end(&mut contents).map_err(|error| fault(&error))?;
    Ok(contents)
}
