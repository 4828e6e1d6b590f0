//! One file for each command. Here a command line becomes a command, and its end an exit code.

mod completions;
mod config;
mod demo;
mod desk;
mod devices;
mod login;
mod network;
mod plugin;
mod read;
mod record;
mod selftest;
mod table;
mod update;
mod upload;
mod version;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::cli::{self, Cli, Command, Format};
use crate::config::Config;
use crate::data::Places;
use crate::fault::Fault;
use crate::host::Host;
use crate::news::News;
use crate::output::{self, Voice};
use crate::running::Running;
use crate::world::World;
use crate::{cancel, harden, lease};

pub(crate) fn run(arguments: Vec<OsString>, host: &Host) -> ExitCode {
    harden::harden();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        // The parser knows the version of this library; a program made of it has its own.
        Err(error) if error.kind() == ErrorKind::DisplayVersion => {
            let _ = print(&format!("meterport {}\n", host.version));
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            // Where this was to be a trial, it ends by its own making.
            Running::hold(true, Voice { quiet: true, verbose: false, json: false }).ends();
            return not_understood(&error, &arguments);
        }
    };
    let voice = Voice::new(&cli.global, wants_json(&cli.command));
    cancel::listen();
    let running = Running::hold(matches!(cli.command, Command::Desk), voice);
    let outcome = dispatch(cli, host, voice, &running);
    running.ends();
    match outcome {
        Ok(exit) => ExitCode::from(exit),
        Err(fault) => {
            voice.fault(&fault);
            ExitCode::from(fault.exit())
        }
    }
}

fn dispatch(cli: Cli, host: &Host, voice: Voice, running: &Running) -> Result<u8, Fault> {
    let Cli { global, command } = cli;
    match &command {
        // These work even where the configuration is broken.
        Command::Completions { shell } => return completions::run(*shell),
        Command::Version(json) => return version::run(json, host),
        _ => {}
    }
    let places = Places::of(&global, host)?;
    if matches!(command, Command::Config { action: cli::Config::Path }) {
        return config::path(&places);
    }
    let config = Config::load(&places)?;
    let world = World { host, global, voice, places, config };
    match &command {
        Command::Demo(demo) => demo::run(demo, &world),
        Command::Desk => desk::run(&world, running),
        Command::Devices(devices) => with_news(&world, || devices::run(devices, &world)),
        Command::Read(read) => with_news(&world, || busy(&world, || read::run(read, &world))),
        Command::Upload(upload) => {
            with_news(&world, || busy(&world, || upload::run(upload, &world)))
        }
        Command::Record(record) => record::run(record, &world),
        Command::Plugin { action } => plugin::run(action, &world),
        Command::Update { action } => update::run(action, &world),
        Command::Network { action } => network::run(action, &world),
        Command::Login(login) => login::run(login, &world),
        Command::Logout(server) => login::logout(server, &world),
        Command::Whoami(whoami) => login::whoami(whoami, &world),
        Command::Config { action } => config::run(action, &world),
        Command::Selftest(json) => selftest::run(json, &world),
        Command::Completions { shell } => completions::run(*shell),
        Command::Version(json) => version::run(json, host),
    }
}

/// With a look for new versions meanwhile, that neither delays nor fails the command.
fn with_news(world: &World<'_>, work: impl FnOnce() -> Result<u8, Fault>) -> Result<u8, Fault> {
    let news = News::begin(world);
    let outcome = work();
    news.say(world);
    outcome
}

/// With the busy lease held.
fn busy(world: &World<'_>, work: impl FnOnce() -> Result<u8, Fault>) -> Result<u8, Fault> {
    let _lease = lease::busy(world);
    work()
}

fn wants_json(command: &Command) -> bool {
    match command {
        Command::Devices(cli::Devices { json, .. })
        | Command::Whoami(cli::Whoami { json, .. })
        | Command::Upload(cli::Upload { json, .. })
        | Command::Selftest(json)
        | Command::Update { action: cli::Update::Check(json) | cli::Update::Status(json) }
        | Command::Network { action: cli::Network::Check(json) }
        | Command::Version(json)
        | Command::Plugin {
            action:
                cli::Plugin::List(json)
                | cli::Plugin::Info { json, .. }
                | cli::Plugin::Verify { json, .. },
        } => json.json,
        Command::Read(read) => read.format == Format::Json,
        Command::Network { action: cli::Network::Sheet { format } } => {
            *format == cli::SheetFormat::Json
        }
        _ => false,
    }
}

/// Help is an answer; the rest is wrong usage, in the form that was asked for.
fn not_understood(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    if error.kind() == ErrorKind::DisplayHelp {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let json = arguments.iter().any(|word| word == "--json" || word == "--format=json")
        || arguments
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == "--format" && b == "json"));
    let is_upload = arguments.iter().any(|word| word == "upload");
    let fault = usage(error, is_upload, "`meterport help` shows what can be said");
    if json || names_a_value(error) {
        Voice { quiet: false, verbose: false, json }.fault(&fault);
    } else {
        let _ = error.print();
    }
    ExitCode::from(2)
}

/// Wrong usage in one line. What stands where a patient's id is meant may be a name, so nothing that was
/// typed after `upload` is repeated.
fn usage(error: &clap::Error, is_upload: bool, hint: &str) -> Fault {
    if is_upload && names_a_value(error) {
        return Fault::usage("something after `upload` is not understood")
            .hint("quote a patient's id that has blanks, or better let it be asked for");
    }
    let text = error.render().to_string();
    let message = text.split("Usage:").next().unwrap_or_default().trim();
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    Fault::usage(message).hint(hint)
}

/// Whether the error repeats what the person typed.
fn names_a_value(error: &clap::Error) -> bool {
    use ErrorKind::{InvalidSubcommand, InvalidValue, UnknownArgument, ValueValidation};
    matches!(error.kind(), UnknownArgument | InvalidValue | InvalidSubcommand | ValueValidation)
}

pub(crate) use output::{print, print_json, print_while_read};
