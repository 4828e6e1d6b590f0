//! One file for each command. Here a command line becomes a command, and its end an exit code.

mod completions;
mod config;
mod demo;
mod devices;
mod login;
mod plugin;
mod read;
mod record;
mod selftest;
mod table;
mod upload;
mod version;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::cli::{self, Cli, Command, Format, Global};
use crate::config::Config;
use crate::data::Places;
use crate::fault::Fault;
use crate::host::Host;
use crate::output::{self, Voice};
use crate::{cancel, harden};

/// What every command may use.
pub(crate) struct World<'a> {
    pub(crate) host: &'a Host,
    pub(crate) global: Global,
    pub(crate) voice: Voice,
    pub(crate) places: Places,
    pub(crate) config: Config,
}

pub(crate) fn run(arguments: Vec<OsString>, host: &Host) -> ExitCode {
    harden::harden();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error, &arguments),
    };
    let voice = Voice::new(&cli.global, wants_json(&cli.command));
    cancel::listen();
    match dispatch(cli, host, voice) {
        Ok(exit) => ExitCode::from(exit),
        Err(fault) => {
            voice.fault(&fault);
            ExitCode::from(fault.exit())
        }
    }
}

fn dispatch(cli: Cli, host: &Host, voice: Voice) -> Result<u8, Fault> {
    let Cli { global, command } = cli;
    match &command {
        // These work even where the configuration is broken.
        Command::Completions { shell } => return completions::run(*shell),
        Command::Version(json) => return version::run(json),
        _ => {}
    }
    let places = Places::of(&global)?;
    let config = Config::load(&places)?;
    let world = World { host, global, voice, places, config };
    match &command {
        Command::Demo(demo) => demo::run(demo, &world),
        Command::Devices(devices) => devices::run(devices, &world),
        Command::Read(read) => read::run(read, &world),
        Command::Upload(upload) => upload::run(upload, &world),
        Command::Record(record) => record::run(record, &world),
        Command::Plugin { action } => plugin::run(action, &world),
        Command::Login(login) => login::run(login, &world),
        Command::Logout(server) => login::logout(server, &world),
        Command::Whoami(whoami) => login::whoami(whoami, &world),
        Command::Config { action } => config::run(action, &world),
        Command::Selftest(json) => selftest::run(json, &world),
        Command::Completions { shell } => completions::run(*shell),
        Command::Version(json) => version::run(json),
    }
}

fn wants_json(command: &Command) -> bool {
    match command {
        Command::Devices(cli::Devices { json, .. })
        | Command::Whoami(cli::Whoami { json, .. })
        | Command::Upload(cli::Upload { json, .. })
        | Command::Selftest(json)
        | Command::Version(json)
        | Command::Plugin { action: cli::Plugin::List(json) | cli::Plugin::Info { json, .. } } => {
            json.json
        }
        Command::Read(read) => read.format == Format::Json,
        _ => false,
    }
}

/// Help and version are answers; the rest is wrong usage, in the form that was asked for.
fn not_understood(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let json = arguments.iter().any(|word| word == "--json" || word == "--format=json")
        || arguments
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == "--format" && b == "json"));
    if json {
        let text = error.render().to_string();
        let message = text.trim().lines().next().unwrap_or_default();
        let message = message.strip_prefix("error: ").unwrap_or(message);
        let fault = Fault::usage(message).hint("`meterport help` shows what can be said");
        Voice { quiet: false, verbose: false, json }.fault(&fault);
    } else {
        let _ = error.print();
    }
    ExitCode::from(2)
}

pub(crate) use output::{print, print_json};
