//! An ordinary user, with and without the rules that the program gives for the device manager.
//!
//! `uaccess` gives a device to whoever sits at the computer. Who that is the login manager writes into
//! a file, which stands here without one (systemd, `sd_seat_get_active`).

use std::fs;
use std::process::{Child, Command, Stdio};

use crate::Case;
use crate::families::{RECORDS, expect};
use crate::held::first;
use crate::patience::until;
use crate::program::{Who, devices_at, listed, meterport, reading, records};
use crate::simulated::{Family, Simulated};

/// One case for each way in which a meter is opened as a device.
pub fn cases(families: &[Family]) -> Vec<Case> {
    let case = |transport: &'static str| {
        let families = families.to_vec();
        let what = "with the udev rules an ordinary user may read it, and not without";
        Case::new(format!("{transport}: {what}"), move || is_given(&families, transport))
            .with(transport)
    };
    ["serial", "hid", "usb", "block"].into_iter().map(case).collect()
}

fn is_given(families: &[Family], transport: &str) -> Result<String, String> {
    let (family, meter) = first(families, transport, &[])?;
    drop(meter);
    let family = &family;
    let without = is_refused(family)?;
    let manager = Manager::start()?;
    let meter = Simulated::plug_in(family, RECORDS, &[])?;
    let mut seen = Ok(Vec::new());
    until("the user's right to the meter", || {
        seen = devices_at(Who::User, &meter.plugged.place);
        let is_ready = |state: &str| matches!(state, "ready" | "choose-driver");
        seen.as_ref().ok()?.iter().any(|one| is_ready(&one.state)).then_some(())
    })
    .map_err(|error| format!("{error}; it lists {seen:?}"))?;
    let meter = (listed(Who::User, &meter.plugged.place, family)?, meter);
    let run = meterport(Who::User, &reading(&meter.0, family))?;
    let with = expect(records(&run.document()?)?, family, RECORDS)?;
    drop(manager);
    Ok(format!("{family}: without: {without}; with: {with}"))
}

fn is_refused(family: &Family) -> Result<String, String> {
    let meter = Simulated::plug_in(family, RECORDS, &[])?;
    let listed = listed(Who::User, &meter.plugged.place, family)?;
    if listed.state != "no-permission" {
        return Err(format!("without rules its state is `{}`", listed.state));
    }
    let mut arguments = reading(&listed, family);
    arguments.extend(["--driver", &family.name]);
    match meterport(Who::User, &arguments)?.failed_with(5)?.as_str() {
        "device.permission" => Ok("no permission".to_owned()),
        code => Err(format!("without rules the error is `{code}`")),
    }
}

/// The device manager, with our rules. Dropping it takes both away.
struct Manager(Child);

impl Manager {
    fn start() -> Result<Self, String> {
        let rules = meterport(Who::Root, &["config", "udev"])?;
        if rules.exit != 0 {
            return Err(rules.stderr);
        }
        let write = |path: &str, text: &str| {
            fs::write(path, text).map_err(|error| format!("{path}: {error}"))
        };
        write(OURS, &rules.stdout)?;
        // What systemd itself brings as 73-seat-late.rules.
        write(
            "/etc/udev/rules.d/73-seat-late.rules",
            "TAG==\"uaccess\", ENV{MAJOR}!=\"\", RUN{builtin}+=\"uaccess\"\n",
        )?;
        fs::create_dir_all("/run/systemd/seats").map_err(|error| error.to_string())?;
        write("/run/systemd/seats/seat0", "IS_SEAT0=1\nACTIVE=c1\nACTIVE_UID=1000\n")?;
        let manager = Command::new("/bin/systemd-udevd")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(Self)
            .map_err(|error| format!("systemd-udevd: {error}"))?;
        until("the device manager", || {
            fs::exists("/run/udev/control").is_ok_and(|exists| exists).then_some(())
        })?;
        Ok(manager)
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
        let _ = fs::remove_file(OURS);
        let _ = fs::remove_file("/run/udev/control");
    }
}

const OURS: &str = "/etc/udev/rules.d/70-meterport.rules";
