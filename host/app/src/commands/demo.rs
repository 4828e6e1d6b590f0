//! `demo`: the whole way on one computer. A simulated meter on a real serial line is read by a
//! sandboxed driver, and its results reach a real server over TLS and come back from there.
//!
//! Server and simulator are programs beside this one, started as children: this program links
//! neither. Everything lies in a temporary folder for this user alone; folder and children are gone
//! at the end, after an error and after Ctrl-C too.

mod child;
mod go_on;
mod pieces;

use meterport_model::codes::Code;
use meterport_model::document::{Reading, ReadoutDocument};
use meterport_model::wire::{PatientQuery, PatientRef};
use meterport_upload::{HttpPolicy, ServerUrl};
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;

use self::child::Running;
use self::pieces::Pieces;
use super::{login, print, table, upload};
use crate::cancel;
use crate::cli::{Demo, Global, Reading as HowToRead, Select};
use crate::credentials::Credentials;
use crate::data::Places;
use crate::fault::Fault;
use crate::signed_in::{SignedIn, parse_pin};
use crate::waiting::{OFTEN, online};
use crate::world::World;

/// The account and the patient of the demonstration.
const USER: &str = "nurse";
const PATIENT: &str = "DEMO-1";

/// How many results are shown of many.
const SHOWN: usize = 5;

pub(crate) fn run(demo: &Demo, world: &World<'_>) -> Result<u8, Fault> {
    if !cfg!(unix) {
        return Err(Fault::new(
            Code::DeviceNone,
            "this system has no pseudo-terminals, so no meter can be simulated",
        )
        .hint("the demonstration runs on Linux and macOS"));
    }
    let pieces = Pieces::find(&demo.meter, world)?;
    let folder = folder()?;
    let own = own_world(&folder, world);
    let shown = Shown { demo, pieces: &pieces, folder: &folder, world: &own };
    let stage = shown.whole_way()?;
    if demo.keep_running {
        print(&go_on::here(&shown, &stage))?;
        while !cancel::asked() {
            std::thread::sleep(OFTEN);
        }
    }
    drop(stage); // before the folder, in which its programs write
    folder
        .close()
        .map_err(|error| Fault::file("the demonstration's folder cannot be removed", &error))?;
    print(&go_on::elsewhere())?;
    Ok(0)
}

/// What is being shown, and where.
struct Shown<'a> {
    demo: &'a Demo,
    pieces: &'a Pieces,
    folder: &'a TempDir,
    world: &'a World<'a>,
}

/// What runs while it is shown. The meter is unplugged first.
struct Stage {
    _meter: Running,
    _server: Running,
    url: String,
}

impl Shown<'_> {
    fn whole_way(&self) -> Result<Stage, Fault> {
        print("1. A server starts, with its own keys and certificates\n")?;
        let (server, url, pin) = self.start_server()?;
        print(&format!("   {url}\n   pin {pin}\n\n"))?;

        print("2. A simulated meter is plugged in, on a real serial line\n")?;
        let meter = self.start_meter()?;
        print(&format!("   {} with {} results\n\n", self.demo.meter, self.demo.records))?;

        let arguments = format!("--port {} --driver {}", self.link().display(), self.demo.meter);
        print(&format!("3. A driver reads it, in its sandbox\n   $ meterport read {arguments}\n"))?;
        let readout = self.read()?;
        print(&indented(&format!("{}\n{}", table::summary(&readout), lines(&readout.results))))?;

        print(&format!(
            "\n4. Sign in: the password goes to the server with this pin and to no other\n   \
             $ meterport login --server {url} --user {USER} --pin {pin}\n"
        ))?;
        let here = self.sign_in(&url, &pin)?;
        let expires = here.session.details.expires;
        print(&format!("   signed in as `{USER}` until {expires:.0}\n"))?;

        print(&format!(
            "\n5. Read and deliver, over TLS; the results leave memory when a signed receipt is here\n   \
             $ meterport upload {arguments} --patient -\n"
        ))?;
        self.deliver(&here)?;
        print("\n6. The same again: what is stored is not stored twice\n")?;
        self.deliver(&here)?;

        print("\n7. What the server has stored, opened by it and read back over TLS\n")?;
        let stored = self.stored(&here)?;
        print(&indented(&format!("{} results of the patient\n{}", stored.len(), lines(&stored))))?;
        Ok(Stage { _meter: meter, _server: server, url })
    }

    fn start_server(&self) -> Result<(Running, String, String), Fault> {
        let data = self.folder.path().join("server");
        let mut command = self.pieces.server();
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(&data);
        let server = Running::start("meterport-server", command)?;
        let url = server.says("listening on ")?;
        let pin = server.says("pin ")?;
        Ok((server, url, pin))
    }

    fn start_meter(&self) -> Result<Running, Fault> {
        let mut command = self.pieces.simulator();
        command.arg("--link").arg(self.link());
        command.arg("--records").arg(self.demo.records.to_string());
        let meter = Running::start("the simulator", command)?;
        meter.says("serving on ")?;
        Ok(meter)
    }

    fn link(&self) -> std::path::PathBuf {
        self.folder.path().join("meter")
    }

    fn read(&self) -> Result<ReadoutDocument, Fault> {
        let from = Select { port: Some(self.link()), ..Select::default() };
        let driver = Some(self.demo.meter.clone());
        upload::read(&from, &HowToRead { driver, ..HowToRead::default() }, self.world)
    }

    /// Makes the account with a password of its own, and signs in.
    fn sign_in(&self, url: &str, pin: &str) -> Result<SignedIn, Fault> {
        let password = password()?;
        let mut command = self.pieces.server();
        command.args(["user", "add", USER, "--password-stdin", "--data-dir"]);
        command.arg(self.folder.path().join("server"));
        child::run("meterport-server user add", command, password.expose_secret())?;

        let (server, pin) = (ServerUrl::parse(url)?, parse_pin(pin)?);
        let session = login::sign_in(&server, pin, USER, password)?;
        let stored = Credentials::of(self.world).keep(&server, pin, &session)?;
        Ok(SignedIn { server, pin, session, stored })
    }

    fn deliver(&self, here: &SignedIn) -> Result<(), Fault> {
        let readout = self.read()?;
        let receipt = upload::deliver(&readout, patient()?, here, self.world)?;
        let summary = upload::summary(&readout, &receipt, &here.server.server());
        print(&indented(&format!("{summary}{} had been stored before\n", receipt.duplicate)))
    }

    fn stored(&self, here: &SignedIn) -> Result<Vec<Reading>, Fault> {
        let client = here.client(HttpPolicy::default())?;
        let query = PatientQuery { patient_ref: patient()? };
        let results = online(client.patient_results(&here.session, &query))??;
        Ok(results.records.into_iter().map(|record| record.reading).collect())
    }
}

/// The same program, with data and configuration in the demonstration's folder.
fn own_world<'a>(folder: &TempDir, world: &World<'a>) -> World<'a> {
    let data = folder.path().join("data");
    let config = folder.path().join("meterport.toml");
    World {
        host: world.host,
        global: Global {
            data_dir: Some(data.clone()),
            config: Some(config.clone()),
            ..world.global.clone()
        },
        voice: world.voice,
        places: Places { data, config, policy: world.places.policy.clone() },
        config: world.config.clone(),
    }
}

fn folder() -> Result<TempDir, Fault> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("meterport-demo-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir().map_err(|error| Fault::file("a temporary folder cannot be made", &error))
}

fn patient() -> Result<PatientRef, Fault> {
    PatientRef::parse(PATIENT).map_err(|error| Fault::of(Code::Internal, &error))
}

fn password() -> Result<SecretString, Fault> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|_| Fault::new(Code::Internal, "the system gives no random numbers"))?;
    Ok(SecretString::from(hex::encode(bytes)))
}

/// The first results, and how many more there are.
fn lines(results: &[Reading]) -> String {
    if results.is_empty() {
        return String::new();
    }
    let mut table = table::new(&["time", "kind", "result", "unit", "remarks"]);
    for result in results.iter().take(SHOWN) {
        table.add_row(table::row(result));
    }
    match results.len().saturating_sub(SHOWN) {
        0 => format!("{table}\n"),
        more => format!("{table}\nand {more} more\n"),
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("   {line}\n")).collect()
}
