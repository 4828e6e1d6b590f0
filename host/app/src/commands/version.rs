//! `version`: what this program is, which contracts it knows, and its TLS.

use serde::Serialize;

use crate::cli::Json;
use crate::commands::{print, print_json};
use crate::fault::Fault;
use crate::host::Host;

#[derive(Serialize)]
struct Version<'a> {
    schema: &'static str,
    version: &'a str,
    commit: Option<&'static str>,
    target: &'static str,
    contracts: [&'static str; 1],
    tls: &'static str,
}

pub(crate) fn run(json: &Json, host: &Host) -> Result<u8, Fault> {
    let version = Version {
        schema: "meterport.version/1",
        version: &host.version,
        commit: option_env!("METERPORT_COMMIT"),
        target: env!("METERPORT_TARGET"),
        contracts: [meterport_runtime::CONTRACT],
        tls: "rustls 1.2-1.3, aws-lc-rs",
    };
    if json.json {
        print_json(&version)?;
    } else {
        let Version { version, target, contracts: [contract], tls, .. } = version;
        print(&format!("meterport {version}\ntarget {target}\ncontract {contract}\ntls {tls}\n"))?;
    }
    Ok(0)
}
