//! The feed over TLS, with the trust of the system: a server that the system does not know is not
//! asked, and one that it knows is no reason to believe a feed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use tokio::runtime::Runtime;

use crate::far_end::{Authority, FarEnd};
use crate::support::{Computer, Release, Site};

const NOW: (i32, i32) = (2020, 2120);

/// Serves the files of a folder.
fn serve(folder: PathBuf) -> impl Fn(&Request) -> Response<Body> + Clone + Send + Sync + 'static {
    move |request| {
        let name = request.uri().path().trim_start_matches('/');
        let (status, bytes) = match fs::read(folder.join(name)) {
            Ok(bytes) => (StatusCode::OK, bytes),
            Err(_) => (StatusCode::NOT_FOUND, Vec::new()),
        };
        Response::builder().status(status).body(Body::from(bytes)).unwrap()
    }
}

/// A computer whose policy asks a TLS server for the files of `folder`; the certificate of its
/// authority lies in the file `authority.pem`.
struct Setup {
    _runtime: Runtime,
    computer: Computer,
    server: FarEnd,
    authority: PathBuf,
    folder: tempfile::TempDir,
}

impl Setup {
    fn new(site: &Site, files: PathBuf) -> Self {
        let runtime = Runtime::new().unwrap();
        let authority = Authority::generate();
        let identity = authority.issue("127.0.0.1", NOW);
        let entered = runtime.enter();
        let server = FarEnd::start(&identity, &[&authority.certificate], serve(files));
        drop(entered);
        let computer = Computer::with(site, &Release::good("1.0.0"));
        computer.policy(&format!("[update]\nbases = ['{}/']\n", server.url));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("authority.pem");
        fs::write(&path, authority.certificate.pem()).unwrap();
        Self { _runtime: runtime, computer, server, authority: path, folder }
    }

    /// A check on a system that trusts the authorities of this file alone.
    fn check(&self, trusted: &Path) -> serde_json::Value {
        let mut command: Command = self.computer.command(&["update", "check", "--json"]);
        command.env("SSL_CERT_FILE", trusted).env_remove("SSL_CERT_DIR");
        let output = command.output().unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

#[test]
fn a_server_that_the_system_does_not_trust_is_not_asked() {
    let site = Site::new();
    let setup = Setup::new(&site, site.feed_folder());
    let others = setup.folder.path().join("others.pem");
    fs::write(&others, Authority::generate().certificate.pem()).unwrap();

    let document = setup.check(&others);

    assert!(document["feeds"][0]["seq"].is_null(), "{document}");
    assert!(!document["feeds"][0]["asked"][0]["code"].is_null(), "{document}");
    assert_eq!(setup.server.requests(), 0);
}

#[test]
fn a_feed_comes_over_tls_from_a_server_that_the_system_trusts() {
    let site = Site::new();
    let setup = Setup::new(&site, site.feed_folder());

    let document = setup.check(&setup.authority);

    assert_eq!(document["feeds"][0]["seq"], 1, "{document}");
}

#[test]
fn a_trusted_server_is_no_reason_to_believe_a_feed_that_was_altered() {
    let site = Site::new();
    let altered = String::from_utf8(site.feed_file()).unwrap().replacen("<title>", "<title>x", 1);
    site.put_file("appcast.xml", altered.as_bytes());
    let setup = Setup::new(&site, site.feed_folder());

    let document = setup.check(&setup.authority);

    assert!(document["feeds"][0]["seq"].is_null(), "{document}");
    assert_eq!(document["feeds"][0]["asked"][0]["code"], "update.feed", "{document}");
    assert!(setup.server.requests() > 0);
}
