//! What is attached, as a file says it, read anew each time: so a test plugs meters in and out.
//!
//! One serial port a line: device id, USB id, path, and the product text if there is one.
//! `usb-1-2:1.0 1209:000a /tmp/meter Meter X`

use std::path::PathBuf;

use meterport_devices::{Attached, DeviceId, Enumerate, EnumerateError};

pub struct Listed(pub PathBuf);

impl Enumerate for Listed {
    fn attached(&self) -> Result<Vec<Attached>, EnumerateError> {
        let text = std::fs::read_to_string(&self.0).unwrap_or_default();
        Ok(text.lines().filter_map(port).collect())
    }
}

fn port(line: &str) -> Option<Attached> {
    let mut words = line.splitn(4, ' ');
    let (id, usb, path) = (words.next()?, words.next()?, words.next()?);
    let (vid, pid) = usb.split_once(':')?;
    let number = |text| u16::from_str_radix(text, 16).ok();
    let (vid, pid) = (number(vid)?, number(pid)?);
    let product = words.next().map(str::to_owned);
    Some(Attached::serial(DeviceId::parse(id)?, path).with_usb(vid, pid, product))
}
