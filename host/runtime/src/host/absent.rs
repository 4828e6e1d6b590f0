//! Transports that this host cannot open yet. A driver may be built for them, and never gets a
//! handle of theirs, so no call can arrive: a component that makes one up is stopped.

use wasmtime::component::Resource;

use super::State;
use crate::bindings::{block, hid, types, usb, volume};

/// A resource nobody can make.
pub enum Absent {}

impl State {
    fn absent<T>(&mut self, handle: &Resource<Absent>) -> wasmtime::Result<T> {
        match *self.table.get(handle)? {}
    }

    fn drop_absent(&mut self, handle: Resource<Absent>) -> wasmtime::Result<()> {
        match self.table.delete(handle)? {}
    }
}

type Io<T> = wasmtime::Result<Result<T, types::IoError>>;

impl hid::Host for State {}

impl hid::HostDevice for State {
    fn read(&mut self, device: Resource<Absent>, _: u32) -> Io<Vec<u8>> {
        self.absent(&device)
    }
    fn write(&mut self, device: Resource<Absent>, _: Vec<u8>) -> Io<()> {
        self.absent(&device)
    }
    fn get_feature(&mut self, device: Resource<Absent>, _: u8, _: u32) -> Io<Vec<u8>> {
        self.absent(&device)
    }
    fn set_feature(&mut self, device: Resource<Absent>, _: Vec<u8>) -> Io<()> {
        self.absent(&device)
    }
    fn report_descriptor(&mut self, device: Resource<Absent>) -> Io<Vec<u8>> {
        self.absent(&device)
    }
    fn drop(&mut self, device: Resource<Absent>) -> wasmtime::Result<()> {
        self.drop_absent(device)
    }
}

impl usb::Host for State {}

impl usb::HostClaimed for State {
    fn endpoints(&mut self, claimed: Resource<Absent>) -> wasmtime::Result<Vec<usb::Endpoint>> {
        self.absent(&claimed)
    }
    fn control_in(
        &mut self,
        claimed: Resource<Absent>,
        _: usb::Setup,
        _: u16,
        _: u32,
    ) -> Io<Vec<u8>> {
        self.absent(&claimed)
    }
    fn control_out(
        &mut self,
        claimed: Resource<Absent>,
        _: usb::Setup,
        _: Vec<u8>,
        _: u32,
    ) -> Io<u32> {
        self.absent(&claimed)
    }
    fn transfer_in(&mut self, claimed: Resource<Absent>, _: u8, _: u32, _: u32) -> Io<Vec<u8>> {
        self.absent(&claimed)
    }
    fn transfer_out(&mut self, claimed: Resource<Absent>, _: u8, _: Vec<u8>, _: u32) -> Io<u32> {
        self.absent(&claimed)
    }
    fn clear_halt(&mut self, claimed: Resource<Absent>, _: u8) -> Io<()> {
        self.absent(&claimed)
    }
    fn set_alt(&mut self, claimed: Resource<Absent>, _: u8) -> Io<()> {
        self.absent(&claimed)
    }
    fn drop(&mut self, claimed: Resource<Absent>) -> wasmtime::Result<()> {
        self.drop_absent(claimed)
    }
}

impl block::Host for State {}

impl block::HostMedium for State {
    fn identity(&mut self, medium: Resource<Absent>) -> wasmtime::Result<block::Identity> {
        self.absent(&medium)
    }
    fn block_size(&mut self, medium: Resource<Absent>) -> wasmtime::Result<u32> {
        self.absent(&medium)
    }
    fn read(&mut self, medium: Resource<Absent>, _: u64, _: u32, _: u32) -> Io<Vec<u8>> {
        self.absent(&medium)
    }
    fn write(&mut self, medium: Resource<Absent>, _: u64, _: Vec<u8>, _: u32) -> Io<()> {
        self.absent(&medium)
    }
    fn drop(&mut self, medium: Resource<Absent>) -> wasmtime::Result<()> {
        self.drop_absent(medium)
    }
}

impl volume::Host for State {}

impl volume::HostFile for State {
    fn size(&mut self, file: Resource<Absent>) -> wasmtime::Result<u64> {
        self.absent(&file)
    }
    fn read_at(&mut self, file: Resource<Absent>, _: u64, _: u32) -> Io<Vec<u8>> {
        self.absent(&file)
    }
    fn drop(&mut self, file: Resource<Absent>) -> wasmtime::Result<()> {
        self.drop_absent(file)
    }
}

impl volume::HostDirectory for State {
    fn list(&mut self, directory: Resource<Absent>, _: String) -> Io<Vec<volume::Entry>> {
        self.absent(&directory)
    }
    fn open(&mut self, directory: Resource<Absent>, _: String) -> Io<Resource<Absent>> {
        self.absent(&directory)
    }
    fn drop(&mut self, directory: Resource<Absent>) -> wasmtime::Result<()> {
        self.drop_absent(directory)
    }
}
