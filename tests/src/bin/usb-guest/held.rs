//! Meters that something else has got hold of.

use crate::Case;
use crate::cable::Mounted;
use crate::families::{RECORDS, Ready, ready};
use crate::kernel;
use crate::patience::until;
use crate::program::{Who, holds, meterport, reading, start};
use crate::simulated::Family;

/// One case for each way.
pub fn cases(families: &[Family]) -> Vec<Case> {
    let (held, mounted) = (families.to_vec(), families.to_vec());
    vec![
        Case::new("a meter that another program is reading is busy", move || is_held(&held))
            .with("serial"),
        Case::new("a disk of registers that is mounted has to be ejected first", move || {
            is_mounted(&mounted)
        })
        .with("block"),
    ]
}

fn is_held(families: &[Family]) -> Result<String, String> {
    // At 300 bits per second no meter is read within the time that this takes.
    let (family, meter) = first(families, "serial", &["pace=300"])?;
    let arguments = reading(&meter.listed, &family);
    let mut other = start(&arguments)?;
    let held = until("its terminal", || kernel::terminal(&meter.simulated.plugged.place))
        .and_then(|node| holds(&other, |file| file == node));
    let run = held.and_then(|()| meterport(Who::Root, &arguments));
    let _ = other.kill();
    let _ = other.wait();
    match run?.failed_with(5)?.as_str() {
        "device.busy" => Ok(family.to_string()),
        code => Err(format!("the error is `{code}`")),
    }
}

fn is_mounted(families: &[Family]) -> Result<String, String> {
    let (family, meter) = first(families, "block", &[])?;
    let mounted = Mounted::at(&meter.simulated.plugged.place)?;
    let run = meterport(Who::Root, &reading(&meter.listed, &family))?;
    let code = run.failed_with(5)?;
    if code != "device.busy" || !run.stderr.contains("eject the drive") {
        return Err(format!("it says: {}", run.stderr.trim()));
    }
    drop(mounted);
    let run = meterport(Who::Root, &reading(&meter.listed, &family))?;
    run.document().map(|_| format!("{family}, and it is read once it is ejected"))
}

/// The first family whose meter is opened in this way, plugged in.
pub fn first(
    families: &[Family],
    transport: &str,
    knobs: &[&str],
) -> Result<(Family, Ready), String> {
    let mut last = format!("no family is read by {transport}");
    for family in families.iter().filter(|family| family.has(transport)) {
        match ready(family, RECORDS, knobs) {
            Ok(ready) if ready.listed.transport == transport => return Ok((family.clone(), ready)),
            Ok(_) => {}
            Err(error) => last = error,
        }
    }
    Err(last)
}
