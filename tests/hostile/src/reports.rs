//! Acts on HID: reports of every length. A refusal is not believed.

use meterport_sdk::DriverError;
use meterport_sdk::wit::Summary;

use crate::lie;
use crate::stage::Stage;

/// Writes one output report of so many bytes.
pub fn write(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let report = zeros(number);
    let _ = stage.hid()?.write(&report);
    lie::exact(stage, None)
}

/// Writes reports for ever, whatever it is told.
pub fn write_for_ever(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let hid = stage.hid()?;
    loop {
        let _ = std::hint::black_box(hid.write(&[0, 1]));
    }
}

/// Asks for feature report 1 of at most so many bytes.
pub fn feature(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let _ = stage.hid()?.get_feature(1, number.unwrap_or_default());
    lie::exact(stage, None)
}

/// Sets a feature report of so many bytes.
pub fn set_feature(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let report = zeros(number);
    let _ = stage.hid()?.set_feature(&report);
    lie::exact(stage, None)
}

fn zeros(number: Option<u32>) -> Vec<u8> {
    vec![0; number.and_then(|number| usize::try_from(number).ok()).unwrap_or_default()]
}
