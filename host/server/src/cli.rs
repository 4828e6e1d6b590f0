//! The command line of `meterport-server`: reads arguments, asks for passwords, prints.

use std::ffi::OsString;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use zeroize::Zeroizing;

use crate::data_dir::DataDir;
use crate::{Options, Server, ServerError, add_user, log, pin};

/// The receiving server of a practice: accounts, sealed storage, signed receipts, over TLS.
#[derive(Parser)]
#[command(name = "meterport-server", version, arg_required_else_help = true)]
#[command(after_help = "Examples:\n  meterport-server serve --listen 0.0.0.0:8443\n  \
    meterport-server user add nurse.anna")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the server until it is told to stop (Ctrl-C or SIGTERM).
    ///
    /// The first start makes keys, database and certificates. Prints two lines when it is ready:
    /// where it listens, and the pin that clients compare.
    #[command(after_help = "Examples:\n  meterport-server serve --listen 0.0.0.0:8443\n  \
        meterport-server serve --listen 0.0.0.0:8443 --name ward-3.local --data-dir /srv/meterport")]
    Serve {
        /// Address and port to listen on; port 0 takes a free one.
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8443")]
        listen: SocketAddr,
        /// A name or address by which clients reach the server, for its certificate; may be given
        /// several times.
        ///
        /// This machine's own name and addresses are in it by themselves. Names are kept for later
        /// starts, until others are given. One that is neither a private address nor ends in .local,
        /// .lan, .internal or .home.arpa must be given at the first start.
        #[arg(long = "name", value_name = "NAME_OR_ADDRESS")]
        names: Vec<String>,
        #[command(flatten)]
        data: Data,
    },
    /// Accounts of people who may sign in.
    #[command(after_help = "Examples:\n  meterport-server user add nurse.anna\n  \
        meterport-server user add ward-3 --password-stdin < password.txt")]
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Prints the server's pin, for comparing when somebody signs in for the first time.
    #[command(after_help = "Examples:\n  meterport-server pin\n  \
        meterport-server pin --data-dir /srv/meterport")]
    Pin {
        #[command(flatten)]
        data: Data,
    },
    /// Prints the version.
    #[command(after_help = "Examples:\n  meterport-server version\n  \
        meterport-server version --json")]
    Version {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum UserCommand {
    /// Adds an account. The server may be running; in a folder without one, a new one is set up.
    #[command(after_help = "Examples:\n  meterport-server user add nurse.anna\n  \
        meterport-server user add ward-3 --password-stdin < password.txt")]
    Add {
        /// The name to sign in with: a-z 0-9 . _ - @
        name: String,
        /// Reads the password from the first line of standard input instead of asking.
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(clap::Args)]
struct Data {
    /// The server's folder: database and keys.
    #[arg(long = "data-dir", value_name = "DIR", default_value = "meterport-server-data")]
    folder: PathBuf,
}

/// Runs the program with these arguments, the first being its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let _unwritten = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match perform(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(error.exit())
        }
    }
}

fn perform(command: Command) -> Result<(), ServerError> {
    match command {
        Command::Serve { listen, names, data } => {
            wait_for(serve(&Options { listen, data_dir: data.folder, names }))
        }
        Command::User { command: UserCommand::Add { name, password_stdin, data } } => {
            let password = if password_stdin { read_password()? } else { ask_password()? };
            let was_there = DataDir::is_set_up(&data.folder);
            let added = wait_for(add_user(&data.folder, &name, password));
            if !was_there && DataDir::is_set_up(&data.folder) {
                let folder = std::path::absolute(&data.folder).unwrap_or(data.folder);
                say(&format!("a new server was set up in {}\n", folder.display()));
            }
            added?;
            print(&format!("user `{name}` added\n"))
        }
        Command::Pin { data } => {
            let pin = wait_for(pin(&data.folder))?;
            print(&format!("{pin}\n"))
        }
        Command::Version { json: false } => {
            print(&format!("meterport-server {}\n", env!("CARGO_PKG_VERSION")))
        }
        Command::Version { json: true } => {
            let document = serde_json::json!({
                "schema": "meterport.version/1",
                "version": env!("CARGO_PKG_VERSION"),
                "commit": option_env!("METERPORT_COMMIT"),
                "target": format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
                "contracts": [],
                "tls": "rustls with aws-lc",
            });
            print(&format!("{document}\n"))
        }
    }
}

async fn serve(options: &Options) -> Result<(), ServerError> {
    let stop = stop_signal()?;
    let server = Server::start(options).await?;
    print(&format!("listening on {}\npin {}\n", server.url(), server.pin()))?;
    log::line("the server runs");
    server.run_until(stop).await?;
    log::line("the server has stopped");
    Ok(())
}

/// Done when somebody asks the server to stop.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, ServerError> {
    use tokio::signal::unix::{SignalKind, signal};
    let refuse = |source| ServerError::Console { source };
    let mut terminate = signal(SignalKind::terminate()).map_err(refuse)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(refuse)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Done when somebody asks the server to stop.
#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, ServerError> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

fn wait_for<T>(work: impl Future<Output = Result<T, ServerError>>) -> Result<T, ServerError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| ServerError::Console { source })?
        .block_on(work)
}

fn read_password() -> Result<Zeroizing<String>, ServerError> {
    let mut line = Zeroizing::new(String::with_capacity(1024));
    io::stdin().lock().read_line(&mut line).map_err(|source| ServerError::Console { source })?;
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

fn ask_password() -> Result<Zeroizing<String>, ServerError> {
    if !io::stdin().is_terminal() {
        return Err(ServerError::NoTerminal);
    }
    let ask = |prompt| {
        rpassword::prompt_password(prompt)
            .map(Zeroizing::new)
            .map_err(|source| ServerError::Console { source })
    };
    let first = ask("Password: ")?;
    if first == ask("The same again: ")? { Ok(first) } else { Err(ServerError::PasswordsDiffer) }
}

fn print(text: &str) -> Result<(), ServerError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|source| ServerError::Console { source })
}

fn report(error: &ServerError) {
    let mut text = format!("error: {error}\n");
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text.push_str(&format!("  caused by: {cause}\n"));
        next = cause.source();
    }
    if let Some(hint) = error.hint() {
        text.push_str(&format!("\nhint: {hint}\n"));
    }
    say(&text);
}

/// Writes to standard error.
fn say(text: &str) {
    let _unwritten = io::stderr().write_all(text.as_bytes());
}
