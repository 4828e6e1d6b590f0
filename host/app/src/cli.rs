//! The command line: what can be said. What it means is in `commands/`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Reads diabetes devices and delivers their data to the clinic's server.
#[derive(Parser)]
#[command(name = "meterport", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Examples:\n  meterport devices\n  meterport read --format json")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Args, Clone)]
pub(crate) struct Global {
    /// Where drivers and state are kept, instead of the system's place
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The user's configuration file, instead of the system's place
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more, drivers' technical remarks included
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Colours in what people read
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show the whole way: simulated meter, real serial port, driver, TLS, own server
    #[command(
        after_help = "Examples:\n  meterport demo\n  meterport demo --meter freestyle-serial --records 100"
    )]
    Demo(Demo),
    /// List what is attached, which driver matches, and what is missing
    #[command(after_help = "Examples:\n  meterport devices\n  meterport devices --watch --json")]
    Devices(Devices),
    /// Read one meter, or all
    #[command(
        after_help = "Examples:\n  meterport read\n  meterport read --port /dev/ttyUSB0 --driver onetouch-ultra2 --format json --output readout.json\n  meterport read --volume ~/pdm-export"
    )]
    Read(Read),
    /// Read one meter and deliver what is new to the server
    #[command(
        after_help = "Examples:\n  meterport upload --patient -\n  meterport upload --device usb-1-2:1.0 --patient - --server https://practice.example:8443"
    )]
    Upload(Upload),
    /// Record the conversation with a meter. The file holds health data
    #[command(
        // A recording of a recording is refused.
        mut_arg("replay", |replay| replay.hide(true)),
        after_help = "Examples:\n  meterport record --port /dev/ttyUSB0 --driver onetouch-ultra2 --output meter.rec\n  meterport read --replay meter.rec --driver onetouch-ultra2\n  meterport record --import capture.pcapng --usb 1:7 --output meter.rec"
    )]
    Record(Record),
    /// Show, install, check and remove drivers
    #[command(
        after_help = "Examples:\n  meterport plugin list\n  meterport plugin install acme.meter-x"
    )]
    Plugin {
        #[command(subcommand)]
        action: Plugin,
    },
    /// New versions of the program and of drivers: look, install, go back
    #[command(after_help = "Examples:\n  meterport update check\n  meterport update apply --later")]
    Update {
        #[command(subcommand)]
        action: Update,
    },
    /// Which computers this program talks to, and whether it reaches them
    #[command(
        after_help = "Examples:\n  meterport network sheet\n  meterport network check --json"
    )]
    Network {
        #[command(subcommand)]
        action: Network,
    },
    /// Sign in to the clinic's server
    #[command(
        after_help = "Examples:\n  meterport login --server https://practice.example:8443 --user nurse\n  meterport login --server https://10.0.0.5:8443 --user nurse --pin sha256:0123… --password-stdin < password"
    )]
    Login(Login),
    /// Sign out, and forget the sign-in on this computer
    #[command(
        after_help = "Examples:\n  meterport logout\n  meterport logout --server https://practice.example:8443"
    )]
    Logout(ServerChoice),
    /// Show who is signed in, and where
    #[command(after_help = "Examples:\n  meterport whoami\n  meterport whoami --json")]
    Whoami(Whoami),
    /// Show and change the configuration
    #[command(
        after_help = "Examples:\n  meterport config get zone --source\n  meterport config set zone Europe/Berlin"
    )]
    Config {
        #[command(subcommand)]
        action: Config,
    },
    /// Can this computer read meters and keep secrets? And what does the system itself record?
    #[command(after_help = "Examples:\n  meterport selftest\n  meterport selftest --json")]
    Selftest(Json),
    /// Print what makes a shell complete this program's commands
    #[command(
        after_help = "Examples:\n  meterport completions bash > /etc/bash_completion.d/meterport\n  meterport completions zsh"
    )]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Stay open: show meters as they come, read them, offer drivers and new versions
    #[command(
        after_help = "Examples:\n  meterport desk\n  meterport --data-dir /srv/meterport desk"
    )]
    Desk,
    /// Show the version, the contracts it knows and its TLS
    #[command(after_help = "Examples:\n  meterport version\n  meterport version --json")]
    Version(Json),
}

#[derive(Args)]
pub(crate) struct Json {
    /// One JSON document on standard output, errors as JSON on standard error
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Demo {
    /// The simulated meter, by its driver
    #[arg(long, value_name = "DRIVER", default_value = "onetouch-ultra2")]
    pub(crate) meter: String,
    /// How many results the meter holds
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) records: u32,
    /// Leave server and meter running until Ctrl-C, to try more commands on them
    #[arg(long)]
    pub(crate) keep_running: bool,
}

#[derive(Args)]
pub(crate) struct Devices {
    #[command(flatten)]
    pub(crate) json: Json,
    /// Go on and show what arrives, changes and is removed; with --json one object a line
    #[arg(long)]
    pub(crate) watch: bool,
    /// Forget which meter was said to hang on this cable
    #[arg(long, value_name = "ID", conflicts_with_all = ["watch", "json"])]
    pub(crate) forget: Option<String>,
}

/// Which meter. Nothing is needed when exactly one is attached.
#[derive(Args, Clone, Default)]
#[group(multiple = false)]
pub(crate) struct Select {
    /// An id that `devices` shows
    #[arg(long, value_name = "ID")]
    pub(crate) device: Option<String>,
    /// A serial port
    #[arg(long, value_name = "PATH")]
    pub(crate) port: Option<PathBuf>,
    /// A HID device node
    #[arg(long, value_name = "PATH")]
    pub(crate) hid: Option<PathBuf>,
    /// A USB device by its bus and address, decimal as `lsusb` shows them
    #[arg(long, value_name = "BUS:ADDR")]
    pub(crate) usb: Option<String>,
    /// A folder with the files of a pump: a mounted drive, or where you copied them
    #[arg(long, value_name = "DIR")]
    pub(crate) volume: Option<PathBuf>,
    /// A recording instead of a meter
    #[arg(long, value_name = "FILE")]
    pub(crate) replay: Option<PathBuf>,
}

#[derive(Args, Clone, Default)]
pub(crate) struct Reading {
    /// The driver, instead of the one that matches; a cable always needs it
    #[arg(long, value_name = "ID")]
    pub(crate) driver: Option<String>,
    /// Remember that this driver's meter hangs on this cable, so that nobody asks again
    #[arg(long, requires = "driver")]
    pub(crate) remember: bool,
    /// Only results since this day on the meter's clock
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<jiff::civil::Date>,
    /// The zone the meter's clock is read in, such as Europe/Berlin
    #[arg(long, value_name = "IANA")]
    pub(crate) zone: Option<String>,
    /// Give what was read before a failure, labelled incomplete
    #[arg(long)]
    pub(crate) keep_partial: bool,
}

impl Reading {
    /// With this driver, where one was chosen meanwhile.
    pub(crate) fn with_driver(self, chosen: Option<String>) -> Self {
        Self { driver: chosen.or(self.driver), ..self }
    }
}

#[derive(Clone, Copy, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}

#[derive(Args)]
pub(crate) struct Read {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Every attached meter, each its own section
    #[arg(long, conflicts_with_all = ["device", "port", "hid", "usb", "volume", "replay", "remember"])]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// What to print
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// Write to a file that you name; - is standard output. The file holds health data
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Overwrite the file
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
}

#[derive(Args)]
pub(crate) struct ServerChoice {
    /// The server, instead of the configured one
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<String>,
}

#[derive(Args)]
pub(crate) struct Upload {
    #[command(flatten)]
    pub(crate) select: Select,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// The patient's id in the practice; - reads it from standard input
    #[arg(long, value_name = "ID|-")]
    pub(crate) patient: String,
    #[command(flatten)]
    pub(crate) server: ServerChoice,
    /// The server's pin, if it is not yet known here
    #[arg(long, value_name = "sha256:HEX")]
    pub(crate) pin: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Args)]
pub(crate) struct Record {
    #[command(flatten)]
    pub(crate) select: Select,
    /// The driver, instead of the one that matches; a cable always needs it
    #[arg(long, value_name = "ID")]
    pub(crate) driver: Option<String>,
    /// Make the recording of a pcapng capture (usbmon, USBPcap) instead of a meter
    #[arg(long, value_name = "PCAPNG", conflicts_with_all = ["device", "port", "hid", "volume", "replay", "driver"])]
    pub(crate) import: Option<PathBuf>,
    /// With --import: the bytes are those of a serial line with these settings, such as "9600 8N1"
    #[arg(long, value_name = "LINE", requires = "import")]
    pub(crate) serial: Option<String>,
    /// The file to write; only you may read it
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Overwrite the file
    #[arg(long)]
    pub(crate) force: bool,
    /// Do not ask whether health data may be written
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Subcommand)]
pub(crate) enum Plugin {
    /// List the drivers that are installed or came with the program
    #[command(after_help = "Examples:\n  meterport plugin list\n  meterport plugin list --json")]
    List(Json),
    /// Show one driver: what it reads and what it may touch
    #[command(
        after_help = "Examples:\n  meterport plugin info onetouch-ultra2\n  meterport plugin info driver.wasm --json"
    )]
    Info {
        /// A driver's id, or a file
        #[arg(value_name = "ID|FILE")]
        what: String,
        #[command(flatten)]
        json: Json,
    },
    /// Install a driver of the signed feed by its id, or a file with its signature beside it
    #[command(
        after_help = "Examples:\n  meterport plugin install acme.meter-x\n  meterport plugin install acme-meter-x.wasm\n  meterport plugin install driver.wasm --unsigned"
    )]
    Install {
        /// A driver's id, or a file; its signature is FILE.minisig
        #[arg(value_name = "ID|FILE")]
        what: String,
        /// Accept a file that nobody signed
        #[arg(long)]
        unsigned: bool,
        /// Answer every question with yes
        #[arg(long)]
        yes: bool,
    },
    /// Say who signed a driver's file, and what the last feed says of it; exit 7 if nobody did
    #[command(
        after_help = "Examples:\n  meterport plugin verify acme-meter-x.wasm\n  meterport plugin verify acme-meter-x.wasm --json"
    )]
    Verify {
        /// The driver's file; its signature is FILE.minisig
        file: PathBuf,
        #[command(flatten)]
        json: Json,
    },
    /// Go back to the version of a driver that was installed before
    #[command(
        after_help = "Examples:\n  meterport plugin revert acme.meter-x\n  meterport --data-dir /srv/meterport plugin revert acme.meter-x"
    )]
    Revert {
        /// The driver's id
        id: String,
    },
    /// Remove an installed driver
    #[command(
        after_help = "Examples:\n  meterport plugin remove onetouch-ultra2\n  meterport --data-dir /srv/meterport plugin remove onetouch-ultra2"
    )]
    Remove {
        /// The driver's id
        id: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum Update {
    /// Ask the feed, and say what is new. Nothing is installed
    #[command(after_help = "Examples:\n  meterport update check\n  meterport update check --json")]
    Check(Json),
    /// Say what is known without asking the network, and who decided how updates are done here
    #[command(
        after_help = "Examples:\n  meterport update status\n  meterport update status --json"
    )]
    Status(Json),
    /// Install what is new, now or at a time of your choice
    #[command(
        after_help = "Examples:\n  meterport update apply\n  meterport update apply --tonight 19:00\n  meterport update apply --skip app@1.5.0"
    )]
    Apply(Apply),
    /// Go back to the version of the program, and to the drivers, that were there before
    #[command(
        after_help = "Examples:\n  meterport update rollback\n  meterport update rollback --yes"
    )]
    Rollback {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(crate) struct Apply {
    #[command(flatten)]
    pub(crate) when: When,
    /// Answer every question with yes
    #[arg(long)]
    pub(crate) yes: bool,
}

/// When. Without a word: now.
#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct When {
    /// Now; a window that is open must be closed and opened again for a new program
    #[arg(long)]
    pub(crate) now: bool,
    /// When the window is closed
    #[arg(long)]
    pub(crate) later: bool,
    /// At this time of day, when the window is open then, else at its next start
    #[arg(long, value_name = "HH:MM")]
    pub(crate) tonight: Option<String>,
    /// In this many days, 1 to 365
    #[arg(long = "in", value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=365))]
    pub(crate) days: Option<u16>,
    /// Never this version; without a version, the one that is offered. Critical ones are not skipped
    #[arg(long, value_name = "ID[@VERSION]")]
    pub(crate) skip: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Network {
    /// Go to each address, and say how far that leads: name, connection, TLS, answer
    #[command(
        after_help = "Examples:\n  meterport network check\n  meterport network check --json"
    )]
    Check(Json),
    /// Print every address this program may talk to, and what for: a sheet for the network's administrator
    #[command(
        after_help = "Examples:\n  meterport network sheet\n  meterport network sheet --format csv > meterport-network.csv"
    )]
    Sheet {
        /// What to print
        #[arg(long, value_enum, default_value = "text")]
        format: SheetFormat,
    },
}

#[derive(Clone, Copy, Eq, PartialEq, ValueEnum)]
pub(crate) enum SheetFormat {
    Text,
    Json,
    Csv,
}

#[derive(Args)]
pub(crate) struct Login {
    /// The server, such as https://practice.example:8443
    #[arg(long, value_name = "URL")]
    pub(crate) server: String,
    /// Your account there
    #[arg(long, value_name = "NAME")]
    pub(crate) user: String,
    /// The server's pin, as its administrator gave it to you
    #[arg(long, value_name = "sha256:HEX")]
    pub(crate) pin: Option<String>,
    /// Read the password from standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Keep the sign-in nowhere: only check that it works
    #[arg(long)]
    pub(crate) no_store: bool,
}

#[derive(Args)]
pub(crate) struct Whoami {
    #[command(flatten)]
    pub(crate) server: ServerChoice,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Subcommand)]
pub(crate) enum Config {
    /// Show a value
    #[command(
        after_help = "Examples:\n  meterport config get zone\n  meterport config get server --source"
    )]
    Get {
        /// Its name
        key: String,
        /// Show who decided it, too
        #[arg(long)]
        source: bool,
    },
    /// Change a value in the user's file
    #[command(
        after_help = "Examples:\n  meterport config set zone Europe/Berlin\n  meterport config set server https://practice.example:8443"
    )]
    Set {
        /// Its name
        key: String,
        /// The value
        value: String,
    },
    /// Show where the files and folders are
    #[command(
        after_help = "Examples:\n  meterport config path\n  meterport --data-dir /srv/meterport config path"
    )]
    Path,
    /// Print udev rules for the installed drivers (Linux)
    #[command(
        after_help = "Examples:\n  meterport config udev\n  meterport config udev | sudo tee /etc/udev/rules.d/70-meterport.rules\n  meterport config udev --group meters | sudo tee /etc/udev/rules.d/70-meterport.rules"
    )]
    Udev {
        /// Give the devices to a group too, for people who do not sit at this computer
        #[arg(long, value_name = "NAME")]
        group: Option<String>,
    },
}
