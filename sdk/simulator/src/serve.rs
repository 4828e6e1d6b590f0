//! The program behind every `examples/simulator.rs`: serves one meter until somebody ends it.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use meterport_sdk::wit::DeviceTime;

use crate::folder;
use crate::{Noisy, Simulator, UsbFunction};

/// Serves a meter on a pseudo-terminal, with `--usb` as a USB device, or with `--folder DIR` puts its
/// files there: `--link PATH`, `--records N`, `--knob NAME=VALUE`.
///
/// `make` gets the time of day for the meter's clock. The program ends when it is told to, or with
/// exit code 1 when a command arrives that a reading must never send.
pub fn serve<S: Simulator + 'static>(make: fn(DeviceTime) -> S) -> ExitCode {
    let mut meter = Noisy::new(make(local_now()));
    let arguments = command(&meter).get_matches();
    let outcome = set_up(&mut meter, &arguments).and_then(|()| start(meter, &arguments));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn command(meter: &impl Simulator) -> Command {
    let mut knobs = String::from("Knobs:\n");
    for knob in meter.knobs() {
        knobs.push_str(&format!("  {:<18} {}\n", knob.name, knob.help));
    }
    Command::new("simulator")
        .about("A simulated meter on a pseudo-terminal or on USB, until you end it with Ctrl-C")
        .arg(
            Arg::new("link")
                .long("link")
                .value_name("PATH")
                .value_parser(clap::value_parser!(PathBuf))
                .help("Make PATH a link to the pseudo-terminal, and remove it at the end"),
        )
        .arg(
            Arg::new("usb")
                .long("usb")
                .action(ArgAction::SetTrue)
                .conflicts_with("link")
                .help("Plug the meter into this machine (Linux, root, module vhci-hcd)"),
        )
        .arg(
            Arg::new("folder")
                .long("folder")
                .value_name("DIR")
                .value_parser(clap::value_parser!(PathBuf))
                .conflicts_with_all(["link", "usb"])
                .help("Put the files of a meter that is a volume into DIR, and end"),
        )
        .arg(
            Arg::new("kind")
                .long("kind")
                .action(ArgAction::SetTrue)
                .conflicts_with_all(["link", "usb", "folder"])
                .help("Say what the meter is to a computer: serial, hid, usb, disk or volume"),
        )
        .arg(
            Arg::new("records")
                .long("records")
                .value_name("N")
                .value_parser(clap::value_parser!(u32))
                .default_value("20")
                .help("How many results the meter holds"),
        )
        .arg(
            Arg::new("knob")
                .long("knob")
                .value_name("NAME=VALUE")
                .action(ArgAction::Append)
                .help("Turn a knob, see below"),
        )
        .after_help(format!(
            "{knobs}\nExamples:\n  simulator --link /tmp/meter --records 500\n  \
             simulator --knob pace=9600 --knob damage-byte=120"
        ))
}

fn set_up(meter: &mut impl Simulator, arguments: &ArgMatches) -> Result<(), String> {
    if let Some(records) = arguments.get_one::<u32>("records") {
        meter.fill(*records);
    }
    for knob in arguments.get_many::<String>("knob").into_iter().flatten() {
        let (name, value) = knob.split_once('=').unwrap_or((knob.as_str(), ""));
        meter.turn(name, value).map_err(|error| format!("{error} (--help lists the knobs)"))?;
    }
    Ok(())
}

fn start<S: Simulator + 'static>(meter: Noisy<S>, arguments: &ArgMatches) -> Result<(), String> {
    if let Some(folder) = arguments.get_one::<PathBuf>("folder") {
        let count = folder::put(&meter.files(), folder).map_err(|error| error.to_string())?;
        let files = if count == 1 { "1 file is" } else { &format!("{count} files are") };
        let _ = writeln!(std::io::stdout(), "{files} in {}", folder.display());
        return Ok(());
    }
    if arguments.get_flag("kind") {
        let _ = writeln!(std::io::stdout(), "{}", kind(&meter));
        return Ok(());
    }
    if arguments.get_flag("usb") {
        return plug_in(meter);
    }
    if kind(&meter) != "serial" {
        let folder = if meter.files().is_empty() { "" } else { " or --folder DIR" };
        return Err(format!("this meter is no serial device; use --usb{folder}"));
    }
    carry(meter, arguments.get_one::<PathBuf>("link").cloned())
}

/// What the meter is to the operating system.
fn kind(meter: &impl Simulator) -> &'static str {
    use UsbFunction::{Bulk, Cdc, Cp210x, Cp2110, Ftdi, Hid, Pl2303, Registers, Volume};
    match meter.usb().map(|shape| shape.function) {
        None | Some(Cdc | Ftdi | Cp210x | Pl2303) => "serial",
        Some(Hid { .. } | Cp2110) => "hid",
        Some(Bulk { .. }) => "usb",
        Some(Registers { .. }) => "disk",
        Some(Volume { .. }) => "volume",
    }
}

#[cfg(target_os = "linux")]
fn plug_in<S: Simulator + 'static>(meter: Noisy<S>) -> Result<(), String> {
    let shape = meter.usb().ok_or("this meter is no USB device; leave out --usb")?;
    let mut out = std::io::stdout();
    let _ = writeln!(out, "serving as USB {:04x}:{:04x}", shape.vid, shape.pid);
    let _ = out.flush();
    match crate::usb::serve(meter, shape) {
        Ok(()) => Ok(()),
        Err(crate::usb::UsbError::Violation(what)) => Err(forbidden(&what)),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(not(target_os = "linux"))]
fn plug_in<S: Simulator + 'static>(_: Noisy<S>) -> Result<(), String> {
    Err("a meter is plugged into Linux only".to_owned())
}

fn forbidden(what: &str) -> String {
    format!("a reading must never send this: {what}")
}

#[cfg(unix)]
fn carry<S: Simulator + 'static>(meter: Noisy<S>, link: Option<PathBuf>) -> Result<(), String> {
    let carrier =
        crate::pty::Carrier::open(link).map_err(|error| format!("no pseudo-terminal: {error}"))?;
    let to_remove = carrier.link();
    ctrlc::set_handler(move || {
        if let Some(link) = &to_remove {
            let _ = std::fs::remove_file(link);
        }
        std::process::exit(0);
    })
    .map_err(|error| format!("Ctrl-C cannot be watched: {error}"))?;
    let mut out = std::io::stdout();
    let _ = writeln!(out, "serving on {}", carrier.path().display());
    let _ = out.flush();
    match carrier.serve(meter) {
        Ok(()) => Ok(()),
        Err(crate::pty::CarrierError::Violation(what)) => Err(forbidden(&what)),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(not(unix))]
fn carry<S: Simulator + 'static>(_: Noisy<S>, _: Option<PathBuf>) -> Result<(), String> {
    Err("pseudo-terminals exist on Linux and macOS only".to_owned())
}

fn local_now() -> DeviceTime {
    let now = jiff::Zoned::now();
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    DeviceTime {
        year: u16::try_from(now.year()).unwrap_or(2000),
        month: small(now.month()),
        day: small(now.day()),
        hour: small(now.hour()),
        minute: small(now.minute()),
        second: small(now.second()),
    }
}
