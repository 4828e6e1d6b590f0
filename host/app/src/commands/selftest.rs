//! `selftest`: can this computer read meters and keep secrets, and what does the system itself
//! record?
//!
//! A check that fails ends in the exit code only where Meterport cannot work without it. The
//! others are remarks with a hint: what the system keeps is its operator's to decide.

mod memory;
mod system;

use meterport_devices::{Access, Attached};
use meterport_model::codes::{Code, worst_exit};
use meterport_runtime::Runtime;
use serde::Serialize;

use super::{print, print_json};
use crate::cli::Json;
use crate::credentials::{Credentials, READABLE, Stored};
use crate::drivers::{self, Source};
use crate::fault::Fault;
use crate::select::permission_hint;
use crate::signed_in::{address, signed_in_server};
use crate::world::World;

/// One answer.
#[derive(Serialize)]
pub(crate) struct Check {
    name: &'static str,
    ok: bool,
    code: Option<Code>,
    hint: Option<String>,
    #[serde(skip)]
    needed: bool,
}

impl Check {
    fn ok(name: &'static str) -> Self {
        Self { name, ok: true, code: None, hint: None, needed: false }
    }

    /// Something to know, that stops nothing.
    fn remark(name: &'static str, hint: impl Into<String>) -> Self {
        Self { ok: false, hint: Some(hint.into()), ..Self::ok(name) }
    }

    /// Something without which a meter cannot be read or delivered.
    fn failed(name: &'static str, fault: &Fault) -> Self {
        let error = fault.object();
        let hint = error.hint.as_ref().map(|hint| format!("{}; {hint}", error.message));
        let hint = Some(hint.unwrap_or_else(|| error.message.clone()));
        Self { ok: false, code: Some(error.code), hint, needed: true, ..Self::ok(name) }
    }

    fn of(name: &'static str, result: Result<(), Fault>) -> Self {
        result.map_or_else(|fault| Self::failed(name, &fault), |()| Self::ok(name))
    }

    fn with(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn exit(&self) -> u8 {
        let code = self.code.filter(|_| self.needed && !self.ok);
        code.and_then(Code::exit).unwrap_or(0)
    }
}

#[derive(Serialize)]
struct Selftest<'a> {
    schema: &'static str,
    checks: &'a [Check],
}

pub(crate) fn run(json: &Json, world: &World<'_>) -> Result<u8, Fault> {
    let attached = world.host.devices.attached().map_err(Fault::from);
    let (listed, attached) = match attached {
        Ok(attached) => (Check::ok("ports.listed"), attached),
        Err(fault) => (Check::failed("ports.listed", &fault), Vec::new()),
    };
    let mut checks = vec![
        Check::of("drivers.run", runs_a_driver(world)),
        listed,
        ports(&attached),
        system::data_folder(world),
        secrets(world),
        zone(world),
        server(world),
    ];
    checks.extend(memory::checks());
    checks.push(system::usb_records());
    if json.json {
        print_json(&Selftest { schema: "meterport.selftest/1", checks: &checks })?;
    } else {
        print(&text(&checks))?;
    }
    Ok(worst_exit(checks.iter().map(Check::exit)))
}

/// Whether the stores open and a driver compiles.
pub(super) fn runs_a_driver(world: &World<'_>) -> Result<(), Fault> {
    let runtime = Runtime::new()?;
    let available = drivers::available(world)?;
    let shipped = available.iter().find(|driver| driver.source == Source::Shipped);
    let Some(driver) = shipped.or_else(|| available.iter().next()) else {
        return Err(Fault::new(Code::DriverNone, "there is no driver")
            .hint("drivers belong into `drivers/` beside the program, or are installed"));
    };
    runtime.load(&driver.package).map_err(|error| Fault::from(error).driver(driver.id()))?;
    Ok(())
}

fn ports(attached: &[Attached]) -> Check {
    const NAME: &str = "ports.permission";
    if attached.iter().any(|device| device.access == Access::NoPermission) {
        let fault = Fault::new(Code::DevicePermission, "an attached port may not be opened");
        return Check::failed(NAME, &fault.hint(permission_hint()));
    }
    if attached.is_empty() && system::may_open_ports() == Some(false) {
        return Check::remark(
            NAME,
            format!(
                "no port is attached, and this user is in no group that opens them; {}",
                permission_hint()
            ),
        );
    }
    Check::ok(NAME)
}

fn secrets(world: &World<'_>) -> Check {
    const NAME: &str = "secrets.kept";
    let credentials = Credentials::of(world);
    if let Err(fault) = credentials.known() {
        return Check::failed(NAME, &fault);
    }
    match credentials.place() {
        Stored::File => Check::ok(NAME).with(format!(
            "{}: a sign-in is kept in `{}`, {READABLE}",
            if world.global.data_dir.is_some() {
                "the keychain is not used with `--data-dir`"
            } else {
                "there is no keychain"
            },
            credentials.path().display()
        )),
        _ => Check::ok(NAME).with("in the system's keychain"),
    }
}

fn zone(world: &World<'_>) -> Check {
    const NAME: &str = "zone.known";
    match world.config.zone(None) {
        Ok(Some(zone)) => Check::ok(NAME).with(zone.name()),
        Ok(None) => Check::remark(
            NAME,
            "the system names no time zone, so results get no UTC time; `meterport config set zone Europe/Berlin`",
        ),
        Err(fault) => Check::failed(NAME, &fault),
    }
}

/// Asks no network: only what is configured and kept.
fn server(world: &World<'_>) -> Check {
    const NAME: &str = "server.known";
    match (address(None, world), signed_in_server(None, world)) {
        (_, Ok(Some((server, known)))) => {
            let over = known.sign_in.is_none_or(|sign_in| sign_in.expires <= (world.host.now)());
            if over {
                let name = server.server();
                return Check::remark(
                    NAME,
                    format!("the sign-in at {name} is over; `meterport login`"),
                );
            }
            Check::ok(NAME).with(format!("signed in to {}", server.server()))
        }
        (Ok(Some(server)), Ok(None)) => Check::remark(
            NAME,
            format!("nobody is signed in to {}; `meterport login`", server.server()),
        ),
        (Ok(None), Ok(None)) => Check::remark(
            NAME,
            "no server is configured and nobody is signed in; `meterport login`",
        ),
        (Err(fault), _) => Check::failed(NAME, &fault),
        (_, Err(fault)) => Check::remark(NAME, fault.object().message.clone()),
    }
}

fn text(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let word = match (check.ok, check.needed) {
            (true, _) => "ok    ",
            (false, true) => "FAILED",
            (false, false) => "note  ",
        };
        text.push_str(&format!("{word}  {}", check.name));
        if let Some(hint) = &check.hint {
            text.push_str(&format!(": {}", meterport_model::text::printable(hint)));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_does_not_fail_the_test_and_a_needed_ability_does() {
        let fault = Fault::new(Code::FileIo, "x");
        assert_eq!(Check::failed("a", &fault).exit(), 5);
        assert_eq!(Check::remark("a", "b").exit(), 0);
        assert_eq!(Check::ok("a").exit(), 0);
    }

    #[test]
    fn every_check_says_what_to_do_on_one_line() {
        let fault = Fault::new(Code::FileIo, "it is closed").hint("open it");
        let checks = [Check::failed("a", &fault), Check::remark("b", "see"), Check::ok("c")];
        let expected = "FAILED  a: it is closed; open it\nnote    b: see\nok      c\n";
        assert_eq!(text(&checks), expected);
    }
}
