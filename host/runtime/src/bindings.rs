//! What wasmtime makes of the contract. Only this crate sees these types; `from_wit` turns them
//! into the model's.
#![allow(missing_docs, clippy::all, clippy::restriction, clippy::pedantic)]

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "driver",
    imports: { default: trappable },
    with: {
        "meterport:driver/serial.port": crate::host::serial::Port,
        "meterport:driver/hid.device": crate::host::hid::Device,
        "meterport:driver/usb.claimed": crate::host::usb::Claimed,
        "meterport:driver/block.medium": crate::host::block::Medium,
        "meterport:driver/volume.file": crate::host::volume::File,
        "meterport:driver/volume.directory": crate::host::volume::Directory,
    },
});

pub use exports::meterport::driver::guest::{Context, Summary};
pub use meterport::driver::{
    block, clock, hid, log, records, serial, session, sink, types, usb, volume,
};
