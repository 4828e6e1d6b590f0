//! Acts on USB: endpoints, lengths and control requests. A refusal is not believed.
//!
//! Numbers of requests: USB 2.0, table 9-4.

use meterport_sdk::DriverError;
use meterport_sdk::wit::{Kind, Recipient, Setup, Summary};

use crate::lie;
use crate::stage::{Stage, first_in};

/// Reads from this endpoint.
pub fn endpoint_in(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let _ = stage.usb()?.transfer_in(byte(number), 64, WAIT_MS);
    lie::exact(stage, None)
}

/// Writes to this endpoint.
pub fn endpoint_out(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let _ = stage.usb()?.transfer_out(byte(number), &[0], WAIT_MS);
    lie::exact(stage, None)
}

/// Clears the halt of this endpoint.
pub fn clear_halt(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let _ = stage.usb()?.clear_halt(byte(number));
    lie::exact(stage, None)
}

/// One transfer of so many bytes.
pub fn length(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let usb = stage.usb()?;
    let endpoint = first_in(usb);
    let _ = usb.transfer_in(endpoint, number.unwrap_or_default(), WAIT_MS);
    lie::exact(stage, None)
}

/// SET_CONFIGURATION(1).
pub fn set_configuration(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    out(stage, setup(Kind::Standard, Recipient::Device, 9, 1, 0))
}

/// SET_INTERFACE of the claimed interface to its setting 0.
pub fn set_interface(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    out(stage, setup(Kind::Standard, Recipient::Interface, 11, 0, 1))
}

/// CLEAR_FEATURE(ENDPOINT_HALT) of the first endpoint.
pub fn clear_feature(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    out(stage, setup(Kind::Standard, Recipient::Endpoint, 1, 0, 0x81))
}

/// A vendor request with this number to the whole device.
pub fn vendor(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    out(stage, setup(Kind::Vendor, Recipient::Device, byte(number), 0, 0))
}

/// A class request to the whole device, with a number that the manifest lists for vendor requests.
pub fn class(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    out(stage, setup(Kind::Class, Recipient::Device, 0x21, 0, 0))
}

/// A class request to the interface with this number.
pub fn class_interface(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    out(stage, setup(Kind::Class, Recipient::Interface, 0x21, 0, byte(number).into()))
}

/// A request to the claimed interface with a byte more than a setup packet can say.
pub fn long_control(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let setup = setup(Kind::Class, Recipient::Interface, 0x21, 0, 1);
    let _ = stage.usb()?.control_out(setup, &[0; 65_536], WAIT_MS);
    lie::exact(stage, None)
}

/// GET_STATUS of the device, which is allowed: a refusal is an error here.
pub fn get_status(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let setup = setup(Kind::Standard, Recipient::Device, 0, 0, 0);
    let status = stage.usb()?.control_in(setup, 2, WAIT_MS)?;
    if status.len() != 2 {
        return Err(DriverError::UnsupportedDevice("the status is not two bytes".to_owned()));
    }
    lie::exact(stage, None)
}

fn out(stage: &mut Stage<'_>, setup: Setup) -> Result<Summary, DriverError> {
    let _ = stage.usb()?.control_out(setup, &[], WAIT_MS);
    lie::exact(stage, None)
}

fn setup(kind: Kind, recipient: Recipient, request: u8, value: u16, index: u16) -> Setup {
    Setup { kind, recipient, request, value, index }
}

fn byte(number: Option<u32>) -> u8 {
    number.and_then(|number| u8::try_from(number).ok()).unwrap_or_default()
}

const WAIT_MS: u32 = 1000;
