//! The sheet: what talks to what.

use meterport_appcast::Keyring;
use meterport_model::text::printable;
use meterport_model::wire::Pin;
use meterport_update::{Base, Source, trusted};
use meterport_upload::{Route, ServerUrl};
use serde::Serialize;

use crate::credentials::Credentials;
use crate::fault::Fault;
use crate::policy::{self, Updates};
use crate::signed_in::address;
use crate::world::World;

/// One address.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(super) struct Line {
    /// A host, or the folder of a mirror on a share.
    pub(super) host: String,
    pub(super) port: Option<u16>,
    /// `https`, `http` or `file`.
    pub(super) protocol: String,
    pub(super) purpose: String,
}

impl Line {
    pub(super) fn address(&self) -> String {
        match self.port {
            Some(port) => format!("{}://{}:{port}", self.protocol, self.host),
            None => format!("{} {}", self.protocol, self.host),
        }
    }
}

/// A line, and what is asked there to see whether it is reached.
pub(super) struct Place {
    pub(super) line: Line,
    pub(super) target: Target,
}

pub(super) enum Target {
    /// A feed: its list of versions is asked for.
    Feed(String),
    /// A server: its pin is asked for, and compared where it is known.
    Server(ServerUrl, Option<Pin>),
    /// Nothing of its own: it is on the way to the others.
    Way,
}

/// Every address this program may talk to, each once.
pub(super) fn places(world: &World<'_>) -> Result<Vec<Place>, Fault> {
    let updates = Updates::of(world)?;
    let mut places: Vec<Place> = Vec::new();
    for (server, pin) in servers(world)? {
        let line = Line {
            host: server.host().to_owned(),
            port: Some(port(&server)),
            protocol: "https".to_owned(),
            purpose: "the clinic's server: sign-in, delivery of results".to_owned(),
        };
        places.push(Place { line, target: Target::Server(server, pin) });
    }
    for source in &updates.sources {
        for base in &source.bases {
            feed(&mut places, base, &source.name, "feed");
        }
        for mirror in mirrors(source, world) {
            feed(&mut places, &mirror, &source.name, "mirror of the feed");
        }
    }
    if let Route::Proxy(proxy) = &updates.route
        && let Ok(base) = proxy.parse::<Base>()
    {
        let line = line(&base, "proxy on the way to the feeds".to_owned());
        places.push(Place { line, target: Target::Way });
    }
    Ok(places)
}

fn feed(places: &mut Vec<Place>, base: &Base, name: &str, kind: &str) {
    let name = printable(name);
    let purpose = format!("{kind} `{name}`: keyrings, list of versions, packages");
    let is_there =
        |place: &Place| matches!(&place.target, Target::Feed(url) if url == base.as_str());
    if !places.iter().any(is_there) {
        places.push(Place {
            line: line(base, purpose),
            target: Target::Feed(base.as_str().to_owned()),
        });
    }
}

fn line(base: &Base, purpose: String) -> Line {
    let text = base.as_str();
    let protocol = text.split(':').next().unwrap_or_default().to_owned();
    let host = match base.host() {
        Some(host) => host.to_owned(),
        None => text.strip_prefix("file://").unwrap_or(text).to_owned(),
    };
    Line { host, port: base.port(), protocol, purpose }
}

/// The configured server, and every one somebody signed in to here.
fn servers(world: &World<'_>) -> Result<Vec<(ServerUrl, Option<Pin>)>, Fault> {
    let mut servers = Vec::new();
    for known in Credentials::of(world).known()? {
        servers.push((known.address()?, Some(known.pin)));
    }
    if let Some(server) = address(None, world)? {
        let name = server.server();
        if !servers.iter().any(|(known, _)| known.server() == name) {
            servers.insert(0, (server, None));
        }
    }
    Ok(servers)
}

fn port(server: &ServerUrl) -> u16 {
    let port = server.server().rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    port.unwrap_or(443)
}

/// The mirrors of the newest keyring that is trusted here. A feed that cannot be trusted has none.
fn mirrors(source: &Source, world: &World<'_>) -> Vec<Base> {
    let keyring = match world.places.store() {
        Ok(Some(store)) => {
            trusted(&store, source, policy::clock(world)).ok().map(|trusted| trusted.keyring)
        }
        _ => Keyring::first(&source.first_keyring).ok(),
    };
    let mirrors = keyring.map(|keyring| keyring.mirrors).unwrap_or_default();
    mirrors.iter().filter_map(|mirror| mirror.parse().ok()).collect()
}

/// RFC 4180.
pub(super) fn csv(lines: &[Line]) -> String {
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = "host,port,protocol,purpose\r\n".to_owned();
    for Line { host, port, protocol, purpose } in lines {
        let port = port.map(|port| port.to_string()).unwrap_or_default();
        let (host, purpose) = (cell(host), cell(purpose));
        text.push_str(&format!("{host},{port},{protocol},{purpose}\r\n"));
    }
    text
}

pub(super) fn text(lines: &[Line]) -> String {
    if lines.is_empty() {
        return NOTHING.to_owned();
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(&format!("{}  {}\n", line.address(), line.purpose));
    }
    text.push_str(REST);
    text
}

pub(super) const NOTHING: &str =
    "this program talks to nobody here: no server is known, and no feed is asked\n";

const REST: &str = "\nAll connections go out from this computer; nothing listens. Names are resolved, and proxies\n\
chosen, as the system is set up. Results go to the clinic's server alone. A feed learns this\n\
program's name and version and which files it asks for, and nothing else.\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_with_quotes_stays_one_cell() {
        let line = Line {
            host: "updates.example".to_owned(),
            port: Some(443),
            protocol: "https".to_owned(),
            purpose: "feed \"a\", and more".to_owned(),
        };
        let expected = "host,port,protocol,purpose\r\n\"updates.example\",443,https,\"feed \"\"a\"\", and more\"\r\n";
        assert_eq!(csv(&[line]), expected);
    }

    #[test]
    fn a_folder_has_no_port_and_its_path_stands_for_the_host() {
        let shown = |text: &str| line(&text.parse().unwrap(), String::new()).address();
        assert_eq!(shown("file:///srv/mirror"), "file /srv/mirror/");
        assert_eq!(shown("https://updates.example/m"), "https://updates.example:443");
        assert_eq!(shown("http://10.0.0.1:8080/"), "http://10.0.0.1:8080");
    }
}
