//! A practice: a server in this process, an account, and results to send.

use meterport_model::concentration::{Capture, ConcentrationUnit, Level, Meal, Sample, Smbg};
use meterport_model::device_time::DeviceTime;
use meterport_model::document::Reading;
use meterport_model::entry::{Entry, Origin, Payload, Stamp, Validity};
use meterport_model::identity::{DeviceIdentity, Identifier};
use meterport_model::quantity::Milli;
use meterport_model::wire::{MeterInfo, PatientRef};
use meterport_server::{Options, Server, add_user};
use meterport_upload::{Client, HttpPolicy, Outbox, ServerUrl, Session};
use secrecy::SecretString;
use serde_json::json;
use tempfile::TempDir;

/// The account of every test.
pub const USER: &str = "nurse.anna";
/// Its password.
pub const PASSWORD: &str = "four words make one";
/// The serial number of the meter.
pub const SERIAL: &str = "CANARY-7719-SERIAL";

/// A running server with one account.
pub struct Practice {
    /// The server.
    pub server: Server,
    /// Its data folder.
    pub folder: TempDir,
}

impl Practice {
    /// Starts one on a free port.
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let server = Server::start(&options(&folder)).await.expect("a server");
        let practice = Self { server, folder };
        practice.hire(USER).await;
        practice
    }

    /// Adds an account, while the server runs.
    pub async fn hire(&self, user: &str) {
        let password = PASSWORD.to_owned().into();
        add_user(self.folder.path(), user, password).await.expect("an account");
    }

    /// A client that trusts this server.
    pub fn client(&self) -> Client {
        client(&self.server.url(), self.server.pin())
    }

    /// Somebody signed in.
    pub async fn sign_in(&self, user: &str) -> (Client, Session) {
        let client = self.client();
        let session = client.login(user, secret(PASSWORD)).await.expect("a session");
        (client, session)
    }
}

/// On a free port of this computer.
pub fn options(folder: &TempDir) -> Options {
    let listen = "127.0.0.1:0".parse().expect("an address");
    Options { listen, data_dir: folder.path().to_owned(), names: Vec::new() }
}

/// A client of the server at this address.
pub fn client(url: &str, pin: meterport_model::wire::Pin) -> Client {
    let url = ServerUrl::parse(url).expect("an address");
    Client::new(url, pin, quick()).expect("a client")
}

/// Short pauses and small chunks, so that tests are quick and have more than one.
pub fn quick() -> HttpPolicy {
    let mut policy = HttpPolicy::default();
    policy.tries = 3;
    policy.first_pause = std::time::Duration::from_millis(20);
    policy.request_timeout = std::time::Duration::from_secs(20);
    policy.longest_chunk = 8 * 1024;
    policy
}

/// A text that is secret.
pub fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

/// A patient.
pub fn patient(text: &str) -> PatientRef {
    PatientRef::parse(text).expect("a reference")
}

/// An outbox with the meter's results `numbers`, each a minute after the one before.
pub fn outbox(patient_ref: &str, numbers: std::ops::Range<u32>) -> Outbox {
    let mut outbox = Outbox::new(patient(patient_ref), meter());
    for reading in readings(numbers) {
        outbox.add(&reading).expect("a reading with an identity");
    }
    outbox
}

/// The meter's results `numbers`, the same at every call.
pub fn readings(numbers: std::ops::Range<u32>) -> Vec<Reading> {
    let mut ids = Identifier::new("test-family", DeviceIdentity::Serial(SERIAL));
    numbers.map(|number| reading(number, &mut ids)).collect()
}

fn reading(number: u32, ids: &mut Identifier) -> Reading {
    let mg_dl = 80 + number % 200;
    let time = format!(
        "2026-{:02}-{:02}T{:02}:{:02}:17",
        1 + number / 40320 % 12,
        1 + number / 1440 % 28,
        number / 60 % 24,
        number % 60
    );
    let document = json!({
        "index": number, "log": "results", "sequence": null, "part": 0, "kind": "smbg",
        "device_time": time, "time": null, "time_rule": "unknown", "validity": "valid",
        "marks": [], "notes": [], "extra": [],
        "value": mg_dl.to_string(), "unit": "mg/dL", "range": null, "range_limit": null,
        "range_limit_from": null, "stored": null, "state": null,
        "mg_dl": f64::from(mg_dl), "mmol_l": mmol_l(mg_dl),
        "control": false, "meal": "none", "minutes_after_meal": null, "capture": "measured",
        "reference_method": null
    });
    let mut reading: Reading = serde_json::from_value(document).expect("a reading");
    let entry = Entry {
        origin: Origin {
            log: "results".into(),
            numbers: "results".into(),
            sequence: None,
            part: 0,
        },
        at: Stamp { local: DeviceTime::parse(&time).ok(), reliable: true, tick: None },
        validity: Validity::Valid,
        payload: Payload::Smbg(Smbg {
            level: Level::Value(Milli(mg_dl * 1000)),
            unit: ConcentrationUnit::MgPerDl,
            sample: Sample::Blood,
            meal: Meal::None,
            minutes_after_meal: None,
            capture: Capture::Measured,
            reference_method: None,
        }),
        marks: Vec::new(),
        extra: Vec::new(),
        raw: Vec::new().into(),
    };
    reading.id = Some(ids.next(&entry));
    reading
}

/// One decimal, half away from zero, with the factor 18.01559.
fn mmol_l(mg_dl: u32) -> f64 {
    (f64::from(mg_dl) / 18.015_59 * 10.0).round() / 10.0
}

fn meter() -> MeterInfo {
    serde_json::from_value(json!({
        "meter": {"model": "Test meter", "serial": SERIAL, "firmware": "1.0",
            "display_unit": "mg/dL", "time_resolution_seconds": 60, "limits": []},
        "driver": {"id": "test", "version": "0.1.0", "sha256": null},
        "clock": {"device": null, "host": null, "offset_seconds": null, "zone": null}
    }))
    .expect("a meter")
}
